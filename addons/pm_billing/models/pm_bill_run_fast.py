from odoo import api, fields, models, modules
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import config, split_every

from odoo.addons.queue_job.delay import group as jobs_together

# Bills made, posted and kept at once: what a crash can cost, and the memory of a run.
BATCH = 1000
# The bills of a job: with more at once a second worker would wait for the numbers of the first.
JOB = 250
# A run of more bills than this is made in the background.
AT_ONCE = 1000
_UNFINISHED = ("wait_dependencies", "pending", "enqueued", "started")


class PmBillRun(models.Model):
    """How a run makes its bills in batches, here or in the background.

    Whatever happens to the clerk or the server, a batch is there whole or not at all, and billing
    again goes on with the rest. No charge is billed twice: each batch locks its charges.
    """

    _inherit = "pm.bill.run"
    _NOTED = frozenset({"job_graph"})

    job_graph = fields.Char(readonly=True, copy=False)
    is_billing = fields.Boolean(string="Bills Being Made", compute="_compute_is_billing")
    billing_error = fields.Char(string="Billing Stopped", compute="_compute_is_billing")
    billing_progress = fields.Float(string="Charges Billed (%)", compute="_compute_progress")

    @api.depends("job_graph")
    def _compute_is_billing(self):
        # The office sees how far its own jobs are, not the queue.
        Job = self.env["queue.job"].sudo()
        graphs = self.filtered("job_graph").mapped("job_graph")
        jobs = Job.search(Domain("graph_uuid", "in", graphs))
        jobs_by_graph = jobs.grouped("graph_uuid")
        for run in self:
            ours = jobs_by_graph.get(run.job_graph, Job)
            failed = ours.filtered(lambda job: job.state == "failed")
            run.is_billing = not failed and any(job.state in _UNFINISHED for job in ours)
            open_error = failed[:1].exc_message if run.state == "checked" else False
            run.billing_error = open_error or False

    @api.depends("charge_count", "open_count")
    def _compute_progress(self):
        for run in self:
            billed = run.charge_count - run.open_count
            run.billing_progress = 100.0 * billed / run.charge_count if run.charge_count else 0.0

    def _invoice(self, today):
        """Bill the open charges that nothing keeps out; a bill made late is due `today`.

        Each batch is kept before the next one begins.
        """
        self.ensure_one()
        self._lock()
        self._check_not_billing()
        batches = list(split_every(BATCH, self._get_bills_to_make(), list))
        for number, groups in enumerate(batches, start=1):
            self._invoice_batch([group.ids for group in groups], today)
            if number < len(batches):
                self._keep()
                self._lock()
        self.state = "invoiced"

    def _delay_invoice(self, today):
        """Have the bills made in the background, by as many workers as the server has."""
        self.ensure_one()
        self._lock()
        self._check_not_billing()
        jobs = [
            self.delayable(
                identity_key=f"pm.bill.run,{self.id},{groups[0][:1].id}",
                description=self.env._("Bills of %(run)s", run=self.display_name),
            )._invoice_batch([group.ids for group in groups], today)
            for groups in split_every(JOB, self._get_bills_to_make(), list)
        ]
        jobs_together(*jobs).on_done(self.delayable()._finish_invoice()).delay()
        self._write_noted({"job_graph": jobs[0]._generated_job.graph_uuid})

    def _invoice_batch(self, charge_ids, today):
        """Make the bills of some groups of charges, less what was billed or dropped meanwhile."""
        self.ensure_one()
        self._check_transition("invoiced")
        Charge = self.env["pm.charge"]
        charges = Charge.browse(number for ids in charge_ids for number in ids).exists()
        if charges.try_lock_for_update(allow_referencing=True) != charges:
            self._refuse_busy()
        todo = set(charges.filtered(lambda charge: charge.state == "open").ids)
        groups = [
            Charge.browse(ids).with_prefetch(charges._prefetch_ids)
            for ids in charge_ids
            if todo.issuperset(ids)
        ]
        if groups:
            self._make_bills(groups, max(self.date_due, today))

    def _check_not_billing(self):
        if self.is_billing:
            raise UserError(
                self.env._(
                    "The bills of %(run)s are being made: %(open)s charges are still to be billed. "
                    "Wait until it is done.",
                    run=self.display_name,
                    open=self.open_count,
                )
            )

    def _finish_invoice(self):
        """Note that all is billed that can be; called when the last batch is there."""
        if self.state == "checked":
            self.state = "invoiced"

    def _get_bills_to_make(self):
        """Return the open charges that nothing keeps out, one group for a bill, by unit number."""
        self._check_transition("invoiced")
        charges = self._get_open_charges() - self._get_held_charges()
        if not charges:
            raise UserError(
                self.env._(
                    "%(run)s has nothing to bill. Look at its exceptions.", run=self.display_name
                )
            )
        groups = charges.grouped(lambda charge: (charge.tenancy_id, charge.partner_id))
        return sorted(groups.values(), key=lambda group: group.tenancy_id.unit_codes or "")

    def _is_billed_in_background(self):
        """Tell whether the run is long, and the server has somebody who does long work."""
        [[tenancies]] = self.env["pm.charge"]._read_group(
            Domain("run_id", "=", self.id) & Domain("state", "=", "open"),
            aggregates=["tenancy_id:count_distinct"],
        )
        return tenancies > AT_ONCE and "queue_job" in config["server_wide_modules"]

    @api.model
    def _keep(self):
        """Keep what is done, should the rest fail; a test keeps nothing."""
        if not modules.module.current_test:
            self.env.cr.commit()  # pylint: disable=invalid-commit
