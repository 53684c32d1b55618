from . import pm_dunning_deliver
