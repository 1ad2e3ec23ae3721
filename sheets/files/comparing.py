"""What a sheet would change in a book: rows to add, cells to change, conflicts, and rows that cannot be taken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date

from sheets.book import Book
from sheets.cells import read
from sheets.files import row_ids, standing, wide
from sheets.files.amounts import implausible
from sheets.files.columns import SheetRow
from sheets.files.comparison import Base, Blanks, Comparison, Given, Preview, Scope, Wanted, nothing_given
from sheets.files.matching import identified, namesakes, once, one_code_each, recalled
from sheets.files.reading import Sheet
from sheets.files.standing import Cell
from sheets.merge import Clash, Merged, merge, same
from sheets.numbers import is_placeholder
from sheets.schema import Edit, Issue, Table, Unread

MASK = "*"


def compare(
    sheet: Sheet,
    book: Book,
    base: Base,
    blanks: Blanks,
    today: date,
    *,
    scope: Scope | None = None,
    given: Given = nothing_given,
    back: standing.Back = standing.nothing_back,
) -> Preview:
    """Compares a sheet with the book. Without revs the sheet wins cell by cell; with them it is merged three ways.

    New rows without a number carry a placeholder made from what they say; `given` tells which of them have been numbered.
    Rows that an undo took `back` may come again under their old ids.
    """
    comparison = Comparison(
        sheet,
        book.tables[sheet.table],
        book,
        base,
        today,
        blanks,
        standing.of(book, sheet.table, back),
        Preview(len(sheet.lines) + len(sheet.damaged)),
        scope,
        given=given,
        back=back,
        revised=any(line.rev is not None for line in sheet.lines),
    )
    doubts = (*sheet.doubts, *implausible(comparison))
    if doubts:  # questions that only a person can answer: nothing is taken until they are
        for line in sheet.lines:
            comparison.preview.refuse(line, *doubts)
        comparison.preview.issues[:0] = [*doubts, *sheet.issues]
        return comparison.preview
    for line, issue in sheet.damaged:
        comparison.preview.issues.append(issue)
        comparison.preview.refuse(line, issue)
    placed = list(recalled(comparison, identified(comparison)))
    lines = once(comparison, placed)
    if comparison.table.key == "customers":
        lines = one_code_each(comparison, lines)
        namesakes(comparison, lines)
    numbers = [target for target in sheet.where if target[1] == "id"]
    comparison.claimed.update((at[0], line.cells[at]) for at in numbers for line, _ in lines if at in line.cells)
    moved = _moved(comparison, lines)
    for line, row in lines:
        if line.row in moved:
            _compare_line(comparison, line, row)
        else:
            comparison.preview.unchanged += 1
    for table, column in sorted(comparison.absent):
        at = f"A{sheet.header.row + 1}"
        comparison.preview.issues.append(Issue(table, "", column, at, "column_missing", warning=True))
    comparison.preview.issues[:0] = _named(sheet.issues, {line.row: row for line, row in placed}, comparison.aside)
    return comparison.preview


def _named(issues: Iterable[Issue], rows: Mapping[int, str], aside: AbstractSet[int]) -> list[Issue]:
    """Issues of single cells, told with the id of their row; those of lines that are no records say nothing."""
    placed = ((issue, int(re.sub(r"\D", "", issue.cell)) - 1) for issue in issues)
    return [replace(issue, row=rows.get(row, "")) for issue, row in placed if row not in aside]


def _moved(comparison: Comparison, lines: Sequence[tuple[SheetRow, str]]) -> set[int]:
    """The lines that may ask for something, column by column; all others say what stands there already, to the letter."""
    sheet, known = comparison.sheet, comparison.known
    odd = {row for row, _ in known.unread}
    asked = {line.row for line, row in lines if row not in known or row in odd or line.row in sheet.unread}
    if comparison.wide:
        return {line.row for line, _ in lines}
    there = [(line.row, line.cells, known.places[row]) for line, row in lines if line.row not in asked]
    clear = comparison.blanks == "clear"
    for target in (*sheet.where, *sheet.around) if there else ():
        if target[1] in ("id", "rev") or target[0] != comparison.table.key:
            continue
        now = known.column(target[1])
        if clear:
            asked.update(row for row, cells, place in there if cells.get(target) != now[place])
        else:
            asked.update(row for row, cells, place in there if target in cells and cells[target] != now[place])
    return asked


def _compare_line(comparison: Comparison, line: SheetRow, row: str) -> None:
    """One line against the row it speaks of: an addition, a change, a conflict, or nothing."""
    cells = comparison.own(line)
    cells.pop("id", None)
    new = row not in comparison.known
    if new:
        edits = [Edit(comparison.table.key, row, None, cells)]
        _missing(comparison, line, row)
    else:
        now = comparison.known.row(row, [column for table, column in comparison.sheet.where if table == comparison.table.key])
        wanted = _unmasked(comparison.table, cells, now)
        if comparison.blanks == "clear":
            wanted.update({c: None for t, c in comparison.sheet.blank(line) if t == comparison.table.key and c != "id"})
        seen = _seen(comparison, line, row, now)
        merged = _merged(seen, now, {key: cell for key, cell in wanted.items() if not _as_read(comparison.table, key, cell, now.get(key))})
        if merged.clashes:
            told = []
            for clash in merged.clashes:
                said = {"theirs": comparison.open_text(clash.column, clash.theirs)}
                if seen is not None:
                    said["base"] = comparison.open_text(clash.column, clash.base)
                told.append(comparison.tell(line, row, clash.column, "conflict" if seen is not None else "conflict_unseen", **said))
            comparison.preview.conflict(line, *told)
            return
        changes = merged.values
        edits = [Edit(comparison.table.key, row, {c: now.get(c) for c in changes}, changes)] if changes else []
    parts = _parts(comparison, line, row)
    if edits or parts:
        comparison.preview.wanted.append(Wanted(line, row, (*edits, *parts), new))
    else:
        comparison.preview.unchanged += 1


def _seen(comparison: Comparison, line: SheetRow, row: str, now: Mapping[str, Cell]) -> Mapping[str, Cell] | None:
    """The row as the file's writer saw it, by the revision in the line; None where nothing believable says so.

    A file without revisions is taken as written over the row as it stands now. In a file that has them, a line whose
    revision is blank, cannot be read, lies ahead or never was one of this row (a file from elsewhere, a typed one) tells
    nothing of what its writer saw.
    """
    if line.rev == now["rev"] or (line.rev is None and not comparison.revised):
        return now
    seen = comparison.base(comparison.table.key, row, line.rev) if line.rev is not None and 0 < line.rev < now["rev"] else None  # type: ignore[operator]  # a row that stands has a number
    return seen if seen is not None and seen.get("rev") == line.rev else None


def _merged(seen: Mapping[str, Cell] | None, now: Mapping[str, Cell], wanted: Mapping[str, Cell]) -> Merged:
    """What is left to change; every difference is a clash where nobody knows what the writer saw."""
    different = {column: cell for column, cell in wanted.items() if not same(cell, now.get(column))}
    if seen is None:
        return Merged({}, tuple(Clash(column, None, now.get(column), cell) for column, cell in different.items()))
    return merge(seen, now, different)


def _as_read(table: Table, key: str, cell: Cell, now: Cell) -> bool:
    """Whether a text that stands there, written into a file and read again, is what the file says: blanks around it are
    lost on that way, and a name that nobody bears any more cannot be read."""
    column = table.column(key)
    if column is None or not isinstance(now, str):
        return False
    if isinstance(cell, Unread):
        return cell.raw == now
    return column.kind in ("text", "long") and read(column, now).value == cell


def _unmasked(table: Table, cells: Mapping[str, Cell], now: Mapping[str, Cell]) -> dict[str, Cell]:
    """Without the cells that only show the mask of what is kept already."""
    masked = {c.key for c in table.columns if c.sensitive and MASK in str(cells.get(c.key, "")) and now.get(c.key)}
    return {key: cell for key, cell in cells.items() if key not in masked}


def _missing(comparison: Comparison, line: SheetRow, row: str) -> None:
    """A new row without what must be there is taken, and told: cell by cell, or once for a column that is not there."""
    for target in comparison.asked:
        if target in line.cells:
            continue
        if target in comparison.sheet.where:
            comparison.tell(line, row, target[1], "missing")
        else:
            comparison.absent.add(target)


def _parts(comparison: Comparison, line: SheetRow, row: str) -> list[Edit]:
    """The edits of other ledgers that a wide customer row asks for."""
    if not comparison.wide:
        return []
    said = {target: cell for target, cell in line.cells.items() if target[0] in wide.LEDGERS and target[0] != comparison.table.key}
    if not said:
        return []
    known = {key: comparison.other(key).having("customer", row) for key in wide.LEDGERS if key in comparison.book.tables}
    parts, unclear = wide.fan(row, said, known, comparison.today)
    for doubt in unclear:
        _unclear(comparison, line, row, doubt)
    edits = []
    for part in parts:
        there, table = comparison.other(part.table), comparison.book.tables[part.table]
        number = _given(comparison, part) if there.dead else part.id
        if part.new and (part.id in there or number in there.dead or comparison.claimed[part.table, part.id] > 1):
            target = (part.table, "id") if (part.table, "id") in said else (part.table, next(iter(part.cells)))
            _unclear(comparison, line, row, wide.Unclear(target, (number,)))
        elif part.new:
            edits.append(Edit(part.table, part.id, None, part.cells))
            absent = (c.key for c in table.columns if c.required and not c.auto and c.key not in part.cells)
            comparison.absent.update((table.key, key) for key in absent)
        else:
            now = there.row(part.id)
            changes = {c: cell for c, cell in part.cells.items() if not same(cell, now.get(c))}
            if changes:
                edits.append(Edit(part.table, part.id, {c: now.get(c) for c in changes}, changes))
    return edits


def _given(comparison: Comparison, part: wide.Part) -> str:
    """The number that a new row of another ledger had before it was taken out there, else its id as it is."""
    return comparison.given(part.table, [part.id]).get(part.id, part.id) if is_placeholder(part.id) else part.id


def _unclear(comparison: Comparison, line: SheetRow, row: str, doubt: wide.Unclear) -> None:
    """A cell of a wide sheet that could mean several rows, or a row of another customer: left out and told."""
    table, column = doubt.target
    raw = row_ids.text(comparison.book.tables[table], column, line.cells.get(doubt.target))
    at, values = comparison.sheet.at(line, doubt.target), {"rows": "、".join(doubt.rows)}
    comparison.preview.issues.append(Issue(table, row, column, at, "wide_unclear", raw, values=values))
