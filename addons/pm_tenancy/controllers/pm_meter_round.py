from odoo.http import Controller, content_disposition, request, route

from odoo.addons.pm_base.controllers.pm_import import _XLSX


class MeterRoundController(Controller):
    @route("/pm/meters/round/<int:round_id>/xlsx", type="http", auth="user", readonly=True)
    def download(self, round_id):
        """Send the sheet of a reading round as a workbook that can be imported when filled."""
        sheet = request.env["pm.meter.round"].browse(round_id).exists()
        sheet.check_access("read")
        return request.make_response(
            sheet._prepare_workbook(),
            headers=[
                ("Content-Type", _XLSX),
                ("Content-Disposition", content_disposition(f"{sheet.display_name}.xlsx")),
            ],
        )
