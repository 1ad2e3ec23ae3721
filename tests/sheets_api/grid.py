"""A spreadsheet as the server keeps it: tabs, rows, cells, and what hangs on them.

A row is never changed, only replaced, so that a copy of a tab is a copy of a list: a request works on a copy, all or nothing.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

ROWS, COLUMNS = "ROWS", "COLUMNS"
MOST_CHARACTERS = 50_000


@dataclass(frozen=True)
class Formula:
    """What was typed, and what it comes to: a value, or a function that is asked at each read, with a reader (row, column) → value."""

    text: str
    value: Any = ""


@dataclass(frozen=True)
class Look:
    """What a cell has beside its value."""

    format: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    validation: Mapping[str, Any] | None = None

    @property
    def text(self) -> bool:
        """Plain text: what is typed stays as it is typed."""
        return bool(self.format.get("numberFormat", {}).get("type") == "TEXT")


PLAIN = Look()


@dataclass(frozen=True, slots=True)
class Row:
    """Values without the empty ones at the end; looks by column, where a cell has one."""

    values: tuple[Any, ...] = ()
    looks: Mapping[int, Look] = field(default_factory=dict)

    def value(self, column: int) -> Any:
        return self.values[column] if column < len(self.values) else None

    def look(self, column: int) -> Look:
        return self.looks.get(column, PLAIN)

    def put(self, values: Mapping[int, Any], looks: Mapping[int, Look] | None = None) -> Row:
        """With these cells; None and "" are empty."""
        cells = list(self.values)
        if values:
            cells += [None] * (max(values) + 1 - len(cells))
            for column, value in values.items():
                cells[column] = None if isinstance(value, str) and not value else value
            while cells and cells[-1] is None:
                cells.pop()
        known = self.looks
        if looks:
            known = {column: look for column, look in {**self.looks, **looks}.items() if look != PLAIN}
        return Row(tuple(cells), known)

    def moved(self, order: list[int | None]) -> Row:
        """The cells in another order: for each new column the old one, None for a new empty one."""
        there = len(self.values)
        cells = {new: self.values[old] for new, old in enumerate(order) if old is not None and old < there}
        looks = {new: self.looks[old] for new, old in enumerate(order) if old is not None and old in self.looks} if self.looks else {}
        return Row().put(cells, looks)


EMPTY = Row()


@dataclass(frozen=True)
class Area:
    """A rectangle of cells counted from 0, ends not included; None: to the end of the grid."""

    sheet: int
    top: int = 0
    bottom: int | None = None
    left: int = 0
    right: int | None = None

    def within(self, tab: Tab) -> tuple[int, int, int, int]:
        """Top, bottom, left, right, cut at the edge of the grid."""
        bottom = len(tab.rows) if self.bottom is None else min(self.bottom, len(tab.rows))
        right = tab.columns if self.right is None else min(self.right, tab.columns)
        return self.top, bottom, self.left, right

    def has(self, row: int, column: int) -> bool:
        return (
            self.top <= row and (self.bottom is None or row < self.bottom)
            and self.left <= column and (self.right is None or column < self.right)
        )  # fmt: skip

    def meets(self, other: Area) -> bool:
        far = 1 << 40
        return (
            self.sheet == other.sheet
            and self.top < (other.bottom or far) and other.top < (self.bottom or far)
            and self.left < (other.right or far) and other.left < (self.right or far)
        )  # fmt: skip

    def grid_range(self) -> dict[str, int]:
        """As the API writes it: a side that is open is left out."""
        sides = {"startRowIndex": self.top, "endRowIndex": self.bottom, "startColumnIndex": self.left, "endColumnIndex": self.right}
        if self.bottom is None and not self.top:
            sides["startRowIndex"] = None
        if self.right is None and not self.left:
            sides["startColumnIndex"] = None
        return {"sheetId": self.sheet} | {name: side for name, side in sides.items() if side is not None}


@dataclass(frozen=True)
class Protection:
    """A protected range; `warning`: asks a person whether they are sure, and stops nobody's script."""

    id: int
    area: Area
    warning: bool = False
    editors: tuple[str, ...] = ()
    description: str = ""
    unprotected: tuple[Area, ...] = ()

    def stops(self, who: str) -> bool:
        return not self.warning and who not in self.editors


