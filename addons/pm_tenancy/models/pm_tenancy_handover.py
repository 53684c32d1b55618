from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class PmTenancy(models.Model):
    """What is handed over with the units: keys, and the meters as they stand."""

    _inherit = "pm.tenancy"

    acceptance_at = fields.Datetime(
        string="Acceptance Agreed For",
        help="When the units are accepted together, as agreed when the keys were issued.",
    )
    acceptance_method = fields.Char(help="How the units are accepted, as agreed with the occupant.")
    loan_ids = fields.One2many("pm.loan", "tenancy_id", string="Issues and Loans")
    key_out_count = fields.Integer(string="Keys Out", compute="_compute_key_out_count")
    readings_deferred = fields.Boolean(
        string="Base Readings Deferred to Fit-out",
        tracking=True,
        help="The occupant agrees that the meters are read when the fit-out begins; those readings "
        "then prevail.",
    )
    readings_deferred_note = fields.Char(
        string="Consent", help="How the occupant agreed: who, when, on which paper."
    )
    reading_ids = fields.One2many("pm.meter.reading", "tenancy_id", string="Meter Readings")
    vehicle_ids = fields.One2many("pm.vehicle", "tenancy_id", string="Vehicles")
    reading_count = fields.Integer(compute="_compute_reading_count")

    _deferral_consented = models.Constraint(
        "CHECK (readings_deferred IS NOT TRUE OR COALESCE(readings_deferred_note, '') <> '')",
        "Note how the occupant agreed that the base readings are taken at the fit-out.",
    )

    @api.depends("loan_ids.state")
    def _compute_key_out_count(self):
        counts = dict(
            self.env["pm.loan"]._read_group(
                Domain("tenancy_id", "in", self.ids)
                & Domain("state", "=", "out")
                & Domain("item_kind", "=", "key"),
                ["tenancy_id"],
                ["__count"],
            )
        )
        for tenancy in self:
            tenancy.key_out_count = counts.get(tenancy._origin, 0)

    def _compute_reading_count(self):
        counts = dict(
            self.env["pm.meter.reading"]._read_group(
                Domain("tenancy_id", "in", self.ids), ["tenancy_id"], ["__count"]
            )
        )
        for tenancy in self:
            tenancy.reading_count = counts.get(tenancy, 0)

    def action_issue_keys(self):
        """Ask which keys of the units the occupant receives."""
        self.ensure_one()
        self._check_may_get_keys()
        return self._open_handover("pm.key.issue", self.env._("Issue Keys"))

    def action_take_keys_back(self):
        """Ask in which condition each key comes back."""
        self.ensure_one()
        if not self._get_keys_out():
            raise UserError(self.env._("%(tenancy)s has no keys out.", tenancy=self.display_name))
        return self._open_handover("pm.key.return", self.env._("Take Keys Back"))

    def action_view_loans(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_tenancy.pm_loan_action")
        return {
            **action,
            "domain": [("tenancy_id", "=", self.id)],
            "context": {"default_tenancy_id": self.id},
        }

    def action_view_readings(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_tenancy.pm_meter_reading_action")
        return {
            **action,
            "domain": [
                "|",
                ("tenancy_id", "=", self.id),
                "&",
                ("tenancy_id", "=", False),
                ("unit_id", "in", self.line_ids.unit_id.ids),
            ],
            "context": {
                "default_tenancy_id": self.id,
                "default_kind": {"move_in": "base", "move_out": "move_out"}.get(
                    self.state, "periodic"
                ),
            },
        }

    def _issue_keys(self, keys, **vals):
        """Issue keys to the occupant; return the lines of the register."""
        self.ensure_one()
        return self.env["pm.loan"].create(
            [
                {
                    "site_id": self.site_id.id,
                    "kind": "issue",
                    "key_id": key.id,
                    "tenancy_id": self.id,
                    **vals,
                }
                for key in keys
            ]
        )

    def _get_keys_out(self):
        """Return the keys that this occupant has, issued or lent."""
        return self.loan_ids.filtered(
            lambda loan: loan.state == "out" and loan.item_kind == "key"
        ).key_id

    def _check_may_get_keys(self):
        """Refuse keys to an occupant who is not moving in or in occupation."""
        for tenancy in self:
            if tenancy.state in ("draft", "cancelled", "closed"):
                raise UserError(
                    self.env._(
                        "%(tenancy)s is %(state)s: keys are issued from the beginning of the "
                        "move-in until the occupant has moved out.",
                        tenancy=tenancy.display_name,
                        state=tenancy._label_state(tenancy.state),
                    )
                )
        if not self._is_imported():
            self._check_keys_issuable()

    def _check_keys_issuable(self):
        """Refuse to issue keys while something must come first, such as fees or papers."""

    def _get_missing_readings(self, kind):
        """Return the meters of the units without a reading of this kind for this tenancy.

        Base readings deferred to the fit-out are not missing at the move-in: ask for `fit_out`.
        """
        self.ensure_one()
        if kind == "base" and self.readings_deferred:
            return self.env["pm.meter"]
        meters = self.line_ids.unit_id._get_handover_meters()
        read = self.reading_ids.filtered(lambda reading: reading.kind == kind).meter_id
        return meters.filtered(lambda meter: not (meter | meter._get_predecessors()) & read)

    def _open_handover(self, model, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_tenancy_id": self.id},
        }
