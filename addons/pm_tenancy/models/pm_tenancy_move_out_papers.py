from odoo import models

from ..tools import moving


class PmTenancy(models.Model):
    """What the papers of the move-out say (F-TEN-63, 82, 83)."""

    _inherit = "pm.tenancy"

    def _get_planned_removal(self):
        """Return the removal out that is agreed, or has taken place: the last one."""
        self.ensure_one()
        return self.removal_ids.filtered(
            lambda removal: removal.direction == "out" and removal.state != "cancelled"
        ).sorted("planned_at")[-1:]

    def _get_reading_rows(self):
        """Return a row for each meter read at the move-out; empty to fill by hand before."""
        self.ensure_one()
        readings = self._get_final_readings()
        meters = readings.meter_id | self.line_ids.unit_id._get_handover_meters()
        kinds = dict(meters._fields["kind"]._description_selection(self.env))
        rows = []
        for meter in meters:
            reading = readings.filtered(lambda one, meter=meter: one.meter_id == meter)[:1]
            base = reading.previous_value if reading else meter.last_value
            rows.append(
                {
                    "kind": kinds[meter.kind],
                    "meter_no": meter.meter_no,
                    "base": meter._format_value(base),
                    "final": meter._format_value(reading.value) if reading else "",
                    "use": meter._format_value(reading.consumption) if reading else "",
                    "uom": meter.uom,
                    "date": reading.date,
                    "reader": reading.reader_id.sudo().name or "",
                }
            )
        return rows

    def _get_readings_signer(self):
        signed = self._get_final_readings().filtered("is_signed")
        return ", ".join(dict.fromkeys(filter(None, signed.mapped("confirmed_by"))))

    def _get_returned_rows(self):
        """Return a row for each key and pass: those back with their facts, the others empty."""
        self.ensure_one()
        conditions = dict(self.env["pm.loan"]._fields["condition"]._description_selection(self.env))
        loans = self.loan_ids.filtered(lambda loan: loan.item_kind == "key").sorted("item_name")
        keys = [
            {
                "name": loan.key_id.name,
                "number": loan.key_id.code,
                "condition": conditions.get(loan.condition, "")
                if loan.condition in ("damaged", "lost")
                else "",
                "returned_by": loan.returned_by or "",
                "received_by": loan.received_by_id.sudo().name or "",
                "date": loan.returned_at and self.site_id._to_local(loan.returned_at).date(),
            }
            for loan in loans
        ]
        passes = [
            {
                "name": self.env._("Access pass of %(person)s", person=person.name),
                "number": person.pass_no,
                "condition": "",
                "returned_by": "",
                "received_by": "",
                "date": person.date_left,
            }
            for person in self.staff_ids.filtered("pass_no")
        ]
        return keys + passes

    def _word_key_department(self):
        """Return who takes the keys back at the building (CON-31)."""
        building = self.line_ids.unit_id.building_id[:1]
        return dict(building._fields["key_return_role"]._description_selection(self.env)).get(
            building.key_return_role
        )

    def _word_moving_rule(self):
        """Return when removals are allowed, in words."""
        self.ensure_one()
        if self.line_ids.unit_id.building_id[:1].moving_window == "agreed":
            return self.env._("at the time agreed with the office.")
        return self.env._(
            "working days from %(hour)s on, days off all day.",
            hour=moving.word_hour(self.site_id.moving_after_hour),
        )
