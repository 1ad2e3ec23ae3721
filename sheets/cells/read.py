"""A cell becomes a value or a reason, by the kind of its column; one cell or a whole column at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from sheets.cells.codes import read_account, read_email, read_file, read_phone, read_uscc
from sheets.cells.dates import Epoch, doubt, read_date, read_datetime, read_monthday
from sheets.cells.lists import read_choice, read_choices, read_ref, read_staffs, read_yesno
from sheets.cells.numbers import read_integer, read_money, read_percent
from sheets.cells.reading import EMPTY, Lookup, Reading, bad, native
from sheets.cells.words import formula_error, read_text, trim
from sheets.schema import Column, Kind, Value

MISSING = Reading(None, "missing")
# Columns that say when something ends or is owed: a day that no such thing can have is asked about.
_DEADLINE = re.compile(r"(?:^|_)(?:expires|matures|due|until|to|promised|expected|planned|next|goal|pays|by)(?:_|$)")

# What each kind of reader wants to know beside the cell.
_REFS: dict[Kind, Callable[[Column, object, Lookup | None], Reading]] = {"ref": read_ref, "staff": read_ref, "staffs": read_staffs}
_DAYS: dict[Kind, Callable[[object, Epoch], Reading]] = {"date": read_date, "datetime": read_datetime}
_COLUMNS: dict[Kind, Callable[[Column, object], Reading]] = {
    "money": read_money,
    "integer": read_integer,
    "choice": read_choice,
    "choices": read_choices,
    "text": read_text,
    "long": read_text,
}
_CELLS: dict[Kind, Callable[[object], Reading]] = {
    "monthday": read_monthday,
    "percent": read_percent,
    "yesno": read_yesno,
    "uscc": read_uscc,
    "account": read_account,
    "phone": read_phone,
    "email": read_email,
    "file": read_file,
}


def read(column: Column, cell: object, lookup: Lookup | None = None, epoch: Epoch = 1900) -> Reading:
    """One cell as typed or as a spreadsheet keeps it. `epoch` is the workbook's day-count system.

    A Reading in place of a cell was judged by whoever saw more of the sheet than its cells, and stays as it is.
    """
    if isinstance(cell, Reading):
        return cell
    if isinstance(cell, str):
        if not trim(cell):
            return MISSING if column.required else EMPTY
        if formula_error(cell):
            return bad("formula_error", cell)
    elif (cell := native(cell)) is None:
        return MISSING if column.required else EMPTY
    reading = _of_kind(column, cell, lookup, epoch)
    if column.required and reading.value is None and (not reading.code or reading.warning):
        return MISSING
    return reading


def _of_kind(column: Column, cell: object, lookup: Lookup | None, epoch: Epoch) -> Reading:
    if column.kind in _REFS:
        return _REFS[column.kind](column, cell, lookup)
    if column.kind in _DAYS:
        reading = _DAYS[column.kind](cell, epoch)
        code = _doubt(column, reading.value)
        return bad(code, cell) if code else reading
    if column.kind in _COLUMNS:
        return _COLUMNS[column.kind](column, cell)
    return _CELLS[column.kind](cell)


def _doubt(column: Column, value: Value) -> str:
    """Any day may have founded a company; a day that is asked for, or that follows another, may not be just any."""
    deadline = column.kind == "date" and not column.fact and bool(column.after or _DEADLINE.search(column.key))
    asked = column.kind == "date" and (deadline or column.required or column.fact)
    return doubt(value, deadline=deadline) if asked and isinstance(value, date) else ""


def read_column(
    column: Column, cells: Sequence[object], lookup: Lookup | None = None, epoch: Epoch = 1900
) -> tuple[list[Value], dict[int, Reading]]:
    """A whole column: the values, and the readings that carry a code, by position. Equal cells are read once."""
    seen: dict[tuple[type, object], Reading] = {}
    values: list[Value] = []
    told: dict[int, Reading] = {}
    for position, cell in enumerate(cells):
        key = (cell.__class__, cell)
        reading = seen.get(key)
        if reading is None:
            reading = seen[key] = read(column, cell, lookup, epoch)
        values.append(reading.value)
        if reading.code:
            told[position] = reading
    return values, told
