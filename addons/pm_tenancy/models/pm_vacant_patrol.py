from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import SQL

from .pm_unit_leasing import EMPTY_UNITS

_PATROL = "pm_tenancy.mail_activity_vacant_patrol"
_CHECKS = ("doors_locked", "windows_locked", "floor_clean")


class PmVacantPatrol(models.Model):
    _name = "pm.vacant.patrol"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "pm.printable.mixin",
        "pm.site.mixin",
        "pm.state.mixin",
    ]
    _description = "Patrol of Vacant Units"
    _order = "date desc, building_id"
    _NOTED = frozenset({"done_on"})

    _TRANSITIONS = {"open": {"done"}, "done": {"open"}}

    building_id = fields.Many2one(
        "pm.building", required=True, index=True, ondelete="restrict", check_company=True
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    user_id = fields.Many2one("res.users", string="Leasing Officer", tracking=True)
    line_ids = fields.One2many("pm.vacant.patrol.line", "patrol_id", string="Units")
    unit_count = fields.Integer(string="Vacant Units", compute="_compute_unit_count")
    finding_count = fields.Integer(string="Findings", compute="_compute_unit_count")
    done_on = fields.Date(readonly=True, copy=False, tracking=True)
    note = fields.Text()
    state = fields.Selection(
        [("open", "To Do"), ("done", "Done")],
        default="open",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )

    _once_a_day = models.Constraint(
        "UNIQUE (site_id, building_id, date)",
        "The vacant units of this building have a patrol on that day already.",
    )

    @api.depends("line_ids.has_finding")
    def _compute_unit_count(self):
        for patrol in self:
            patrol.unit_count = len(patrol.line_ids)
            patrol.finding_count = len(patrol.line_ids.filtered("has_finding"))

    @api.depends("building_id.name", "date")
    def _compute_display_name(self):
        for patrol in self:
            patrol.display_name = f"{patrol.building_id.name or ''} {patrol.date or ''}".strip()

    @api.constrains("building_id", "site_id")
    def _check_building(self):
        for patrol in self:
            if patrol.building_id.site_id != patrol.site_id:
                raise ValidationError(
                    self.env._(
                        "%(building)s does not belong to %(site)s.",
                        building=patrol.building_id.name,
                        site=patrol.site_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        patrols = super().create(vals_list)
        for patrol in patrols:
            if not patrol.line_ids:
                patrol.action_fill()
        return patrols

    def write(self, vals):
        if "line_ids" in vals:
            self._check_not_done()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        self._check_not_done()

    def action_fill(self):
        """List the units that are vacant now and not listed yet."""
        for patrol in self:
            units = self.env["pm.unit"].search(
                Domain("building_id", "=", patrol.building_id.id)
                & Domain("id", "not in", patrol.line_ids.unit_id.ids)
                & EMPTY_UNITS
            )
            patrol.line_ids = [Command.create({"unit_id": unit.id}) for unit in units]

    def action_tick_all(self):
        """Tick what was not found at fault: locked and clean."""
        self._check_not_done()
        fine = self.line_ids.filtered(lambda line: not line.finding)
        fine.write(dict.fromkeys(_CHECKS, True))

    def action_done(self):
        """Finish the patrol; the supervisor hears of what was found."""
        for patrol in self:
            patrol._check_visited()
            patrol._write_noted({"state": "done", "done_on": patrol.site_id._today()})
            patrol.sudo().activity_feedback([_PATROL])  # it may be a colleague's
            patrol.line_ids.filtered("has_finding")._report_finding()

    def action_reopen(self):
        """Take the patrol back, to correct it."""
        self._write_noted({"state": "open", "done_on": False})

    @api.model
    def _cron_start_patrols(self):
        """Begin the patrols that are due, at every office; safe when run twice or late."""
        self.env["pm.site"].search([])._do_daily(self._start_patrols)

    @api.model
    def _start_patrols(self, site, today):
        """Begin one patrol for each building with vacant units whose last one is a week ago.

        A server that slept begins one patrol, not one for every week missed, and keeps to the
        day of the week.
        """
        every = site.vacant_patrol_days
        buildings = self.env["pm.unit"]._read_group(
            Domain("site_id", "=", site.id) & EMPTY_UNITS, ["building_id"]
        )
        last_days = dict(
            self._read_group(Domain("site_id", "=", site.id), ["building_id"], ["date:max"])
        )
        for (building,) in buildings:
            last, day = last_days.get(building), today
            if last:
                if (today - last).days < every:
                    continue
                day = last + timedelta(days=(today - last).days // every * every)
            users = building.leasing_user_id & site.user_ids or site._get_leasing_users()
            patrol = self.create(
                {
                    "site_id": site.id,
                    "building_id": building.id,
                    "date": day,
                    "user_id": users[:1].id,
                }
            )
            own = patrol.with_context(lang=users[:1].lang)
            own.activity_schedule(
                _PATROL,
                day,
                summary=own.env._("Patrol the vacant units"),
                user_id=users[:1].id,
            )

    def _check_visited(self):
        """Every unit was either found in order or has a finding; one let meanwhile is left out."""
        untouched = self.line_ids.filtered(
            lambda line: not line.finding and not all(line[name] for name in _CHECKS)
        )
        taken = untouched.filtered(
            lambda line: (
                not line.unit_id.filtered_domain(EMPTY_UNITS)
                and not any(line[name] for name in _CHECKS)
            )
        )
        missing = untouched - taken
        if missing:
            raise UserError(
                self.env._(
                    "Tick doors, windows and floor of these units, or write what was found: "
                    "%(units)s.",
                    units=", ".join(missing.unit_id.mapped("code")),
                )
            )
        taken.unlink()

    def _check_not_done(self):
        for patrol in self:
            if patrol.state == "done":
                raise UserError(
                    self.env._(
                        "The patrol %(patrol)s is done. Reopen it to correct it.",
                        patrol=patrol.display_name,
                    )
                )

    @api.model
    def _get_due_select(self):
        """Return the patrols to be done, for the due list."""
        return self.env["pm.due"]._prepare_due_select(
            28,
            "patrol",
            SQL(
                """
                FROM pm_vacant_patrol patrol
                JOIN pm_building building ON building.id = patrol.building_id
               WHERE patrol.state = 'open'
                """
            ),
            id=SQL("patrol.id"),
            name=SQL("%s", self.env._("Patrol the vacant units")),
            res_model=SQL("'pm.vacant.patrol'"),
            res_id=SQL("patrol.id"),
            site_id=SQL("patrol.site_id"),
            place=SQL("building.name"),
            user_id=SQL("patrol.user_id"),
            due_date=SQL("patrol.date"),
        )


class PmVacantPatrolLine(models.Model):
    _name = "pm.vacant.patrol.line"
    _inherit = "pm.part.mixin"
    _description = "Vacant Unit on a Patrol"
    _order = "patrol_id desc, unit_id"
    _rec_name = "unit_id"
    _check_company_auto = True
    _part_of = "patrol_id"

    patrol_id = fields.Many2one("pm.vacant.patrol", required=True, ondelete="cascade", index=True)
    site_id = fields.Many2one(related="patrol_id.site_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(related="patrol_id.company_id", store=True, precompute=True)
    date = fields.Date(related="patrol_id.date")
    unit_id = fields.Many2one(
        "pm.unit", required=True, ondelete="cascade", index=True, check_company=True
    )
    doors_locked = fields.Boolean()
    windows_locked = fields.Boolean()
    floor_clean = fields.Boolean()
    finding = fields.Char()
    has_finding = fields.Boolean(compute="_compute_has_finding", store=True)

    _once = models.Constraint(
        "UNIQUE (patrol_id, unit_id)", "The unit is on the list of this patrol already."
    )

    @api.depends("finding")
    def _compute_has_finding(self):
        for line in self:
            line.has_finding = bool((line.finding or "").strip())

    @api.constrains("unit_id", "patrol_id")
    def _check_unit(self):
        for line in self:
            if line.unit_id.building_id != line.patrol_id.building_id:
                raise ValidationError(
                    self.env._(
                        "Unit %(unit)s is not in %(building)s.",
                        unit=line.unit_id.code,
                        building=line.patrol_id.building_id.name,
                    )
                )

    def _check_whole(self):
        self.patrol_id._check_not_done()

    def _report_finding(self):
        """Give each finding to the supervisors, on the unit."""
        for line in self:
            for user in line.site_id._get_post_users("pm_base.group_pm_supervisor"):
                # The leasing officer may only read units.
                unit_sudo = line.unit_id.sudo().with_context(lang=user.lang)
                unit_sudo.activity_schedule(
                    "mail.mail_activity_data_todo",
                    line.patrol_id.done_on,
                    summary=unit_sudo.env._(
                        "Found on the patrol: %(finding)s", finding=line.finding
                    ),
                    user_id=user.id,
                )
