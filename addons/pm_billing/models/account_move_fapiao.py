from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL


class AccountMove(models.Model):
    """The tax invoice (fapiao) of a bill: issued by Finance, delivered by the centre (BIL-024)."""

    _inherit = "account.move"

    fapiao = fields.Char(size=20)
    pm_invoice_paper_id = fields.Many2one(
        "pm.document", string="Invoice", compute="_compute_pm_invoice_paper_id"
    )
    pm_invoice_state = fields.Selection(
        [("none", "To Issue"), ("issued", "To Deliver"), ("delivered", "Delivered")],
        string="Invoice State",
        compute="_compute_pm_invoice_paper_id",
    )
    pm_invoice_delivered_on = fields.Date(
        string="Invoice Delivered On", compute="_compute_pm_invoice_paper_id"
    )
    pm_invoice_delivery = fields.Char(
        string="Invoice Delivered By", compute="_compute_pm_invoice_paper_id"
    )
    pm_invoice_evidence = fields.Char(
        string="Evidence of Delivery", compute="_compute_pm_invoice_paper_id"
    )
    pm_invoice_signed_by = fields.Char(
        string="Invoice Signed By", compute="_compute_pm_invoice_paper_id"
    )

    _pm_one_fapiao = models.UniqueIndex(
        "(company_id, fapiao) WHERE length(fapiao) = 20",
        "Another bill of this company has the same fapiao number.",
    )
    # The few paid bills whose invoice is still to be issued or delivered are asked for every day.
    _pm_invoice_idx = models.Index(
        "(pm_site_id, pm_month) WHERE pm_site_id IS NOT NULL AND state = 'posted'"
        " AND payment_state IN ('paid', 'in_payment')"
    )

    @api.depends_context("lang")
    @api.depends(
        "fapiao",
        "paper_ids.form_id",
        "paper_ids.state",
        "paper_ids.delivered_on",
        "paper_ids.delivery_method",
        "paper_ids.delivery_ref",
        "paper_ids.signed_by",
    )
    def _compute_pm_invoice_paper_id(self):
        form = self.env.ref("pm_base.form_f_bil_09")
        methods = self.env["pm.document"]._fields["delivery_method"]
        labels = dict(methods._description_selection(self.env))
        for move in self:
            paper = move.paper_ids.filtered(lambda paper: paper.form_id == form)[:1]
            is_delivered = bool(paper) and paper.state != "printed"
            move.pm_invoice_paper_id = paper
            move.pm_invoice_state = (
                "delivered" if is_delivered else "issued" if move.fapiao else "none"
            )
            move.pm_invoice_delivered_on = is_delivered and paper.delivered_on
            move.pm_invoice_delivery = is_delivered and labels.get(paper.delivery_method)
            move.pm_invoice_evidence = is_delivered and paper.delivery_ref
            move.pm_invoice_signed_by = is_delivered and paper.signed_by

    @api.constrains("fapiao", "pm_site_id")
    def _check_fapiao(self):
        """Bills of an office have fully digital invoices; others also the old printed ones."""
        for move in self.filtered("fapiao"):
            sizes = (20,) if move.pm_site_id else (8, 20)
            if len(move.fapiao) not in sizes or not _is_digits(move.fapiao):
                raise ValidationError(
                    self.env._(
                        "“%(fapiao)s” is no fapiao number: enter its 20 digits.",
                        fapiao=move.fapiao,
                    )
                )

    def write(self, vals):
        if "fapiao" in vals:
            self._pm_check_fapiao_changeable(vals["fapiao"])
            vals = {**vals, "fapiao": "".join((vals["fapiao"] or "").split()) or False}
        result = super().write(vals)
        if vals.get("fapiao"):
            self._pm_file_invoices()
        return result

    def action_pm_deliver_invoices(self):
        """Note how the invoices were delivered."""
        Action = self.env["ir.actions.act_window"]
        action = Action._for_xml_id("pm_billing.pm_invoice_deliver_action")
        return {**action, "context": {"default_move_ids": self.ids}}

    def action_pm_open_invoice_paper(self):
        """Open the paper with the proof of delivery."""
        self.ensure_one()
        if not self.pm_invoice_paper_id:
            raise UserError(
                self.env._(
                    "The invoice of %(bill)s is not issued yet. Enter its fapiao number.",
                    bill=self.display_name,
                )
            )
        return self.pm_invoice_paper_id.get_formview_action()

    def _pm_check_fapiao_changeable(self, fapiao):
        for move in self.filtered("pm_site_id"):
            if move.pm_invoice_state == "delivered" and move.fapiao != fapiao:
                raise UserError(
                    self.env._(
                        "The invoice of %(bill)s is delivered: its number stays. Take the "
                        "delivery back on the paper first.",
                        bill=move.display_name,
                    )
                )

    def _pm_file_invoices(self):
        """File the invoices of bills, so that their delivery is noted and proved."""
        bills = self.filtered(
            lambda move: move.pm_site_id and move.is_sale_document() and move.state == "posted"
        )
        form = self.env.ref("pm_base.form_f_bil_09")
        missing = bills.filtered(lambda bill: not bill.pm_invoice_paper_id)
        if missing:
            papers = self.env["pm.document"]._file_printed(form, missing)
            for bill in missing:
                papers[bill.id].subject = " ".join(
                    filter(None, (bill.pm_unit_codes, bill.pm_month_text, bill.fapiao))
                )
            missing.invalidate_recordset(["paper_ids"])

    @api.model
    def _pm_get_invoice_domain(self):
        """Return the domain of the bills for which an invoice is due: those that are paid."""
        return self._pm_get_bill_domain() & Domain("payment_state", "in", ("paid", "in_payment"))

    @api.model
    def _get_invoice_due_select(self):
        """Return, for each office and month, how many invoices of paid bills are still to be
        issued or delivered, for the due list (BIL-024). What was paid after the day is due with
        the invoices of the next month, however old the bill is; after a hundred days nobody is
        reminded any more."""
        dues = self.env["pm.due"]
        return dues._prepare_due_select(
            52,
            "invoice",
            SQL(
                """
                FROM (
                    SELECT min(bill.id) AS id, bill.pm_site_id AS site_id, day.due,
                           count(*) AS number, count(bill.fapiao) AS issued
                      FROM pm_site office
                CROSS JOIN LATERAL (
                        SELECT known.id FROM account_move known
                         WHERE known.pm_site_id = office.id AND known.state = 'posted'
                           AND known.payment_state IN ('paid', 'in_payment')
                           AND known.pm_month >= %(today)s - 100
                         UNION
                        SELECT line.move_id FROM pm_receipt receipt
                          JOIN pm_receipt_line line ON line.receipt_id = receipt.id
                         WHERE receipt.site_id = office.id AND receipt.state <> 'cancelled'
                           AND receipt.date >= %(today)s - 100
                    ) recent
                      JOIN account_move bill
                        ON bill.id = recent.id AND bill.pm_site_id = office.id
                CROSS JOIN LATERAL (
                        SELECT GREATEST(bill.pm_month, max(receipt.date)) AS last
                          FROM pm_receipt_line line
                          JOIN pm_receipt receipt
                            ON receipt.id = line.receipt_id AND receipt.state <> 'cancelled'
                         WHERE line.move_id = bill.id
                    ) paid
                CROSS JOIN LATERAL (
                        SELECT date_trunc('month', paid.last - office.invoice_day)::date AS first
                    ) before
                CROSS JOIN LATERAL (
                        SELECT (before.first + interval '1 month')::date
                               + office.invoice_day - 1 AS due
                    ) day
                     WHERE office.follows_invoices
                       AND bill.move_type = 'out_invoice' AND bill.state = 'posted'
                       AND bill.payment_state IN ('paid', 'in_payment')
                       AND bill.pm_deposit_id IS NULL
                       AND NOT EXISTS (
                           SELECT FROM pm_document paper
                            WHERE paper.res_model = 'account.move' AND paper.res_id = bill.id
                              AND paper.form_id = %(form)s AND paper.state <> 'printed'
                       )
                  GROUP BY bill.pm_site_id, day.due
                ) sheet
                JOIN pm_site office ON office.id = sheet.site_id
                """,
                today=dues._get_today_sql(),
                form=self.env["ir.model.data"]._xmlid_to_res_id("pm_base.form_f_bil_09"),
            ),
            id=SQL("sheet.id"),
            name=SQL(
                "CASE WHEN sheet.issued < sheet.number THEN %s ELSE %s END || ': ' || sheet.number",
                self.env._("Invoices to issue and deliver"),
                self.env._("Invoices to deliver"),
            ),
            res_model=SQL("'account.move'"),
            res_id=SQL("sheet.id"),
            site_id=SQL("sheet.site_id"),
            department_id=SQL(
                "CASE WHEN sheet.issued < sheet.number THEN %s ELSE %s END",
                dues._get_department_sql("finance"),
                dues._get_department_sql("service"),
            ),
            due_date=SQL("sheet.due"),
        )


def _is_digits(text):
    return text.isascii() and text.isdecimal()
