"""What a person decides about a sheet, worked into its cells: the same sheet, every cell at its address, ready to be read again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sheets.files import wide
from sheets.files.grid import cell_at, cell_text
from sheets.files.headings import NOTES, REV, SEARCHED, Header, Target, bare, column_letters, find, words
from sheets.files.lines import Lines
from sheets.files.tab import Tab
from sheets.schema import Column, Table

Grid = Sequence[Sequence[object]]
IGNORED: Target = ("", "")  # the place of a column that is not to be read
_BRACKETED = re.compile(r"[(（]([^()（）]*)[)）]")
_PLACE = re.compile(r"([A-Z]+)([0-9]+)")


@dataclass(frozen=True, slots=True)
class Decisions:
    """`columns` by their place: what each is, or IGNORED. `units` of columns by their place. `values`: what is meant by the
    text that stands in a column. `rows` (counted from 0) are left out; `silent` are cells whose word about units or
    currency does not count."""

    header: int | None = None
    columns: Mapping[int, Target] = field(default_factory=dict)
    units: Mapping[int, str] = field(default_factory=dict)
    values: Mapping[tuple[int, str], str] = field(default_factory=dict)
    rows: frozenset[int] = frozenset()
    silent: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Laid:
    """A sheet as it is about to be read: its cells, the row of its headings, and what the headings are understood to mean."""

    grid: Grid
    row: int
    header: Header | None

    @property
    def heads(self) -> list[str]:
        return [cell_text(cell) for cell in self.grid[self.row]] if self.row < len(self.grid) else []


def names(table: Table, tables: Mapping[str, Table]) -> dict[str, Target]:
    """Every heading that is understood in a sheet of this ledger."""
    return {**(wide.words(tables) if table.key == "customers" else {}), **words(table)}


def columns(table: Table, tables: Mapping[str, Table]) -> dict[Target, Column]:
    """Everything a column of such a sheet may be, the ledger's own first."""
    found: dict[Target, Column] = {}
    for target in (*((table.key, c.key) for c in table.columns), *names(table, tables).values()):
        column = REV if target[1] == REV.key else tables[target[0]].column(target[1])
        if column is not None:
            found.setdefault(target, column)
    return found


def lay(table: Table, grid: Grid, tables: Mapping[str, Table], row: int | None = None) -> Laid:
    """The sheet with its row of headings found, or at the row that a person chose; the addresses of cells are settled here."""
    known = names(table, tables)
    if isinstance(grid, Tab) and grid.table == table.key:  # the headings it was written with, whatever they are called now
        known |= {bare(head): (table.key, key) for key, head in grid.had.items() if head}
    if isinstance(grid, Lines):
        grid = replace(grid.under(lambda head: len(h.headings) if (h := find(known, tables, table.key, head)) else 0), stated=True)
    found = find(known, tables, table.key, grid)
    if row is None:
        row = found.row if found else _first(grid)
    if isinstance(grid, Lines) and row < len(grid):
        grid = grid.beneath(row)
    if found is None or found.row != row:
        alone = [cells if at == row else () for at, cells in enumerate(grid[: row + 1])]
        found = find(known, tables, table.key, alone)
    return Laid(grid, row, found)


def _first(grid: Grid) -> int:
    """The first row with more than one filled cell: the likeliest row of headings where no heading is known."""
    return next((at for at, cells in enumerate(grid[:SEARCHED]) if sum(bool(cell_text(cell)) for cell in cells) > 1), 0)


