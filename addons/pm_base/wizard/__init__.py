from . import pm_register_prepare
