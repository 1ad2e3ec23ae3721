"""One row being changed by a person: what they saw, what stands there, what they want; values as the ledgers keep them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from branch.masks import blank, mask
from branch.people import SYSTEM, Actor
from sheets.among import among
from sheets.book import Book
from sheets.merge import Cell, same
from sheets.schema import Column, Edit, Table, Unread

Row = Mapping[str, Cell]
PLAIN = frozenset({str, int, bool, type(None), Unread})
DAYS = frozenset({date, datetime})


@dataclass(frozen=True, slots=True)
class Change:
    """`there` is the row as it stands, None for a new one."""

    table: Table
    edit: Edit
    there: Row | None

    @property
    def after(self) -> Row:
        return self.edit.after or {}

    @property
    def whole(self) -> dict[str, Cell]:
        """The row as it would be."""
        return {**(self.there or {}), **self.after}

    def moved(self, *keys: str) -> bool:
        """Whether one of the fields (any field, when none is named) would hold something else than now."""
        there = self.there or {}
        return any(not same(self.after[key], there.get(key)) for key in keys or self.after if key in self.after)

    def reviewed(self) -> bool:
        """Whether something would move that a plan was reviewed for: how far it is, is not."""
        asked = [key for key in self.after if not ((column := self.table.column(key)) and (column.progress or column.auto))]
        return bool(asked) and self.moved(*asked)

    def plus(self, more: Row) -> Change:
        """With what Huce writes; of what it overwrites, it saw the row as it stands."""
        if not more:
            return self
        before = self.edit.before
        if self.there is not None:
            before = {**(before or {}), **{key: self.there.get(key) for key in more}}
        return replace(self, edit=replace(self.edit, before=before, after={**self.after, **more}))


def changes(book: Book, edits: Sequence[Edit], actor: Actor, source: str = "") -> list[Change]:
    """The edits beside the rows as they stand. Masks are taken off; what only Huce fills in is left out, but where Huce itself
    writes. A person's file that is taken as Huce would take it (branch/importing) is a person's file all the same."""
    own = actor.role == SYSTEM.role and (source != "import" or actor.staff == SYSTEM.staff)
    wanted: dict[str, set[str]] = {}
    for edit in edits:
        wanted.setdefault(edit.table, set()).add(edit.id)
    there = {table: standing(book, table, ids) for table, ids in wanted.items() if table in book.tables}
    columns = {table: {column.key: column for column in book.tables[table].columns} for table in there}
    return [
        _tidied(book.tables[edit.table], columns[edit.table], edit, there[edit.table].get(edit.id), own=own)
        for edit in edits
        if edit.table in there
    ]


def standing(book: Book, table: str, ids: Iterable[str]) -> dict[str, dict[str, Cell]]:
    """Rows as they stand, an unreadable cell as it was typed."""
    frame, ledger = book.frame(table), book.tables[table]
    found = {
        str(record["id"]): {c.key: native(c, record[c.key]) for c in ledger.columns}
        for record in frame[among(frame["id"], list(ids))].to_dict("records")
    }
    if found:
        for issue in book.issues:
            if issue.table == table and not issue.warning and issue.row in found and ledger.column(issue.column):
                found[issue.row][issue.column] = Unread(issue.raw, issue.code)
    return found


def native(column: Column, value: Any) -> Cell:
    """A cell of a frame (or of a form that came from one) as a plain value; what is missing is None."""
    if value.__class__ in PLAIN:  # most cells of a file and of a form: nothing to find out
        return _said(value)
    if value.__class__ not in DAYS:
        if blank(value):
            return None
        if hasattr(value, "to_pydatetime"):
            value = value.to_pydatetime()
        elif hasattr(value, "item"):
            value = value.item()
    if column.kind == "date" and isinstance(value, datetime):
        return value.date()
    if column.kind == "datetime" and isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    found: Cell = value
    return found


def _said(value: Cell) -> Cell:
    """What a plain cell says; one of nothing but blanks says nothing, so that no due ends by a space."""
    return None if value.__class__ is str and not str(value).strip() else value


def _tidied(table: Table, columns: Mapping[str, Column], edit: Edit, there: Row | None, *, own: bool) -> Change:
    after = (
        None
        if edit.after is None
        else {
            key: _said(value) if column is None or (value and value.__class__ in PLAIN) else native(column, value)
            for key, value in edit.after.items()
            if (column := columns.get(key)) is None or own or not column.auto or key == "id"
        }
    )
    if edit.before is None:
        return Change(table, replace(edit, after=after), there)
    before = {key: native(columns[key], value) if key in columns else value for key, value in edit.before.items()}
    for key, column in columns.items():
        stands = (there or {}).get(key)
        if column.sensitive and (key in before or (after and key in after)):
            hidden = _hidden(column, stands)
            if after is not None and key in after and after[key] == hidden and hidden:
                del after[key]  # the mask, sent back as it was shown
            if same(before.get(key), hidden):
                before[key] = stands
        if isinstance(stands, Unread) and before.get(key) is None:
            before[key] = stands  # a cell that cannot be read is shown to them as blank
    return Change(table, replace(edit, before=before, after=after), there)


def _hidden(column: Column, stands: Cell) -> str | None:
    """What they were shown of a sensitive cell."""
    return None if stands is None or isinstance(stands, Unread) else mask(column, stands)
