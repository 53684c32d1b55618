from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from odoo.addons.account.controllers.portal import PortalAccount


class PortalBills(PortalAccount):
    @http.route()
    def portal_my_invoice_detail(
        self, invoice_id, access_token=None, report_type=None, download=False, **kw
    ):
        """Show and download the statement of a bill of fees, in place of the plain invoice."""
        if report_type in ("html", "pdf"):
            try:
                bill_sudo = self._document_check_access("account.move", invoice_id, access_token)
            except (AccessError, MissingError):
                return request.redirect("/my")
            if bill_sudo._pm_has_statement():
                return self._show_statement(bill_sudo, report_type, download)
        return super().portal_my_invoice_detail(
            invoice_id,
            access_token=access_token,
            report_type=report_type,
            download=download,
            **kw,
        )

    @http.route("/pm/bill/<string:token>", type="http", auth="public", sitemap=False)
    def show_bill(self, token):
        """Open the bill whose statement was scanned."""
        bill_sudo = request.env["account.move"]._pm_find_by_token(token)
        return request.redirect(bill_sudo.get_portal_url() if bill_sudo else "/my")

    def _show_statement(self, bill_sudo, report_type, download):
        """A statement that is looked at is no print: no paper is filed. Who is not logged in as the
        payer of the bill, or a contact of his, sees no more than this bill."""
        reader = request.env.user.partner_id.commercial_partner_id
        report_sudo = (
            request.env.ref("pm_billing.action_report_pm_statement")
            .sudo()
            .with_context(pm_bill_only=reader != bill_sudo.commercial_partner_id)
        )
        if report_type == "html":
            content = report_sudo._render_qweb_html(report_sudo.report_name, bill_sudo.ids)[0]
        else:
            content = report_sudo._pm_render_unfiled(bill_sudo)
        headers = self._get_http_headers(bill_sudo, report_type, content, download)
        return request.make_response(content, list(headers.items()))
