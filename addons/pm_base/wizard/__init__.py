from . import pm_procedure_step_skip
from . import pm_register_prepare
from . import pm_approval_refuse
