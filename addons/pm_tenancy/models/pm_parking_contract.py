import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain


def _word_taken(env, diagnostics):
    """Name the space and who has it in that period."""
    key = re.search(
        r"conflicts with existing key .*=\((\d+), [\[(](\d{4}-\d\d-\d\d)",
        (diagnostics and diagnostics.message_detail) or "",
    )
    other = key and env["pm.parking.contract"].search(
        Domain("space_id", "=", int(key[1]))
        & Domain("date_start", "=", key[2])
        & Domain("state", "in", ("approved", "running", "ended")),
        limit=1,
    )
    if other:
        return env._(
            "Space %(space)s is taken by %(partner)s in that period (%(contract)s, from "
            "%(start)s). Allot another one, or end that contract first.",
            space=other.space_id.name,
            partner=other.partner_id.name,
            contract=other.name,
            start=other.date_start,
        )
    return env._("The space is taken in that period. Allot another one.")


class PmParkingContract(models.Model):
    """From the application for a parking space to the end of its lease, or its sale."""

    _name = "pm.parking.contract"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "pm.numbered.mixin",
        "pm.printable.mixin",
        "pm.site.mixin",
        "pm.state.mixin",
    ]
    _description = "Parking Contract"
    _order = "date_start desc, id desc"
    _rec_names_search = [
        "name",
        "partner_id.name",
        "space_id.name",
        "tenancy_id.unit_codes",
        "vehicle_id.plate",
    ]

    _NOTED = frozenset({"approved_by_id", "date_approved"})
    # The only moves a contract can make, whoever asks.
    _TRANSITIONS = {
        "requested": {"approved", "refused"},
        "approved": {"running", "requested", "refused"},
        "running": {"ended"},
        "ended": set(),
        "refused": {"requested"},
    }

    name = fields.Char(string="Number", required=True, readonly=True, copy=False, default="/")
    kind = fields.Selection(
        [("lease", "Lease"), ("sale", "Sale")], required=True, default="lease", tracking=True
    )
    tenancy_id = fields.Many2one(
        "pm.tenancy", index="btree_not_null", ondelete="restrict", check_company=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    unit_codes = fields.Char(related="tenancy_id.unit_codes")
    vehicle_id = fields.Many2one(
        "pm.vehicle", index="btree_not_null", ondelete="restrict", check_company=True
    )
    wanted_kind = fields.Selection(
        [("underground", "Underground"), ("surface", "Surface"), ("any", "Any")],
        string="Wanted",
        required=True,
        default="any",
    )
    wanted_count = fields.Integer(
        string="Spaces Wanted",
        required=True,
        default=1,
        help="As applied for; each space allotted has a contract of its own.",
    )
    space_id = fields.Many2one(
        "pm.parking.space",
        string="Space Allotted",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    date_requested = fields.Date(
        string="Applied On", default=lambda self: self._default_date_requested()
    )
    date_start = fields.Date(string="From", required=True, tracking=True)
    date_end = fields.Date(string="Until", tracking=True, help="Last day; a sale has none.")
    fee = fields.Monetary(tracking=True, help="A month's fee of a lease, the price of a sale.")
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    date_approved = fields.Date(string="Approved On", readonly=True, copy=False)
    note = fields.Text()
    state = fields.Selection(
        [
            ("requested", "Applied For"),
            ("approved", "Approved"),
            ("running", "Running"),
            ("ended", "Ended"),
            ("refused", "Refused"),
        ],
        default="requested",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )

    # The database itself refuses two contracts of a space on one day, whoever writes.
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (space_id WITH =, daterange(date_start, date_end, '[]') WITH &&) "
        "WHERE (state IN ('approved', 'running', 'ended'))",
        _word_taken,
    )
    _allotted = models.Constraint(
        "CHECK (space_id IS NOT NULL OR state IN ('requested', 'refused'))",
        "Allot a space before the application is approved.",
    )
    _date_order = models.Constraint(
        "CHECK (date_end IS NULL OR date_start <= date_end)", "A contract ends after it begins."
    )
    _sale_has_no_end = models.Constraint(
        "CHECK (kind <> 'sale' OR date_end IS NULL OR state = 'ended')",
        "A space that is sold has no last day.",
    )
    _figures_positive = models.Constraint(
        "CHECK (fee >= 0 AND wanted_count > 0)",
        "The fee cannot be negative, and at least one space is wanted.",
    )

    @api.depends("tenancy_id")
    def _compute_partner_id(self):
        for contract in self:
            contract.partner_id = contract.tenancy_id.partner_id or contract.partner_id

    @api.constrains("site_id")
    def _check_parking_managed(self):
        for contract in self:
            if not contract.site_id.manages_parking:
                raise ValidationError(
                    self.env._(
                        "%(site)s does not manage the parking places of the estate, so it lets and "
                        "sells none. If it does, say so on the tab Property of the office.",
                        site=contract.site_id.name,
                    )
                )

    @api.constrains("site_id", "space_id", "tenancy_id", "vehicle_id")
    def _check_site(self):
        for contract in self:
            sites = (
                contract.site_id
                | contract.space_id.site_id
                | contract.tenancy_id.site_id
                | contract.vehicle_id.site_id
            )
            if len(sites) > 1:
                raise ValidationError(
                    self.env._(
                        "Space, tenancy and vehicle of %(contract)s belong to different offices.",
                        contract=contract.display_name,
                    )
                )

    def write(self, vals):
        result = super().write(vals)
        if not {"state", "date_start", "date_end", "space_id"}.isdisjoint(vals):
            # At once, so that the database refuses an overlap at the step that causes it.
            self.flush_recordset(["state", "date_start", "date_end", "space_id"])
        return result

    @api.depends("name", "partner_id.name", "space_id.name")
    def _compute_display_name(self):
        for contract in self:
            parts = (contract.name, contract.space_id.name, contract.partner_id.name)
            contract.display_name = " ".join(part for part in parts if part)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        for contract in self:
            if contract.state not in ("requested", "refused"):
                raise UserError(
                    self.env._(
                        "%(contract)s was approved and belongs to the file: it cannot be deleted.",
                        contract=contract.display_name,
                    )
                )

    def action_approve(self):
        for site, contracts in self.grouped("site_id").items():
            contracts._write_noted(
                {
                    "state": "approved",
                    "approved_by_id": self.env.uid,
                    "date_approved": site._today(),
                }
            )

    def action_refuse(self):
        self.write({"state": "refused"})

    def action_request(self):
        """Take the application up again, to change it."""
        self._write_noted({"state": "requested", "approved_by_id": False, "date_approved": False})

    def action_start(self):
        """The contract is signed: the space is let, or sold."""
        self.write({"state": "running"})

    def action_end(self):
        """End the contracts today, or on their last day if that is past."""
        for contract in self:
            today = contract.site_id._today()
            contract._end(min(today, contract.date_end or today))

    @api.model
    def _cron_end_expired(self):
        """End the running contracts whose last day has passed."""
        self.env["pm.site"].search([])._do_daily(
            lambda site, today: [
                contract._end(contract.date_end)
                for contract in self.search(
                    Domain("site_id", "=", site.id)
                    & Domain("state", "=", "running")
                    & Domain("date_end", "<", today)
                )
            ]
        )

    def _end(self, day):
        self.ensure_one()
        self.write({"state": "ended", "date_end": max(day, self.date_start)})

    def _check_transition(self, target):
        super()._check_transition(target)
        if target in ("approved", "refused") and not (
            self.env.su or self.env.user.has_group("pm_tenancy.group_pm_tenancy_manager")
        ):
            raise UserError(
                self.env._("Supervisor or leader decide on applications for parking spaces.")
            )

    @api.model
    def _default_date_requested(self):
        site = self.env["pm.site"]._get_default_site()
        return site._today() if site else fields.Date.context_today(self)
