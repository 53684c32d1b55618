"""青禾剧社 in the theatre T-02-01, let through the developer's marketing department."""

from odoo.exceptions import AccessError, UserError

from .leaving import Leaving
from .office import on

# What holds the keys up, in the order of the procedure.
GATES = (
    "approval",
    "fees",
    "safety",
    "undertaking",
    "contacts",
    "vehicles",
    "items",
    "fixtures",
    "inspection",
    "reading",
)


class Theatre(Leaving):
    @on("2024-02-19 10:00")
    def theatre_order_comes(self):
        """The director approves before anything is charged (TEN-060, TEN-061, TEN-062)."""
        party = self.meet("青禾剧社", company_type="company", phone="0571-8000 2001")
        tenancy = self.register("T-02-01", party, "2024-03-01", "2026-02-28", contact_name="陆鸣")
        self.assert_no_keys(tenancy, *GATES)
        self.assert_not_in(tenancy, *GATES, "keys")
        approval = self.step(tenancy, "approval")
        with self.assert_refused(self.step(tenancy, "order").name):
            self.press(self.director, approval, "action_done")
        self.print_step(self.receptionist, tenancy, "order")
        self.tick(self.receptionist, tenancy, "order")
        for user in (self.receptionist, self.leader):
            with self.assert_refused(approval.name, error=AccessError):
                self.press(user, approval, "action_done")
        with self.assert_refused(approval.name):
            self.press(self.cashier, self.step(tenancy, "charging"), "action_done")
        self.tick(self.director, tenancy, "approval")
        self.tick(self.director, tenancy, "meeting")

    @on("2024-02-26 09:00")
    def theatre_pays_and_signs(self):
        """Fees before vouchers and inspection; what is to be signed (TEN-063, TEN-064)."""
        tenancy = self.tenancies["青禾剧社"]
        left = [key for key in GATES if key != "approval"]

        def passed(*keys):
            for key in keys:
                left.remove(key)
            self.assert_done(tenancy, *keys)
            self.assert_no_keys(tenancy, *left)

        with self.assert_refused(self.step(tenancy, "charging").name):
            self.press(self.cashier, self.step(tenancy, "fees"), "action_done")
        self.tick(self.cashier, tenancy, "charging")
        with self.assert_refused(error=AccessError):
            self.press(self.director, self.step(tenancy, "fees"), "action_done")
        self.tick(self.cashier, tenancy, "fees")
        passed("fees")
        self.tick(self.cashier, tenancy, "vouchers")
        for key in ("safety", "undertaking", "contacts", "items"):
            self.hand_out(self.receptionist, tenancy, key)
            passed(key)
        action = self.work(self.receptionist, tenancy, "vehicles")
        vehicles = self.env["pm.vehicle"]
        for plate in ("浙A·12345", "浙A·67890"):
            with self.open_new(self.receptionist, action) as form:
                form.plate = plate
            vehicles |= form.record.with_env(self.env)
        for vehicle in vehicles:
            self.assert_no_keys(tenancy, *left)
            self.print_form(self.receptionist, vehicle, "F-TEN-46")
            self.press(self.receptionist, vehicle.paper_ids, "action_deliver")
            self.press(self.receptionist, vehicle.paper_ids, "action_return")
        passed("vehicles")

    @on("2024-02-29 10:00")
    def theatre_is_inspected(self):
        """Counted, inspected by trade, read, keys: in on the leap day (TEN-065 to TEN-068)."""
        tenancy = self.tenancies["青禾剧社"]
        self.assert_no_keys(tenancy, "fixtures", "inspection", "reading")
        self.inspect(self.engineer, self.work(self.engineer, tenancy, "fixtures"), signed_by="陆鸣")
        self.assert_no_keys(tenancy, "inspection", "reading")
        self.inspect(
            self.engineer, self.work(self.engineer, tenancy, "inspection"), signed_by="陆鸣"
        )
        self.assert_no_keys(tenancy, "reading")
        meters = {
            self.meter("T-02-01", kind): value
            for kind, value in (("electricity", 900.0), ("water", 15.0), ("gas", 2.0))
        }
        self.read_meters(
            self.engineer, self.work(self.engineer, tenancy, "reading"), meters, "陆鸣"
        )
        self.assert_not_in(tenancy, "keys")
        self.issue_keys(self.area, tenancy)
        self.press(self.receptionist, tenancy, "action_open_file")
        self.move_in(tenancy)
        self.assertEqual(tenancy.date_moved_in.isoformat(), "2024-02-29")

    @on("2024-07-15 10:00")
    def theatre_notice_comes(self):
        """The notice says that the fit-out goes; the director approves (TEN-128, TEN-129)."""
        tenancy = self.tenancies["青禾剧社"]
        self.begin_move_out(tenancy, reinstatement="yes", reinstatement_note="舞台与看台")
        goods = ("approval", "inspection", "readings", "reinstated", "dues")
        self.assert_goods_stay(tenancy, *goods)
        self.assert_file_stays_open(tenancy, *goods, "keys", "clearance")
        approval = self.step(tenancy, "approval")
        with self.assert_refused(self.step(tenancy, "notice").name):
            self.press(self.director, approval, "action_done")
        self.print_form(self.receptionist, tenancy, "F-TEN-65")
        self.fill(
            self.receptionist,
            tenancy.clearance_id,
            notice_on="2024-07-15",
            notice_from="leasing",
            notice_reason="业主收回",
            date_termination="2024-08-31",
        )
        self.assert_done(tenancy, "notice")
        for user in (self.receptionist, self.area, self.leader):
            with self.assert_refused(approval.name, error=AccessError):
                self.press(user, approval, "action_done")
        self.tick(self.director, tenancy, "approval")
        self.assert_goods_stay(tenancy, *goods[1:])

    @on("2024-08-19 10:00")
    def theatre_dates_are_fixed(self):
        """A week ahead: removal, inspection, contact, address, protection (TEN-129)."""
        tenancy = self.tenancies["青禾剧社"]
        self.plan_removal(tenancy, "2024-08-31 10:00")
        self.assert_due(tenancy, "dates", "2024-08-24")
        self.assert_open(tenancy, "dates")
        self.fill(
            self.area,
            tenancy.clearance_id,
            inspection_at=self.local("2024-08-28 14:00"),
            contact_name="陆鸣",
            forwarding_address="杭州市拱墅区",
            forwarding_phone="190 0000 2002",
            protection_required=True,
        )
        self.assert_done(tenancy, "dates")
        self.print_step(self.receptionist, tenancy, "inspection_notice")
        self.assert_open(tenancy, "inspection_notice")
        self.press(self.receptionist, self.paper(tenancy, "inspection_notice"), "action_deliver")
        self.assert_done(tenancy, "inspection_notice")

    @on("2024-08-28 14:00")
    def theatre_is_inspected_again(self):
        """Inspection, three meters, reinstatement, old debts (TEN-128, TEN-130, TEN-135)."""
        tenancy = self.tenancies["青禾剧社"]
        clearance = tenancy.clearance_id
        self.inspect(
            self.engineer,
            self.work(self.engineer, tenancy, "inspection"),
            faults=[("吊杆缺失", 500.0)],
            counts=8800,
            signed_by="陆鸣",
        )
        self.assert_goods_stay(tenancy, "readings", "reinstated", "dues")
        meters = {
            self.meter("T-02-01", kind): value
            for kind, value in (("electricity", 8800.0), ("water", 130.0), ("gas", 40.0))
        }
        self.read_meters(
            self.engineer, self.work(self.engineer, tenancy, "readings"), meters, "陆鸣"
        )
        self.assert_goods_stay(tenancy, "reinstated", "dues")
        self.press(self.engineer, clearance, "action_reinstated")
        self.assert_goods_stay(tenancy, "dues")
        self.pay_everything(tenancy)
        self.fill(
            self.cashier,
            clearance,
            compensation_paid_on="2024-08-28",
            compensation_note="收据 0828",
        )
        self.assert_goods_leave(tenancy)
        with self.assert_refused("2024-08-31"):
            self.press(self.area, tenancy, "action_close")

    @on("2024-08-31 18:00")
    def theatre_leaves(self):
        """Keys to Security, power cut, cleaned, refund begun (TEN-129, TEN-131, TEN-133)."""
        tenancy = self.tenancies["青禾剧社"]
        clearance = tenancy.clearance_id
        self.assert_file_stays_open(tenancy, "keys", "clearance")
        self.take_keys_back(self.security, tenancy)
        self.assert_done(tenancy, "keys")
        self.press(self.engineer, clearance, "action_services_cut")
        self.press(self.receptionist, clearance, "action_cleaned")
        self.press(self.cashier, clearance, "action_refund_asked")
        self.assert_done(tenancy, "services", "cleaning", "refund")
        # Fifteen working days, with the Mid-Autumn holidays between.
        self.assertEqual(clearance.refund_due_on.isoformat(), "2024-09-23")
        with self.assertRaises(UserError):
            tenancy.with_user(self.area).write({"file_sealed_on": "2024-08-31"})
        self.close(tenancy)
        with self.at("2024-09-03 10:00"):
            self.seal(tenancy)
