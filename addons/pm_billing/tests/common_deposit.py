from freezegun import freeze_time

from odoo.fields import Command

from .common import BillingCommon


class DepositCommon(BillingCommon):
    """A tenant who moved in on the first of January, and the deposits of his unit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lease_kind = cls.env.ref("pm_billing.deposit_kind_lease")
        cls.umbrella_kind = cls.env.ref("pm_billing.deposit_kind_umbrella")
        cls.tenancy = cls._create_active()
        cls.cashier = cls._user("cashier")
        cls.director = cls._user("director")

    @classmethod
    def _create_deposit(cls, **vals):
        return cls.env["pm.deposit"].create(
            {
                "kind_id": cls.lease_kind.id,
                "tenancy_id": cls.tenancy.id,
                "amount": 3000.0,
                "date_due": "2026-01-05",
                **vals,
            }
        )

    @classmethod
    def _create_held(cls, day="2026-01-02", **vals):
        """Return a deposit that was paid on a day."""
        deposit = cls._create_deposit(**vals)
        with freeze_time(f"{day} 02:00:00"):
            deposit.action_ask()
            cls._pay(deposit.move_id, day=day)
        return deposit

    @classmethod
    def _create_move_out_template(cls):
        return cls.env["pm.inspection.template"].create(
            {
                "name": "Joint inspection",
                "form_id": cls.env.ref("pm_base.form_f_ten_66").id,
                "line_ids": [Command.create({"name": "Doors"}), Command.create({"name": "Walls"})],
            }
        )

    @classmethod
    def _leave(cls, day="2026-09-15", signed_on=None, is_billed=True):
        """Let the tenant leave; `signed_on` signs the joint inspection.

        What is not billed is not charged, unless the final bill is still to be made.
        """
        if is_billed:
            cls.tenancy.fee_ids = [
                Command.create({"fee_id": fee.id, "terms": "excluded"})
                for fee in cls.fee | cls.refuse
            ]
        with freeze_time(f"{day} 02:00:00"):
            cls.tenancy.action_move_out()
            cls.tenancy.date_moved_out = day
            inspection = cls.env["pm.inspection"]._start(
                cls._create_move_out_template(), cls.tenancy
            )
        if signed_on:
            cls._sign(inspection, signed_on)
        return inspection

    @classmethod
    def _sign(cls, inspection, day):
        """Judge what is left as in order, and sign."""
        inspection.line_ids.filtered(lambda line: not line.verdict).verdict = "ok"
        with freeze_time(f"{day} 02:00:00"):
            inspection.signed_by = "Li Lei"
            inspection.write({"state": "judged"})
            inspection.action_sign()

    def _approve(self, deposit):
        """Let the cashier ask and the director agree to the refund."""
        deposit.with_user(self.cashier).action_ask_approval()
        deposit.approval_ids.filtered(lambda each: each.state == "asked").with_user(
            self.director
        ).action_approve()

    def _refund(self, deposit, day):
        """Refund a deposit at the counter, approved."""
        with freeze_time(f"{day} 02:00:00"):
            if deposit.kind_id.needs_approval:
                self._approve(deposit)
            deposit.with_user(self.cashier).action_refund()
            if deposit.state == "refund":
                self._pay(deposit.refund_move_id, day=day)
