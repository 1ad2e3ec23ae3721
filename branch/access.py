"""What a person may see and do: rows by scope, columns masked, writes by the matrix. The only door to the ledgers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any, Protocol

import pandas as pd

from branch import matrix, scope
from branch.masks import blank, masked
from branch.people import Actor
from sheets.among import among
from sheets.book import Book
from sheets.schema import Column, Edit, Table
from texts import Fault, Lang, known


class NotAllowed(Fault):
    """`every` row of a save that they may not write, so that a file is judged in one pass."""

    every: Mapping[tuple[str, str], Fault] = MappingProxyType({})


class Denied(NotAllowed):
    """Something this person may not do; the attempt goes on record."""


class Roled(Protocol):
    """Somebody who acts as something."""

    @property
    def role(self) -> str: ...


def only_admin(by: Roled, *, terminal: bool = False) -> None:
    """Raises Denied for anybody but an administrator. `terminal`: whoever works at the terminal may as well."""
    if by.role != matrix.ADM and not (terminal and by.role == "system"):
        raise Denied("access.only_admin")


class Unknown(NotAllowed):
    """There is no such row, or none that they may see: one answer for both."""


def may(actor: Actor, table: str, act: str) -> bool:
    """Whether the role may do it at all: read, write, create, or one of the acts on alerts and contacts."""
    if actor.role == "system":
        return True
    if act in matrix.ACTS:
        return actor.role in matrix.ACTS[act]
    if table.startswith(scope.ADDED):
        return actor.role in (matrix.CUSTOM_READ if act == "read" else matrix.CUSTOM_WRITE)
    if act == "read":
        return actor.role in matrix.READ.get(table, ())
    if act == "create":
        return matrix.WRITE.get((actor.role, table)) is matrix.ALL
    return (actor.role, table) in matrix.WRITE


def writable(actor: Actor, table: str, column: str) -> bool:
    """Whether the role may write one column of a ledger. Columns the branch added belong to whoever keeps the rows."""
    if actor.role == "system":
        return True
    if table.startswith(scope.ADDED):
        return actor.role in matrix.CUSTOM_WRITE
    allowed = matrix.WRITE.get((actor.role, table), frozenset())
    if column in matrix.LEADERS_ONLY.get((actor.role, table), frozenset()):
        return False
    keeps = actor.role in {matrix.CM, matrix.CR} and bool(allowed) and column.startswith(scope.ADDED)
    return "*" in allowed or column in allowed or keeps


def rows(book: Book, table: str, actor: Actor) -> pd.DataFrame:
    """The live rows they may see, sensitive columns masked. A ledger that is closed to them is empty."""
    return masked(book.tables[table], _seen(book, table, actor), keeper=keeps(actor))


def taken_out(book: Book, table: str, actor: Actor) -> pd.DataFrame:
    """The same rows as they may leave in a file: masked whoever takes them."""
    return masked(book.tables[table], _seen(book, table, actor))


def keeps(actor: Actor) -> bool:
    """Whether the customers a person sees are the ones whose files they keep."""
    return actor.role == matrix.CM


def _seen(book: Book, table: str, actor: Actor) -> pd.DataFrame:
    frame = book.frame(table)
    if not may(actor, table, "read"):
        return frame.iloc[0:0]
    seen = scope.rows(book, table, actor)
    return seen if len(seen) == len(frame) else seen.reset_index(drop=True)


def _scoped(book: Book, table: str, actor: Actor, of: Collection[str]) -> pd.DataFrame:
    """Of some rows those in their scope, as they stand."""
    return scope.rows(book, table, actor, of) if may(actor, table, "read") else book.frame(table).iloc[0:0]


def row(book: Book, table: str, key: str, actor: Actor) -> Mapping[str, Any]:
    """One row as it stands, unmasked, if it is in their scope: for acts, never for show. Raises Unknown."""
    found = _scoped(book, table, actor, (key,))
    if found.empty:
        raise Unknown("access.unknown")
    return {str(name): value for name, value in found.iloc[0].items()}


def was_theirs(book: Book, table: str, row: str, actor: Actor, coming: Collection[tuple[str, str]]) -> bool:
    """Whether a row that is gone would lie in the person's scope if it were there: what happened to it is theirs to see."""
    every = book.frames[table]
    cells = every.loc[every["id"] == row].iloc[0]
    there = {str(key): None if pd.isna(cell) else cell for key, cell in cells.items()}
    return actor.role == "system" or scope.would_own(book, Edit(table, row, None, there), actor, new=True, coming=coming)


def check_edits(book: Book, edits: Sequence[Edit], actor: Actor, free: Collection[tuple[str, str]] = ()) -> None:
    """Raises Denied or Unknown for the first edit that is not theirs to make; it knows all the others too.
    `free` are rows that an undo took back: whoever may make such rows may bring them again as new ones."""
    if actor.role == "system":
        return
    found: dict[tuple[str, str], NotAllowed] = {}
    coming = frozenset((edit.table, edit.id) for edit in edits if edit.before is None and edit.after is not None)
    ledgers = _ledgers(book, edits, actor)
    for edit in edits:
        try:
            _check(book, ledgers.get(edit.table), edit, actor, coming, free)
        except NotAllowed as fault:
            found.setdefault((edit.table, edit.id), fault)
    if found:
        first = next(iter(found.values()))
        first.every = found
        raise first


