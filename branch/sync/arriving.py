"""What people have typed into the sheet, as edits: read like any cell, held where only one role may say it, told where it cannot be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from branch import matrix
from branch.branch import Branch
from branch.people import SYSTEM
from branch.sync.giving import Giving
from sheets.cells import fold
from sheets.cells.reading import typed
from sheets.files import records
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
    """Whether the sheet cannot say it alone: one role's act, whose a customer is, Huce's own columns, and that a row is deleted."""
    column = table.column(key)
    if key == DELETED or (table.key == "customers" and key in matrix.HANDED):
        return True
    return column is not None and (plan.held(table, column) or plan.filled(column))


def _is_filled(table: Table, key: str) -> bool:
    """Whether Huce alone writes it, and nobody can confirm it: what is typed there is put back."""
    column = table.column(key)
    return column is not None and plan.filled(column) and not plan.held(table, column)


def _reviewed(giving: Giving, table: Table, row_id: str, key: str) -> bool:
    """S10: whether the row belongs to a plan that has left the draft, so that a change of it wants a reason."""
    column = table.column(key)
    if column is None or column.progress or (table.key != "plans" and table.parent != "plan"):
        return False
    of = row_id if table.key == "plans" else str(giving.value(table.key, row_id, "plan") or "")
    return giving.value("plans", of, "status") not in (None, "draft")


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person changed in a row: what is taken, on which columns both sides agree already, what is put back, what is told."""

    wanted: Wanted | None
    agreed: tuple[str, ...]
    restored: tuple[str, ...]
    notes: tuple[Note, ...]


def typed_into(giving: Giving, tab: Tab, row_id: str, row: int, changed: Mapping[str, Raw]) -> Typed:
    """Looks at the changed cells of one row."""
    table = giving.book.tables[tab.table]
    agreed, restored, notes = list[str](), list[str](), list[Note]()
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for key, raw in changed.items():
        column = table.column(key)
        unowned = key in (MARK, ISSUE) or key.startswith(OWN) or (column is None and key != DELETED)
        if unowned or giving.alike(tab.table, row_id, key, raw):
            agreed.append(key)
        elif _is_filled(table, key) or (tab.table, key) in giving.masked:
            agreed.append(key)
            restored.append(key)
        elif code := _why_held(giving, table, row_id, key):
            notes.append(_note(tab, row_id, row, key, raw, code, table, giving))
        elif column is not None:
            before[key], after[key] = giving.value(tab.table, row_id, key), giving.read(column, raw)
    edits = (Edit(tab.table, row_id, before, after),)
    wanted = Wanted(tab.table, row_id, row, {key: changed[key] for key in after}, edits) if after else None
    return Typed(wanted, tuple(agreed), tuple(restored), tuple(notes))


def _why_held(giving: Giving, table: Table, row_id: str, key: str) -> str:
    """The code of what must happen in the portal before a cell of the sheet counts; "" where it counts as it is."""
    if giving.gone(table.key, row_id):
        return "google.deleted_edited"
    if is_held(table, key):
        return "google.held"
    return "google.plan_reason" if _reviewed(giving, table, row_id, key) else ""


def whole(giving: Giving, tab: Tab, row: int, cells: Mapping[str, Raw], row_id: str) -> Wanted:
    """A row that is new. Only what people may say of it: the rest Huce fills in, or somebody confirms."""
    table, after = giving.book.tables[tab.table], dict[str, Any]()
    for key, raw in cells.items():
        column = table.column(key)
        closed = is_held(table, key) or (tab.table, key) in giving.masked
        if column is None or key == "id" or closed:
            continue
        read = giving.read(column, raw)
        if not same(read, None):
            after[key] = read
    return Wanted(tab.table, row_id, row, cells, (Edit(tab.table, row_id, None, after),))


def lacking(table: Table, cells: Mapping[str, Raw]) -> tuple[str, ...]:
    """The columns that a row still wants before it is one: any of the names people call it by, or, where it has none, all
    that it must have. () for a row that is one."""
    if names := called(table):
        return () if any(cells.get(key) is not None for key in names) else names
    must = [column.key for column in table.columns if column.required and column.key != "id" and not is_held(table, column.key)]
    return tuple(key for key in must if cells.get(key) is None)


def is_total(table: Table, cells: Mapping[str, Raw]) -> bool:
    """Whether a row adds the others up: its only word says so, and all else in it are figures."""
    named = {key for key in ("id", *called(table)) if cells.get(key) is not None}
    words = [key for key, raw in cells.items() if isinstance(raw, str) and (named <= {key})]
    if len(named) > 1 or not words:
        return False
    first = words[0]
    kinds = [str(column.kind) for key in cells if key != first and (column := table.column(key)) is not None]
    return records.is_total(fold(str(cells[first])), kinds)


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
