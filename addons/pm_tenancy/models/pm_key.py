from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class PmKey(models.Model):
    """One physical key, card or pass; where it is follows from its loans."""

    _name = "pm.key"
    _inherit = ["mail.thread", "mail.activity.mixin", "pm.place.mixin"]
    _description = "Key or Card"
    _order = "location, code, id"
    _rec_names_search = ["code", "name", "location"]
    _mail_post_access = "read"  # whoever finds a key may say so
    _NOTED = frozenset({"date_lost", "date_withdrawn", "lock_change_needed", "lock_changed_on"})

    code = fields.Char(string="Key No.", required=True, tracking=True)
    name = fields.Char(required=True, help="What it opens, such as “front door”.")
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("room", "Room Key"),
            ("card", "Access Card"),
            ("mailbox", "Mailbox Key"),
            ("document", "Pass or Document"),
            ("other", "Other"),
        ],
        required=True,
        default="room",
    )
    is_spare = fields.Boolean(
        string="Spare",
        tracking=True,
        help="Of the company's own set. When a customer needs it, Security is told.",
    )
    cabinet_position = fields.Char(help="Where it hangs in the key cabinet.")
    note = fields.Text()
    date_lost = fields.Date(string="Lost On", readonly=True, copy=False, tracking=True)
    date_withdrawn = fields.Date(
        string="Out of Use Since",
        readonly=True,
        copy=False,
        tracking=True,
        help="A damaged key is used no more.",
    )
    lock_change_needed = fields.Boolean(
        string="Lock to Be Changed", readonly=True, copy=False, tracking=True
    )
    lock_changed_on = fields.Date(readonly=True, copy=False, tracking=True)
    loan_ids = fields.One2many("pm.loan", "key_id", string="Issues and Loans")
    loan_id = fields.Many2one(
        "pm.loan", string="Now With", compute="_compute_state", store=True, index="btree_not_null"
    )
    holder = fields.Char(related="loan_id.borrower_name", string="Holder")
    state = fields.Selection(
        [
            ("in_cabinet", "In the Cabinet"),
            ("with_occupant", "With the Occupant"),
            ("on_loan", "On Loan"),
            ("lost", "Lost"),
            ("withdrawn", "Out of Use"),
        ],
        compute="_compute_state",
        store=True,
        index=True,
        group_expand=True,
    )

    _code_unique = models.Constraint(
        "UNIQUE (site_id, code)", "Another key of this office has the same number."
    )

    @api.depends("loan_ids.state", "loan_ids.kind", "date_lost", "date_withdrawn")
    def _compute_state(self):
        for key in self:
            loan = key.loan_ids.filtered(lambda loan: loan.state == "out")[:1]
            key.loan_id = loan
            if key.date_lost:
                key.state = "lost"
            elif loan:
                key.state = "with_occupant" if loan.kind == "issue" else "on_loan"
            else:
                key.state = "withdrawn" if key.date_withdrawn else "in_cabinet"

    @api.depends("code", "name", "location")
    def _compute_display_name(self):
        for key in self:
            parts = (key.location, key.name, key.code and f"({key.code})")
            key.display_name = " ".join(part for part in parts if part)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_lent(self):
        for key in self:
            if key.loan_ids:
                raise UserError(
                    self.env._(
                        "Key %(key)s stands in the register of loans. Archive it instead.",
                        key=key.display_name,
                    )
                )

    def action_lend(self):
        """Open the form of a loan of this key."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Lend a Key"),
            "res_model": "pm.loan",
            "views": [[False, "form"]],
            "context": {"default_key_id": self.id, "default_site_id": self.site_id.id},
        }

    def action_open_loan(self):
        """Open the loan under which the key is out."""
        self.ensure_one()
        return self.loan_id.get_formview_action()

    def action_lost(self):
        """Report the keys lost: shift leader and Security hear at once, the lock is to change."""
        self._check_may_report()
        for key in self:
            if key.loan_id:
                key.loan_id._take_back("lost")
            elif key.state != "lost":
                key._report_lost()

    def action_withdraw(self):
        """Take damaged keys out of use at once."""
        self._check_may_report()
        for key in self:
            if key.loan_id:
                key.loan_id._take_back("damaged")
            elif key.state == "in_cabinet":
                key._withdraw()

    def action_restore(self):
        """Put found or repaired keys back into the cabinet."""
        self._check_may_report()
        for key in self:
            if key.date_lost and key.lock_changed_on and key.lock_changed_on >= key.date_lost:
                raise UserError(
                    self.env._(
                        "The lock of %(key)s was changed on %(day)s: this key opens it no more.",
                        key=key.display_name,
                        day=key.lock_changed_on,
                    )
                )
        for loan in self.loan_ids.filtered(lambda loan: loan.state == "lost"):
            loan._take_back("good")
        # sudo: the loan desk reports; the register of keys itself stays closed to it
        self.sudo().write(
            {"date_lost": False, "date_withdrawn": False, "lock_change_needed": False}
        )
        self.sudo().activity_feedback(["pm_tenancy.mail_activity_type_key"])

    def action_lock_changed(self):
        """Record that the locks of these keys, and of their units, have been changed."""
        self._check_may_report()
        units = self.unit_id
        waiting = self | self.search(
            Domain("unit_id", "in", units.ids) & Domain("lock_change_needed", "=", True)
        )
        for site, keys in waiting.grouped("site_id").items():
            # sudo: as in action_restore
            keys.sudo().write({"lock_change_needed": False, "lock_changed_on": site._today()})
            keys.sudo().activity_feedback(["pm_tenancy.mail_activity_type_key"])

    @api.model
    def _make_codes(self, prefix, count, taken):
        """Return `count` numbers `prefix`-1, -2 … that are not among `taken`."""
        codes, number = [], 0
        while len(codes) < count:
            number += 1
            code = f"{prefix}-{number}"
            if code not in taken:
                codes.append(code)
        return codes

    def _check_may_report(self):
        """Whoever may write in the register of loans may say what became of a key."""
        self.check_access("read")
        self.env["pm.loan"].check_access("write")

    def _check_lendable(self):
        """Refuse keys that are lost, withdrawn or archived."""
        for key in self:
            if key.date_lost:
                raise UserError(
                    self.env._(
                        "%(key)s was reported lost on %(day)s. If it was found, put it back into "
                        "the cabinet first.",
                        key=key.display_name,
                        day=key.date_lost,
                    )
                )
            if key.date_withdrawn:
                raise UserError(
                    self.env._(
                        "%(key)s was withdrawn on %(day)s because it is damaged. Hand out another "
                        "one.",
                        key=key.display_name,
                        day=key.date_withdrawn,
                    )
                )
            if not key.active:
                raise UserError(
                    self.env._(
                        "%(key)s is archived and cannot be handed out.", key=key.display_name
                    )
                )

    def _withdraw(self):
        for site, keys in self.grouped("site_id").items():
            # sudo: as in action_restore
            keys.sudo().write({"date_withdrawn": site._today()})

    def _report_lost(self):
        """Mark the keys lost and tell shift leader and Security of the office (TEN-087)."""
        for key in self:
            # sudo: as in action_restore; a pass has no lock
            key.sudo().write(
                {
                    "date_lost": key.site_id._today(),
                    "lock_change_needed": key.kind != "document",
                    "lock_changed_on": False,
                }
            )
            key._tell(
                ("pm_base.group_pm_supervisor", "pm_base.group_pm_security"),
                self.env._("Key lost: %(key)s", key=key.display_name),
                self.env._("Change the lock soon. Nobody copies keys on his own.")
                if key.lock_change_needed
                else False,
            )

    def _tell(self, posts, summary, note=False):
        """Give the users of these posts at the office of the key something to do today."""
        self.ensure_one()
        users = self.env["res.users"].union(*(self.site_id._get_post_users(post) for post in posts))
        for user in users:
            # sudo: who reports need not be allowed to plan the work of others
            self.sudo().activity_schedule(
                "pm_tenancy.mail_activity_type_key",
                self.site_id._today(),
                summary=summary,
                note=note,
                user_id=user.id,
            )
        self.sudo().message_post(body=summary)
