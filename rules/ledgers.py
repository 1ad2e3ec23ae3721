"""The workbook as rules look at it: last good values, whole days, rows found through references, each once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from threading import RLock
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from rules import days as d
from rules import figure
from rules.days import Days
from rules.figure import Array
from sheets import late
from sheets.among import among, places
from sheets.book import Book
from sheets.schema import Column, Table, lacks

Positions = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]
Words = Any  # pandas' array of text: never missing, "" where the cell is blank
Answer = TypeVar("Answer")
Answered = tuple[object, frozenset[str]]  # an answer, and the ledgers read for it


@dataclass(frozen=True, slots=True)
class Terms:
    """What the branch has agreed about time: nothing of a cadence or response is owed of the days before `live_since` (a
    day of rules.days), and what happened is written down within so many working days (A10)."""

    live_since: np.int64 = d.NONE
    record_workdays: int = 1

    def not_before(self, days: Days) -> Days:
        """Days from which something is owed, none of them before the branch began."""
        return np.maximum(days, self.live_since)


NO_TERMS = Terms()
FEW = 20  # ids that are looked up one by one


class Ledgers:
    """A read-only view of a Book at one moment. Whatever is asked of it is worked out once and kept.

    `before`: the view of an earlier book; what was worked out there from ledgers that have not moved is taken over.
    """

    def __init__(self, book: Book, now: datetime, before: Ledgers | None = None, terms: Terms = NO_TERMS) -> None:
        self.book, self.now, self.today, self.terms = book, now, d.one(now.date()), terms
        self._lock = RLock()
        self._known: dict[Hashable, Answered] = before.still_good_in(book, terms) if before is not None else {}
        self._asked: set[Hashable] = set()
        self._read: set[str] = set()

    def still_good_in(self, book: Book, terms: Terms) -> dict[Hashable, Answered]:
        """What was asked here and holds in another book too, because no ledger that was read for it has moved."""
        if self.book.tables is not book.tables or self.terms != terms:
            return {}
        still = {key for key, frame in book.frames.items() if self.book.frames.get(key) is frame}
        with self._lock:
            return {key: found for key, found in self._known.items() if key in self._asked and found[1] <= still}

    def once(self, key: Hashable, make: Callable[[], Answer]) -> Answer:
        """The answer under a key; remembers which ledgers were read for it."""
        with self._lock:
            self._asked.add(key)
            if key not in self._known:
                outer, self._read = self._read, set()
                try:
                    answer = make()
                    self._known[key] = (answer, frozenset(self._read))
                finally:
                    self._read |= outer
            found, read = self._known[key]
            self._read |= read
            return cast(Answer, found)

    def table(self, key: str) -> Table:
        return self.book.tables[key]

    def column(self, table: str, column: str) -> Column:
        return self.table(table)[column]

    def frame(self, table: str) -> pd.DataFrame:
        self._read.add(table)
        return self.book.last_good(table)

    def series(self, table: str, column: str) -> pd.Series:
        """The one way to a column of a ledger, in the order of its live rows."""
        return self.frame(table)[column]

    def figure(self, table: str, key: str) -> Array:
        """A figure of every row of a ledger, as a column of its kind keeps it; NaN where it has nothing to say."""
        return self.once(("figure", table, key, int(self.today)), lambda: self._figure(table, key))

    def _figure(self, table: str, key: str) -> Array:
        found = figure.find(table, key)
        if found is None:
            raise KeyError(f"ledger {table} has no figure {key}")
        top = found.top(self)
        return top if found.bottom is None else figure.share(top, found.bottom(self))

    def numbers(self, table: str, key: str) -> Array:
        """A column of numbers, or a figure, of every row; NaN where there is none."""
        if self.table(table).column(key) is None:
            return self.figure(table, key)
        return np.asarray(self.series(table, key).astype("float64").to_numpy(na_value=np.nan), np.float64)

    def size(self, table: str) -> int:
        return len(self.frame(table))

    def ids(self, table: str) -> Words:
        return self.once(("ids", table), lambda: self.series(table, "id").array)

    def days(self, table: str, columns: str) -> Days:
        """Days of a date column; "a|b" takes b where a is blank."""
        return self.once(("days", table, columns), lambda: self._days(table, columns))

    def _days(self, table: str, columns: str) -> Days:
        first, *others = columns.split("|")
        found = d.of(self.series(table, first))
        for column in others:
            found = np.where(found == d.NONE, d.of(self.series(table, column)), found)
        return found

    def entered(self, table: str, column: str) -> Days:
        """The days on which a fact was written down; NONE where that was its own day, or is not known."""
        keeper = self.column(table, column).entered
        if keeper:
            return self.days(table, keeper)
        none = np.full(self.size(table), d.NONE)
        return self.once(("entered", table), lambda: self._entered(table)).get(column, none)

    def _entered(self, table: str) -> dict[str, Days]:
        found: dict[str, Days] = {}
        if self.table(table).column(late.COLUMN.key) is None:
            return found
        notes = self.text(table, late.COLUMN.key).to_numpy(object)
        for place in np.flatnonzero(notes != ""):
            for column, day in late.read(str(notes[place])).items():
                found.setdefault(column, np.full(len(notes), d.NONE))[place] = d.one(day)
        return found

    def blank(self, table: str, column: str) -> Mask:
        """Where a cell holds nothing."""
        cells = self.series(table, column)
        return np.asarray(cells.isna() | (cells == "") if cells.dtype == "str" else cells.isna(), bool)

    def complete(self, table: str) -> Mask:
        """The rows that are what they say (`Table.complete`): a visit without minutes is none yet."""
        return self.once(("complete", table), lambda: self._complete(table))

    def _complete(self, table: str) -> Mask:
        whole = np.ones(self.size(table), bool)
        for clause in self.table(table).complete:
            whole &= ~lacks(clause, partial(self.blank, table), partial(self.says, table))
        return whole

    def says(self, table: str, column: str, codes: tuple[str, ...]) -> Mask:
        """Where a column holds one of the codes."""
        series = self.series(table, column)
        found = among(series, codes)
        return found | self.blank(table, column) if "" in codes else found

    def text(self, table: str, column: str) -> Words:
        """Codes, references and words as plain text."""
        return self.once(("text", table, column), lambda: self._text(table, column))

    def _text(self, table: str, column: str) -> Words:
        series = self.series(table, column)
        if isinstance(series.dtype, pd.CategoricalDtype):
            words = series.cat.categories.astype("str").append(pd.Index([""], dtype="str")).array
            return words.take(series.cat.codes.to_numpy())
        return series.astype("str").fillna("").array

    def place(self, table: str, ids: Any) -> Positions:
        """Row positions of ids in a ledger, -1 for ids that are not there."""
        if len(ids) <= FEW:
            known = self._places(table)
            return np.array([known.get(one, -1) for one in ids], np.intp)
        return places(ids, self.ids(table))

    def _places(self, table: str) -> dict[str, int]:
        return self.once(("places", table), lambda: {key: n for n, key in enumerate(self.ids(table).to_numpy(object))})

    def cell(self, table: str, row: str, column: str) -> Any:
        """One cell of the row with an id, or a figure of it; None where there is no such row."""
        place = self._places(table).get(row)
        if place is None:
            return None
        named = figure.find(table, column) if self.table(table).column(column) is None else None
        if named is not None:
            number = self.figure(table, column)[place]
            return None if np.isnan(number) else named.shown(number)
        cells = self.once(("cells", table, column), lambda: self.series(table, column).array)
        return cells[place]

    def through(self, table: str, column: str) -> Positions:
        """For each row, the position of the row it refers to (-1: none)."""
        return self.once(("through", table, column), lambda: self._through(table, column))

    def _through(self, table: str, column: str) -> Positions:
        target = self.column(table, column).ref or "staff"
        series = self.series(table, column)
        if isinstance(series.dtype, pd.CategoricalDtype):
            places = np.append(self.place(target, series.cat.categories), -1)
            return places[series.cat.codes.to_numpy()]
        return self.place(target, series)

    def customers_of(self, table: str) -> Words:
        """The customer each row is about: itself, its customer column, or through the ledger it refers to."""
        if table == "customers":
            return self.ids(table)
        way = customer_way(self.book.tables, table)
        if not way:
            return self.once(("customers", table), lambda: pd.array([""] * self.size(table), dtype="str"))
        if self.column(table, way).ref == "customers":
            return self.text(table, way)
        return self.once(("customers", table), lambda: self._further(table, way))

    def _further(self, table: str, way: str) -> Words:
        there = self.customers_of(self.column(table, way).ref)
        return there.take(self.through(table, way), allow_fill=True, fill_value="")

    def customer_places(self, table: str) -> Positions:
        """For each row, the position of its customer (-1: none)."""
        return self.once(("customer places", table), lambda: self.place("customers", self.customers_of(table)))


def customer_way(tables: Mapping[str, Table], table: str) -> str:
    """The column by which a row of a ledger leads to a customer, straight or through one other ledger; "" for none."""
    if tables[table].column(tables[table].customer):
        return tables[table].customer
    refs = [column for column in tables[table].columns if column.kind == "ref" and column.ref in tables and column.ref != table]
    return next((column.key for column in refs if tables[column.ref].column(tables[column.ref].customer)), "")


def owner_column(table: Table) -> str:
    """The column that says whose a row is; "" where a ledger names nobody. A person is their own."""
    return "id" if table.key == "staff" else table.owners[0] if table.owners else ""
