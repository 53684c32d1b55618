import logging
from datetime import timedelta
from functools import cached_property

import psycopg2

from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.pm_base.tools.calendar import add_months, month_day, month_start

from ..tools.schedule import days_due, is_months_old
from .pm_dunning_profile import AGES, PAPERS

_logger = logging.getLogger(__name__)

# How long after a step another one may build on it: the month before, and a day.
_RECENT = timedelta(days=31)


class PmBuilding(models.Model):
    _inherit = "pm.building"

    dunning_profile_id = fields.Many2one(
        "pm.dunning.profile",
        help="What is done about unpaid fees in this building; empty for what its office does.",
    )


class PmSite(models.Model):
    """The dunning of an office: its settings, and what of its profiles is due on a day."""

    _inherit = "pm.site"

    arrears_list_day = fields.Integer(
        string="Arrears List On",
        default=5,
        required=True,
        help="On this day of the month Security gets the list of those who have not paid.",
    )
    owner_notice_months = fields.Integer(
        string="Owner Told After (Months)",
        default=1,
        required=True,
        help="The owner is told of a tenant's arrears that are so many months old.",
    )
    legal_months = fields.Integer(
        string="Lawyer Called In After (Months)",
        default=3,
        required=True,
        help="Of arrears so many months old where a visit found nobody in the unit.",
    )
    promise_days = fields.Integer(
        string="Longest Promise (Days)",
        default=31,
        help="For so many days a promise to pay lets dunning rest; longer ones are noted by the "
        "leader in charge. 0 for no limit.",
    )

    _dunning_days = models.Constraint(
        "CHECK (arrears_list_day BETWEEN 1 AND 31)",
        "A day of the month lies between 1 and 31; 31 is the last day of every month.",
    )
    _dunning_ages = models.Constraint(
        "CHECK (owner_notice_months > 0 AND legal_months > 0 AND promise_days >= 0)",
        "Arrears are at least one month old before owner or lawyer are told.",
    )

    def _dun(self, today):
        """Do the day's dunning, unless another scheduled run is at it this very moment."""
        self.ensure_one()
        if not self.try_lock_for_update(allow_referencing=True):
            return
        try:
            with self.env.cr.savepoint():
                self._run_dunning(today)
        except (psycopg2.errors.UniqueViolation, psycopg2.errors.SerializationFailure):
            # It was done since this run began, which cannot see it yet.
            self.env.invalidate_all(flush=False)
            _logger.info("Another run did the dunning of %s meanwhile.", self.name)

    def _run_dunning(self, today):
        """Do the steps of the dunning profiles that have fallen due by `today` and are not done.

        Each is done once a month, or once for each due date, under the date it was due on, however
        late or often this runs. Cases whose promise is over are taken into the step that is due.
        """
        self.ensure_one()
        Round = self.env["pm.dunning.round"]
        debts = Debts(self, today)
        debts.refresh()
        promises = self.env["pm.promise"]._judge(self, today)
        due = self._get_steps_due(debts, today)
        debts.look_up([step for step, _period, _day in due])
        rounds = {
            (known.step_id, known.period): known
            for known in Round.search_fetch(
                Domain("site_id", "=", self.id)
                & Domain("period", "in", {period for _step, period, _day in due}),
                ["step_id", "period", "date", "date_pay_by"],
            )
        }
        for step, period, day in due:
            known = rounds.get((step, period))
            if not known:
                arrears = debts.select(step, period, day)
                if arrears or step._is_for_all():
                    rounds[step, period] = Round._begin(
                        self, step, period, day, today, debts.cases, arrears
                    )
            elif step.trigger in AGES or step.after_id:
                # Whoever gets as far as this later on joins the round.
                if arrears := debts.select(step, period, day):
                    known._take_in(arrears, debts.cases, today)
        if promises:
            taken_up = self._take_up(promises.case_id, due, rounds, debts, today)
            promises.case_id.action_ids._resume(taken_up)
            promises.resumed_on = today

    def _take_up(self, cases, due, rounds, debts, today):
        """Take the cases whose promise is over into the last step that fell due meanwhile; return
        those for which there was one."""
        taken_up = cases.browse()
        for step, period, day in reversed(due):
            if step.trigger in AGES or step.after_id:
                continue
            # Whoever was in this step is as far as the others; earlier ones are not made up for.
            were_in = cases.filtered(
                lambda case, step=step, period=period: any(
                    (action.step_id, action.period) == (step, period) for action in case.action_ids
                )
            )
            cases -= were_in
            arrears = debts.select(step, period, day)
            found = {case._get_key(): case for case in cases if case._get_key() in arrears}
            if found:
                rounds[step, period]._take_in(
                    {key: arrears[key] for key in found}, debts.cases, today
                )
                taken_up = taken_up.union(*found.values())
                cases -= taken_up
        return taken_up

    def _get_steps_due(self, debts, today):
        """Return [(step, period, day)] of what is to be done by `today`, in the order of the days.

        The period tells apart what is done again later: the month, or the due date of the bills.
        """
        self.ensure_one()
        Step = self.env["pm.dunning.step"]
        profiles = self.dunning_profile_id.ids + list(debts.own_profiles.values())
        found = []
        by_key = {}
        steps = Step.search_fetch(Domain("profile_id", "in", profiles), Step._get_plain_names())
        for step in steps:
            if step.trigger in AGES:
                found.append((step, month_start(today), today))
            elif step.trigger == "due":
                found += [(step, due, day) for due, day in self._get_due_days(step, debts, today)]
            else:
                by_key.setdefault((step._get_number(self), step.day_off), []).append(step)
        for key, (period, day) in days_due(today, by_key, self._find_day).items():
            found += [(step, period, day) for step in by_key[key]]
        return sorted(found, key=lambda entry: (entry[2], entry[0].sequence, entry[0].id))

    def _find_day(self, year, month, key):
        """Return when a day of the month is kept, `key` being its number and what is done if it is
        a day off."""
        number, rule = key
        return self._move_day_off(month_day(year, month, number), rule)

    def _move_day_off(self, day, rule):
        if rule == "keep" or self._is_workday(day):
            return day
        return self._add_workdays(day, -1 if rule == "previous" else 1)

    def _get_due_days(self, step, debts, today):
        """Return [(due date, day of the step)] of the unpaid bills for which `step` is to be done.

        What was to be done before a due date is not done after it, nor anything a month late.
        """
        offset = timedelta(days=step.offset)
        found = []
        for due in debts.dates:
            day = self._move_day_off(due + offset, step.day_off)
            is_late = due < today if step.offset < 0 else day <= add_months(today, -1)
            if day <= today and not is_late:
                found.append((due, day))
        return found


