from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import config

from odoo.addons.pm_billing.models import pm_bill_run_fast
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import FEBRUARY, BillingCommon


@tagged("post_install", "-at_install")
class TestPmBillRunFast(BillingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parties = cls._create_parties(6)
        for number, party in enumerate(cls.parties):
            cls._create_active(
                cls._create_unit(room=f"2{number}", area=50 + number), partner_id=party.id
            )

    def _check(self):
        run = self._collect()
        run.action_check()
        return run

    def test_negative_total_is_a_credit_note(self):
        """BIL-052: what is owed to the occupant is credited, in figures without a sign."""
        run = self._check()
        owed = run.charge_ids.filtered(lambda charge: charge.partner_id == self.parties[2])
        owed.filtered(lambda charge: charge.fee_id == self.fee).sudo().amount = -700.0
        run.action_invoice()
        note = owed.move_id
        self.assertRecordValues(
            note, [{"move_type": "out_refund", "amount_total": 640.0, "state": "posted"}]
        )
        self.assertFalse(note.partner_bank_id)
        self.assertEqual((run.bill_ids - note).mapped("move_type"), ["out_invoice"] * 5)
        run.invalidate_recordset()
        self.assertEqual(run.amount_billed, run.amount_charged)

    def test_archived_account_is_named_by_the_check(self):
        other = self.env["account.account"].create(
            {"name": "Former", "code": "112277", "account_type": "asset_receivable"}
        )
        self.parties[0].property_account_receivable_id = other
        other.active = False
        run = self._check()
        self.assertEqual(run.exception_ids.mapped("kind"), ["receivable"])
        self.assertIn("112277", run.exception_ids.message)
        run.action_invoice()
        self.assertEqual(run.bill_count, 5)

    def test_account_archived_after_the_check_is_named(self):
        run = self._check()
        other = self.env["account.account"].create(
            {"name": "Former", "code": "112277", "account_type": "asset_receivable"}
        )
        self.parties[0].property_account_receivable_id = other
        other.active = False
        with self.assertRaisesRegex(UserError, "112277.*Party 0"):
            run.action_invoice()

    def test_billing_goes_on_where_it_stopped(self):
        """BIL-023: batches that were kept stay; the rest is billed by repeating the step."""
        run = self._check()
        groups = run._get_bills_to_make()
        run._invoice_batch([group.ids for group in groups[:2]], run.month)
        first = run.bill_ids
        self.assertEqual((len(first), run.state), (2, "checked"))
        run._invoice_batch([group.ids for group in groups], run.month)
        self.assertEqual(len(run.bill_ids), 6)
        self.assertLessEqual(first, run.bill_ids)
        run.invalidate_recordset()
        self.assertEqual(run.billing_progress, 100.0)

    def test_charges_somebody_is_billing_are_refused(self):
        run = self._check()
        Charge = self.registry["pm.charge"]
        self.patch(Charge, "try_lock_for_update", lambda charges, **kw: charges[1:])
        with self.assertRaisesRegex(UserError, "Somebody else"):
            run._invoice(run.month)

    def test_who_collects_again_stops_the_batches_to_come(self):
        run = self._check()
        groups = run._get_bills_to_make()
        run.action_collect()
        self.assertEqual(run.state, "collected")
        with self.assertRaises(UserError):
            run._invoice_batch([group.ids for group in groups], run.month)

    def test_long_run_is_billed_in_the_background(self):
        run = self._check()
        with (
            patch.object(pm_bill_run_fast, "AT_ONCE", 3),
            patch.object(pm_bill_run_fast, "JOB", 2),
            patch.dict(config.options, {"server_wide_modules": ["base", "web", "queue_job"]}),
            trap_jobs() as trap,
        ):
            run.action_invoice()
            trap.assert_jobs_count(3, only=run._invoice_batch)
            trap.assert_jobs_count(1, only=run._finish_invoice)
            self.assertEqual((run.state, run.bill_count), ("checked", 0))
            trap.perform_enqueued_jobs()
        self.assertEqual(run.state, "invoiced")
        self.assertEqual(len(run.bill_ids.pm_tenancy_id), 6)

    def test_jobs_under_way_keep_a_second_clerk_out(self):
        run = self._check()
        with patch.object(pm_bill_run_fast, "JOB", 2):
            run._delay_invoice(run.month)
        self.assertTrue(run.is_billing)
        for step in (run._delay_invoice, run._invoice):
            with self.assertRaisesRegex(UserError, "are being made"):
                step(run.month)

    def test_failed_job_says_why(self):
        run = self._check()
        with patch.object(pm_bill_run_fast, "JOB", 2):
            run._delay_invoice(run.month)
        job = self.env["queue.job"].search([("graph_uuid", "=", run.job_graph)], limit=1)
        job.write({"state": "failed", "exc_message": "The tax is gone."})
        run.invalidate_recordset()
        self.assertFalse(run.is_billing)
        self.assertEqual(run.billing_error, "The tax is gone.")
        run._invoice(run.month)
        run.invalidate_recordset()
        self.assertEqual((run.bill_count, run.billing_error), (6, False))

    def test_cashier_bills_the_own_office_only(self):
        run = self._check()
        run.with_user(self._user("cashier")).action_invoice()
        self.assertEqual(run.bill_count, 6)
        other = self._user("cashier", sites=self.other_site)
        run = self._collect(FEBRUARY)
        run.action_check()
        with self.assertRaises(AccessError):
            run.with_user(other).action_invoice()

    def test_bills_of_many_buildings_are_in_the_order_of_the_units(self):
        run = self._check()
        run.action_invoice()
        codes = run.bill_ids.sorted("sequence_number").mapped("pm_unit_codes")
        self.assertEqual(codes, sorted(codes))
