from dataclasses import dataclass

import psycopg2

from odoo import api, models
from odoo.exceptions import UserError

from ..tools.workbook import to_date, to_number, to_text

# Rows handed to the database at once: large enough to be fast, small enough for any memory.
_CHUNK = 500
# Stands among the refused keys of a sheet of which no row could be read.
_ALL = object()


@dataclass(frozen=True)
class Column:
    """A column of an import sheet.

    `kind` is char, float, integer, date, boolean or selection; `options` are the (value, label)
    pairs of a selection; `minimum` is the smallest number accepted, itself only if `inclusive`.
    """

    name: str
    label: str
    kind: str = "char"
    required: bool = False
    help: str = ""
    options: tuple = ()
    minimum: float | None = None
    inclusive: bool = True


class RowError(Exception):
    """A row cannot be taken: `column` is the name of the column at fault, or "" for the row."""

    def __init__(self, column, message):
        super().__init__(message)
        self.column = column
        self.message = message


class RowSkip(Exception):
    """A row is left out without a word: its record exists, or its master row was refused."""


class PmImportSheet(models.AbstractModel):
    """What one sheet of an import workbook holds and how its rows become records.

    An addon adds a sheet by inheriting this model under a name of its own, and by naming it in
    `pm.import._get_sheet_models`.
    """

    _name = "pm.import.sheet"
    _description = "Sheet of an Import"

    def _get_title(self):
        """Return the name of the sheet in the language of the user."""
        raise NotImplementedError

    def _get_columns(self):
        """Return the list of `Column` in the language of the user."""
        raise NotImplementedError

    def _begin(self, site):
        """Return a dict of what `_prepare_vals` looks things up in; called once a run."""
        return {"site": site}

    def _get_row_keys(self, cells):
        """Return the names by which other sheets may refer to a row (a dict of its texts)."""
        return []

    def _prepare_vals(self, row, lookups):
        """Return the values to create from a row (a dict by column name); raise RowError.

        `lookups["row"]` is the number of the row.
        """
        raise NotImplementedError

    def _store(self, vals_list, lookups):
        """Create the records of a chunk of rows."""
        raise NotImplementedError

    @api.model
    def _skip_if_refused(self, sheet_model, key, lookups):
        """Leave the row out when `key` names a row of an earlier sheet that was refused.

        Whoever refers to such a row is not at fault, and a second message would only confuse.
        """
        keys = lookups["refused"].get(sheet_model, ())
        if key in keys or _ALL in keys:
            raise RowSkip

    @api.model
    def _get_titles(self):
        """Return the names the sheet may have: one for each language of the database."""
        return {
            self.with_context(lang=code)._get_title()
            for code, _name in [*self.env["res.lang"].get_installed(), ("en_US", "")]
        }

    def _match_heading(self, heading):
        """Return ({index: Column}, missing required labels, unknown labels) of a heading row."""
        by_label = {}
        for code, _name in [("en_US", ""), *self.env["res.lang"].get_installed()]:
            for column in self.with_context(lang=code)._get_columns():
                by_label[column.label] = column.name
        columns = {column.name: column for column in self._get_columns()}
        labels = [to_text(value) for value in heading]
        matched = {
            index: columns[by_label[label]]
            for index, label in enumerate(labels)
            if label in by_label
        }
        present = {column.name for column in matched.values()}
        missing = [
            column.label
            for column in columns.values()
            if column.required and column.name not in present
        ]
        unknown = [label for label in labels if label and label not in by_label]
        return matched, missing, unknown

    def _get_option_labels(self):
        """Return {column name: {label or value: value}}, with the labels of every language."""
        labels = {}
        for code, _name in [*self.env["res.lang"].get_installed(), ("en_US", "")]:
            for column in self.with_context(lang=code)._get_columns():
                for value, label in column.options:
                    labels.setdefault(column.name, {}).update({label: value, value: value})
        return labels

    def _read_row(self, matched, values, option_labels):
        """Return the dict of a row's typed values; raise RowError for the first bad cell."""
        row = {}
        for index, column in matched.items():
            cell = values[index] if index < len(values) else None
            if cell is None or cell == "":
                if column.required:
                    raise RowError(
                        column.name, self.env._("%(column)s is missing.", column=column.label)
                    )
                row[column.name] = False
                continue
            row[column.name] = self._read_cell(column, cell, option_labels.get(column.name))
        return row

    def _read_cell(self, column, cell, option_labels):
        try:
            if column.kind == "char":
                return to_text(cell)
            if column.kind == "date":
                return to_date(cell)
            if column.kind in ("float", "integer"):
                number = to_number(cell)
                if column.kind == "integer" and not number.is_integer():
                    raise ValueError(cell)
        except (ValueError, TypeError):
            raise RowError(
                column.name,
                self.env._(
                    "“%(value)s” is not a %(kind)s.",
                    value=to_text(cell),
                    kind=self._get_kind_label(column.kind),
                ),
            ) from None
        if column.kind in ("float", "integer"):
            self._check_minimum(column, number)
            return int(number) if column.kind == "integer" else number
        text = to_text(cell)
        if column.kind == "boolean":
            option_labels = {
                **dict.fromkeys(("1", "True", "Yes", "yes", "Y", "是", "√"), True),
                **dict.fromkeys(("0", "False", "No", "no", "N", "否", "×"), False),
            }
        if text not in option_labels:
            choices = (
                self.env._("yes, no")
                if column.kind == "boolean"
                else ", ".join(label for _value, label in column.options)
            )
            raise RowError(
                column.name,
                self.env._("“%(value)s” is not one of: %(choices)s.", value=text, choices=choices),
            )
        return option_labels[text]

    def _check_minimum(self, column, number):
        minimum = column.minimum
        if minimum is None or number > minimum or (column.inclusive and number == minimum):
            return
        if column.inclusive:
            message = self.env._(
                "%(value)s is too small: %(minimum)s or more is needed.",
                value=to_text(number),
                minimum=to_text(minimum),
            )
        else:
            message = self.env._(
                "%(value)s is too small: more than %(minimum)s is needed.",
                value=to_text(number),
                minimum=to_text(minimum),
            )
        raise RowError(column.name, message)

    def _get_kind_label(self, kind):
        return {
            "float": self.env._("number"),
            "integer": self.env._("whole number"),
            "date": self.env._("date (such as 2026-01-31)"),
        }[kind]

    def _run(self, rows, site, report_error, report_count, refused=None):
        """Take the rows of the sheet; return how many were taken.

        `rows` yields (row number, values) and begins with the heading. Errors go to
        `report_error(row number, column label, value, message)`, which may raise to stop.
        `refused` holds the keys of the refused rows by sheet, for the sheets that follow.
        """
        refused = {} if refused is None else refused
        refused_keys = refused.setdefault(self._name, set())
        number, heading = next(rows, (0, []))
        matched, missing, unknown = self._match_heading(heading)
        for label in missing:
            report_error(number, label, "", self.env._("This column is missing from the sheet."))
        for label in unknown:
            report_error(number, label, "", self.env._("This column is not known."))
        if missing or unknown:
            refused_keys.add(_ALL)
            return 0
        option_labels = self._get_option_labels()
        columns = {column.name: (index, column) for index, column in matched.items()}
        lookups = {**self._begin(site), "refused": refused}
        taken, pending = 0, []

        def report_row(number, values, error):
            index, column = columns.get(error.column, (None, None))
            value = to_text(values[index]) if index is not None and index < len(values) else ""
            report_error(number, column.label if column else "", value, error.message)
            leave_out(values)

        def leave_out(values):
            cells = {
                column.name: to_text(values[index])
                for index, column in matched.items()
                if index < len(values)
            }
            refused_keys.update(self._get_row_keys(cells))

        for number, values in rows:
            lookups["row"] = number
            try:
                row = self._read_row(matched, values, option_labels)
                pending.append((number, values, self._prepare_vals(row, lookups)))
            except RowError as error:
                report_row(number, values, error)
            except RowSkip:
                leave_out(values)
            if len(pending) >= _CHUNK:
                taken += self._store_chunk(pending, lookups, report_row)
                pending = []
                report_count(taken)
        taken += self._store_chunk(pending, lookups, report_row)
        report_count(taken)
        return taken

    def _store_chunk(self, pending, lookups, report_row):
        """Store rows together; if the database refuses, one by one, to find the rows at fault."""
        if not pending:
            return 0
        message = self._try_store([vals for _number, _values, vals in pending], lookups)
        if message is None:
            return len(pending)
        stored = 0
        for number, values, vals in pending:
            message = self._try_store([vals], lookups)
            if message is None:
                stored += 1
            else:
                report_row(number, values, RowError("", message))
        return stored

    def _try_store(self, vals_list, lookups):
        """Store rows and return None, or leave nothing behind and return the reason."""
        try:
            with self.env.cr.savepoint():
                self._store(vals_list, lookups)
                self.env.flush_all()
        except UserError as error:
            return str(error.args[0])
        except psycopg2.IntegrityError as error:
            return self._word_sql_error(error)
        self.env.invalidate_all(flush=False)  # keeps the memory of a long file bounded
        return None

    def _word_sql_error(self, error):
        """Return the sentence of the constraint that the database says was broken."""
        name = error.diag.constraint_name or ""
        for model_name in self.env.registry:
            model = self.env[model_name]
            if model._table and name.startswith(model._table):
                for table_object in model._table_objects.values():
                    if table_object.full_name(model) == name and table_object.message:
                        return table_object.get_error_message(model, error.diag)
        return self.env._(
            "The database refuses this row: %(detail)s", detail=error.diag.message_primary
        )
