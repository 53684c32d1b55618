from odoo import api, fields, models
from odoo.tools import SQL, format_date, formatLang

from ..tools.register import fit_widths, group_rows, put_side_by_side, sum_columns
from ..tools.workbook import write_table
from .wording import word_day, word_enumeration

# Rows shown on the screen; the prints have them all.
_PREVIEW_ROWS = 200
# Rows of the brief list that fit below each other on a page.
_BRIEF_ROWS = 28
# What print.css leaves on a page for the columns beside the serial number, in mm.
_ROOM = {True: 259, False: 164}
_MARK_WIDTH = 13
_LEAST_WIDTH = 14


class PmRegisterIssue(models.Model):
    _name = "pm.register.issue"
    _inherit = ["mail.thread", "pm.printable.mixin", "pm.site.mixin"]
    _description = "Issue of a Register"
    _order = "date desc, id desc"
    _rec_names_search = ["register_id.name"]
    _mail_post_access = "read"

    register_id = fields.Many2one("pm.register", required=True, ondelete="restrict", index=True)
    area = fields.Selection(related="register_id.area", store=True)
    form_id = fields.Many2one(related="register_id.form_id")
    date = fields.Date(string="Issued On", required=True)
    period = fields.Date(string="Month", help="First day of the month; empty for a day's issue.")
    version = fields.Integer(default=1, required=True, help="How often it was issued.")
    previous_id = fields.Many2one("pm.register.issue", string="Issue Before")
    content = fields.Json(prefetch=False, help="The columns and rows as they were issued.")
    landscape = fields.Boolean()
    distribution = fields.Char()
    signers = fields.Text()
    row_count = fields.Integer(string="Rows")
    new_count = fields.Integer(string="New Rows")
    changed_count = fields.Integer(string="Changed Rows")
    removed_count = fields.Integer(string="Removed Rows")
    changes = fields.Char(compute="_compute_changes")
    issued_at = fields.Datetime()
    issued_by_id = fields.Many2one("res.users")
    notified_for = fields.Date(
        string="Sent For", readonly=True, help="The day of issue of which the posts were told."
    )
    paper_id = fields.Many2one("pm.document", compute="_compute_paper_id")
    paper_state = fields.Selection(
        lambda self: self.env["pm.document"]._fields["state"]._description_selection(self.env),
        string="Delivery of Paper",
        compute="_compute_paper_id",
    )
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    _once_a_month = models.UniqueIndex(
        "(register_id, site_id, period) WHERE period IS NOT NULL",
        "The register was already issued for this month.",
    )
    _once_a_day = models.UniqueIndex(
        "(register_id, site_id, date) WHERE period IS NULL",
        "The register was already issued on this day.",
    )

    @api.depends_context("lang")
    @api.depends("register_id", "period", "date")
    def _compute_display_name(self):
        for issue in self:
            issue.display_name = f"{issue.register_id.name} {issue._word_date()}"

    @api.depends_context("lang")
    @api.depends("new_count", "changed_count", "removed_count")
    def _compute_changes(self):
        for issue in self:
            issue.changes = issue._word_changes()

    @api.depends("paper_ids.state")
    def _compute_paper_id(self):
        for issue in self:
            issue.paper_id = issue.paper_ids[:1]
            issue.paper_state = issue.paper_id.state

    @api.depends_context("lang")
    @api.depends("content")
    def _compute_preview(self):
        for issue in self:
            issue.preview = self.env["ir.qweb"]._render(
                "pm_base.register_preview", {"words": issue._prepare_table(_PREVIEW_ROWS)}
            )

    def action_print(self):
        return self.env.ref("pm_base.action_report_pm_register").report_action(self)

    def action_download(self):
        """Download the issue as a workbook."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "target": "download",
            "url": f"/pm/register/{self.id}/xlsx",
        }

    def action_issue_again(self):
        """Issue it again as of today, as another version of the same month or day."""
        self.ensure_one()
        day = self.date if not self.period else self.site_id._today()
        self.register_id._issue(self.site_id, day, self.period)

    def action_view_paper(self):
        """Open the paper, on which the receipt of the copies is noted."""
        self.ensure_one()
        return self.paper_id.get_formview_action()

    def _pm_prepare_paper_vals(self):
        return {**super()._pm_prepare_paper_vals(), "date": self.date}

    def _word_date(self):
        if self.period:
            return format_date(self.env, self.period, date_format=self.env._("MMMM y"))
        return format_date(self.env, self.date)

    def _word_changes(self):
        self.ensure_one()
        counts = (
            (self.new_count, self.env._("%(count)s new", count=self.new_count)),
            (self.changed_count, self.env._("%(count)s changed", count=self.changed_count)),
            (self.removed_count, self.env._("%(count)s removed", count=self.removed_count)),
        )
        return word_enumeration(self.env, [text for count, text in counts if count])

    def _prepare_table(self, limit=None):
        """Return what the prints show, worded in the language of the environment."""
        self.ensure_one()
        content = self.content or {"columns": [], "rows": []}
        columns, rows = content["columns"], content["rows"]
        shown = rows[:limit] if limit else rows
        totals = [place for place, column in enumerate(columns) if column["total"]]
        groups = group_rows(shown)
        number = 0
        blocks = []
        for group, group_content in groups:
            lines = []
            for row in group_content:
                removed = row["mark"] == "removed"
                number += not removed
                lines.append(
                    {
                        "number": "" if removed else number,
                        "mark": row["mark"],
                        "changed": row["changed"],
                        "cells": self._word_cells(columns, row["cells"]),
                    }
                )
            sums = self._word_totals(columns, sum_columns(group_content, totals))
            blocks.append({"name": group, "rows": lines, "totals": sums})
        has_groups = any(block["name"] for block in blocks)
        has_marks = bool(self.new_count or self.changed_count or self.removed_count)
        room = _ROOM[self.landscape] - has_marks * _MARK_WIDTH
        scale, widths = fit_widths([column["width"] for column in columns], room, _LEAST_WIDTH)
        return {
            "title": self.register_id.name,
            "date": word_day(self.env, self.date),
            "period": self._word_date() if self.period else "",
            "version": self.version,
            "count": self.row_count,
            "changes": self._word_changes(),
            "distribution": self.distribution or "",
            "columns": columns,
            "widths": widths,
            "font_size": f"{9 * scale:.1f}pt" if scale < 1 and not limit else "",
            "has_marks": has_marks,
            "has_groups": has_groups,
            "groups": blocks,
            "totals": self._word_totals(columns, sum_columns(rows, totals)) if totals else [],
            "brief": self._prepare_brief(columns, blocks),
            "signers": [line.strip() for line in (self.signers or "").splitlines() if line.strip()],
            "left_out": len(rows) - len(shown),
        }

    def _prepare_brief(self, columns, blocks):
        """Return what the brief list shows, or False where the register has none."""
        places = [place for place, column in enumerate(columns) if column.get("brief")]
        if not places:
            return False
        rows = [
            [row["number"], *(row["cells"][place] for place in places)]
            for block in blocks
            for row in block["rows"]
            if row["mark"] != "removed"
        ]
        return {
            "columns": [columns[place] for place in places],
            "aligns": 2 * ["left", *(columns[place]["align"] for place in places)],
            "pages": put_side_by_side(rows, _BRIEF_ROWS, width=len(places) + 1),
        }

    def _word_totals(self, columns, sums):
        return [
            self._word_cell(column, sums[place]) if place in sums else ""
            for place, column in enumerate(columns)
        ]

    def _word_cells(self, columns, cells):
        return [self._word_cell(column, cell) for column, cell in zip(columns, cells, strict=True)]

    def _word_cell(self, column, cell):
        if cell == "" or column["kind"] == "text":
            return cell
        if column["kind"] == "date":
            return format_date(self.env, cell)
        return formatLang(self.env, cell, digits=column["digits"])

    def _tell_posts(self):
        """Send the issue to the posts that are told of it: once for each day of issue."""
        for issue in self:
            # Who issues need not be able to read who holds which post.
            groups_sudo = issue.register_id.sudo().notify_group_ids
            users_sudo = issue.site_id.sudo().user_ids.filtered(
                lambda user, groups=groups_sudo: user.active and user.all_group_ids & groups
            )
            if not users_sudo or issue.notified_for == issue.date:
                continue
            local = issue.with_context(lang=issue.site_id.print_lang)
            name = local.display_name.replace("/", "-")
            report = self.env.ref("pm_base.action_report_pm_register")
            issue_sudo = local.sudo()  # an issue is written by nobody but its register
            issue_sudo.notified_for = issue.date
            issue_sudo.message_post(
                subject=local.display_name,
                body=local.env._(
                    "%(register)s of %(day)s: %(count)s rows. %(changes)s",
                    register=local.register_id.name,
                    day=word_day(local.env, local.date),
                    count=local.row_count,
                    changes=local._word_changes(),
                ).strip(),
                partner_ids=users_sudo.partner_id.ids,
                author_id=self.env.user.partner_id.id,
                attachments=[
                    (f"{name}.pdf", report._pm_render_unfiled(local)),
                    (f"{name}.xlsx", local._prepare_workbook()),
                ],
            )

    @api.model
    def _get_due_select(self):
        """Return the latest issues that nobody has signed for, for the due list."""
        dues = self.env["pm.due"]
        return dues._prepare_due_select(
            5,
            "register_receipt",
            SQL(
                """
                FROM pm_register_issue issue
                JOIN pm_register register ON register.id = issue.register_id
                JOIN pm_site office ON office.id = issue.site_id
               WHERE register.active AND register.receipt_role IS NOT NULL
                 AND NOT EXISTS (
                     SELECT FROM pm_register_issue later
                      WHERE later.register_id = issue.register_id
                        AND later.site_id = issue.site_id AND later.date > issue.date
                 )
                 AND NOT EXISTS (
                     SELECT FROM pm_document paper
                      WHERE paper.form_id = register.form_id
                        AND paper.res_model = 'pm.register.issue' AND paper.res_id = issue.id
                        AND paper.state NOT IN ('printed', 'delivered')
                 )
                """
            ),
            id=SQL("issue.id"),
            name=self.env["pm.register"].sudo()._field_to_sql("register", "name"),
            res_model=SQL("'pm.register.issue'"),
            res_id=SQL("issue.id"),
            site_id=SQL("issue.site_id"),
            department_id=dues._get_department_sql(SQL("register.receipt_role")),
            due_date=SQL("issue.date + office.receipt_days"),
        )

    def _prepare_workbook(self):
        """Return the issue as an .xlsx file, in the language of its office."""
        self.ensure_one()
        local = self.with_context(lang=self.site_id.print_lang)
        content = local.content
        marks = {
            "": "",
            "new": local.env._("New"),
            "changed": local.env._("Changed"),
            "removed": local.env._("Removed"),
        }
        columns = [
            {"label": local.env._("Serial No."), "kind": "number", "digits": 0, "total": False},
            *content["columns"],
        ]
        if any(row["mark"] for row in content["rows"]):
            columns.append({"label": local.env._("Change"), "kind": "text", "total": False})
        rows = [
            [number, *row["cells"], marks[row["mark"]]][: len(columns)]
            for number, row in enumerate(content["rows"], start=1)
        ]
        notes = [local.site_id.name, local.display_name, local.distribution or ""]
        return write_table(local.register_id.name, [note for note in notes if note], columns, rows)


class PmDue(models.Model):
    _inherit = "pm.due"
    _depends = {
        "pm.document": ["form_id", "res_id", "res_model", "state"],
        "pm.register": ["active", "form_id", "name", "receipt_role"],
        "pm.register.issue": ["date", "register_id", "site_id"],
    }

    kind = fields.Selection(selection_add=[("register_receipt", "Register to Be Signed For")])

    @api.model
    def _get_due_selects(self):
        return [*super()._get_due_selects(), self.env["pm.register.issue"]._get_due_select()]
