# The mixins come first: the models below inherit them.
from . import (
    pm_printable_mixin,
    pm_progress_mixin,
    pm_search_mixin,
    pm_site_mixin,
    pm_state_mixin,
)

# isort: split
from . import (
    hr_department,
    ir_actions_report,
    pm_calendar_day,
    pm_document,
    pm_form,
    pm_import,
    pm_import_sheet,
    pm_progress,
    pm_site,
    pm_text,
    res_company,
    res_users,
)
