# The mixins come first: the models below inherit them.
from . import (
    pm_approval_mixin,
    pm_inspection_mixin,
    pm_printable_mixin,
    pm_progress_mixin,
    pm_site_mixin,
    pm_state_mixin,
)

# isort: split
from . import (
    hr_department,
    ir_actions_report,
    pm_approval,
    pm_approval_kind,
    pm_calendar_day,
    pm_document,
    pm_form,
    pm_import,
    pm_import_sheet,
    pm_inspection,
    pm_inspection_line,
    pm_inspection_template,
    pm_progress,
    pm_site,
    res_company,
    res_users,
)
