from . import pm_reveal
