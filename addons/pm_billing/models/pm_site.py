from odoo import api, fields, models


class PmSite(models.Model):
    _inherit = "pm.site"

    read_cutoff_day = fields.Integer(
        string="Meters Read By",
        default=25,
        required=True,
        help="By this day of the month the readings are with the fee office.",
    )
    statement_day = fields.Integer(
        string="Statements Ready By",
        default=30,
        required=True,
        help="On this day of the month the bills of the next month are prepared.",
    )
    delivery_day = fields.Integer(
        string="Statements Delivered By",
        default=1,
        required=True,
        help="By this day of the month billed the statements are at the units.",
    )
    due_day = fields.Integer(
        string="Fees Due By",
        default=5,
        required=True,
        help="Last day of the month for paying its fees.",
    )
    reminder_day = fields.Integer(
        string="Reminders On",
        default=18,
        required=True,
        help="The unpaid are listed, called and sent a reminder.",
    )
    letter_day = fields.Integer(
        string="Demand Letters On",
        default=23,
        required=True,
        help="Those who still have not paid are proposed for a demand letter.",
    )
    late_fee_rate = fields.Float(
        string="Late Fee per Day (‰)",
        digits=(6, 3),
        help="Stated on statements and reminders, and charged by the next bill run where a fee of "
        "that basis is kept; 0 states that no late fee is charged.",
    )
    payee_bank_id = fields.Many2one(
        "res.partner.bank",
        string="Bank Account for Fees",
        help="Printed on statements; only accounts of the company are offered.",
        domain="[('partner_id', '=', company_partner_id)]",
    )
    company_partner_id = fields.Many2one(related="company_id.partner_id")
    payment_place = fields.Char(
        string="Place of Payment", help="Where cash and cheques are taken, with its hours."
    )
    fee_journal_id = fields.Many2one(
        "account.journal",
        string="Journal for Fees",
        check_company=True,
        domain="[('type', '=', 'sale')]",
        help="Empty for the first sales journal of the company.",
    )
    dunning_profile_id = fields.Many2one(
        "pm.dunning.profile",
        default=lambda self: self.env.ref(
            "pm_billing.dunning_profile_calendar", raise_if_not_found=False
        ),
        help="What is done about unpaid fees, and when. Empty to do nothing by itself.",
    )
    dunning_user_id = fields.Many2one(
        "res.users",
        string="Calls About Arrears",
        help="Makes the calls for tenancies without an area administrator; the director if empty.",
    )

    _billing_days = models.Constraint(
        "CHECK (statement_day BETWEEN 1 AND 31 AND delivery_day BETWEEN 1 AND 31"
        " AND due_day BETWEEN 1 AND 31 AND reminder_day BETWEEN 1 AND 31"
        " AND letter_day BETWEEN 1 AND 31 AND read_cutoff_day BETWEEN 1 AND 31)",
        "A day of the month lies between 1 and 31; 31 is the last day of every month.",
    )
    _late_fee_range = models.Constraint(
        "CHECK (late_fee_rate >= 0 AND late_fee_rate < 1000)",
        "The late fee is given in per mille per day and cannot be negative.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        sites = super().create(vals_list)
        # Accounting is set up for whoever opens an office, also if he is no accountant.
        sites.company_id.sudo()._pm_setup_accounting()
        return sites

    def _get_fee_journal(self):
        """Return the journal of this office's bills; empty when the company has none."""
        self.ensure_one()
        return self.fee_journal_id or self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(self.company_id),
                ("type", "=", "sale"),
            ],
            limit=1,
        )

    def _get_call_user(self, tenancy):
        """Return who calls this occupant about arrears."""
        return tenancy.user_id or self.dunning_user_id or self.manager_id.sudo().user_id

    def _word_late_fee(self):
        """Return what statements and reminders say of the late fee."""
        self.ensure_one()
        if not self.late_fee_rate:
            return self.env._("no late fee is charged")
        return self.env._(
            "%(rate)s ‰ of the amount overdue for each day", rate=f"{self.late_fee_rate:g}"
        )
