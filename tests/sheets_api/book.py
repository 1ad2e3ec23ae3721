"""A spreadsheet as people see it: their acts on it, and what stands in it.

Rows are counted from 1 and columns are letters, as people see them. An act that is refused (`Refused`) changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from threading import RLock
from typing import Any

from tests.sheets_api import sheets, structure, values
from tests.sheets_api.errors import bad
from tests.sheets_api.grid import COLUMNS, EMPTY, ROWS, Area, Formula, Look, Protection, Spreadsheet, Tab, new_tab
from tests.sheets_api.protection import check_area, check_cells
from tests.sheets_api.ranges import area_of, cell_at, column_number, quoted
from tests.sheets_api.seen import Seen

PERSON = "teller@bank.example"  # may edit, and is the owner of nothing
OWNER = "owner@bank.example"


class Book(Seen):
    """One spreadsheet of the server. `shared`: account → "writer" or "reader"; `who`: the person that acts."""

    def __init__(self, state: Spreadsheet, lock: RLock, clock: Callable[[], float], year: Callable[[], int]) -> None:
        self.state = state
        self.owner = OWNER
        self.who = PERSON
        self.shared: dict[str, str] = {}
        self.copies_metadata: Callable[[], bool] = lambda: False
        self.metadata_follows_sort: Callable[[], bool] = lambda: False
        self._lock = lock
        self._clock = clock
        self._year = year
        self._versions = [(1, clock())]

    @property
    def version(self) -> int:
        """Grows with every change."""
        return self._versions[-1][0]

    # --- sharing ----------------------------------------------------------------------------------------------------------

    def share(self, account: str, role: str = "writer") -> None:
        """Role "writer" or "reader"."""
        self.shared[account] = role

    def unshare(self, account: str) -> None:
        self.shared.pop(account, None)

    # --- what people do ---------------------------------------------------------------------------------------------------

    @contextmanager
    def acting(self, tab: str) -> Iterator[tuple[Spreadsheet, Tab]]:
        """A copy to act on, that takes the place of the spreadsheet when nothing was raised."""
        with self._lock:
            trial = self.state.copy()
            found = trial.titled(tab)
            if not found:
                raise KeyError(tab)
            yield trial, found
            self.commit(trial)

    def commit(self, state: Spreadsheet) -> None:
        self.state = state
        self._versions.append((self.version + 1, self._clock()))

    def version_at(self, moment: float) -> tuple[int, float]:
        """Version and time of the last change until then; the first one if there was none."""
        return next((one for one in reversed(self._versions) if one[1] <= moment), self._versions[0])

    def type(self, tab: str, a1: str, text: Any, value: Any = None) -> None:
        """Types into a cell. `value`: what a formula comes to; a function is asked at each read, with a reader of cells."""
        with self.acting(tab) as (_, found):
            row, column = cell_at(a1)
            check_cells(found, [(row, column)], self.who)
            self._enter(found, row, column, text, value)

    def _enter(self, tab: Tab, row: int, column: int, text: Any, value: Any = None) -> None:
        if row >= len(tab.rows) or column >= tab.columns:
            raise bad("A person cannot type beyond the grid.")
        values.write(tab, [(row, column, text)], self._year(), typed=True)
        entered = tab.rows[row].value(column)
        if value is not None:
            if not isinstance(entered, Formula):
                raise TypeError(f"{text!r} is no formula, it has no other value than itself")
            tab.rows[row] = tab.rows[row].put({column: _worth(entered, value)})

    def recalculate(self, tab: str, a1: str, value: Any) -> None:
        """Another value for a formula, because cells that it reads were changed."""
        with self.acting(tab) as (_, found):
            row, column = cell_at(a1)
            formula = found.rows[row].value(column)
            if not isinstance(formula, Formula):
                raise TypeError(f"{a1} holds no formula")
            found.rows[row] = found.rows[row].put({column: _worth(formula, value)})

    def clear(self, tab: str, a1: str) -> None:
        """Empties the values of a range ("B2:C5", "C:C", "3:3")."""
        with self.acting(tab) as (trial, found):
            values.empty(found, area_of(trial, f"{quoted(tab)}!{a1}")[1], self.who)

    def paste(self, tab: str, a1: str, rows: Sequence[Sequence[Any]]) -> None:
        """Pastes texts; the grid grows. None leaves a cell as it is."""
        with self.acting(tab) as (_, found):
            top, left = cell_at(a1)
            found.rows += [EMPTY] * (top + len(rows) - len(found.rows))
            found.columns = max(found.columns, left + max(map(len, rows), default=0))
            cells = [
                (top + down, left + across, one) for down, line in enumerate(rows) for across, one in enumerate(line) if one is not None
            ]
            check_cells(found, ((row, column) for row, column, _ in cells), self.who)
            values.write(found, cells, self._year(), typed=True)

    def sort(self, tab: str, by: str, from_row: int = 2, columns: str | None = None, *, descending: bool = False) -> None:
        """Sorts from a row to the end by a column; whole rows, or only some columns ("B:D")."""
        with self.acting(tab) as (trial, found):
            first, _, last = (columns or "").partition(":")
            left = column_number(first) if first else 0
            right = column_number(last or first) + 1 if first else None
            area = Area(found.id, from_row - 1, None, left, right)
            order = [(column_number(by), descending)]
            structure.sort(trial, found, area, order, self.who, metadata_follows=self.metadata_follows_sort())

    def insert_rows(self, tab: str, at: int, count: int = 1) -> None:
        """Before row `at`."""
        with self.acting(tab) as (trial, found):
            self._insert(trial, found, ROWS, at - 1, count)

    def delete_rows(self, tab: str, at: int, count: int = 1) -> None:
        with self.acting(tab) as (trial, found):
            check_area(found, structure.band(found, ROWS, at - 1, at - 1 + count), self.who)
            structure.delete(trial, found, ROWS, at - 1, at - 1 + count)

    def _insert(self, trial: Spreadsheet, tab: Tab, dimension: str, at: int, count: int) -> None:
        structure.check_insert(tab, dimension, at, self.who)
        structure.insert(trial, tab, dimension, at, count, before=at > 0)

    def copy_row(self, tab: str, row: int, *, above: int | None = None, below: int | None = None) -> None:
        """Inserts a row above or below another and copies a row into it, with its looks."""
        with self.acting(tab) as (trial, found):
            source = found.rows[row - 1]
            at = above - 1 if above is not None else below if below is not None else row
            self._insert(trial, found, ROWS, at, 1)
            found.rows[at] = source

    def cut_paste_row(self, tab: str, row: int, to: int | None = None) -> None:
        """Cuts the cells of a row and pastes them below the last row with values, or over row `to`; the old row is left empty."""
        with self.acting(tab) as (_, found):
            at = found.last_row() if to is None else to - 1
            found.rows += [EMPTY] * (at + 1 - len(found.rows))
            for index in (row - 1, at):
                check_area(found, structure.band(found, ROWS, index, index + 1), self.who)
            found.rows[row - 1], found.rows[at] = EMPTY, found.rows[row - 1]

    def insert_column(self, tab: str, before: str, heading: str = "", row: int = 1) -> None:
        with self.acting(tab) as (trial, found):
            at = column_number(before)
            self._insert(trial, found, COLUMNS, at, 1)
            if heading:
                self._enter(found, row - 1, at, heading)

    def move_column(self, tab: str, column: str, before: str) -> None:
        """To the place before another column, as they stand now."""
        with self.acting(tab) as (trial, found):
            at = column_number(column)
            check_area(found, structure.band(found, COLUMNS, at, at + 1), self.who)
            structure.move(trial, found, COLUMNS, at, at + 1, column_number(before))

    def move_row(self, tab: str, row: int, before: int) -> None:
        with self.acting(tab) as (trial, found):
            check_area(found, structure.band(found, ROWS, row - 1, row), self.who)
            structure.move(trial, found, ROWS, row - 1, row, before - 1)

    def delete_column(self, tab: str, column: str) -> None:
        with self.acting(tab) as (trial, found):
            at = column_number(column)
            check_area(found, structure.band(found, COLUMNS, at, at + 1), self.who)
            structure.delete(trial, found, COLUMNS, at, at + 1)

    def rename_header(self, tab: str, column: str, text: str, row: int = 1) -> None:
        self.type(tab, f"{column}{row}", text)

    def rename_tab(self, tab: str, title: str) -> None:
        with self.acting(tab) as (trial, found):
            if trial.titled(title):
                raise bad(f'A sheet with the name "{title}" already exists. Please enter another name.')
            found.title = title

    def copy_tab(self, tab: str, title: str | None = None) -> str:
        """Gives the title of the copy, which stands behind its model."""
        with self.acting(tab) as (trial, found):
            name = title or sheets.copied_title(trial, tab)
            index = trial.tabs.index(found) + 1
            structure.copy_tab(trial, found, name, with_metadata=self.copies_metadata(), index=index)
        return name

    def delete_tab(self, tab: str) -> None:
        with self.acting(tab) as (trial, found):
            sheets.remove(trial, found, self.who)

    def move_tab(self, tab: str, index: int) -> None:
        with self.acting(tab) as (trial, found):
            trial.tabs.remove(found)
            trial.tabs.insert(index, found)

    def hide_tab(self, tab: str, *, hidden: bool = True) -> None:
        with self.acting(tab) as (_, found):
            found.hidden = hidden

    def add_tab(self, title: str, rows: int = 1000, columns: int = 26) -> None:
        with self.acting(self.tabs[0]) as (trial, _):
            if trial.titled(title):
                raise bad(f'A sheet with the name "{title}" already exists. Please enter another name.')
            trial.tabs.append(new_tab(trial.new_id(), title, rows, columns))

    def style(self, tab: str, a1: str, **format_: Any) -> None:
        """Formats a range: style(tab, "C:C", numberFormat={"type": "TEXT"})."""
        self._relook(tab, a1, lambda look: replace(look, format={**look.format, **format_}))

    def annotate(self, tab: str, a1: str, note: str) -> None:
        self._relook(tab, a1, lambda look: replace(look, note=note))

    def validate(self, tab: str, a1: str, rule: dict[str, Any] | None) -> None:
        self._relook(tab, a1, lambda look: replace(look, validation=rule))

    def _relook(self, tab: str, a1: str, change: Callable[[Look], Look]) -> None:
        with self.acting(tab) as (trial, found):
            area = area_of(trial, f"{quoted(tab)}!{a1}")[1]
            check_area(found, area, self.who)
            top, bottom, left, right = area.within(found)
            for index in range(top, bottom):
                row = found.rows[index]
                found.rows[index] = row.put({}, {column: change(row.look(column)) for column in range(left, right)})

    def protect(self, tab: str, a1: str = "", *, warning: bool = False, editors: Sequence[str] = ()) -> int:
        """The owner protects a range, or the whole tab; gives the id."""
        with self.acting(tab) as (trial, found):
            area = area_of(trial, f"{quoted(tab)}!{a1}")[1] if a1 else Area(found.id)
            number = trial.new_id()
            found.protections.append(Protection(number, area, warning, () if warning else (self.owner, *editors)))
        return number

    def unprotect(self, tab: str) -> None:
        """The owner takes all protections of a tab away."""
        with self.acting(tab) as (_, found):
            found.protections = []


def _worth(formula: Formula, value: Any) -> Formula:
    """A function is given a reader of cells by their address."""
    if not callable(value):
        return replace(formula, value=value)
    return replace(formula, value=lambda read: value(lambda a1: read(*cell_at(a1))))
