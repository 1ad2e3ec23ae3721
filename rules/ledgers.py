"""The workbook as rules look at it: last good values, whole days, rows found through references, each once."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from rules import days as d
from rules.days import Days
from sheets.book import Book
from sheets.schema import Column, Table

Positions = npt.NDArray[np.intp]


class Ledgers:
    """A read-only view of a Book at one moment; everything in it is computed on first use and kept."""

    def __init__(self, book: Book, now: datetime) -> None:
        self.book, self.now, self.today = book, now, d.one(now.date())
        self._days: dict[tuple[str, str], Days] = {}
        self._places: dict[str, pd.Index] = {}
        self._through: dict[tuple[str, str], Positions] = {}

    def table(self, key: str) -> Table:
        return self.book.tables[key]

    def frame(self, table: str) -> pd.DataFrame:
        return self.book.last_good(table)

    def ids(self, table: str) -> npt.NDArray[np.object_]:
        return self.frame(table)["id"].to_numpy(object)

    def days(self, table: str, columns: str) -> Days:
        """Days of a date column; "a|b" takes b where a is blank."""
        key = (table, columns)
        if key not in self._days:
            found: Days | None = None
            for column in columns.split("|"):
                more = d.of(self.frame(table)[column])
                found = more if found is None else np.where(found == d.NONE, more, found)
            if found is None:
                raise ValueError(f"no column named for {table}")
            self._days[key] = found
        return self._days[key]

    def text(self, table: str, column: str) -> npt.NDArray[np.object_]:
        """Codes and references as plain text, "" where blank."""
        series = self.frame(table)[column]
        if isinstance(series.dtype, pd.CategoricalDtype):
            words = np.append(series.cat.categories.to_numpy(object), "")
            return words[series.cat.codes.to_numpy()]
        return series.astype("str").fillna("").to_numpy(object)

    def place(self, table: str, ids: npt.NDArray[np.object_]) -> Positions:
        """Row positions of ids in a ledger, -1 for ids that are not there."""
        if table not in self._places:
            self._places[table] = pd.Index(self.ids(table))
        return self._places[table].get_indexer(pd.Index(ids))

    def through(self, table: str, column: str) -> Positions:
        """For each row, the position of the row it refers to (-1: none)."""
        key = (table, column)
        if key not in self._through:
            target = self.column(table, column).ref or "staff"
            series = self.frame(table)[column]
            if isinstance(series.dtype, pd.CategoricalDtype):
                places = np.append(self.place(target, series.cat.categories.to_numpy(object)), -1)
                self._through[key] = places[series.cat.codes.to_numpy()]
            else:
                self._through[key] = self.place(target, series.to_numpy(object))
        return self._through[key]

    def column(self, table: str, column: str) -> Column:
        return self.table(table)[column]

    def customers_of(self, table: str) -> npt.NDArray[np.object_]:
        """The customer each row is about: itself, its customer column, or through the ledger it refers to."""
        if table == "customers":
            return self.ids(table)
        keys = {column.key: column for column in self.table(table).columns}
        named = "customer" if "customer" in keys else next((k for k, c in keys.items() if c.ref == "customers"), "")
        if named:
            return self.text(table, named)
        for column in keys.values():
            further = column.kind == "ref" and column.ref in self.book.tables and column.ref != table
            if further and "customer" in {c.key for c in self.table(column.ref).columns}:
                owners = np.append(self.customers_of(column.ref), "")
                return owners[self.through(table, column.key)]
        return np.full(len(self.frame(table)), "", object)
