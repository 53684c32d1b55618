from . import pm_approval_refuse, pm_procedure_step_skip, pm_register_prepare
