from odoo import api, fields, models
from odoo.exceptions import UserError


class PmSuspensionLog(models.Model):
    """One step of a suspension: what, when, by whom. Never changed nor deleted."""

    _name = "pm.suspension.log"
    _description = "Step of a Suspension"
    _order = "id"
    _rec_name = "event"

    suspension_id = fields.Many2one(
        "pm.suspension", required=True, readonly=True, ondelete="restrict", index=True
    )
    site_id = fields.Many2one(
        related="suspension_id.site_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="suspension_id.company_id", store=True, index=True, precompute=True
    )
    event = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("visited", "Visited"),
            ("ground", "Ground Recorded"),
            ("exception", "Reason without Evidence Recorded"),
            ("asked", "Approval Asked For"),
            ("approved", "Approved"),
            ("refused", "Rejected"),
            ("notice", "Notice Given"),
            ("stopped", "Services Stopped"),
            ("security", "Noted by Security"),
            ("signed", "Undertaking Signed"),
            ("eased", "Restored for Now"),
            ("resumed", "Stopped Again"),
            ("ended", "Restored"),
            ("cancelled", "Not Carried Out"),
            ("draft", "Taken Up Again"),
        ],
        string="Step",
        required=True,
        readonly=True,
    )
    moment = fields.Datetime(
        string="Time of the Step", required=True, readonly=True, default=fields.Datetime.now
    )
    user_id = fields.Many2one(
        "res.users",
        string="By",
        required=True,
        readonly=True,
        default=lambda self: self.env.uid,
        ondelete="restrict",
    )
    note = fields.Char(readonly=True)

    def write(self, vals):
        self._refuse_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._refuse_change()

    def _refuse_change(self):
        if self:
            raise UserError(self.env._("The log of a suspension is evidence and stays as it is."))
