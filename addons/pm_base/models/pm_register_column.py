from odoo import api, fields, models
from odoo.tools import format_datetime, html2plaintext

from .wording import word_enumeration

_NUMBERS = ("integer", "float", "monetary")


class PmRegisterColumn(models.Model):
    _name = "pm.register.column"
    _description = "Column of a Register"
    _order = "sequence, id"

    register_id = fields.Many2one("pm.register", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Heading", required=True, translate=True)
    path = fields.Char(
        help="Fields from the record to the value, joined by dots, such as unit_ids.code. Empty "
        "for a column to fill in by hand."
    )
    width = fields.Integer(string="Width (mm)", help="0 for as much as the others leave.")
    align = fields.Selection(
        [("left", "Left"), ("center", "Centre"), ("right", "Right")],
        compute="_compute_align",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    is_total = fields.Boolean(string="Grand Total", help="Added up at the foot and for each group.")
    is_brief = fields.Boolean(
        string="Brief List",
        help="Also printed in a brief list of such columns, twice side by side, before the full "
        "one.",
    )
    is_key = fields.Boolean(
        string="Key",
        help="Rows that agree in the key columns are the same row of the issue before. Without a "
        "key column it is the record that counts.",
    )
    is_unmarked = fields.Boolean(
        string="Changes Not Marked",
        help="A change in this column alone does not mark the row, such as the day on which a "
        "number was confirmed.",
    )

    _width_positive = models.Constraint("CHECK (width >= 0)", "A width is not negative.")

    @api.depends("path", "register_id.model_id")
    def _compute_align(self):
        for column in self:
            column.align = "right" if column._get_kind() == "number" else "left"

    @api.constrains("path", "register_id")
    def _check_path(self):
        # Constraints run as superuser; the right to read is that of the user.
        for column in self.sudo(False).filtered("path"):
            column.register_id._get_fields(column.path)

    def _get_chain(self, path=None):
        """Return the fields of the path; fewer where it breaks off."""
        model = self.env.get(self.register_id.model)
        chain = []
        for name in (path or self.path or "").split("."):
            field = model._fields.get(name) if model is not None else None
            if not field:
                break
            chain.append(field)
            model = self.env[field.comodel_name] if field.comodel_name else None
        return chain

    def _get_kind(self):
        """Return "number", "date" or "text"."""
        chain = self._get_chain()
        if not chain or any(field.type in ("one2many", "many2many") for field in chain):
            return "text"
        if chain[-1].type in _NUMBERS and chain[-1].name != "id":
            return "number"
        return "date" if chain[-1].type == "date" else "text"

    def _prepare_heading(self):
        """Return what an issue keeps of the column."""
        self.ensure_one()
        kind = self._get_kind()
        digits = 0
        if kind == "number" and self._get_chain()[-1].type != "integer":
            precision = getattr(self._get_chain()[-1], "get_digits", lambda env: None)(self.env)
            digits = precision[1] if precision else 2
        return {
            "label": self.name,
            "path": self.path or "",
            "kind": kind,
            "digits": digits,
            "width": self.width,
            "align": self.align,
            "total": self.is_total and kind == "number",
            "brief": self.is_brief,
            "unmarked": self.is_unmarked,
        }

    def _read_cells(self, records):
        """Return the cell of each record: a number, a date in ISO form, or text."""
        self.ensure_one()
        if not self.path:
            return [""] * len(records)
        kind = self._get_kind()
        if kind == "text":
            return self._read_texts(records, self.path)
        values = [self._follow(record, self.path.split(".")) for record in records]
        if kind == "date":
            return [value.isoformat() if value else "" for value in values]
        # An empty link on the way is no number, not a nought.
        return [value if value is not None else "" for value in values]

    def _follow(self, record, names):
        """Return the value at the end of a path without lists; None where a link is empty."""
        for name in names:
            if not record:
                return None
            record = record[name]
        return record

    def _read_texts(self, records, path):
        """Return the text of each record at `path`; several values are joined."""
        names = path.split(".")
        chain = self[:1]._get_chain(path)
        word = self._get_wording(chain[-1])
        texts = []
        for record in records:
            level = record
            for name in names[:-1]:
                level = level[name]
            last = names[-1]
            words = [word(item[last]) for item in level] if level else []
            unique = dict.fromkeys(text for text in words if text)
            texts.append(word_enumeration(self.env, unique))
        return texts

    def _get_wording(self, field):
        """Return the function that words a value of `field`."""
        env = self.env
        if field.type == "selection":
            labels = dict(field._description_selection(env))
            return lambda value: labels.get(value, "")
        if field.type == "boolean":
            return lambda value: "√" if value else ""
        if field.type == "datetime":
            tz = env.context.get("tz")
            return lambda value: format_datetime(env, value, tz, "short") if value else ""
        if field.type == "date":
            return lambda value: value.isoformat() if value else ""
        if field.type == "html":
            return lambda value: html2plaintext(value or "").strip()
        if field.type == "many2one":
            return lambda value: value.display_name or ""
        if field.comodel_name:
            return lambda value: word_enumeration(env, value.mapped("display_name"))
        if field.type in _NUMBERS:
            return lambda value: f"{value:,}"
        return lambda value: value or ""
