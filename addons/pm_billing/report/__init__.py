from . import (
    pm_dunning_report,
    pm_month_report,
    pm_statement_report,
    pm_statement_report_bank,
    pm_statement_report_change,
    pm_statement_report_portal,
)
