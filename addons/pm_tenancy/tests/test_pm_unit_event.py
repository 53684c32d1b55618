from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .handover_common import HandoverCommon
from .leasing_common import LeasingCommon


@tagged("post_install", "-at_install")
class TestPmUnitEvent(HandoverCommon, LeasingCommon):
    def _events(self, unit=None, kind=None, user=None):
        """Return [(day, what happened)] of a unit, the first one first."""
        events = self.env["pm.unit.event"].with_user(user or self.env.user)
        events.invalidate_model()
        domain = [("unit_id", "=", (unit or self.unit).id)]
        if kind:
            domain.append(("kind", "=", kind))
        return [(str(event.date), event.name) for event in events.search(domain)[::-1]]

    def test_owners(self):
        self.unit.ownership_ids.write({"date_start": "2020-01-01", "date_end": "2025-12-31"})
        self._create_ownership(date_start="2026-01-01", share=62.5, partner_id=self.tenant.id)
        self.assertEqual(
            self._events(kind="ownership"),
            [
                ("2020-01-01", "Owner from this day · Han Meimei"),
                ("2025-12-31", "Owner until this day · Han Meimei"),
                ("2026-01-01", "Owner from this day · Blue Kite Trading 62.5%"),
            ],
        )

    def test_tenancy_and_its_renewal(self):
        number = self.tenancy.name
        self.tenancy._renew(date(2027, 12, 31), 9000.0, contract_no="C-2")
        self.assertEqual(
            self._events(kind="tenancy"),
            [
                ("2026-01-01", f"Tenancy begins · Blue Kite Trading {number}"),
                ("2026-01-01", f"Moved in · Blue Kite Trading {number}"),
                ("2027-12-31", f"Tenancy ends · Blue Kite Trading {number}"),
            ],
        )
        self.assertEqual(self._events(kind="term"), [("2027-01-01", "Lease renewed · C-2")])

    def test_draft_and_cancelled_tenancies_did_not_happen(self):
        self._create_tenancy(self.unit_2)
        self._create_tenancy(self.unit_2, "cancelled", date_start="2027-01-01", date_end=False)
        self.assertFalse(self._events(self.unit_2, "tenancy"))

    def test_keys_by_the_clock_of_the_office(self):
        with freeze_time("2026-03-01 17:00:00"):  # the next morning in Shanghai
            loan = self._issue(key := self._create_key(code="F-1"))
        with freeze_time("2026-04-01 02:00:00"):
            loan.with_user(self.leader).action_return()
            key.with_user(self.leader).action_withdraw()
            key.with_user(self.leader).action_lock_changed()
        events = self._events(kind="key")
        self.assertEqual(
            events[0], ("2026-03-02", "Handed out · T-12-03 Front door (F-1) → Li Lei")
        )
        self.assertEqual({day for day, _name in events[1:]}, {"2026-04-01"})
        self.assertEqual(
            {name.split(" · ")[0] for _day, name in events},
            {"Handed out", "Taken back", "Withdrawn", "Lock changed"},
        )

    def test_readings(self):
        meter = self._create_meter(meter_no="E-7")
        self._read(meter, "2026-02-01", 1234.5, kind="base")
        self.assertEqual(
            self._events(kind="reading"),
            [("2026-02-01", "Meter read · E-7 Base at Move-in 1234.5")],
        )

    def test_inspection_and_fault(self):
        template = self.env["pm.inspection.template"].create(
            {"name": "Handover", "line_ids": [Command.create({"name": "Door"})]}
        )
        inspection = self.env["pm.inspection"]._start(template, self.tenancy, date="2026-02-01")
        self.assertFalse(self._events(kind="inspection"))
        inspection.line_ids.write({"verdict": "fault", "finding": "Stuck"})
        inspection.action_judge()
        inspection.line_ids.rectified_on = "2026-02-09"
        self.assertEqual(self._events(kind="inspection"), [("2026-02-01", "Inspected · Handover")])
        self.assertEqual(
            self._events(kind="fault"),
            [
                ("2026-02-01", "Fault found · Door: Stuck"),
                ("2026-02-09", "Fault put right · Door: Stuck"),
            ],
        )

    @freeze_time("2026-02-01 04:00:00")
    def test_papers(self):
        report = self.env.ref("pm_tenancy.action_report_key_handover")
        self._print(report.report_action(self.tenancy))
        paper = self.tenancy.paper_ids
        with freeze_time("2026-02-03 04:00:00"):
            paper.action_deliver()
            paper.action_return()
        words = f"{paper.form_id.name} {paper.name}"
        self.assertEqual(
            [(day, name.replace(words, "…")) for day, name in self._events(kind="paper")],
            [
                ("2026-02-01", "Paper made · …"),
                ("2026-02-03", "Paper delivered · …"),
                ("2026-02-03", "Receipt back · …"),
            ],
        )

    def test_leasing_patrol_parking_plate(self):
        listing = self._create_listing(unit_id=self.unit_2.id)
        self.assertEqual(
            self._events(self.unit_2, "listing"),
            [("2026-01-01", f"Offered by the office · {listing.name}")],
        )
        request = self._create_request("reserved", unit_id=self.unit_2.id)
        self.assertEqual(
            self._events(self.unit_2, "lease_request"),
            [("2026-06-01", f"Reserved by earnest money · {request.name}")],
        )
        with freeze_time("2026-06-08 04:00:00"):
            patrol = self.env["pm.vacant.patrol"].create(
                {
                    "site_id": self.site.id,
                    "building_id": self.building.id,
                    "line_ids": [Command.create({"unit_id": self.unit_2.id, "finding": "Damp"})],
                }
            )
            patrol.action_done()
        self.assertEqual(
            self._events(self.unit_2, "patrol"), [("2026-06-08", "Visited on patrol · Damp")]
        )
        self.env["pm.name.plate"].create({"tenancy_id": self.tenancy.id, "date_made": "2026-01-05"})
        self.assertEqual(
            self._events(kind="name_plate"),
            [("2026-01-05", "Name plate made · Blue Kite Trading")],
        )

    def test_tenancy_of_two_units_is_in_the_life_of_both(self):
        unit_3 = self._create_unit(room="05")
        tenancy = self._create_tenancy(self.unit_2 + unit_3, "active")
        for unit in self.unit_2 + unit_3:
            self.assertTrue(self._events(unit, "tenancy"))
        action = tenancy.action_view_events()
        events = self.env["pm.unit.event"].search(action["domain"])
        self.assertEqual(len(events), len(set(events.ids)))
        self.assertEqual(events.unit_id, self.unit_2 + unit_3)
        self.assertLess(max(events.ids), 2**53, "The browser knows no larger number")
        self.assertEqual(events[0].action_open()["res_model"], events[0].res_model)

    def test_who_sees_what(self):
        """Everybody of the office, but not the mandates; nobody of another office."""
        self._create_listing(unit_id=self.unit_2.id)
        stranger = self._user("supervisor", self.other_site)
        self.assertTrue(self._events(user=self.guard))
        self.assertFalse(self._events(self.unit_2, "listing", user=self.guard))
        self.assertTrue(self._events(self.unit_2, "listing", user=self.leasing))
        self.assertFalse(self._events(user=stranger))
        with self.assertRaises(AccessError):
            self.env["pm.unit.event"].with_user(self.leader).create({"name": "x"})

    @freeze_time("2026-12-31 04:00:00")
    def test_three_events_and_thirty_cost_the_same(self):
        meter = self._create_meter()
        counts = []
        for number in (1, 3, 30):
            for day in range(1, number + 1):
                self._read(meter, f"2026-{1 + number // 3:02}-{day:02}", 99 * number + day)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            events = self.env["pm.unit.event"].with_user(self.leader)
            events.search([("unit_id", "=", self.unit.id)]).read(
                ["icon", "date", "kind", "name", "partner_id", "user_id"]
            )
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])  # the first one fills the caches

    def test_one_unit_is_looked_for_in_each_source(self):
        """Of thousands of units only the one asked for is read: no source is read as a whole."""
        events = self.env["pm.unit.event"]
        query = events._search([("unit_id", "=", self.unit.id)]).select()
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute(SQL("EXPLAIN %s", query))
        plan = "\n".join(row[0] for row in self.env.cr.fetchall())
        sources = len(events._get_event_selects())
        self.assertGreaterEqual(plan.count(f"unit_id = {self.unit.id})"), sources)

    @freeze_time("2026-06-30 04:00:00")
    def test_dossier_is_grouped_by_year(self):
        self.site.print_lang = "en_US"
        self.unit.ownership_ids.date_start = "2020-01-01"
        report = self.env.ref("pm_tenancy.action_report_unit_dossier")
        text = "".join(self._print(report.report_action(self.unit)))
        for word in ("Unitdossier", "T-12-03", "HanMeimei", "120.50", "Owner", "Occupant"):
            self.assertIn(word, text)
        self.assertLess(text.index("Tenancybegins"), text.index("2020Date"))
        self.assertIn("01/01/2020OwnershipOwnerfromthisday·HanMeimei", text)
