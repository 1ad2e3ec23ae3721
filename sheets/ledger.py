"""The rows of a ledger as they stand, unread cells among them, for whoever compares them with a sheet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sheets.book import Book
from sheets.cells.reading import native
from sheets.schema import Column, Table, Unread, Value

Cell = Value | Unread


def value(column: Column, cell: object) -> Value:
    """What a frame holds, as the canonical value of its kind; blank text is nothing."""
    cell = native(cell)
    if isinstance(cell, datetime):
        return cell.date() if column.kind == "date" else datetime(*cell.timetuple()[:6])
    return None if cell == "" else cell  # type: ignore[return-value]  # a typed frame holds nothing else


@dataclass(slots=True)
class Ledger:
    """Rows by id, made from the frame when they are asked for."""

    table: Table
    columns: dict[str, list[Any]]
    places: dict[str, int]
    dead: frozenset[str]
    unread: dict[tuple[str, str], Unread]
    _rows: dict[str, dict[str, Cell]] = field(default_factory=dict)

    def __contains__(self, row: str) -> bool:
        return row in self.places

    def row(self, row: str) -> dict[str, Cell]:
        """A live row with its id and rev. KeyError if there is none."""
        if row not in self._rows:
            place = self.places[row]
            cells: dict[str, Cell] = {"id": row, "rev": int(self.columns["rev"][place])}
            for column in self.table.columns:
                if column.key != "id":
                    bad = self.unread.get((row, column.key)) if self.unread else None
                    cells[column.key] = bad or value(column, self.columns[column.key][place])
            self._rows[row] = cells
        return self._rows[row]

    def some(self, columns: Iterable[str]) -> Iterable[dict[str, Cell]]:
        """Every row, but only its id and these columns: cheap over a whole ledger."""
        wanted = [c for key in columns if (c := self.table.column(key)) is not None]
        for row, place in self.places.items():
            cells: dict[str, Cell] = {"id": row}
            for column in wanted:
                bad = self.unread.get((row, column.key)) if self.unread else None
                cells[column.key] = bad or value(column, self.columns[column.key][place])
            yield cells

    def holders(self, column: str) -> dict[str, list[str]]:
        """Text of a column → ids of the rows that say it."""
        found: dict[str, list[str]] = {}
        for row, cell in zip(self.places, self.columns[column], strict=True):
            if isinstance(cell, str) and cell:
                found.setdefault(cell, []).append(row)
        return found

    def having(self, column: str, wanted: str) -> list[dict[str, Cell]]:
        """The rows whose text column says exactly this."""
        ids = list(self.places)
        return [self.row(ids[i]) for i, cell in enumerate(self.columns[column]) if cell == wanted]


def of(book: Book, key: str) -> Ledger:
    """The live rows of one table; `dead` are the ids of deleted ones."""
    table, frame = book.tables[key], book.frame(key)
    every = book.frames[key]
    unread = {
        (i.row, i.column): Unread(i.raw, i.code) for i in book.issues if i.table == key and not i.warning and i.raw
    }
    columns = {name: frame[name].tolist() for name in ("id", "rev", *(c.key for c in table.columns))}
    places = {str(row): place for place, row in enumerate(columns["id"])}
    dead = frozenset(map(str, every.loc[every["deleted"], "id"]))
    return Ledger(table, columns, places, dead, unread)
