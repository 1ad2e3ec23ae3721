"""Who a row is: its id, the words that name it in its ledger, or signs made from what it says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sheets import numbers
from sheets.cells import fold, plain
from sheets.schema import Table, Unread, Value

Cell = Value | Unread
Name = tuple[tuple[str, ...], tuple[str, ...]]  # columns, and the folded words in them


def columns(table: Table) -> tuple[str, ...]:
    """The columns that can name a row of the table."""
    return tuple(dict.fromkeys(key for way in table.natural for key in way))


def content_id(table: Table, cells: Mapping[str, Cell], names: Mapping[str, str]) -> str:
    """What a row without an id is known by when it is brought again: 26 signs made from everything it says.

    References count as they were typed (`names`): what they resolve to may be known only the second time.
    """
    said = {key: text(table, key, cell) for key, cell in cells.items() if cell is not None}
    said.update((key, name) for key, name in names.items() if name)
    return numbers.made(table.key, *(f"{key}={word}" for key, word in sorted(said.items())))


def naturals(table: Table, cells: Mapping[str, Cell]) -> list[Name]:
    """The ways this row names itself: (columns, folded words), complete ones only."""
    found = []
    for way in table.natural:
        words = tuple(fold(text(table, key, cells.get(key))) for key in way)
        if all(words) and not any(isinstance(cells.get(key), Unread) for key in way):
            found.append((way, words))
    return found


def index(table: Table, rows: Iterable[Mapping[str, Cell]]) -> dict[Name, list[str]]:
    """Every natural name of every row → the ids that carry it."""
    found: dict[Name, list[str]] = {}
    for row in rows:
        for name in naturals(table, row):
            found.setdefault(name, []).append(str(row["id"]))
    return found


def text(table: Table, key: str, cell: Cell) -> str:
    """A cell as canonical text; an unread one as typed."""
    if isinstance(cell, Unread):
        return cell.raw
    column = table.column(key)
    return plain(column, cell) if column else str(cell)
