"""The cells of one sheet of a workbook, with what its cells do not show: number formats, formulas, merged cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal
from typing import TypeGuard, overload

from sheets.cells.dates import Epoch
from sheets.cells.numbers import UNITS, unit_of
from sheets.cells.reading import Reading, typed
from sheets.files.books import formats
from sheets.files.books.formats import Format
from sheets.schema import Column, Issue

FIGURES = frozenset({"money", "percent", "integer", "monthday", "yesno", "date", "datetime"})  # kinds of numbers and days
NAMES = frozenset({"account", "phone", "uscc", "ref", "staff", "staffs"})  # numbers that are names: their zeros count
_NOUGHT = time(0, 0)  # how a 0 that is shown as a date is read

Merged = tuple[tuple[int, int], tuple[int, int]]  # first row and column, last row and column, counted from 0


@dataclass(frozen=True, slots=True)
class Tab(Sequence[list[object]]):
    """A sheet from A1 on; a sequence of its rows for whoever needs no more.

    `formats` and `worked` (numbers that a formula made) are by column and row. In a book that Huce wrote the sheet is known
    to be of a `table`, and which column each of its headings `had` been. In a book whose formats cannot be seen,
    `blind`, numbers under a percentage may be fractions.
    """

    rows: list[list[object]]
    formats: Mapping[int, Mapping[int, Format]] = field(default_factory=dict)
    worked: Mapping[int, frozenset[int]] = field(default_factory=dict)
    merged: tuple[Merged, ...] = ()
    notes: tuple[Issue, ...] = ()
    blind: bool = False
    epoch: Epoch = 1900
    table: str = ""
    had: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> list[object]: ...
    @overload
    def __getitem__(self, index: slice) -> list[list[object]]: ...
    def __getitem__(self, index: int | slice) -> list[object] | list[list[object]]:
        return self.rows[index]

    def shown(self, row: int) -> list[object]:
        """A row as people see it: every number with the unit, the sign or the zeros of its format."""
        return [
            said.show(cell) if _number(cell) and (said := self.formats.get(at, {}).get(row)) else cell
            for at, cell in enumerate(self.rows[row])
        ]

    def said(self, index: int, rows: Iterable[int]) -> dict[Format | None, int]:
        """The formats of the numbers of a column, each with the first row that has it; nothing where all are plain."""
        found: dict[Format | None, int] = {}
        by_row = self.formats.get(index, {})
        for row in rows if by_row else ():
            if index < len(self.rows[row]) and _number(self.rows[row][index]):
                found.setdefault(by_row.get(row), row)
        return found

    def under(self, index: int, column: Column, rows: Sequence[int], cells: Sequence[object]) -> Sequence[object]:
        """The cells of a column as its kind needs them."""
        by_row, worked, covered = self.formats.get(index, {}), self.worked.get(index, frozenset()), self._covered(index)
        named = column.kind in NAMES or column.key == "id"
        dated = column.kind in ("date", "datetime")
        blind = self.blind and column.kind == "percent"
        if not (by_row or covered or blind or (worked and named) or (dated and _NOUGHT in cells)):
            return cells
        found = list(cells)
        shown: dict[tuple[int, float], object] = {}  # a number under one of the sheet's formats is put into words once
        for at, row in enumerate(rows):
            cell = found[at]
            if (over := covered.get(row)) is not None and cell in ("", None):
                found[at] = Reading(None, "cell_merged", over)
            elif dated and cell.__class__ is time and cell == _NOUGHT:
                found[at] = Reading(None, "date_nought", "0", warning=True)
            elif not _number(cell):
                continue
            elif named and row in worked:
                found[at] = Reading(None, "formula_number", typed(cell))
            elif blind:
                found[at] = Reading(None, "percent_unseen", typed(cell))
            elif (said := by_row.get(row)) is not None:
                known = (id(said), cell)
                if known not in shown or not cell:  # 0 and -0 are equal and not alike
                    shown[known] = _as_shown(column, cell, said)
                found[at] = shown[known]
        return found

    def _covered(self, index: int) -> dict[int, str]:
        """The rows of a column that a merged cell covers, with what that cell says."""
        found: dict[int, str] = {}
        for (top, left), (bottom, right) in self.merged:
            if left <= index <= right and top < len(self.rows) and left < len(self.rows[top]) and (said := typed(self.rows[top][left])):
                found.update(dict.fromkeys(range(top + (index == left), min(bottom + 1, len(self.rows))), said))
        return found


def _as_shown(column: Column, cell: float, said: Format) -> object:
    """A number that its format makes say more, for a column of one kind."""
    if said.percent or said.after in ("%", "‰"):
        return said.show(cell)
    if column.kind == "money" and said.kept_in and UNITS[said.kept_in.removesuffix("元") or "元"] != unit_of(column):
        return said.show(cell)
    if column.kind == "integer" and said.unit and said.kept_in not in (None, "元"):
        return f"{formats.plain(Decimal(f'{cell:.15g}'))}{(said.kept_in or '').removesuffix('元')}"
    return cell if column.kind in FIGURES else said.show(cell)


def _number(cell: object) -> TypeGuard[float]:
    return cell.__class__ is float or cell.__class__ is int
