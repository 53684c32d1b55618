from datetime import date

from odoo.fields import Command

from odoo.addons.pm_tenancy.tests.common import TenancyCommon

JANUARY = date(2026, 1, 1)
FEBRUARY = date(2026, 2, 1)
MARCH = date(2026, 3, 1)


class BillingCommon(TenancyCommon):
    """An office that charges 12.00 yuan for each m² and 60 yuan for the refuse of a tenancy."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.cn")
        cls.site.dunning_profile_id = cls.env.ref("pm_billing.dunning_profile_calendar")
        cls.call_step = cls.env.ref("pm_billing.dunning_step_call")
        cls.reminder_step = cls.env.ref("pm_billing.dunning_step_reminder")
        cls.letter_step = cls.env.ref("pm_billing.dunning_step_letter")
        cls.fee = cls._create_fee("Management", "MGT", price=12.0)
        cls.refuse = cls._create_fee("Refuse", "REF", price=60.0, basis="fixed", sequence=20)
        cls.cash = cls.env["account.journal"].search(
            [("type", "=", "cash"), ("company_id", "=", cls.company.id)], limit=1
        )

    @classmethod
    def _create_fee(cls, name, code, price=None, **vals):
        """Return a fee; a `price` holds from 2020 on for all buildings."""
        return cls.env["pm.fee"].create(
            {
                "name": name,
                "code": code,
                "site_id": cls.site.id,
                "product_id": cls.env.ref("pm_billing.product_management_fee").id,
                "price_ids": []
                if price is None
                else [Command.create({"date_start": "2020-01-01", "price": price})],
                **vals,
            }
        )

    @classmethod
    def _create_price(cls, **vals):
        return cls.env["pm.fee.price"].create(
            {"fee_id": cls.fee.id, "date_start": "2020-01-01", "price": 10.0, **vals}
        )

    @classmethod
    def _create_parties(cls, count):
        return cls.env["res.partner"].create(
            [{"name": f"Party {number}"} for number in range(count)]
        )

    @classmethod
    def _create_active(cls, units=None, moved_in=None, **vals):
        """Return a tenancy in occupation since its first day unless another is given."""
        tenancy = cls._create_tenancy(units, state="move_in", **vals)
        tenancy.date_moved_in = moved_in or tenancy.date_start
        tenancy.action_activate()
        return tenancy

    @classmethod
    def _create_run(cls, month=MARCH, **vals):
        return cls.env["pm.bill.run"].create({"site_id": cls.site.id, "month": month, **vals})

    @classmethod
    def _collect(cls, month=MARCH, **vals):
        run = cls._create_run(month, **vals)
        run.action_collect()
        return run

    @classmethod
    def _bill(cls, month=MARCH, **vals):
        """Return the run of a month, billed on its first day."""
        run = cls._collect(month, **vals)
        run.action_check()
        run._invoice(run.month)
        return run

    @classmethod
    def _pay(cls, bill, amount=None, day=None):
        """Take money for a bill at the counter."""
        values = {"journal_id": cls.cash.id, "payment_date": day or bill.invoice_date_due}
        if amount:
            values["amount"] = amount
        cls.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=bill.ids
        ).create(values)._create_payments()

    def _rounds(self, step=None):
        rounds = self.env["pm.dunning.round"].search([("site_id", "=", self.site.id)])
        return rounds.filtered(lambda each: not step or each.step_id == step)
