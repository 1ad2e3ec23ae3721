"""What people have typed into the sheet, as edits: read like any cell, held where only one role may say it, told where it cannot be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from branch.branch import Branch
from branch.people import SYSTEM
from branch.sync.giving import Giving
from sheets.cells.reading import typed
from sheets.files.taking import Objection, take
from sheets.merge import same
from sheets.names import called
from sheets.numbers import placeholder_for
from sheets.schema import Edit, Table
from sheets.spreadsheet import Raw
from sheets.store.faults import Conflict, EditRefused, StoreFault
from sheets.sync.state import DELETED, ISSUE, MARK, OWN, New, Note, Tab
from sheets.tabs import plan
from texts import Fault

HAND = replace(SYSTEM, staff="sheet", name="sheet")  # whoever it was: the spreadsheet does not say
REST = timedelta(seconds=30)  # for so long a row without a number lies still before it is a row
LOOKS = 2


@dataclass(frozen=True, slots=True)
class Wanted:
    """A row of the sheet that is to be taken. `cells` are those that were typed, as they stand; `row` its place."""

    table: str
    id: str
    row: int
    cells: Mapping[str, Raw]
    edits: tuple[Edit, ...]


def address(tab: Tab, row: int, key: str) -> str:
    """档案!F27"""
    place, letters = tab.place(key), ""
    if place is None:
        return f"{tab.title}!{row + 1}"
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{tab.title}!{letters}{row + 1}"


def is_held(table: Table, key: str) -> bool:
    """Whether the sheet cannot say it alone: one role's act, Huce's own columns, and what a row is deleted by."""
    column = table.column(key)
    return key == DELETED or (column is not None and (plan.held(table, column) or plan.filled(column)))


def wanted(giving: Giving, tab: Tab, row_id: str, row: int, changed: Mapping[str, Raw]) -> tuple[Wanted | None, list[str], list[Note]]:
    """The edit of a row's changed cells; the columns on which both sides agree already; and what is held."""
    table = giving.book.tables[tab.table]
    agreed: list[str] = []
    notes: list[Note] = []
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for key, raw in changed.items():
        column = table.column(key)
        if key in (MARK, ISSUE) or key.startswith(OWN) or (column is None and key != DELETED) or giving.alike(tab.table, row_id, key, raw):
            agreed.append(key)
        elif giving.gone(tab.table, row_id):
            notes.append(_note(tab, row_id, row, key, raw, "google.deleted_edited", table, giving))
        elif is_held(table, key) or (tab.table, key) in giving.masked:
            notes.append(_note(tab, row_id, row, key, raw, "google.held", table, giving))
        elif column is not None:
            before[key], after[key] = giving.value(tab.table, row_id, key), giving.read(column, raw)
    if not after:
        return None, agreed, notes
    cells = {key: changed[key] for key in after}
    return Wanted(tab.table, row_id, row, cells, (Edit(tab.table, row_id, before, after),)), agreed, notes


def whole(giving: Giving, tab: Tab, row: int, cells: Mapping[str, Raw], row_id: str) -> Wanted:
    """A row that is new. Only what people may say of it: the rest Huce fills in, or somebody confirms."""
    table, after = giving.book.tables[tab.table], dict[str, Any]()
    for key, raw in cells.items():
        column = table.column(key)
        if column is None or key == "id" or (is_held(table, key) and not table.held):
            continue
        read = giving.read(column, raw)
        if not same(read, None):
            after[key] = read
    return Wanted(tab.table, row_id, row, cells, (Edit(tab.table, row_id, None, after),))


def is_row(table: Table, cells: Mapping[str, Raw]) -> bool:
    """Whether what was typed makes a row: one of the names people call it by, or, where it has none, all that it must have."""
    if names := called(table):
        return any(cells.get(key) is not None for key in names)
    must = [column.key for column in table.columns if column.required and column.key != "id" and not is_held(table, column.key)]
    return all(cells.get(key) is not None for key in must)


def number_for(spreadsheet: str, table: str, key: str) -> str:
    """Stands for the number of a row that was typed without one: the same at every attempt."""
    return placeholder_for(spreadsheet, table, key)


def rested(new: New, now: datetime) -> bool:
    return new.looks >= LOOKS and now - new.since >= REST


def save(branch: Branch, rows: Sequence[Wanted], now: datetime) -> tuple[list[Wanted], dict[str, str], list[tuple[Wanted, Fault]]]:
    """Takes the rows that can be taken. Returns them, the numbers that were given, and what was set aside and why."""
    ids: dict[str, str] = {}
    aside: list[tuple[Wanted, Fault]] = []

    def step(act: Any) -> Any:
        def done(some: Sequence[Wanted]) -> None:
            try:
                written = act([edit for row in some for edit in row.edits], HAND, "sheet", now)
            except Fault as fault:
                if isinstance(fault, StoreFault) and not isinstance(fault, Conflict | EditRefused):
                    raise
                raise Objection(fault, getattr(fault, "every", {})) from fault
            ids.update(written.ids if written is not None else {})

        return done

    taken = take(rows, step(branch.rehearse), step(branch.write), lambda row, fault: aside.append((row, fault)))
    return taken, ids, aside


def _note(tab: Tab, row_id: str, row: int, key: str, raw: Raw, code: str, table: Table, giving: Giving) -> Note:
    column = table.column(key)
    label = column.label(giving.lang) if column is not None else key
    return Note(tab.table, row_id, key, address(tab, row, key), code, {"typed": typed(raw)[:200], "label": label})
