from . import (
    test_demo,
    test_import,
    test_import_large,
    test_overlap,
    test_pm_building,
    test_pm_ownership,
    test_pm_tenancy,
    test_pm_unit,
    test_res_partner,
    test_security,
)
