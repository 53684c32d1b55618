from . import pm_procedure_step_skip
