import psycopg2

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

# What a print says: fixed once it is printed, or filed, since its retention follows from it.
_PRINTED = {"form_id", "site_id", "date"}


class PmDocument(models.Model):
    _name = "pm.document"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "pm.numbered.mixin",
        "pm.site.mixin",
        "pm.state.mixin",
    ]
    _description = "Paper"
    _order = "date desc, id desc"
    _rec_names_search = ["name", "subject", "form_id.name"]

    _NOTED = frozenset(
        {
            "res_model",
            "res_id",
            "print_count",
            "printed_at",
            "printed_by_id",
            "text_id",
            "text_version",
            "archive_run_id",
            "archive_volume_id",
            "destruction_id",
        }
    )
    # The only moves a paper can make, whoever asks. Each step can be taken back.
    _TRANSITIONS = {
        "printed": {"delivered", "returned", "archived", "received"},
        "delivered": {"printed", "returned", "archived"},
        "returned": {"printed", "delivered", "archived"},
        "archived": {"returned", "delivered", "printed", "received", "destroyed"},
        "received": {"archived"},
        "destroyed": set(),
    }

    name = fields.Char(string="Paper No.", required=True, readonly=True, copy=False, default="/")
    form_id = fields.Many2one("pm.form", required=True, ondelete="restrict", index=True)
    area = fields.Selection(related="form_id.area", store=True)
    kind = fields.Selection(related="form_id.kind", store=True)
    subject = fields.Char(help="What or whom the paper is about.")
    date = fields.Date(required=True, default=fields.Date.context_today)
    partner_id = fields.Many2one("res.partner", string="Party", index="btree_not_null")
    res_model = fields.Char(string="Record Model", index=True, readonly=True)
    res_id = fields.Many2oneReference(string="Record", model_field="res_model", readonly=True)

    print_count = fields.Integer(string="Times Printed", readonly=True, copy=False)
    printed_at = fields.Datetime(string="First Printed", readonly=True, copy=False)
    printed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    text_id = fields.Many2one("pm.text", string="Wording", readonly=True, copy=False)
    text_version = fields.Integer(
        string="Version of Wording",
        readonly=True,
        copy=False,
        help="Of the text that was printed; 0 for a form without a text of its own.",
    )
    delivery_method = fields.Selection(
        [
            ("hand", "By Hand"),
            ("fax", "Fax"),
            ("courier", "Express Mail"),
            ("post", "Post"),
            ("email", "E-mail"),
            ("board", "Posted on Site"),
        ],
        tracking=True,
    )
    delivery_ref = fields.Char(
        string="Delivery Evidence", help="Courier or registered number, fax report.", tracking=True
    )
    delivered_on = fields.Date(tracking=True, copy=False)
    delivered_by_id = fields.Many2one("res.users", copy=False)
    outcome = fields.Selection(
        [("signed", "Signed For"), ("refused", "Refused to Sign"), ("absent", "Nobody There")],
        tracking=True,
        copy=False,
    )
    witness = fields.Char(
        help="Second person who saw that nobody signed; a refusal needs a witness, a note or the "
        "number of a courier.",
        tracking=True,
        copy=False,
    )
    signed_by = fields.Char(tracking=True, copy=False)
    returned_on = fields.Date(string="Receipt Back On", tracking=True, copy=False)
    archived_on = fields.Date(tracking=True, copy=False)
    retention_date = fields.Date(
        string="Keep Until",
        compute="_compute_retention_date",
        store=True,
        help="Empty when the paper is kept for good. Nothing is destroyed by itself.",
    )
    scan_ids = fields.Many2many("ir.attachment", string="Scans")
    is_received = fields.Boolean(
        string="Received from Outside",
        readonly=True,
        copy=False,
        help="A paper that somebody handed in, such as a copy of an identity card.",
    )
    copies_note = fields.Char(related="form_id.copies_note")
    archive_run_id = fields.Many2one(
        "pm.archive.run",
        string="Filing",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    archive_volume_id = fields.Many2one(
        "pm.archive.volume",
        string="Volume",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    destruction_id = fields.Many2one(
        "pm.destruction",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
    )
    note = fields.Text()
    state = fields.Selection(
        [
            ("printed", "Printed"),
            ("delivered", "Delivered"),
            ("returned", "Receipt Back"),
            ("archived", "Filed"),
            ("received", "Received"),
            ("destroyed", "Destroyed"),
        ],
        default="printed",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )

    _one_paper = models.UniqueIndex(
        "(form_id, res_model, res_id) WHERE res_id IS NOT NULL AND res_id > 0",
        "This record already has a paper of this form.",
    )
    _kept_for_good = models.Constraint(
        "CHECK (destruction_id IS NULL OR retention_date IS NOT NULL)",
        "A paper that is kept for good is never destroyed.",
    )

    _record_idx = models.Index("(res_model, res_id)")

    @api.depends("form_id.retention", "form_id.retention_years", "date")
    def _compute_retention_date(self):
        for paper in self:
            if paper.state == "destroyed":
                continue  # it was kept as long as the form said then
            is_known = bool(paper.date and paper.form_id)
            paper.retention_date = is_known and paper.form_id._get_retention_date(paper.date)

    @api.model_create_multi
    def create(self, vals_list):
        papers = super().create(vals_list)
        papers.filtered("is_received").write({"state": "received"})
        self.env["pm.procedure.step"]._refresh_papers(papers)
        return papers

    def write(self, vals):
        if not self.env.su:
            if "is_received" in vals:  # a paper comes from outside from the beginning
                self._refuse_noted("is_received")
            self._check_not_printed(vals)
        lists = {"archive_run_id": "draft", "destruction_id": "proposed"}
        for name, state in lists.items():
            if name in vals:
                filed = self.filtered(lambda paper: paper.state in ("archived", "destroyed"))
                filed._check_list_open(filed[name], state)
        result = super().write(vals)
        for name, state in lists.items():
            if vals.get(name):
                self._check_list_open(self[name], state)
        if vals.get("destruction_id"):
            self._check_destructible()
        if "state" in vals:
            self.env["pm.procedure.step"]._refresh_papers(self)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kept(self):
        for paper in self:
            if paper.print_count:
                raise UserError(
                    self.env._(
                        "%(paper)s has been printed and belongs to the file: it is kept until its "
                        "retention ends, not deleted.",
                        paper=paper.name,
                    )
                )

    def action_deliver(self):
        """Note the papers as delivered today, by hand unless another way is entered."""
        for paper in self:
            if paper.delivery_method == "courier" and not paper.delivery_ref:
                raise UserError(
                    self.env._("Enter the courier number of %(paper)s first.", paper=paper.name)
                )
            paper.write(
                {
                    "state": "delivered",
                    "delivery_method": paper.delivery_method or "hand",
                    "delivered_on": paper.delivered_on or paper.site_id._today(),
                    "delivered_by_id": paper.delivered_by_id.id or self.env.uid,
                }
            )

    def action_return(self):
        """Note that the signed receipt is back."""
        for paper in self:
            today = paper.site_id._today()
            paper.write(
                {
                    "state": "returned",
                    "outcome": paper.outcome or "signed",
                    "delivery_method": paper.delivery_method or "hand",
                    "delivered_on": paper.delivered_on or today,
                    "returned_on": paper.returned_on or today,
                }
            )

    def action_file(self):
        """Put the papers into the archive."""
        for paper in self:
            paper.write(
                {"state": "archived", "archived_on": paper.archived_on or paper.site_id._today()}
            )

    def action_undo(self):
        """Take the last step back: the evidence entered stays until it is overwritten."""
        for paper in self:
            if paper.state == "archived":
                if paper.destruction_id:
                    raise UserError(
                        self.env._(
                            "%(paper)s is listed for destruction: cancel that first.",
                            paper=paper.name,
                        )
                    )
                back = "returned" if paper.returned_on else "delivered"
                if not paper.delivered_on:
                    back = "received" if paper.is_received else "printed"
                paper.write({"state": back, "archived_on": False})
                paper._write_noted({"archive_run_id": False, "archive_volume_id": False})
            elif paper.state == "returned":
                paper.write({"state": "delivered", "returned_on": False, "outcome": False})
            elif paper.state == "delivered":
                paper.write({"state": "printed", "delivered_on": False, "delivered_by_id": False})

    def _get_next_states(self):
        """A paper from outside is received and filed; only one of ours is delivered."""
        states = super()._get_next_states()
        if self.is_received:
            return states & {"received", "archived", "destroyed"}
        return states - {"received"}

    def _check_transition(self, target):
        for paper in self:
            if target == "destroyed" and paper.destruction_id.state != "approved":
                raise UserError(
                    self.env._(
                        "%(paper)s is destroyed only by an approved list of papers to destroy.",
                        paper=paper.name,
                    )
                )
            evidence = paper.witness or paper.note or paper.delivery_ref
            if target in ("returned", "archived") and paper.outcome == "refused" and not evidence:
                raise UserError(
                    self.env._(
                        "Enter a witness, a note or a courier number on %(paper)s: it was refused.",
                        paper=paper.name,
                    )
                )
        return super()._check_transition(target)

    def _check_not_printed(self, vals):
        for paper in self:
            is_fixed = paper.print_count or paper.state in ("archived", "destroyed")
            if is_fixed and _PRINTED & vals.keys():
                raise UserError(
                    self.env._(
                        "%(paper)s has been printed or filed: form, office and date stay as they "
                        "are.",
                        paper=paper.name,
                    )
                )

    def _check_list_open(self, lists, state):
        """Refuse to put papers on a list that is settled, or to take them off it."""
        for record in lists:
            cancelled = record.state == "cancelled"
            if record.state != state and not cancelled:
                raise UserError(
                    self.env._("The papers of %(list)s are settled.", list=record.display_name)
                )
            if self.site_id - record.site_id and not cancelled:
                raise UserError(
                    self.env._(
                        "%(list)s takes papers of its own office only.", list=record.display_name
                    )
                )

    def _check_destructible(self):
        for paper in self:
            day = paper.retention_date
            if paper.state != "archived" or not day or day >= paper.site_id._today():
                raise UserError(
                    self.env._(
                        "%(paper)s cannot be proposed for destruction: only filed papers whose "
                        "retention has ended, never those kept for good.",
                        paper=paper.name,
                    )
                )

    def _is_outstanding(self):
        """Tell whether the paper is out: it was to come back signed, and has not."""
        self.ensure_one()
        if self.state not in ("printed", "delivered") or not self.form_id.needs_return:
            return False
        return not (self.state == "delivered" and self.outcome in ("refused", "absent"))

    def _get_fixed_text(self):
        """Return the text whose version is fixed, as the paper was handed over with it."""
        self.ensure_one()
        return self.text_id if self.state != "printed" else self.text_id.browse()

    def _destroy(self):
        """Note the papers of an approved list as destroyed and delete what was scanned."""
        self.write({"state": "destroyed"})
        # Whoever destroys the paper need not be the one who scanned it. What belongs to another
        # record is not the paper's to destroy, though it was entered among the scans.
        ours = Domain("res_model", "=", self._name) & Domain("res_id", "in", [*self.ids, 0, False])
        loose = Domain("res_model", "=", False)
        attachments_sudo = self.sudo().scan_ids.filtered_domain(ours | loose)
        attachments_sudo |= attachments_sudo.search(
            Domain("res_model", "=", self._name) & Domain("res_id", "in", self.ids)
        )
        attachments_sudo.unlink()

    def action_open_record(self):
        self.ensure_one()
        if not self.res_model or not self.res_id:
            raise UserError(self.env._("%(paper)s was filed without a record.", paper=self.name))
        return self.env[self.res_model].browse(self.res_id).get_formview_action()

    def action_print(self):
        """Print the paper again; the new print says that it is a copy."""
        self.ensure_one()
        reports = self.env["ir.actions.report"]
        if self.res_model and self.res_id:
            record = self.env[self.res_model].browse(self.res_id)
            reports = reports.search(
                Domain("model", "=", self.res_model)
                & (Domain("pm_form_id", "=", self.form_id.id) | Domain("pm_form_path", "!=", False))
            ).filtered(lambda report: report._pm_get_forms(record)[record.id] == self.form_id)
        if not reports:
            raise UserError(
                self.env._("%(paper)s has no print form in the system.", paper=self.name)
            )
        return reports[0].report_action(record)

    @api.model
    def _get_due_select(self):
        """Return the delivered papers that are still to come back signed, for the due list."""
        return self.env["pm.due"]._prepare_due_select(
            1,
            "receipt",
            SQL(
                """
                FROM pm_document paper
                JOIN pm_form form ON form.id = paper.form_id
                JOIN pm_site office ON office.id = paper.site_id
               WHERE paper.state = 'delivered' AND paper.outcome IS DISTINCT FROM 'refused'
                 AND form.needs_return
                """
            ),
            id=SQL("paper.id"),
            name=self.env["pm.form"].sudo()._field_to_sql("form", "name"),
            res_model=SQL("'pm.document'"),
            res_id=SQL("paper.id"),
            site_id=SQL("paper.site_id"),
            place=SQL("paper.subject"),
            partner_id=SQL("paper.partner_id"),
            user_id=SQL("paper.delivered_by_id"),
            due_date=SQL("paper.delivered_on + office.receipt_days"),
        )

    @api.model
    def _get_papers(self, form, model, res_ids):
        """Return {record id: paper} of one form; records that were never printed are missing."""
        if not form or not res_ids:
            return {}
        # A paper is read by whoever may print its record, whatever rights he has on the archive.
        papers = self.sudo().search(
            Domain("form_id", "=", form.id)
            & Domain("res_model", "=", model)
            & Domain("res_id", "in", list(res_ids))
        )
        return {paper.res_id: paper for paper in papers}

    @api.model
    def _file_printed(self, form, records):
        """File one paper for each record, or count another print of the paper it has."""
        # Filing is a consequence of printing, not a right of the person who prints.
        papers_sudo = self.sudo().with_context(tracking_disable=True, mail_create_nolog=True)
        papers = papers_sudo._get_papers(form, records._name, records.ids)
        missing = records.filtered(lambda record: record.id not in papers)
        vals_list = [
            {
                "form_id": form.id,
                "res_model": record._name,
                "res_id": record.id,
                **record._pm_prepare_paper_vals(),
            }
            for record in missing
        ]
        try:
            new = papers_sudo.create(vals_list)
        except psycopg2.errors.UniqueViolation as error:
            # Somebody printed it this very moment: begin again, and count this print as a copy.
            raise ConcurrencyError(str(error)) from error
        papers.update({paper.res_id: paper for paper in new})
        now = fields.Datetime.now()
        for paper in papers.values():
            vals = {"print_count": paper.print_count + 1}
            if not paper.printed_at:
                vals.update(printed_at=now, printed_by_id=self.env.uid)
            paper.write(vals)
        return papers
