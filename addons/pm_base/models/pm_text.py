from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.letter_text import fill_html, find_blanks, find_html_blanks, mark_salutation
from .wording import word_day, word_value

# What the person who signs agrees to: another wording is another version.
_WORDING = ("name", "body", "signers", "receipt")


class PmText(models.Model):
    _name = "pm.text"
    _inherit = ["mail.thread"]
    _description = "Text of a Form"
    _order = "form_id, sequence, id"
    _rec_names_search = ["name", "form_id.name", "form_id.code"]
    _NOTED = frozenset({"kept_wordings", "version"})

    form_id = fields.Many2one(
        "pm.form", required=True, ondelete="cascade", index=True, tracking=True
    )
    site_id = fields.Many2one(
        "pm.site",
        string="Management Office",
        index=True,
        tracking=True,
        help="Empty for every office. An office that has a text of its own prints that one.",
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    model_id = fields.Many2one(
        "ir.model",
        string="Written For",
        required=True,
        ondelete="cascade",
        domain=lambda self: [("model", "in", self._get_printable_models())],
        help="The kind of record that fills in the blanks.",
    )
    model = fields.Char(related="model_id.model", string="Model Name")
    name = fields.Char(
        string="Title", translate=True, help="Printed as the title; empty for that of the form."
    )
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    style = fields.Selection(
        [
            ("letter", "Letter"),
            ("agreement", "Agreement"),
            ("notice", "Notice"),
            ("card", "Card"),
        ],
        compute="_compute_style",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="A letter or notice ends with the name of the office and the date, unless it has "
        "signing parties.",
    )
    body = fields.Html(
        string="Wording",
        translate=True,
        help="Names in braces, such as {office}, are filled in when the text is printed. A "
        "paragraph with {?name} is left out when there is nothing to fill in.",
    )
    signers = fields.Text(
        string="Signing Parties",
        translate=True,
        help="One a line; each gets a box to sign and date.",
    )
    receipt = fields.Text(
        translate=True,
        help="When filled, a slip with these words is printed at the foot, to sign, cut off and "
        "keep.",
    )
    is_of_others = fields.Boolean(
        string="Issued by Others",
        help="Printed without letterhead, for the owner, the occupant or the developer to issue.",
    )
    version = fields.Integer(
        default=1,
        readonly=True,
        copy=False,
        help="Counts the changes of the wording; printed at the foot and noted on the paper.",
    )
    # {version: {language: {name: wording}}} of what was printed
    kept_wordings = fields.Json(copy=False, prefetch=False)
    blank_list = fields.Html(string="Blanks", compute="_compute_blank_list", sanitize=False)

    _one_text = models.UniqueIndex(
        "(form_id, model_id, COALESCE(site_id, 0)) WHERE active",
        "This office already has a text of this form for the same kind of record.",
    )

    @api.depends("form_id")
    def _compute_style(self):
        styles = {style for style, _label in self._fields["style"].selection}
        for text in self:
            kind = text.form_id.kind
            text.style = kind if kind in styles else text.style or "letter"

    @api.depends_context("lang")
    @api.depends("model_id")
    def _compute_blank_list(self):
        row = Markup("<tr><td><code>{%s}</code></td><td>%s</td></tr>")
        for text in self:
            rows = [row % (name, label) for name, (label, _value) in text._get_blanks().items()]
            text.blank_list = Markup("<table class='table table-sm'>%s</table>") % Markup("").join(
                rows
            )

    @api.depends_context("lang")
    @api.depends("name", "form_id", "site_id")
    def _compute_display_name(self):
        for text in self:
            title = text.name or text.form_id.name or ""
            text.display_name = f"{title} ({text.site_id.name})" if text.site_id else title

    @api.constrains("model_id")
    def _check_printable(self):
        printable = self._get_printable_models()
        for text in self:
            if text.model not in printable:
                raise ValidationError(
                    self.env._(
                        "%(model)s is not printed on forms. Choose one of: %(models)s.",
                        model=text.sudo().model_id.name,
                        models=", ".join(
                            self.env["ir.model"].sudo()._get(name).name for name in printable
                        ),
                    )
                )

    @api.constrains("body", "signers", "receipt", "model_id")
    def _check_blanks(self):
        for text in self:
            known = text._get_blanks()
            unknown = text._find_blanks() - set(known)
            if unknown:
                raise ValidationError(
                    self.env._(
                        "The text %(text)s holds {%(unknown)s}, which nothing can fill in. "
                        "Known are: %(known)s.",
                        text=text.display_name,
                        unknown="}, {".join(sorted(unknown)),
                        known=", ".join(f"{{{name}}}" for name in known),
                    )
                )

    def write(self, vals):
        before = {text: [text[name] or "" for name in _WORDING] for text in self}
        result = super().write(vals)
        if "site_id" in vals:
            self.check_access("write")  # nobody hands a text to an office that is not his
        for text in self:
            if before[text] != [text[name] or "" for name in _WORDING]:
                text._note_change(*before[text])
        return result

    def action_preview(self):
        """Show the text as it prints for the latest record; nothing is filed."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "target": "new",
            "url": f"/pm/text/{self.id}/preview",
        }

    def action_copy_for_site(self):
        """Open the text of the user's own office, made from this one if there is none yet."""
        self.ensure_one()
        site = self.env["pm.site"]._get_default_site()
        if not site:
            raise UserError(
                self.env._("No management office is assigned to you. Ask for it in your user.")
            )
        own = self.search(
            [
                ("form_id", "=", self.form_id.id),
                ("model_id", "=", self.model_id.id),
                ("site_id", "=", site.id),
            ]
        )
        return (own or self.copy({"site_id": site.id})).get_formview_action()

    @api.model
    def _get_printable_models(self):
        """Return the names of the models that can fill in the blanks of a text."""
        return sorted(
            name
            for name, model in self.env.registry.items()
            if not model._abstract and hasattr(model, "_pm_get_blanks")
        )

    @api.model
    def _get_text(self, form, model, site):
        """Return the text by which an office prints a form: its own, or that of every office."""
        # The wording is printed for everybody who may print the record.
        texts = self.sudo().search(
            [
                ("form_id", "=", form.id),
                ("model_id.model", "=", model),
                ("site_id", "in", [site.id, False]),
            ]
        )
        text = texts.filtered("site_id")[:1] or texts[:1]
        if not text:
            raise UserError(
                self.env._(
                    "%(site)s has no text for the form %(form)s. Write it under "
                    "Configuration / Texts.",
                    site=site.name,
                    form=form.display_name,
                )
            )
        return text

    @api.model
    def _prepare_prints(self, forms, records, papers):
        """Return {record id: what its print says}, by `forms` and `papers` by record id."""
        texts = {}
        prints = {}
        for record in records:
            form, site = forms[record.id], record._pm_get_print_site()
            paper = papers.get(record.id)
            text = paper._get_fixed_text() if paper else self.browse()
            if not text:
                key = (form, site)
                if key not in texts:
                    texts[key] = self._get_text(form, records._name, site)
                text = texts[key]
            prints[record.id] = text._prepare_print(record, paper)
        return prints

    @api.model
    def _note_versions(self, form, records, papers):
        """Note on each paper which wording it carries, unless it was handed over with another."""
        open_records = records.filtered(lambda record: not papers[record.id]._get_fixed_text())
        for site, group in open_records.grouped(lambda one: one._pm_get_print_site()).items():
            text = self._get_text(form, records._name, site)
            text._keep_wording(site.print_lang)
            for record in group:
                papers[record.id].write({"text_id": text.id, "text_version": text.version})

    def _keep_wording(self, lang):
        """Keep the wording that is printed; a translation that changed is another version."""
        self.ensure_one()
        wording = self._get_wording(lang)
        kept = {version: dict(langs) for version, langs in (self.kept_wordings or {}).items()}
        if kept.get(str(self.version), {}).get(lang, wording) != wording:
            self.version += 1
        langs = kept.setdefault(str(self.version), {})
        if lang not in langs:
            langs[lang] = wording
            self.kept_wordings = kept

    def _get_wording(self, lang, paper=None):
        """Return {name: wording} of today, or that in which a paper was handed over."""
        if paper and paper._get_fixed_text() == self:
            kept = (self.kept_wordings or {}).get(str(paper.text_version), {})
            if lang in kept:
                return kept[lang]
        text = self.with_context(lang=lang)
        return {name: str(text[name] or "") for name in _WORDING}

    def _prepare_print(self, record, paper=None):
        """Return what the print of a record says, in the language of its office."""
        self.ensure_one()
        site = record._pm_get_print_site()
        local = record.with_context(lang=site.print_lang, tz=site.tz)
        text = self.with_context(lang=site.print_lang)
        wording = text._get_wording(site.print_lang, paper)
        blanks = text._get_blanks(local, paper)
        values = {}

        def get_value(name):
            if name not in values:
                if name not in blanks:
                    raise UserError(
                        self.env._(
                            "The text %(text)s holds {%(unknown)s}, which nothing can fill in. "
                            "Correct it under Configuration / Texts.",
                            text=text.display_name,
                            unknown=name,
                        )
                    )
                value = blanks[name][1]
                values[name] = word_value(
                    local.env, local._pm_get_print_site(), value() if callable(value) else value
                )
            return values[name]

        body = fill_html(wording["body"], get_value)
        if text.style in ("letter", "notice"):
            body = mark_salutation(body)
        return {
            "title": wording["name"] or text.form_id._get_title(),
            "style": text.style,
            "is_of_others": text.is_of_others,
            "version": blanks["version"][1],
            "body": Markup(body),
            "signers": self._fill_lines(wording["signers"], get_value),
            "receipt": self._fill_lines(wording["receipt"], get_value),
            "date": word_day(local.env, paper.date if paper else site._today()),
        }

    def _fill_lines(self, lines, get_value):
        """Return each line as markup with its blanks filled."""
        return [
            Markup(fill_html(Markup("%s") % line.strip(), get_value))
            for line in (lines or "").splitlines()
            if line.strip()
        ]

    def _get_blanks(self, record=None, paper=None):
        """Return {name: (label, value)} of what may stand in braces."""
        if record is None:
            record = self.env.get(self.model)
        if record is None or not hasattr(record, "_pm_get_blanks"):
            return {}
        site_today = lambda: record._pm_get_print_site()._today()  # noqa: E731
        is_fixed = bool(paper and paper._get_fixed_text())
        return {
            "paper_no": (self.env._("Number of the paper"), paper and paper.name),
            "date": (
                self.env._("Date of the paper"),
                lambda: paper.date if paper else site_today(),
            ),
            "today": (self.env._("Today"), site_today),
            "version": (
                self.env._("Version of this wording"),
                paper.text_version if is_fixed else self.version,
            ),
            "copies": (self.env._("Copies printed"), self.form_id.copies),
            **record._pm_get_blanks(),
        }

    def _find_blanks(self):
        self.ensure_one()
        return find_html_blanks(self.body) | find_blanks(self.signers) | find_blanks(self.receipt)

    def _note_change(self, name, body, signers, receipt):
        """Count the version, and keep the wording until now: somebody may have signed it."""
        self._write_noted({"version": self.version + 1})
        self.message_post(
            body=Markup("<p>%s</p><blockquote><h3>%s</h3>%s<p>%s</p><p>%s</p></blockquote>")
            % (
                self.env._(
                    "Version %(new)s. Version %(old)s read:",
                    new=self.version,
                    old=self.version - 1,
                ),
                name,
                body,
                signers,
                receipt,
            )
        )

    def _render_preview(self):
        """Return the PDF of this text for the latest record that the user may read."""
        self.ensure_one()
        record = self._get_sample_record()
        report = self.env["ir.actions.report"].new({"model": self.model})
        forms = {record.id: self.sudo().form_id}
        context = {
            "docs": record,
            "pm_form": forms[record.id],
            "pm_forms": forms,
            "pm_papers": {},
            "pm_qr": report._pm_qr,
            "prints": {record.id: self._prepare_print(record)},
        }
        html = report._render_template("pm_base.report_text", context)
        return report._pm_lay_out(report, html, forms)

    def _get_sample_record(self):
        records = self.env[self.model]
        for record in records.search([], order="id desc", limit=50):
            if not self.site_id or record._pm_get_print_site() == self.site_id:
                return record
        raise UserError(
            self.env._(
                "There is no record yet to show %(text)s with. Enter one of the kind "
                "%(model)s first.",
                text=self.display_name,
                model=self.sudo().model_id.name,
            )
        )
