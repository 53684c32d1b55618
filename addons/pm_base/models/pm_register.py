import logging
from ast import literal_eval
from datetime import datetime, time, timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError, ValidationError
from odoo.fields import Domain

from ..tools.calendar import add_months, month_day, month_end, month_start
from ..tools.register import mark_changes
from .hr_department import DEPARTMENT_ROLES

_logger = logging.getLogger(__name__)

# Values in a domain that stand for days of the issue.
_PLACEHOLDERS = ("issue_date", "period_start", "period_end")


class PmRegister(models.Model):
    _name = "pm.register"
    _description = "Register"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    form_id = fields.Many2one("pm.form", required=True, ondelete="cascade", index=True)
    area = fields.Selection(related="form_id.area", store=True)
    site_ids = fields.Many2many(
        "pm.site", string="Management Offices", help="Empty for every office."
    )
    group_ids = fields.Many2many(
        "res.groups",
        string="Readers",
        help="Posts that read the issues and issue the register; empty for everybody.",
    )

    model_id = fields.Many2one(
        "ir.model", string="Records", required=True, ondelete="cascade", help="One row each."
    )
    model = fields.Char(related="model_id.model", string="Model Name")
    site_path = fields.Char(
        string="Path to the Office",
        required=True,
        default="site_id",
        help="Fields from the record to its management office, joined by dots.",
    )
    domain = fields.Char(
        required=True,
        default="[]",
        help="Which records. The texts 'issue_date', 'period_start' and 'period_end' stand for "
        "the day of the issue and the first and last day of its month.",
    )
    date_field_id = fields.Many2one(
        "ir.model.fields",
        string="Date of the Record",
        ondelete="cascade",
        domain="[('model_id', '=', model_id), ('ttype', 'in', ('date', 'datetime'))]",
        help="When chosen, only records of the month are listed.",
    )
    order = fields.Char(help="Fields to sort by, such as code, date_start desc.")
    group_path = fields.Char(
        string="Subtotals By", help="Fields to the value that groups the rows, joined by dots."
    )
    column_ids = fields.One2many("pm.register.column", "register_id", copy=True)
    mark_changes = fields.Boolean(help="Marks what is new, changed or gone since the issue before.")

    landscape = fields.Boolean()
    distribution = fields.Char(translate=True, help="Who gets it; printed below the title.")
    signers = fields.Text(translate=True, help="Who signs the print, one a line.")
    notify_group_ids = fields.Many2many(
        "res.groups",
        "pm_register_notify_group_rel",
        string="Told of Each Issue",
        help="The users of the office who hold one of these posts are sent the issue, as PDF and "
        "workbook, on the day on which it comes out.",
    )
    receipt_role = fields.Selection(
        DEPARTMENT_ROLES,
        string="Receipt From",
        help="The department that signs for its copy. Until it has, the latest issue is on the "
        "due list.",
    )

    issue_rule = fields.Selection(
        [("manual", "When Asked For"), ("monthly", "Every Month")], required=True, default="manual"
    )
    issue_day = fields.Integer(default=31, help="Day of the month; 31 is the last one.")
    issue_day_setting_id = fields.Many2one(
        "ir.model.fields",
        string="Day in the Settings",
        ondelete="set null",
        domain=[("model", "=", "pm.site"), ("ttype", "=", "integer")],
        help="Setting of the office that gives the day instead.",
    )
    covers_previous = fields.Boolean(
        string="Covers the Month Before", help="Issued in one month for the month before it."
    )
    date_start = fields.Date(
        string="Issued Since",
        required=True,
        default=fields.Date.context_today,
        help="Days of issue before this one are not made up for.",
    )
    issue_ids = fields.One2many("pm.register.issue", "register_id", string="Issues")
    last_issue_id = fields.Many2one(
        "pm.register.issue", string="Latest Issue", compute="_compute_last_issue"
    )
    date_last = fields.Date(string="Last Issued", compute="_compute_last_issue")

    _day_range = models.Constraint(
        "CHECK (issue_day BETWEEN 1 AND 31)",
        "A day of the month lies between 1 and 31; 31 is the last day of every month.",
    )

    def _compute_last_issue(self):
        rows = self.env["pm.register.issue"]._read_group(
            [("register_id", "in", self.ids)], ["register_id"], ["date:max", "id:recordset"]
        )
        found = {register: (day, issues) for register, day, issues in rows}
        for register in self:
            day, issues = found.get(register, (False, register.issue_ids.browse()))
            register.date_last = day
            register.last_issue_id = issues.sorted("date")[-1:]

    @api.constrains("model_id", "site_path", "group_path", "domain", "order", "date_field_id")
    def _check_rows(self):
        """Refuse what no issue could read, and what its writer may not read himself: a scheduled
        issue reads everything of the office."""
        for register in self.sudo(False):  # constraints run as superuser
            model = register.env.get(register.model)
            if model is None:
                continue
            model.check_access("read")
            if register._get_fields(register.site_path)[-1].comodel_name != "pm.site":
                raise ValidationError(
                    self.env._(
                        "The path %(path)s of the register %(register)s does not lead to a "
                        "management office. Enter fields joined by dots, such as unit_id.site_id.",
                        path=register.site_path,
                        register=register.name,
                    )
                )
            if register.group_path:
                register._get_fields(register.group_path)
            day = fields.Date.to_date("2000-01-01")
            try:
                # The search refuses fields that the user may not read.
                domain = register._get_domain(day, day)
                domain.validate(model)
                model.search(domain, order=register.order or None, limit=1)
            except (ValueError, SyntaxError, TypeError) as error:
                raise ValidationError(
                    self.env._(
                        "The filter or the order of the register %(register)s cannot be read: "
                        "%(error)s. Fixed values only; use the texts 'issue_date', 'period_start' "
                        "and 'period_end' for days.",
                        register=register.name,
                        error=error,
                    )
                )
            register.column_ids._check_path()

    def action_issue(self):
        """Ask for the office and the month, and issue the register."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Issue Register"),
            "res_model": "pm.register.prepare",
            "view_mode": "form",
            "target": "new",
            "context": {"default_register_id": self.id},
        }

    def action_view_last_issue(self):
        self.ensure_one()
        if not self.last_issue_id:
            raise UserError(self.env._("%(register)s has not been issued yet.", register=self.name))
        return self.last_issue_id.get_formview_action()

    def action_view_issues(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_base.pm_register_issue_action")
        return {**action, "domain": [("register_id", "=", self.id)], "context": {}}

    @api.model
    def _cron_issue_registers(self):
        """Issue the registers of each office whose day has come; a late run dates them that day."""
        registers = self.search([("issue_rule", "=", "monthly")])
        self.env["pm.site"].search([])._do_daily(registers._issue_due)

    def _issue_due(self, site, today):
        for register in self:
            if register.site_ids and site not in register.site_ids:
                continue
            try:
                with self.env.cr.savepoint():
                    register._issue_missing(site, today)
            except (UserError, ValueError) as error:
                _logger.warning(
                    "The register %s of %s was not issued: %s", register.name, site.name, error
                )

    def _issue_missing(self, site, today):
        """Issue the register for the last two days of issue, unless that was done."""
        self.ensure_one()
        day = site[self.sudo().issue_day_setting_id.name] if self.issue_day_setting_id else 0
        for month in (add_months(month_start(today), -1), month_start(today)):
            due = month_day(month.year, month.month, day or self.issue_day)
            if not self.date_start <= due <= today:
                continue
            issue = self._get_issue(site, due, self._get_period(due))
            # What was issued by hand before its day is issued again on its day.
            if not issue or issue.date < due:
                self._issue(site, due)

    def _issue(self, site, day, period=None):
        """Issue the register of an office as of `day`, and return the issue.

        A register of the month has one issue for each month, another one for each day: to issue it
        again makes another version of the same. Rows are read with the rights of the user.
        """
        self.ensure_one()
        self.check_access("read")
        site.check_access("read")
        if self.site_ids and site not in self.site_ids:
            raise UserError(
                self.env._(
                    "The register %(register)s is not kept at %(site)s.",
                    register=self.name,
                    site=site.name,
                )
            )
        period = self._get_period(day, period)
        # What the memory of this transaction holds is no right to read it.
        for path in filter(None, [*self.column_ids.mapped("path"), self.group_path]):
            self._get_fields(path)
        columns, rows = self._read_rows(site, day, period)
        row_count = len(rows)
        # The user may not write issues: that keeps rows from being made up.
        issue_sudo = self._get_issue(site, day, period).sudo()
        previous_sudo = self._get_previous(site, day, period).sudo()
        if self.mark_changes and previous_sudo:
            self._mark_changes(columns, rows, previous_sudo.content)
        marks = [row["mark"] for row in rows]
        vals = {
            "date": day,
            "previous_id": previous_sudo.id,
            "content": {"columns": columns, "rows": rows},
            "row_count": row_count,
            "new_count": marks.count("new"),
            "changed_count": marks.count("changed"),
            "removed_count": marks.count("removed"),
            "issued_at": fields.Datetime.now(),
            "issued_by_id": self.env.uid,
            "landscape": self.landscape,
            "distribution": self.with_context(lang=site.print_lang).distribution,
            "signers": self.with_context(lang=site.print_lang).signers,
        }
        if issue_sudo:
            issue_sudo.write({**vals, "version": issue_sudo.version + 1})
            issue_sudo.message_post(
                body=self.env._("Issued again: version %(version)s.", version=issue_sudo.version),
                author_id=self.env.user.partner_id.id,
            )
        else:
            try:
                issue_sudo = issue_sudo.create(
                    {**vals, "register_id": self.id, "site_id": site.id, "period": period}
                )
            except psycopg2.errors.UniqueViolation as error:
                # Somebody issued it this very moment: begin again, as another version.
                raise ConcurrencyError(str(error)) from error
        issue = issue_sudo.with_env(self.env)
        issue._tell_posts()
        return issue

    def _get_period(self, day, period=None):
        """Return the first day of the month that an issue of `day` is for, or False."""
        has_period = self.issue_rule == "monthly" or self.date_field_id or "'period_" in self.domain
        if not has_period:
            return False
        if period:
            return month_start(period)
        return add_months(month_start(day), -1 if self.covers_previous else 0)

    def _get_issue(self, site, day, period):
        """Return the issue of that month, or of that day where there are no months."""
        domain = Domain("register_id", "=", self.id) & Domain("site_id", "=", site.id)
        if period:
            return self.env["pm.register.issue"].search(domain & Domain("period", "=", period))
        return self.env["pm.register.issue"].search(
            domain & Domain("date", "=", day) & Domain("period", "=", False)
        )

    def _get_previous(self, site, day, period):
        """Return the issue before that of the month or day."""
        name, value = ("period", period) if period else ("date", day)
        return self.env["pm.register.issue"].search(
            Domain("register_id", "=", self.id)
            & Domain("site_id", "=", site.id)
            & Domain(name, "<", value),
            order=f"{name} desc",
            limit=1,
        )

    def _mark_changes(self, columns, rows, before):
        paths = {column["path"]: place for place, column in enumerate(before["columns"])}
        pairs = [
            (place, paths[column["path"]])
            for place, column in enumerate(columns)
            if column["path"] in paths and column["path"] and not column["unmarked"]
        ]
        mark_changes(rows, before["rows"], pairs)

    def _read_rows(self, site, day, period):
        """Return (columns, rows) of an office, read with the rights of the environment."""
        local = self.with_context(
            lang=site.print_lang, tz=site.tz, allowed_company_ids=site.company_id.ids
        )
        domain = (
            self._get_domain(day, period or month_start(day))
            & self._get_period_domain(site, period)
            & Domain(self.site_path, "=", site.id)
        )
        records = local.env[self.model].search(domain, order=self.order or None)
        columns = local.column_ids
        cells = [column._read_cells(records) for column in columns]
        keys = [place for place, column in enumerate(columns) if column.is_key]
        groups = columns._read_texts(records, self.group_path) if self.group_path else None
        rows = []
        for number, record in enumerate(records):
            row = [column[number] for column in cells]
            key = "|".join(str(row[place]) for place in keys) if keys else str(record.id)
            group = groups[number] if groups else ""
            rows.append({"key": key, "group": group, "mark": "", "changed": [], "cells": row})
        return [column._prepare_heading() for column in columns], rows

    def _get_domain(self, day, period):
        """Return the filter with its placeholders filled in."""
        values = {"issue_date": day, "period_start": period, "period_end": month_end(period)}

        def fill(condition):
            value = condition.value
            if isinstance(value, str) and value in _PLACEHOLDERS:
                return Domain(condition.field_expr, condition.operator, values[value])
            return condition

        return Domain(literal_eval(self.domain or "[]")).map_conditions(fill)

    def _get_period_domain(self, site, period):
        """Return the condition that a record is of the month."""
        field = self.sudo().date_field_id
        if not field or not period:
            return Domain.TRUE
        first, last = period, month_end(period)
        if field.ttype == "date":
            return Domain(field.name, ">=", first) & Domain(field.name, "<=", last)
        after = site._to_utc(datetime.combine(last + timedelta(days=1), time()))
        return Domain(field.name, ">=", site._to_utc(datetime.combine(first, time()))) & Domain(
            field.name, "<", after
        )

    def _get_fields(self, path):
        """Return the fields of a path from the records of the register; refuse one that is none, or
        that the user may not read."""
        model = self.env[self.model]
        found = []
        for name in (path or "").split("."):
            field = model._fields.get(name) if model is not None else None
            if not field or field.type in ("binary", "json", "properties", "reference"):
                raise ValidationError(
                    self.env._(
                        "The register %(register)s cannot print %(path)s: %(model)s has no field "
                        "%(name)s. Enter names of fields joined by dots, such as unit_ids.code.",
                        register=self.name,
                        path=path,
                        model=model._description if model is not None else self.model,
                        name=name,
                    )
                )
            model.check_access("read")
            model._check_field_access(field, "read")
            found.append(field)
            model = self.env[field.comodel_name] if field.comodel_name else None
        return found
