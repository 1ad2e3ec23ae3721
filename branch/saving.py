"""A save by a person: may he, does it make sense, what the house adds, and then one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from branch import access, checks, stamps
from branch.branch import Branch
from branch.change import changes
from branch.checks import CellRefused, Refused
from branch.masks import mask
from branch.people import Actor
from sheets.merge import Cell
from sheets.schema import Column, Edit, Unread
from sheets.store.faults import Clashed, Conflict
from sheets.store.writing import Source, Written

__all__ = ["CellRefused", "Refused", "save"]


def save(branch: Branch, edits: Sequence[Edit], actor: Actor, now: datetime, *, token: str = "", source: Source = "portal") -> Written:
    """All edits or none. Raises Denied, Unknown, Refused, Conflict, StoreFault; a denial goes on record.

    A file is taken with its faults, which are then listed as Issues; only a business visit that was not on-site,
    and what the person may not do at all, is refused from a file too.
    """
    book = branch.book()
    try:
        access.check_edits(book, edits, actor)
    except access.NotHis as fault:
        access.denied(branch, actor, ", ".join("/".join(place) for place in fault.every), now)
        raise
    work = checks.Save(book, branch.settings.policy, branch.calendar(), changes(book, edits, actor), actor, now, source)
    work = replace(work, changes=[stamps.stamped(work, change) for change in work.changes])
    checks.check(work)
    wanted: list[Edit] = [edit for edit in edits if edit.table not in book.tables]
    for change in work.changes:
        if change.edit.after is None or change.edit.after or change.there is None:
            wanted.append(change.edit)
        wanted += stamps.followers(work, change)
    try:
        return branch.store.write(wanted, actor.staff, source, now, token)
    except Conflict as conflict:
        if actor.role == "system":
            raise
        raise _masked(branch, conflict) from conflict


def _masked(branch: Branch, conflict: Conflict) -> Conflict:
    """What somebody else wrote into a sensitive cell is not shown by the conflict."""
    tables = branch.tables()

    def hidden(column: Column, cell: Cell) -> Cell:
        return None if cell is None else mask(column, cell.raw if isinstance(cell, Unread) else cell)

    found: list[Clashed] = []
    for one in conflict.clashes:
        column = tables[one.table].column(one.clash.column)
        clash = one.clash
        if column is not None and column.sensitive:
            clash = replace(clash, base=hidden(column, clash.base), theirs=hidden(column, clash.theirs))
        found.append(replace(one, clash=clash))
    return Conflict(conflict.values["place"], found, tables)
