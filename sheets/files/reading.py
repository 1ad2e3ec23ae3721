"""A sheet of cells becomes rows of a table: header found, notes and totals set aside, every cell read."""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from sheets import names
from sheets.cells import Lookup, fold
from sheets.cells.dates import Epoch
from sheets.files import around, origin, records, shifted
from sheets.files.columns import SheetRow, as_lines, read_columns
from sheets.files.grid import cell_at, cell_text
from sheets.files.headings import NOTES, Header, Target, address, bare, column_letters, find, runs_down, words
from sheets.files.lines import BROKEN, Lines
from sheets.files.measures import asked_about, by_formats, dates, measured
from sheets.files.tab import Tab
from sheets.schema import Column, Issue, Table
from texts import Fault

CUT = ("line_split", "line_shifted")  # as many cells as headings, and not under them
_SHOWN = 200  # characters of a damaged line that its issue repeats

_TOTALS = re.compile(
    r"(?:本页|本月|本期|本年|全部|全行|各项|总|分)?(?:合计|小计|总计|共计|累计|汇总|平均)(?:[:(\d].{0,12})?"
    r"|(?:grand ?|sub-?)?totals?:?|sum:?|averages?:?"
)
_NOTES = re.compile(
    r"(?:备注|附注|注|说明|填表说明|填表人?|制表人?|填报人?|审核人?|复核人?|经办人?|负责人|签字|签章|签名|盖章|日期|单位|数据来源|打印时间"
    r"|note|notes|remarks?|prepared by|checked by|approved by|signed|signature|printed)\d*(?:[:：].*|\s*)",
    re.DOTALL,
)
_SECTION = re.compile(r"(?:[一二三四五六七八九十]+[、.．]|\([一二三四五六七八九十]+\)).*")


class Unreadable(Fault):
    """A file or sheet that holds no table we can recognise."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a sheet holds for a table. `where` tells in which column each thing stands, `grid` is the sheet as it came.

    While there are `doubts`, questions that only a person can answer, nothing of it may be taken.
    """

    table: str
    header: Header
    where: Mapping[Target, int]
    lines: tuple[SheetRow, ...]
    issues: list[Issue] = field(default_factory=list)
    grid: Sequence[Sequence[object]] = ()
    damaged: tuple[tuple[SheetRow, Issue], ...] = ()  # lines of a text file that cannot be trusted, and why
    doubts: tuple[Issue, ...] = ()
    unit_said: bool = False  # somewhere around the table
    renminbi: bool = False  # the currency is said there
    unread: frozenset[int] = frozenset()  # rows with a cell that cannot be read
    around: tuple[Target, ...] = ()  # said of every line by what stands around the table, in no column of it

    def at(self, line: SheetRow, target: Target) -> str:
        """The address of a cell; of the first cell of the row when the sheet has no such column."""
        return address(self.where.get(target, 0), line.row)

    def torn(self, line: SheetRow) -> str:
        """A line of a text file whose cells cannot be told apart, as it stands there; "" for any other."""
        if not isinstance(self.grid, Lines):
            return ""
        cut = any(one.row == line.row and issue.code in CUT for one, issue in self.damaged)
        return self.grid.raw(line.row) if cut or self.grid.records[line.row].damage else ""

    def blank(self, line: SheetRow) -> set[Target]:
        """The columns of which the line says nothing."""
        return {target for target in self.where if target[1] != "rev" and target not in line.cells}

    @property
    def width(self) -> int:
        """How many columns have a heading."""
        return sum(bool(cell_text(cell)) for cell in self.grid[self.header.row])

    def typed(self, line: SheetRow) -> dict[str, str]:
        """The row as it was typed, by its own headings; a blank or repeated heading gets the letters of its column."""
        heads, cells = self.grid[self.header.row], self._shown(line.row)
        found: dict[str, str] = {}
        for index in range(max(len(heads), len(cells))):
            head, cell = _typed(cell_at(heads, index)), _typed(cell_at(cells, index))
            if (head or cell) and fold(head) not in NOTES:
                found[f"{head}({column_letters(index)})" if not head or head in found else head] = cell
        return found

    def _shown(self, row: int) -> Sequence[object]:
        return self.grid.shown(row) if isinstance(self.grid, Tab) else self.grid[row]


