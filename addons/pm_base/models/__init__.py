# The mixins come first: the models below inherit them.
from . import (
    pm_approval_mixin,
    pm_inspection_mixin,
    pm_numbered_mixin,
    pm_part_mixin,
    pm_printable_mixin,
    pm_procedure_mixin,
    pm_progress_mixin,
    pm_search_mixin,
    pm_site_mixin,
    pm_state_mixin,
    pm_verifiable_mixin,
)

# isort: split
# The due list comes before the models that add a source to it.
from . import pm_due, pm_due_board

# isort: split
from . import (
    base,
    hr_department,
    ir_actions_report,
    pm_approval,
    pm_approval_kind,
    pm_archive_run,
    pm_calendar_day,
    pm_destruction,
    pm_document,
    pm_due_digest,
    pm_form,
    pm_import,
    pm_import_sheet,
    pm_inspection,
    pm_inspection_line,
    pm_inspection_template,
    pm_procedure,
    pm_procedure_step,
    pm_procedure_template,
    pm_procedure_template_step,
    pm_progress,
    pm_register,
    pm_register_column,
    pm_register_issue,
    pm_site,
    pm_site_due,
    pm_site_guard,
    pm_text,
    pm_verification,
    pm_verification_log,
    res_company,
    res_users,
)
