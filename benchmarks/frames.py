"""Rows into a book in memory, without a store: typed frames as a branch that has been read holds them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from sheets.book import OWN, Book, series
from sheets.schema import Column, Edit, Table
from sheets.tables import TABLES

BLANK = {"rev": 0, "updated_at": None, "updated_by": "", "deleted": False}


def book(edits: Iterable[Edit]) -> Book:
    """Inserts, column by column: 2.6 million visits take less memory than as many rows would."""
    columns: dict[str, dict[str, list[Any]]] = {key: {"id": []} for key in TABLES}
    for edit in edits:
        held, row = columns[edit.table], edit.after or {}
        size = len(held["id"])
        for key in row.keys() - held.keys():
            held[key] = [None] * size
        for key, cells in held.items():
            cells.append(edit.id if key == "id" else row.get(key))
    return Book({key: _frame(table, columns.pop(key)) for key, table in TABLES.items()}, [], 0, dict(TABLES))


def again(found: Book, version: int) -> Book:
    """The same frames in a new book, so that nothing computed for the old one is found again."""
    return Book(dict(found.frames), list(found.issues), version, dict(found.tables))


def _frame(table: Table, columns: dict[str, list[Any]]) -> pd.DataFrame:
    size = len(columns["id"])
    data = {c.key: series(c, columns[c.key]) if c.key in columns else _blank(c, size) for c in table.columns}
    own = {key: pd.Series([BLANK[key]] * size, dtype=dtype) for key, dtype in OWN.items()}
    return pd.DataFrame(data | own)


def _blank(column: Column, size: int) -> pd.Series:
    return series(column, [None]).take([0] * size).reset_index(drop=True)
