from odoo import api, models

# Rows that a list to be filled by hand has at least.
_ROWS = 8
# What an occupant of a flat hands in, and is given, at the handover (TEN-040, TEN-041).
_HANDED_IN = ("f_ten_43", "f_ten_15", "f_bil_20", "f_ten_40")
_HANDED_OUT = ("f_ten_29", "f_ten_07", "f_ten_27", "f_bil_02", "f_bil_07", "f_ten_30", "f_ten_31")


class PmTenancy(models.Model):
    """What the forms of the move-in say; what is not known yet stays empty, to fill by hand."""

    _inherit = "pm.tenancy"

    def _get_key_rows(self):
        """Return the keys, cards and passes issued to the occupant, alike ones in one row."""
        self.ensure_one()
        loans = self.loan_ids.filtered(lambda loan: loan.kind == "issue")
        rows = {}
        for loan in loans.sorted(lambda loan: (loan.issued_at, loan.id)):
            day = loan.site_id._to_local(loan.issued_at).date()
            alike = (loan.key_id.name or loan.item_name, loan.issued_by_id, loan.borrower_name, day)
            rows.setdefault(alike, []).append(loan)
        return [
            {
                "name": name,
                "codes": ", ".join(loan.key_id.code or "" for loan in group),
                "quantity": len(group),
                "condition": ", ".join(filter(None, (loan.issue_condition for loan in group))),
                "issued_by": issuer.sudo().name,
                "received_by": receiver,
                "date": day,
                "note": ", ".join(filter(None, (loan.note for loan in group))),
            }
            for (name, issuer, receiver, day), group in rows.items()
        ]

    def _get_base_rows(self, kind=None):
        """Return the meters handed over with the units and their base readings, if any."""
        self.ensure_one()
        first = self.reading_ids.filtered("is_start").sorted("date")
        meters = first.meter_id | self.line_ids.unit_id._get_handover_meters()
        if kind:
            meters = meters.filtered(lambda meter: meter.kind == kind)
        labels = dict(meters._fields["kind"]._description_selection(self.env))
        rows = []
        for meter in meters:
            reading = first.filtered(lambda one, meter=meter: one.meter_id == meter)[:1]
            rows.append(
                {
                    "kind": labels[meter.kind],
                    "meter_no": meter.meter_no,
                    "multiplier": meter._format_value(meter.multiplier),
                    "value": meter._format_value(reading.value) if reading else "",
                    "uom": meter.uom,
                    "date": reading.date,
                    "reader": reading.reader_id.sudo().name or "",  # a name, no employee file
                    "confirmed_by": reading.confirmed_by or "",
                }
            )
        return rows

    def _get_contact_rows(self, role, count=2):
        """Return the contacts of a role on the data sheet, and empty rows up to `count`."""
        self.ensure_one()
        contacts = list(self.partner_id._pm_get_contacts(role))
        return contacts + [self.env["res.partner"]] * (count - len(contacts))

    def _get_legal_representative(self):
        return self.partner_id._pm_get_contacts("legal_rep")[:1]

    def _get_identity_no(self, person):
        """Return the number of a person's document as the user may see it on a paper.

        Whoever keeps tenancies prints it in full, which is logged; everybody else masked.
        """
        if not person or not self.env.user.has_group("pm_tenancy.group_pm_tenancy_user"):
            return person.pm_identity_no or ""
        return person._pm_get_identity_no(self.env._("Printed on a paper"))

    def _word_usage(self):
        """Return whether the occupant owns or rents, ticked."""
        labels = dict(self._fields["kind"]._description_selection(self.env))
        return "   ".join(
            f"{'☑' if kind == self.kind else '□'} {label}" for kind, label in labels.items()
        )

    def _get_paper_ticks(self, handed_in):
        """Return [(title, whether there is such a paper)] of what is handed in, or handed out."""
        codes = _HANDED_IN if handed_in else _HANDED_OUT
        forms = self.env["pm.form"].union(*(self.env.ref(f"pm_base.form_{code}") for code in codes))
        # Which papers the occupant has is no secret of the archive.
        known = self.sudo().paper_ids.form_id
        return [(form._get_title(), form in known) for form in forms]

    @api.model
    def _get_spare_rows(self, rows, least=_ROWS):
        """Return how many empty rows bring a list up to `least`, one at any rate."""
        return range(max(least - len(rows), 1))
