import base64
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..tools.workbook import WorkbookError, iter_rows, open_workbook, write_template

_logger = logging.getLogger(__name__)

# A check stops after so many errors: the first of them usually explain the others.
_MAX_ERRORS = 200
# Files with more rows than this are taken in the background.
_BACKGROUND_ROWS = 2000


class _UndoError(Exception):
    """Leaves the savepoint of a dry run, or of a file with errors, without a trace."""


# Tells the records that they come from a workbook. A caller sends data, never this very object.
IMPORTING = object()


class PmImport(models.Model):
    _name = "pm.import"
    _inherit = ["pm.site.mixin", "pm.progress.mixin"]
    _description = "Import of a Workbook"
    _order = "id desc"
    # The background takes a file in the name of who asked: nobody asks in another's name.
    _NOTED = frozenset({"state", "result", "row_count", "requested_by_id"})

    name = fields.Char(compute="_compute_name")
    file = fields.Binary(string="Workbook", attachment=True, required=True)
    filename = fields.Char()
    line_ids = fields.One2many("pm.import.line", "import_id", string="Errors", readonly=True)
    result = fields.Text(readonly=True, copy=False)
    row_count = fields.Integer(string="Rows", readonly=True, copy=False)
    requested_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "To Check"),
            ("refused", "Has Errors"),
            ("checked", "Ready"),
            ("queued", "Running"),
            ("done", "Imported"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )

    @api.depends("filename")
    def _compute_name(self):
        for run in self:
            run.name = run.filename or self.env._("New Import")

    @api.model
    def _get_sheet_models(self):
        """Return the names of the models of the sheets a workbook may hold, in order of use."""
        return []

    def write(self, vals):
        if "file" in vals:
            self._check_not_taken()
        result = super().write(vals)
        if "file" in vals:
            self._write_noted(
                {
                    "state": "draft",
                    "result": False,
                    "row_count": 0,
                    "line_ids": [Command.clear()],
                }
            )
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        for run in self:
            if run.state in ("queued", "done"):
                raise UserError(
                    self.env._("%(name)s has been imported and is kept as evidence.", name=run.name)
                )

    def action_download_template(self):
        """Download an empty workbook with every sheet and column, in the user's language."""
        return {
            "type": "ir.actions.act_url",
            "url": "/pm/import/template",
            "target": "download",
        }

    def action_check(self):
        """Try the whole file and take nothing: report each bad row."""
        for run in self:
            run._check_not_taken()
            run._run(dry=True)

    def action_import(self):
        """Take the file: at once if it is small, else in the background with progress."""
        for run in self:
            run._check_not_taken()
            if run.row_count > _BACKGROUND_ROWS:
                run._write_noted({"state": "queued", "requested_by_id": self.env.uid})
                run._write_progress(0, run.row_count)
                self.env.ref("pm_base.ir_cron_run_imports")._trigger()
            else:
                run._run(dry=False)

    @api.model
    def _cron_run_imports(self):
        """Take the files that wait, each in one transaction, in the name of who asked."""
        todo = self.search([("state", "=", "queued")], order="id")
        commit_progress = self.env["ir.cron"]._commit_progress
        commit_progress(remaining=len(todo))
        for run in todo:
            user = run.requested_by_id or self.env.user
            own = run.try_lock_for_update().with_user(user).with_context(lang=user.lang)
            if own.state == "queued":
                own._run(dry=False)
            if not commit_progress(1):
                break

    def _check_not_taken(self):
        for run in self:
            if run.state in ("queued", "done"):
                raise UserError(self.env._("%(name)s has already been imported.", name=run.name))

    def _run(self, dry):
        """Read the file into the database. All of it or nothing: any error undoes the rest."""
        self.ensure_one()
        errors, counts = [], {}
        try:
            with self.env.cr.savepoint():
                self._read_file(errors, counts)
                if errors or dry:
                    raise _UndoError
        except _UndoError:
            self.env.invalidate_all(flush=False)
        lines = [Command.clear(), *(Command.create(vals) for vals in errors[:_MAX_ERRORS])]
        state = "refused" if errors else "checked" if dry else "done"
        self._write_noted(
            {
                "state": state,
                "line_ids": lines,
                "row_count": sum(counts.values()),
                "result": self._word_result(errors, counts),
            }
        )
        _logger.info(
            "Import %s: %s, %s rows, %s errors", self.id, state, sum(counts.values()), len(errors)
        )

    def _read_file(self, errors, counts):
        """Run every sheet of the workbook, in the order the records need each other."""
        try:
            workbook = open_workbook(base64.b64decode(self.with_context(bin_size=False).file))
        except WorkbookError as error:
            reasons = {
                "format": self.env._("This is not an Excel workbook (.xlsx)."),
                "size": self.env._("The workbook is too large. Split it into several files."),
            }
            errors.append({"message": reasons[error.reason]})
            return
        quiet = {
            "tracking_disable": True,
            "mail_create_nosubscribe": True,
            "pm_import": IMPORTING,
        }
        sheets = [self.env[name].with_context(**quiet) for name in self._get_sheet_models()]
        titles = {title: sheet for sheet in sheets for title in sheet._get_titles()}
        present = {titles[title]._name: title for title in workbook.sheetnames if title in titles}
        for title in workbook.sheetnames:
            if title not in titles:
                errors.append({"sheet": title, "message": self.env._("This sheet is not known.")})
        if not present:
            expected = ", ".join(sheet._get_title() for sheet in sheets)
            errors.append(
                {
                    "message": self.env._(
                        "No known sheet is in the workbook. Expected: %(sheets)s.", sheets=expected
                    )
                }
            )
            return
        total = sum(max((workbook[title].max_row or 1) - 1, 0) for title in present.values())
        refused = {}
        for sheet in sheets:
            title = present.get(sheet._name)
            if title:
                self._run_sheet(sheet, workbook[title], errors, counts, total, refused)
            if len(errors) >= _MAX_ERRORS:
                return
        workbook.close()

    def _run_sheet(self, sheet, rows, errors, counts, total, refused):
        title, done_before = rows.title, sum(counts.values())

        def report_error(number, column, value, message):
            if len(errors) < _MAX_ERRORS:
                errors.append(
                    {
                        "sheet": title,
                        "row": number,
                        "column": column,
                        "value": value,
                        "message": message,
                    }
                )

        def report_count(taken):
            if total > _BACKGROUND_ROWS:
                self._write_progress(done_before + taken, total)

        counts[title] = sheet._run(
            iter_rows(rows), self.site_id, report_error, report_count, refused
        )

    def _word_result(self, errors, counts):
        if errors:
            more = len(errors) >= _MAX_ERRORS
            return (
                self.env._(
                    "Nothing was imported. The first %(count)s errors are listed.",
                    count=len(errors),
                )
                if more
                else self.env._(
                    "Nothing was imported. %(count)s errors are listed.", count=len(errors)
                )
            )
        return ", ".join(
            self.env._("%(sheet)s: %(count)s rows", sheet=title, count=count)
            for title, count in counts.items()
        )

    @api.model
    def _prepare_template(self):
        """Return the bytes of an empty workbook with all sheets in the user's language."""
        sheets = []
        for name in self._get_sheet_models():
            sheet = self.env[name]
            columns = [
                {
                    "label": column.label,
                    "required": column.required,
                    "help": column.help,
                    "options": [label for _value, label in column.options],
                    "is_text": column.kind == "char",
                }
                for column in sheet._get_columns()
            ]
            sheets.append((sheet._get_title(), columns))
        return write_template(sheets)


class PmImportLine(models.Model):
    _name = "pm.import.line"
    _description = "Error in an Import"
    _order = "id"

    import_id = fields.Many2one("pm.import", required=True, ondelete="cascade", index=True)
    sheet = fields.Char()
    row = fields.Integer()
    column = fields.Char()
    value = fields.Char()
    message = fields.Char(string="Reason", required=True)