def read(
    table: Table,
    grid: Sequence[Sequence[object]],
    tables: Mapping[str, Table],
    lookup: Lookup | None,
    *,
    extra: Mapping[str, Target] | None = None,
    epoch: Epoch = 1900,
) -> Sheet:
    """Everything a sheet says about a table. `extra` are headings that belong to other tables (a wide sheet)."""
    if not any(cell_text(cell) for cells in grid for cell in cells):
        raise Unreadable("exchange.empty")
    known = {**(extra or {}), **words(table)}
    made = isinstance(grid, Tab) and grid.table == table.key
    if isinstance(grid, Tab) and made:
        known |= {bare(head): (table.key, key) for key, head in grid.had.items() if head}
    if isinstance(grid, Lines):
        grid = grid.under(lambda head: len(found.headings) if (found := find(known, tables, table.key, head)) else 0)
    header = find(known, tables, table.key, grid)
    if runs_down(known, grid, header):
        raise Unreadable("exchange.transposed")
    if header is None:
        if isinstance(grid, Lines) and (line := grid.broken_head()):
            raise Unreadable("exchange.broken", line=line)
        expected = "、".join(c.zh for c in table.columns[:8])
        raise Unreadable("exchange.no_header", table_zh=table.zh, table_en=table.en, expected=expected)
    where = {h.target: h.index for h in header.headings}
    if not any((table.key, key) in where for key in records.naming(table)):
        naming = "、".join(column.zh for key in records.naming(table) if (column := table.column(key)))
        raise Unreadable("exchange.nameless", naming=naming)
    grid = grid.beneath(header.row) if isinstance(grid, Lines) else grid
    rows, issues = _data_rows(table, grid, header, where)
    for row in [*_of_the_whole(grid, rows)]:
        rows.remove(row)
        at, raw = next((n, text) for n, cell in enumerate(grid[row]) if (text := cell_text(cell)))
        issues.append(Issue(table.key, "", "", address(at, row), "row_note", raw, warning=True))
    outside = sorted({*range(len(grid))} - {*rows, header.row}) if len(rows) < len(grid) - 1 else []
    damaged = tuple(_damaged(table, grid, header, rows, lookup)) if isinstance(grid, Lines) else ()
    rows = _without(rows, damaged)
    about = around.look(grid, outside)
    header, doubts = measured(table, grid, header, about, rows)
    header, told_by_formats = by_formats(grid, header, rows) if isinstance(grid, Tab) else (header, [])
    doubts += told_by_formats
    header, asked = asked_about(grid, header, rows)
    issues += [Issue(table.key, "", "", address(d.column, d.row), "as_of_noted", d.raw, warning=True, values={"day": d.what})
               for d in about.days]  # fmt: skip
    if isinstance(grid, Tab):
        issues += [replace(note, table=table.key) for note in grid.notes]
        issues += origin.stale(table, grid.had, address(0, header.row)) if made else []
        epoch = grid.epoch
    own = lookup
    if lookup is not None and any(_refers(h.column) == table.key for h in header.headings):
        own = ChainMap({table.key: _with_own(table, grid, rows, where, lookup)}, lookup)  # type: ignore[arg-type]
    columns, told, unread = read_columns(grid, rows, header, own, epoch)
    if isinstance(grid, Lines) and (cut := tuple(_cut(table, grid, header, [row for row in rows if row in unread]))):
        damaged = tuple(sorted((*damaged, *cut), key=lambda pair: pair[0].row))
        rows = _without(rows, cut)
        columns, told, unread = read_columns(grid, rows, header, own, epoch)
    dated, days = dates(tables, where, about)
    return Sheet(
        table.key,
        header,
        where,
        tuple(as_lines(rows, columns, dated)),
        [*header.issues, *issues, *told],
        grid,
        damaged,
        doubts=(*doubts, *asked, *days),
        unit_said=bool(about.units),
        renminbi=bool(about.renminbi),
        unread=unread,
        around=tuple((key, column) for key, (column, _) in dated.items()),
    )


def _of_the_whole(grid: Sequence[Sequence[object]], rows: Sequence[int]) -> Iterator[int]:
    """Rows of a single cell that speaks of the whole table: 本表金额以千元为单位。 A lone unit below the headings speaks of its column."""
    for row in rows:
        said = islice(filter(cell_text, grid[row]), 2)  # of nearly every row the first two cells answer
        if len(list(said)) == 1 and not around.by_column(grid[row], 1) and around.look(grid, [row]) != around.Around():
            yield row


def _without(rows: Sequence[int], damaged: Sequence[tuple[SheetRow, Issue]]) -> list[int]:
    torn = {line.row for line, _ in damaged}
    return [row for row in rows if row not in torn]


def _cut(table: Table, grid: Lines, header: Header, unread: Sequence[int]) -> Iterator[tuple[SheetRow, Issue]]:
    """The lines in which the comma of a text shifted the cells behind it."""
    for row, (left, right) in shifted.cut_texts(grid, header, unread).items():
        told = {"line": grid.records[row].place, "left": left, "right": right}
        yield SheetRow(row, {}), Issue(table.key, "", "", address(0, row), "line_shifted", grid.raw(row)[:_SHOWN], values=told)


