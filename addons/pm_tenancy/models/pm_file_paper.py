from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.pm_base.models.wording import word_enumeration

from .pm_file_kind import CATEGORIES, DEMANDS

# What was found when the paper was verified: fixed until the verification is taken back.
_FINDINGS = {"name", "kind_id", "tenancy_id", *DEMANDS.values()}
_VERIFIER = "pm_base.group_pm_area_administrator"
_WAIVER = "pm_base.group_pm_supervisor"


class PmFilePaper(models.Model):
    """One line of the checklist of a customer file: is the paper there, and is it right?"""

    _name = "pm.file.paper"
    _inherit = ["pm.state.mixin"]
    _description = "Paper of a Customer File"
    _order = "tenancy_id, is_needed desc, sequence, id"
    _check_company_auto = True
    # Noted by the system with each move.
    _NOTED = frozenset(
        {"is_needed", "received_on", "received_by_id", "verified_at", "verified_by_id"}
    )
    # The only moves a paper can make, whoever asks.
    _TRANSITIONS = {
        "missing": {"received", "waived"},
        "received": {"verified", "missing", "waived"},
        "verified": {"received"},
        "waived": {"missing"},
    }

    tenancy_id = fields.Many2one("pm.tenancy", required=True, ondelete="cascade", index=True)
    site_id = fields.Many2one(related="tenancy_id.site_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(related="tenancy_id.company_id", store=True, precompute=True)
    partner_id = fields.Many2one(related="tenancy_id.partner_id", string="Occupant")
    kind_id = fields.Many2one("pm.file.kind", ondelete="restrict", index="btree_not_null")
    instruction = fields.Text(related="kind_id.instruction", related_sudo=True)
    form_id = fields.Many2one(related="kind_id.form_id", related_sudo=True)
    needs_original_seen = fields.Boolean(related="kind_id.needs_original_seen", related_sudo=True)
    needs_copy = fields.Boolean(related="kind_id.needs_copy", related_sudo=True)
    needs_seal = fields.Boolean(related="kind_id.needs_seal", related_sudo=True)
    keeps_original = fields.Boolean(related="kind_id.keeps_original", related_sudo=True)
    sequence = fields.Integer(default=1000)
    name = fields.Char(string="Document Name", required=True)
    category = fields.Selection(CATEGORIES, required=True, default="other")
    use = fields.Selection(
        [
            ("verify", "To Be Verified"),
            ("file", "For the File"),
            ("optional", "If There Is One"),
        ],
        string="Needed",
        required=True,
        default="optional",
    )
    is_needed = fields.Boolean(
        string="Asked For",
        default=True,
        readonly=True,
        help="No longer, when another comes for the occupant; what was received is kept.",
    )
    original_seen = fields.Boolean()
    copy_kept = fields.Boolean()
    seal_seen = fields.Boolean(string="Copy Sealed")
    original_kept = fields.Boolean()
    lacking = fields.Char(string="Lacks", compute="_compute_lacking")
    page_count = fields.Integer(string="Pages", default=1)
    scan_ids = fields.Many2many("ir.attachment", string="Scans")
    received_on = fields.Date(readonly=True, copy=False)
    received_by_id = fields.Many2one("res.users", string="Filed By", readonly=True, copy=False)
    verified_at = fields.Datetime(readonly=True, copy=False)
    verified_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    waive_reason = fields.Char(string="Waived Because", copy=False)
    note = fields.Char(string="Remarks")
    state = fields.Selection(
        [
            ("missing", "Missing"),
            ("received", "Received"),
            ("verified", "Verified"),
            ("waived", "Waived"),
        ],
        default="missing",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )

    _once = models.UniqueIndex(
        "(tenancy_id, kind_id) WHERE kind_id IS NOT NULL",
        "This paper stands on the checklist of the tenancy already.",
    )
    _waived_with_reason = models.Constraint(
        "CHECK (state <> 'waived' OR trim(coalesce(waive_reason, '')) <> '')",
        "Say why the paper is waived.",
    )
    _pages_positive = models.Constraint(
        "CHECK (page_count >= 0)", "A paper has no negative number of pages."
    )

    @api.depends("kind_id", *DEMANDS.values())
    def _compute_lacking(self):
        for paper in self:
            paper.lacking = word_enumeration(self.env, paper._get_lacking_words())

    @api.depends("name", "tenancy_id.unit_codes")
    def _compute_display_name(self):
        for paper in self:
            parts = (paper.tenancy_id.unit_codes, paper.name)
            paper.display_name = " · ".join(part for part in parts if part)

    @api.model_create_multi
    def create(self, vals_list):
        papers = super().create(vals_list)
        papers.tenancy_id._check_file_not_sealed()
        papers._adopt_scans()
        papers.tenancy_id._refresh_procedure()
        return papers

    def write(self, vals):
        self.tenancy_id._check_file_not_sealed()
        self._check_facts(vals)
        if "state" in vals:
            vals = {**self._prepare_state_vals(vals["state"]), **vals}
        result = super(PmFilePaper, self._noting()).write(vals)
        if "scan_ids" in vals:
            self._adopt_scans()
        if not {"state", "is_needed", "use"}.isdisjoint(vals):
            self.tenancy_id._refresh_procedure()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_received(self):
        self.tenancy_id._check_file_not_sealed()
        for paper in self:
            if paper.kind_id:  # what the checklist asks for is waived with a reason
                paper._check_post(_WAIVER)
            if paper.state != "missing":
                raise UserError(
                    self.env._(
                        "%(paper)s is %(state)s and belongs to the file: take that back first.",
                        paper=paper.display_name,
                        state=paper._label_state(paper.state),
                    )
                )

    def action_receive(self):
        """Note that the papers were handed in today."""
        self.write({"state": "received"})

    def action_verify(self):
        """Confirm that the papers are complete and right; what was not handed in is taken in."""
        self.filtered(lambda paper: paper.state == "missing").action_receive()
        self.write({"state": "verified"})

    def action_waive(self):
        self.write({"state": "waived"})

    def action_undo(self):
        """Take the last step back."""
        for paper in self:
            back = "received" if paper.state == "verified" else "missing"
            paper.write({"state": back})

    def action_open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [[False, "form"]],
            "target": "new",
        }

    def _check_transition(self, target):
        super()._check_transition(target)
        for paper in self:
            if target == "verified":
                paper._check_post(_VERIFIER)
                if lacking := paper._get_lacking_words():
                    raise UserError(
                        self.env._(
                            "%(paper)s cannot be verified yet. It lacks: %(lacking)s.",
                            paper=paper.name,
                            lacking=word_enumeration(self.env, lacking),
                        )
                    )
            elif paper.state == "verified":
                paper._check_post(_VERIFIER)
            elif "waived" in (target, paper.state):
                paper._check_post(_WAIVER)

    def _check_post(self, post):
        group = self.env.ref(post)
        if not self.env.su and group not in self.env.user.all_group_ids:
            raise AccessError(
                self.env._(
                    "%(paper)s is verified, waived or taken back by the post: %(post)s.",
                    paper=self.name,
                    post=group.name,
                )
            )

    def _check_facts(self, vals):
        """Refuse to rewrite what was verified, or what the system notes."""
        if self.env.su:
            return
        for paper in self:
            fixed = set(self._NOTED)
            if paper.state in ("verified", "waived"):
                fixed |= _FINDINGS | {"waive_reason"}
            if fixed & vals.keys():
                raise UserError(
                    self.env._(
                        "%(paper)s is %(state)s: what was found stays as it is. Take it back "
                        "first.",
                        paper=paper.display_name,
                        state=paper._label_state(paper.state),
                    )
                )
            if vals.keys() & {"use", "kind_id", "tenancy_id"} and paper.kind_id:
                paper._check_post(_WAIVER)

    def _prepare_state_vals(self, target):
        """Return what is noted with a change of state."""
        now, user_id = fields.Datetime.now(), self.env.uid
        if target in ("verified", "waived"):
            return {"verified_at": now, "verified_by_id": user_id}
        vals = {"verified_at": False, "verified_by_id": False}
        if target == "missing":
            return {**vals, "received_on": False, "received_by_id": False}
        if any(paper.state == "missing" for paper in self):
            vals.update(received_on=self.site_id[:1]._today(), received_by_id=user_id)
        return vals

    def _get_lacking_words(self):
        """Return what the kind of paper demands and nobody has ticked."""
        self.ensure_one()
        kind_sudo = self.kind_id.sudo()
        return [
            self._fields[done]._description_string(self.env)
            for demand, done in DEMANDS.items()
            if kind_sudo[demand] and not self[done]
        ]

    def _prepare_index_row(self):
        """Return the paper as a row of the index of the file (F-TEN-76)."""
        self.ensure_one()
        return {
            "name": self.name,
            "date": self.received_on,
            "pages": self.page_count,
            "filed_by": self.received_by_id.name,
            "note": self.note or ("" if self.is_needed else self.env._("no longer asked for")),
        }

    def _adopt_scans(self):
        """Let whoever sees the paper see its scans; an upload is its owner's until then."""
        for paper in self:
            loose_sudo = paper.scan_ids.sudo().filtered(
                lambda scan: not scan.res_id and scan.create_uid == self.env.user
            )
            loose_sudo.write({"res_model": self._name, "res_id": paper.id})
