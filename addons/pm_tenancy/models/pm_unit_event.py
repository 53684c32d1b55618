from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# The sign before each kind of event; an addon that adds a kind may add its own.
ICONS = {
    "ownership": "fa-home",
    "tenancy": "fa-users",
    "term": "fa-refresh",
    "step": "fa-check-square-o",
    "key": "fa-key",
    "reading": "fa-tachometer",
    "inspection": "fa-search",
    "fault": "fa-wrench",
    "paper": "fa-file-text-o",
    "fitout": "fa-paint-brush",
    "listing": "fa-bullhorn",
    "lease_request": "fa-handshake-o",
    "letting": "fa-id-card-o",
    "patrol": "fa-shield",
    "parking": "fa-car",
    "name_plate": "fa-tag",
}
# SQL type of each column that a source may give, besides its own `id`.
_COLUMNS = {
    "unit_id": "integer",
    "date": "date",
    "name": "varchar",
    "partner_id": "integer",
    "user_id": "integer",
    "res_model": "varchar",
    "res_id": "integer",
}


class PmUnitEvent(models.Model):
    """The life of a unit: every event with a day, whichever model it is kept in.

    Like the due list it is no view in the database but a query, put together from the sources of
    the addons installed when it is read. PostgreSQL looks for one unit in each source by itself.
    """

    _name = "pm.unit.event"
    _description = "Event of a Unit"
    _auto = False
    _order = "date desc, id desc"
    _depends = {"pm.site": ["tz"], "pm.unit": ["building_id", "company_id", "site_id"]}

    name = fields.Char(string="What Happened", readonly=True)
    kind = fields.Selection(
        [
            ("ownership", "Ownership"),
            ("tenancy", "Tenancy"),
            ("term", "Renewal"),
            ("step", "Procedure"),
            ("key", "Keys"),
            ("reading", "Meter Reading"),
            ("inspection", "Inspection"),
            ("fault", "Fault"),
            ("paper", "Paper"),
            ("fitout", "Fit-out"),
            ("listing", "Mandate to Let"),
            ("lease_request", "Reservation"),
            ("letting", "Residential Letting"),
            ("patrol", "Patrol"),
            ("parking", "Parking"),
            ("name_plate", "Name Plate"),
        ],
        readonly=True,
    )
    icon = fields.Html(compute="_compute_icon", sanitize=False)
    date = fields.Date(readonly=True)
    unit_id = fields.Many2one("pm.unit", readonly=True)
    building_id = fields.Many2one("pm.building", readonly=True)
    site_id = fields.Many2one("pm.site", string="Management Office", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Counterparty", readonly=True)
    user_id = fields.Many2one("res.users", string="Handled By", readonly=True)
    res_model = fields.Char(string="Record Model", readonly=True)
    res_id = fields.Many2oneReference(string="Record ID", model_field="res_model", readonly=True)

    @property
    def _table_query(self):
        """The sources side by side."""
        return SQL(
            """
            SELECT source.id, source.kind, source.unit_id, source.date, source.name,
                   source.partner_id, source.user_id, source.res_model, source.res_id,
                   unit.building_id, unit.site_id, unit.company_id
              FROM (%s) source
              JOIN pm_unit unit ON unit.id = source.unit_id
             WHERE source.date IS NOT NULL
            """,
            SQL(" UNION ALL ").join(self._get_event_selects()),
        )

    @api.depends("kind")
    def _compute_icon(self):
        for event in self:
            event.icon = Markup('<i class="fa fa-fw %s"></i>') % ICONS.get(event.kind, "fa-circle")

    def action_open(self):
        """Open the record that the event is noted on."""
        self.ensure_one()
        if not self.res_model or self.res_model not in self.env:
            raise UserError(self.env._("%(name)s has no record to open.", name=self.name))
        return self.env[self.res_model].browse(self.res_id).get_formview_action()

    @api.model
    def _get_event_selects(self):
        """Return the sources as SQL, made by `_prepare_event_selects`. Addons add theirs."""
        return []

    @api.model
    def _prepare_event_selects(self, number, kind, tables, days, **columns):
        """Return one SELECT for each day that a source knows of.

        `number` is that of the first one; the README keeps the numbers, which make the ids of the
        list unique and lasting. `kind` is a value of the field. `tables` is the SQL from FROM on.
        `days` lists (what happened in words, SQL of the day). `columns` gives the SQL of `id` and
        `unit_id`, and may give `name` (what the words leave out), `partner_id`, `user_id`,
        `res_model` and `res_id`. To be found by unit at once, the source has an index that leads
        from the unit to its rows.
        """
        row_id, detail = columns.pop("id"), columns.pop("name", SQL("NULL"))
        unknown = columns.keys() - _COLUMNS.keys()
        if unknown:
            raise ValueError(f"The events of a unit have no columns {', '.join(sorted(unknown))}")
        selects = []
        for place, (words, day) in enumerate(days):
            values = {**columns, "date": day}
            values["name"] = SQL("concat_ws(' · ', %s, NULLIF(%s, ''))", words, detail)
            selects.append(
                SQL(
                    # A row may stand for several units: both make the id, within 53 bits.
                    "SELECT ((%s)::bigint * 1048576 + %s) * 128 + %s AS id, %s::varchar AS kind, "
                    "%s %s",
                    row_id,
                    columns["unit_id"],
                    number + place,
                    kind,
                    SQL(", ").join(
                        SQL("(%s)::%s AS %s", values.get(name, SQL("NULL")), SQL(kind_), SQL(name))
                        for name, kind_ in _COLUMNS.items()
                    ),
                    tables,
                )
            )
        return selects

    @api.model
    def _get_local_day(self, column):
        """Return the SQL of the day of a moment at the office of the alias `office`."""
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE office.tz)::date", SQL(column))


class PmUnit(models.Model):
    _inherit = "pm.unit"

    def action_view_events(self):
        """Open the life of these units."""
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_tenancy.pm_unit_event_action")
        return {**action, "domain": [("unit_id", "in", self.ids)]}

    def _get_events_by_year(self):
        """Return [(year, events)] of a unit, the latest first, as its dossier prints them."""
        self.ensure_one()
        events = self.env["pm.unit.event"].search([("unit_id", "=", self.id)])
        return list(events.grouped(lambda event: event.date.year).items())

    def _pm_get_print_site(self):
        return self.site_id


class PmTenancy(models.Model):
    _inherit = "pm.tenancy"

    def action_view_events(self):
        return self.line_ids.unit_id.action_view_events()
