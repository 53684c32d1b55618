from . import (
    pm_file_unseal,
    pm_key_add,
    pm_key_issue,
    pm_key_return,
    pm_lease_request_sign,
    pm_meter_replace,
    pm_meter_round,
    pm_meter_round_sheet,
    pm_reveal,
    pm_tenancy_renew,
)
