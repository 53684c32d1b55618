from datetime import date

from freezegun import freeze_time

from odoo.fields import Command

from .common import BillingCommon

THE_18TH, THE_23RD = date(2026, 3, 18), date(2026, 3, 23)
THE_27TH, THE_28TH = date(2026, 3, 27), date(2026, 3, 28)


class DunningCommon(BillingCommon):
    """Two tenants of one owner who have not paid March."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for unit in cls.unit + cls.unit_2:
            cls._create_ownership(unit_id=unit.id)
        cls.area = cls._user("area")
        cls.leader = cls._user("leader")
        cls.tenancy = cls._create_active(user_id=cls.area.id)
        cls.other = cls._create_active(
            cls.unit_2, partner_id=cls.other_tenant.id, user_id=cls.area.id
        )
        cls.bills = cls._bill().bill_ids
        cls.bill = cls.bills.filtered(lambda bill: bill.pm_tenancy_id == cls.tenancy)
        cls.other_bill = cls.bills - cls.bill

    @classmethod
    def _step(cls, name):
        return cls.env.ref(f"pm_billing.dunning_step_{name}")

    def _actions(self, step, tenancy=None):
        domain = [("site_id", "=", self.site.id), ("step_id", "=", self._step(step).id)]
        if tenancy:
            domain.append(("tenancy_id", "=", tenancy.id))
        return self.env["pm.dunning.action"].search(domain)

    def _case(self, tenancy=None):
        return self.env["pm.dunning.case"].search(
            [("tenancy_id", "=", (tenancy or self.tenancy).id)], order="id desc", limit=1
        )

    def _issue_letters(self, letters=None):
        """Approve and print letters, as leader and office do."""
        letters = letters or self._actions("letter")
        with freeze_time(f"{letters[0].date} 02:00:00"):
            letters.action_approve()
            self._print(letters.action_print())

    def _promise(self, day, tenancy=None, **vals):
        case = self._case(tenancy)
        return (
            self.env["pm.promise"]
            .with_user(self.area)
            .create({"case_id": case.id, "date": day, "amount": case.amount, **vals})
            .sudo()
        )

    @classmethod
    def _create_profile(cls, *steps, name="Own Ladder"):
        return cls.env["pm.dunning.profile"].create(
            {"name": name, "step_ids": [Command.create(step) for step in steps]}
        )
