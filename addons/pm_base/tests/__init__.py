from . import (
    test_calendar,
    test_deadline,
    test_pm_document,
    test_pm_form,
    test_pm_import,
    test_pm_procedure,
    test_pm_procedure_template,
    test_pm_site,
    test_print_engine,
    test_security,
    test_workbook,
)
