from odoo.http import Controller, content_disposition, request, route

from .pm_import import _XLSX


class RegisterController(Controller):
    @route("/pm/register/<int:issue_id>/xlsx", type="http", auth="user", readonly=True)
    def download(self, issue_id):
        """Send an issue of a register as a workbook."""
        issue = request.env["pm.register.issue"].browse(issue_id).exists()
        issue.check_access("read")
        return request.make_response(
            issue._prepare_workbook(),
            headers=[
                ("Content-Type", _XLSX),
                ("Content-Disposition", content_disposition(f"{issue.display_name}.xlsx")),
            ],
        )
