from . import pm_bill_run_preview
