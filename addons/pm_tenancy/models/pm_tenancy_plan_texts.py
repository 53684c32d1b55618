from odoo import models

from odoo.addons.pm_base.models.wording import word_day


class PmTenancy(models.Model):
    """What letters and notices say of the move-in plan."""

    _inherit = "pm.tenancy"

    def _get_move_in_plan_blanks(self):
        blanks = super()._get_move_in_plan_blanks()
        plan = self[:1] and self._get_move_in_plan()
        if plan:
            facts = {
                "handling_place": plan.place,
                "handling_period": self._word_plan_period(plan),
                "fallback_date": plan.fallback_date,
                "developer_place": plan.developer_place,
                "enquiry_person": plan.enquiry_name,
                "enquiry_phone": plan.enquiry_phone,
            }
            for name, value in facts.items():
                if value:
                    blanks[name] = (blanks[name][0], value)
        return blanks

    def _get_schedule_rows(self):
        plan = self._get_move_in_plan()
        slots = plan and plan._get_slots(self.line_ids.unit_id).filtered("date")
        if not slots:
            return super()._get_schedule_rows()
        return [
            (word_day(self.env, slot.date), slot._word_time(), slot.unit_id.code) for slot in slots
        ]

    def _word_plan_period(self, plan):
        """Return the time at which these units come; without a schedule, the period of the plan."""
        slots = plan._get_slots(self.line_ids.unit_id).filtered("date")
        if slots:
            return "；".join(
                f"{word_day(self.env, slot.date)} {slot._word_time()}".strip() for slot in slots
            )
        days = (word_day(self.env, day) for day in (plan.date_start, plan.date_end))
        return " – ".join(days)
