"""Rows of registers: what changed since the last issue, groups and totals. No records, no language.

A row is a dict: `key` tells which row it is from one issue to the next, `group` is its heading,
`cells` are texts, numbers or dates (ISO), `mark` is "new", "changed", "removed" or "", and
`changed` lists the positions of the cells that differ.
"""


def mark_changes(rows, before, columns):
    """Mark in `rows` what differs from the rows `before`, and append those that are gone.

    `columns` pairs the positions of the cells to compare: (position now, position before).
    """
    known = {row["key"]: row for row in before if row["mark"] != "removed"}
    for row in rows:
        old = known.pop(row["key"], None)
        if old is None:
            row["mark"] = "new"
            continue
        row["changed"] = [now for now, then in columns if row["cells"][now] != old["cells"][then]]
        row["mark"] = "changed" if row["changed"] else ""
    width = len(rows[0]["cells"]) if rows else max((now for now, _then in columns), default=-1) + 1
    for old in known.values():
        cells = [""] * width
        for now, then in columns:
            cells[now] = old["cells"][then]
        rows.append({**old, "cells": cells, "mark": "removed", "changed": []})


def group_rows(rows):
    """Return [(group, rows)] in the order in which the groups first appear."""
    groups = {}
    for row in rows:
        groups.setdefault(row["group"], []).append(row)
    return list(groups.items())


def sum_columns(rows, positions):
    """Return {position: total} of the rows that are still there."""
    return {
        position: sum(row["cells"][position] or 0 for row in rows if row["mark"] != "removed")
        for position in positions
    }


def fit_widths(widths, room, least):
    """Return (scale, widths) by which columns of `widths` mm fit a page with `room` mm for them.

    Columns of 0 share what the others leave; they count with `least` mm each.
    """
    scale = min(1.0, room / (sum(width or least for width in widths) or room))
    if scale == 1.0:
        return scale, widths
    return scale, [round((width or least) * scale, 1) for width in widths]


def put_side_by_side(rows, height, width):
    """Return pages of lines, each two rows of cells one beside the other.

    A page is read down its left half, then down its right one; `height` is how many rows a half
    has room for, `width` how many cells a row has, for the place of one that is missing.
    """
    blank = [""] * width
    pages = []
    for start in range(0, len(rows), 2 * height):
        page = rows[start : start + 2 * height]
        half = (len(page) + 1) // 2
        left, right = page[:half], page[half:]
        right += [blank] * (len(left) - len(right))
        pages.append([one + other for one, other in zip(left, right, strict=True)])
    return pages
