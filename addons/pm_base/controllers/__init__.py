from . import pm_import
