from datetime import date
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.pm_billing.models import insert_like

from .common import FEBRUARY, BillingCommon
from .common_dunning import DunningCommon


@tagged("post_install", "-at_install")
class TestManyCharges(BillingCommon):
    """A run makes its charges after a pattern; each is what `create` would have made of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for number, party in enumerate(cls._create_parties(5)):
            units = [cls._create_unit(room=f"2{number}{place}", area=50.13) for place in "ab"]
            cls._create_active(cls.env["pm.unit"].union(*units), partner_id=party.id)
        cls.bill_run = cls._create_run()

    def _plan(self):
        return [{**vals, "run_id": self.bill_run.id} for vals in self.bill_run._plan().charges]

    def _create(self, vals_list):
        insert_like.create_alike(self.env["pm.charge"].sudo(), vals_list, kind=("fee_id",))

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
        """Every column of every charge, whichever way it was made."""
        Charge = self.env["pm.charge"].sudo()
        vals_list = self._plan()
        Charge.create(vals_list)
        plain = self._dump()
        Charge.search([("run_id", "=", self.bill_run.id)]).unlink()
        with patch.object(insert_like, "insert_like", wraps=insert_like.insert_like) as copying:
            self._create(vals_list)
        copying.assert_called_once()
        self.assertEqual(self._dump(), plain)
        self.assertEqual(len(plain), 15)

    def test_chunks_are_the_same(self):
        with patch.object(insert_like, "CHUNK", 4):
            self._create(self._plan())
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

    def test_default_of_another_addon_is_asked_for_each(self):
        """A default may be a number of its own for each record."""
        state = self.env["pm.charge"]._fields["state"]
        with (
            patch.object(state, "_module", "other_addon"),
            patch.object(insert_like, "insert_like") as copying,
        ):
            self.bill_run.action_collect()
        copying.assert_not_called()
        self.assertEqual(len(self.bill_run.charge_ids), 15)

    def test_source_of_the_first_is_not_that_of_the_others(self):
        """What is charged by a record of its own stays apart from what is not."""
        refuse = [vals for vals in self._plan() if vals["fee_id"] == self.refuse.id]
        first, second, third = refuse[:3]
        self._create([{**first, "source_model": "pm.tenancy", "source_id": 7}, second, third])
        self.assertEqual(self.bill_run.charge_ids.sorted("id").mapped("source_id"), [7, 0, 0])

    def test_the_same_days_twice_are_refused(self):
        """The database refuses a copy as it refuses any other charge."""
        vals_list = self._plan()
        self._create(vals_list)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._create(vals_list[:1] + vals_list[-1:])

    def test_nothing_to_make(self):
        self._create([])
        self.assertFalse(self.bill_run.charge_ids)


@tagged("post_install", "-at_install")
class TestManyDunningLines(DunningCommon):
    """A round freezes its bills after a pattern; each is what `create` would have made of it."""

    def _dun(self):
        """Take the steps up to the 18th and undo them; return the lines and the sums of actions."""
        with self.env.cr.savepoint() as savepoint:
            self.site._dun(date(2026, 3, 18))
            self.env.flush_all()
            self.env.cr.execute("SELECT * FROM pm_dunning_action_line ORDER BY move_id")
            lines = [
                {name: value for name, value in row.items() if name not in ("id", "action_id")}
                for row in self.env.cr.dictfetchall()
                if row["site_id"] == self.site.id
            ]
            actions = self.env["pm.dunning.action"].search([("site_id", "=", self.site.id)])
            sums = sorted(actions.mapped("amount"))
            savepoint.rollback()
        self.env.invalidate_all()
        return lines, sums

    def test_copies_are_what_create_writes(self):
        """Every column of every bill asked for, whichever way it was noted."""
        self._bill(FEBRUARY)
        lines, sums = self._dun()
        with patch.object(insert_like, "_is_ours", return_value=False):
            self.assertEqual(self._dun(), (lines, sums))
        self.assertEqual(len(lines), 2 * len(sums), "two bills for each action")
        self.assertGreaterEqual(len(sums), 4)
        self.assertAlmostEqual(sum(sums), sum(line["amount"] for line in lines))
