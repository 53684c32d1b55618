"""Read and write the sheets of an Excel workbook, row by row, without ever holding it whole."""

import zipfile
from datetime import date, datetime
from io import BytesIO
from math import isfinite

import xlsxwriter
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

# A workbook is a zip archive; one that unpacks to more than this is an accident or an attack.
MAX_UNPACKED_BYTES = 300 * 1024 * 1024


class WorkbookError(ValueError):
    """The file is not a workbook that can be read; `reason` is "format" or "size"."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def open_workbook(content):
    """Open the bytes of an .xlsx file for reading in a stream."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            if sum(item.file_size for item in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise WorkbookError("size")
        return load_workbook(BytesIO(content), read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, OSError, ValueError) as error:
        if isinstance(error, WorkbookError):
            raise
        raise WorkbookError("format") from error


def iter_rows(sheet):
    """Yield (row number, values) of the rows that are not blank; the first one is the heading."""
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        values = [value.strip() if isinstance(value, str) else value for value in row]
        if any(value not in (None, "") for value in values):
            yield number, values


def to_text(value):
    """Return a cell as text: a whole number loses its ".0", as room and phone numbers must."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (datetime, date)):
        return value.strftime("%Y-%m-%d")
    return str(value).strip()


def to_number(value):
    """Return a cell as a float; raises ValueError for text, blanks within text and truth values."""
    if isinstance(value, bool):
        raise ValueError(value)
    number = float(value.replace(",", "")) if isinstance(value, str) else float(value)
    if not isfinite(number):
        raise ValueError(value)
    return number


def to_date(value):
    """Return a cell as a date: a real one, or 2026-1-31, 2026/1/31, 2026.1.31, 2026年1月31日."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        raise ValueError(value)
    text = value.translate(str.maketrans("/.年月", "----")).rstrip("日").strip("-")
    year, month, day = (int(part) for part in text.split("-"))
    return date(year, month, day)


def write_template(sheets):
    """Return a workbook with one empty sheet for each (title, columns).

    A column is a dict: label, required, help, options (labels to choose from, or None), and
    is_text where figures such as 03 must stay as they are typed.
    """
    output = BytesIO()
    workbook = xlsxwriter.Workbook(output, {"in_memory": True})
    heading = workbook.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
    required = workbook.add_format(
        {"bold": True, "bg_color": "#DDEBF7", "border": 1, "font_color": "#C00000"}
    )
    text = workbook.add_format({"num_format": "@"})
    for title, columns in sheets:
        sheet = workbook.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        for index, column in enumerate(columns):
            sheet.write(0, index, column["label"], required if column["required"] else heading)
            width = max(12, 2 * len(column["label"]) + 2)
            sheet.set_column(index, index, width, text if column.get("is_text") else None)
            if column["help"]:
                sheet.write_comment(0, index, column["help"])
            if column["options"]:
                sheet.data_validation(
                    1, index, 5000, index, {"validate": "list", "source": column["options"]}
                )
    workbook.close()
    return output.getvalue()


def write_table(title, notes, columns, rows):
    """Return a workbook with one sheet: the notes, a heading, and the rows.

    A column is a dict: label, kind (number, date, text), and digits of a number. Dates come in ISO
    form. What is text stays text, whatever it looks like: no formula is ever written.
    """
    output = BytesIO()
    workbook = xlsxwriter.Workbook(output, {"in_memory": True, "strings_to_formulas": False})
    heading = workbook.add_format(
        {"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True}
    )
    bold = workbook.add_format({"bold": True})
    formats = {
        "date": workbook.add_format({"num_format": "yyyy-mm-dd"}),
        0: workbook.add_format({"num_format": "#,##0"}),
    }
    sheet = workbook.add_worksheet(_sheet_name(title))
    for number, note in enumerate(notes):
        sheet.write_string(number, 0, note, bold)
    top = len(notes)
    sheet.freeze_panes(top + 1, 0)
    for place, column in enumerate(columns):
        sheet.write_string(top, place, column["label"], heading)
        digits = column.get("digits")
        if digits not in formats:
            formats[digits] = workbook.add_format({"num_format": f"#,##0.{'0' * (digits or 2)}"})
    sizes = [2 * len(column["label"]) + 2 for column in columns]
    for number, row in enumerate(rows, start=top + 1):
        for place, (column, cell) in enumerate(zip(columns, row, strict=True)):
            if cell in ("", None):
                continue
            if column["kind"] == "number":
                sheet.write_number(number, place, cell, formats[column["digits"]])
            elif column["kind"] == "date":
                sheet.write_datetime(number, place, date.fromisoformat(cell), formats["date"])
            else:
                sheet.write_string(number, place, cell)
            sizes[place] = max(sizes[place], _width(cell))
    for place, size in enumerate(sizes):
        sheet.set_column(place, place, min(max(size, 6), 50))
    if rows:
        sheet.autofilter(top, 0, top + len(rows), len(columns) - 1)
    workbook.close()
    return output.getvalue()


def _sheet_name(title):
    """Return a title as Excel allows it for a sheet."""
    return "".join(" " if sign in "[]:*?/\\'" else sign for sign in title)[:31] or "1"


def _width(cell):
    """Return the width of a cell in letters; a Chinese sign takes two."""
    return sum(2 if ord(sign) > 255 else 1 for sign in str(cell)) + 2
