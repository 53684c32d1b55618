from random import choice

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.pm_base.models.wording import word_enumeration

_IN_HAND = ("received", "verified", "waived")
# Their printed papers belong to the file of the tenancy.
_FILE_MODELS = ("pm.clearance", "pm.letting.registration", "pm.parking.contract", "pm.vehicle")


class PmTenancy(models.Model):
    """The customer file: what it needs, what is there, its index, and its seal."""

    _inherit = "pm.tenancy"
    _NOTED = frozenset(
        {
            "expiry_visit_for",
            "expiry_query_for",
            "file_opened_on",
            "file_opened_by_id",
            "file_sealed_on",
            "file_checked_on",
            "phone_confirmed_on",
        }
    )

    file_paper_ids = fields.One2many(
        "pm.file.paper",
        "tenancy_id",
        string="Papers of the File",
        groups="pm_tenancy.group_pm_tenancy_user",
    )
    file_missing_count = fields.Integer(
        string="Papers Missing",
        compute="_compute_file_completeness",
        compute_sudo=True,
        store=True,
        precompute=True,
    )
    file_completeness = fields.Float(
        string="File Complete (%)",
        compute="_compute_file_completeness",
        compute_sudo=True,
        store=True,
        precompute=True,
        aggregator="avg",
    )
    file_missing = fields.Text(
        string="Missing in the File", compute="_compute_file_missing", compute_sudo=True
    )
    file_opened_on = fields.Date(readonly=True, copy=False, tracking=True)
    file_opened_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    file_sealed_on = fields.Date(readonly=True, copy=False, tracking=True)
    file_checked_on = fields.Date(string="Last Spot Check", readonly=True, copy=False)

    @api.depends("file_paper_ids.state", "file_paper_ids.use", "file_paper_ids.is_needed")
    def _compute_file_completeness(self):
        for tenancy in self:
            needed = tenancy._get_needed_papers()
            missing = tenancy._get_missing_papers()
            tenancy.file_missing_count = len(missing)
            have = len(needed) - len(missing)
            tenancy.file_completeness = 100.0 * have / len(needed) if needed else 0.0

    @api.depends("file_paper_ids.state", "file_paper_ids.use", "file_paper_ids.is_needed")
    def _compute_file_missing(self):
        for tenancy in self:
            tenancy.file_missing = word_enumeration(
                self.env, tenancy._get_missing_papers().mapped("name")
            )

    @api.constrains("file_sealed_on")
    def _check_sealed_after_move_out(self):
        for tenancy in self:
            if tenancy.file_sealed_on and tenancy.state != "closed":
                raise UserError(
                    self.env._(
                        "The file of %(tenancy)s is sealed when it is closed, after the move-out.",
                        tenancy=tenancy.display_name,
                    )
                )

    def write(self, vals):
        if "file_sealed_on" in vals and not self.env.su:
            self._check_file_not_sealed()
        result = super().write(vals)
        if not {"presence", "partner_id", "kind"}.isdisjoint(vals):
            self._renew_file_checklist("partner_id" in vals)
        return result

    def action_make_checklist(self):
        """Make the checklist of the file, or bring it up to date with who the occupant is."""
        self._make_file_checklist()

    def action_open_file(self):
        """Open the customer file, with its checklist."""
        for tenancy in self:
            tenancy._make_file_checklist()
            tenancy._write_noted(
                {
                    "file_opened_on": tenancy.file_opened_on or tenancy.site_id._today(),
                    "file_opened_by_id": tenancy.file_opened_by_id.id or self.env.uid,
                }
            )

    def action_seal_file(self):
        """Seal the file of an occupant who has moved out: nothing is added or changed any more."""
        for tenancy in self:
            tenancy._write_noted({"file_sealed_on": tenancy.site_id._today()})
        self._refresh_procedure()

    def action_unseal_file(self):
        """Ask why the file is opened again."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Break the Seal"),
            "res_model": "pm.file.unseal",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_tenancy_id": self.id},
        }

    def action_view_file_papers(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_tenancy.pm_file_paper_action")
        return {
            **action,
            "domain": [("tenancy_id", "=", self.id)],
            "context": {"default_tenancy_id": self.id},
        }

    def action_spot_check(self):
        """Note on the tenancy whether its file is complete (TEN-116)."""
        if not self.env.user.has_group("pm_base.group_pm_supervisor"):
            raise AccessError(self.env._("Spot checks of files are made by supervisors."))
        for tenancy in self:
            missing = [tenancy.file_missing, tenancy.missing_data]
            if not tenancy.sudo().file_paper_ids:
                missing.insert(0, self.env._("There is no checklist."))
            words = "; ".join(filter(None, missing)) or self.env._("The file is complete.")
            tenancy.sudo().file_checked_on = tenancy.site_id._today()  # also of a closed file
            tenancy.message_post(
                body=self.env._("Spot check of the file: %(result)s", result=words)
            )

    @api.model
    def action_pick_spot_check(self):
        """Open an occupant at random, among those whose files were not checked for longest."""
        today = fields.Date.context_today(self)
        waiting = self.search(
            Domain("state", "=", "active")
            & (Domain("file_checked_on", "=", False) | Domain("file_checked_on", "<", today)),
            order="file_checked_on NULLS FIRST, id",
        )
        if not waiting:
            raise UserError(self.env._("The file of every occupant was checked today."))
        first = waiting[0].file_checked_on
        return waiting.browse(
            choice(waiting.filtered(lambda tenancy: tenancy.file_checked_on == first).ids)
        ).get_formview_action()

    def _make_file_checklist(self):
        """Lay the checklist of each file, or adapt it to the occupant; what is in hand stays."""
        for tenancy in self:
            tenancy._check_file_not_sealed()
            # The checklist follows from who the occupant is, not from who writes it down.
            papers_sudo = tenancy.sudo().file_paper_ids
            kinds = self.env["pm.file.kind"].sudo()._find_for(tenancy)
            gone = papers_sudo.filtered(
                lambda paper, kinds=kinds: paper.kind_id and paper.kind_id not in kinds
            )
            gone.filtered(lambda paper: paper.state == "missing").unlink()
            gone.exists().filtered("is_needed").write({"is_needed": False})
            papers_sudo = papers_sudo.exists()
            papers_sudo.filtered(
                lambda paper, kinds=kinds: paper.kind_id in kinds and not paper.is_needed
            ).write({"is_needed": True})
            new = kinds - papers_sudo.kind_id
            papers_sudo.create([tenancy._prepare_file_paper_vals(kind) for kind in new])
            tenancy._receive_returned_forms()

    def _renew_file_checklist(self, is_other_party):
        """Adapt the checklists that were made; of another occupant everything is verified anew."""
        for tenancy in self:
            papers_sudo = tenancy.sudo().file_paper_ids
            if not papers_sudo:
                continue
            if is_other_party:
                verified = papers_sudo.filtered(lambda paper: paper.state == "verified")
                verified.write({"state": "received"})
            tenancy._make_file_checklist()

    def _receive_returned_forms(self):
        """Take in what came back signed as a paper of the office."""
        for tenancy in self:
            waiting_sudo = tenancy.sudo().file_paper_ids.filtered(
                lambda paper: paper.state == "missing" and paper.form_id
            )
            for paper_sudo in waiting_sudo:
                if tenancy._has_paper(paper_sudo.form_id, "returned"):
                    paper_sudo.write({"state": "received", "original_kept": True})

    def _prepare_file_paper_vals(self, kind):
        kind = kind.with_context(lang=self.site_id.print_lang)
        return {
            "tenancy_id": self.id,
            "kind_id": kind.id,
            "name": kind.name,
            "category": kind.category,
            "use": kind.use,
            "sequence": kind.sequence,
        }

    def _get_file_template(self):
        """Return the move-in procedure by which the papers are asked for."""
        self.ensure_one()
        running = self._get_running_procedures().filtered(
            lambda procedure: procedure.occasion == "move_in"
        )
        return running.template_id[:1] or self._get_main_building().sudo().move_in_template_id

    def _get_needed_papers(self):
        self.ensure_one()
        return self.sudo().file_paper_ids.filtered(
            lambda paper: paper.is_needed and paper.use != "optional"
        )

    def _get_missing_papers(self):
        """Return the papers that the file still lacks, or that nobody has verified."""
        return self._get_needed_papers().filtered(lambda paper: not self._is_in_order(paper))

    @api.model
    def _is_in_order(self, paper):
        if paper.use == "verify":
            return paper.state in ("verified", "waived")
        return paper.state in _IN_HAND

    def _check_file_not_sealed(self):
        for tenancy in self:
            if tenancy.file_sealed_on:
                raise UserError(
                    self.env._(
                        "The file of %(tenancy)s was sealed on %(day)s. A leader may break the "
                        "seal.",
                        tenancy=tenancy.display_name,
                        day=tenancy.file_sealed_on,
                    )
                )

    def _unseal_file(self, reason):
        """Open a sealed file again; only a leader may, and the reason is kept."""
        if not self.env.user.has_group("pm_base.group_pm_leader"):
            raise AccessError(self.env._("Only a leader may break the seal of a file."))
        for tenancy in self.filtered("file_sealed_on"):
            tenancy.sudo().file_sealed_on = False  # nobody else may, see `write`
            tenancy.message_post(
                body=self.env._("The seal of the file was broken: %(reason)s", reason=reason)
            )

    # The index F-TEN-76.

    def _get_file_sections(self):
        """Return [(title, rows)] of the index; a row has name, date, pages, filed_by and note.

        Other addons add what they keep of the customer: repairs, letters, arrears.
        """
        self.ensure_one()
        checklist = self.sudo().file_paper_ids.filtered(
            lambda paper: paper.state in ("received", "verified")
        )
        papers = self._get_file_documents()
        return [
            (
                self.env._("Papers of the occupant"),
                [paper._prepare_index_row() for paper in checklist],
            ),
            (
                self.env._("Papers of the office"),
                [paper._prepare_index_row() for paper in papers],
            ),
        ]

    def _get_file_records(self):
        """Return recordsets whose printed papers belong to the file; other addons add theirs."""
        self.ensure_one()
        of_tenancy = Domain("tenancy_id", "=", self.id)
        # The file is one, whoever may see which of its records.
        return [
            self,
            self._get_form_inspections(False),
            *(self.env[model].sudo().search(of_tenancy) for model in _FILE_MODELS),
        ]

    def _get_file_documents(self):
        """Return the papers printed for the tenancy and for what belongs to it, oldest first."""
        index_form = self.env.ref("pm_base.form_f_ten_76")
        domain = Domain.OR(
            Domain("res_model", "=", records._name) & Domain("res_id", "in", records.ids)
            for records in self._get_file_records()
        )
        return (
            self.env["pm.document"]
            .sudo()
            .search(domain & Domain("form_id", "!=", index_form.id), order="date, id")
        )

    # The automatic checks.

    def _pm_check_documents_verified(self, step):
        papers = self._get_needed_papers().filtered(lambda paper: paper.use == "verify")
        if not papers:
            return self.env._("The checklist of the file is not made yet.")
        open_papers = papers.filtered(lambda paper: not self._is_in_order(paper))
        if not open_papers:
            return False
        missing = open_papers.filtered(lambda paper: paper.state == "missing")
        received = open_papers - missing
        reasons = []
        if missing:
            reasons.append(
                self.env._(
                    "Missing: %(papers)s.",
                    papers=word_enumeration(self.env, missing.mapped("name")),
                )
            )
        if received:
            reasons.append(
                self.env._(
                    "To be verified: %(papers)s.",
                    papers=word_enumeration(self.env, received.mapped("name")),
                )
            )
        return " ".join(reasons)

    def _pm_check_file_opened(self, step):
        if not self.file_opened_on:
            return self.env._("The customer file is not opened yet.")
        return False
