from odoo import api, models

from odoo.addons.pm_base.models.wording import word_day
from odoo.addons.pm_base.tools.letter_text import fill_blanks

from ..models.wording import word_amount, word_month
from ..tools.capitals import to_capitals


class ReportPmDunningReminder(models.AbstractModel):
    _name = "report.pm_billing.report_pm_dunning_reminder"
    _description = "Payment Reminder"

    @api.model
    def _get_report_values(self, docids, data=None):
        actions = self.env["pm.dunning.action"].browse(docids)
        return {
            "doc_ids": docids,
            "doc_model": "pm.dunning.action",
            "docs": actions,
            "notices": self._prepare_notices(actions),
        }

    def _prepare_notices(self, actions):
        papers = self.env["pm.document"]._get_papers(
            actions.step_id.report_id.pm_form_id[:1], actions._name, actions.ids
        )
        return {
            action.id: self._prepare_notice(action, papers.get(action.id)) for action in actions
        }

    def _prepare_notice(self, action, paper):
        """Return what a reminder or letter says, worded in the language of its office."""
        local = action.with_context(lang=action.site_id.print_lang)
        env, site, tenancy = local.env, local.site_id, local.tenancy_id
        account, is_to_owner = site.payee_bank_id, local.action == "owner_letter"
        notice = {
            "units": ", ".join(sorted(local.unit_ids.mapped("code"))) or tenancy.unit_codes or "",
            "occupant": tenancy.partner_id.name,
            "owner": (local.recipient_id if is_to_owner else tenancy.owner_id).name or "",
            "months": local.months,
            "amount": word_amount(env, local.amount),
            "capitals": to_capitals(local.amount),
            "due_day": site.due_day,
            "pay_by": word_day(env, local.date_pay_by),
            "late_fee": site._word_late_fee(),
            "place": site.payment_place or site.name,
            "contact": (local.user_id or site.manager_id.sudo().user_id).name or site.name,
            "phone": site.phone,
            "office": site.name,
            "property": site.property_name,
        }
        return {
            **notice,
            "date": word_day(env, local.date),
            "in_capitals": env._("(in capitals: %(capitals)s)", capitals=notice["capitals"]),
            "salutation": env._("To the owner of unit %(units)s, %(owner)s:", **notice)
            if is_to_owner
            else env._("To the occupant of unit %(units)s, %(occupant)s:", **notice),
            "recipient": local.recipient_id.name,
            "receipt": self._word_receipt(local, notice, paper),
            "is_draft": local.needs_review and local.state == "draft",
            "paragraphs": fill_blanks(local.step_id.text, notice),
            "payee": account.acc_holder_name or site.company_id.name,
            "bank": account.bank_id.name,
            "account": account.acc_number,
            "lines": [
                {
                    "month": word_month(env, line.month),
                    "items": line.items,
                    "due": word_day(env, line.date_due),
                    "billed": word_day(env, line.date_billed) if line.date_billed else "",
                    "amount": word_amount(env, line.amount),
                }
                for line in local.line_ids
            ],
        }

    def _word_receipt(self, action, notice, paper):
        words = {
            **notice,
            "number": paper.name if paper else "____",
            "date": word_day(action.env, action.date),
        }
        if action.action == "owner_letter":
            return action.env._(
                "To %(office)s: we have received your letter %(number)s of %(date)s about the "
                "property management fees of %(amount)s yuan that our tenant has not paid.",
                **words,
            )
        return action.env._(
            "To %(office)s: we have received your letter %(number)s of %(date)s about unpaid "
            "property management fees of %(amount)s yuan.",
            **words,
        )


class ReportPmDunningLetter(models.AbstractModel):
    _name = "report.pm_billing.report_pm_dunning_letter"
    _inherit = "report.pm_billing.report_pm_dunning_reminder"
    _description = "Demand Letter"


class ReportPmDunningOwner(models.AbstractModel):
    _name = "report.pm_billing.report_pm_dunning_owner"
    _inherit = "report.pm_billing.report_pm_dunning_reminder"
    _description = "Letter to the Owner"


class ReportPmDunningSecond(models.AbstractModel):
    _name = "report.pm_billing.report_pm_dunning_second"
    _inherit = "report.pm_billing.report_pm_dunning_reminder"
    _description = "Second Payment Reminder"


class ReportPmUnpaidList(models.AbstractModel):
    _name = "report.pm_billing.report_pm_unpaid_list"
    _description = "List of Unpaid Occupants"

    @api.model
    def _get_report_values(self, docids, data=None):
        rounds = self.env["pm.dunning.round"].browse(docids)
        return {
            "doc_ids": docids,
            "doc_model": "pm.dunning.round",
            "docs": rounds,
            "lists": {each.id: self._prepare_list(each) for each in rounds},
        }

    def _prepare_list(self, dunning_round):
        local = dunning_round.with_context(lang=dunning_round.site_id.print_lang)
        env = local.env
        actions = local.action_ids.sorted(lambda action: (action.unit_codes or "", action.id))
        return {
            "month": word_month(env, local.period),
            "date": word_day(env, local.date),
            "count": len(actions),
            "total": word_amount(env, sum(actions.mapped("amount"))),
            "lines": [
                {
                    "units": action.unit_codes,
                    "occupant": action.tenancy_id.partner_id.name,
                    "phone": action.contact_phone or "",
                    "months": action.months,
                    "amount": word_amount(env, action.amount),
                    "result": action._word_result(),
                    "user": action.user_id.name or "",
                    "note": action._word_note(),
                }
                for action in actions
            ],
        }
