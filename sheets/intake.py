"""What a sheet would change in a book: rows to add, cells to change, conflicts, and rows that cannot be taken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from sheets import identity, ledger, wide
from sheets.book import Book
from sheets.desk import Base, Blanks, Desk, Plan, Scope, Wanted
from sheets.grid import Line, Sheet
from sheets.ledger import Cell
from sheets.merge import Merged, merge, same
from sheets.schema import Edit, Issue, Table
from sheets.whose import identified, namesakes, once, one_code_each

MASK = "*"


def plan(sheet: Sheet, book: Book, base: Base, blanks: Blanks, today: date, *, scope: Scope | None = None) -> Plan:
    """Compares a sheet with the book. Without a rev the sheet wins cell by cell; with one it is merged three ways."""
    desk = Desk(sheet, book.tables[sheet.table], book, base, today, blanks, ledger.of(book, sheet.table), Plan(len(sheet.lines)), scope)
    placed = list(identified(desk))
    lines = once(desk, placed)
    if desk.table.key == "customers":
        lines = one_code_each(desk, lines)
        namesakes(desk, lines)
    for line, row in lines:
        _compare(desk, line, row)
    for table, column in sorted(desk.absent):
        at = f"A{sheet.header.row + 1}"
        desk.plan.issues.append(Issue(table, "", column, at, "column_missing", warning=True))
    desk.plan.issues[:0] = _named(sheet.issues, {line.row: row for line, row in placed})
    return desk.plan


def _named(issues: Iterable[Issue], rows: Mapping[int, str]) -> list[Issue]:
    """Issues of single cells, told with the id of their row."""
    return [replace(i, row=rows.get(int(re.sub(r"\D", "", i.cell)) - 1, "")) for i in issues]


def _compare(desk: Desk, line: Line, row: str) -> None:
    """One line against the row it speaks of: an addition, a change, a conflict, or nothing."""
    cells = desk.own(line)
    cells.pop("id", None)
    new = row not in desk.known
    if new:
        edits = [Edit(desk.table.key, row, None, cells)]
        _missing(desk, line, row, desk.table)
    else:
        now = desk.known.row(row, [column for table, column in desk.sheet.where if table == desk.table.key])
        wanted = _unmasked(desk.table, cells, now)
        if desk.blanks == "clear":
            wanted.update({c: None for t, c in line.blank if t == desk.table.key and c != "id"})
        merged = _merged(desk, line, row, now, wanted)
        if merged.clashes:
            desk.plan.conflicts += 1
            for clash in merged.clashes:
                theirs, before = desk.open_text(clash.column, clash.theirs), desk.open_text(clash.column, clash.base)
                desk.tell(line, row, clash.column, "conflict", theirs=theirs, base=before)
            return
        changes = merged.values
        edits = [Edit(desk.table.key, row, {c: now.get(c) for c in changes}, changes)] if changes else []
    parts = _parts(desk, line, row)
    if edits or parts:
        desk.plan.wanted.append(Wanted(line, row, (*edits, *parts), new))
    else:
        desk.plan.unchanged += 1


def _merged(desk: Desk, line: Line, row: str, now: Mapping[str, Cell], wanted: Mapping[str, Cell]) -> Merged:
    different = {column: cell for column, cell in wanted.items() if not same(cell, now.get(column))}
    if not different or line.rev is None or line.rev == now["rev"]:
        return Merged(different)
    # A rev this store never gave to the row (a file from elsewhere): nothing is known of what its writer saw.
    return merge(desk.base(desk.table.key, row, line.rev) or {}, now, different)


def _unmasked(table: Table, cells: Mapping[str, Cell], now: Mapping[str, Cell]) -> dict[str, Cell]:
    """Without the cells that only show the mask of what is kept already."""
    masked = {c.key for c in table.columns if c.sensitive and MASK in str(cells.get(c.key, "")) and now.get(c.key)}
    return {key: cell for key, cell in cells.items() if key not in masked}


def _missing(desk: Desk, line: Line, row: str, table: Table) -> None:
    """A new row without what must be there is taken, and told: cell by cell, or once for a column that is not there."""
    for column in table.columns:
        target = (table.key, column.key)
        if not column.required or column.auto or target in line.cells:
            continue
        if target in desk.sheet.where:
            desk.tell(line, row, column.key, "missing")
        else:
            desk.absent.add(target)


def _parts(desk: Desk, line: Line, row: str) -> list[Edit]:
    """The edits of other ledgers that a wide customer row asks for."""
    said = {target: cell for target, cell in line.cells.items() if target[0] in wide.LEDGERS and target[0] != desk.table.key}
    if not said or desk.table.key != "customers":
        return []
    known = {key: desk.other(key).having("customer", row) for key in wide.LEDGERS if key in desk.book.tables}
    parts, unclear = wide.fan(row, said, known, desk.today)
    for doubt in unclear:
        _unclear(desk, line, row, doubt)
    edits = []
    for part in parts:
        ledger_, table = desk.other(part.table), desk.book.tables[part.table]
        if part.new and (part.id in ledger_ or part.id in ledger_.dead):
            target = (part.table, "id") if (part.table, "id") in said else (part.table, next(iter(part.cells)))
            _unclear(desk, line, row, wide.Unclear(target, (part.id,)))
        elif part.new:
            edits.append(Edit(part.table, part.id, None, part.cells))
            absent = (c.key for c in table.columns if c.required and not c.auto and c.key not in part.cells)
            desk.absent.update((table.key, key) for key in absent)
        else:
            now = ledger_.row(part.id)
            changes = {c: cell for c, cell in part.cells.items() if not same(cell, now.get(c))}
            if changes:
                edits.append(Edit(part.table, part.id, {c: now.get(c) for c in changes}, changes))
    return edits


def _unclear(desk: Desk, line: Line, row: str, doubt: wide.Unclear) -> None:
    """A cell of a wide sheet that could mean several rows, or the row of another customer: left out and told."""
    table, column = doubt.target
    raw = identity.text(desk.book.tables[table], column, line.cells.get(doubt.target))
    at, values = desk.sheet.at(line, doubt.target), {"rows": "、".join(doubt.rows)}
    desk.plan.issues.append(Issue(table, row, column, at, "wide_unclear", raw, values=values))