def check_edit(
    book: Book, edit: Edit, actor: Actor, coming: Collection[tuple[str, str]] = (), free: Collection[tuple[str, str]] = ()
) -> None:
    """Raises Denied or Unknown when the person may not make this change. The stored row decides, not the edit: an insert
    under the id of somebody else's row finds nothing. `coming`: the new rows of the same save, each judged for itself."""
    if actor.role != "system":
        _check(book, _ledgers(book, [edit], actor).get(edit.table), edit, actor, coming, free)


class _Ledger:
    """A ledger as a person may write it, worked out once for all rows that a save touches."""

    def __init__(self, book: Book, table: Table, ids: Collection[str], actor: Actor) -> None:
        self.book, self.table, self.ids, self.actor = book, table, ids, actor
        self.own_names = frozenset(key for ledger, key in matrix.OWN_NAME if ledger == table.key)
        self._asked: dict[tuple[str, ...], list[Column]] = {}

    @cached_property
    def taken(self) -> frozenset[str]:
        """The ids that some row bears already, be it deleted or not theirs."""
        every = self.book.frames[self.table.key]["id"]
        return frozenset(every[among(every, self.ids)])

    @cached_property
    def there(self) -> Mapping[str, Mapping[str, Any]]:
        """The rows in their scope, with the columns by which an edit is judged."""
        seen = _scoped(self.book, self.table.key, self.actor, self.ids)
        judged = {"id", "participants", *self.table.owners, *matrix.HANDED, *self.own_names}
        found = seen[[key for key in seen.columns if key in judged]]
        rows: list[dict[Any, Any]] = found.to_dict("records")
        return {str(one["id"]): one for one in rows}

    def asked(self, keys: tuple[str, ...]) -> list[Column]:
        """Those of the columns that are not simply theirs to write. What Huce fills in is none: it is not taken from a person."""
        if keys not in self._asked:
            columns = [column for key in keys if (column := self.table.column(key)) and not column.auto and key != "id"]
            self._asked[keys] = [c for c in columns if c.key in self.own_names or not writable(self.actor, self.table.key, c.key)]
        return self._asked[keys]


def _ledgers(book: Book, edits: Iterable[Edit], actor: Actor) -> dict[str, _Ledger]:
    ids: dict[str, set[str]] = {}
    for edit in edits:
        ids.setdefault(edit.table, set()).add(edit.id)
    return {key: _Ledger(book, book.tables[key], some, actor) for key, some in ids.items() if key in book.tables}


def _check(
    book: Book, ledger: _Ledger | None, edit: Edit, actor: Actor, coming: Collection[tuple[str, str]], free: Collection[tuple[str, str]]
) -> None:
    if ledger is None or not may(actor, edit.table, "write"):
        raise Denied("access.denied", table=ledger.table.label(language(actor)) if ledger else edit.table)
    new = edit.before is None and ((edit.table, edit.id) in free or edit.id not in ledger.taken)
    if new and not may(actor, edit.table, "create"):
        raise Denied("access.denied", table=ledger.table.label(language(actor)))
    there = {} if new else ledger.there.get(edit.id)
    if there is None:
        raise Unknown("access.unknown")
    if not new:
        _check_there(ledger.table, there, edit, actor)
    after = edit.after or {}
    for column in ledger.asked(tuple(after)):
        if not writable(actor, edit.table, column.key):
            raise Denied("access.column", column=column.label(language(actor)))
        if after[column.key] != actor.staff and after[column.key] != there.get(column.key):
            raise Denied("access.own_name", column=column.label(language(actor)))
    if edit.after is not None and not scope.would_own(book, edit, actor, new=new, coming=coming):
        raise Unknown("access.unknown")


def _check_there(table: Table, there: Mapping[str, Any], edit: Edit, actor: Actor) -> None:
    """What may be done to a row that exists."""
    named = table.label(language(actor))
    if edit.after is None and (table.key in matrix.KEPT or not may(actor, table.key, "create")):
        raise Denied("access.kept" if table.key in matrix.KEPT else "access.denied", table=named)
    comment = matrix.COMMENT.get((actor.role, table.key))
    if table.key.startswith(scope.ADDED) and table.owners and actor.role == matrix.CR:
        comment = matrix.NOTHING
    touched = {"*"} if edit.after is None else set(edit.after)
    if comment is not None and not scope.is_own(there, actor, table) and not touched <= comment:
        raise Denied("access.not_own", table=named)
    if table.key == "customers" and actor.role == matrix.CM and edit.after:
        moved = [key for key in matrix.HANDED & set(edit.after) if not _alike(edit.after[key], there.get(key))]
        if moved:
            raise Denied("access.handed", column=table[moved[0]].label(language(actor)))


def _alike(wanted: Any, there: Any) -> bool:
    if blank(there) or blank(wanted):
        return blank(there) and blank(wanted)
    return bool(wanted == (there.date() if hasattr(there, "date") and not hasattr(wanted, "hour") else there))


def language(actor: Actor) -> Lang:
    return known(actor.lang)
