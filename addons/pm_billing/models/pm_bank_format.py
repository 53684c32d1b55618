from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.bank_file import PARTS, BankFileError, Column, Layout, read_file, write_file

# What a cell may hold, and how it is written.
CONTENTS = {
    "text": "fixed",
    "skip": "text",
    "number": "number",
    "ref": "text",
    "mandate": "text",
    "account": "text",
    "holder": "text",
    "id_no": "text",
    "unit": "text",
    "occupant": "text",
    "bill": "text",
    "month": "text",
    "amount": "amount",
    "result": "text",
    "amount_paid": "amount",
    "paid_on": "date",
    "reason": "text",
    "batch": "text",
    "contract": "text",
    "payee": "text",
    "payee_account": "text",
    "date": "date",
    "count": "number",
    "total": "amount",
    "count_paid": "number",
    "total_paid": "amount",
}
# What tells to which line of the batch an answer belongs, the surest first.
KEYS = ("ref", "number", "account")
# These may stand in any part, and more than once.
_ANYWHERE = {"text", "skip"}
_ANSWERED = {"result", "amount_paid", "paid_on", "reason", "count_paid", "total_paid"}
_OF_A_LINE = {*KEYS, "mandate", "holder", "id_no", "unit", "occupant", "bill", "month", "amount"}
_OF_A_LINE |= {"result", "amount_paid", "paid_on", "reason"}
_DELIMITERS = {"comma": ",", "bar": "|", "tab": "\t", "semicolon": ";"}


