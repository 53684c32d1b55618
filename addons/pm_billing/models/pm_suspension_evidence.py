from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class PmSuspension(models.Model):
    """What has to stand before services are stopped for arrears: a demand letter that was
    delivered, and a visit after its day (BIL-043); where one is missing, a leader vouches for why.
    """

    _inherit = "pm.suspension"

    case_id = fields.Many2one(
        compute="_compute_case_id", store=True, readonly=False, precompute=True
    )
    visited_on = fields.Date(
        compute="_compute_visited_on", store=True, readonly=False, precompute=True
    )
    missing_evidence = fields.Char(string="Still Missing", compute="_compute_missing_evidence")
    exception_reason = fields.Char(
        string="Reason without Evidence",
        copy=False,
        tracking=True,
        help="Why services are stopped though no letter or visit stands on the dunning case. A "
        "leader in charge vouches for it, and it is printed on the approval.",
    )
    exception_recorded_by_id = fields.Many2one(
        "res.users",
        string="Reason Recorded By",
        readonly=True,
        copy=False,
        ondelete="restrict",
        tracking=True,
    )
    exception_recorded_on = fields.Date(readonly=True, copy=False)

    @api.depends("tenancy_id", "ground")
    def _compute_case_id(self):
        Case = self.env["pm.dunning.case"].sudo()  # who stops services need not see cases
        for suspension in self:
            tenancy = suspension.tenancy_id
            if suspension.ground != "arrears" or not tenancy:
                suspension.case_id = False
            elif suspension.case_id.tenancy_id != tenancy:
                suspension.case_id = Case.search(
                    Domain("tenancy_id", "=", tenancy.id) & Domain("state", "=", "open"), limit=1
                )
            else:
                suspension.case_id = suspension.case_id

    @api.depends("case_id")
    def _compute_visited_on(self):
        for suspension in self:
            case_sudo = suspension.case_id.sudo()
            made = case_sudo._get_visited_on() if case_sudo else False
            suspension.visited_on = made or suspension.visited_on

    @api.depends("ground", "state", "case_id", "visited_on", "exception_recorded_by_id")
    def _compute_missing_evidence(self):
        for suspension in self:
            is_open = suspension.ground == "arrears" and suspension.state == "draft"
            suspension.missing_evidence = is_open and suspension._get_missing_evidence()

    def action_record_exception(self):
        """Vouch, as a leader in charge, for stopping services without letter or visit."""
        for suspension in self:
            suspension._check_leader()
            suspension._check_undecided()
            if suspension.ground != "arrears" or not (suspension.exception_reason or "").strip():
                raise UserError(
                    self.env._(
                        "Say why the services of %(suspension)s are stopped without a letter or "
                        "visit on the dunning case.",
                        suspension=suspension.display_name,
                    )
                )
            suspension._write_noted(
                {
                    "exception_recorded_by_id": self.env.uid,
                    "exception_recorded_on": suspension.site_id._today(),
                }
            )
            suspension._log("exception", suspension.exception_reason)

    def _get_missing_evidence(self):
        """Return what is missing of letter, delivery and visit, or False."""
        self.ensure_one()
        if self.exception_recorded_by_id:
            return False
        case_sudo = self.case_id.sudo()  # what is noted on the case, whoever may see it
        letters = case_sudo.action_ids.filtered(
            lambda action: action.action == "letter" and action.state == "issued"
        )
        if not letters:
            return self.env._("No demand letter was printed for this debt.")
        if not self.visited_on or self.visited_on != case_sudo._get_visited_on():
            return self.env._("No visit of this day is noted on the dunning case.")
        delivered = letters.filtered(
            lambda letter: letter.paper_ids.filtered(
                lambda paper: (
                    paper.state != "printed"
                    and paper.delivered_on
                    and paper.delivered_on <= self.visited_on
                )
            )
        )
        if not delivered:
            return self.env._("That a demand letter was delivered before the visit is not noted.")
        if min(delivered.mapped("date_pay_by")) >= self.visited_on:
            return self.env._("The visit came before the day by which the letter asks to pay.")
        return False

    def _check_evidence(self):
        """Refuse to ask for what would not stand before a judge (BIL-043)."""
        for suspension in self:
            if missing := suspension._get_missing_evidence():
                raise UserError(
                    self.env._(
                        "%(suspension)s: %(missing)s Make up for it, or have a leader in charge "
                        "record the reason.",
                        suspension=suspension.display_name,
                        missing=missing,
                    )
                )
