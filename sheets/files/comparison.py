"""One comparison of a sheet with the book: what it looks at, and what has been found so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from sheets.book import Book
from sheets.files import row_ids, standing
from sheets.files.columns import SheetRow
from sheets.files.headings import Target, address
from sheets.files.reading import Sheet
from sheets.files.standing import Cell, Standing
from sheets.schema import Edit, Issue, Table, Unread

Blanks = Literal["keep", "clear"]
Base = Callable[[str, str, int], Mapping[str, Cell] | None]  # table, id, rev → the row as it stood then
Given = Callable[[str, Sequence[str]], Mapping[str, str]]  # table, placeholders → the numbers they were given
TAKEN = ("row_repeated", "name_taken")  # told, and taken all the same


def nothing_given(_table: str, _placeholders: Sequence[str]) -> Mapping[str, str]:
    """Nothing was brought before."""
    return {}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A line that changes something: the edits it asks for, all or none."""

    line: SheetRow
    id: str
    edits: tuple[Edit, ...]
    new: bool


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line that is not taken, and why."""

    line: SheetRow
    reasons: tuple[Issue, ...]


@dataclass(slots=True)
class Preview:
    """What would come of a sheet. `read` counts its records; every one of them is in exactly one of the others.

    `rejected` are the lines in conflict and the refused ones, with the issues that say why.
    """

    read: int
    wanted: list[Wanted] = field(default_factory=list)
    unchanged: int = 0
    conflicts: int = 0
    refused: int = 0
    issues: list[Issue] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)

    def refuse(self, line: SheetRow, *reasons: Issue) -> None:
        """A line that cannot be taken; the reasons are among the issues already."""
        self.refused += 1
        self.rejected.append(Rejected(line, reasons))

    def conflict(self, line: SheetRow, *reasons: Issue) -> None:
        """A line that somebody else has changed meanwhile; the reasons are among the issues already."""
        self.conflicts += 1
        self.rejected.append(Rejected(line, reasons))


@dataclass(frozen=True, slots=True)
class Scope:
    """What the person who brings the sheet may see of its table: rows by id, columns by key."""

    rows: frozenset[str]
    columns: frozenset[str]


@dataclass(slots=True)
class Comparison:
    """Everything one comparison needs; `scope` None: all may be seen."""

    sheet: Sheet
    table: Table
    book: Book
    base: Base
    today: date
    blanks: Blanks
    known: Standing
    preview: Preview
    scope: Scope | None = None
    others: dict[str, Standing] = field(default_factory=dict)
    absent: set[Target] = field(default_factory=set)
    claimed: Counter[tuple[str, Cell]] = field(default_factory=Counter)  # ids of other ledgers → lines that name them
    given: Given = nothing_given
    back: standing.Back = standing.nothing_back
    revised: bool = False  # some line says which revision of its row its writer saw
    aside: set[int] = field(default_factory=set)  # lines that are no records
    places: dict[str, str] = field(default_factory=dict)  # rows still without a number → where they stand in the sheet
    wide: bool = field(init=False)  # a sheet of customers that speaks of their other ledgers too
    asked: tuple[Target, ...] = field(init=False)  # what a new row must say

    def __post_init__(self) -> None:
        self.wide = self.table.key == "customers" and any(table != self.table.key for table, _ in self.sheet.where)
        self.asked = tuple((self.table.key, c.key) for c in self.table.columns if c.required and not c.auto)

    def own(self, line: SheetRow) -> dict[str, Cell]:
        """What the line says about the table itself."""
        return {key: cell for (table, key), cell in line.cells.items() if table == self.table.key}

    def says(self, line: SheetRow, column: str) -> Cell:
        """What the line says in a column of the table itself."""
        return line.cells.get((self.table.key, column))

    def tell(self, line: SheetRow, row: str, column: str, code: str, **said: object) -> Issue:
        """One Issue at the cell of a column, or at the first cell of the row."""
        cell = line.cells.get((self.table.key, column))
        raw = cell.raw if isinstance(cell, Unread) else "" if cell is None else self.text(column, cell)
        values = {key: str(value) for key, value in said.items()}
        at = self.sheet.at(line, (self.table.key, column))
        issue = Issue(self.table.key, row, column, at, code, raw, warning=code in TAKEN, values=values)
        self.preview.issues.append(issue)
        return issue

    def refuse(self, line: SheetRow, row: str, column: str, code: str, **said: object) -> None:
        self.preview.refuse(line, self.tell(line, row, column, code, **said))

    def set_aside(self, line: SheetRow, code: str) -> None:
        """A line that is no record: told, and counted nowhere."""
        cells = [(at, str(cell or "").strip()) for at, cell in enumerate(self.sheet.grid[line.row])]
        at, raw = next(((at, cell) for at, cell in cells if cell), (0, ""))
        self.preview.read -= 1
        self.preview.issues.append(Issue(self.table.key, "", "", address(at, line.row), code, raw, warning=True))
        self.aside.add(line.row)

    def text(self, column: str, cell: Cell) -> str:
        return row_ids.text(self.table, column, cell)

    def hidden(self, row: str) -> bool:
        """A row that is there, but not for this person."""
        return self.scope is not None and row in self.known and row not in self.scope.rows

    def public(self, *rows: str) -> str:
        """Ids in a sentence, without those the person may not know of; a row without a number is told by its place."""
        return "、".join(self.places.get(row, row) for row in rows if not self.hidden(row)) or "***"

    def open_text(self, column: str, cell: Cell) -> str:
        """A value of the book in a sentence, unless it is one that is masked or kept from this person."""
        kept = self.table.column(column)
        if (kept and kept.sensitive) or (self.scope is not None and column not in self.scope.columns):
            return "***"
        return self.text(column, cell)

    def other(self, key: str) -> Standing:
        if key not in self.others:
            self.others[key] = standing.of(self.book, key, self.back)
        return self.others[key]
