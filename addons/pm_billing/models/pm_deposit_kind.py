from odoo import fields, models
from odoo.exceptions import UserError


class PmDepositKind(models.Model):
    """What a deposit is taken for, and when it is given back."""

    _name = "pm.deposit.kind"
    _description = "Kind of Deposit"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=100)
    clock = fields.Selection(
        [
            ("leaving", "After the Occupant Left"),
            ("fitout", "After a Fit-out"),
            ("return", "When Something Is Returned"),
            ("earnest", "Earnest Money"),
        ],
        string="Given Back",
        required=True,
        default="leaving",
        help="After the occupant left: the working days of the office run from the day on which "
        "the joint inspection is signed and nothing is owed any more. After a fit-out: from the "
        "day until which the deposit is kept. Otherwise from the day on which it is claimed.",
    )
    needs_approval = fields.Boolean(
        default=True, help="Somebody else has to approve the refund (F-BIL-22)."
    )
    account_id = fields.Many2one(
        "account.account",
        string="Account Kept On",
        company_dependent=True,
        domain="[('account_type', 'in', ('liability_current', 'liability_non_current'))]",
        help="Where deposits of this kind are kept. Empty: the account of the company.",
    )
    active = fields.Boolean(default=True)
    note = fields.Text(translate=True)

    def _get_account(self, company):
        """Return the liability account of this kind in a company."""
        self.ensure_one()
        kind = self.with_company(company)
        account = kind.account_id or company.pm_deposit_account_id
        if not account:
            raise UserError(
                self.env._(
                    "%(company)s has no account for deposits. Choose one on the company or on the "
                    "kind “%(kind)s”.",
                    company=company.name,
                    kind=self.name,
                )
            )
        return account
