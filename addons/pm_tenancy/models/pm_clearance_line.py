from odoo import api, fields, models

from odoo.addons.pm_base.models.hr_department import DEPARTMENT_ROLES
from odoo.addons.pm_base.models.wording import word_enumeration


class PmClearanceLine(models.Model):
    """One matter of the board. It is judged whenever it is read, until the move-out ends."""

    _name = "pm.clearance.line"
    _description = "Matter to Clear"
    _order = "clearance_id, sequence, id"

    clearance_id = fields.Many2one(
        "pm.clearance", required=True, readonly=True, ondelete="cascade", index=True
    )
    tenancy_id = fields.Many2one(related="clearance_id.tenancy_id")
    site_id = fields.Many2one(
        related="clearance_id.site_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="clearance_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="clearance_id.currency_id")
    sequence = fields.Integer(readonly=True)
    matter = fields.Selection(
        [
            ("dues", "Fees and arrears"),
            ("compensation", "Compensation for damage"),
            ("consent", "Owner's consent"),
            ("keys", "Keys and cards"),
            ("passes", "Access passes"),
            ("loans", "Things on loan"),
            ("orders", "Repairs and orders"),
            ("vehicles", "Vehicles"),
            ("readings", "Final readings"),
            ("inspection", "Joint inspection"),
            ("reinstatement", "Reinstatement of the fit-out"),
            ("services", "Water and power"),
            ("parking", "Parking spaces"),
            ("letting", "Next letting"),
            ("commission", "Commission"),
            ("cleaning", "Cleaning"),
        ],
        required=True,
        readonly=True,
    )
    department_role = fields.Selection(DEPARTMENT_ROLES, required=True, readonly=True)
    department_id = fields.Many2one("hr.department", string="Department Record", readonly=True)
    department_name = fields.Char(string="Department", compute="_compute_department_name")
    snapshot = fields.Json(readonly=True, copy=False)

    # Every post sees why another holds the occupant up, whatever it may read itself.
    state = fields.Selection(
        [
            ("clear", "Cleared"),
            ("blocked", "Not Cleared"),
            ("warning", "To Note"),
            ("none", "Does Not Apply"),
        ],
        compute="_compute_verdict",
        compute_sudo=True,
    )
    reason = fields.Char(compute="_compute_verdict", compute_sudo=True)
    owed_by = fields.Char(string="Who Owes It", compute="_compute_verdict", compute_sudo=True)
    amount = fields.Monetary(compute="_compute_verdict", compute_sudo=True)
    since = fields.Date(compute="_compute_verdict", compute_sudo=True)

    _once = models.Constraint("UNIQUE (clearance_id, matter)", "A matter stands on the board once.")

    @api.depends("department_id", "department_role")
    def _compute_department_name(self):
        roles = dict(self._fields["department_role"]._description_selection(self.env))
        for line in self:
            line.department_name = line.sudo().department_id.name or roles.get(line.department_role)

    @api.depends("matter", "snapshot")
    def _compute_verdict(self):
        for line in self:
            verdict = line._judge()
            line.state = verdict["state"]
            line.reason = verdict.get("reason")
            line.owed_by = verdict.get("owed_by")
            line.amount = verdict.get("amount") or 0.0
            line.since = verdict.get("since")

    def action_open(self):
        """Open the place where the matter is settled."""
        self.ensure_one()
        opener = getattr(self, f"_open_{self.matter}", None)
        return opener() if opener else self.clearance_id.get_formview_action()

    def _judge(self):
        """Return how the matter stands: state, reason, owed_by, amount and since."""
        self.ensure_one()
        return self.snapshot or getattr(self, f"_judge_{self.matter}")()

    def _verdict(self, state, reason=False, **facts):
        """Return a verdict; `since` may be a day, and who owes it is the occupant by default."""
        if state in ("blocked", "warning"):
            facts.setdefault("owed_by", self.clearance_id.partner_id.name)
        facts["since"] = fields.Date.to_string(facts.get("since")) or False
        return {"state": state, "reason": reason, **facts}

    def _word_department(self):
        return self.department_name

    def _label_matter(self):
        return dict(self._fields["matter"]._description_selection(self.env))[self.matter]

    def _judge_dues(self):
        dues = self.tenancy_id._get_dues()
        if not dues:
            return self._verdict("clear")
        return self._verdict(
            "blocked", dues["reason"], amount=dues.get("amount"), since=dues.get("since")
        )

    def _judge_compensation(self):
        clearance = self.clearance_id
        inspection = self.tenancy_id._get_move_out_inspection()
        amount = inspection.amount_compensation
        if not amount:
            return self._verdict("none")
        if clearance.compensation_paid_on:
            return self._verdict("clear", clearance.compensation_note, amount=amount)
        return self._verdict(
            "blocked",
            self.env._("Damage found at %(inspection)s.", inspection=inspection.name),
            amount=amount,
            since=inspection.date,
        )

    def _judge_consent(self):
        clearance = self.clearance_id
        reason = self.tenancy_id._pm_check_owner_consent()
        if not clearance.consent_required:
            return self._verdict("none")
        if not reason:
            return self._verdict("clear", clearance.consent_note)
        return self._verdict(
            "blocked",
            reason,
            owed_by=clearance.owner_id.name,
            since=clearance.consent_on or clearance.consent_asked_on,
        )

    def _judge_keys(self):
        loans = self.tenancy_id._get_key_loans()
        if not loans:
            return self._verdict("clear")
        return self._verdict(
            "blocked",
            self.tenancy_id._pm_check_keys_back(),
            since=min(loans.mapped("issued_at")).date(),
        )

    def _judge_passes(self):
        people = self.tenancy_id._get_pass_holders()
        if not people:
            return self._verdict("clear")
        return self._verdict(
            "blocked" if self.department_role == "security" else "warning",
            self.env._(
                "Passes still out: %(passes)s",
                passes=word_enumeration(
                    self.env, [f"{person.pass_no} {person.name}" for person in people]
                ),
            ),
            since=min(people.mapped("date_registered")),
        )

    def _judge_loans(self):
        return self._judge_reason(self.tenancy_id._get_loans_reason())

    def _judge_orders(self):
        reason = self.tenancy_id._get_open_orders_reason()
        if reason is None:
            return self._verdict("none")
        return self._judge_reason(reason, owed_by=self._word_department())

    def _judge_vehicles(self):
        vehicles = self.env["pm.vehicle"].search([("tenancy_id", "=", self.tenancy_id.id)])
        if not vehicles:
            return self._verdict("none")
        return self._verdict(
            "warning",
            self.env._(
                "Still registered: %(plates)s",
                plates=word_enumeration(self.env, vehicles.mapped("plate")),
            ),
            since=min(filter(None, vehicles.mapped("date_start")), default=False),
        )

    def _judge_parking(self):
        contracts = self.tenancy_id._get_running_parking()
        if not contracts:
            return self._verdict("none")
        return self._verdict(
            "warning",
            self.env._(
                "Contracts still running: %(spaces)s",
                spaces=word_enumeration(
                    self.env,
                    [
                        f"{contract.space_id.name or ''} {contract.name}".strip()
                        for contract in contracts
                    ],
                ),
            ),
            since=min(contracts.mapped("date_start")),
        )

    def _judge_readings(self):
        reason = self.tenancy_id._pm_check_final_readings()
        return self._judge_reason(reason, owed_by=self._word_department())

    def _judge_inspection(self):
        inspection = self.tenancy_id._get_move_out_inspection()
        if inspection.state == "signed":
            return self._verdict("clear", inspection.name)
        return self._verdict(
            "blocked",
            self.env._("%(inspection)s is not signed yet.", inspection=inspection.name)
            if inspection
            else self.env._("The unit has not been inspected together yet."),
            owed_by=self._word_department(),
            since=inspection.date,
        )

    def _judge_reinstatement(self):
        clearance = self.clearance_id
        reason = self.tenancy_id._get_reinstatement_reason()
        if reason:
            return self._verdict("blocked", reason, since=clearance.notice_on)
        if clearance.reinstatement == "unknown":
            return self._verdict(
                "warning",
                self.env._("Nobody has said yet whether the fit-out is to be reinstated."),
                owed_by=clearance.owner_id.name,
            )
        return self._verdict("clear" if clearance.reinstatement == "yes" else "none")

    def _judge_services(self):
        if self.clearance_id.services_cut_on:
            return self._verdict("clear")
        return self._verdict(
            "warning",
            self.env._("To be cut after the removal."),
            owed_by=self._word_department(),
        )

    def _judge_letting(self):
        units = self.tenancy_id.line_ids.unit_id.filtered(
            lambda unit: unit.letting_wish == "not_asked"
        )
        if not units:
            return self._verdict("clear")
        return self._verdict(
            "warning",
            self.env._(
                "The owner has not been asked whether to let %(units)s.",
                units=word_enumeration(self.env, units.mapped("code")),
            ),
            owed_by=self._word_department(),
        )

    def _judge_commission(self):
        requests = self.tenancy_id.lease_request_ids
        if not requests:
            return self._verdict("none")
        owing = requests.filtered(lambda request: request._get_commission_due())
        if not owing:
            return self._verdict("clear")
        return self._verdict(
            "blocked",
            self.env._(
                "Commission of %(mandates)s is not paid.",
                mandates=word_enumeration(self.env, owing.mapped("name")),
            ),
            amount=sum(request._get_commission_due() for request in owing),
            since=min(filter(None, owing.mapped("commission_due_on")), default=False),
        )

    def _judge_cleaning(self):
        if self.clearance_id.cleaned_on:
            return self._verdict("clear")
        return self._verdict(
            "warning",
            self.env._("The unit is not cleaned yet."),
            owed_by=self._word_department(),
        )

    def _judge_reason(self, reason, **facts):
        """Return the verdict that a hook's reason, or the absence of one, amounts to."""
        return self._verdict("blocked", reason, **facts) if reason else self._verdict("clear")

    def _open_dues(self):
        return self.tenancy_id._open_dues() or self.clearance_id.get_formview_action()

    def _open_keys(self):
        if self.tenancy_id._get_keys_out():
            return self.tenancy_id.action_take_keys_back()
        return self.tenancy_id.action_view_loans()

    def _open_loans(self):
        return self.tenancy_id.action_view_loans()

    def _open_readings(self):
        return self.tenancy_id.action_view_readings()

    def _open_inspection(self):
        return self.tenancy_id.action_inspect_move_out()

    def _open_compensation(self):
        return self._open_inspection()

    def _open_passes(self):
        return self._open_list("pm_tenancy.pm_tenancy_staff_action")

    def _open_vehicles(self):
        return self._open_list("pm_tenancy.pm_vehicle_action")

    def _open_parking(self):
        return self._open_list("pm_tenancy.pm_parking_contract_action")

    def _open_letting(self):
        return self.tenancy_id.action_view_units()

    def _open_orders(self):
        return self.tenancy_id._open_orders() or self.clearance_id.get_formview_action()

    def _open_commission(self):
        return self._open_list("pm_tenancy.pm_lease_request_action")

    def _open_list(self, xml_id):
        action = self.env["ir.actions.act_window"]._for_xml_id(xml_id)
        return {**action, "domain": [("tenancy_id", "=", self.tenancy_id.id)], "context": {}}
