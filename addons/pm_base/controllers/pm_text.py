from odoo.http import Controller, request, route


class TextController(Controller):
    @route("/pm/text/<int:text_id>/preview", type="http", auth="user", readonly=True)
    def preview(self, text_id):
        """Show the PDF of a text filled in for the latest record; nothing is filed."""
        text = request.env["pm.text"].browse(text_id).exists()
        text.check_access("read")
        pdf = text._render_preview()
        return request.make_response(pdf, headers=[("Content-Type", "application/pdf")])