class PmBankFormat(models.Model):
    """How a bank wants its files and writes its answers (BIL-024, BIL-030)."""

    _name = "pm.bank.format"
    _inherit = "pm.shared.mixin"
    _description = "Bank File Format"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    shape = fields.Selection(
        [("delimited", "Separated by a Sign"), ("fixed", "Fixed Width")],
        required=True,
        default="delimited",
        help="Fixed widths are counted in bytes: a Chinese character takes two in GBK.",
    )
    delimiter = fields.Selection(
        [("bar", "|"), ("comma", ","), ("tab", "Tab"), ("semicolon", ";")],
        string="Sign Between Columns",
        default="bar",
    )
    encoding = fields.Selection(
        [("gbk", "GBK"), ("gb18030", "GB18030"), ("utf-8", "UTF-8")],
        required=True,
        default="gb18030",
    )
    has_mark = fields.Boolean(
        string="Byte Order Mark", help="Some programs recognise UTF-8 by it; for UTF-8 only."
    )
    line_end = fields.Selection(
        [("crlf", "Windows (CR LF)"), ("lf", "Unix (LF)")],
        string="Ends of Lines",
        required=True,
        default="crlf",
    )
    unit = fields.Selection(
        [("yuan", "Yuan (12.50)"), ("fen", "Fen (1250)")],
        string="Amounts In",
        required=True,
        default="yuan",
    )
    dates = fields.Selection(
        [("plain", "20260305"), ("dash", "2026-03-05"), ("slash", "2026/03/05")],
        required=True,
        default="plain",
    )
    extension = fields.Char(string="File Extension", required=True, default="txt")
    column_ids = fields.One2many("pm.bank.format.column", "format_id", string="Columns", copy=True)
    result_ids = fields.One2many(
        "pm.bank.format.result", "format_id", string="Result Codes", copy=True
    )
    note = fields.Text(translate=True)

    _separated = models.Constraint(
        "CHECK (shape = 'fixed' OR delimiter IS NOT NULL)",
        "Columns without a fixed width need a sign between them.",
    )
    _mark_of_utf_8 = models.Constraint(
        "CHECK (NOT has_mark OR encoding = 'utf-8')", "Only UTF-8 has a byte order mark."
    )

    @api.constrains("shape", "delimiter", "column_ids")
    def _check_columns(self):
        for bank_format in self.filtered("column_ids"):
            if reason := bank_format._get_fault():
                raise ValidationError(
                    self.env._(
                        "%(format)s cannot be used: %(reason)s",
                        format=bank_format.name,
                        reason=reason,
                    )
                )

    def _get_fault(self):
        """Say why files cannot be made or understood; nothing if they can."""
        self.ensure_one()
        for direction in ("request", "answer"):
            for part in PARTS:
                columns = self._get_columns(direction, part)
                names = [column.content for column in columns if column.content not in _ANYWHERE]
                for name in names:
                    if names.count(name) > 1:
                        return self.env._("“%(column)s” is there twice.", column=name)
                if self.shape == "fixed" and not all(column.width > 0 for column in columns):
                    return self.env._("every column of a fixed width format needs a width.")
        asked = set(self._get_columns("request", "line").mapped("content"))
        answered = set(self._get_columns("answer", "line").mapped("content"))
        if not {"account", "amount"} <= asked:
            return self.env._("the bank needs the account and the amount of each line.")
        if not answered & set(KEYS):
            return self.env._(
                "the answer needs the reference, the line number or the account of each line."
            )
        if "result" not in answered:
            return self.env._("the answer needs the result code of each line.")
        return False

    def _get_columns(self, direction, part):
        self.ensure_one()
        return self.column_ids.filtered(
            lambda column: column.part == part and column.direction in ("both", direction)
        ).sorted(lambda column: (column.sequence, column.id))

    def _get_layout(self, direction):
        """Return the `Layout` of the request or of the answer."""
        self.ensure_one()
        self._check_columns()  # a column may have been changed by itself
        parts = {
            part: tuple(column._get_column() for column in self._get_columns(direction, part))
            for part in PARTS
        }
        return Layout(
            **parts,
            encoding=self.encoding,
            delimiter="" if self.shape == "fixed" else _DELIMITERS[self.delimiter],
            unit=self.unit,
            dates=self.dates,
            line_end="\n" if self.line_end == "lf" else "\r\n",
            has_mark=self.has_mark,
        )

    def _write_file(self, lines, header, footer, direction="request"):
        """Return the bytes of a file; an error names its line and what to do."""
        try:
            return write_file(self._get_layout(direction), lines, header, footer)
        except BankFileError as error:
            raise UserError(self._word_error(error)) from error

    def _read_file(self, content):
        """Return (lines, header, footer) of an answer; an error names its line."""
        try:
            return read_file(self._get_layout("answer"), content)
        except BankFileError as error:
            raise UserError(self._word_error(error)) from error

    def _word_error(self, error):
        """Return what is wrong with a file, in the user's language."""
        self.ensure_one()
        encoding = dict(self._fields["encoding"]._description_selection(self.env))[self.encoding]
        facts = {
            "found": "",
            "expected": "",
            "column": "",
            "value": "",
            "width": "",
            "character": "",
            **error.details,
            "encoding": encoding,
            "format": self.name,
        }
        env = self.env
        sentences = {
            "empty": env._(
                "There are no lines in this file. Is it the bank's answer in the format "
                "“%(format)s”?",
                **facts,
            ),
            "encoding": env._(
                "This is not text in %(encoding)s. Choose the bank's encoding in the format "
                "“%(format)s”, or ask for the file in %(encoding)s.",
                **facts,
            ),
            "columns": env._(
                "%(found)s columns, but %(expected)s are expected. Is it the bank's answer in the "
                "format “%(format)s”?",
                **facts,
            ),
            "length": env._(
                "%(found)s bytes long, but %(expected)s are expected. Is it the bank's answer in "
                "the format “%(format)s”?",
                **facts,
            ),
            "fixed": env._(
                "“%(column)s” says “%(value)s”, but “%(expected)s” is expected. Is it the bank's "
                "answer in the format “%(format)s”?",
                **facts,
            ),
            "number": env._("“%(column)s” is no number: “%(value)s”. Ask the bank.", **facts),
            "amount": env._("“%(column)s” is no amount: “%(value)s”. Ask the bank.", **facts),
            "date": env._("“%(column)s” is no date: “%(value)s”. Ask the bank.", **facts),
            "too_wide": env._(
                "“%(value)s” is too long for “%(column)s”, which holds %(width)s bytes. Shorten "
                "it, or widen the column in the format “%(format)s”.",
                **facts,
            ),
            "character": env._(
                "“%(character)s” in “%(value)s” cannot be written in %(encoding)s. Enter another "
                "character.",
                **facts,
            ),
            "not_kept": env._(
                "“%(value)s” cannot stand in “%(column)s”: remove the sign that separates the "
                "columns, line breaks and blanks at its ends.",
                **facts,
            ),
            "blank": env._("The line would be empty. Look at the format “%(format)s”.", **facts),
        }
        sentence = sentences[error.reason]
        if error.line is None:
            return sentence
        return env._("Line %(line)s: %(sentence)s", line=error.line, sentence=sentence)


