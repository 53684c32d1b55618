from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.pm_billing.models import pm_charge_many

from .common import BillingCommon


@tagged("post_install", "-at_install")
class TestManyCharges(BillingCommon):
    """A run makes its charges after a pattern; each is what `create` would have made of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parties = cls.env["res.partner"].create(
            [{"name": f"Party {number}"} for number in range(5)]
        )
        for number, party in enumerate(cls.parties):
            units = [cls._create_unit(room=f"2{number}{place}", area=50.13) for place in "ab"]
            cls._create_active(cls.env["pm.unit"].union(*units), partner_id=party.id)
        cls.bill_run = cls._create_run()

    def _plan(self):
        return [{**vals, "run_id": self.bill_run.id} for vals in self.bill_run._plan().charges]

    def _dump(self):
        """Return all columns of the run's charges but the id, by what they charge."""
        self.env.flush_all()
        self.env.cr.execute("SELECT * FROM pm_charge WHERE run_id = %s", [self.bill_run.id])
        rows = [
            {name: value for name, value in row.items() if name != "id"}
            for row in self.env.cr.dictfetchall()
        ]
        return sorted(rows, key=lambda row: (row["tenancy_id"], row["fee_id"], row["unit_id"] or 0))

    def test_copies_are_what_create_writes(self):
        """BIL-001: every column of every charge, whichever way it was made."""
        Charge = self.env["pm.charge"].sudo()
        vals_list = self._plan()
        Charge.create(vals_list)
        plain = self._dump()
        Charge.search([("run_id", "=", self.bill_run.id)]).unlink()
        with patch.object(
            pm_charge_many, "insert_like", wraps=pm_charge_many.insert_like
        ) as insert_like:
            Charge._create_many(vals_list)
        insert_like.assert_called_once()
        self.assertEqual(self._dump(), plain)
        self.assertEqual(len(plain), 15)

    def test_chunks_are_the_same(self):
        Charge = self.env["pm.charge"].sudo()
        with patch.object(pm_charge_many, "_CHUNK", 4):
            Charge._create_many(self._plan())
        self.assertEqual(len(self.bill_run.charge_ids), 15)
        self.assertAlmostEqual(self.bill_run.amount_charged, 6315.60)

    def test_own_create_of_another_addon_is_called(self):
        """An addon, or a rule of automation, that extends `create` sees every charge."""
        made, create = [], type(self.env["pm.charge"]).create

        def counting(charges, vals_list):
            made.extend(vals_list)
            return create(charges, vals_list)

        self.patch(type(self.env["pm.charge"]), "create", counting)
        self.bill_run.action_collect()
        self.assertEqual(len(made), 15)
        self.assertEqual(len(self.bill_run.charge_ids), 15)

    def test_source_of_the_first_is_not_that_of_the_others(self):
        """What is charged by a record of its own stays apart from what is not."""
        refuse = [vals for vals in self._plan() if vals["fee_id"] == self.refuse.id]
        first, second, third = refuse[:3]
        self.env["pm.charge"].sudo()._create_many(
            [{**first, "source_model": "pm.tenancy", "source_id": 7}, second, third]
        )
        self.assertEqual(self.bill_run.charge_ids.sorted("id").mapped("source_id"), [7, 0, 0])

    def test_the_same_days_twice_are_refused(self):
        """BIL-023: the database refuses a copy as it refuses any other charge."""
        vals_list = self._plan()
        Charge = self.env["pm.charge"].sudo()
        Charge._create_many(vals_list)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            Charge._create_many(vals_list[:1] + vals_list[-1:])

    def test_nothing_to_make(self):
        self.env["pm.charge"].sudo()._create_many([])
        self.assertFalse(self.bill_run.charge_ids)
