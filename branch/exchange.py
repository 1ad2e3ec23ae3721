"""Files in and out: what a csv file would change, told before it is done; and the ledgers as csv files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from branch import files
from sheets import cells, csvfile, grid, intake, ledger, lookup, sentences, wide
from sheets.book import Book
from sheets.cells import fold
from sheets.desk import Blanks, Plan, Wanted
from sheets.schema import Edit, Issue, Lang, Table, Unread
from sheets.store.faults import Conflict, EditRefused, StoreFault
from texts import Fault

LARGEST = 50 * 1024 * 1024  # bytes of a file that is read in one piece
_UNKNOWN = ("ref_unknown", "ref_ambiguous", "staff_unknown", "staff_ambiguous")


class NotTaken(Fault):
    """A file or a table name that cannot be used at all."""


class Person(Protocol):
    """Who asks."""

    @property
    def staff(self) -> str: ...
    @property
    def lang(self) -> Lang: ...


class Vault(Protocol):
    def note(self, event: str, actor: str, detail: str, now: datetime) -> Any: ...


class Store(Protocol):
    @property
    def private(self) -> Any: ...
    def row_at(self, table: str, row_id: str, rev: int) -> Mapping[str, Any] | None: ...


class Workplace(Protocol):
    """What is asked of a branch."""

    @property
    def store(self) -> Any: ...
    def book(self) -> Book: ...
    def tables(self) -> Mapping[str, Table]: ...
    def save(self, edits: Sequence[Edit], actor: Any, now: datetime, token: str = "", source: Any = "portal") -> Any: ...
