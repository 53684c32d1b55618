from . import pm_lease_request_sign, pm_tenancy_renew
