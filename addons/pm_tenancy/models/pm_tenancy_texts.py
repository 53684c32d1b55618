from functools import partial

from markupsafe import Markup

from odoo import models
from odoo.tools import format_date

from odoo.addons.pm_base.models.wording import word_enumeration

from ..tools.moving import word_hour

# Rows to fill by hand in a table of which nothing is known yet.
_EMPTY_ROWS = 5
# The form of an occupant handover lists six keys.
_KEY_LINES = 6


class PmTenancy(models.Model):
    """The blanks of the agreements, letters, notices and cards that are written for a tenancy.

    Another addon fills more of them by extending the method of their group.
    """

    _inherit = "pm.tenancy"

    def _pm_get_blanks(self):
        return {
            **super()._pm_get_blanks(),
            **self._get_unit_blanks(),
            **self._get_building_blanks(),
            **self._get_party_blanks(),
            **self._get_term_blanks(),
            **self._get_handover_blanks(),
            **self._get_move_in_plan_blanks(),
            **self._get_fee_blanks(),
            **self._get_office_blanks(),
            "handbook_version": (
                self.env._("Version of the occupant handbook"),
                self._get_handbook_version,
            ),
            "line": (self.env._("Always a line to fill by hand"), False),
        }

    def _get_unit_blanks(self):
        units = self.line_ids.unit_id.sorted("code")
        usages = dict(units._fields["usage"]._description_selection(self.env))
        return {
            "units": (self.env._("Numbers of the units"), self.unit_codes),
            "building": (self.env._("Building"), self._join(units.building_id.mapped("name"))),
            "floor": (self.env._("Floor"), self._join(units.mapped("floor"))),
            "room": (self.env._("Room"), self._join(units.mapped("room"))),
            "area": (self.env._("Floor area in m²"), self.area or False),
            "unit_class": (
                self.env._("Use of the units"),
                self._join(usages[usage] for usage in units.mapped("usage")),
            ),
            "office_or_mall": (
                self.env._("Office building or mall, ticked"),
                self._word_office_or_mall,
            ),
        }

    def _get_building_blanks(self):
        building = self.line_ids.unit_id.building_id[:1]
        return {
            "developer": (self.env._("Developer"), building.developer_id.name),
            "constructor": (self.env._("Construction company"), building.constructor_id.name),
            "management_company": (
                self.env._("Management company of the building"),
                building.manager_id.name or self.company_id.name,
            ),
            "accepted_by": (
                self.env._("Authority that accepted the building"),
                building.accepted_by,
            ),
            "accepted_on": (
                self.env._("Year and month of the acceptance"),
                lambda: self._word_month(building.accepted_on),
            ),
        }

    def _get_party_blanks(self):
        return {
            "company": (self.env._("Company of the office"), self.company_id.name),
            "occupant": (self.env._("Occupant"), self.partner_id.name),
            "occupant_phone": (self.env._("Telephone of the occupant"), self.partner_id.phone),
            "occupant_24h": (
                self.env._("Occupant's telephone day and night"),
                self.partner_id.pm_phone_24h,
            ),
            "occupant_id_no": (
                self.env._("Identity or licence no. of the occupant"),
                self._get_occupant_identity_no,
            ),
            "legal_representative": (
                self.env._("Legal representative"),
                lambda: self.partner_id._pm_get_contacts("legal_rep")[:1].name,
            ),
            "contact": (self.env._("Contact person"), self.contact_name),
            "contact_phone": (self.env._("Telephone of the contact person"), self.contact_phone),
            "owner": (self.env._("Owner"), self.owner_id.name),
            "owner_phone": (self.env._("Telephone of the owner"), self.owner_id.phone),
            "addressee": (
                self.env._("Owner and occupant, each once"),
                word_enumeration(self.env, (self.owner_id | self.partner_id).mapped("name")),
            ),
        }

    def _get_term_blanks(self):
        return {
            "contract_no": (self.env._("Number of the contract"), self.contract_no),
            "start": (self.env._("First day of the tenancy"), self.date_start),
            "end": (self.env._("Last day of the tenancy"), self.date_end),
            "rent": (self.env._("Monthly rent"), self.monthly_rent or False),
            "fees_from": (self.env._("First day charged"), self.date_moved_in or self.date_start),
            "removal_date": (self.env._("Day of the removal"), self.date_moved_out),
        }

    def _get_handover_blanks(self):
        return {
            "handover_date": (self.env._("Day of the handover"), self.date_moved_in),
            "keys": (self.env._("List of the keys, six lines"), self._word_keys),
            "water_base": (
                self.env._("Water meter, base reading"),
                partial(self._word_base, "water"),
            ),
            "electricity_base": (
                self.env._("Electricity meter, base reading"),
                partial(self._word_base, "electricity"),
            ),
            "gas_base": (self.env._("Gas meter, base reading"), partial(self._word_base, "gas")),
        }

    def _get_move_in_plan_blanks(self):
        """Return what the move-in notice says of time and place; empty without a plan."""
        return {
            "handling_place": (self.env._("Place of the move-in formalities"), False),
            "handling_period": (self.env._("Period of the move-in formalities"), False),
            "schedule": (self.env._("Schedule of the move-in, a table"), self._word_schedule),
            "fallback_date": (self.env._("Day after which latecomers come"), False),
            "developer_place": (self.env._("Place of the developer"), False),
            "management_place": (
                self.env._("Place of the management company"),
                lambda: self._pm_get_print_site().address,
            ),
            "enquiry_person": (self.env._("Person who answers enquiries"), False),
            "enquiry_phone": (
                self.env._("Telephone for enquiries"),
                lambda: self._pm_get_print_site().phone,
            ),
        }

    def _get_fee_blanks(self):
        labels = {
            "fee_due_day": self.env._("Day of the month by which fees are due"),
            "late_fee": self.env._("Late fee"),
            "payee": self.env._("Payee"),
            "payee_account": self.env._("Account for fees"),
            "payment_place": self.env._("Place of payment"),
            "pay_by": self.env._("Last day for the amounts of the move-in"),
            "fee_deposit": self.env._("Management fee deposit"),
            "utilities_deposit": self.env._("Utilities deposit"),
            "fit_out_deposit": self.env._("Fit-out deposit of the household"),
            "contractor_deposit": self.env._("Fit-out deposit of the contractor"),
            "debris_fee": self.env._("Debris removal fee"),
        }

        def get_fact(name):
            return self._get_fee_facts().get(name)

        return {
            "fee_table": (self.env._("Fees and their prices, a table"), self._word_fee_schedule),
            "payment_table": (self.env._("Amounts due on moving in, a table"), self._word_payments),
            "payment_total": (self.env._("Total due on moving in"), self._get_payment_total),
            **{name: (label, partial(get_fact, name)) for name, label in labels.items()},
        }

    def _get_office_blanks(self):

        def of_site(name):
            return lambda: self._pm_get_print_site()[name]

        return {
            "user": (self.env._("Who prints"), self.env.user.name),
            "department_table": (
                self.env._("Departments with heads and telephones, a table"),
                self._word_departments,
            ),
            "office_hours": (self.env._("Office hours"), of_site("office_hours")),
            "complaint_phone": (self.env._("Telephone for complaints"), of_site("complaint_phone")),
            "fax": (self.env._("Fax"), of_site("fax")),
            "lobby_hours": (self.env._("Lobby closed to goods"), self._word_lobby_hours),
            "goods_entrance": (self.env._("Way for goods"), of_site("goods_entrance")),
            "moving_after": (
                self.env._("Hour from which removals are allowed"),
                self._word_moving_hour,
            ),
            "fit_out_hours": (self.env._("Hours of fit-out works"), of_site("fit_out_hours")),
            "lease_registry": (self.env._("Registry of leases"), of_site("lease_registry")),
            "defect_hours": (
                self.env._("Hours for missed defects"),
                of_site("missed_defect_hours"),
            ),
            "next_month_day": (
                self.env._("Day after which the next month is paid as well"),
                of_site("registration_next_month_day"),
            ),
            "deposit_claim_months": (
                self.env._("Months within which a deposit is claimed"),
                of_site("deposit_unclaimed_months"),
            ),
            "fit_out_limit": (
                self.env._("Area up to which a fit-out is small"),
                lambda: f"{self._pm_get_print_site().fit_out_review_threshold:g}",
            ),
            "fit_out_days": (
                self.env._("Working days for small drawings"),
                of_site("fit_out_review_days_small"),
            ),
            "fit_out_days_large": (
                self.env._("Working days for large drawings"),
                of_site("fit_out_review_days_large"),
            ),
            "fit_out_hold_months": (
                self.env._("Months for which the fit-out deposit is kept"),
                of_site("fit_out_deposit_hold_months"),
            ),
        }

    def _get_schedule_rows(self):
        """Return (day, time, units) at which the occupant comes to move in; open without a plan."""
        return [("", "", self.unit_codes or "")]

    def _get_fee_schedule_rows(self):
        """Return (fee, price in words, when it is paid) of each fee of this tenancy.

        Empty here; the addon that knows the fees gives the agreed price or the tariff.
        """
        return []

    def _get_payment_rows(self):
        """Return (item, standard, period, amount) of what is due on moving in; empty here."""
        return []

    def _get_fee_facts(self):
        """Return {blank: value} of due day, account, deposits and the like."""
        site = self._pm_get_print_site()
        return {
            "fit_out_deposit": site.fit_out_owner_deposit or False,
            "contractor_deposit": site.fit_out_contractor_deposit or False,
            "debris_fee": site.fit_out_debris_fee or False,
        }

    def _get_payment_total(self):
        return sum(row[3] for row in self._get_payment_rows()) or False

    def _get_occupant_identity_no(self):
        """Return the number as an agreement needs it, in full for who may see it."""
        partner = self.partner_id
        return self._get_identity_no(partner) or partner.company_registry

    def _get_handbook_version(self):
        form = self.env.ref("pm_base.form_f_ten_07").sudo()  # everybody prints, few keep forms
        return self.env["pm.text"]._get_text(form, self._name, self._pm_get_print_site()).version

    def _word_office_or_mall(self):
        usages = self.line_ids.unit_id.mapped("usage")
        choices = (("office", self.env._("office building")), ("mall", self.env._("mall")))
        return " / ".join(f"{'☑' if usage in usages else '☐'} {label}" for usage, label in choices)

    def _word_month(self, day):
        # The Chinese of this pattern is y年M月.
        return format_date(self.env, day, date_format=self.env._("MMMM y")) if day else False

    def _word_moving_hour(self):
        return word_hour(self._pm_get_print_site().moving_after_hour)

    def _word_lobby_hours(self):
        site = self._pm_get_print_site()
        return f"{word_hour(site.lobby_closed_from)}–{word_hour(site.lobby_closed_to)}"

    def _word_keys(self):
        """Return the keys the occupant has or, before they are issued, is to get."""
        keys = self._get_keys_out() or self.line_ids.unit_id.key_ids.filtered(
            lambda key: key.state == "in_cabinet" and not key.is_spare
        )
        names = [f"{key.name} {key.code}" for key in keys.sorted("code")]
        names += [""] * (_KEY_LINES - len(names))
        numbered = [f"{number}. {name}" for number, name in enumerate(names, 1)]
        numbered += [""] * (len(numbered) % 2)
        return self._word_table([], zip(numbered[::2], numbered[1::2], strict=True))

    def _word_base(self, kind):
        """Return the base readings of the meters of a kind; those of the fit-out if deferred."""
        readings = self.reading_ids.filtered(lambda reading: reading.meter_kind == kind)
        for occasion in ("base", "fit_out"):
            first = readings.filtered(lambda reading, kind=occasion: reading.kind == kind)
            if first:
                return " / ".join(f"{reading.value:.2f}" for reading in first)
        return False

    def _word_schedule(self):
        headings = [self.env._("Date"), self.env._("Time"), self.env._("Units")]
        return self._word_table(headings, self._get_schedule_rows())

    def _word_fee_schedule(self):
        headings = [self.env._("Fee"), self.env._("Standard"), self.env._("Payment")]
        return self._word_table(headings, self._get_fee_schedule_rows())

    def _word_payments(self):
        headings = [
            self.env._("Fee item"),
            self.env._("Standard"),
            self.env._("Period"),
            self.env._("Amount (yuan)"),
        ]
        rows = [
            (item, standard, period, f"{amount:,.2f}")
            for item, standard, period, amount in self._get_payment_rows()
        ]
        return self._word_table(headings, rows)

    def _word_departments(self):
        headings = [self.env._("Department"), self.env._("Head"), self.env._("Telephone")]
        rows = []
        for department in self._pm_get_print_site().department_ids:
            head = department.manager_id.sudo()  # his number at work is on the card for everybody
            rows.append((department.name, head.name or "", head.work_phone or ""))
        return self._word_table(headings, rows)

    def _word_table(self, headings, rows):
        """Return a table as markup, with rows to fill by hand where there are none."""
        rows = list(rows) or [[""] * len(headings)] * _EMPTY_ROWS
        cell, row = Markup("<td>%s</td>"), Markup("<tr>%s</tr>")
        head = Markup("").join(Markup("<th>%s</th>") % heading for heading in headings)
        body = Markup("").join(
            row % Markup("").join(cell % (value or Markup("&nbsp;")) for value in values)
            for values in rows
        )
        return Markup("<table>%s%s</table>") % (row % head if headings else Markup(""), body)

    def _join(self, values):
        return ", ".join(dict.fromkeys(str(value) for value in values))
