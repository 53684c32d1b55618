from odoo import api, fields, models


class PmPrintableMixin(models.AbstractModel):
    _name = "pm.printable.mixin"
    _description = "Is Printed on Catalogued Forms"

    paper_ids = fields.One2many(
        "pm.document",
        "res_id",
        string="Papers",
        domain=lambda self: [("res_model", "=", self._name)],
    )
    paper_count = fields.Integer(compute="_compute_paper_count")

    @api.depends("paper_ids")
    def _compute_paper_count(self):
        for record in self:
            record.paper_count = len(record.paper_ids)

    def action_view_papers(self):
        """Open the papers filed for this record."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_base.pm_document_action")
        return {
            **action,
            "domain": [("res_model", "=", self._name), ("res_id", "=", self.id)],
            "context": {},
        }

    def _pm_before_print(self, form):
        """Called once before the records are printed on `form`; raises to refuse the print.

        What a print brings about, such as a letter being issued, is written here.
        """

    def _pm_prepare_paper_vals(self):
        """Return what the paper of this record says of it: office, party, date, subject."""
        self.ensure_one()
        site = self._pm_get_print_site()
        vals = {"site_id": site.id, "subject": self.display_name, "date": site._today()}
        if "partner_id" in self._fields:
            vals["partner_id"] = self.partner_id.id
        return vals

    def _pm_get_print_site(self):
        """Return the office whose letterhead and language the prints of this record carry."""
        self.ensure_one()
        return self.site_id

    def _pm_get_blanks(self):
        """Return {name: (label, value)} of what a text about this record may hold in braces.

        A value is text, a date, an amount, records, markup for a block such as a table, or a
        function that returns one of these, called only for a blank that is used. Called on no
        record at all for the names and labels.
        """

        def of_site(name):
            return lambda: self._pm_get_print_site()[name]

        return {
            "office": (self.env._("Management office"), of_site("name")),
            "property": (self.env._("Estate or tower"), of_site("property_name")),
            "address": (self.env._("Address of the office"), of_site("address")),
            "phone": (self.env._("Service telephone"), of_site("phone")),
            "phone_24h": (self.env._("24-hour telephone"), of_site("phone_24h")),
        }
