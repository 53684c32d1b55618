from odoo import api, models
from odoo.tools import SQL

# From a unit to the tenancies that held it.
_TENANCIES = SQL(
    "FROM pm_tenancy_unit line JOIN pm_tenancy tenancy ON tenancy.id = line.tenancy_id"
)


class PmUnitEvent(models.Model):
    """What this addon knows of the life of a unit."""

    _inherit = "pm.unit.event"
    _depends = {
        "pm.document": [
            "date",
            "delivered_by_id",
            "delivered_on",
            "form_id",
            "name",
            "partner_id",
            "printed_by_id",
            "res_id",
            "res_model",
            "returned_on",
        ],
        "pm.fitout": [
            "date_accepted",
            "date_completed",
            "fire_acceptance_on",
            "name",
            "permit_on",
            "state",
            "tenancy_id",
            "unit_ids",
        ],
        "pm.inspection": ["date", "fault_count", "partner_id", "res_id", "res_model", "state"],
        "pm.inspection.line": ["finding", "inspection_id", "name", "rectified_on", "verdict"],
        "pm.key": ["code", "date_lost", "date_withdrawn", "lock_changed_on", "name", "unit_id"],
        "pm.lease.request": ["earnest_paid_on", "name", "partner_id", "signed_on", "unit_id"],
        "pm.letting.registration": [
            "household_papers_done_on",
            "partner_id",
            "registered_on",
            "unit_id",
            "user_id",
        ],
        "pm.listing": ["let_on", "name", "owner_id", "state", "unit_id", "user_id", "valid_from"],
        "pm.loan": [
            "borrower_name",
            "issued_at",
            "issued_by_id",
            "item_name",
            "partner_id",
            "received_by_id",
            "returned_at",
            "site_id",
            "unit_id",
        ],
        "pm.meter": ["meter_no"],
        "pm.meter.reading": ["date", "kind", "meter_id", "tenancy_id", "unit_id", "value"],
        "pm.name.plate": ["date_made", "date_removed", "name", "unit_id"],
        "pm.ownership": ["date_end", "date_start", "partner_id", "share", "unit_id"],
        "pm.parking.contract": ["date_end", "date_start", "name", "partner_id", "state"],
        "pm.procedure.step": ["done_at", "done_by_id", "name", "res_id", "res_model", "site_id"],
        "pm.tenancy": [
            "date_end",
            "date_moved_in",
            "date_moved_out",
            "date_start",
            "name",
            "partner_id",
            "state",
            "user_id",
        ],
        "pm.tenancy.term": ["contract_no", "date_start", "tenancy_id"],
        "pm.tenancy.unit": ["tenancy_id", "unit_id"],
        "pm.vacant.patrol": ["done_on", "state", "user_id"],
        "pm.vacant.patrol.line": ["finding", "patrol_id", "unit_id"],
        "res.partner": ["name"],
    }

    @api.model
    def _get_event_selects(self):
        return [
            *super()._get_event_selects(),
            *self._get_ownership_selects(),
            *self._get_tenancy_selects(),
            *self._get_step_selects(),
            *self._get_key_selects(),
            *self._get_reading_selects(),
            *self._get_inspection_selects(),
            *self._get_paper_selects(),
            *self._get_leasing_selects(),
            *self._get_fitout_selects(),
            *self._get_patrol_selects(),
            *self._get_parking_selects(),
            *self._get_name_plate_selects(),
        ]

    @api.model
    def _get_ownership_selects(self):
        return self._prepare_event_selects(
            0,
            "ownership",
            SQL("FROM pm_ownership own JOIN res_partner party ON party.id = own.partner_id"),
            [
                (self.env._("Owner from this day"), SQL("own.date_start")),
                (self.env._("Owner until this day"), SQL("own.date_end")),
            ],
            id=SQL("own.id"),
            unit_id=SQL("own.unit_id"),
            name=SQL(
                "concat_ws(' ', party.name, CASE WHEN own.share < 100"
                " THEN trim_scale(own.share::numeric) || '%%' END)"
            ),
            partner_id=SQL("own.partner_id"),
            res_model=SQL("'pm.unit'"),
            res_id=SQL("own.unit_id"),
        )

    @api.model
    def _get_tenancy_selects(self):
        columns = {
            "unit_id": SQL("line.unit_id"),
            "partner_id": SQL("tenancy.partner_id"),
            "user_id": SQL("tenancy.user_id"),
            "res_model": SQL("'pm.tenancy'"),
            "res_id": SQL("tenancy.id"),
        }
        return [
            *self._prepare_event_selects(
                2,
                "tenancy",
                SQL(
                    "%s JOIN res_partner party ON party.id = tenancy.partner_id"
                    " WHERE tenancy.state NOT IN ('draft', 'cancelled')",
                    _TENANCIES,
                ),
                [
                    (self.env._("Tenancy begins"), SQL("tenancy.date_start")),
                    (self.env._("Moved in"), SQL("tenancy.date_moved_in")),
                    (self.env._("Moved out"), SQL("tenancy.date_moved_out")),
                    (self.env._("Tenancy ends"), SQL("tenancy.date_end")),
                ],
                id=SQL("tenancy.id"),
                name=SQL("concat_ws(' ', party.name, tenancy.name)"),
                **columns,
            ),
            *self._prepare_event_selects(
                6,
                "term",
                SQL(
                    "%s JOIN pm_tenancy_term term ON term.tenancy_id = tenancy.id"
                    " AND term.date_start > tenancy.date_start",
                    _TENANCIES,
                ),
                [(self.env._("Lease renewed"), SQL("term.date_start"))],
                id=SQL("term.id"),
                name=SQL("term.contract_no"),
                **columns,
            ),
        ]

    @api.model
    def _get_step_selects(self):
        return self._prepare_event_selects(
            8,
            "step",
            SQL(
                "%s JOIN pm_procedure_step step ON step.res_model = 'pm.tenancy'"
                " AND step.res_id = tenancy.id AND step.state = 'done'"
                " JOIN pm_site office ON office.id = step.site_id",
                _TENANCIES,
            ),
            [(self.env._("Done"), self._get_local_day("step.done_at"))],
            id=SQL("step.id"),
            unit_id=SQL("line.unit_id"),
            name=SQL("step.name"),
            partner_id=SQL("tenancy.partner_id"),
            user_id=SQL("step.done_by_id"),
            res_model=SQL("'pm.tenancy'"),
            res_id=SQL("tenancy.id"),
        )

    @api.model
    def _get_key_selects(self):
        loans = SQL("FROM pm_loan loan JOIN pm_site office ON office.id = loan.site_id")
        columns = {
            "id": SQL("loan.id"),
            "unit_id": SQL("loan.unit_id"),
            "name": SQL("concat_ws(' → ', loan.item_name, loan.borrower_name)"),
            "partner_id": SQL("loan.partner_id"),
            "res_model": SQL("'pm.loan'"),
            "res_id": SQL("loan.id"),
        }
        return [
            *self._prepare_event_selects(
                10,
                "key",
                loans,
                [(self.env._("Handed out"), self._get_local_day("loan.issued_at"))],
                user_id=SQL("loan.issued_by_id"),
                **columns,
            ),
            *self._prepare_event_selects(
                11,
                "key",
                loans,
                [(self.env._("Taken back"), self._get_local_day("loan.returned_at"))],
                user_id=SQL("loan.received_by_id"),
                **columns,
            ),
            *self._prepare_event_selects(
                12,
                "key",
                SQL("FROM pm_key key"),
                [
                    (self.env._("Lost"), SQL("key.date_lost")),
                    (self.env._("Withdrawn"), SQL("key.date_withdrawn")),
                    (self.env._("Lock changed"), SQL("key.lock_changed_on")),
                ],
                id=SQL("key.id"),
                unit_id=SQL("key.unit_id"),
                name=SQL("concat_ws(' ', key.name, key.code)"),
                res_model=SQL("'pm.key'"),
                res_id=SQL("key.id"),
            ),
        ]

    @api.model
    def _get_reading_selects(self):
        readings = self.env["pm.meter.reading"]
        labels = dict(readings._fields["kind"]._description_selection(self.env))
        kinds = SQL(" ").join(
            SQL("WHEN %s THEN %s", value, label) for value, label in labels.items()
        )
        return self._prepare_event_selects(
            16,
            "reading",
            SQL("FROM pm_meter_reading reading JOIN pm_meter meter ON meter.id = reading.meter_id"),
            [(self.env._("Meter read"), SQL("reading.date"))],
            id=SQL("reading.id"),
            unit_id=SQL("reading.unit_id"),
            name=SQL(
                "concat_ws(' ', meter.meter_no, CASE reading.kind %s END, "
                "trim_scale(reading.value::numeric))",
                kinds,
            ),
            res_model=SQL("'pm.meter.reading'"),
            res_id=SQL("reading.id"),
        )

    @api.model
    def _get_inspection_selects(self):
        inspections = SQL(
            "JOIN pm_inspection inspection ON inspection.res_model = 'pm.tenancy'"
            " AND inspection.res_id = tenancy.id AND inspection.state IN ('judged', 'signed')"
        )
        columns = {
            "unit_id": SQL("line.unit_id"),
            "partner_id": SQL("inspection.partner_id"),
            "res_model": SQL("'pm.inspection'"),
            "res_id": SQL("inspection.id"),
        }
        return [
            *self._prepare_event_selects(
                18,
                "inspection",
                SQL(
                    "%s %s JOIN pm_inspection_template sheet ON sheet.id = inspection.template_id",
                    _TENANCIES,
                    inspections,
                ),
                [(self.env._("Inspected"), SQL("inspection.date"))],
                id=SQL("inspection.id"),
                name=self.env["pm.inspection.template"].sudo()._field_to_sql("sheet", "name"),
                **columns,
            ),
            *self._prepare_event_selects(
                19,
                "fault",
                SQL(
                    "%s %s JOIN pm_inspection_line fault ON fault.inspection_id = inspection.id"
                    " AND fault.verdict = 'fault'",
                    _TENANCIES,
                    inspections,
                ),
                [
                    (self.env._("Fault found"), SQL("inspection.date")),
                    (self.env._("Fault put right"), SQL("fault.rectified_on")),
                ],
                id=SQL("fault.id"),
                name=SQL("concat_ws(': ', fault.name, fault.finding)"),
                **columns,
            ),
        ]

    @api.model
    def _get_paper_selects(self):
        form = self.env["pm.form"].sudo()._field_to_sql("form", "name")
        papers = SQL(
            "%s JOIN pm_document paper ON paper.res_model = 'pm.tenancy'"
            " AND paper.res_id = tenancy.id JOIN pm_form form ON form.id = paper.form_id",
            _TENANCIES,
        )
        columns = {
            "id": SQL("paper.id"),
            "unit_id": SQL("line.unit_id"),
            "name": SQL("concat_ws(' ', %s, paper.name)", form),
            "partner_id": SQL("paper.partner_id"),
            "res_model": SQL("'pm.document'"),
            "res_id": SQL("paper.id"),
        }
        return [
            *self._prepare_event_selects(
                22,
                "paper",
                papers,
                [(self.env._("Paper made"), SQL("paper.date"))],
                user_id=SQL("paper.printed_by_id"),
                **columns,
            ),
            *self._prepare_event_selects(
                23,
                "paper",
                papers,
                [
                    (self.env._("Paper delivered"), SQL("paper.delivered_on")),
                    (self.env._("Receipt back"), SQL("paper.returned_on")),
                ],
                user_id=SQL("paper.delivered_by_id"),
                **columns,
            ),
        ]

    @api.model
    def _get_leasing_selects(self):
        return [
            *self._prepare_event_selects(
                26,
                "listing",
                SQL("FROM pm_listing listing WHERE listing.state <> 'draft'"),
                [
                    (self.env._("Offered by the office"), SQL("listing.valid_from")),
                    (self.env._("Let by the office"), SQL("listing.let_on")),
                ],
                id=SQL("listing.id"),
                unit_id=SQL("listing.unit_id"),
                name=SQL("listing.name"),
                partner_id=SQL("listing.owner_id"),
                user_id=SQL("listing.user_id"),
                res_model=SQL("'pm.listing'"),
                res_id=SQL("listing.id"),
            ),
            *self._prepare_event_selects(
                28,
                "lease_request",
                SQL("FROM pm_lease_request request"),
                [
                    (self.env._("Reserved by earnest money"), SQL("request.earnest_paid_on")),
                    (self.env._("Lease signed"), SQL("request.signed_on")),
                ],
                id=SQL("request.id"),
                unit_id=SQL("request.unit_id"),
                name=SQL("request.name"),
                partner_id=SQL("request.partner_id"),
                user_id=SQL("request.user_id"),
                res_model=SQL("'pm.lease.request'"),
                res_id=SQL("request.id"),
            ),
            *self._prepare_event_selects(
                30,
                "letting",
                SQL("FROM pm_letting_registration letting"),
                [
                    (self.env._("Letting registered"), SQL("letting.registered_on")),
                    (self.env._("Household papers done"), SQL("letting.household_papers_done_on")),
                ],
                id=SQL("letting.id"),
                unit_id=SQL("letting.unit_id"),
                partner_id=SQL("letting.partner_id"),
                user_id=SQL("letting.user_id"),
                res_model=SQL("'pm.letting.registration'"),
                res_id=SQL("letting.id"),
            ),
        ]

    @api.model
    def _get_fitout_selects(self):
        return self._prepare_event_selects(
            64,
            "fitout",
            SQL(
                "FROM pm_fitout_unit_rel part JOIN pm_fitout fitout ON fitout.id = part.fitout_id"
                " JOIN pm_tenancy tenancy ON tenancy.id = fitout.tenancy_id"
                " WHERE fitout.state <> 'cancelled'"
            ),
            [
                (self.env._("Fit-out begins"), SQL("fitout.permit_on")),
                (self.env._("Fit-out completed"), SQL("fitout.date_completed")),
                (
                    self.env._("Fit-out accepted by the fire authority"),
                    SQL("fitout.fire_acceptance_on"),
                ),
                (self.env._("Fit-out accepted"), SQL("fitout.date_accepted")),
            ],
            id=SQL("fitout.id"),
            unit_id=SQL("part.unit_id"),
            name=SQL("fitout.name"),
            partner_id=SQL("tenancy.partner_id"),
            res_model=SQL("'pm.fitout'"),
            res_id=SQL("fitout.id"),
        )

    @api.model
    def _get_patrol_selects(self):
        return self._prepare_event_selects(
            34,
            "patrol",
            SQL(
                "FROM pm_vacant_patrol_line visit"
                " JOIN pm_vacant_patrol patrol ON patrol.id = visit.patrol_id"
                " WHERE patrol.state = 'done'"
            ),
            [(self.env._("Visited on patrol"), SQL("patrol.done_on"))],
            id=SQL("visit.id"),
            unit_id=SQL("visit.unit_id"),
            name=SQL("COALESCE(NULLIF(visit.finding, ''), %s)", self.env._("in order")),
            user_id=SQL("patrol.user_id"),
            res_model=SQL("'pm.vacant.patrol'"),
            res_id=SQL("patrol.id"),
        )

    @api.model
    def _get_parking_selects(self):
        return self._prepare_event_selects(
            36,
            "parking",
            SQL(
                "%s JOIN pm_parking_contract contract ON contract.tenancy_id = tenancy.id"
                " AND contract.state IN ('running', 'ended')",
                _TENANCIES,
            ),
            [
                (self.env._("Parking space from"), SQL("contract.date_start")),
                (self.env._("Parking space until"), SQL("contract.date_end")),
            ],
            id=SQL("contract.id"),
            unit_id=SQL("line.unit_id"),
            name=SQL("contract.name"),
            partner_id=SQL("contract.partner_id"),
            res_model=SQL("'pm.parking.contract'"),
            res_id=SQL("contract.id"),
        )

    @api.model
    def _get_name_plate_selects(self):
        return self._prepare_event_selects(
            38,
            "name_plate",
            SQL("FROM pm_name_plate plate"),
            [
                (self.env._("Name plate made"), SQL("plate.date_made")),
                (self.env._("Name plate removed"), SQL("plate.date_removed")),
            ],
            id=SQL("plate.id"),
            unit_id=SQL("plate.unit_id"),
            name=SQL("plate.name"),
            res_model=SQL("'pm.name.plate'"),
            res_id=SQL("plate.id"),
        )
