from odoo import api, fields, models
from odoo.fields import Domain


class PmDunningCase(models.Model):
    _name = "pm.dunning.case"
    _inherit = ["mail.thread", "mail.activity.mixin", "pm.site.mixin", "pm.state.mixin"]
    _description = "Dunning Case"
    _order = "date_oldest_due, id"
    _rec_names_search = ["tenancy_id.unit_codes", "partner_id.name"]
    _mail_post_access = "read"  # whoever meets the debtor may leave a note

    # The only moves a case can make, whoever asks. New arrears after payment are a new case.
    _TRANSITIONS = {"open": {"paid"}, "paid": set()}

    tenancy_id = fields.Many2one("pm.tenancy", required=True, ondelete="restrict", index=True)
    partner_id = fields.Many2one(
        "res.partner", string="Debtor", required=True, ondelete="restrict", index=True
    )
    unit_codes = fields.Char(related="tenancy_id.unit_codes")
    contact_phone = fields.Char(related="tenancy_id.contact_phone")
    user_id = fields.Many2one(related="tenancy_id.user_id", string="Area Administrator", store=True)
    date_opened = fields.Date(required=True, readonly=True)
    date_closed = fields.Date(readonly=True)
    date_oldest_due = fields.Date(string="Oldest Due Date", readonly=True)
    amount = fields.Monetary(string="Arrears", readonly=True)
    month_count = fields.Integer(string="Months in Arrears", readonly=True)
    action_ids = fields.One2many("pm.dunning.action", "case_id", string="Actions")
    last_action_id = fields.Many2one("pm.dunning.action", compute="_compute_last_action_id")
    last_step_id = fields.Many2one(
        "pm.dunning.step", string="Last Step", compute="_compute_last_action_id"
    )
    last_step_on = fields.Date(string="Last Step On", compute="_compute_last_action_id")
    state = fields.Selection(
        [("open", "Open"), ("paid", "Paid")],
        default="open",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
        group_expand=True,
    )

    _one_open = models.UniqueIndex(
        "(tenancy_id, partner_id) WHERE state = 'open'",
        "This debtor has an open case for this tenancy.",
    )

    @api.depends("action_ids.date", "action_ids.step_id")
    def _compute_last_action_id(self):
        for case in self:
            last = case.action_ids.sorted("date")[-1:]
            case.last_action_id = last
            case.last_step_id = last.step_id
            case.last_step_on = last.date

    @api.depends("tenancy_id", "partner_id")
    def _compute_display_name(self):
        for case in self:
            parts = (case.tenancy_id.unit_codes, case.partner_id.display_name)
            case.display_name = " ".join(part for part in parts if part)

    def action_view_bills(self):
        """Open the unpaid bills of the case."""
        self.ensure_one()
        return self.tenancy_id._action_bills(self.env["account.move"]._pm_get_unpaid_domain())

    @api.model
    def _cron_run_dunning(self):
        """Do the work of every office's dunning profile that has fallen due; safe when late."""
        sites = self.env["pm.site"].search([("dunning_profile_id", "!=", False)])
        sites._do_daily(lambda site, today: site._run_dunning(today))

    @api.model
    def _refresh(self, domain=Domain.TRUE, today=None):
        """Bring the open cases of `domain` up to date with the ledger; close what is paid."""
        open_cases = self.search(Domain("state", "=", "open") & domain)
        for site, cases in open_cases.grouped("site_id").items():
            day = today or site._today()
            arrears = self._read_arrears(
                Domain("pm_tenancy_id", "in", cases.tenancy_id.ids)
                & self.env["account.move"]._pm_get_unpaid_domain(day)
            )
            paid = self.browse()
            for case in cases:
                facts = arrears.get(case._get_key())
                if facts:
                    case._write_facts(facts)
                else:
                    paid |= case
            paid._close(day)

    def _close(self, day):
        """Close the cases: what was still to be done about them is no longer done."""
        if self:
            self.write({"state": "paid", "date_closed": day, "amount": 0.0, "month_count": 0})
            self.action_ids._drop("settled")

    def _get_key(self):
        self.ensure_one()
        return (self.tenancy_id.id, self.partner_id.id)

    def _write_facts(self, facts):
        self.ensure_one()
        for name, value in facts.items():
            if name != "moves" and self[name] != value:
                self[name] = value

    @api.model
    def _read_arrears(self, domain):
        """Return {(tenancy id, debtor id): facts} of the bills of `domain`, in one query."""
        return {
            (tenancy.id, debtor.id): {
                "amount": amount,
                "month_count": months,
                "date_oldest_due": oldest,
                "moves": moves,
            }
            for tenancy, debtor, amount, months, oldest, moves in self.env[
                "account.move"
            ]._read_group(
                domain & Domain("pm_tenancy_id", "!=", False),
                ["pm_tenancy_id", "commercial_partner_id"],
                [
                    "amount_residual:sum",
                    "pm_month:count_distinct",
                    "invoice_date_due:min",
                    "id:recordset",
                ],
            )
        }

    @api.model
    def _open_for(self, arrears, site, day):
        """Return {(tenancy id, debtor id): open case}, opened where there is none yet."""
        cases = {
            case._get_key(): case
            for case in self.search(Domain("state", "=", "open") & Domain("site_id", "=", site.id))
        }
        missing = [key for key in arrears if key not in cases]
        new = self.create(
            [
                {
                    "site_id": site.id,
                    "tenancy_id": tenancy_id,
                    "partner_id": partner_id,
                    "date_opened": day,
                }
                for tenancy_id, partner_id in missing
            ]
        )
        cases.update(zip(missing, new, strict=True))
        for key, facts in arrears.items():
            cases[key]._write_facts(facts)
        return cases
