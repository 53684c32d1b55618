from markupsafe import Markup

from odoo import fields, models

from .toys import register_model


class ToyLetter(models.Model):
    """A record that is printed: shows how an addon makes a form of the catalogue."""

    _name = "toy.letter"
    _inherit = ["pm.printable.mixin", "pm.site.mixin"]
    _description = "Toy Letter"
    _module = None  # no model of the addon: it is registered by hand

    name = fields.Char()
    lines = fields.Integer(default=1)
    partner_id = fields.Many2one("res.partner")
    form_id = fields.Many2one("pm.form")

    def _pm_get_blanks(self):
        return {
            **super()._pm_get_blanks(),
            "name": ("Name", self.name),
            "table": (
                "Table",
                lambda: Markup("<table><tr><td>%s</td></tr></table>") % self.lines,
            ),
        }

    @classmethod
    def register(cls, test_class):
        """Make the model and its table for a test class; the rollback takes the table away."""
        register_model(test_class, cls)


TOY_TEMPLATE = """
<t t-name="pm_base.report_toy_letter">
    <t t-call="pm_base.print_page">
        <t t-foreach="docs" t-as="doc">
            <t t-call="pm_base.form_layout" t-lang="doc._pm_get_print_site().print_lang">
                <p>尊敬的<span t-out="doc.name"/>：</p>
                <p t-foreach="range(doc.lines)" t-as="line">第<span t-out="line"/>行</p>
            </t>
        </t>
    </t>
</t>
"""
