from . import (
    test_calendar,
    test_pm_approval,
    test_pm_document,
    test_pm_form,
    test_pm_import,
    test_pm_inspection,
    test_pm_site,
    test_print_engine,
    test_security,
    test_workbook,
)
