from . import (
    pm_building,
    pm_import,
    pm_import_building,
    pm_import_party,
    pm_import_tenancy,
    pm_import_unit,
    pm_ownership,
    pm_site,
    pm_tenancy,
    pm_tenancy_unit,
    pm_unit,
    res_partner,
)