class Debts:
    """Who owes what at an office: its unpaid bills and open cases, read once for a run."""

    def __init__(self, site, today):
        self.env, self.site, self.today = site.env, site, today
        Case = self.env["pm.dunning.case"]
        self.moves = Case._read_bills(
            Domain("pm_site_id", "=", site.id) & self.env["account.move"]._pm_get_unpaid_domain()
        )
        self.dates = sorted(set(self.moves.mapped("invoice_date_due")))
        cases = Case.search_fetch(
            Domain("state", "=", "open") & Domain("site_id", "=", site.id),
            [*Case._get_facts(), "tenancy_id", "partner_id", "paused_until", "nobody_on", "state"],
        )
        # The open cases by their keys; whoever opens another adds it.
        self.cases = {case._get_key(): case for case in cases}
        # {building id: profile id} of the buildings that do not follow their office.
        self.own_profiles = {
            building.id: building.dunning_profile_id.id
            for building in self.env["pm.building"].search_fetch(
                Domain("site_id", "=", site.id) & Domain("dunning_profile_id", "!=", False),
                ["dunning_profile_id"],
            )
        }
        self.done = {}

    def refresh(self):
        """Bring the open cases up to date with the ledger; close what is paid."""
        Case = self.env["pm.dunning.case"]
        cases = Case.union(*self.cases.values())
        coming = self.moves.filtered(lambda move: move.invoice_date_due >= self.today)
        asked = cases._get_bills_asked(self.today) & coming if coming and cases else coming[:0]
        cases._follow(Case._group_arrears((self.moves - coming) | asked), self.today)
        self.cases = {key: case for key, case in self.cases.items() if case.state == "open"}

    @cached_property
    def suspended(self):
        """The ids of the tenancies whose services are stopped for arrears."""
        found = self.env["pm.suspension"].search_fetch(
            Domain("site_id", "=", self.site.id)
            & Domain("ground", "=", "arrears")
            & Domain("state", "=", "stopped"),
            ["tenancy_id"],
        )
        return set(found.tenancy_id.ids)

    def look_up(self, steps):
        """Read which cases were in the steps that depend on what was done before."""
        asked = {step.id for step in steps if step.trigger in AGES or step.after_id}
        asked |= {step.after_id.id for step in steps if step.after_id}
        if not asked or not self.cases:
            return
        for action in self.env["pm.dunning.action"].search_fetch(
            Domain("step_id", "in", asked)
            & Domain("case_id", "in", [case.id for case in self.cases.values()]),
            ["step_id", "tenancy_id", "partner_id", "period", "date", "date_pay_by", "state"],
        ):
            key = (action.tenancy_id.id, action.partner_id.id)
            self.done.setdefault((action.step_id.id, key), []).append(action)

    def select(self, step, period, day):
        """Return {key: facts} of the debtors with whom `step` is to be done.

        The amounts are those still open today: what was paid meanwhile is not asked for.
        """
        if step.trigger == "due":
            moves = self.moves.filtered(lambda move: move.invoice_date_due == period)
        else:
            moves = self.moves.filtered(lambda move: move.invoice_date_due < day)
        found = {
            key: facts
            for key, facts in self.env["pm.dunning.case"]._group_arrears(moves).items()
            if self._goes_on(key)
            and self._is_of_age(step, day, key, facts)
            and self._is_as_far(step, period, day, key)
        }
        tenancies = self.env["pm.tenancy"].browse(tenancy_id for tenancy_id, _debtor in found)
        return {
            key: facts
            for (key, facts), tenancy in zip(found.items(), tenancies, strict=True)
            if self._is_concerned(step, key, tenancy) and self._is_of_profile(step, tenancy)
        }

    def _goes_on(self, key):
        """Tell whether no promise lets dunning rest."""
        case = self.cases.get(key)
        return not (case and case.paused_until and case.paused_until >= self.today)

    def _is_of_age(self, step, day, key, facts):
        if step.trigger not in AGES:
            return True
        if step.trigger == "on_suspension":
            return key[0] in self.suspended
        return is_months_old(facts["date_oldest_due"], step._get_months(self.site), day)

    def _is_as_far(self, step, period, day, key):
        """Tell whether the step that this one follows was taken and the day by which its paper asks
        to pay is past, and this one was not taken yet."""
        is_paper = step.after_id.action in PAPERS
        if step.after_id and not any(
            action.state in ("issued", "done")
            and action.date >= day - _RECENT
            and not (is_paper and action.date_pay_by >= self.today)
            for action in self.done.get((step.after_id.id, key), ())
        ):
            return False
        is_once = step.trigger in AGES and not step.repeats
        return not any(
            is_once or action.period == period for action in self.done.get((step.id, key), ())
        )

    def _is_concerned(self, step, key, tenancy):
        """Tell whether the step is one for this debtor: an owner behind him, nobody there."""
        if step.action == "owner_letter":
            debtor = self.env["res.partner"].browse(key[1])
            return bool(tenancy._get_owner_units(self.today, debtor))
        if step.action == "lawyer":
            case = self.cases.get(key)
            return bool(case and case.nobody_on)
        return True

    def _is_of_profile(self, step, tenancy):
        if not self.own_profiles:
            return True
        building = tenancy.line_ids.unit_id.sorted("id")[:1].building_id
        profile_id = self.own_profiles.get(building.id, self.site.dunning_profile_id.id)
        return profile_id == step.profile_id.id
