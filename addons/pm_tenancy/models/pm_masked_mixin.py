from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ..tools.privacy import MASK, is_wrong_id_card, mask_number, tidy_number


class PmMaskedMixin(models.AbstractModel):
    """A natural person whose identity number and mobile numbers are not for everybody's eyes.

    A number `x` is entered and shown through the field `x`, which answers with a mask, and kept in
    `x_full`, which nobody reads through RPC. `_pm_reveal` is the one way to the full number, and
    it is logged. Mobile numbers are masked only for users without rights to tenancies: those who
    have them call these people all day.
    """

    _name = "pm.masked.mixin"
    _description = "Person with Masked Numbers"

    # The fields shown through a mask.
    _PM_MASKED = ("pm_identity_no", "pm_mobile")

    pm_identity_kind = fields.Selection(
        [
            ("id_card", "ID Card"),
            ("passport", "Passport"),
            ("licence", "Business Licence"),
            ("other", "Other Document"),
        ],
        string="Identity Document",
        default="id_card",
    )
    pm_identity_no = fields.Char(
        string="Identity No.",
        compute="_compute_pm_masked",
        inverse="_inverse_pm_masked",
        help="Masked once it is saved. Everybody who has it shown is logged.",
    )
    pm_identity_no_full = fields.Char(groups=fields.NO_ACCESS, copy=False)
    pm_mobile = fields.Char(
        string="Mobile",
        compute="_compute_pm_masked",
        inverse="_inverse_pm_masked",
        search="_search_pm_mobile",
    )
    pm_mobile_full = fields.Char(groups=fields.NO_ACCESS, copy=False)

    @api.depends(lambda self: [f"{name}_full" for name in self._PM_MASKED] + ["pm_identity_kind"])
    @api.depends_context("uid")
    def _compute_pm_masked(self):
        for record in self:
            for name in self._PM_MASKED:
                record[name] = record._pm_show_number(name)

    def write(self, vals):
        if vals.get("pm_identity_kind") == "licence" and not vals.get("pm_identity_no"):
            self._check_not_called_licence()
        return super().write(vals)

    def _inverse_pm_masked(self):
        for record in self:
            vals = {}
            for name in self._PM_MASKED:
                number = record[name]
                if number == record._pm_show_number(name):
                    continue
                if number and MASK in number:
                    raise ValidationError(
                        self.env._(
                            "%(field)s of %(record)s: enter the full number, without “*”.",
                            field=self._pm_label_field(name),
                            record=record.display_name,
                        )
                    )
                vals[f"{name}_full"] = tidy_number(number)
            if vals:
                record.sudo().write(vals)  # the stored number is out of reach of every user
        # What was entered is shown through the mask from now on.
        self.invalidate_recordset(self._PM_MASKED)

    def _search_pm_mobile(self, operator, value):
        return self._pm_search_number("pm_mobile_full", operator, value)

    @api.constrains("pm_identity_no_full", "pm_identity_kind")
    def _check_id_card(self):
        for record in self:
            number = record.sudo().pm_identity_no_full or ""  # judged, not shown
            if record.pm_identity_kind == "id_card" and is_wrong_id_card(number):
                raise ValidationError(
                    self.env._(
                        "The ID card number of %(record)s cannot be right: its check digit or day "
                        "of birth does not fit. Compare it with the card, or choose another kind "
                        "of document.",
                        record=record.display_name,
                    )
                )

    def action_pm_reveal(self):
        """Ask why the numbers are needed, and show them."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Show Full Numbers"),
            "res_model": "pm.reveal",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_res_model": self._name, "default_res_id": self.id},
        }

    def _check_not_called_licence(self):
        """A licence is public: no hidden number becomes one by another name."""
        for record in self:
            # Asks only whether there is a number.
            if record.pm_identity_kind != "licence" and record.sudo().pm_identity_no_full:
                raise UserError(
                    self.env._(
                        "Enter the number of the licence of %(record)s too: the number kept is "
                        "that of another document.",
                        record=record.display_name,
                    )
                )

    def _pm_show_number(self, name):
        """Return the number `name` as this user may see it."""
        self.ensure_one()
        number = self.sudo()[f"{name}_full"]  # only its mask leaves this method
        # What is being typed on a form opens nothing: the record as it is kept decides.
        if not number or self._origin._pm_is_open(name):
            return number
        return mask_number(number)

    def _pm_is_open(self, name):
        """Tell whether this user may see the number `name` without further ado."""
        if name == "pm_identity_no":
            return self.pm_identity_kind == "licence"  # business licences are public
        return self._pm_sees_mobiles()

    def _pm_get_identity_no(self, reason):
        """Return the full identity number, for a paper; `reason` goes into the log."""
        return self._pm_reveal(["pm_identity_no"], reason)["pm_identity_no"]

    def _pm_reveal(self, names, reason=""):
        """Return {field name: full number}, and log who read whose numbers, when and why."""
        self.ensure_one()
        self.check_access("read")
        full = self.sudo()  # this is the one door to the stored numbers
        numbers = {name: full[f"{name}_full"] or "" for name in names}
        read = [name for name in names if numbers[name]]
        if read:
            self.env["pm.reveal.log"]._log(self, read, reason)
        return numbers

    def _pm_get_revealable(self):
        """Return the names of the numbers that this user may have shown."""
        if self.env.user.has_group("pm_tenancy.group_pm_tenancy_user"):
            return self._PM_MASKED
        if self.env.user.has_group("pm_base.group_pm_base_user"):
            return tuple(name for name in self._PM_MASKED if name != "pm_identity_no")
        raise AccessError(self.env._("Only the staff of a management office sees full numbers."))

    def _pm_get_reveal_site(self):
        """Return the office whose administrators see that these numbers were shown."""
        return self.env["pm.site"]._get_default_site()

    def _pm_label_field(self, name):
        """Return what the user calls the field."""
        return self._fields[name]._description_string(self.env)

    @api.model
    def _pm_search_number(self, stored_name, operator, value):
        """Return the domain of a search by telephone, written in whatever way.

        Whoever sees the numbers only masked has to know the whole of one to find its owner.
        """
        if operator == "in":
            numbers = [tidy_number(number) for number in value]
        elif operator == "ilike" and isinstance(value, str):
            numbers = tidy_number(value)
            if not self._pm_sees_mobiles():
                operator, numbers = "in", [numbers]
        else:
            return NotImplemented
        if operator == "in" and len(numbers) != 1 and not self._pm_sees_mobiles():
            return Domain.FALSE  # a list would try out what the mask hides
        found = self.sudo()._search(Domain(stored_name, operator, numbers))  # ids, no numbers
        return Domain("id", "in", found)

    @api.model
    def _pm_sees_mobiles(self):
        # Also where something is worked out elevated, it is this user who sees it.
        return self.env.user.has_group("pm_tenancy.group_pm_tenancy_user")
