from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# What may still be written on a review that is concluded.
_OPEN_FIELDS = {"activity_ids", "message_follower_ids", "message_ids", "message_main_attachment_id"}


class PmContractReview(models.Model):
    """What the departments said about a contract before it was signed (F-TEN-80, TEN-005)."""

    _name = "pm.contract.review"
    _inherit = ["mail.thread", "mail.activity.mixin", "pm.site.mixin", "pm.state.mixin"]
    _description = "Contract Review"
    _order = "date desc, id desc"
    _rec_names_search = ["name", "contract_no", "partner_id.name"]

    # The only moves a review can make, whoever asks.
    _TRANSITIONS = {"review": {"concluded"}, "concluded": {"review"}}

    name = fields.Char(string="Contract", required=True, tracking=True)
    contract_no = fields.Char(string="Contract No.", tracking=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Other Party",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    building_id = fields.Many2one("pm.building", index="btree_not_null", ondelete="restrict")
    subject = fields.Text(string="Subject of the Contract", help="What is bought, let or agreed.")
    amount = fields.Monetary(tracking=True)
    date_start = fields.Date(string="Term From")
    date_end = fields.Date(string="Term Until")
    date = fields.Date(string="Review Date", required=True, default=fields.Date.context_today)
    opinion_ids = fields.One2many("pm.contract.review.opinion", "review_id", string="Opinions")
    reviewer_names = fields.Char(string="Reviewers", compute="_compute_reviewer_names")
    opinion_words = fields.Text(string="Opinions in Words", compute="_compute_opinion_words")
    conclusion = fields.Selection(
        [
            ("sign", "To Be Signed"),
            ("change", "To Be Signed After Changes"),
            ("refuse", "Not to Be Signed"),
        ],
        tracking=True,
    )
    conclusion_note = fields.Text(string="Reasons and Conditions")
    state = fields.Selection(
        [("review", "Under Review"), ("concluded", "Concluded")],
        default="review",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )

    _date_order = models.Constraint(
        "CHECK (date_end IS NULL OR date_start IS NULL OR date_start <= date_end)",
        "A contract ends after it begins.",
    )
    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "The amount of a contract cannot be negative."
    )

    @api.depends("opinion_ids.employee_id")
    def _compute_reviewer_names(self):
        for review in self:
            review.reviewer_names = ", ".join(review.opinion_ids.employee_id.mapped("display_name"))

    @api.depends("opinion_ids.employee_id", "opinion_ids.verdict", "opinion_ids.opinion")
    @api.depends_context("lang")
    def _compute_opinion_words(self):
        verdicts = dict(self.opinion_ids._fields["verdict"]._description_selection(self.env))
        for review in self:
            review.opinion_words = "; ".join(
                " ".join(
                    filter(
                        None,
                        (
                            opinion.employee_id.display_name,
                            verdicts.get(opinion.verdict),
                            opinion.opinion,
                        ),
                    )
                )
                for opinion in review.opinion_ids
            )

    @api.constrains("building_id", "site_id")
    def _check_site(self):
        for review in self:
            if review.building_id and review.building_id.site_id != review.site_id:
                raise ValidationError(
                    self.env._(
                        "%(building)s belongs to %(site)s. Keep the review there.",
                        building=review.building_id.name,
                        site=review.building_id.site_id.name,
                    )
                )

    def write(self, vals):
        if "state" not in vals and set(vals) - _OPEN_FIELDS:
            self._check_not_concluded()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_concluded(self):
        self._check_not_concluded()

    def action_conclude(self):
        """Close the review: every reviewer has spoken, and a conclusion is drawn."""
        self.write({"state": "concluded"})

    def action_reopen(self):
        """Take the conclusion back, to review a changed draft."""
        self.write({"state": "review"})

    def _check_transition(self, target):
        super()._check_transition(target)
        if target == "concluded":
            self._check_complete()

    def _check_complete(self):
        for review in self:
            silent = review.opinion_ids.filtered(lambda opinion: not opinion.verdict)
            if not review.opinion_ids or silent:
                raise UserError(
                    self.env._(
                        "The review of %(contract)s lacks the opinion of %(reviewers)s.",
                        contract=review.name,
                        reviewers=", ".join(silent.employee_id.mapped("display_name"))
                        or self.env._("any reviewer"),
                    )
                )
            if not review.conclusion:
                raise UserError(
                    self.env._(
                        "Enter the conclusion of the review of %(contract)s.", contract=review.name
                    )
                )

    def _check_not_concluded(self):
        for review in self:
            if review.state == "concluded":
                raise UserError(
                    self.env._(
                        "The review of %(contract)s is concluded. Reopen it first.",
                        contract=review.name,
                    )
                )


class PmContractReviewOpinion(models.Model):
    _name = "pm.contract.review.opinion"
    _inherit = "pm.part.mixin"
    _description = "Opinion on a Contract"
    _order = "review_id, id"
    _rec_name = "employee_id"
    _check_company_auto = True
    _part_of = "review_id"

    review_id = fields.Many2one("pm.contract.review", required=True, index=True, ondelete="cascade")
    site_id = fields.Many2one(related="review_id.site_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(related="review_id.company_id", store=True, precompute=True)
    employee_id = fields.Many2one(
        "hr.employee", string="Reviewer", required=True, ondelete="restrict", check_company=True
    )
    verdict = fields.Selection(
        [("agree", "Agrees"), ("change", "Agrees with Changes"), ("object", "Objects")]
    )
    opinion = fields.Text()
    date = fields.Date()

    _reviewer_unique = models.Constraint(
        "UNIQUE (review_id, employee_id)", "A reviewer gives one opinion on a contract."
    )

    def _check_whole(self):
        self.review_id._check_not_concluded()