class PmBankFormatColumn(models.Model):
    _name = "pm.bank.format.column"
    _description = "Column of a Bank File"
    _order = "format_id, sequence, id"
    _rec_name = "content"

    format_id = fields.Many2one("pm.bank.format", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    part = fields.Selection(
        [("header", "First Line"), ("line", "Each Line"), ("footer", "Last Line")],
        required=True,
        default="line",
    )
    direction = fields.Selection(
        [("both", "File and Answer"), ("request", "File Only"), ("answer", "Answer Only")],
        string="Stands In",
        required=True,
        default="both",
    )
    content = fields.Selection(
        [
            ("text", "Fixed Text"),
            ("skip", "Not Used"),
            ("number", "Line No."),
            ("ref", "Reference of the Line"),
            ("mandate", "Mandate No."),
            ("account", "Account No."),
            ("holder", "Account Holder"),
            ("id_no", "ID or Licence No."),
            ("unit", "Unit Nos."),
            ("occupant", "Occupant"),
            ("bill", "Bill"),
            ("month", "Month Billed"),
            ("amount", "Amount"),
            ("result", "Result Code"),
            ("amount_paid", "Amount Collected"),
            ("paid_on", "Collected On"),
            ("reason", "Reason in Words"),
            ("batch", "Batch No."),
            ("contract", "Agreement No. with the Bank"),
            ("payee", "Payee"),
            ("payee_account", "Account of the Payee"),
            ("date", "Day of Collection"),
            ("count", "Number of Lines"),
            ("total", "Total"),
            ("count_paid", "Number Collected"),
            ("total_paid", "Total Collected"),
        ],
        required=True,
    )
    text = fields.Char(help="What stands there in every file.")
    width = fields.Integer(help="In bytes; 0 for as long as it is, where a sign separates columns.")
    align = fields.Selection([("left", "Left"), ("right", "Right")], required=True, default="left")
    pad = fields.Selection(
        [("space", "Spaces"), ("zero", "Zeros")],
        string="Filled With",
        required=True,
        default="space",
    )

    _width_not_negative = models.Constraint("CHECK (width >= 0)", "A width is not negative.")

    @api.constrains("part", "direction", "content", "align", "pad")
    def _check_content(self):
        for column in self:
            reason = column._get_fault()
            if reason:
                raise ValidationError(
                    self.env._(
                        "Column “%(column)s”: %(reason)s", column=column._label(), reason=reason
                    )
                )

    def _get_fault(self):
        self.ensure_one()
        if self.content in _ANSWERED and self.direction != "answer":
            return self.env._("only the bank's answer says this.")
        if self.content not in _ANYWHERE:
            is_of_line = self.content in _OF_A_LINE
            if is_of_line != (self.part == "line"):
                return (
                    self.env._("it belongs to each line.")
                    if is_of_line
                    else self.env._("it belongs to the first or the last line.")
                )
        if self.pad == "zero" and self.align == "left" and self.content != "text":
            return self.env._("zeros are filled in on the left: align it on the right.")
        return False

    def _get_column(self):
        self.ensure_one()
        return Column(
            name=self.content,
            kind=CONTENTS[self.content],
            label=self._label(),
            width=self.width,
            align=self.align,
            pad="0" if self.pad == "zero" else " ",
            text=self.text or "",
        )

    def _label(self):
        return dict(self._fields["content"]._description_selection(self.env))[self.content]


class PmBankFormatResult(models.Model):
    _name = "pm.bank.format.result"
    _description = "Result Code of a Bank"
    _order = "format_id, code"
    _rec_name = "code"

    format_id = fields.Many2one("pm.bank.format", required=True, ondelete="cascade", index=True)
    code = fields.Char(required=True)
    outcome = fields.Selection(
        [("paid", "Debited"), ("refused", "Not Debited")], required=True, default="refused"
    )
    reason = fields.Char(translate=True, help="What occupant and service centre are told.")

    _one_meaning = models.UniqueIndex("(format_id, code)", "A code has one meaning.")
