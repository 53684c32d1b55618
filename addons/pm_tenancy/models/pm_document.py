from odoo import api, models

# What a print notes on its paper.
_PRINTED = {"print_count", "printed_at", "printed_by_id", "text_version"}


class PmDocument(models.Model):
    """The office's own papers in the file of a customer."""

    _inherit = "pm.document"

    @api.model_create_multi
    def create(self, vals_list):
        papers = super().create(vals_list)
        index_form = self.env.ref("pm_base.form_f_ten_76")
        inside = papers.filtered(lambda paper: paper.form_id != index_form)
        inside._get_file_tenancies()._check_file_not_sealed()
        back = papers.filtered(lambda paper: paper.state in ("returned", "archived"))
        back._get_file_tenancies()._receive_returned_forms()
        return papers

    def write(self, vals):
        # To print a paper of a sealed file again, or to archive it, changes nothing in it.
        if vals.keys() - _PRINTED and vals.get("state") != "archived":
            self._get_file_tenancies()._check_file_not_sealed()
        result = super().write(vals)
        if vals.get("state") in ("returned", "archived"):
            self._get_file_tenancies()._receive_returned_forms()
        return result

    def _get_file_tenancies(self):
        """Return the tenancies in whose files these papers are, elevated."""
        # A sealed file is sealed for everybody.
        ours = self.filtered(lambda paper: paper.res_model == "pm.tenancy" and paper.res_id)
        return self.env["pm.tenancy"].sudo().browse(set(ours.mapped("res_id"))).exists()

    def _prepare_index_row(self):
        """Return the paper as a row of the index of a customer file (F-TEN-76)."""
        self.ensure_one()
        form = self.form_id.with_context(lang=self.site_id.print_lang)
        return {
            "name": f"{form._get_title()} {self.name}",
            "date": self.date,
            "pages": False,
            "filed_by": self.printed_by_id.name,
            "note": self._label_state(self.state),
        }
