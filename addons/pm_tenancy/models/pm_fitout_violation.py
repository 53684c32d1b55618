from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL


class PmFitoutViolation(models.Model):
    """What was found against the rules on a site, and how it was put right (TEN-095)."""

    _name = "pm.fitout.violation"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "pm.fitout.part.mixin",
        "pm.state.mixin",
    ]
    _description = "Violation During Works"
    _order = "found_on desc, id desc"
    _rec_names_search = ["name", "fitout_id.name", "fitout_id.unit_codes"]
    _NOTED = frozenset({"is_announced"})

    # The only moves a violation can make, whoever asks.
    _TRANSITIONS = {
        "open": {"rectified", "settled"},
        "rectified": {"open"},
        "settled": {"open"},
    }

    name = fields.Char(string="What Was Found", required=True, tracking=True)
    place = fields.Char()
    photo = fields.Image(max_width=1600, max_height=1600)
    found_on = fields.Date(required=True, default=fields.Date.context_today)
    found_by_id = fields.Many2one("res.users", required=True, default=lambda self: self.env.user)
    rectify_by = fields.Date(string="To Be Put Right By", tracking=True)
    rectified_on = fields.Date(tracking=True, copy=False)
    rectified_note = fields.Char(string="How It Was Put Right")
    is_stop_work = fields.Boolean(
        string="Stop Work", tracking=True, help="No work on the site until it is put right."
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_deduction = fields.Monetary(
        string="Deduction Proposed", tracking=True, help="From the fit-out deposit."
    )
    is_late = fields.Boolean(compute="_compute_is_late")
    is_announced = fields.Boolean(readonly=True, copy=False)
    state = fields.Selection(
        [
            ("open", "To Put Right"),
            ("rectified", "Put Right"),
            ("settled", "Settled by Deduction"),
        ],
        default="open",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )

    _amount_positive = models.Constraint(
        "CHECK (amount_deduction >= 0)", "A deduction cannot be negative."
    )
    _date_order = models.Constraint(
        "CHECK (rectify_by IS NULL OR found_on <= rectify_by)",
        "A violation is put right after it was found.",
    )
    _settled_amount = models.Constraint(
        "CHECK (state <> 'settled' OR COALESCE(amount_deduction, 0) > 0)",
        "Enter the deduction by which the violation is settled.",
    )

    @api.depends("state", "rectify_by")
    def _compute_is_late(self):
        for violation in self:
            violation.is_late = (
                violation.state == "open"
                and bool(violation.rectify_by)
                and violation.rectify_by < violation.site_id._today()
            )

    def write(self, vals):
        if vals.get("state") == "open":
            vals = {**vals, "rectified_on": False}
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A violation belongs to the file: it cannot be deleted."))

    def action_rectify(self):
        """Note that the violation was put right, today unless a day was entered."""
        for violation in self:
            day = violation.rectified_on or violation.site_id._today()
            violation.write({"state": "rectified", "rectified_on": day})

    def action_settle(self):
        """Settle what cannot be put right by a deduction from the deposit; for supervisors."""
        self.write({"state": "settled"})

    def action_reopen(self):
        self.write({"state": "open"})

    def _check_transition(self, target):
        super()._check_transition(target)
        settles = "settled" in (target, *self.mapped("state"))
        if settles and not (self.env.su or self.env.user.has_group("pm_base.group_pm_supervisor")):
            raise AccessError(
                self.env._("Only a supervisor settles a violation by a deduction, or undoes it.")
            )

    def _prepare_index_row(self):
        """Return the violation as a row of the index of a customer file (F-TEN-76)."""
        self.ensure_one()
        return {
            "name": f"{self.fitout_id.name} {self.name}",
            "date": self.found_on,
            "pages": False,
            "filed_by": self.found_by_id.name,
            "note": self._label_state(self.state),
        }

    @api.model
    def _get_due_select(self):
        """Return the violations to be put right, for the due list."""
        return self.env["pm.due"]._prepare_due_select(
            34,
            "fitout_violation",
            SQL(
                "FROM pm_fitout_violation violation"
                " JOIN pm_fitout fitout ON fitout.id = violation.fitout_id"
                " WHERE violation.state = 'open' AND violation.rectify_by IS NOT NULL"
            ),
            id=SQL("violation.id"),
            name=SQL("violation.name"),
            res_model=SQL("'pm.fitout.violation'"),
            res_id=SQL("violation.id"),
            site_id=SQL("violation.site_id"),
            place=SQL("fitout.unit_codes"),
            partner_id=SQL("fitout.partner_id"),
            user_id=SQL("violation.found_by_id"),
            due_date=SQL("violation.rectify_by"),
        )
