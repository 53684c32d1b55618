from . import pm_approval_refuse
