from . import pm_meter_round
