"""Values on their way into SQL and out of the record of changes."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from sheets import cells
from sheets.merge import Cell
from sheets.schema import Column, Kind, Unread, Value
from sheets.store.faults import EditRefused

_PYTHON: dict[Kind, type | tuple[type, ...]] = {
    "date": date,
    "datetime": datetime,
    "monthday": int,
    "integer": int,
    "money": int,
    "percent": int,
    "yesno": bool,
}


def plain_type(column: Column) -> type | tuple[type, ...]:
    """What Python holds a value of the column in."""
    return _PYTHON.get(column.kind, str)


def clean(place: str, column: Column, value: Any) -> Value:
    """The value as it is kept: blank text is no value, instants have whole seconds. Raises EditRefused."""
    if value is None or value == "":
        return None
    wanted = plain_type(column)
    whole = isinstance(value, bool) if wanted is bool else isinstance(value, wanted) and not isinstance(value, bool)
    if not whole or (wanted is date and isinstance(value, datetime)):
        raise EditRefused(place, column=column.key, value=repr(value)[:80])
    if isinstance(value, datetime):
        return value.replace(microsecond=0, tzinfo=None)
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8") or None
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise EditRefused(place, column=column.key, value=repr(value)[:80])
    found: Value = value
    return found


def text(column: Column, cell: Cell) -> str | None:
    """A cell as the record of changes keeps it: exact text, None when blank."""
    if isinstance(cell, Unread):
        return cell.raw
    return cells.plain(column, cell) if cell is not None else None


def back(column: Column, written: str | None, code: str = "") -> Cell:
    """The inverse of `text`."""
    if written is None:
        return None
    return Unread(written, code) if code else cells.read(column, written).value


def exact(column: Column, written: str) -> Value:
    """The inverse of `text` to the letter: nothing is trimmed or looked up. Raises ValueError for what `text` never wrote."""
    if written == "" or plain_type(column) is str:
        return written or None
    found = cells.read(column, written).value
    if found is None or cells.plain(column, found) != written:
        raise ValueError(column.key)
    return found


def loose(kept: Any) -> dict[str, Any]:
    """A JSON column, whichever way the driver hands it over."""
    found: dict[str, Any] = json.loads(kept) if isinstance(kept, str) else (kept or {})
    return found
