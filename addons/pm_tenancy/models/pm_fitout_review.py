from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .pm_fitout_drawing import TRADES


class PmFitoutReview(models.Model):
    """One round in which Engineering reviews the drawings of a fit-out (F-TEN-84, TEN-092)."""

    _name = "pm.fitout.review"
    _inherit = ["mail.thread", "pm.fitout.part.mixin", "pm.printable.mixin"]
    _description = "Drawing Review"
    _order = "date_received desc, round desc, id desc"
    _rec_names_search = ["fitout_id.name", "fitout_id.unit_codes"]
    _NOTED = frozenset({"is_announced"})
    _mail_post_access = "read"

    round = fields.Integer(string="Review Round", readonly=True, required=True, default=1)
    date_received = fields.Date(string="Drawings Received On", required=True, tracking=True)
    area = fields.Float(
        string="Area (m²)",
        digits=(12, 2),
        compute="_compute_area",
        store=True,
        precompute=True,
        help="As it was when the round began.",
    )
    date_due = fields.Date(
        string="Review Due",
        compute="_compute_date_due",
        store=True,
        precompute=True,
        index=True,
        tracking=True,
    )
    line_ids = fields.One2many("pm.fitout.review.line", "review_id", string="Trades")
    remarks = fields.Text(string="Remarks for All Trades")
    result = fields.Selection(
        [("pending", "Being Reviewed"), ("pass", "Pass"), ("fail", "Fail")],
        default="pending",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    date_concluded = fields.Date(string="Concluded On", readonly=True, copy=False)
    concluded_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    is_late = fields.Boolean(compute="_compute_is_late")
    is_announced = fields.Boolean(readonly=True, copy=False)

    _one_pending = models.UniqueIndex(
        "(fitout_id) WHERE result = 'pending'", "A round of this review is under way already."
    )
    _round_unique = models.Constraint(
        "UNIQUE (fitout_id, round)", "This round of the review exists already."
    )

    @api.depends("fitout_id")
    def _compute_area(self):
        for review in self:
            review.area = review.fitout_id.area

    @api.depends("date_received", "area")
    def _compute_date_due(self):
        for review in self:
            if review.date_received and review.fitout_id:
                site = review.fitout_id.site_id
                days = site._get_fit_out_review_days(review.area)
                review.date_due = site._add_workdays(review.date_received, days)
            else:
                review.date_due = False

    @api.depends("result", "date_due")
    def _compute_is_late(self):
        for review in self:
            review.is_late = (
                review.result == "pending"
                and bool(review.date_due)
                and review.date_due < review.site_id._today()
            )

    @api.depends("fitout_id.display_name", "round")
    def _compute_display_name(self):
        for review in self:
            review.display_name = self.env._(
                "%(fitout)s, round %(round)s",
                fitout=review.fitout_id.display_name or "",
                round=review.round,
            )

    @api.constrains("date_received")
    def _check_date_received(self):
        for review in self:
            if review.date_received > review.site_id._today():
                raise ValidationError(
                    self.env._(
                        "%(review)s: the drawings cannot be received in the future.",
                        review=review.display_name,
                    )
                )

    def write(self, vals):
        self._check_may_write(vals)
        result = super().write(vals)
        if "date_received" in vals:
            self.fitout_id._refresh_procedure()
        return result

    def action_all_pass(self):
        """Pass the trades that nobody has judged yet."""
        self.line_ids.filtered(lambda line: not line.verdict).write({"verdict": "pass"})

    def action_conclude(self):
        """Conclude the round: one failing trade fails it, otherwise the works may be permitted."""
        self._check_engineering()
        for review in self:
            open_lines = review.line_ids.filtered(lambda line: not line.verdict)
            if not review.line_ids or open_lines:
                raise UserError(
                    self.env._(
                        "%(review)s: judge every trade first. %(trades)s",
                        review=review.display_name,
                        trades=", ".join(open_lines.mapped("display_name")),
                    ).strip()
                )
            if review.result != "pending":
                raise UserError(self.env._("%(review)s is concluded.", review=review.display_name))
            failed = "fail" in review.line_ids.mapped("verdict")
            review.sudo().write(  # the result is drawn, not entered
                {
                    "result": "fail" if failed else "pass",
                    "date_concluded": review.site_id._today(),
                    "concluded_by_id": self.env.uid,
                }
            )
            review.fitout_id._tell_review(review)

    def _check_may_write(self, vals):
        """The facts of a round are drawn up by the system; a concluded one stays as it is."""
        if self.env.su:
            return
        drawn = {"fitout_id", "round", "result", "date_concluded", "concluded_by_id"}
        if drawn & vals.keys():
            raise AccessError(
                self.env._("The round of a review and its result are not entered by hand.")
            )
        facts = {"date_received", "line_ids", "remarks"} & vals.keys()
        for review in self:
            if facts and review.result != "pending":
                review._refuse_concluded()
        if {"line_ids", "remarks"} & facts:
            self._check_engineering()
        if "date_received" in facts and not self.env.user.has_group(
            "pm_tenancy.group_pm_tenancy_user"
        ):
            raise AccessError(self.env._("Customer Service notes when the drawings were received."))

    def _refuse_concluded(self):
        raise UserError(
            self.env._(
                "%(review)s is concluded: hand the drawings in again for another round.",
                review=self.display_name,
            )
        )

    def _check_engineering(self):
        if not self.env.su and not self.env.user.has_group("pm_base.group_pm_engineering"):
            raise AccessError(self.env._("Only Engineering reviews the drawings of a fit-out."))


class PmFitoutReviewLine(models.Model):
    _name = "pm.fitout.review.line"
    _inherit = "hr.mixin"  # who may not read employee files may still name the reviewer
    _description = "Review of a Trade"
    _order = "review_id, id"
    _check_company_auto = True

    review_id = fields.Many2one("pm.fitout.review", required=True, ondelete="cascade", index=True)
    site_id = fields.Many2one(related="review_id.site_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(related="review_id.company_id", store=True, precompute=True)
    trade = fields.Selection(TRADES, required=True)
    reviewer_id = fields.Many2one("hr.employee", string="Drawing Reviewer", check_company=True)
    amendments = fields.Text(string="Amendments or Suggestions")
    verdict = fields.Selection([("pass", "Pass"), ("fail", "Fail")])

    _trade_unique = models.Constraint(
        "UNIQUE (review_id, trade)", "A trade is reviewed once in each round."
    )
    _fail_explained = models.Constraint(
        "CHECK (verdict IS DISTINCT FROM 'fail' OR trim(coalesce(amendments, '')) <> '')",
        "Say what must be amended in the drawings that fail.",
    )

    @api.depends("trade")
    def _compute_display_name(self):
        labels = dict(self._fields["trade"]._description_selection(self.env))
        for line in self:
            line.display_name = labels.get(line.trade, "")

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_may_judge()
        return lines

    def write(self, vals):
        self._check_may_judge()
        if vals.get("verdict") and "reviewer_id" not in vals:
            unnamed = self.filtered(lambda line: not line.reviewer_id)
            employee = self.env.user.employee_id
            super(PmFitoutReviewLine, unnamed).write({"reviewer_id": employee.id})
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_concluded(self):
        self._check_may_judge()

    def _check_may_judge(self):
        self.review_id._check_engineering()
        for review in self.review_id:
            if review.result != "pending" and not self.env.su:
                review._refuse_concluded()
