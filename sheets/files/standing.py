"""The rows of a ledger as they stand, unread cells among them, for whoever compares them with a sheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sheets.book import Book
from sheets.cells.reading import native
from sheets.schema import Column, Table, Unread, Value

Cell = Value | Unread


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
    """Rows by id, made from the frame's columns when they are asked for."""

    table: Table
    columns: dict[str, list[Any]]
    places: dict[str, int]
    dead: frozenset[str]
    unread: dict[tuple[str, str], Unread]
    _typed: dict[str, Column] = field(init=False)

    def __post_init__(self) -> None:
        self._typed = {c.key: c for c in self.table.columns if c.key != "id"}

    def __contains__(self, row: str) -> bool:
        return row in self.places

    def row(self, row: str, columns: Iterable[str] | None = None) -> dict[str, Cell]:
        """A live row with its id and rev, whole or only some columns. KeyError if there is none."""
        place = self.places[row]
        cells: dict[str, Cell] = {"id": row, "rev": int(self.columns["rev"][place])}
        for key in self.columns if columns is None else columns:
            column = self._typed.get(key)
            if column is not None:
                bad = self.unread.get((row, key)) if self.unread else None
                cells[key] = bad or value(column, self.columns[key][place])
        return cells

    def some(self, columns: Sequence[str]) -> Iterable[dict[str, Cell]]:
        """Every row, but only its id, rev and these columns: cheap over a whole ledger."""
        return (self.row(row, columns) for row in self.places)

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


def of(book: Book, key: str) -> Standing:
    """The live rows of one table; `dead` are the ids of deleted ones."""
    table, frame = book.tables[key], book.frame(key)
    every = book.frames[key]
    unread = {(i.row, i.column): Unread(i.raw, i.code) for i in book.issues if i.table == key and not i.warning and i.raw}
    columns = {name: frame[name].tolist() for name in ("id", "rev", *(c.key for c in table.columns))}
    places = {str(row): place for place, row in enumerate(columns["id"])}
    dead = frozenset(map(str, every.loc[every["deleted"], "id"]))
    return Standing(table, columns, places, dead, unread)
