"""The rows of a ledger as they stand, unread cells among them, for whoever compares them with a sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime

import pandas as pd

from sheets.book import Book
from sheets.cells.reading import native
from sheets.schema import Column, Table, Unread, Value

Cell = Value | Unread


Back = Callable[[str], AbstractSet[str]]  # table → its rows that an undo took back


def nothing_back(_table: str) -> AbstractSet[str]:
    """Nothing was taken back."""
    return frozenset()


def value(column: Column, cell: object) -> Value:
    """What a frame holds, as the canonical value of its kind; blank text is nothing."""
    if cell.__class__ is str:
        return cell or None
    cell = native(cell)
    if isinstance(cell, datetime):
        return cell.date() if column.kind == "date" else datetime(*cell.timetuple()[:6])
    return None if cell == "" else cell  # type: ignore[return-value]  # a typed frame holds nothing else


@dataclass(slots=True)
class Standing:
    """Rows by id, made from the frame's columns when they are asked for. `places` of the live rows, `dead` ids of deleted ones."""

    table: Table
    frame: pd.DataFrame
    places: dict[str, int]
    dead: frozenset[str]
    unread: dict[tuple[str, str], Unread]
    _columns: dict[str, list[Value]] = field(default_factory=dict)
    _holders: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def __contains__(self, row: str) -> bool:
        return row in self.places

    def column(self, key: str) -> list[Value]:
        """What a column says of each row, by place; nothing where a cell cannot be read."""
        if key not in self._columns:
            self._columns[key] = _values(self.table[key], self.frame[key])
        return self._columns[key]

    def revs(self) -> list[Value]:
        """The revision of each row, by place."""
        if "rev" not in self._columns:
            self._columns["rev"] = list(map(int, self.frame["rev"].tolist()))
        return self._columns["rev"]

    def row(self, row: str, columns: Iterable[str] | None = None) -> dict[str, Cell]:
        """A live row with its id and rev, whole or only some columns. KeyError if there is none."""
        place = self.places[row]
        cells: dict[str, Cell] = {"id": row, "rev": self.revs()[place]}
        for key in (c.key for c in self.table.columns) if columns is None else columns:
            if key != "id" and self.table.column(key) is not None:
                bad = self.unread.get((row, key)) if self.unread else None
                cells[key] = bad or self.column(key)[place]
        return cells

    def some(self, columns: Sequence[str]) -> Iterable[dict[str, Cell]]:
        """Every row, but only its id, rev and these columns: cheap over a whole ledger."""
        return (self.row(row, columns) for row in self.places)

    def holders(self, column: str) -> dict[str, list[str]]:
        """Text of a column → ids of the rows that say it."""
        if column not in self._holders:
            found: dict[str, list[str]] = {}
            for row, cell in zip(self.places, self.column(column), strict=True):
                if isinstance(cell, str) and cell:
                    found.setdefault(cell, []).append(row)
            self._holders[column] = found
        return self._holders[column]

    def having(self, column: str, wanted: str) -> list[dict[str, Cell]]:
        """The rows whose text column says exactly this."""
        return [self.row(row) for row in self.holders(column).get(wanted, [])]


def _values(column: Column, cells: pd.Series) -> list[Value]:
    """A column of a frame as canonical values; a word or a day that many rows say is made once, or all at once."""
    if isinstance(cells.dtype, pd.CategoricalDtype):
        words = [*(value(column, word) for word in cells.cat.categories), None]  # -1, a blank cell, is the last
        return [words[code] for code in cells.cat.codes.tolist()]
    if cells.dtype.kind == "M":
        days: list[Value] = cells.to_numpy("datetime64[D]" if column.kind == "date" else "datetime64[s]").astype(object).tolist()
        return days
    return [cell if cell.__class__ is int else value(column, cell) for cell in cells.tolist()]


def of(book: Book, key: str, back: Back = nothing_back) -> Standing:
    """The live rows of one table; `dead` are the ids of deleted ones, without those an undo took `back`."""
    table, frame, every = book.tables[key], book.frame(key), book.frames[key]
    unread = {(i.row, i.column): Unread(i.raw, i.code) for i in book.issues if i.table == key and not i.warning and i.raw}
    places = {str(row): place for place, row in enumerate(frame["id"].tolist())}
    dead = frozenset(map(str, every.loc[every["deleted"], "id"]))
    return Standing(table, frame, places, dead - back(key) if dead else dead, unread)
