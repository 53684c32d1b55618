from . import pm_import, pm_text
