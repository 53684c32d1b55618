from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# Who speaks for each party. The customer's word is noted by Customer Service.
_SPEAKERS = {
    "service": "pm_tenancy.group_pm_tenancy_user",
    "engineering": "pm_base.group_pm_engineering",
    "security": "pm_base.group_pm_security",
    "finance": "pm_base.group_pm_cashier",
    "customer": "pm_tenancy.group_pm_tenancy_user",
}
# Who speaks at each stage, in order, and in which states of the fit-out.
_PARTIES = {
    "approval": ("service", "engineering", "security"),
    "routing": ("service", "engineering", "security", "finance"),
    "acceptance": ("service", "engineering", "security", "customer"),
    "release": ("customer", "service", "engineering", "security"),
}
_STATES = {
    "approval": ("applied", "review", "approved"),
    "routing": ("approved",),
    "acceptance": ("acceptance",),
    "release": ("accepted",),
}


class PmFitoutOpinion(models.Model):
    """What a party says at a stage of the fit-out, with its signature.

    The departments on the application (F-TEN-52), in turn on the routing slip (F-TEN-57), the four
    parties at the acceptance (F-TEN-61), and who agrees to release the deposit (TEN-099).
    """

    _name = "pm.fitout.opinion"
    _inherit = ["pm.fitout.part.mixin"]
    _description = "Opinion on a Fit-out"
    _order = "fitout_id, stage, sequence, id"
    _rec_name = "party"

    sequence = fields.Integer(readonly=True)
    stage = fields.Selection(
        [
            ("approval", "Approval"),
            ("routing", "Routing Slip"),
            ("acceptance", "Acceptance"),
            ("release", "Release of the Deposit"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    party = fields.Selection(
        [
            ("service", "Customer Service"),
            ("engineering", "Engineering"),
            ("security", "Security"),
            ("finance", "Finance"),
            ("customer", "Customer"),
        ],
        required=True,
        readonly=True,
    )
    matter = fields.Char()
    verdict = fields.Selection([("agree", "Agrees"), ("object", "Objects")])
    opinion = fields.Text()
    signed_by = fields.Char()
    signed_on = fields.Date(string="Signature Date")
    is_mine = fields.Boolean(compute="_compute_is_mine")

    _party_unique = models.Constraint(
        "UNIQUE (fitout_id, stage, party)", "A party speaks once at each stage."
    )
    _signed = models.Constraint(
        "CHECK (verdict IS NULL"
        " OR (signed_on IS NOT NULL AND trim(coalesce(signed_by, '')) <> ''))",
        "Enter who signed the opinion.",
    )
    _objection_explained = models.Constraint(
        "CHECK (verdict IS DISTINCT FROM 'object' OR trim(coalesce(opinion, '')) <> '')",
        "Say what the objection is.",
    )

    @api.depends("stage", "party", "fitout_id.state")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for opinion in self:
            opinion.is_mine = opinion.fitout_id.state in _STATES[
                opinion.stage
            ] and self.env.user.has_group(_SPEAKERS[opinion.party])

    def write(self, vals):
        self._check_may_speak(vals)
        if not vals.get("verdict"):
            return super().write(vals)
        for opinion in self:
            super(PmFitoutOpinion, opinion).write({**opinion._prepare_signature(), **vals})
        return True

    def action_agree(self):
        self.write({"verdict": "agree"})

    @api.model
    def _prepare_vals_list(self, fitout, stage):
        """Return what lays out the opinions of a stage, worded in the language of the office."""
        env = self.with_context(lang=fitout.site_id.print_lang).env
        matters = {
            "service": env._("Papers complete, passes prepared"),
            "engineering": env._("Drawings passed, power and water for the works arranged"),
            "security": env._("Fire-safety agreement signed, fire approval seen, extinguishers"),
            "finance": env._("Management fee, deposits and debris fee received"),
        }
        return [
            {
                "fitout_id": fitout.id,
                "stage": stage,
                "party": party,
                "sequence": number,
                "matter": matters.get(party) if stage == "routing" else False,
            }
            for number, party in enumerate(_PARTIES[stage], 1)
        ]

    def _prepare_signature(self):
        """Return the signature that goes with a verdict: the user's own, and today."""
        self.ensure_one()
        name = self.signed_by if self.party == "customer" else self.env.user.name
        return {"signed_by": name, "signed_on": self.signed_on or self.site_id._today()}

    def _check_may_speak(self, vals):
        if self.env.su:
            return
        for opinion in self:
            if {"fitout_id", "stage", "party", "sequence"} & vals.keys():
                raise AccessError(self.env._("The parties of a fit-out are not entered by hand."))
            group = _SPEAKERS[opinion.party]
            if not self.env.user.has_group(group):
                raise AccessError(
                    self.env._(
                        "The opinion of %(party)s on %(fitout)s is given by: %(group)s.",
                        party=opinion._label("party"),
                        fitout=opinion.fitout_id.display_name,
                        group=self.env.ref(group).sudo().full_name,
                    )
                )
            if opinion.fitout_id.state not in _STATES[opinion.stage]:
                raise UserError(
                    self.env._(
                        "%(fitout)s is %(state)s: this is not the time for “%(stage)s”.",
                        fitout=opinion.fitout_id.display_name,
                        state=opinion.fitout_id._label_state(opinion.fitout_id.state),
                        stage=opinion._label("stage"),
                    )
                )
            if opinion.stage == "routing" and vals.get("verdict"):
                opinion._check_turn()

    def _check_turn(self):
        """The routing slip goes from department to department."""
        before = self.fitout_id.opinion_ids.filtered(
            lambda other: other.stage == "routing" and other.sequence < self.sequence
        )
        missing = before.filtered(lambda other: other.verdict != "agree")
        if missing:
            raise UserError(
                self.env._(
                    "The routing slip of %(fitout)s is still with: %(parties)s.",
                    fitout=self.fitout_id.display_name,
                    parties=", ".join(other._label("party") for other in missing),
                )
            )

    def _label(self, name):
        return dict(self._fields[name]._description_selection(self.env)).get(self[name])
