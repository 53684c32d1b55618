from . import pm_dunning_report, pm_statement_report, pm_statement_report_bank