@dataclass(frozen=True)
class Metadata:
    """A note of a program that people do not see, on the spreadsheet, a tab, a row or a column."""

    id: int
    key: str
    value: str
    visibility: str
    place: str  # SPREADSHEET, SHEET, ROW, COLUMN
    sheet: int = -1
    index: int = -1

    def area(self) -> Area | None:
        """The cells it marks; None for the whole spreadsheet."""
        if self.place == "SPREADSHEET":
            return None
        if self.place == "SHEET":
            return Area(self.sheet)
        if self.place == "ROW":
            return Area(self.sheet, self.index, self.index + 1)
        return Area(self.sheet, 0, None, self.index, self.index + 1)


@dataclass
class Tab:
    """One sheet of a spreadsheet: as many rows as its grid has."""

    id: int
    title: str
    rows: list[Row]
    columns: int = 26
    hidden: bool = False
    frozen_rows: int = 0
    frozen_columns: int = 0
    color: dict[str, Any] | None = None
    protections: list[Protection] = field(default_factory=list)
    conditions: list[dict[str, Any]] = field(default_factory=list)
    sizes: dict[str, dict[int, dict[str, Any]]] = field(default_factory=lambda: {ROWS: {}, COLUMNS: {}})
    opaque: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # what is taken and given back without being understood

    def copy(self) -> Tab:
        return replace(
            self, rows=list(self.rows), protections=list(self.protections), conditions=list(self.conditions),
            sizes={name: dict(sizes) for name, sizes in self.sizes.items()}, opaque={name: list(kept) for name, kept in self.opaque.items()},
        )  # fmt: skip

    def last_row(self) -> int:
        """How many rows there are down to the last one that holds a value."""
        end = len(self.rows)
        while end and not self.rows[end - 1].values:
            end -= 1
        return end

    def value(self, row: int, column: int) -> Any:
        """What a cell comes to: a formula gives what was said of it."""
        found = self.rows[row].value(column) if row < len(self.rows) else None
        return self.worth(found) if isinstance(found, Formula) else found

    def worth(self, formula: Formula) -> Any:
        if not callable(formula.value):
            return formula.value
        return formula.value(self.value)


@dataclass
class Spreadsheet:
    """All that a request may change."""

    id: str
    title: str
    tabs: list[Tab]
    locale: str = "zh_CN"
    zone: str = "Asia/Shanghai"
    metadata: list[Metadata] = field(default_factory=list)
    chance: random.Random = field(default_factory=lambda: random.Random(20260305))

    def copy(self) -> Spreadsheet:
        """One to try a request on; numbers that it draws are never drawn again."""
        return replace(self, tabs=[tab.copy() for tab in self.tabs], metadata=list(self.metadata))

    def new_id(self) -> int:
        return self.chance.randrange(1, 2**31 - 1)

    def tab(self, sheet_id: int) -> Tab | None:
        return next((tab for tab in self.tabs if tab.id == sheet_id), None)

    def titled(self, title: str) -> Tab | None:
        """Large and small letters are alike in titles."""
        return next((tab for tab in self.tabs if tab.title.casefold() == title.casefold()), None)

    def default_title(self) -> str:
        word = "工作表" if self.locale.startswith("zh") else "Sheet"
        number = len(self.tabs) + 1
        while self.titled(f"{word}{number}"):
            number += 1
        return f"{word}{number}"


def new_tab(sheet_id: int, title: str, rows: int = 1000, columns: int = 26) -> Tab:
    return Tab(sheet_id, title, [EMPTY] * rows, columns)


def deep(value: Any) -> Any:
    """A copy of what came in as JSON, that nobody else can change."""
    return copy.deepcopy(value)
