"""When a fact was written down, where that was on another day than it says: "submitted_on=2026-11-26; notice_on=2026-11-20".

One cell of a row keeps it for all the row's facts, and is blank as long as everything was entered on its day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from sheets.schema import Column, Table

COLUMN = Column("entered_late", "补录说明", "Entered later", "long", auto=True)


def with_column(table: Table) -> Table:
    """The ledger with the cell, where it has facts that do not keep by themselves when they were entered."""
    return replace(table, columns=(*table.columns, COLUMN)) if any(kept(table.columns)) else table


def kept(columns: Iterable[Column]) -> list[Column]:
    """The columns whose day of entry is kept in this cell."""
    return [column for column in columns if column.fact and not column.entered]


def read(text: str) -> dict[str, date]:
    """Column → the day on which it was entered. What is no such note (a file may hold anything) is left out."""
    found: dict[str, date] = {}
    for part in text.split(";"):
        key, _, day = part.strip().partition("=")
        try:
            found[key] = date.fromisoformat(day.strip())
        except ValueError:
            continue
    return found


def write(days: Mapping[str, date]) -> str | None:
    """None when there is nothing to say."""
    return "; ".join(f"{key}={day.isoformat()}" for key, day in sorted(days.items())) or None
