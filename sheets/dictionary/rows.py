"""The rows of the dictionary, and the tables as they are written over by them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from sheets.cells.reading import native
from sheets.schema import Column, Issue, Table

OWN_KEY = re.compile(r"x_[a-z0-9_]{1,38}")  # what the branch made itself: ledgers and columns
TEXTS = ("id", "table", "column", "act", "kind", "choices", "ref", "unit", "value")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the dictionary, every cell as text; `position` is its place in a list, or 0."""

    id: str
    table: str
    column: str
    act: str
    zh: str
    en: str
    kind: str
    choices: str
    ref: str
    unit: str
    value: str
    position: int


@dataclass(slots=True)
class Overlay:
    """Tables being written over, and what could not be."""

    tables: dict[str, Table]
    core: Mapping[str, Table]
    positions: dict[tuple[str, str], int] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)

    def refuse(self, row: Row, column: str, code: str) -> None:
        raw = {"value_zh": row.zh, "value_en": row.en}.get(column) or str(getattr(row, column, ""))
        self.issues.append(Issue("dictionary", row.id, column, f"{row.id}.{column}", code, raw, values={"rule": row.id}))

    def column(self, row: Row) -> Column | None:
        """The column a row speaks of; None after an Issue says that there is none."""
        table = self.tables.get(row.table)
        if table is None:
            self.refuse(row, "table", "dictionary_table")
            return None
        column = table.column(row.column)
        if column is None:
            self.refuse(row, "column", "dictionary_column")
        return column

    def put(self, row: Row, column: Column) -> None:
        table = self.tables[row.table]
        columns = tuple(column if c.key == column.key else c for c in table.columns)
        self.tables[row.table] = replace(table, columns=columns)


def rows(found: pd.DataFrame | Iterable[Mapping[str, Any]]) -> Iterable[Row]:
    """The rows that count: those that are not deleted."""
    for record in found.to_dict("records") if isinstance(found, pd.DataFrame) else found:
        if native(record.get("deleted")) is not True:
            place = native(record.get("position"))
            texts = {key: _text(record.get(key)) for key in TEXTS}
            zh, en = _text(record.get("value_zh")), _text(record.get("value_en"))
            yield Row(zh=zh, en=en, position=int(place) if isinstance(place, int | float) else 0, **texts)


def _text(cell: object) -> str:
    value = native(cell)
    return value.strip() if isinstance(value, str) else ""
