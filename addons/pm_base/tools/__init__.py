import logging

# They would tell every step of every page, and begin when they are imported.
for name in ("weasyprint.progress", "fontTools"):
    logging.getLogger(name).setLevel(logging.WARNING)
