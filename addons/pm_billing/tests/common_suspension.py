from freezegun import freeze_time

from odoo.fields import Command

from .common import FEBRUARY, BillingCommon


class SuspensionCommon(BillingCommon):
    """A tenant who owes the fees of February, due on the 5th, and was visited on 20 March."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.area = cls._user("area")
        cls.leader = cls._user("leader")
        cls.director = cls._user("director")
        cls.guard = cls._user("security")
        cls._create_ownership()
        cls.tenancy = cls._create_active(user_id=cls.area.id)
        cls._bill(FEBRUARY)
        cls.bill = cls.tenancy.bill_ids
        cls.water = cls.env.ref("pm_billing.service_water")
        cls.cleaning = cls.env.ref("pm_billing.service_cleaning")
        cls.goods = cls.env.ref("pm_billing.service_goods")

    @classmethod
    def _create_suspension(cls, **vals):
        with freeze_time("2026-03-20 04:00:00"):
            suspension = (
                cls.env["pm.suspension"]
                .with_user(cls.area)
                .create({"tenancy_id": cls.tenancy.id, "visited_on": "2026-03-20", **vals})
            )
            if suspension.ground == "arrears":
                cls._vouch(suspension)
        return suspension

    @classmethod
    def _vouch(cls, suspension):
        """Let a leader record why there is no letter on the case: the other way is the ladder's."""
        with freeze_time("2026-03-20 04:00:00"):
            suspension.with_user(cls.leader).exception_reason = "In the paper file"
            suspension.with_user(cls.leader).action_record_exception()

    @classmethod
    def _create_owners(cls, **vals):
        """Return a suspension that the owner asked for, water included."""
        return cls._create_suspension(
            **{
                "ground": "owner",
                "ground_partner_id": cls.owner.id,
                "ground_on": "2026-03-18",
                "ground_reference": "Letter 7",
                "service_ids": (cls.water | cls.cleaning).ids,
                **vals,
            }
        )

    def _approve(self, suspension, day="2026-03-21"):
        with freeze_time(f"{day} 04:00:00"):
            suspension.with_user(self.area).action_ask()
            self._get_asked(suspension).with_user(self.director).action_approve()

    def _get_asked(self, suspension):
        return suspension.sudo().approval_ids.filtered(lambda approval: approval.state == "asked")

    def _give_notice(self, suspension):
        suspension.with_user(self.area).write(
            {"notice_on": "2026-03-22", "notice_way": "courier", "notice_proof": "SF 10086"}
        )

    def _stop(self, suspension, day="2026-03-31"):
        with freeze_time(f"{day} 04:00:00"):
            suspension.with_user(self.area).action_stop()

    def _create_stopped(self, **vals):
        suspension = self._create_suspension(**vals)
        self._approve(suspension)
        self._give_notice(suspension)
        self._stop(suspension)
        return suspension

    def _create_undertaking(self, suspension, lines=(("2026-04-10", 500), ("2026-04-20", None))):
        """Return an undertaking over what is owed; None stands for the rest."""
        owed = self.bill.amount_residual
        rest = owed - sum(amount or 0 for _day, amount in lines)
        return (
            self.env["pm.undertaking"]
            .with_user(self.area)
            .create(
                {
                    "suspension_id": suspension.id,
                    "date_from": "2026-04-02",
                    "signed_by": "Li Lei",
                    "line_ids": [
                        Command.create({"date": day, "amount": rest if amount is None else amount})
                        for day, amount in lines
                    ],
                }
            )
        )

    def _create_eased(self):
        """Return a suspension eased on 2 April by a signed undertaking."""
        suspension = self._create_stopped()
        with freeze_time("2026-04-02 04:00:00"):
            self._create_undertaking(suspension).action_sign()
            suspension.with_user(self.leader).action_ease()
        return suspension

    def _dues(self, kind):
        dues = self.env["pm.due"].with_context(lang="en_US")
        dues.invalidate_model()
        return dues.search([("site_id", "=", self.site.id), ("kind", "=", kind)])
