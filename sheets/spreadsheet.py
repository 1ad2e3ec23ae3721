"""What a spreadsheet that people edit must offer: tabs of cells, read in one request and written in another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from texts import Fault

Raw = str | int | float | bool | None  # a cell as the spreadsheet keeps it; "" and an absent one are None
Rows = list[list[Raw]]  # as read: blank cells at the end of a row and blank rows at the end of a tab are not there


class Formula(str):
    """A cell that is put back as the formula that it was; every other text is written as text, whatever it looks like."""

    __slots__ = ()


TOO_LONG = 50_000  # characters that a cell cannot hold


@dataclass(frozen=True, slots=True)
class Sheet:
    """A tab by the number that no person can change."""

    number: int
    title: str
    rows: int
    columns: int
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class About:
    """A spreadsheet without its cells. `tables`: tab number → ledger; `columns`: (tab, place) → column; `notes` are ours."""

    title: str
    sheets: tuple[Sheet, ...]
    tables: Mapping[int, str] = field(default_factory=dict)
    columns: Mapping[tuple[int, int], str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)

    def sheet(self, number: int) -> Sheet | None:
        return next((one for one in self.sheets if one.number == number), None)


@dataclass(frozen=True, slots=True)
class Window:
    """Rows of a tab, from `start` to before `end` (None: to the last); of one column alone where it is named."""

    sheet: int
    start: int = 0
    end: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class RowWrite:
    """Cells of one row, by place, written together or not at all; `row` None: a new row below the last one with data."""

    sheet: int
    row: int | None
    cells: Mapping[int, Raw]
    formats: Mapping[int, Mapping[str, str]] = field(default_factory=dict)  # place → {"type": "DATE", "pattern": …}


Echo = dict[int, dict[int, list[Raw]]]  # tab → row → its cells, as they stood after a write


class Spreadsheet(Protocol):
    """The port. Every method is one request, but for `about`. Raises SheetFault."""

    @property
    def account(self) -> str:
        """Whom the spreadsheet must be shared with."""
        ...

    @property
    def requests(self) -> Mapping[str, int]:
        """How many of each kind were made: read, write, drive."""
        ...

    def about(self) -> About:
        """Its tabs, and which ledger and column each is (two requests)."""
        ...

    def read(self, windows: Sequence[Window], *, formulas: bool = False) -> list[Rows]:
        """The cells of the windows: values, or what was typed where `formulas` is asked; days as serial numbers."""
        ...

    def write(self, rows: Sequence[RowWrite], echo: Mapping[int, Sequence[tuple[str, int, int | None]]]) -> Echo:
        """All rows or none, and how the rows named stand afterwards (`echo`: tab → title, first row, row after the last).

        Raises Lost when nobody knows whether it was done.
        """
        ...

    def build(self, requests: Sequence[Mapping[str, Any]]) -> None:
        """Changes of the spreadsheet itself, all or none."""
        ...

    def fill(self, starts: Sequence[tuple[int, int, Rows]]) -> None:
        """Whole rows (tab, first row, rows) of tabs that are empty."""
        ...

    def changed(self) -> str:
        """A token that moves some time after a change: a hint to look early, never a reason not to look."""
        ...


class SheetFault(Fault):
    """Any fault of the spreadsheet, as a sentence with its mend. `wait`: it may pass by itself."""

    def __init__(self, code: str, *, wait: bool = False, **values: object) -> None:
        super().__init__(code, **values)
        self.wait = wait


class Away(SheetFault):
    """It cannot be reached, is busy, or asks us to wait: nothing was done, it is tried again."""

    def __init__(self, code: str = "google.away", **values: object) -> None:
        super().__init__(code, wait=True, **values)


class Lost(Away):
    """The answer to a write did not arrive: it was done or not, and the next read will tell."""

    def __init__(self, **values: object) -> None:
        super().__init__("google.lost", **values)


class Refused(SheetFault):
    """The spreadsheet took none of a write because of one of its cells: a protection, the size of the grid, a text too long."""


class NoSuchTab(SheetFault):
    """A tab that is asked for is gone: the whole request failed."""
