# The mixins come first: the models below inherit them.
from . import pm_import_place, pm_place_mixin

# isort: split
from . import (
    pm_building,
    pm_building_handover,
    pm_import,
    pm_import_building,
    pm_import_key,
    pm_import_meter,
    pm_import_parking,
    pm_import_party,
    pm_import_reading,
    pm_import_tenancy,
    pm_import_unit,
    pm_key,
    pm_loan,
    pm_meter,
    pm_meter_reading,
    pm_ownership,
    pm_parking_contract,
    pm_parking_space,
    pm_site,
    pm_site_facilities,
    pm_tenancy,
    pm_tenancy_handover,
    pm_tenancy_unit,
    pm_unit,
    pm_unit_handover,
    pm_vehicle,
    res_partner,
)
