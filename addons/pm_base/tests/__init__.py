from . import (
    test_calendar,
    test_guard,
    test_pm_document,
    test_pm_due,
    test_pm_form,
    test_pm_import,
    test_pm_site,
    test_pm_verification,
    test_print_engine,
    test_security,
    test_workbook,
)
