from odoo.http import Controller, content_disposition, request, route

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ImportController(Controller):
    @route("/pm/import/template", type="http", auth="user", readonly=True)
    def download_template(self):
        """Send an empty import workbook in the language of the user."""
        imports = request.env["pm.import"]
        imports.check_access("create")
        filename = request.env._("Property Import Template") + ".xlsx"
        return request.make_response(
            imports._prepare_template(),
            headers=[
                ("Content-Type", _XLSX),
                ("Content-Disposition", content_disposition(filename)),
            ],
        )
