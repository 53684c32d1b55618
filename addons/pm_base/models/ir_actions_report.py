import base64
import mimetypes
from io import BytesIO
from urllib.parse import parse_qsl, unquote

from odoo import fields, models
from odoo.exceptions import UserError
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
            chunk = todo[start : start + size]
            content = self._pm_render_pdf(report_sudo, chunk, data)
            streams[chunk[0]]["stream"] = BytesIO(content)
        return streams

    def _get_rendering_context(self, report, docids, data):
        context = super()._get_rendering_context(report, docids, data)
        if report.pm_engine == "weasyprint":
            form_sudo = report.sudo().pm_form_id
            context["pm_form"] = form_sudo
            context["pm_papers"] = self.env["pm.document"]._get_papers(
                form_sudo, report.model, docids or []
            )
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
        return print_engine.render_pdf(pages, self._pm_fetcher())

    def _pm_render_pdf(self, report_sudo, res_ids, data):
        """Return one PDF of the records, and file each as printed where the report is a form."""
        form_sudo = report_sudo.pm_form_id
        if form_sudo:
            records = self.env[report_sudo.model].browse(res_ids)
            records._pm_before_print(form_sudo)
            self.env["pm.document"]._file_printed(form_sudo, records)
        html = self._render_qweb_html(report_sudo, res_ids, data=data)[0]
        wrap, sections = print_engine.split_sections(html)
        if not sections:
            raise UserError(
                self.env._("The report %(name)s has no page to print.", name=report_sudo.name)
            )
        pages = []
        for section in sections:
            if form_sudo.two_up:
                section = print_engine.put_two_up(section)
            label = self._pm_copy_label(section.get("lang"))
            sheets = print_engine.label_copies(section, form_sudo.copies or 1, label)
            pages.extend(wrap(sheet) for sheet in sheets)
        return print_engine.render_pdf(pages, self._pm_fetcher())

    def _pm_copy_label(self, language):
        """Return the function that words "copy 1 of 2" in the language of the paper."""
        env = self.with_context(lang=(language or "zh-CN").replace("-", "_")).env

        def label(number, count):
            return env._("Copy %(number)s of %(count)s", number=number, count=count)

        return label

    def _pm_qr(self, value):
        """Return a QR code of `value` as a data address for an image."""
        image = self.barcode("QR", value, width=240, height=240, quiet=0)
        return "data:image/png;base64," + base64.b64encode(image).decode()

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
