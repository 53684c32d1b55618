import re

from odoo import fields, models
from odoo.fields import Domain


def _word_pass(env, diagnostics):
    """Name who holds the access pass of which the database speaks."""
    key = re.search(r"=\((\d+), (.+)\)", (diagnostics and diagnostics.message_detail) or "")
    holder = key and env["pm.tenancy.staff"].search(
        Domain("site_id", "=", int(key[1]))
        & Domain("pass_no", "=", key[2])
        & Domain("date_left", "=", False),
        limit=1,
    )
    if holder:
        return env._(
            "Access pass %(number)s is held by %(person)s of %(tenancy)s. Note there that the "
            "person has left, or give another pass.",
            number=holder.pass_no,
            person=holder.name,
            tenancy=holder.tenancy_id.display_name,
        )
    return env._("This access pass is held by somebody else. Give another pass.")


class PmTenancyStaff(models.Model):
    """Who works or lives with an occupant (F-TEN-85, TEN-071)."""

    _name = "pm.tenancy.staff"
    _inherit = ["pm.masked.mixin", "pm.part.mixin"]
    _description = "Person of an Occupant"
    _order = "tenancy_id, date_left desc, date_registered, id"
    _rec_names_search = ["name", "pass_no"]
    _check_company_auto = True
    _part_of = "tenancy_id"

    name = fields.Char(string="Full Name", required=True)
    tenancy_id = fields.Many2one("pm.tenancy", required=True, ondelete="cascade", index=True)
    site_id = fields.Many2one(related="tenancy_id.site_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(related="tenancy_id.company_id", store=True, precompute=True)
    partner_id = fields.Many2one(related="tenancy_id.partner_id", string="Occupant")
    unit_codes = fields.Char(related="tenancy_id.unit_codes")
    phone_24h = fields.Char(related="partner_id.pm_phone_24h")
    post = fields.Char(help="What the person does there, such as manager or driver.")
    pass_no = fields.Char(string="Access Pass No.")
    date_registered = fields.Date(
        string="Registered On",
        required=True,
        default=fields.Date.context_today,
    )
    date_left = fields.Date(string="Left On", help="The access pass is void from this day on.")

    _pass_unique = models.UniqueIndex("(site_id, pass_no) WHERE date_left IS NULL", _word_pass)
    _date_order = models.Constraint(
        "CHECK (date_left IS NULL OR date_registered <= date_left)",
        "Somebody leaves after being registered.",
    )

    def write(self, vals):
        result = super().write(vals)
        # At once, so that a pass can be handed on in the same breath.
        self.flush_recordset({"date_left", "pass_no"} & set(vals))
        return result

    def _check_whole(self):
        self.tenancy_id._check_not_closed()

    def action_leave(self):
        """Note that these people leave today: their passes are free again."""
        for site, people in self.grouped("site_id").items():
            people._leave(site._today())

    def _leave(self, day):
        for person in self.filtered(lambda person: not person.date_left):
            person.date_left = max(day, person.date_registered)

    def _pm_get_reveal_site(self):
        return self.site_id
