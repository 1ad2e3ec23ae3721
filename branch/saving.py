"""What a person sends, made ready for the store: may they, does it make sense, and what Huce adds to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from branch import access, additions, checks
from branch.change import changes
from branch.checks import CellRefused, Refused
from branch.look import Look
from branch.masks import mask
from branch.people import Actor
from sheets.merge import Cell
from sheets.schema import Column, Edit, Table, Unread
from sheets.store.faults import Clashed, Conflict
from sheets.store.writing import Source

__all__ = ["CellRefused", "Refused", "masked", "ready"]


def ready(
    look: Look, edits: Sequence[Edit], actor: Actor, source: Source, now: datetime, free: Collection[tuple[str, str]] = ()
) -> list[Edit]:
    """The edits as they go to the store: allowed, checked, with what Huce adds. Raises Denied, Unknown, Refused.

    A file is taken with its faults, which are then listed as Issues; only a business visit that was not on-site,
    and what the person may not do at all, is refused from a file too.
    """
    book = look.book
    access.check_edits(book, edits, actor, free)
    work = checks.Save(book, look.settings.policy, look.calendar, changes(book, edits, actor, source), actor, now, source)
    work = replace(work, changes=[additions.added(work, change) for change in work.changes])
    checks.check(work)
    wanted: list[Edit] = [edit for edit in edits if edit.table not in book.tables]
    for change in work.changes:
        if change.edit.after is None or change.edit.after or change.there is None:
            wanted.append(change.edit)
        wanted += additions.followers(work, change)
    return wanted


def masked(conflict: Conflict, tables: Mapping[str, Table], actor: Actor) -> Conflict:
    """What somebody else wrote into a sensitive cell is not shown by the conflict."""
    if actor.role == "system":
        return conflict

    def hidden(column: Column, cell: Cell) -> Cell:
        return None if cell is None else mask(column, cell.raw if isinstance(cell, Unread) else cell)

    found: list[Clashed] = []
    for one in conflict.clashes:
        column = tables[one.table].column(one.clash.column)
        clash = one.clash
        if column is not None and column.sensitive:
            clash = replace(clash, base=hidden(column, clash.base), theirs=hidden(column, clash.theirs))
        found.append(replace(one, clash=clash))
    return Conflict(conflict.values["place"], found, dict(tables))
