from . import (
    test_calendar,
    test_letter_text,
    test_pm_document,
    test_pm_form,
    test_pm_import,
    test_pm_site,
    test_pm_text,
    test_print_engine,
    test_security,
    test_workbook,
)
