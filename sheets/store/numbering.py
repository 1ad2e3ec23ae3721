"""The next number of a ledger, given under the write lock; which number a placeholder got is kept for ever."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sheets import numbers
from sheets.merge import Cell
from sheets.schema import Edit
from sheets.store.faults import EditRefused
from sheets.store.layout import Layout, Mapped

CHUNK = 400  # placeholders asked for at once
FEW = 20  # of the greatest numbers looked at


@dataclass(slots=True)
class Numbered:
    """The edits of one save with the numbers that their placeholders stand for; `fresh` are those given just now."""

    sent: Sequence[Edit]
    ids: dict[str, str] = field(default_factory=dict)
    fresh: dict[str, tuple[str, str]] = field(default_factory=dict)  # placeholder → table, number
    waiting: frozenset[str] = frozenset()  # placeholders that stay as they are, in a rehearsal
    named: bool = True  # whether a placeholder stands anywhere in the save
    within: frozenset[int] = frozenset()  # the edits that name one in a cell, by their place in the save

    def edits(self, place: str) -> list[Edit]:
        """The edits as they are written. Raises EditRefused for a placeholder that stands for no row."""
        if not self.named:
            return list(self.sent)
        return [self._edit(place, edit, named=number in self.within) for number, edit in enumerate(self.sent)]

    def _edit(self, place: str, edit: Edit, *, named: bool) -> Edit:
        if edit.after is None or not named:
            return replace(edit, id=self._id(place, edit.table, edit.id))
        after = {key: self._cell(place, edit.table, cell) for key, cell in edit.after.items()}
        return replace(edit, id=self._id(place, edit.table, edit.id), after=after)

    def _cell(self, place: str, table: str, cell: Cell) -> Cell:
        return self._id(place, table, cell) if isinstance(cell, str) else cell

    def _id(self, place: str, table: str, text: str) -> str:
        if not numbers.is_placeholder(text) or text in self.waiting:
            return text
        if text not in self.ids:
            raise EditRefused(place, "store.bad_row", table=table, id="")
        return self.ids[text]

    def note(self, connection: sa.Connection, layout: Layout, token: str, now: datetime) -> None:
        """Keeps what was given, beside the token of the save."""
        rows = [{"placeholder": key, "table": table, "id": row, "token": token, "at": now} for key, (table, row) in self.fresh.items()]
        if rows:
            connection.execute(sa.insert(layout["huce_numbers"]), rows)


def number(connection: sa.Connection, layout: Layout, edits: Sequence[Edit], now: datetime, letter: str) -> Numbered:
    """Gives the next number to every new row that has none yet. The caller holds the write lock."""
    found, wanting = _recalled(connection, layout, edits)
    typed = _typed(edits)
    for table, placeholders in wanting.items():
        ledger = layout.ledgers[table]
        pattern = ledger.table.number
        own = numbers.series(pattern, now.date(), letter) if pattern else None
        counter = _Counter(connection, ledger, own, typed[table]) if own is not None else None
        for placeholder in placeholders:
            given = counter.next() if counter is not None else numbers.unseen(now)
            found.ids[placeholder] = given
            found.fresh[placeholder] = (table, given)
    return found


def recall(connection: sa.Connection, layout: Layout, edits: Sequence[Edit]) -> Numbered:
    """The numbers that were given already; all others keep waiting."""
    found, wanting = _recalled(connection, layout, edits)
    found.waiting = frozenset(placeholder for some in wanting.values() for placeholder in some)
    return found


def _recalled(connection: sa.Connection, layout: Layout, edits: Sequence[Edit]) -> tuple[Numbered, dict[str, dict[str, None]]]:
    """What is known of the placeholders of a save, and the new rows that still want a number."""
    named = {edit.id: None for edit in edits if numbers.is_placeholder(edit.id)}
    within = set()
    for number, edit in enumerate(edits):
        for word in edit.after.values() if edit.after else ():  # every cell of a scan or an import passes here
            if isinstance(word, str) and word.startswith(numbers.START) and numbers.is_placeholder(word):
                named[word] = None
                within.add(number)
    found = Numbered(edits, known(connection, layout, list(named)), named=bool(named), within=frozenset(within))
    wanting: dict[str, dict[str, None]] = defaultdict(dict)
    for edit in edits:
        new = edit.before is None and edit.after is not None and edit.table in layout.ledgers
        if new and edit.id in named and edit.id not in found.ids:
            wanting[edit.table][edit.id] = None
    return found, wanting


def _typed(edits: Iterable[Edit]) -> Mapping[str, set[str]]:
    """The numbers that stand in the save itself, by ledger."""
    found: dict[str, set[str]] = defaultdict(set)
    for edit in edits:
        if not numbers.is_placeholder(edit.id):
            found[edit.table].add(edit.id)
    return found


class _Counter:
    """Counts on from the greatest number of a series: in the ledger, deleted rows among them, or in the save itself."""

    def __init__(self, connection: sa.Connection, ledger: Mapped, own: numbers.Series, typed: Iterable[str]) -> None:
        self.connection, self.ledger, self.own = connection, ledger, own
        self.typed = numbers.highest_of(own, typed)
        self.tops: dict[int, str | None] = {}

    def next(self) -> str:
        given = self.own.following(self._highest)
        self.tops[len(given) - len(self.own.prefix)] = given
        return given

    def _highest(self, digits: int) -> str | None:
        if digits not in self.tops:
            self.tops[digits] = max(filter(None, (self._there(digits), self.typed(digits))), default=None)
        return self.tops[digits]

    def _there(self, digits: int) -> str | None:
        """The greatest of the ledger with so many digits; what else lies between (KH00A001) is passed over."""
        (first, last), column = self.own.bounds(digits), self.ledger.sql.c.id
        query = sa.select(column).where(self.ledger.mine(), column >= first, sa.func.length(column) == len(last)).order_by(column.desc())
        rows = list(self.connection.execute(query.where(column <= last).limit(FEW)).scalars())
        while rows:
            if found := next(filter(self.own.says, rows), None):
                return str(found)
            rows = list(self.connection.execute(query.where(column < rows[-1]).limit(FEW)).scalars())
        return None


def known(connection: sa.Connection, layout: Layout, placeholders: Sequence[str], table: str = "") -> dict[str, str]:
    """The numbers given to placeholders before, of one ledger or of any."""
    sql, found = layout["huce_numbers"], dict[str, str]()
    for start in range(0, len(placeholders), CHUNK):
        query = sa.select(sql.c.placeholder, sql.c.id).where(sql.c.placeholder.in_(placeholders[start : start + CHUNK]))
        found |= _pairs(connection, query.where(sql.c.table == table) if table else query)
    return found


def forget(connection: sa.Connection, layout: Layout, rows: Sequence[tuple[str, str]]) -> None:
    """The placeholders of rows (table, number) that were taken back stand for nothing any more."""
    sql = layout["huce_numbers"]
    for start in range(0, len(rows), CHUNK):
        for table in {table for table, _ in rows}:
            ids = [row for key, row in rows[start : start + CHUNK] if key == table]
            connection.execute(sa.delete(sql).where(sql.c.table == table, sql.c.id.in_(ids)))


def of_token(connection: sa.Connection, layout: Layout, token: str) -> dict[str, str]:
    """The numbers that a save with this token was given."""
    sql = layout["huce_numbers"]
    return _pairs(connection, sa.select(sql.c.placeholder, sql.c.id).where(sql.c.token == token))


def _pairs(connection: sa.Connection, query: sa.Select[Any]) -> dict[str, str]:
    return {str(found[0]): str(found[1]) for found in connection.execute(query)}


@contextmanager
def as_sent(numbered: Numbered) -> Iterator[None]:
    """A refusal names the rows by the ids with which they were sent: the numbers go with it."""
    try:
        yield
    except EditRefused as fault:
        sent = {(table, row): (table, key) for key, (table, row) in numbered.fresh.items()}
        fault.every = {sent.get(place, place): one for place, one in fault.every.items()}
        raise
