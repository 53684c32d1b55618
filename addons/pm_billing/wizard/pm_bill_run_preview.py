from odoo import api, fields, models

from ..models.pm_bill_exception import BLOCKING
from ..models.pm_bill_run_collect import get_held_tenancies

# More rows than these are told by their number alone.
_ROWS = 200


class PmBillRunPreview(models.TransientModel):
    _name = "pm.bill.run.preview"
    _description = "Dry Run of the Bills"

    run_id = fields.Many2one("pm.bill.run", required=True, readonly=True, ondelete="cascade")
    preview_html = fields.Html(string="Dry Run", compute="_compute_preview_html", sanitize=False)

    @api.depends("run_id")
    def _compute_preview_html(self):
        for preview in self:
            preview.preview_html = self.env["ir.qweb"]._render(
                "pm_billing.bill_run_preview", preview.run_id._prepare_preview()
            )


class PmBillRun(models.Model):
    """What a run would charge if it were collected now."""

    _inherit = "pm.bill.run"

    def action_preview(self):
        """Show what would be billed; nothing is written on charges or bills."""
        self.ensure_one()
        preview = self.env["pm.bill.run.preview"].create({"run_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Dry Run of %(run)s", run=self.display_name),
            "res_model": preview._name,
            "res_id": preview.id,
            "views": [[False, "form"]],
            "target": "new",
        }

    def _prepare_preview(self):
        """Return what the dry run shows: sums by fee, occupants with their amounts, findings."""
        self.ensure_one()
        plan = self._plan()
        _ours, others = self._get_known_charges(plan)
        if self.occasion == "final":  # it takes over what waits in other runs
            others = others.filtered(lambda charge: charge.state == "invoiced")
        planned = list(self._leave_out_charged(plan.charges, others).values())
        findings = [*plan.findings, *self._find_planned_faults(planned)]
        held = get_held_tenancies(
            [
                (vals["kind"], vals.get("tenancy_id"), vals.get("fee_id"))
                for vals in findings
                if vals["kind"] in BLOCKING
            ],
            [(vals["tenancy_id"], vals["fee_id"]) for vals in planned],
        )
        held &= {vals["tenancy_id"] for vals in planned}
        planned = [vals for vals in planned if vals["tenancy_id"] not in held]
        fees, occupants = {}, {}
        for vals in planned:
            for sums, number in ((fees, vals["fee_id"]), (occupants, vals["tenancy_id"])):
                count, amount = sums.get(number, (0, 0.0))
                sums[number] = (count + 1, amount + vals["amount"])
        by_fee = self.env["pm.fee"].browse(fees).sorted("sequence")
        by_occupant = self.env["pm.tenancy"].browse(occupants).sorted("unit_codes")
        Found = self.env["pm.bill.exception"]
        found = [
            Found.new({**vals, "run_id": self.id})
            for vals in sorted(findings, key=lambda vals: vals["kind"] not in BLOCKING)[:_ROWS]
        ]
        return {
            "run": self,
            "fees": [(fee.name, *fees[fee.id]) for fee in by_fee],
            "occupants": [
                (tenancy.display_name, *occupants[tenancy.id]) for tenancy in by_occupant[:_ROWS]
            ],
            "more": self.env._("and %(count)s more", count=len(by_occupant) - _ROWS)
            if len(by_occupant) > _ROWS
            else "",
            "lines": planned if self.occasion != "month" else [],
            "findings": [
                (exception.tenancy_id.display_name or "", exception._word_message())
                for exception in found
            ],
            "headline": self.env._(
                "%(count)s bills of %(amount)s in all would be made. Nothing has been written.",
                count=len({(vals["tenancy_id"], vals["partner_id"]) for vals in planned}),
                amount=self.currency_id.format(sum(vals["amount"] for vals in planned)),
            ),
            "kept_out": self.env._(
                "%(count)s occupants would be kept out by exceptions.", count=len(held)
            )
            if held
            else "",
        }

    def _find_planned_faults(self, planned):
        """Return what the check would find wrong with charges that are not written."""
        Charge = self.env["pm.charge"]
        nothing = [vals for vals in planned if self.currency_id.is_zero(vals["amount"])]
        return self._find_faults(
            self.env["pm.fee"].browse({vals["fee_id"] for vals in planned}),
            self.env["pm.tenancy"].browse({vals["tenancy_id"] for vals in planned}),
            Charge.concat(*(Charge.new(vals) for vals in nothing)),
        )
