from . import pm_import, pm_register, pm_text
from . import pm_import, pm_verify