def worked_in(laid: Laid, table: Table, tables: Mapping[str, Table], made: Decisions) -> Grid:
    """The sheet with the decisions in it: headings renamed, values replaced, rows and cells that do not count left blank."""
    if not any((made.columns, made.units, made.values, made.rows, made.silent, made.header is not None)):
        return laid.grid
    said = {target: word for word, target in reversed(names(table, tables).items())}
    there = {h.index: h.target for h in laid.header.headings} if laid.header else {}
    meant = {**there, **made.columns}
    silent = {place for cell in made.silent if (place := at(cell))}
    by_column: dict[int, dict[str, str]] = {}
    for (index, raw), value in made.values.items():
        by_column.setdefault(index, {})[raw] = value
    rows: list[list[object]] = []
    for number, cells in enumerate(laid.grid):
        if number in made.rows or (made.header is not None and number < laid.row and _rival(laid, number, table, tables)):
            rows.append([""] * len(cells))
        elif number == laid.row:
            rows.append([_head(cell, index, meant, made, said, tables) for index, cell in enumerate(cells)])
        else:
            mended = list(cells)
            for index, values in by_column.items() if number > laid.row else ():
                if index < len(mended) and (text := cell_text(mended[index])) in values:
                    mended[index] = values[text]
            for row, index in silent:
                if row == number and index < len(mended):
                    mended[index] = ""
            rows.append(mended)
    if isinstance(laid.grid, Lines):
        return _lines(laid.grid, rows)
    if isinstance(laid.grid, Tab):  # a unit that a person states holds against what the formats of the cells say
        return replace(laid.grid, rows=rows, formats={at: one for at, one in laid.grid.formats.items() if at not in made.units})
    return rows


def _rival(laid: Laid, row: int, table: Table, tables: Mapping[str, Table]) -> bool:
    """Whether a row above the chosen one would be taken for the headings."""
    found = find(names(table, tables), tables, table.key, laid.grid[row : row + 1])
    return found is not None and len(found.headings) > 1


def _head(
    cell: object, index: int, meant: Mapping[int, Target], made: Decisions, said: Mapping[Target, str], tables: Mapping[str, Table]
) -> object:
    """The heading of a column: as it came, unless something was decided about it."""
    if index not in made.columns and index not in made.units:
        # another column was put where this one would have gone by its heading
        taken = meant.get(index) in [target for other, target in made.columns.items() if other != index]
        return "" if index in meant and taken else cell
    target = meant.get(index, IGNORED)
    if target == IGNORED:
        return ""
    word, notes = said.get(target, target[1]), _BRACKETED.findall(cell_text(cell))
    unit = made.units.get(index) or (f"{notes[-1]}" if notes and columns_of_unit(target, tables) else "")
    return f"{word}({unit})" if unit else word


def columns_of_unit(target: Target, tables: Mapping[str, Table]) -> bool:
    """Whether amounts or shares stand in such a column: what its heading says in brackets stays with it, to be read or asked about."""
    column = tables[target[0]].column(target[1])
    return column is not None and column.kind in ("money", "percent")


def at(cell: str) -> tuple[int, int] | None:
    """Row and column, counted from 0, of an address."""
    found = _PLACE.fullmatch(cell)
    if found is None:
        return None
    index = 0
    for letter in found[1]:
        index = index * 26 + ord(letter) - 64
    return int(found[2]) - 1, index - 1


def _lines(grid: Lines, rows: Sequence[Sequence[object]]) -> Lines:
    """A text file keeps its line numbers and what is known of its damaged lines."""
    records = [replace(record, cells=[str(cell or "") for cell in cells]) for record, cells in zip(grid.records, rows, strict=True)]
    return replace(grid, records=records)


def typed(laid: Laid, row: int) -> dict[str, str]:
    """A row as it came, by its own headings."""
    heads, cells = laid.grid[laid.row], laid.grid[row]
    found: dict[str, str] = {}
    for index in range(max(len(heads), len(cells))):
        head, cell = cell_text(cell_at(heads, index)), cell_text(cell_at(cells, index))
        if (head or cell) and bare(head) not in NOTES:
            found[f"{head}({column_letters(index)})" if not head or head in found else head] = cell
    return found


def without_brackets(text: str) -> str:
    return _BRACKETED.sub("", text)
