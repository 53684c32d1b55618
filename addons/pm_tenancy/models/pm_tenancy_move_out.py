from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.pm_base.models.wording import word_enumeration


class PmTenancy(models.Model):
    """The move-out: procedure, clearance board, removal, settlement, sealing of the file.

    Hooks for other addons: `_get_dues`, `_get_arrears_reason`, `_get_open_orders_reason`,
    `_get_loans_reason`, `_get_reinstatement_reason`, `_get_goods_hold_reason`,
    `_prepare_settlement_lines`.
    """

    _name = "pm.tenancy"
    _inherit = ["pm.tenancy", "pm.inspection.mixin", "pm.procedure.mixin"]

    removal_ids = fields.One2many("pm.removal", "tenancy_id", string="Removals")
    clearance_ids = fields.One2many("pm.clearance", "tenancy_id", string="Move-outs")
    clearance_id = fields.Many2one(
        "pm.clearance", string="Move-out", compute="_compute_clearance_id"
    )
    clearance_blocked_count = fields.Integer(
        string="Departments Open", compute="_compute_clearance_blocked_count"
    )

    @api.depends("clearance_ids.state")
    def _compute_clearance_id(self):
        for tenancy in self:
            found = tenancy.clearance_ids.filtered(lambda one: one.state != "cancelled")
            running = found.filtered(lambda one: one.state == "running")
            tenancy.clearance_id = (running or found.sorted("id"))[-1:]

    @api.depends("clearance_ids.state")
    def _compute_clearance_blocked_count(self):
        for tenancy in self:
            tenancy.clearance_blocked_count = tenancy.clearance_id.blocked_count

    def write(self, vals):
        """The board begins and ends with the move-out, by whatever way it is written."""
        leaving, staying = self.browse(), self.browse()
        if vals.get("state") == "move_out":
            leaving = self.filtered(lambda tenancy: tenancy.state == "active")
        elif vals.get("state") == "active":
            staying = self.filtered(lambda tenancy: tenancy.state == "move_out")
        result = super().write(vals)
        leaving._begin_move_out()
        staying._break_move_out_off()
        return result

    def action_move_out(self):
        """Begin the move-out, and open its board."""
        result = super().action_move_out()
        return self.action_view_clearance() if len(self.clearance_id) == 1 else result

    def action_close(self):
        """Close the file: name plates come down, the board is kept as it is."""
        clearances = self._get_running_clearances()
        clearances._keep_board()  # before the closing ends registrations that are still open
        self.name_plate_ids.action_remove()
        result = super().action_close()
        clearances._end("closed")
        self._refresh_procedure()
        return result

    def action_view_clearance(self):
        self.ensure_one()
        return self.clearance_id.get_formview_action()

    def action_view_removals(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_tenancy.pm_removal_action")
        return {
            **action,
            "domain": [("tenancy_id", "=", self.id)],
            "context": {"default_tenancy_id": self.id},
        }

    def action_inspect_move_out(self):
        """Open the joint inspection of the move-out, or begin it."""
        self.ensure_one()
        inspection = self._get_move_out_inspection()
        if not inspection:
            form = self._get_move_out_step_form("inspection_signed")
            inspection = self._start_inspection(
                form or self.env.ref("pm_base.form_f_ten_66").sudo()
            )
        return inspection.get_formview_action()

    def _check_transition(self, target):
        super()._check_transition(target)
        if target == "closed":
            self._get_running_clearances()._check_consent_not_refused()

    def _begin_move_out(self):
        """Begin the board of the move-out, and the procedure that the building follows."""
        if self._is_imported():
            return
        self.env["pm.clearance"]._open(self)
        for tenancy in self:
            template = tenancy._get_move_out_template()
            if template:
                tenancy._start_procedure(template)

    def _break_move_out_off(self):
        """Board, procedure and removals end with a move-out that does not take place."""
        self._cancel_procedure("move_out")
        self.removal_ids.filtered(
            lambda removal: removal.state == "planned" and removal.direction == "out"
        ).action_cancel()
        self._get_running_clearances()._end("cancelled")

    def _check_goods_pass_issuable(self):
        """Refuse a goods pass for the removal while something must come first (TEN-135)."""
        for tenancy in self:
            if tenancy.state != "move_out":
                raise UserError(
                    self.env._(
                        "%(tenancy)s is not moving out: begin the move-out first.",
                        tenancy=tenancy.display_name,
                    )
                )
            tenancy._get_running_clearances()._check_consent_not_refused()
        self._check_gates("goods_pass")
        for tenancy in self:
            reason = tenancy._get_goods_hold_reason(is_move_out=True)
            if reason:
                raise UserError(
                    self.env._(
                        "Goods of %(tenancy)s are held. %(reason)s",
                        tenancy=tenancy.display_name,
                        reason=reason,
                    )
                )

    def _pm_open_step(self, step):
        """Return where a step of the move-out is done."""
        opened = super()._pm_open_step(step)
        if opened or step.procedure_id.occasion != "move_out":
            return opened
        if step.kind == "inspect":
            return self._open_inspection_of_form(step.form_id)
        if step.check == "keys_back" and self._get_keys_out():
            return self.action_take_keys_back()
        if step.check == "final_readings":
            return self.action_view_readings()
        if step.check == "dues_settled":
            return self._open_dues() or self.action_view_clearance()
        if step.check == "letting_asked":
            return self.action_view_units()
        if not step.check or step.check.startswith("paper_"):
            return False
        return self.action_view_clearance()

    def _on_inspection(self, inspection):
        super()._on_inspection(inspection)
        self._refresh_procedure()

    # Why a step of the move-out is still open.

    def _pm_check_notice_received(self, step=None):
        return not self.clearance_id.notice_on and self.env._("No notice has been received yet.")

    def _pm_check_owner_consent(self, step=None):
        clearance = self.clearance_id
        if not clearance.consent_required or clearance.consent == "given":
            return False
        owner = clearance.owner_id.name or self.env._("The owner")
        if clearance.consent == "refused":
            if not clearance.refusal_told_on:
                return self.env._(
                    "%(owner)s refuses. Explain it to the tenant, who settles with the owner.",
                    owner=owner,
                )
            return self.env._("%(owner)s refuses; the tenant settles with the owner.", owner=owner)
        if clearance.consent_asked_on:
            return self.env._(
                "%(owner)s was asked on %(day)s and has not answered yet.",
                owner=owner,
                day=clearance.consent_asked_on,
            )
        return self.env._("%(owner)s has not been asked yet.", owner=owner)

    def _pm_check_letting_asked(self, step=None):
        # Everybody who moves an occupant out may know what the owner wants.
        units = self.sudo().line_ids.unit_id
        left = units.filtered(lambda unit: unit.letting_wish == "not_asked")
        return bool(left) and self.env._(
            "The owner of %(units)s has not been asked yet.",
            units=word_enumeration(self.env, left.mapped("code")),
        )

    def _pm_check_removal_planned(self, step=None):
        return not self.clearance_id.removal_at and self.env._("No removal is registered yet.")

    def _pm_check_dates_fixed(self, step=None):
        clearance = self.clearance_id
        missing = [
            label
            for value, label in (
                (clearance.date_termination, self.env._("end of the lease")),
                (clearance.removal_at, self.env._("date of the removal")),
                (clearance.inspection_at, self.env._("date of the inspection")),
                (clearance.contact_name, self.env._("contact person")),
                (clearance.forwarding_address, self.env._("forwarding address")),
                (clearance.forwarding_phone, self.env._("telephone after the move-out")),
                (clearance.protection_required, self.env._("protection of the unit")),
            )
            if not value
        ]
        return bool(missing) and self.env._(
            "Still open: %(facts)s.", facts=word_enumeration(self.env, missing)
        )

    def _pm_check_final_readings(self, step=None):
        """Return which meters were not read, or whose reading is not signed (TEN-135)."""
        missing = self._get_missing_readings("move_out")
        if missing:
            return self.env._(
                "Not read yet: %(meters)s",
                meters=word_enumeration(self.env, missing.mapped("display_name")),
            )
        unsigned = self._get_final_readings().filtered(lambda reading: not reading.is_signed)
        return bool(unsigned) and self.env._(
            "Not signed by the customer: %(meters)s",
            meters=word_enumeration(self.env, unsigned.meter_id.mapped("display_name")),
        )

    def _pm_check_dues_settled(self, step=None):
        """Return what the occupant still has to pay, compensation included (TEN-122, TEN-130)."""
        # Whoever moves the occupant out need not be able to read bills.
        tenancy_sudo = self.sudo()
        dues = tenancy_sudo._get_dues()
        reasons = [dues["reason"]] if dues else []
        amount = tenancy_sudo._get_move_out_inspection().amount_compensation
        if amount and not self.clearance_id.compensation_paid_on:
            reasons.append(
                self.env._(
                    "Compensation of %(amount)s is not paid.",
                    amount=self.currency_id.format(amount),
                )
            )
        return " ".join(reasons) or False

    def _pm_check_reinstated(self, step=None):
        reason = self._get_reinstatement_reason()
        if not reason and self.clearance_id.reinstatement == "unknown":
            return self.env._("Note whether the fit-out is to be reinstated.")
        return reason

    def _pm_check_duty_told(self, step=None):
        return not self.clearance_id.duty_told_on and self.env._(
            "The duty room has not been told unit and time of the removal."
        )

    def _pm_check_officer_present(self, step=None):
        return not self.clearance_id.officer_id and self.env._(
            "Note which area officer is present at the removal."
        )

    def _pm_check_services_cut(self, step=None):
        return not self.clearance_id.services_cut_on and self.env._(
            "Water and electricity are not cut yet."
        )

    def _pm_check_cleaned(self, step=None):
        return not self.clearance_id.cleaned_on and self.env._("The unit is not cleaned yet.")

    def _pm_check_keys_back(self, step=None):
        loans = self._get_key_loans()
        if not loans:
            return False
        return self.env._(
            "Keys still out: %(keys)s", keys=word_enumeration(self.env, loans.mapped("item_name"))
        )

    def _pm_check_loans_back(self, step=None):
        return self._get_loans_reason()

    def _pm_check_plate_removed(self, step=None):
        plates = self.name_plate_ids.filtered(lambda plate: not plate.date_removed)
        return bool(plates) and self.env._(
            "Still hanging: %(plates)s", plates=word_enumeration(self.env, plates.mapped("name"))
        )

    def _pm_check_refund_begun(self, step=None):
        return not self.clearance_id.refund_asked_on and self.env._(
            "The refund of the deposit has not been asked for."
        )

    def _pm_check_clearance(self, step=None):
        """Return which departments hold the occupant up."""
        clearance = self._get_running_clearances()
        clearance.line_ids.invalidate_recordset(["state", "reason"], flush=False)
        blocked = clearance.line_ids.filtered(lambda line: line.state == "blocked")
        return bool(blocked) and self.env._(
            "Not cleared: %(matters)s",
            matters=word_enumeration(
                self.env,
                dict.fromkeys(
                    f"{line.department_name} ({line._label_matter()})" for line in blocked
                ),
            ),
        )

    def _pm_check_file_sealed(self, step=None):
        return not self.file_sealed_on and self.env._("The file is not sealed yet.")

    # Hooks

    def _get_dues(self):
        """Return what the occupant has to pay before leaving: {reason, amount, since}, or {}."""
        self.ensure_one()
        reason = self._get_arrears_reason()
        return {"reason": reason} if reason else {}

    def _get_goods_hold_reason(self, is_move_out=False):
        """Return why goods of the occupant are not let out of the building, or False.

        At a move-out more may hold them than with ordinary goods.
        """
        self.ensure_one()
        return False

    def _get_open_orders_reason(self):
        """Return which repairs and orders are open, or False; None where none are kept."""

    def _get_loans_reason(self):
        """Return what the occupant has on loan beside keys, or False."""
        self.ensure_one()
        loans = self.loan_ids.filtered(lambda loan: loan.state == "out" and loan.item_kind != "key")
        return bool(loans) and self.env._(
            "Still on loan: %(things)s",
            things=word_enumeration(self.env, loans.mapped("item_name")),
        )

    def _get_reinstatement_reason(self):
        """Return what of the fit-out is still to be reinstated, or False."""
        clearance = self.clearance_id
        if clearance.reinstatement != "yes" or clearance.reinstated_on:
            return False
        return self.env._(
            "To be reinstated: %(what)s",
            what=clearance.reinstatement_note or self.env._("the fit-out"),
        )

    def _prepare_settlement_lines(self):
        """Return the rows of the settlement at the move-out, as a draft.

        Each has `kind` (fee, meter, damage, deposit, other), `name`, `amount`, and may have `date`
        and `formula`. What the occupant owes is positive, what is refunded negative; an amount of
        None is not known yet. An addon that bills adds open bills, prices and deposits.
        """
        self.ensure_one()
        rows = [self._prepare_reading_row(reading) for reading in self._get_final_readings()]
        inspection = self._get_move_out_inspection()
        rows += [
            {
                "kind": "damage",
                "name": line.display_name,
                "formula": line.finding,
                "date": inspection.date,
                "amount": line.compensation,
            }
            for line in inspection.line_ids.filtered("compensation")
        ]
        if rows and inspection.amount_compensation and self.clearance_id.compensation_paid_on:
            rows.append(
                {
                    "kind": "damage",
                    "name": self.env._("Compensation paid"),
                    "formula": self.clearance_id.compensation_note,
                    "date": self.clearance_id.compensation_paid_on,
                    "amount": -inspection.amount_compensation,
                }
            )
        return rows

    def _prepare_reading_row(self, reading):
        """Return the row of a final reading; its amount is known to an addon with prices."""
        meter = reading.meter_id
        price = self._get_meter_price(meter)
        return {
            "kind": "meter",
            "name": meter.display_name,
            "formula": self.env._(
                "%(last)s − %(first)s = %(use)s %(uom)s",
                last=meter._format_value(reading.value),
                first=meter._format_value(reading.previous_value),
                use=meter._format_value(reading.consumption),
                uom=meter.uom,
            )
            + (f" × {price:g}" if price is not None else ""),
            "date": reading.date,
            "amount": (
                None if price is None else self.currency_id.round(reading.consumption * price)
            ),
        }

    def _get_meter_price(self, meter):
        """Return the price of a unit that the meter counts, or None where it is not known."""

    def _open_dues(self):
        """Return the action that shows what is unpaid, or False."""
        return False

    def _open_orders(self):
        """Return the action that shows the open repairs and orders, or False."""
        return False

    def _get_move_out_template(self):
        """Return the procedure that the building of the units follows at a move-out."""
        return self._get_main_building().move_out_template_id

    def _get_running_clearances(self):
        return self.env["pm.clearance"].search(
            Domain("tenancy_id", "in", self.ids) & Domain("state", "=", "running")
        )

    def _get_key_loans(self):
        """Return the keys, cards and passes that were issued or lent and are not back."""
        return self.loan_ids.filtered(lambda loan: loan.state == "out" and loan.item_kind == "key")

    def _get_pass_holders(self):
        """Return the people whose access passes are still out."""
        return self.staff_ids.filtered(lambda person: person.pass_no and not person.date_left)

    def _get_running_parking(self):
        return self.env["pm.parking.contract"].search(
            Domain("tenancy_id", "=", self.id) & Domain("state", "in", ["approved", "running"])
        )

    def _get_final_readings(self):
        """Return the readings with which the occupant leaves."""
        # Those just entered stand in the cache twice, as they were typed and as they were saved.
        return self.reading_ids._origin.filtered(lambda reading: reading.kind == "move_out")

    def _get_move_out_inspection(self):
        """Return the joint inspection of the move-out: the signed one, else the latest."""
        to_id = self.env["ir.model.data"]._xmlid_to_res_id
        form_ids = {to_id("pm_base.form_f_ten_11"), to_id("pm_base.form_f_ten_66")}
        found = self.inspection_ids.filtered(
            lambda inspection: (
                inspection.template_id.form_id.id in form_ids
                and inspection.state != "cancelled"
                and not inspection.origin_id
            )
        ).sorted("id")
        return (found.filtered(lambda inspection: inspection.state == "signed") or found)[-1:]

    def _get_move_out_step_form(self, check):
        """Return the form of the step with that check in the move-out under way."""
        steps_sudo = self.sudo().procedure_step_ids.filtered(
            lambda step: step.check == check and step.procedure_id.occasion == "move_out"
        )
        return steps_sudo[:1].form_id

    def _open_inspection_of_form(self, form):
        """Return the action on the inspection of a form: the latest, or a new one."""
        found = self.inspection_ids.filtered(
            lambda inspection: (
                inspection.template_id.form_id == form and inspection.state != "cancelled"
            )
        ).sorted("id")[-1:]
        return (found or self._start_inspection(form)).get_formview_action()

    def _start_inspection(self, form):
        template = self.env["pm.inspection.template"].search(
            Domain("form_id", "=", form.id) & Domain("site_id", "in", [self.site_id.id, False]),
            order="site_id, sequence",
            limit=1,
        )
        if not template:
            raise UserError(
                self.env._(
                    "There is no inspection sheet for %(form)s. Enter one under Configuration / "
                    "Inspection Sheets.",
                    form=form.name,
                )
            )
        return self.env["pm.inspection"]._start(template, self, place=self.unit_codes)

    def _pm_get_blanks(self):
        return {**super()._pm_get_blanks(), **self._get_move_out_blanks()}

    def _get_move_out_blanks(self):
        """Return the facts of the move-out for letters and notices."""
        clearance = self.clearance_id
        reasons = dict(clearance._fields["notice_from"]._description_selection(self.env))
        handling = dict(clearance._fields["deposit_handling"]._description_selection(self.env))
        site = self.site_id
        removal = self.removal_ids.filtered(
            lambda one: one.direction == "out" and one.state != "cancelled"
        )[:1]

        def word(moment, pattern):
            return site._to_local(moment).strftime(pattern) if moment else False

        def word_reinstatement():
            if clearance.reinstatement in (False, "unknown"):
                return False
            answer = dict(clearance._fields["reinstatement"]._description_selection(self.env))
            parts = (answer[clearance.reinstatement], clearance.reinstatement_note)
            return ", ".join(part for part in parts if part)

        return {
            "removal_date": (self.env._("Day of the removal"), self.date_moved_out),
            "removal_time": (
                self.env._("Hour of the removal"),
                word(clearance.removal_at, "%H:%M"),
            ),
            "removal_lift": (
                self.env._("Goods lift from"),
                word(removal.lift_from, "%Y-%m-%d %H:%M"),
            ),
            "moving_firm": (self.env._("Moving firm"), removal.mover),
            "moving_vehicles": (self.env._("Vehicles of the moving firm"), removal.vehicles),
            "termination_date": (
                self.env._("Day on which the lease ends"),
                clearance.date_termination,
            ),
            "notice_date": (
                self.env._("Day on which the notice was received"),
                clearance.notice_on,
            ),
            "notice_from": (self.env._("Who gave the notice"), reasons.get(clearance.notice_from)),
            "notice_reason": (self.env._("Reason of the move-out"), clearance.notice_reason),
            "reinstatement": (self.env._("Fit-out to be reinstated"), word_reinstatement),
            "deposit_handling": (
                self.env._("Deposit handling"),
                handling.get(clearance.deposit_handling),
            ),
            "inspection_time": (
                self.env._("Time of the joint inspection"),
                word(clearance.inspection_at, "%Y-%m-%d %H:%M"),
            ),
            "forwarding_address": (self.env._("Forwarding address"), clearance.forwarding_address),
            "forwarding_phone": (
                self.env._("Telephone after the move-out"),
                clearance.forwarding_phone,
            ),
        }
