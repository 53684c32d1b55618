"""What is done whenever an occupant leaves, whichever way."""

from odoo.exceptions import AccessError, ValidationError

from .estate import Estate


class Leaving(Estate):
    def begin_move_out(self, tenancy, **facts):
        """The area administrator begins the move-out and enters what the notice says."""
        self.press(self.area, tenancy, "action_move_out")
        self.assertEqual(tenancy.state, "move_out")
        self.assertEqual(set(tenancy.unit_ids.mapped("state")), {"moving_out"})
        self.fill(self.area, tenancy.clearance_id, **facts)
        return tenancy.clearance_id

    def assert_goods_stay(self, tenancy, *keys):
        """No goods pass is issued until these steps are done.

        The passes themselves come with another addon; it asks here, whoever issues them.
        """
        self.assert_held_up(
            tenancy, lambda: self.screen(self.security, tenancy)._check_goods_pass_issuable(), *keys
        )

    def assert_goods_leave(self, tenancy):
        self.screen(self.security, tenancy)._check_goods_pass_issuable()

    def assert_file_stays_open(self, tenancy, *keys):
        self.assert_held_up(
            tenancy,
            lambda: self.press(self.area, tenancy, "action_close"),
            *keys,
        )

    def board(self, tenancy):
        """Return the board as everybody reads it: {matter: state}."""
        lines = tenancy.clearance_id.line_ids
        lines.invalidate_recordset()
        return {line.matter: line.state for line in lines}

    def line(self, tenancy, matter):
        return tenancy.clearance_id.line_ids.filtered(lambda line: line.matter == matter)

    def plan_removal(self, tenancy, moment):
        """Register a removal from the board, as the area administrator."""
        action = self.press(self.area, tenancy.clearance_id, "action_register_removal")
        return self.fill(self.area, action, planned_at=self.local(moment), mover="顺达搬家")

    def assert_no_removal(self, tenancy, moment, *words):
        with self.assert_refused(*words, error=ValidationError):
            self.plan_removal(tenancy, moment)
        self.assertFalse(tenancy.clearance_id.removal_at)

    def take_keys_back(self, user, tenancy):
        self.confirm(user, self.press(user, tenancy, "action_take_keys_back"))
        self.assertFalse(tenancy.key_out_count)

    def pay_everything(self, tenancy):
        """The cashier bills what is open up to the day of leaving, and takes the money."""
        if tenancy._reckon_final():
            action = self.press(self.cashier, tenancy, "action_bill_final")
            run = self.env["pm.bill.run"].browse(action["res_id"])
            self.press(self.cashier, run, "action_invoice")
        for bill in tenancy.bill_ids.filtered("amount_residual"):
            self.take_payment(bill)

    def close(self, tenancy):
        """Print settlement and sheet, close the file; everything stays as it was."""
        clearance = tenancy.clearance_id
        for button in ("action_print_settlement", "action_print"):
            pages = self.download(self.area, self.press(self.area, clearance, button))
            self.assertIn(tenancy.unit_codes, "".join(pages))
        board = self.board(tenancy)
        self.press(self.area, clearance, "action_close_file")
        self.assertEqual((tenancy.state, clearance.state), ("closed", "closed"))
        self.assertEqual(tenancy.date_end, self.site._today())
        self.assertEqual(set(tenancy.unit_ids.mapped("state")), {"vacant"})
        self.assertFalse(tenancy.name_plate_ids.filtered(lambda plate: not plate.date_removed))
        self.assertFalse(tenancy.staff_ids.filtered(lambda person: not person.date_left))
        self.assertEqual(self.board(tenancy), board)

    def seal(self, tenancy):
        """The papers are sorted: the file is sealed, and nothing is edited any more (TEN-115)."""
        for user in (self.receptionist, self.director):
            with self.assert_refused(tenancy.display_name):
                tenancy.with_user(user).write({"date_moved_out": "2024-01-01"})
            with self.assert_refused(tenancy.clearance_id.display_name):
                tenancy.clearance_id.with_user(user).write({"notice_reason": "改写"})
        paper = tenancy.file_paper_ids.filtered(lambda one: one.state == "missing")[0]
        self.print_form(self.receptionist, tenancy, "F-TEN-76")
        self.press(self.receptionist, tenancy, "action_seal_file")
        self.assert_done(tenancy, "sealed")
        with self.assert_refused(tenancy.display_name):
            self.press(self.receptionist, paper, "action_receive")
        self.assert_no_button(self.supervisor, tenancy, "action_unseal_file")
        with self.assert_refused(error=AccessError):
            self.env["pm.file.unseal"].with_user(self.supervisor).create(
                {"tenancy_id": tenancy.id, "reason": "补件"}
            ).action_confirm()
        self.assertEqual(tenancy.file_sealed_on, self.site._today())
