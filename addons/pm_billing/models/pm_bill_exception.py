from odoo import api, fields, models

# What the check of a run can find, and whether it keeps the tenancy from being billed.
KINDS = [
    ("receivable", "No Receivable Account"),
    ("tariff", "No Tariff"),
    ("tax", "Tax Not Included"),
    ("income", "No Income Account"),
    ("journal", "No Sales Journal"),
    ("unit", "No Unit"),
    ("zero", "Amount of Zero"),
    ("nothing", "Nothing to Charge"),
    ("ended", "Ended, Not Moved Out"),
    ("move_in", "Not Moved In"),
    ("missed", "Earlier Months Charged"),
    ("reading", "Reading Missing"),
    ("rollover", "Counter Rolled Over"),
    ("steep", "Unusual Use"),
]
BLOCKING = {"receivable", "tariff", "tax", "income", "journal"}


class PmBillException(models.Model):
    _name = "pm.bill.exception"
    _description = "Exception in a Bill Run"
    _order = "is_blocking desc, kind, tenancy_id, id"
    _rec_name = "message"

    run_id = fields.Many2one("pm.bill.run", required=True, ondelete="cascade", index=True)
    site_id = fields.Many2one(related="run_id.site_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(related="run_id.company_id", store=True, precompute=True)
    kind = fields.Selection(KINDS, required=True)
    is_blocking = fields.Boolean(
        string="Not Billed", help="Kept out of the bills until this is put right."
    )
    tenancy_id = fields.Many2one("pm.tenancy", ondelete="cascade", index="btree_not_null")
    unit_id = fields.Many2one("pm.unit", ondelete="cascade")
    fee_id = fields.Many2one("pm.fee", ondelete="cascade")
    meter_id = fields.Many2one("pm.meter", ondelete="cascade")
    reading_id = fields.Many2one("pm.meter.reading", ondelete="cascade")
    date_from = fields.Date(string="From")
    date_to = fields.Date(string="Until")
    message = fields.Char(string="What to Do", compute="_compute_message")

    @api.depends_context("lang")
    @api.depends("kind", "tenancy_id", "fee_id", "date_from", "date_to", "meter_id", "reading_id")
    def _compute_message(self):
        for exception in self:
            exception.message = exception._word_message()

    def action_open(self):
        """Open the record on which the matter is put right."""
        self.ensure_one()
        if self.kind == "journal":
            record = self.site_id
        elif self.kind == "receivable":
            record = self.tenancy_id.payer_id
        elif self.kind in ("tariff", "tax", "income") and self.fee_id:
            record = self.fee_id
        elif self.reading_id or self.meter_id:
            record = self.reading_id or self.meter_id
        else:
            record = self.tenancy_id
        return record.get_formview_action()

    def _word_message(self):
        fee = self.fee_id.name
        match self.kind:
            case "receivable":
                payer = self.tenancy_id.payer_id.with_company(self.company_id)
                account = payer.property_account_receivable_id
                if account and not account.active:
                    return self.env._(
                        "The receivable account %(account)s of %(payer)s is archived. Choose "
                        "another one on the Accounting tab of the party.",
                        account=f"{account.code} {account.name}",
                        payer=payer.display_name,
                    )
                return self.env._(
                    "%(payer)s has no receivable account in the company's currency. Enter one on "
                    "the Accounting tab of the party.",
                    payer=self.tenancy_id.payer_id.display_name,
                )
            case "tariff":
                return self.env._(
                    "%(fee)s has no price from %(date_from)s to %(date_to)s. Enter one in its "
                    "tariff, or agree on one with the occupant.",
                    fee=fee,
                    date_from=self.date_from,
                    date_to=self.date_to,
                )
            case "tax":
                return self.env._(
                    "The tax on the product of %(fee)s is not included in the price, so that the "
                    "bill would be higher than the tariff. Choose a tax that is included.",
                    fee=fee,
                )
            case "income":
                return self.env._(
                    "The product of %(fee)s has no income account. Enter one on the product or "
                    "its category.",
                    fee=fee,
                )
            case "journal":
                return self.env._(
                    "The company has no sales journal. Load its chart of accounts or choose the "
                    "journal for fees on the office."
                )
            case "unit":
                return self.env._("The tenancy has no unit, so that nothing can be charged.")
            case "zero":
                return self.env._("%(fee)s comes to zero. Check its price.", fee=fee)
            case "nothing":
                return self.env._("No fee applies to this tenancy in this month.")
            case "ended":
                return self.env._(
                    "The tenancy ended on %(day)s but nobody moved out, and nothing is charged "
                    "after that day. Extend it or move the occupant out.",
                    day=self.date_to,
                )
            case "move_in":
                return self.env._(
                    "The tenancy was to begin on %(day)s but the occupant has not moved in: "
                    "nothing is charged.",
                    day=self.date_from,
                )
            case "missed":
                return self.env._(
                    "The days from %(date_from)s to %(date_to)s are charged as well: nothing was "
                    "charged for them when their months were billed. If they are not to be paid, "
                    "agree with the occupant that the fees are not charged for these days.",
                    date_from=self.date_from,
                    date_to=self.date_to,
                )
            case "reading":
                return self.env._(
                    "%(meter)s was last read on %(day)s. Have it read, or its use is charged "
                    "later.",
                    meter=self.meter_id.display_name,
                    day=self.date_from or "—",
                )
            case "rollover":
                return self.env._(
                    "%(meter)s began again from zero and counted %(use)s. Look at the counter "
                    "before you bill it.",
                    meter=self.meter_id.display_name,
                    use=self.meter_id._format_value(self.reading_id.consumption),
                )
            case "steep":
                return self._word_unusual_use()
        return ""

    def _word_unusual_use(self):
        reading, meter = self.reading_id, self.meter_id
        usual = reading and reading._get_usual()
        if not usual:
            return self.env._(
                "%(meter)s counted %(use)s, and there is no use before to compare it with. Make "
                "sure that it was read right.",
                meter=meter.display_name,
                use=meter._format_value(reading.consumption),
            )
        return self.env._(
            "%(meter)s counted %(use)s, after %(before)s up to %(day)s. Read again if it was "
            "misread.",
            meter=meter.display_name,
            use=meter._format_value(reading.consumption),
            before=meter._format_value(usual.consumption),
            day=usual.date,
        )