def _damaged(table: Table, grid: Lines, header: Header, rows: Sequence[int], lookup: Lookup | None) -> Iterator[tuple[SheetRow, Issue]]:
    """The lines of a text file whose cells may stand under the wrong headings, hold bytes that are no characters, or say nothing."""
    anywhere = any(BROKEN in line for line in grid.physical)
    amounts = shifted.cut_amounts(grid, header, rows, lookup)
    for row in rows:
        record, line = grid.records[row], SheetRow(row, {})
        at_fault = (h for h in header.headings if h.index < len(record.cells) and BROKEN in record.cells[h.index])
        broken = next(at_fault, None) if anywhere else None
        if row in amounts:
            left, right = amounts[row]
            told = {"line": record.place, "left": left, "right": right}
            yield line, Issue(table.key, "", "", address(0, row), "line_split", grid.raw(row)[:_SHOWN], values=told)
        elif record.damage is not None:
            raw, said = grid.raw(row)[:_SHOWN], record.damage.values
            yield line, Issue(table.key, "", "", address(0, row), record.damage.code, raw, values=said)
        elif broken is not None:
            at, raw = address(broken.index, row), record.cells[broken.index]
            yield line, Issue(broken.target[0], "", broken.target[1], at, "line_bytes", raw, values={"line": record.place})
        elif not any(h.index < len(record.cells) and cell_text(record.cells[h.index]) for h in header.headings):
            yield line, Issue(table.key, "", "", address(0, row), "line_unheaded", grid.raw(row)[:_SHOWN], values={"line": record.place})


def _refers(column: Column) -> str:
    return column.ref or ("staff" if column.kind in ("staff", "staffs") else "")


def _with_own(
    table: Table, grid: Sequence[Sequence[object]], rows: Sequence[int], where: Mapping[Target, int], lookup: Lookup
) -> dict[str, str | None]:
    """The names of the table with those of this very sheet, so that its rows may refer to each other."""
    known = dict(lookup.get(table.key, {}))
    at = where.get((table.key, "id"))
    if at is None:
        return known
    name_at = [where[table.key, key] for key in names.called(table) if (table.key, key) in where]
    fresh = names.by_name(
        (cell_text(cell_at(grid[row], at)), [cell_text(cell_at(grid[row], i)) for i in name_at])
        for row in rows
        if cell_text(cell_at(grid[row], at))
    )
    for word, row in fresh.items():
        known[word] = row if known.get(word, row) == row else None
    return known


def _data_rows(
    table: Table, grid: Sequence[Sequence[object]], header: Header, where: Mapping[Target, int]
) -> tuple[list[int], list[Issue]]:
    """The rows that hold records. Blank rows end nothing; totals, notes and repeated headers are set aside and told."""
    rows, issues = [], []
    heads = [cell_text(cell) for cell in grid[header.row]]
    named = [where[table.key, key] for key in ("id", *names.called(table)) if (table.key, key) in where]
    kinds = {h.index: h.column.kind for h in header.headings}
    for row in range(header.row + 1, len(grid)):
        typed = grid[row]
        calling = [cell_text(cell_at(typed, i)) for i in named]
        if len({*calling} - {""}) > 1 and calling != [heads[i] for i in named] and not _labelled(calling):  # an id and a name: somebody
            rows.append(row)
            continue
        cells = [cell_text(cell) for cell in typed]
        filled = [i for i, cell in enumerate(cells) if cell]
        if not filled or cells == heads:
            continue
        code = _aside(cells, filled, named, kinds)
        if code:
            raw = cells[filled[0]]
            issues.append(Issue(table.key, "", "", address(filled[0], row), code, raw, warning=True))
        else:
            rows.append(row)
    return rows, issues


def _aside(cells: Sequence[str], filled: Sequence[int], named: Sequence[int], kinds: Mapping[int, str]) -> str:
    """Why a row is no record: its name says so, and nothing else names it."""
    calling = [cells[i] for i in named if i < len(cells) and cells[i]]
    if len({*calling}) > 1 and not _labelled(calling):  # an id and a name: somebody
        return ""
    first = fold(calling[0] if calling else cells[filled[0]])
    if _TOTALS.fullmatch(first) or records.is_total(first, [kinds[i] for i in filled[1:] if i in kinds]):
        return "row_totals"
    if len(filled) <= 2 and _NOTES.fullmatch(first):
        return "row_note"
    return "row_note" if len(filled) == 1 and _SECTION.fullmatch(first) else ""


def _labelled(calling: Sequence[str]) -> bool:
    """Whether the first of the cells that name a row is the label of a note or a sum: 说明, 本表每月更新. Nobody has it for a number."""
    first = fold(next(filter(None, calling), ""))
    return bool(_TOTALS.fullmatch(first) or _NOTES.fullmatch(first))


def _typed(cell: object) -> str:
    return cell if isinstance(cell, str) else cell_text(cell)
