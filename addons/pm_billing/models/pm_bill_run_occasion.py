from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.pm_base.tools.calendar import month_start

from ..tools.plan import Plan
from .pm_fee import MONTHLY


class PmBillRun(models.Model):
    """Runs for one occupant: what is paid on moving in, and the final bill of the move-out.

    The two go through the same steps as a month: collect, check, bill, print.
    """

    _inherit = "pm.bill.run"

    occasion = fields.Selection(
        [("month", "Month"), ("move_in", "Move-in"), ("final", "Move-out")],
        required=True,
        default="month",
        readonly=True,
        index=True,
    )
    tenancy_id = fields.Many2one(
        "pm.tenancy",
        string="Occupant",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
    )
    date = fields.Date(
        string="Moving Day",
        compute="_compute_date",
        store=True,
        help="The day of moving in or of leaving; the first day of a month.",
    )
    amount_deposits = fields.Monetary(string="Deposits Asked For", compute="_compute_deposits")
    _NOTED = frozenset({"occasion", "tenancy_id"})

    _of_one_occupant = models.Constraint(
        "CHECK ((occasion = 'month') = (tenancy_id IS NULL))",
        "A month is billed for all, a move-in or a move-out for one occupant.",
    )
    _one_of_occupant = models.UniqueIndex(
        "(tenancy_id, occasion, month) WHERE occasion <> 'month'",
        "There is a run for this occupant and this occasion already.",
    )

    @api.depends(
        "month",
        "occasion",
        "tenancy_id.date_start",
        "tenancy_id.date_moved_in",
        "tenancy_id.date_moved_out",
    )
    def _compute_date(self):
        for run in self:
            tenancy = run.tenancy_id
            if run.occasion == "move_in":
                run.date = tenancy._get_occupation()[0]
            elif run.occasion == "final":
                run.date = tenancy.date_moved_out or run.month
            else:
                run.date = run.month

    @api.depends("occasion", "date")
    def _compute_dates(self):
        alone = self.filtered(lambda run: run.occasion != "month")
        for run in alone:
            run.date_due = run.date_delivery = run.date
        return super(PmBillRun, self - alone)._compute_dates()

    @api.depends("tenancy_id.deposit_ids.state")
    def _compute_deposits(self):
        for run in self:
            run.amount_deposits = sum(run._get_deposits().mapped("amount"))

    @api.depends("occasion", "tenancy_id.display_name")
    def _compute_display_name(self):
        labels = dict(self._fields["occasion"]._description_selection(self.env))
        alone = self.filtered(lambda run: run.occasion != "month")
        for run in alone:
            run.display_name = f"{labels[run.occasion]} {run.tenancy_id.display_name}"
        return super(PmBillRun, self - alone)._compute_display_name()

    def action_invoice(self):
        """Bill what is open; a move-in asks for the deposits of its fees as well."""
        done = self.browse()
        for run in self.filtered(lambda run: run.occasion != "month"):
            run._check_transition("invoiced")
            if run.occasion == "move_in":
                run._ask_deposits()
            if not run._get_open_charges():
                run.state = "invoiced"
                done |= run
        return super(PmBillRun, self - done).action_invoice()

    def action_deliver(self):
        """Print the statement; the settlement is what the occupant gets when he leaves."""
        clearance = self.tenancy_id.clearance_id
        if len(self) == 1 and self.occasion == "final" and clearance:
            self._note_delivered()
            return clearance.action_print_settlement()
        if len(self) == 1 and self.occasion != "month" and not self.bill_ids:
            self._note_delivered()  # deposits alone, or nothing
            return True
        return super().action_deliver()

    def action_open_tenancy(self):
        self.ensure_one()
        return self.tenancy_id.get_formview_action()

    @api.model
    def _open_occasion(self, tenancy, occasion):
        """Return the run of an occupant for a move-in or a move-out, collected and checked."""
        self.check_access("create")
        day = tenancy._get_occupation()[0]
        if occasion == "final":
            day = tenancy.date_moved_out
            if not day:
                raise UserError(
                    self.env._(
                        "Enter the day on which %(tenancy)s leaves first.",
                        tenancy=tenancy.display_name,
                    )
                )
        month = month_start(day)
        run = self.search(
            Domain("tenancy_id", "=", tenancy.id)
            & Domain("occasion", "=", occasion)
            & Domain("month", "=", month),
            limit=1,
        )
        if not run:
            # The occasion is the system's: a user who may bill gets it from the tenancy.
            run_sudo = self.sudo().create(
                {
                    "site_id": tenancy.site_id.id,
                    "month": month,
                    "occasion": occasion,
                    "tenancy_id": tenancy.id,
                }
            )
            run = run_sudo.with_env(self.env)
        if run.state in ("draft", "collected", "checked"):
            run.action_collect()
            run.action_check()
        return run

    def _note_delivered(self):
        self._lock()
        if self.state != "delivered":
            self.state = "delivered"

    def _prepare_plan(self):
        if self.occasion == "month":
            return super()._prepare_plan()
        tenancy = self.tenancy_id
        if self.occasion == "move_in":
            return Plan.of_move_in(tenancy._get_move_in_days())
        return tenancy._prepare_final_plan()

    def _plan_move_in(self, plan):
        """Plan what is paid in advance: the monthly fees of the first days, and what is paid
        once."""
        local = self.tenancy_id.with_context(lang=self.site_id.print_lang)
        if not local.unit_ids:
            plan.findings.append({"kind": "unit", "tenancy_id": local.id})
            return
        fees = self.env["pm.fee"].search([("site_id", "=", self.site_id.id)])
        for fee in fees.with_env(local.env):
            if fee.basis in MONTHLY and fee.timing == "current":
                local._plan_fee(fee, plan)
        local._plan_moving_in(fees.with_env(local.env), plan)
        if not plan.charges and not plan.findings:
            plan.findings.append({"kind": "nothing", "tenancy_id": local.id})

    def _plan_final(self, plan):
        """Plan all that is open on the day of leaving, and give back what was billed after it."""
        self.tenancy_id._plan_final(plan)

    def _write_charges(self, plan):
        if self.occasion == "final":
            # The occupant is billed once more, and for all: what waits in other runs comes here.
            charges_sudo = self.env["pm.charge"].sudo()
            waiting_sudo = charges_sudo.search(
                Domain("tenancy_id", "=", self.tenancy_id.id)
                & Domain("state", "=", "open")
                & Domain("run_id", "!=", self.id)
            )
            if waiting_sudo.try_lock_for_update(allow_referencing=True) != waiting_sudo:
                self._refuse_busy()
            waiting_sudo.unlink()
        return super()._write_charges(plan)

    def _ask_deposits(self):
        """Ask for the deposits that the fees of the office name, each once (TEN-077)."""
        tenancy = self.tenancy_id
        known = self._get_deposits()
        deposits_sudo = self.env["pm.deposit"].sudo()  # which fee it comes from is the system's
        for fee, amount, formula in tenancy._get_move_in_deposits():
            if fee in known.fee_id:
                continue
            deposit_sudo = deposits_sudo.create(
                {
                    "kind_id": fee.deposit_kind_id.id,
                    "tenancy_id": tenancy.id,
                    "partner_id": tenancy.payer_id.id,
                    "fee_id": fee.id,
                    "amount": amount,
                    "date_due": max(self.date, self.site_id._today()),
                    "note": formula,
                }
            )
            deposit_sudo.with_env(self.env).action_ask()

    def _get_deposits(self):
        """Return the deposits of the move-in that its fees ask for."""
        return self.tenancy_id.deposit_ids.filtered(
            lambda deposit: deposit.fee_id and deposit.state != "cancelled"
        )
