from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import float_compare

# What is known of the arrears of a debtor, beside the bills themselves.
_FACTS = ("amount", "month_count", "date_oldest_due")
# Many cases and their work begin at once: nobody follows them, and nothing is said in each.
QUIET = {"mail_create_nosubscribe": True, "mail_create_nolog": True, "tracking_disable": True}


class PmDunningCase(models.Model):
    _name = "pm.dunning.case"
    _inherit = ["mail.thread", "mail.activity.mixin", "pm.site.mixin", "pm.state.mixin"]
    _description = "Dunning Case"
    _order = "date_oldest_due, id"
    _rec_names_search = ["tenancy_id.unit_codes", "partner_id.name"]
    _mail_post_access = "read"  # whoever meets the debtor may leave a note
    _NOTED = frozenset({"paused_until", "nobody_on"})

    # The only moves a case can make, whoever asks. New arrears after payment are a new case.
    _TRANSITIONS = {"open": {"paid"}, "paid": set()}

    tenancy_id = fields.Many2one("pm.tenancy", required=True, ondelete="restrict", index=True)
    partner_id = fields.Many2one(
        "res.partner", string="Debtor", required=True, ondelete="restrict", index=True
    )
    unit_codes = fields.Char(related="tenancy_id.unit_codes")
    contact_phone = fields.Char(related="tenancy_id.contact_phone")
    user_id = fields.Many2one(
        related="tenancy_id.user_id", string="Area Administrator", store=True, precompute=True
    )
    date_opened = fields.Date(required=True, readonly=True)
    date_closed = fields.Date(readonly=True)
    date_oldest_due = fields.Date(string="Oldest Due Date", readonly=True)
    amount = fields.Monetary(string="Arrears", readonly=True)
    month_count = fields.Integer(string="Months in Arrears", readonly=True)
    paused_until = fields.Date(
        readonly=True,
        help="The day of a promise to pay: until then nothing is done about the arrears.",
    )
    nobody_on = fields.Date(
        string="Nobody There On",
        readonly=True,
        help="The day of the last visit, if nobody was met in the unit.",
    )
    promise_ids = fields.One2many("pm.promise", "case_id", string="Promises")
    action_ids = fields.One2many("pm.dunning.action", "case_id", string="Actions")
    last_action_id = fields.Many2one("pm.dunning.action", compute="_compute_last_action_id")
    last_step_id = fields.Many2one("pm.dunning.step", compute="_compute_last_action_id")
    last_step_on = fields.Date(compute="_compute_last_action_id")
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

    def action_promise(self):
        """Note a promise to pay: until its day nothing more is done."""
        self.ensure_one()
        return self._open_promise()

    @api.model
    def _cron_run_dunning(self):
        """Do the work of every office's dunning profiles that has fallen due; safe when late."""
        sites = self.env["pm.site"].search(
            Domain("dunning_profile_id", "!=", False)
            | Domain("building_ids.dunning_profile_id", "!=", False)
        )
        sites._do_daily(lambda site, today: site._dun(today))

    @api.model
    def _refresh(self, domain=Domain.TRUE, today=None):
        """Bring the open cases of `domain` up to date with the ledger; close what is paid."""
        open_cases = self.search(Domain("state", "=", "open") & domain)
        for site, cases in open_cases.grouped("site_id").items():
            day = today or site._today()
            cases._follow(cases._read_arrears(day), day)

    def _follow(self, arrears, day):
        """Write what the cases owe, by {key: facts}; close those that are not among them."""
        paid = self.browse()
        for case in self:
            facts = arrears.get(case._get_key())
            if facts:
                case._write_facts(facts)
            else:
                paid |= case
        paid._close(day)

    def _read_arrears(self, day):
        """Return {key: facts} of the bills that keep the cases open: the overdue ones, and those
        asked for before they fell due."""
        bills = self._read_bills(
            Domain("pm_tenancy_id", "in", self.tenancy_id.ids)
            & self.env["account.move"]._pm_get_unpaid_domain()
        )
        coming = bills.filtered(lambda bill: bill.invoice_date_due >= day)
        asked = self._get_bills_asked(day) & coming if coming else coming
        return self._group_arrears((bills - coming) | asked)

    def _get_bills_asked(self, day):
        """Return the bills that were asked for though they were not due before `day`."""
        lines = self.env["pm.dunning.action.line"].search_fetch(
            Domain("date_due", ">=", day) & Domain("action_id.case_id", "in", self.ids),
            ["move_id"],
        )
        return lines.move_id

    def _close(self, day):
        """Close the cases: what was still to be done about them is no longer done."""
        if self:
            self.write(
                {
                    "state": "paid",
                    "date_closed": day,
                    "amount": 0.0,
                    "month_count": 0,
                    "paused_until": False,
                }
            )
            self.action_ids._drop("settled")
            self.promise_ids.filtered(lambda promise: promise.state == "open")._end("kept", day)

    def _get_key(self):
        self.ensure_one()
        return (self.tenancy_id.id, self.partner_id.id)

    def _write_facts(self, facts):
        self.ensure_one()
        changed = {name: facts[name] for name in _FACTS if self[name] != facts[name]}
        # A sum of amounts is off by less than any currency can tell; it is rounded when written.
        if "amount" in changed and not float_compare(self.amount, facts["amount"], 6):
            del changed["amount"]
        if changed:
            self.with_context(tracking_disable=True).write(changed)

    def _open_promise(self, action=None):
        """Open the form on which a promise of the debtor is noted."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Promise to Pay"),
            "res_model": "pm.promise",
            "views": [[self.env.ref("pm_billing.pm_promise_view_form").id, "form"]],
            "target": "new",
            "context": {
                "default_case_id": self.id,
                "default_action_id": action.id if action else False,
                "default_amount": self.amount,
            },
        }

    @api.model
    def _get_facts(self):
        """Return the names of the fields that say what a debtor owes."""
        return list(_FACTS)

    @api.model
    def _read_bills(self, domain):
        """Return the bills of tenancies in `domain`, oldest first, with what dunning asks of them,
        in one query."""
        return self.env["account.move"].search_fetch(
            domain & Domain("pm_tenancy_id", "!=", False),
            [
                "amount_residual",
                "commercial_partner_id",
                "invoice_date",
                "invoice_date_due",
                "pm_month",
                "pm_tenancy_id",
            ],
            order="invoice_date_due, id",
        )

    @api.model
    def _group_arrears(self, moves):
        """Return {(tenancy id, debtor id): facts} of bills, oldest first."""
        groups = {}
        for move in moves:
            key = (move.pm_tenancy_id.id, move.commercial_partner_id.id)
            groups.setdefault(key, []).append(move)
        return {
            key: {
                "amount": sum(move.amount_residual for move in group),
                "month_count": len({move._pm_get_month_due() for move in group}),
                "date_oldest_due": group[0].invoice_date_due,
                "moves": moves.browse(move.id for move in group).with_prefetch(moves._prefetch_ids),
            }
            for key, group in groups.items()
        }

    @api.model
    def _open_for(self, arrears, site, day, cases):
        """Return {(tenancy id, debtor id): open case} of `arrears`, opened where `cases` has none;
        the facts of the new ones are those of `arrears`."""
        missing = [key for key in arrears if key not in cases]
        new = self.with_context(**QUIET).create(
            [
                {
                    "site_id": site.id,
                    "tenancy_id": tenancy_id,
                    "partner_id": partner_id,
                    "date_opened": day,
                    **{name: arrears[tenancy_id, partner_id][name] for name in _FACTS},
                }
                for tenancy_id, partner_id in missing
            ]
        )
        cases.update(zip(missing, new.with_env(self.env), strict=True))
        return {key: cases[key] for key in arrears}
