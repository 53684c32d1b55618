from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

# Rows of each part of the board; the rest is one click away.
_ROWS = 40
_CHART_DAYS = 14


class PmDue(models.Model):
    _inherit = "pm.due"

    @api.model
    def get_today_board(self, site_id=None, scope=None):
        """Return everything the *Today* board shows, ready to be drawn.

        `site_id` is an office of the user, 0 for all of them, or None for the one proposed to him.
        `scope` is mine, department or all; None stands for all to a leader, who answers for the
        office, and for department to the others.
        """
        scope = scope or self._get_default_scope()
        offices = self.env["pm.site"].search([("company_id", "in", self.env.companies.ids)])
        sites = self._get_board_sites(offices, site_id)
        today = sites[:1]._today() if sites else fields.Date.context_today(self)
        domain = Domain("site_id", "in", sites.ids) & self._get_scope_domain(scope)
        last_day = today + timedelta(days=_CHART_DAYS - 1)
        counts = self._read_group(
            domain & Domain("due_date", "<=", last_day),
            ["stage", "due_date:day"],
            ["__count", "user_id:count"],
        )
        return {
            "date": format_date(self.env, today)
            + " "
            + format_date(self.env, today, date_format="EEEE"),
            "sites": [{"id": site.id, "name": site.name} for site in offices],
            "site_id": sites.id if len(sites) == 1 else 0,
            "scope": scope,
            "tiles": self._get_due_tiles(domain, counts) + self._get_board_tiles(sites, today),
            "chart": self._get_board_chart(domain, counts, today),
            "groups": self._get_board_groups(domain, counts),
        }

    @api.model
    def _get_board_sites(self, offices, site_id):
        if site_id is None:
            return self.env["pm.site"]._get_default_site() or offices
        return offices.filtered(lambda site: site.id == site_id) or offices

    @api.model
    def _get_default_scope(self):
        leads = self.env.user.has_group("pm_base.group_pm_leader")
        return "all" if leads else "department"

    @api.model
    def _get_scope_domain(self, scope):
        """Return what is due to the user himself, to his departments too, or to everybody."""
        mine = Domain("user_id", "=", self.env.uid)
        if scope == "mine":
            return mine
        if scope == "department":
            # A user may not open personnel files, but he may know where he works.
            departments = self.env.user.sudo().employee_ids.department_id
            return mine | Domain("department_id", "child_of", departments.ids)
        return Domain.TRUE

    @api.model
    def _get_due_tiles(self, domain, counts):
        labels = dict(self._fields["stage"]._description_selection(self.env))
        tiles = [
            {
                "key": stage,
                "label": labels[stage],
                "value": sum(count for found, _day, count, _users in counts if found == stage),
                "warn": stage == "late",
                "domain": list(domain & Domain("stage", "=", stage)),
            }
            for stage in ("late", "today", "week")
        ]
        near = [row for row in counts if row[0] != "later"]
        tiles.append(
            {
                "key": "nobody",
                "label": self.env._("Without a Person"),
                "value": sum(count - users for _stage, _day, count, users in near),
                "warn": False,
                "domain": list(
                    domain & Domain("stage", "!=", "later") & Domain("user_id", "=", False)
                ),
            }
        )
        return tiles

    @api.model
    def _get_board_tiles(self, sites, today):
        """Return more tiles of the board for these offices; addons add theirs.

        A tile is a dict with a unique `key`, `label`, `value`, perhaps `warn`, and where it leads:
        `action` (an XML id, with `context`), or `model` and `domain`.
        """
        return []

    @api.model
    def _get_board_chart(self, domain, counts, today):
        """Return one bar for what is late and one for each of the next 14 days."""
        late = sum(count for stage, _day, count, _users in counts if stage == "late")
        bars = [
            {
                "label": dict(self._fields["stage"]._description_selection(self.env))["late"],
                "value": late,
                "late": True,
                "domain": list(domain & Domain("stage", "=", "late")),
            }
        ]
        by_day = {}
        for stage, day, count, _users in counts:
            if stage != "late":
                by_day[day] = by_day.get(day, 0) + count
        for offset in range(_CHART_DAYS):
            day = today + timedelta(days=offset)
            bars.append(
                {
                    "label": f"{day.month}-{day.day}",
                    "value": by_day.get(day, 0),
                    "late": False,
                    "domain": list(
                        domain
                        & Domain("stage", "!=", "late")
                        & Domain("due_date", "=", fields.Date.to_string(day))
                    ),
                }
            )
        return bars

    @api.model
    def _get_board_groups(self, domain, counts):
        labels = dict(self._fields["stage"]._description_selection(self.env))
        groups = []
        for stage in ("late", "today", "week"):
            total = sum(count for found, _day, count, _users in counts if found == stage)
            if not total:
                continue
            inside = domain & Domain("stage", "=", stage)
            groups.append(
                {
                    "key": stage,
                    "label": labels[stage],
                    "total": total,
                    "domain": list(inside),
                    "dues": self.search_fetch(
                        inside,
                        [name for name in self._fields if name != "record_name"],
                        limit=_ROWS,
                    ),
                }
            )
        # One batch for all rows, so that names cost a query for each model and not for each part.
        everything = self.browse([due_id for group in groups for due_id in group["dues"].ids])
        everything.mapped("record_name")
        for group in groups:
            group["rows"] = [due._prepare_board_row() for due in group.pop("dues")]
        return groups

    def _prepare_board_row(self):
        self.ensure_one()
        due = self.sudo()  # the row is the user's to see, and so are the names on it
        return {
            "id": due.id,
            "name": due.name or "",
            "kind": dict(self._fields["kind"]._description_selection(self.env)).get(due.kind, ""),
            "record": self.record_name if self.record_name != due.name else "",
            "res_model": due.res_model,
            "res_id": due.res_id,
            "office": due.site_id.name,
            "place": due.place or "",
            "party": due.partner_id.name or "",
            "department": due.department_id.name or "",
            "person": due.user_id.name or "",
            "due": due._format_due(),
            "late_days": due.late_days,
        }
