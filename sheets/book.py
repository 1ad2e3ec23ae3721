"""A whole workbook as it was read: one typed frame a ledger, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from sheets.once import Once
from sheets.schema import Column, Issue, Kind, Table

CATEGORIES: tuple[Kind, ...] = ("choice", "ref", "staff")
DTYPES: dict[Kind, str] = {
    "date": "datetime64[s]",
    "datetime": "datetime64[s]",
    "monthday": "Int64",
    "integer": "Int64",
    "money": "Int64",
    "percent": "Int64",
    "yesno": "boolean",
}
OWN = {"rev": "int64", "updated_at": "datetime64[s]", "updated_by": "str", "deleted": "bool"}


def series(column: Column, values: Iterable[Any]) -> pd.Series:
    """Values of one column with the dtype of its kind; blank text is ''."""
    if column.kind in DTYPES:
        return pd.Series(list(values), dtype=DTYPES[column.kind])
    text = pd.Series(["" if value is None else value for value in values], dtype="str")
    if column.kind not in CATEGORIES:
        return text
    return pd.Series(pd.Categorical(text.where(text != "", None)))


def typed(table: Table, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows of canonical values as a frame with every column of the ledger, even when there are none."""
    found = list(rows)
    frame = {column.key: series(column, (row.get(column.key) for row in found)) for column in table.columns}
    blank: dict[str, Any] = {"rev": 0, "updated_at": None, "updated_by": "", "deleted": False}
    for key, dtype in OWN.items():
        frame[key] = pd.Series([row.get(key, blank[key]) for row in found], dtype=dtype)
    return pd.DataFrame(frame)


@dataclass(slots=True)
class Book:
    """`frames` hold every row, deleted ones too; `version` tells when they are stale. Frames are shared: copy to change."""

    frames: dict[str, pd.DataFrame]
    issues: list[Issue]
    version: int
    tables: dict[str, Table]
    once: Once = field(default_factory=Once, repr=False, compare=False)  # what else was worked out from this very book

    def frame(self, key: str) -> pd.DataFrame:
        """Live rows only, numbered from 0."""
        return self.once(("live", key), lambda: self._live(key))

    def _live(self, key: str) -> pd.DataFrame:
        every = self.frames[key]
        return every[~every["deleted"]].reset_index(drop=True) if every["deleted"].any() else every

    def last_good(self, key: str) -> pd.DataFrame:
        """Live rows in which a cell that cannot be read holds its last good value: for rules, never for sums."""
        return self.once(("good", key), lambda: self._revived(key))

    def _revived(self, key: str) -> pd.DataFrame:
        issues = [i for i in self.issues if i.table == key and not i.warning and i.good is not None]
        if not issues:
            return self.frame(key)
        frame = self.frame(key).copy()
        places = {row: n for n, row in enumerate(frame["id"])}
        for issue in issues:
            if issue.row in places and issue.column in frame:
                column = frame[issue.column]
                if isinstance(column.dtype, pd.CategoricalDtype) and issue.good not in column.cat.categories:
                    frame[issue.column] = column.cat.add_categories([issue.good])
                day = column.dtype.kind == "M"
                frame.loc[places[issue.row], issue.column] = pd.Timestamp(issue.good) if day else issue.good  # type: ignore[arg-type]
        return frame


def of(tables: Mapping[str, Table], rows: Mapping[str, Iterable[Mapping[str, Any]]], issues: Iterable[Issue] = ()) -> Book:
    """A book out of plain rows: for what-if, for a branch not stored yet, and for tests written as tables."""
    frames = {key: typed(table, rows.get(key, ())) for key, table in tables.items()}
    return Book(frames, list(issues), 0, dict(tables))
