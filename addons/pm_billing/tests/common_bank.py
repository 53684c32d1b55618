from freezegun import freeze_time

from .common import MARCH, BillingCommon


class BankCommon(BillingCommon):
    """Two tenants who let the office collect the bills of March 2026 from their accounts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.format = cls.env.ref("pm_billing.bank_format_bar")
        cls.journal = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )
        cls.site.write({"bank_format_id": cls.format.id, "bank_contract_no": "C-77"})
        cls.tenant.name = "蓝鸢贸易"
        cls.tenancy = cls._create_active()
        cls.tenancy_2 = cls._create_active(cls.unit_2, partner_id=cls.other_tenant.id)
        cls.mandate = cls._create_mandate(cls.tenancy)
        cls.mandate_2 = cls._create_mandate(cls.tenancy_2, "6200999988887777")
        cls.bill_run = cls._bill(MARCH)
        cls.bill, cls.bill_2 = (
            cls.bill_run.bill_ids.filtered(lambda bill, each=each: bill.pm_tenancy_id == each)
            for each in (cls.tenancy, cls.tenancy_2)
        )
        cls.cashier = cls._user("cashier")

    @classmethod
    def _create_mandate(cls, tenancy, account="6200111122223333", is_active=True, **vals):
        mandate = cls.env["pm.bank.mandate"].create(
            {
                "tenancy_id": tenancy.id,
                "partner_bank_id": cls.env["res.partner.bank"]
                .create({"acc_number": account, "partner_id": tenancy.partner_id.id})
                .id,
                "signed_on": "2026-01-02",
                "date_from": "2026-01-02",
                **vals,
            }
        )
        if is_active:
            mandate.action_activate()
        return mandate

    @classmethod
    def _create_batch(cls, **vals):
        return cls.env["pm.bank.batch"].create(
            {"site_id": cls.site.id, "month": MARCH, "date_collect": "2026-03-03", **vals}
        )

    @classmethod
    def _create_sent(cls, **vals):
        """Return a collection that is at the bank."""
        batch = cls._create_batch(**vals)
        with freeze_time("2026-03-03 02:00:00"):
            batch.action_collect()
            batch.action_send()
        return batch

    @classmethod
    def _prepare_answer(cls, batch, results=None, **frame):
        """Return the bytes of the bank's answer; {bill: what differs from “collected”}."""
        lines = []
        for line in batch.line_ids:
            cells = line._prepare_cells()
            lines.append(
                {
                    **cells,
                    "result": "0000",
                    "amount_paid": cells["amount"],
                    "reason": "",
                    **(results or {}).get(line.move_id, {}),
                }
            )
        paid = [line["amount_paid"] for line in lines]
        around = {
            **batch._prepare_frame(lines),
            "count_paid": sum(amount > 0 for amount in paid),
            "total_paid": sum(paid),
            **frame,
        }
        return batch.format_id._write_file(lines, around, around, "answer")

    @classmethod
    def _answer(cls, batch, results=None, user=None, **frame):
        content = cls._prepare_answer(batch, results, **frame)
        with freeze_time("2026-03-09 02:00:00"):
            batch.with_user(user or cls.env.user)._take_answer(
                content, "answer.txt", batch.site_id._today()
            )
