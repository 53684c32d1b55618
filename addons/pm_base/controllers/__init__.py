from . import pm_import, pm_register, pm_text, pm_verify
