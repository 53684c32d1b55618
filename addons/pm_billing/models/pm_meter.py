from odoo import api, models
from odoo.tools import SQL


class PmMeter(models.Model):
    _inherit = "pm.meter"

    def write(self, vals):
        result = super().write(vals)
        if not {"multiplier", "digits", "base_value"}.isdisjoint(vals):
            self.reading_ids._reopen_runs()
        return result

    @api.model
    def _get_due_select(self):
        """Return the buildings whose meters are still to be read this month, from a week before
        the day on which the readings are with the fee office (BIL-020)."""
        dues = self.env["pm.due"]
        return dues._prepare_due_select(
            47,
            "meter_round",
            SQL(
                """
                FROM pm_building building
                JOIN pm_site office ON office.id = building.site_id
          CROSS JOIN LATERAL (SELECT date_trunc('month', %(today)s)::date AS first) month
          CROSS JOIN LATERAL (
                SELECT LEAST(
                           month.first + office.read_cutoff_day,
                           (month.first + interval '1 month')::date
                       ) - 1 AS due,
                       (
                           SELECT count(*) FROM pm_meter meter
                            WHERE meter.building_id = building.id AND meter.active
                              AND (meter.date_last IS NULL OR meter.date_last < month.first)
                       ) AS unread
                ) sheet
               WHERE sheet.unread > 0 AND %(today)s >= sheet.due - 7
                 AND EXISTS (
                     SELECT FROM pm_fee fee
                      WHERE fee.site_id = office.id AND fee.basis = 'meter' AND fee.active
                 )
                """,
                today=dues._get_today_sql(),
            ),
            id=SQL("building.id"),
            name=SQL("%s || ': ' || sheet.unread", self.env._("Meters to be read")),
            res_model=SQL("'pm.building'"),
            res_id=SQL("building.id"),
            site_id=SQL("building.site_id"),
            department_id=dues._get_department_sql("engineering"),
            due_date=SQL("sheet.due"),
        )

    @api.model
    def _open_round(self, building_id):
        """Return the action that opens the sheet of a reading round in a building."""
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_tenancy.pm_meter_round_action")
        return {
            **action,
            "context": {"default_building_id": building_id, "default_meter_kind": False},
        }
