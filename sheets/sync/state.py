"""What is remembered about a spreadsheet between two looks at it; all of it lies in the store, nothing in the sheet but the marks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sheets.spreadsheet import Raw

# System columns of every tab, and what a column of the branch's own is called here: "x:" and its heading.
ISSUE, DELETED, MARK = "_issue", "deleted", "_mark"
OWN = "x:"
INSERT = "*"  # an intent for the whole row: it is not in the sheet yet
QUEUED, SENT, HELD = "queued", "sent", "held"
_MARK = re.compile(r"(?P<id>.+)#(?P<count>\d+)(?P<letter>[a-z]+)", re.DOTALL)
NOBODY = "?"  # the id in the mark of a row that has none
ASKED = frozenset({"google.conflict", "google.removed"})  # held until a person decides; all else is tried again by itself


@dataclass(frozen=True, slots=True)
class Tab:
    """A ledger's tab as last seen: `layout` names the column at every place, `headings` what stands above it."""

    table: str
    sheet: int
    title: str
    header: int = 0
    layout: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    paused: str = ""  # the code of the brake that stopped it
    rows: int = 0  # how many there were
    weight: int = 0  # bytes of a row, on average, as they were last read
    lost: Mapping[str, str] = field(default_factory=dict)  # columns that are gone from it: what stood above them

    def place(self, key: str) -> int | None:
        return self.layout.index(key) if key in self.layout else None


@dataclass(frozen=True, slots=True)
class Base:
    """A row as both sides last agreed: one cell for every place of the layout, people's own columns too.

    `typed` are cells that hold a formula: as it was typed, by column. `shown` are cells in which the sheet was seen to hold
    something else that is not agreed upon: what a conflict, a hold or a refusal is about. `lost` is what both sides agreed
    upon in columns that are gone from the tab.
    """

    cells: tuple[Raw, ...]
    row: int
    mark: str = ""
    missing: int = 0  # looks in which it was not found
    typed: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, Raw] = field(default_factory=dict)
    lost: Mapping[str, Raw] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Intent:
    """A cell that the sheet is to be given: what it holds is asked of the store when it is written.

    Held: `code` says why, `theirs` what stands in the sheet instead (as JSON would keep it).
    """

    table: str
    id: str
    column: str
    since: datetime
    state: str = QUEUED
    code: str = ""
    theirs: Raw = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A row as it was written, under its mark: the footprint that tells where it landed. `seen`: what stood there.

    Of a write that puts another one right, `seen` holds that one's mark as well.
    """

    mark: str
    table: str
    id: str
    cells: Mapping[str, Raw]
    seen: Mapping[str, Raw]
    row: int | None  # None: appended
    at: datetime
    proven: bool = False


@dataclass(frozen=True, slots=True)
class New:
    """A row that somebody typed without a number. `id` once it has been given one, which stands in the sheet a little later."""

    key: str
    cells: tuple[Raw, ...]
    row: int
    since: datetime
    looks: int = 1
    id: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody must know about the sheet: a row or cell that is held, a tab that is paused. `code` names the sentence."""

    table: str
    row: str
    column: str
    cell: str
    code: str
    values: Mapping[str, str] = field(default_factory=dict)
    since: datetime | None = None


def marked(row: str, count: int, letter: str) -> str:
    """The mark of a write: whose row it is for, which write, and which installation's."""
    return f"{row}#{count}{letter}"


def read_mark(cell: Raw) -> tuple[str, str] | None:
    """(id, letter) of a mark; None when a cell holds none."""
    found = _MARK.fullmatch(cell) if isinstance(cell, str) else None
    return (found["id"], found["letter"]) if found else None


def later(one: str, other: str) -> bool:
    """Whether the write of one mark was made after the write of another, both of the same installation."""
    first, second = _MARK.fullmatch(one), _MARK.fullmatch(other)
    return first is not None and second is not None and int(first["count"]) > int(second["count"])


def same(left: Raw, right: Raw) -> bool:
    """Whether two cells of a sheet hold the same: text by code point, numbers as doubles, yes/no apart from both."""
    if left is None or right is None or left == "" or right == "":
        return (left is None or left == "") and (right is None or right == "")
    if isinstance(left, bool) or isinstance(right, bool) or isinstance(left, str) or isinstance(right, str):
        return type(left) is type(right) and left == right
    return float(left) == float(right)


def cell(row: Sequence[Raw], place: int | None) -> Raw:
    """A cell of a row that ends where its last filled cell is."""
    if place is None or place >= len(row):
        return None
    found = row[place]
    return None if found == "" else found
