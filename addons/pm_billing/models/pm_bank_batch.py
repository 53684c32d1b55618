import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.pm_base.models.wording import word_day
from odoo.addons.pm_base.tools.calendar import month_day, month_end, month_start

from .wording import word_amount, word_month

# What the bank was told: fixed once the file is made.
_FACTS = {"month", "with_arrears", "format_id", "journal_id", "date_collect", "site_id"}


class PmBankBatch(models.Model):
    """Bills of a month sent to the bank to be collected, and its answer (BIL-024, BIL-030).

    Nothing is booked before the bank has answered: what it collected is, bill by bill; what it
    refused stays open with its reason.
    """

    _name = "pm.bank.batch"
    _inherit = [
        "mail.thread",
        "pm.numbered.mixin",
        "pm.printable.mixin",
        "pm.site.mixin",
        "pm.state.mixin",
    ]
    _description = "Bank Collection"
    _order = "month desc, id desc"
    _NOTED = frozenset(
        {
            "file",
            "filename",
            "sent_on",
            "sent_by_id",
            "answer_file",
            "answer_filename",
            "answer_hash",
            "answered_on",
            "answered_by_id",
            "handed_over_on",
            "state",
        }
    )

    # The only moves a collection can make, whoever asks.
    _TRANSITIONS = {
        "draft": {"sent", "cancelled"},
        "sent": {"answered", "cancelled"},
        "answered": {"closed"},
        "closed": set(),
        "cancelled": set(),
    }

    name = fields.Char(string="Number", required=True, readonly=True, copy=False, default="/")
    month = fields.Date(
        required=True,
        default=lambda self: month_start(fields.Date.context_today(self)),
        tracking=True,
        help="Bills due in this month are collected; any of its days may be entered.",
    )
    with_arrears = fields.Boolean(
        string="Also Earlier Bills",
        tracking=True,
        help="Also what is still open from earlier months, such as what was refused then.",
    )
    format_id = fields.Many2one(
        "pm.bank.format",
        required=True,
        ondelete="restrict",
        compute="_compute_from_site",
        store=True,
        readonly=False,
        precompute=True,
    )
    journal_id = fields.Many2one(
        "account.journal",
        string="Collecting Bank",
        required=True,
        ondelete="restrict",
        check_company=True,
        domain="[('type', '=', 'bank')]",
        compute="_compute_from_site",
        store=True,
        readonly=False,
        precompute=True,
    )
    date_collect = fields.Date(
        string="Day of Collection", required=True, default=fields.Date.context_today, tracking=True
    )
    date_feedback = fields.Date(
        string="Result to Service Centre By", compute="_compute_date_feedback"
    )
    line_ids = fields.One2many("pm.bank.batch.line", "batch_id", string="Lines")
    count = fields.Integer(string="Bills", compute="_compute_totals", store=True)
    amount = fields.Monetary(string="To Collect", compute="_compute_totals", store=True)
    paid_count = fields.Integer(string="Bills Collected", compute="_compute_totals", store=True)
    amount_paid = fields.Monetary(string="Debited", compute="_compute_totals", store=True)
    refused_count = fields.Integer(string="Bills Refused", compute="_compute_totals", store=True)
    amount_refused = fields.Monetary(string="Not Collected", compute="_compute_totals", store=True)
    file = fields.Binary(
        string="File for the Bank",
        attachment=True,
        copy=False,
        groups="pm_billing.group_pm_billing_user",
    )
    filename = fields.Char(readonly=True, copy=False)
    sent_on = fields.Date(readonly=True, copy=False, tracking=True)
    sent_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    answer_file = fields.Binary(
        string="Answer of the Bank",
        attachment=True,
        copy=False,
        groups="pm_billing.group_pm_billing_user",
    )
    answer_filename = fields.Char(readonly=True, copy=False)
    answer_hash = fields.Char(readonly=True, copy=False)
    answered_on = fields.Date(string="Bank Answered On", readonly=True, copy=False, tracking=True)
    answered_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    handed_over_on = fields.Date(
        string="Service Centre Told On", readonly=True, copy=False, tracking=True
    )
    note = fields.Text()
    state = fields.Selection(
        [
            ("draft", "To Send"),
            ("sent", "At the Bank"),
            ("answered", "Bank Answered"),
            ("closed", "Service Centre Told"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )

    _month_start = models.Constraint(
        "CHECK (EXTRACT(DAY FROM month) = 1)", "A month is given by its first day."
    )
    _answered_once = models.UniqueIndex(
        "(answer_hash) WHERE answer_hash IS NOT NULL",
        "This answer of the bank has been imported already.",
    )
    _answered_complete = models.Constraint(
        "CHECK (state NOT IN ('answered', 'closed') OR answer_hash IS NOT NULL)",
        "A collection is answered by a file of the bank.",
    )

    @api.depends("site_id")
    def _compute_from_site(self):
        first = self.env["pm.bank.format"].search([], limit=1)
        for batch in self:
            site = batch.site_id
            batch.format_id = site.bank_format_id or batch.format_id or first
            batch.journal_id = site._get_bank_journal()

    @api.depends("month", "site_id.bank_feedback_day")
    def _compute_date_feedback(self):
        for batch in self:
            month = batch.month
            batch.date_feedback = month and month_day(
                month.year, month.month, batch.site_id.bank_feedback_day
            )

    @api.depends("line_ids.state", "line_ids.amount", "line_ids.amount_paid")
    def _compute_totals(self):
        for batch in self:
            lines = batch.line_ids
            batch.count = len(lines)
            batch.amount = sum(lines.mapped("amount"))
            paid = lines.filtered(lambda line: line.state in ("paid", "part"))
            batch.paid_count = len(paid)
            batch.amount_paid = sum(paid.mapped("amount_paid"))
            refused = lines.filtered(lambda line: line.state in ("refused", "part"))
            batch.refused_count = len(refused)
            batch.amount_refused = sum(line.amount - line.amount_paid for line in refused)

    @api.depends_context("lang")
    @api.depends("name", "month")
    def _compute_display_name(self):
        for batch in self:
            name = "" if batch.name == "/" else batch.name
            batch.display_name = " ".join(filter(None, (name, word_month(self.env, batch.month))))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._begin_month(vals)
        return super().create(vals_list)

    def write(self, vals):
        if _FACTS & vals.keys():
            for batch in self:
                if batch.state != "draft":
                    raise UserError(
                        self.env._(
                            "%(batch)s was sent to the bank as it is. Cancel it and collect anew.",
                            batch=batch.display_name,
                        )
                    )
            self._begin_month(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        for batch in self:
            if batch.state not in ("draft", "cancelled") or batch.sent_on:
                raise UserError(
                    self.env._(
                        "%(batch)s was sent to the bank and is kept as evidence.",
                        batch=batch.display_name,
                    )
                )

    def action_collect(self):
        """List the open bills of debtors with a mandate, as they are now."""
        for batch in self._lock():
            batch._check_draft()
            batch.line_ids.unlink()
            batch.env["pm.bank.batch.line"].create(batch._prepare_line_vals_list())

    def action_send(self):
        """Make the file for the bank; from now on its lines stay as they are."""
        self.ensure_one()
        batch = self._lock()
        batch._check_transition("sent")
        batch._check_sendable()
        content = batch._write_request()
        batch._write_noted(
            {
                "state": "sent",
                "file": base64.b64encode(content),
                "filename": f"{batch.name}.{batch.format_id.extension}",
                "sent_on": batch.site_id._today(),
                "sent_by_id": self.env.uid,
            }
        )
        return self.action_download()

    def action_download(self):
        """Download the file for the bank, again if need be."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file/{self.filename}?download=1",
            "target": "download",
        }

    def action_import(self):
        """Ask for the file with the bank's answer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pm_billing.pm_bank_batch_answer_action"
        )
        return {**action, "context": {"default_batch_id": self.id}}

    def action_hand_over(self):
        """Print the result for the service centre (F-BIL-08), which ends the collection."""
        for batch in self:
            if batch.state == "answered":
                batch._write_noted({"state": "closed", "handed_over_on": batch.site_id._today()})
        return self.env.ref("pm_billing.action_report_pm_bank_feedback").report_action(self)

    def action_cancel(self):
        """Collect none of it: the bills may be collected anew. Once sent, for the director."""
        for batch in self._lock():
            batch._check_transition("cancelled")
            if batch.state == "sent" and not self.env.user.has_group(
                "pm_billing.group_pm_billing_manager"
            ):
                raise UserError(
                    self.env._(
                        "%(batch)s is at the bank. The director cancels it, once the bank has "
                        "confirmed that nothing is collected.",
                        batch=batch.display_name,
                    )
                )
            batch.line_ids.state = "cancelled"
            batch.state = "cancelled"

    def action_view_payments(self):
        """Open the payments booked from the bank's answer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Payments"),
            "res_model": "account.payment",
            "views": [[False, "list"], [False, "form"]],
            "domain": [("id", "in", self.line_ids.payment_id.ids)],
        }

    def action_view_refused(self):
        """Open the lines that the bank did not collect, or not in full."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_billing.pm_bank_line_action")
        return {
            **action,
            "domain": [("batch_id", "=", self.id), ("state", "in", ("refused", "part"))],
            "context": {},
        }

    @api.model
    def _get_due_select(self):
        """Return the collections under way, for the due list: the file goes out by the day on
        which fees are due, the result is with the service centre by the feedback day."""
        dues = self.env["pm.due"]
        return dues._prepare_due_select(
            53,
            "bank_batch",
            SQL(
                "FROM pm_bank_batch batch JOIN pm_site office ON office.id = batch.site_id"
                " WHERE batch.state IN ('draft', 'sent', 'answered')"
            ),
            id=SQL("batch.id"),
            name=SQL(
                "CASE batch.state WHEN 'draft' THEN %s WHEN 'sent' THEN %s ELSE %s END",
                self.env._("Send the file to the bank"),
                self.env._("Import the bank's answer"),
                self.env._("Give the bank's result to the service centre"),
            ),
            res_model=SQL("'pm.bank.batch'"),
            res_id=SQL("batch.id"),
            site_id=SQL("batch.site_id"),
            department_id=dues._get_department_sql("finance"),
            due_date=SQL(
                "LEAST(batch.month + CASE batch.state WHEN 'draft' THEN office.due_day"
                " ELSE office.bank_feedback_day END,"
                " (batch.month + interval '1 month')::date) - 1"
            ),
        )

    def _pm_before_print(self, form):
        super()._pm_before_print(form)
        for batch in self:
            if batch.state not in ("answered", "closed"):
                raise UserError(
                    self.env._(
                        "The bank has not answered %(batch)s yet: there is no result.",
                        batch=batch.display_name,
                    )
                )

    def _pm_get_feedback_words(self):
        """Return what the result for the service centre says (F-BIL-08); what was not collected
        comes first."""
        self.ensure_one()
        env = self.env
        states = dict(self.line_ids._fields["state"]._description_selection(env))
        order = {"refused": 0, "part": 1}
        lines = self.line_ids.sorted(lambda line: (order.get(line.state, 2), line.number))
        return {
            "month": word_month(env, self.month),
            "date": word_day(env, self.answered_on),
            "due": word_day(env, self.date_feedback),
            "prepared_by": self.answered_by_id.name,
            "lines": [
                {
                    "unit": line.unit_codes,
                    "occupant": line.partner_id.name,
                    "account": line.account_hint,
                    "amount": word_amount(env, line.amount),
                    "paid": word_amount(env, line.amount_paid),
                    "open": word_amount(env, line.amount - line.amount_paid),
                    "reason": line.reason or states[line.state],
                    "is_open": line.state != "paid",
                }
                for line in lines
            ],
            "count": len(lines),
            "paid_count": self.paid_count,
            "refused_count": self.refused_count,
            "amount": word_amount(env, self.amount),
            "paid": word_amount(env, self.amount_paid),
            "open": word_amount(env, self.amount_refused),
        }

    def _lock(self):
        """Return the collections with all rights, once the user is known to be entitled.

        Lines and states follow from what the fee office does; of two clerks one is refused.
        """
        self.check_access("write")
        self.lock_for_update(allow_referencing=True)
        self.invalidate_recordset(["state", "answer_hash"])
        return self.sudo()

    def _check_draft(self):
        for batch in self:
            if batch.state != "draft":
                raise UserError(
                    self.env._("%(batch)s was sent to the bank as it is.", batch=batch.display_name)
                )

    def _prepare_line_vals_list(self):
        """Return the lines of the bills to be collected, in the order of the units."""
        self.ensure_one()
        bills = self._get_bills()
        mandates = self.env["pm.bank.mandate"]._get_active(bills.pm_tenancy_id, self.date_collect)
        taken = self.env["pm.bank.batch.line"].search(
            Domain("move_id", "in", bills.ids) & Domain("state", "=", "waiting")
        )
        vals_list = []
        for bill in bills - taken.move_id:
            mandate = mandates.get(bill.pm_tenancy_id)
            if mandate and mandate._pays(bill):
                vals_list.append(
                    {
                        "batch_id": self.id,
                        "number": len(vals_list) + 1,
                        "move_id": bill.id,
                        "mandate_id": mandate.id,
                        "account_no": mandate.partner_bank_id.sanitized_acc_number,
                        "holder_name": mandate.holder_name,
                        "amount": bill.amount_residual,
                    }
                )
        return vals_list

    def _get_bills(self):
        self.ensure_one()
        Move = self.env["account.move"]
        domain = Move._pm_get_unpaid_domain() & Domain("pm_site_id", "=", self.site_id.id)
        domain &= Domain("invoice_date_due", "<=", month_end(self.month))
        domain &= Domain("amount_residual", ">", 0)
        if not self.with_arrears:
            domain &= Domain("invoice_date_due", ">=", self.month)
        bills = Move.search(domain, order="invoice_date_due, id")
        return bills.sorted(lambda bill: (bill.pm_unit_codes or "", bill.invoice_date_due, bill.id))

    def _check_sendable(self):
        """Refuse to ask the bank for nothing, or for what is no longer owed."""
        self.ensure_one()
        if not self.line_ids:
            raise UserError(
                self.env._(
                    "%(batch)s has no lines. Collect the open bills first.",
                    batch=self.display_name,
                )
            )
        changed = self.line_ids.filtered(
            lambda line: (
                line.move_id.state != "posted"
                or line.mandate_id.state != "active"
                or line.currency_id.compare_amounts(line.amount, line.move_id.amount_residual)
            )
        )
        if changed:
            raise UserError(
                self.env._(
                    "These bills or mandates have changed since they were collected: %(bills)s. "
                    "Collect the open bills again.",
                    bills=", ".join(line.display_name for line in changed[:10]),
                )
            )

    def _write_request(self):
        """Return the bytes of the file for the bank."""
        self.ensure_one()
        lines = [line._prepare_cells() for line in self.line_ids]
        around = self._prepare_frame(lines)
        return self.format_id.with_env(self.env)._write_file(lines, around, around)

    def _prepare_frame(self, lines):
        """Return what the first and the last line of the file may say."""
        self.ensure_one()
        site = self.site_id
        account = site.payee_bank_id
        return {
            "batch": self.name,
            "contract": site.bank_contract_no or "",
            "payee": account.acc_holder_name or site.company_id.name,
            "payee_account": account.sanitized_acc_number or "",
            "date": self.date_collect,
            "count": len(lines),
            "total": sum(line["amount"] for line in lines),
        }

    @api.model
    def _begin_month(self, vals):
        """Let any day of a month stand for the month."""
        if vals.get("month"):
            vals["month"] = month_start(fields.Date.to_date(vals["month"]))
