from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.proration import Period, price_segments


class PmTenancy(models.Model):
    """The charge slips of an occupant."""

    _inherit = "pm.tenancy"

    slip_count = fields.Integer(compute="_compute_slip_count", string="Slips Written")

    def _compute_slip_count(self):
        counts = dict(
            self.env["pm.charge.slip"]._read_group(
                Domain("tenancy_id", "in", self.ids) & Domain("state", "!=", "cancelled"),
                ["tenancy_id"],
                ["__count"],
            )
        )
        for tenancy in self:
            tenancy.slip_count = counts.get(tenancy, 0)

    def action_view_slips(self):
        """Open the charge slips of the occupant."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_billing.pm_charge_slip_action")
        return {
            **action,
            "domain": [("tenancy_id", "=", self.id)],
            "context": {"default_tenancy_id": self.id},
        }

    def _plan_quantity(self, fee, plan):
        """Charge each confirmed slip that is not billed."""
        slips = plan.look_up(("slips", fee.id), lambda: fee._get_slips(plan))
        for slip in slips.get(self.id, ()):
            if plan.includes(slip.unit_id or self._get_main_unit()):
                local = slip.with_context(lang=self.env.lang)
                plan.charges.append(local._prepare_charge_vals(plan.month))

    def _get_slip_price(self, fee, unit, day):
        """Return the price of a fee by quantity on a day, agreed or of the tariff; None if none."""
        agreed = self.fee_ids.filtered(lambda line: line.fee_id == fee)
        agreements = [
            [line._to_agreement() for line in agreed if unit and line.unit_id == unit],
            [line._to_agreement() for line in agreed if not line.unit_id],
        ]
        tariffs = fee._get_tariffs(unit or self._get_main_unit())
        segments = price_segments(Period(day, day), agreements, tariffs, is_standard=True)
        # What was agreed not to be charged costs nothing.
        return segments[0].price if segments else 0.0

    def _add_slip(self, source, fee, quantity, price=None, date=None, note=None):
        """Have something done for the occupant charged; return its confirmed slip.

        `source` is the record it was done for, a repair order or a service order: asked again,
        its slip is brought up to date, and there is never a second one. Without a `price` the
        agreed one holds, or the tariff. The rules of who may ask for it are the source's.
        """
        self.ensure_one()
        source.ensure_one()
        slips_sudo = self.env["pm.charge.slip"].sudo()  # see above
        slip_sudo = slips_sudo.search(
            Domain("source_model", "=", source._name)
            & Domain("source_id", "=", source.id)
            & Domain("state", "!=", "cancelled"),
            limit=1,
        )
        vals = {
            "tenancy_id": self.id,
            "fee_id": fee.id,
            "date": date or self.site_id._today(),
            "subject": note or source.display_name,
        }
        if slip_sudo.state == "billed":
            now = self._get_slip_price(fee, slip_sudo.unit_id, vals["date"])
            amount = fee._reckon_quantity(quantity, now if price is None else price)
            if not self.currency_id.compare_amounts(slip_sudo.amount, amount):
                return slip_sudo.with_env(self.env)
            raise UserError(
                self.env._(
                    "%(slip)s is on bill %(bill)s already. Cancel the bill to charge another "
                    "amount.",
                    slip=slip_sudo.display_name,
                    bill=slip_sudo.move_id.name,
                )
            )
        if slip_sudo.state == "confirmed":
            slip_sudo.action_draft()
        if slip_sudo:
            slip_sudo.write(vals)
        else:
            slip_sudo = slips_sudo.create(
                {**vals, "source_model": source._name, "source_id": source.id}
            )
        slip_sudo._set_line(vals["subject"], quantity, price)
        slip_sudo.action_confirm()
        return slip_sudo.with_env(self.env)
