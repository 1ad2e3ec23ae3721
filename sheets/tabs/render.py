"""What is written into a cell of the sheet: a JSON value that Google stores as it is, and that reads back as what it was."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sheets.cells import Lookup, plain, read
from sheets.cells.numbers import unit_of
from sheets.cells.reading import native
from sheets.schema import Column, Unread, Value
from texts import Lang, say

Raw = str | int | float | bool | None  # what JSON carries to a cell and back

_ORIGIN = date(1899, 12, 30)
_ORIGIN_AT = datetime(1899, 12, 30)
_DAY = timedelta(days=1)
# Day counts that say another day elsewhere (up to 60), or that look like a year typed alone: written as text.
_LEAST_SERIAL, _YEARS = 61, range(1900, 2101)
_EXACT = 2**53  # beyond it a double leaves whole numbers out
_DIGITS = 15  # what a double keeps of a decimal figure, whatever the figure


def render(column: Column, cell: Value | Unread, lang: Lang) -> Raw:
    """The cell of one value: None where it is blank, and what could not be read exactly as it was typed.

    Money counts in the column's unit; a percentage is text with its sign, since a sheet would take 5 % for 0.05.
    """
    return cell.raw if isinstance(cell, Unread) else _writer(column, lang)(_native(cell))


def render_column(column: Column, cells: Iterable[Value | Unread], lang: Lang) -> list[Raw]:
    """A whole column. Values may come out of a frame: NaN, NaT and NA are blank. Equal values are written once."""
    write = _writer(column, lang)
    seen: dict[tuple[type, Any], Raw] = {}
    found: list[Raw] = []
    for cell in cells:
        if isinstance(cell, Unread):
            found.append(cell.raw)
            continue
        key = (cell.__class__, cell)
        if key not in seen:
            seen[key] = write(_native(cell))
        found.append(seen[key])
    return found


def reads_back(column: Column, cell: Value | Unread, lang: Lang, lookup: Lookup | None = None) -> bool:
    """Whether the sheet's cell would be read as this very value: what does not is better not written."""
    if isinstance(cell, Unread):
        return True
    return bool(read(column, render(column, cell, lang), lookup).value == _native(cell))


def last_digits(cell: Value | Unread) -> str | None:
    """An account number of which only the last four signs are shown."""
    text = cell.raw if isinstance(cell, Unread) else cell
    return None if _native(text) is None else "****" + str(text)[-4:]


def _native(cell: Any) -> Any:
    value = native(cell)
    return None if isinstance(value, str) and not value else value


def _writer(column: Column, lang: Lang) -> Callable[[Any], Raw]:
    """How a value of the column is written; None stays None."""
    write = _WRITERS.get(column.kind)
    if write is None:
        return lambda value: None if value is None else str(value)
    return lambda value: None if value is None else write(column, value, lang)


def _date(column: Column, value: date, _: Lang) -> Raw:
    day = value.date() if isinstance(value, datetime) else value
    serial = (day - _ORIGIN).days
    return plain(column, day) if serial < _LEAST_SERIAL or serial in _YEARS else serial


def _datetime(_: Column, value: date, __: Lang) -> Raw:
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    serial = (moment - _ORIGIN_AT) / _DAY
    return f"{moment:%Y-%m-%d %H:%M:%S}" if serial < _LEAST_SERIAL or serial in _YEARS else serial


def _integer(_: Column, value: int, __: Lang) -> Raw:
    return int(value) if abs(value) <= _EXACT else str(int(value))


def _money(column: Column, value: int, _: Lang) -> Raw:
    amount = (Decimal(int(value)) / (100 * unit_of(column))).normalize()
    if len(amount.as_tuple().digits) > _DIGITS:
        return plain(column, value)
    return int(amount) if amount == amount.to_integral_value() and abs(amount) <= _EXACT else float(amount)


def _plain(column: Column, value: Any, _: Lang) -> Raw:
    return plain(column, value)


def _yesno(_: Column, value: Any, lang: Lang) -> Raw:
    return say("cells.yes" if value else "cells.no", lang)


def _choice(column: Column, value: Any, lang: Lang) -> Raw:
    return _label(column, str(value), lang)


def _choices(column: Column, value: Any, lang: Lang) -> Raw:
    """The labels, parted so that one which holds a comma or a bar stays whole."""
    joined = say("sheet.join", lang).join(_label(column, code, lang) for code in str(value).split(";"))
    return joined if read(column, joined).value == value else str(value)


def _label(column: Column, code: str, lang: Lang) -> str:
    """The word for a code, or the code itself where the word would be read as another."""
    choice = column.choice(code)
    if choice is None:
        return code
    alone = column if column.kind == "choice" else Column(column.key, column.zh, column.en, "choice", column.choices)
    label = choice.label(lang)
    return label if read(alone, label).value == code else code


_WRITERS: dict[str, Callable[[Column, Any, Lang], Raw]] = {
    "date": _date,
    "datetime": _datetime,
    "monthday": _integer,
    "integer": _integer,
    "money": _money,
    "percent": _plain,
    "yesno": _yesno,
    "choice": _choice,
    "choices": _choices,
}
