"""Whether the amounts of a sheet that states no unit can be in the unit the ledger counts in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from statistics import median

from sheets.cells import show
from sheets.files.comparison import Comparison
from sheets.files.grid import cell_text
from sheets.files.headings import address
from sheets.files.standing import Cell
from sheets.files.tab import Tab
from sheets.schema import Column, Issue

TOO_MUCH = 1000  # times the median of the ledger: the amounts are counted in another unit
WAN = 1_000_000  # fen of 1 万元
_UNIT = re.compile(r"[元圆万亿]")


def implausible(comparison: Comparison) -> Iterator[Issue]:
    """Columns of money without a unit anywhere that are asked about.

    Either their median is a thousand times that of the ledger; or there is nothing in the ledger to compare with, and the
    median is beyond what is usual in such a column (`Column.usual`), or the currency is said and no unit, which whoever
    writes yuan does as readily as whoever writes 万元. A heading that is the key of the column is of our own export, as is a
    book that Huce wrote: 万元.
    """
    sheet = comparison.sheet
    own = isinstance(sheet.grid, Tab) and bool(sheet.grid.table)
    for heading in sheet.header.headings:
        if heading.column.kind != "money" or heading.unit_stated or sheet.unit_said:
            continue
        table, key = heading.target
        if table not in comparison.book.tables:
            continue
        ours = _median(int(value) for value in comparison.book.frame(table)[key].dropna().tolist())
        theirs = _median(line.cells.get(heading.target) for line in sheet.lines if not _says_unit(sheet.grid[line.row], heading.index))
        at, raw = address(heading.index, sheet.header.row), cell_text(sheet.grid[sheet.header.row][heading.index])
        if ours and theirs >= TOO_MUCH * ours:
            values = {"median": _told(heading.column, theirs), "ours": _told(heading.column, ours)}
            yield Issue(table, "", key, at, "unit_doubtful", raw, values=values)
        elif theirs and not ours and (heading.renminbi or sheet.renminbi):
            yield Issue(table, "", key, at, "unit_unsaid", raw, values={"median": _told(heading.column, theirs)})
        elif not ours and theirs > (usual := heading.column.usual * WAN) and raw != key and not own:
            values = {"median": _told(heading.column, theirs), "usual": _told(heading.column, usual)}
            yield Issue(table, "", key, at, "unit_unusual", raw, values=values)


def _median(cells: Iterable[Cell]) -> int:
    """The middle of the amounts that are not nothing, in fen; 0 when there are none."""
    amounts = [abs(cell) for cell in cells if isinstance(cell, int) and cell]
    return int(median(amounts)) if amounts else 0


def _says_unit(cells: object, index: int) -> bool:
    cell = cells[index] if isinstance(cells, list | tuple) and index < len(cells) else ""
    return cell.__class__ is not float and _UNIT.search(str(cell)) is not None


def _told(column: Column, fen: int) -> str:
    return f"{show(column, fen, 'zh')}{column.unit or '万元'}"
