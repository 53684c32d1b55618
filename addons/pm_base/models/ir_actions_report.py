import gc
import mimetypes
from io import BytesIO
from urllib.parse import parse_qsl, unquote

import segno

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.misc import file_open

from ..tools import print_engine

# Records laid out at once. Bounds the memory of a long print; page numbers are per record anyway.
_CHUNK = 50


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    pm_engine = fields.Selection(
        [("default", "Default of Odoo"), ("weasyprint", "WeasyPrint")],
        string="Print Engine",
        default="default",
        required=True,
        help="WeasyPrint prints Chinese, page headers and many records at once, and fast.",
    )
    pm_form_id = fields.Many2one(
        "pm.form",
        string="Form",
        index="btree_not_null",
        help="Printing a catalogued form files the paper.",
    )
    pm_form_path = fields.Char(
        string="Form of the Record",
        help="Path of fields from the record to its form, such as template_id.form_id. "
        "A record that has none there is printed on the form of the report.",
    )
    pm_text = fields.Boolean(
        string="Wording in Data",
        help="Prints the text that the office has for the form; the report needs no template.",
    )

    @api.constrains("model", "pm_form_path")
    def _check_pm_form_path(self):
        for report in self.filtered("pm_form_path"):
            target = report.model
            for name in report.pm_form_path.split("."):
                field = self.env[target]._fields.get(name) if target in self.env else None
                target = field.comodel_name if field else None
            if target != "pm.form":
                raise ValidationError(
                    self.env._(
                        "The path %(path)s of the report %(name)s does not lead to a form. "
                        "Enter names of fields joined by dots, such as template_id.form_id.",
                        path=report.pm_form_path,
                        name=report.name,
                    )
                )

    def get_wkhtmltopdf_state(self):
        """Where wkhtmltopdf is missing, WeasyPrint prints in its place: printing is never off."""
        state = super().get_wkhtmltopdf_state()
        return "ok" if state in ("install", "broken") else state

    def report_action(self, docids, data=None, config=True):
        """Our papers have their own letterhead: nobody is asked for Odoo's document layout."""
        own = self.pm_engine == "weasyprint"
        return super().report_action(docids, data=data, config=config and not own)

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        report_sudo = self._get_report(report_ref)
        if report_sudo.pm_engine != "weasyprint":
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids=res_ids)
        if not res_ids:
            raise UserError(self.env._("Select at least one record to print."))
        res_ids = list(dict.fromkeys(res_ids))
        self.env[report_sudo.model].browse(res_ids).check_access("read")
        streams = {res_id: {"stream": None, "attachment": None} for res_id in res_ids}
        todo = []
        for record in self.env[report_sudo.model].browse(res_ids):
            kept = report_sudo.attachment_use and report_sudo.retrieve_attachment(record)
            if kept:
                streams[record.id] = {"stream": BytesIO(kept.raw), "attachment": kept}
            else:
                todo.append(record.id)
        # Only a report that saves its papers needs them one by one.
        size = 1 if report_sudo.attachment else _CHUNK
        for start in range(0, len(todo), size):
            if start:
                # A layout is full of cycles, which would pile up: a large process seldom looks.
                gc.collect()
            chunk = todo[start : start + size]
            content = self._pm_render_pdf(report_sudo, chunk, data)
            streams[chunk[0]]["stream"] = BytesIO(content)
        return streams

    def _render_qweb_html(self, report_ref, docids, data=None):
        report_sudo = self._get_report(report_ref)
        if not report_sudo.pm_text:
            return super()._render_qweb_html(report_ref, docids, data=data)
        context = self._get_rendering_context(report_sudo, docids, {**(data or {})})
        context["report_type"] = "html"
        context["prints"] = self.env["pm.text"]._prepare_prints(
            context["pm_forms"], context["docs"], context["pm_papers"]
        )
        return self._render_template("pm_base.report_text", context), "html"

    def _get_rendering_context(self, report, docids, data):
        context = super()._get_rendering_context(report, docids, data)
        if report.pm_engine == "weasyprint":
            # At once: what is looked up below fills the memory, which asks nobody for his rights.
            self.env[report.model].browse(docids or []).check_access("read")
            context["pm_form"] = report.sudo().pm_form_id
            forms = report.sudo()._pm_get_forms(self.env[report.model].browse(docids or []))
            context["pm_forms"] = forms
            context["pm_papers"] = self._pm_get_papers(forms, report.model)
            context["pm_qr"] = self._pm_qr
        return context

    def _run_wkhtmltopdf(
        self,
        bodies,
        report_ref=False,
        header=None,
        footer=None,
        landscape=False,
        specific_paperformat_args=None,
        set_viewport_size=False,
    ):
        # Core knows whether it is there; our own answer is always yes.
        # pylint: disable-next=super-method-mismatch
        if super().get_wkhtmltopdf_state() not in ("install", "broken"):
            return super()._run_wkhtmltopdf(
                bodies,
                report_ref=report_ref,
                header=header,
                footer=footer,
                landscape=landscape,
                specific_paperformat_args=specific_paperformat_args,
                set_viewport_size=set_viewport_size,
            )
        report = self._get_report(report_ref) if report_ref else self
        paper = self._pm_get_paper(report.get_paperformat(), landscape)
        headers = print_engine.split_core_strips(header, "header")
        footers = print_engine.split_core_strips(footer, "footer")
        pages = [
            print_engine.compose_core_page(
                body,
                headers[number] if number < len(headers) else None,
                footers[number] if number < len(footers) else None,
                paper,
            )
            for number, body in enumerate(bodies)
        ]
        return print_engine.render_pdf([(page, [""]) for page in pages], self._pm_fetcher())

    def _pm_render_pdf(self, report_sudo, res_ids, data):
        """Return one PDF of the records, and file each as printed where the report is a form."""
        records = self.env[report_sudo.model].browse(res_ids)
        forms = report_sudo._pm_get_forms(records)
        for form_sudo, group in records.grouped(lambda record: forms[record.id]).items():
            if form_sudo:
                group._pm_before_print(form_sudo)
                papers = self.env["pm.document"]._file_printed(form_sudo, group)
                if report_sudo.pm_text:
                    self.env["pm.text"]._note_versions(form_sudo, group, papers)
        html = self._render_qweb_html(report_sudo, res_ids, data=data)[0]
        return self._pm_lay_out(report_sudo, html, forms)

    def _pm_render_unfiled(self, records):
        """Return the PDF of the records without filing a paper: a file to read, not a print."""
        report_sudo = self.sudo()
        html = self._render_qweb_html(report_sudo.report_name, records.ids)[0]
        return self._pm_lay_out(report_sudo, html, report_sudo._pm_get_forms(records))

    def _pm_lay_out(self, report_sudo, html, forms):
        """Return the PDF of a rendered report, each record in the copies of its form."""
        wrap, sections, styles = print_engine.split_sections(html)
        if not sections:
            raise UserError(
                self.env._("The report %(name)s has no page to print.", name=report_sudo.name)
            )
        sheets = []
        for section in sections:
            form_sudo = report_sudo.pm_form_id
            # A section made without the layout of forms names no record.
            if section.get("data-oe-model") == report_sudo.model:
                form_sudo = forms.get(int(section.get("data-oe-id")), form_sudo)
            if form_sudo.two_up:
                section = print_engine.put_two_up(section)
            labels = self._pm_label_copies(form_sudo.copies or 1, section.get("lang"))
            print_engine.label_copy(section, labels[0])
            sheets.append((wrap(section), labels))
        return print_engine.render_pdf(sheets, self._pm_fetcher(), styles)

    def _pm_get_forms(self, records):
        """Return {record id: the form on which this report prints the record}."""
        self.ensure_one()
        if not self.pm_form_path:
            return dict.fromkeys(records.ids, self.pm_form_id)
        # Which form a record is printed on is no secret of the records on the way there.
        return {
            record.id: record.sudo().mapped(self.pm_form_path)[:1] or self.pm_form_id
            for record in records
        }

    def _pm_get_papers(self, forms, model):
        """Return {record id: paper} of records with their forms; never printed ones are missing."""
        papers = {}
        for form in set(forms.values()):
            ids = [res_id for res_id, own_form in forms.items() if own_form == form]
            papers.update(self.env["pm.document"]._get_papers(form, model, ids))
        return papers

    def _pm_label_copies(self, count, language):
        """Return for each copy what says which it is, in the language of the paper."""
        if count == 1:
            return [""]
        env = self.with_context(lang=(language or "zh-CN").replace("-", "_")).env
        return [
            env._("Copy %(number)s of %(count)s", number=number, count=count)
            for number in range(1, count + 1)
        ]

    def _pm_qr(self, value):
        """Return a QR code of `value` as a data address for an image."""
        return segno.make(value, error="l", micro=False).png_data_uri(scale=8, border=0)

    def _pm_fetcher(self):
        return print_engine.ReportFetcher(self._pm_load_address)

    def _pm_load_address(self, path, query):
        """Return (content, mimetype) of an address of this server that a report refers to."""
        parts = unquote(path).strip("/").split("/")
        if parts[:2] == ["web", "assets"]:
            return self._pm_load_asset(parts[-1])
        if parts[:2] == ["report", "barcode"]:
            arguments = dict(parse_qsl(query))
            if len(parts) > 3:
                arguments.update(barcode_type=parts[2], value="/".join(parts[3:]))
            return self.barcode(arguments.pop("barcode_type"), **arguments), "image/png"
        if parts[:2] == ["web", "image"] and len(parts) >= 5:
            record = self.env["ir.binary"]._find_record(None, parts[2], int(parts[3]))
            stream = self.env["ir.binary"]._get_image_stream_from(record, parts[4])
            return stream.read(), stream.mimetype
        if len(parts) > 2 and parts[1] == "static" and ".." not in parts:
            mimetype = mimetypes.guess_type(path)[0] or "application/octet-stream"
            with file_open("/".join(parts), "rb") as static_file:
                return static_file.read(), mimetype
        return None

    def _pm_load_asset(self, filename):
        bundle_name, rtl, asset_type, autoprefix = self.env["ir.asset"]._parse_bundle_name(
            filename, False
        )
        if asset_type != "css":
            return b"", "application/javascript"
        bundle = self.env["ir.qweb"]._get_asset_bundle(
            bundle_name, css=True, js=False, rtl=rtl, autoprefix=autoprefix
        )
        return bundle.css().raw, "text/css"

    def _pm_get_paper(self, paperformat, landscape):
        if paperformat.format == "custom" and paperformat.page_width:
            size = f"{paperformat.page_width}mm {paperformat.page_height}mm"
        else:
            size = paperformat.format or "A4"
        if landscape or paperformat.orientation == "Landscape":
            size += " landscape"
        return {
            "size": size,
            "top": paperformat.margin_top,
            "right": paperformat.margin_right,
            "bottom": paperformat.margin_bottom,
            "left": paperformat.margin_left,
        }
