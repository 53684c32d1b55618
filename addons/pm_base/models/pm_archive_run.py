from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ..tools.calendar import add_months, month_end, month_start
from .wording import word_day

# Months in a filing period.
_MONTHS = {"monthly": 1, "quarterly": 3}


class PmArchiveRun(models.Model):
    _name = "pm.archive.run"
    _inherit = ["mail.thread", "pm.printable.mixin", "pm.site.mixin", "pm.state.mixin"]
    _description = "Filing of Papers"
    _order = "year desc, number desc, id desc"

    _NOTED = frozenset({"number", "filed_on", "filed_by_id"})
    # The only moves a filing can make, whoever asks.
    _TRANSITIONS = {"draft": {"filed"}, "filed": set()}

    name = fields.Char(compute="_compute_name", store=True)
    rhythm = fields.Selection(
        [("monthly", "Monthly"), ("quarterly", "Quarterly")], required=True, default="monthly"
    )
    period_start = fields.Date(string="From", required=True)
    period_end = fields.Date(string="To", compute="_compute_period_end", store=True)
    year = fields.Integer(compute="_compute_period_end", store=True)
    number = fields.Integer(
        string="No.", readonly=True, copy=False, help="Counts the filings of an office in a year."
    )
    document_ids = fields.One2many(
        "pm.document", "archive_run_id", string="Collected Papers", readonly=True, copy=False
    )
    volume_ids = fields.One2many("pm.archive.volume", "run_id", string="Volumes", readonly=True)
    outstanding_ids = fields.Many2many(
        "pm.document", compute="_compute_outstanding_ids", string="Not Back Yet"
    )
    document_count = fields.Integer(string="Papers Filed", compute="_compute_document_count")
    filed_on = fields.Date(readonly=True, copy=False)
    filed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    note = fields.Text(help="Where the box stands, who keeps it.")
    state = fields.Selection(
        [("draft", "Collected"), ("filed", "Filed")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )

    _one_run = models.Constraint(
        "UNIQUE (site_id, rhythm, period_start)",
        "The papers of this office and period are already being filed.",
    )
    _number_unique = models.Constraint(
        "UNIQUE (site_id, year, number)", "Another filing of this year has the same number."
    )

    @api.depends("rhythm", "period_start")
    def _compute_period_end(self):
        for run in self:
            start = run.period_start
            run.year = start.year if start else 0
            run.period_end = start and month_end(add_months(start, _MONTHS[run.rhythm] - 1))

    @api.depends("site_id.code", "year", "number")
    def _compute_name(self):
        for run in self:
            run.name = run.number and f"{run.site_id.code}-{run.year}-{run.number:02}"

    @api.depends("site_id", "rhythm", "period_end", "state")
    def _compute_outstanding_ids(self):
        for run in self:
            papers = run._find_papers() if run.state == "draft" and run.period_end else None
            run.outstanding_ids = papers and papers.filtered(lambda paper: paper._is_outstanding())

    @api.depends("document_ids")
    def _compute_document_count(self):
        for run in self:
            run.document_count = len(run.document_ids)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            start = fields.Date.to_date(vals.get("period_start"))
            if start:
                vals["period_start"] = self._get_period_start(vals.get("rhythm", "monthly"), start)
        runs = super().create(vals_list)
        for run in runs:
            last = self.search(
                [("site_id", "=", run.site_id.id), ("year", "=", run.year), ("id", "!=", run.id)],
                order="number desc",
                limit=1,
            )
            run._write_noted({"number": last.number + 1})
        runs.action_collect()
        return runs

    @api.ondelete(at_uninstall=False)
    def _unlink_except_filed(self):
        for run in self:
            if run.state == "filed":
                raise UserError(
                    self.env._("%(run)s is filed: its index belongs to the archive.", run=run.name)
                )

    def action_collect(self):
        """Put together the papers of the period that are back; earlier ones that came late too."""
        for run in self.filtered(lambda run: run.state == "draft"):
            ready = run._find_papers().filtered(lambda paper: not paper._is_outstanding())
            (run.document_ids - ready)._write_noted({"archive_run_id": False})
            (ready - run.document_ids)._write_noted({"archive_run_id": run.id})

    def action_file(self):
        """Number the volumes, one for each form, and put their papers into the archive."""
        for run in self:
            run._check_transition("filed")
            run.action_collect()
            number = run._get_last_volume()
            for form, papers in run.document_ids.sorted("id").grouped("form_id").items():
                number += 1
                run.volume_ids = [Command.create({"form_id": form.id, "number": number})]
                volume = run.volume_ids.filtered(lambda volume, form=form: volume.form_id == form)
                papers._write_noted({"archive_volume_id": volume.id})
                papers.action_file()
            run._write_noted(
                {
                    "state": "filed",
                    "filed_on": run.site_id._today(),
                    "filed_by_id": self.env.uid,
                }
            )

    def action_print(self):
        """Print the index that goes into the box."""
        return self.env.ref("pm_base.action_report_pm_archive_run").report_action(self)

    @api.model
    def _cron_collect_papers(self):
        """Collect the papers of each office at the end of the month and of the quarter."""
        self.env["pm.site"].search([])._do_daily(self._collect_due)

    def _collect_due(self, site, today):
        for rhythm, months in _MONTHS.items():
            current = self._get_period_start(rhythm, today)
            ended = today == month_end(add_months(current, months - 1))
            start = current if ended else add_months(current, -months)
            known = Domain("site_id", "=", site.id) & Domain("rhythm", "=", rhythm)
            if self.search_count(known & Domain("period_start", "=", start), limit=1):
                continue
            run = self.new({"site_id": site.id, "rhythm": rhythm, "period_start": start})
            if run._find_papers():
                self.create({"site_id": site.id, "rhythm": rhythm, "period_start": start})

    @api.model
    def _get_period_start(self, rhythm, day):
        """Return the first day of the month or quarter of `day`."""
        first = month_start(day)
        return first if rhythm == "monthly" else first.replace(month=(day.month - 1) // 3 * 3 + 1)

    def _find_papers(self):
        """Return the papers of this rhythm up to the end of the period that are not filed."""
        self.ensure_one()
        return self.env["pm.document"].search(
            Domain("site_id", "=", self.site_id.id)
            & Domain("form_id.rhythm", "=", self.rhythm)
            & Domain("date", "<=", self.period_end)
            & Domain("state", "not in", ["archived", "destroyed"])
            & Domain("archive_run_id", "in", [False, *self.ids]),
            order="form_id, date, id",
        )

    def _get_last_volume(self):
        """Return the highest number of a volume of the office in the year."""
        last = self.env["pm.archive.volume"].search(
            [("site_id", "=", self.site_id.id), ("year", "=", self.year)],
            order="number desc",
            limit=1,
        )
        return last.number

    def _prepare_index(self):
        """Return what the index page says, in the language of the environment."""
        self.ensure_one()
        return {
            "period": f"{word_day(self.env, self.period_start)} — "
            f"{word_day(self.env, self.period_end)}",
            "filed_on": word_day(self.env, self.filed_on),
            "volumes": [
                {
                    "number": volume.number,
                    "form": volume.form_id.display_name,
                    "papers": [
                        (paper.name, word_day(self.env, paper.date), paper.subject or "")
                        for paper in volume.document_ids.sorted("id")
                    ],
                }
                for volume in self.volume_ids
            ],
        }


class PmArchiveVolume(models.Model):
    _name = "pm.archive.volume"
    _description = "Volume of the Archive"
    _order = "year desc, number"
    _rec_name = "number"

    run_id = fields.Many2one("pm.archive.run", required=True, ondelete="cascade", index=True)
    site_id = fields.Many2one(related="run_id.site_id", store=True, precompute=True)
    year = fields.Integer(related="run_id.year", store=True, precompute=True)
    form_id = fields.Many2one("pm.form", required=True, ondelete="restrict")
    number = fields.Integer(string="Volume", required=True)
    document_ids = fields.One2many("pm.document", "archive_volume_id", string="Papers")
    document_count = fields.Integer(string="Papers Bound", compute="_compute_document_count")

    _number_unique = models.Constraint(
        "UNIQUE (site_id, year, number)", "Another volume of this year has the same number."
    )

    @api.depends("year", "number")
    def _compute_display_name(self):
        for volume in self:
            volume.display_name = f"{volume.year}-{volume.number:03}"

    @api.depends("document_ids")
    def _compute_document_count(self):
        for volume in self:
            volume.document_count = len(volume.document_ids)
