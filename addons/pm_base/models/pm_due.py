from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date, format_datetime

# SQL type of each column that a source may give, besides its own `id`.
_COLUMNS = {
    "name": "varchar",
    "res_model": "varchar",
    "res_id": "integer",
    "site_id": "integer",
    "place": "varchar",
    "partner_id": "integer",
    "department_id": "integer",
    "user_id": "integer",
    "due_at": "timestamp",
    "due_date": "date",
}


class PmDue(models.Model):
    """Everything with a deadline, one row each, whichever addon it comes from.

    There is no view in the database: the rows are a query put together when they are read, so an
    addon that is installed or removed brings or takes its rows with it.
    """

    _name = "pm.due"
    _description = "Due List"
    _auto = False
    _order = "due_at, id"
    # What the sources read; an addon that adds a source adds its tables here.
    _depends = {
        "hr.department": ["active", "company_id", "pm_role", "site_id"],
        "mail.activity": [
            "active",
            "activity_type_id",
            "automated",
            "date_deadline",
            "res_id",
            "res_model",
            "summary",
            "user_id",
        ],
        "mail.activity.type": ["name"],
        "pm.document": [
            "delivered_by_id",
            "delivered_on",
            "form_id",
            "outcome",
            "partner_id",
            "site_id",
            "state",
            "subject",
        ],
        "pm.form": ["name", "needs_return"],
        "pm.site": ["company_id", "receipt_days", "tz"],
    }

    name = fields.Char(string="What", readonly=True)
    kind = fields.Selection(
        [("activity", "Planned Activity"), ("receipt", "Receipt to Come Back")], readonly=True
    )
    res_model = fields.Char(string="Record Model", readonly=True)
    res_id = fields.Many2oneReference(string="Record ID", model_field="res_model", readonly=True)
    record_name = fields.Char(string="Record", compute="_compute_record_name")
    site_id = fields.Many2one("pm.site", string="Management Office", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    place = fields.Char(readonly=True, help="Where it is, such as the unit.")
    partner_id = fields.Many2one("res.partner", string="Party", readonly=True)
    department_id = fields.Many2one("hr.department", readonly=True)
    user_id = fields.Many2one("res.users", string="Person", readonly=True)
    due_at = fields.Datetime(
        readonly=True, help="The last second of the day where only the day is fixed."
    )
    due_date = fields.Date(readonly=True, help="The day on the office's clock.")
    has_time = fields.Boolean(readonly=True, help="The hour counts, not only the day.")
    is_late = fields.Boolean(string="Late", readonly=True)
    late_days = fields.Integer(string="Days Late", readonly=True, aggregator=None)
    stage = fields.Selection(
        [("late", "Late"), ("today", "Today"), ("week", "Next 7 Days"), ("later", "Later")],
        string="When",
        readonly=True,
    )

    @property
    def _table_query(self):
        """The sources side by side, each deadline judged on the clock of its office."""
        return SQL(
            """
            SELECT source.id, source.name, source.kind, source.res_model, source.res_id,
                   source.site_id, site.company_id, source.place, source.partner_id,
                   source.department_id, source.user_id, moment.due_at, moment.due_date,
                   moment.local_time IS NOT NULL AS has_time,
                   moment.due_at < %(now)s AS is_late,
                   GREATEST(moment.today - moment.due_date, 0) AS late_days,
                   CASE WHEN moment.due_at < %(now)s THEN 'late'
                        WHEN moment.due_date = moment.today THEN 'today'
                        WHEN moment.due_date <= moment.today + 7 THEN 'week'
                        ELSE 'later'
                   END AS stage
              FROM (%(sources)s) source
              JOIN pm_site site ON site.id = source.site_id
        CROSS JOIN LATERAL (
                SELECT COALESCE(
                           source.due_at,
                           (source.due_date + time '23:59:59')
                               AT TIME ZONE site.tz AT TIME ZONE 'UTC'
                       ) AS due_at,
                       COALESCE(
                           (source.due_at AT TIME ZONE 'UTC' AT TIME ZONE site.tz)::date,
                           source.due_date
                       ) AS due_date,
                       NULLIF(
                           (source.due_at AT TIME ZONE 'UTC' AT TIME ZONE site.tz)::time,
                           time '23:59:59'
                       ) AS local_time,
                       (%(now)s AT TIME ZONE 'UTC' AT TIME ZONE site.tz)::date AS today
                   ) moment
             WHERE moment.due_at IS NOT NULL
               AND (source.kind = 'step' OR source.res_model = ANY(%(models)s))
            """,
            now=SQL("%s::timestamp", fields.Datetime.now()),
            # A step is its department's, whatever it may read; other rows tell of the record.
            models=self._get_readable_models(),
            sources=SQL(" UNION ALL ").join(self._get_due_selects()),
        )

    @api.model
    def _get_readable_models(self):
        """Return the names of the models whose records the user may know of."""
        if self.env.su:
            return list(self.env.registry)
        return sorted(self.env["ir.model.access"]._get_allowed_models("read"))

    @api.depends("res_model", "res_id")
    @api.depends_context("uid", "lang")
    def _compute_record_name(self):
        """The name of each record in the user's language; empty where he may not read it."""
        names = {}
        for model, dues in self.grouped("res_model").items():
            if model in self.env:
                records = self.env[model].browse(dict.fromkeys(dues.mapped("res_id")))
                for record in records._filtered_access("read"):
                    names[model, record.id] = record.display_name
        for due in self:
            due.record_name = names.get((due.res_model, due.res_id), "")

    @api.depends("name", "record_name")
    def _compute_display_name(self):
        for due in self:
            due.display_name = " · ".join(filter(None, (due.name, due.record_name)))

    def action_open(self):
        """Open what is due."""
        self.ensure_one()
        if self.res_model not in self.env:
            raise UserError(self.env._("%(name)s can no longer be opened.", name=self.name))
        return self.env[self.res_model].browse(self.res_id).get_formview_action()

    @api.model
    def _get_due_selects(self):
        """Return the sources as SQL, each made by `_prepare_due_select`. Addons add theirs."""
        return [
            self.env["pm.document"]._get_due_select(),
            *(self._get_activity_select(model) for model in self._get_activity_models()),
        ]

    @api.model
    def _prepare_due_select(self, number, kind, tables, **columns):
        """Return the SELECT of one source.

        `number` is below 1,000 and belongs to this source alone: it makes the ids of the list
        unique and lasting (the README keeps the numbers). `kind` is a value of the field. `tables`
        is the SQL from FROM on, with the WHERE that leaves open matters only. `columns` gives the
        SQL of `id`, `name`, `res_model`, `res_id`, `site_id` and either `due_at` (UTC) or
        `due_date` (the whole day), and may give `place`, `partner_id`, `department_id` and
        `user_id`.
        """
        row_id = columns.pop("id")
        unknown = columns.keys() - _COLUMNS.keys()
        if unknown:
            raise ValueError(f"The due list has no columns {', '.join(sorted(unknown))}")
        return SQL(
            "SELECT (%s)::bigint * 1000 + %s AS id, %s::varchar AS kind, %s %s",
            row_id,
            number,
            kind,
            SQL(", ").join(
                SQL("(%s)::%s AS %s", columns.get(name, SQL("NULL")), SQL(sql_type), SQL(name))
                for name, sql_type in _COLUMNS.items()
            ),
            tables,
        )

    @api.model
    def _get_department_sql(self, role):
        """Return the SQL of the department with that role at the office of the alias `office`.

        The same as `site._get_department`; `role` is a value or the SQL of a column.
        """
        return SQL(
            """
            (SELECT known.id FROM hr_department known
              WHERE known.pm_role = %s AND known.active
                AND (known.site_id IS NULL OR known.site_id = office.id)
                AND (known.company_id IS NULL OR known.company_id = office.company_id)
           ORDER BY known.site_id IS NULL, known.id LIMIT 1)
            """,
            role,
        )

    @api.model
    def _get_today_sql(self):
        """Return the SQL of today at the office of the alias `office`."""
        return SQL(
            "(%s::timestamp AT TIME ZONE 'UTC' AT TIME ZONE office.tz)::date", fields.Datetime.now()
        )

    @api.model
    def _get_activity_select(self, model):
        """Return the activities that people planned on the records of a model.

        What the system plans by itself announces a deadline that has a source of its own.
        """
        return self._prepare_due_select(
            0,
            "activity",
            SQL(
                """
                FROM mail_activity activity
                JOIN mail_activity_type type ON type.id = activity.activity_type_id
                JOIN %s record ON record.id = activity.res_id
               WHERE activity.res_model = %s AND activity.active
                 AND activity.automated IS NOT TRUE
                """,
                SQL.identifier(model._table),
                model._name,
            ),
            id=SQL("activity.id"),
            name=SQL(
                "COALESCE(NULLIF(activity.summary, ''), %s)",
                self.env["mail.activity.type"].sudo()._field_to_sql("type", "name"),
            ),
            res_model=SQL("activity.res_model"),
            res_id=SQL("activity.res_id"),
            site_id=model.sudo()._field_to_sql("record", "site_id"),
            user_id=SQL("activity.user_id"),
            due_date=SQL("activity.date_deadline"),
        )

    @api.model
    def _get_activity_models(self):
        """Return the models whose records belong to an office and carry activities."""
        found = []
        for name in sorted(self.env.registry):
            model = self.env[name]
            site = model._fields.get("site_id")
            if (
                model._auto
                and not model._abstract
                and not model._transient
                and "activity_ids" in model._fields
                and site
                and site.comodel_name == "pm.site"
                and site.column_type
                and site.store
            ):
                found.append(model)
        return found

    def _format_due(self):
        """Return day, weekday and, only where it counts, hour on the office's clock."""
        self.ensure_one()
        parts = [
            format_date(self.env, self.due_date),
            format_date(self.env, self.due_date, date_format="EEE"),
        ]
        if self.has_time:
            parts.append(
                format_datetime(self.env, self.due_at, tz=self.site_id.tz, dt_format="HH:mm")
            )
        return " ".join(parts)
