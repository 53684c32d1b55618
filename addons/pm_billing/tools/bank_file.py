"""Files that banks take and answer with: lines of cells, laid out as a `Layout` says.

Amounts are whole fen. What would not be read back as it was given is refused when it is written,
so that no name is ever cut short and no amount ever misread.
"""

import codecs
import re
from dataclasses import dataclass
from datetime import date

PARTS = ("header", "line", "footer")
_DATE_SIGNS = {"plain": "", "dash": "-", "slash": "/"}


class BankFileError(ValueError):
    """What is wrong with a file: a `reason`, the number of the line (from 1), and details."""

    def __init__(self, reason, line=None, **details):
        super().__init__(reason, line, details)
        self.reason = reason
        self.line = line
        self.details = details


@dataclass(frozen=True)
class Column:
    """A cell of a line. `kind` is text, number, amount, date, or fixed for a constant `text`."""

    name: str
    kind: str = "text"
    label: str = ""
    width: int = 0
    align: str = "left"
    pad: str = " "
    text: str = ""


@dataclass(frozen=True)
class Layout:
    """How a file is written: without `delimiter` each cell has its width in bytes."""

    header: tuple = ()
    line: tuple = ()
    footer: tuple = ()
    encoding: str = "gb18030"
    delimiter: str = ""
    unit: str = "yuan"
    dates: str = "plain"
    line_end: str = "\r\n"
    has_mark: bool = False

    def get_columns(self, part):
        return getattr(self, part)


def write_file(layout, lines, header=None, footer=None):
    """Return the bytes of a file; each line is {column name: value}."""
    rows = _place(layout, lines, header, footer)
    written = [
        _write_row(layout, layout.get_columns(part), values, number)
        for number, (part, values) in enumerate(rows, 1)
    ]
    end = layout.line_end.encode("ascii")
    return (codecs.BOM_UTF8 if layout.has_mark else b"") + b"".join(row + end for row in written)


def read_file(layout, content):
    """Return (lines, header, footer) of a file as `write_file` takes them."""
    content = content.removeprefix(codecs.BOM_UTF8)
    rows = [row.removesuffix(b"\r") for row in content.split(b"\n")]
    while rows and not rows[-1].strip():
        rows.pop()
    around = bool(layout.header) + bool(layout.footer)
    if len(rows) <= around:
        raise BankFileError("empty")
    parts = ["line"] * len(rows)
    if layout.header:
        parts[0] = "header"
    if layout.footer:
        parts[-1] = "footer"
    found = {part: [] for part in PARTS}
    for number, (part, row) in enumerate(zip(parts, rows, strict=True), 1):
        found[part].append(_read_row(layout, layout.get_columns(part), row, number))
    return (
        found["line"],
        found["header"][0] if layout.header else None,
        found["footer"][0] if layout.footer else None,
    )


def _place(layout, lines, header, footer):
    rows = [("line", values) for values in lines]
    if layout.header:
        rows.insert(0, ("header", header or {}))
    if layout.footer:
        rows.append(("footer", footer or {}))
    return rows


def _write_row(layout, columns, values, number):
    cells = []
    for column in columns:
        value = values.get(column.name)
        text = _word(layout, column, value)
        cell = _pad(layout, column, text, number)
        _check_kept(layout, column, value, text, cell, number)
        cells.append(cell)
    separator = _encode(layout, None, layout.delimiter, number)
    row = separator.join(cells)
    if not row.strip():
        raise BankFileError("blank", number)
    return row


def _word(layout, column, value):
    if column.kind == "fixed":
        return column.text
    if column.kind == "amount":
        if layout.unit == "fen":
            return str(value)
        return f"{value // 100}.{value % 100:02}"
    if column.kind == "date":
        if not value:
            return ""
        sign = _DATE_SIGNS[layout.dates]
        return f"{value.year:04}{sign}{value.month:02}{sign}{value.day:02}"
    return "" if value is None else str(value)


def _pad(layout, column, text, number):
    cell = _encode(layout, column, text, number)
    room = column.width - len(cell)
    if column.width and room < 0:
        raise BankFileError("too_wide", number, column=column.label, value=text, width=column.width)
    filling = column.pad.encode("ascii") * max(room, 0)
    return filling + cell if column.align == "right" else cell + filling


def _encode(layout, column, text, number):
    try:
        return text.encode(layout.encoding)
    except UnicodeEncodeError as error:
        raise BankFileError(
            "character",
            number,
            column=column.label if column else "",
            value=text,
            character=error.object[error.start],
        ) from None


def _check_kept(layout, column, value, text, cell, number):
    """Refuse a cell from which a reader would not take what was to be written."""
    decoded = cell.decode(layout.encoding)
    signs = {"\n", "\r", *layout.delimiter}
    kept = not signs & set(decoded)
    if kept and column.kind != "fixed":
        expected = text if column.kind == "text" else value
        try:
            kept = _understand(layout, column, decoded, number) == expected
        except BankFileError:
            kept = False
    if not kept:
        raise BankFileError("not_kept", number, column=column.label, value=text)


def _read_row(layout, columns, row, number):
    cells = _cut(layout, columns, row, number)
    values = {}
    for column, cell in zip(columns, cells, strict=True):
        value = _understand(layout, column, cell, number)
        if column.kind != "fixed":
            values[column.name] = value
    return values


def _cut(layout, columns, row, number):
    if layout.delimiter:
        cells = _decode(layout, row, number).split(layout.delimiter)
        if len(cells) != len(columns):
            raise BankFileError("columns", number, found=len(cells), expected=len(columns))
        return cells
    expected = sum(column.width for column in columns)
    if len(row) != expected:
        _decode(layout, row, number)  # a wrong encoding is the better explanation
        raise BankFileError("length", number, found=len(row), expected=expected)
    cells, start = [], 0
    for column in columns:
        cells.append(_decode(layout, row[start : start + column.width], number))
        start += column.width
    return cells


def _decode(layout, cell, number):
    try:
        return cell.decode(layout.encoding)
    except UnicodeDecodeError:
        raise BankFileError("encoding", number, encoding=layout.encoding) from None


def _understand(layout, column, cell, number):
    if column.kind == "fixed":
        if _strip(column, cell) != _strip(column, column.text):
            raise BankFileError(
                "fixed", number, column=column.label, value=cell, expected=column.text
            )
        return None
    text = _strip(column, cell)
    if column.kind == "text":
        return text
    if column.kind == "date" and not text:
        return None
    value = {"number": _read_number, "amount": _read_amount, "date": _read_date}[column.kind](
        layout, text, column.pad
    )
    if value is None:
        raise BankFileError(column.kind, number, column=column.label, value=cell.strip() or cell)
    return value


def _strip(column, cell):
    if not column.width:
        return cell.strip(" ")
    return cell.lstrip(column.pad) if column.align == "right" else cell.rstrip(column.pad)


def _read_number(_layout, text, pad):
    if not text and pad == "0":
        return 0
    return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else None


def _read_amount(layout, text, pad):
    if layout.unit == "fen":
        return _read_number(layout, text, pad)
    match = re.fullmatch(r"([0-9]{0,13})(?:\.([0-9]{1,2}))?", text)
    if not match or not (text or pad == "0"):
        return None
    whole, cents = match.groups()
    return int(whole or 0) * 100 + int((cents or "").ljust(2, "0"))


def _read_date(layout, text, _pad):
    sign = re.escape(_DATE_SIGNS[layout.dates])
    match = re.fullmatch(rf"([0-9]{{4}}){sign}([0-9]{{2}}){sign}([0-9]{{2}})", text)
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
