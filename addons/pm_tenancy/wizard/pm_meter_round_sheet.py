import base64

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.pm_base.tools.workbook import (
    WorkbookError,
    iter_rows,
    open_workbook,
    write_table,
)

# Faults of a filled sheet that are told at once.
_MAX_FAULTS = 10


class PmMeterRound(models.TransientModel):
    """The sheet on paper, and as a workbook that comes back filled (BIL-020)."""

    _inherit = "pm.meter.round"

    file = fields.Binary(string="Filled Sheet", attachment=False)
    filename = fields.Char()

    def action_print_sheet(self):
        """Print the meters in the order of the route, with room for the readings."""
        self.ensure_one()
        self._check_has_meters()
        return self.env.ref("pm_tenancy.action_report_pm_meter_round").report_action(self)

    def action_download_sheet(self):
        """Download the same sheet as a workbook."""
        self.ensure_one()
        self._check_has_meters()
        return {
            "type": "ir.actions.act_url",
            "target": "download",
            "url": f"/pm/meters/round/{self.id}/xlsx",
        }

    def action_load_sheet(self):
        """Take the readings of a filled sheet; all of them, or none where a row is at fault."""
        self.ensure_one()
        importer = self.env["pm.import.reading"].with_context(
            mail_create_nolog=True, tracking_disable=True, pm_reader_id=self.reader_id.id
        )
        titles = importer._get_titles()
        try:
            content = base64.b64decode(self.with_context(bin_size=False).file or b"")
            workbook = open_workbook(content)
        except WorkbookError as error:
            raise UserError(self.env._("Choose the filled sheet (.xlsx) first.")) from error
        name = next((name for name in workbook.sheetnames if name in titles), None)
        if not name:
            raise UserError(
                self.env._("The file has no sheet “%(sheet)s”.", sheet=importer._get_title())
            )
        faults = []

        def report_error(number, column, value, message):
            faults.append(
                self.env._(
                    "Row %(row)s %(column)s %(value)s: %(message)s",
                    row=number,
                    column=column,
                    value=value,
                    message=message,
                )
            )

        taken = importer._run(iter_rows(workbook[name]), self.site_id, report_error, lambda _: None)
        workbook.close()
        if faults:
            raise UserError("\n".join([self.env._("No reading was taken."), *faults[:_MAX_FAULTS]]))
        if not taken:
            raise UserError(self.env._("No reading is entered on the sheet."))
        self.file = False
        self._compute_line_ids()  # what was read leaves the sheet
        return self.get_formview_action()

    def _check_has_meters(self):
        if not self.line_ids:
            raise UserError(
                self.env._("No meter is left to be read. Choose another building or day.")
            )

    def _pm_get_print_site(self):
        self.ensure_one()
        return self.site_id

    def _pm_get_sheet_words(self):
        """Return what the paper says: the meters of each building in the order of the route."""
        self.ensure_one()
        return [
            {
                "building": building.name or self.env._("No building"),
                "rows": [
                    {
                        "place": meter.location,
                        "meter_no": meter.meter_no,
                        "kind": self._word_kind(meter),
                        "multiplier": f"{meter.multiplier:g}",
                        "date_last": meter.date_last,
                        "last_value": meter._format_value(meter.last_value),
                    }
                    for meter in group
                ],
            }
            for building, group in self.line_ids.meter_id.grouped("building_id").items()
        ]

    def _prepare_workbook(self):
        """Return the sheet as an .xlsx file with the columns of the import of readings."""
        self.ensure_one()
        local = self.with_context(lang=self.site_id.print_lang)
        importer = local.env["pm.import.reading"]
        columns = {
            column.name: column
            for column in [*importer._get_round_columns(), *importer._get_columns()]
        }
        names = {
            "place": "text",
            "occupant": "text",
            "meter_no": "text",
            "kind": "text",
            "multiplier": "number",
            "date_last": "date",
            "last_value": "number",
            "date": "date",
            "value": "number",
            "is_rollover": "text",
            "note": "text",
        }
        headings = [
            {"label": columns[name].label, "kind": kind, "digits": 2}
            for name, kind in names.items()
        ]
        rows = [
            [
                meter.location,
                meter.unit_id.partner_id.name or "",
                meter.meter_no,
                local._word_kind(meter),
                meter.multiplier,
                str(meter.date_last or ""),
                meter.last_value,
                str(local.date),
                None,
                None,
                None,
            ]
            for meter in local.line_ids.meter_id
        ]
        return write_table(importer._get_title(), [], headings, rows)

    def _word_kind(self, meter):
        return dict(meter._fields["kind"]._description_selection(self.env))[meter.kind]
