"""The cells of a sheet, read column by column and put together as lines again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import repeat, zip_longest

from sheets.cells import Lookup
from sheets.cells.dates import Epoch
from sheets.files import plainly
from sheets.files.grid import cell_text
from sheets.files.headings import Header, Heading, Target, address
from sheets.files.lines import Lines
from sheets.files.tab import Tab
from sheets.schema import Issue, Unread, Value

Cell = Value | Unread
UNKNOWN_REV = 0  # typed and not readable: no state of a row has this number


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row as read: its place (counted from 0), and what its cells say by table and column."""

    row: int
    cells: Mapping[Target, Cell]
    rev: int | None = None
    names: Mapping[str, str] = field(default_factory=dict)  # how references were typed, before they were resolved


@dataclass(frozen=True, slots=True)
class ReadColumn:
    """What the cells under one heading say, and of references how they were typed."""

    target: Target
    cells: list[Cell]
    typed: list[str] | None


def read_columns(
    grid: Sequence[Sequence[object]], rows: Sequence[int], header: Header, lookup: Lookup | None, epoch: Epoch
) -> tuple[list[ReadColumn], list[Issue], frozenset[int]]:
    """The columns as read, what is to be said of single cells, and the rows with a cell that cannot be read."""
    across: list[Sequence[object]] = list(zip_longest(*(grid[row] for row in rows)))
    marked = not isinstance(grid, Lines) or any("'" in line for line in grid.physical)
    columns: list[ReadColumn] = []
    issues: list[Issue] = []
    unread: set[int] = set()
    for heading in header.headings:
        cells = across[heading.index] if heading.index < len(across) else [None] * len(rows)
        if isinstance(grid, Tab):
            cells = grid.under(heading.index, heading.column, rows, cells)
        if marked or heading.unit_stated:
            cells = _bare(cells, heading)
        values, told = plainly.column_of(replace(heading.column, required=False), cells, lookup, epoch)
        taken: list[Cell] = list(values)
        for position, reading in told.items():
            at = address(heading.index, rows[position])
            issues.append(Issue(heading.target[0], "", heading.target[1], at, reading.code, reading.raw, warning=reading.warning))
            if not reading.warning:
                taken[position] = Unread(reading.raw, reading.code)
                unread.add(rows[position])
        named = heading.column.kind in ("ref", "staff", "staffs")
        columns.append(ReadColumn(heading.target, taken, [cell_text(cell) for cell in cells] if named else None))
    return columns, issues, frozenset(unread)


def as_lines(rows: Sequence[int], columns: Sequence[ReadColumn], dated: Mapping[str, tuple[str, date]]) -> Iterator[SheetRow]:
    """The columns as lines again; blank cells are left out."""
    told = [column for column in columns if column.target[1] != "rev"]
    targets = [column.target for column in told]
    across = zip(*(column.cells for column in told), strict=True) if told else repeat(())
    revs = next((column.cells for column in columns if column.target[1] == "rev"), [None] * len(rows))
    typed = {column.target[1]: column.typed for column in columns if column.typed is not None}
    known = zip(*typed.values(), strict=True) if typed else repeat(())
    for row, said, rev, spoken in zip(rows, across, revs, known, strict=False):
        cells = {target: cell for target, cell in zip(targets, said, strict=True) if cell is not None}
        for table, (column, day) in dated.items():
            if any(key == table for key, _ in cells):
                cells[table, column] = day
        seen = rev if isinstance(rev, int) else UNKNOWN_REV if isinstance(rev, Unread) else None
        yield SheetRow(row, cells, seen, dict(zip(typed, spoken, strict=True)))


def _bare(cells: Sequence[object], heading: Heading) -> Sequence[object]:
    """The cells under a heading; every distinct text that is more than it says is looked at once."""
    if heading.column.kind in ("text", "long") and heading.column.key != "id":
        return cells  # words may begin with an apostrophe; a number of a row that does was typed into Excel as text
    every = heading.unit_stated and heading.column.kind == "percent"
    bare: dict[object, str] = {cell: _cell(cell, heading) for cell in set(cells) if isinstance(cell, str) and (every or cell[:1] == "'")}
    return [bare.get(cell, cell) for cell in cells] if bare else cells


def _cell(cell: str, heading: Heading) -> str:
    """An apostrophe that only keeps digits text is taken off, a stated % is put on."""
    cell = cell.lstrip("'")
    if heading.unit_stated and heading.column.kind == "percent" and re.fullmatch(r"\s*[-+]?[0-9]*\.?[0-9]+\s*", cell):
        return f"{cell}%"
    return cell
