from . import pm_bank_batch_answer, pm_month_report_print
