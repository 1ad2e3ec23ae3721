"""A small branch held in a Google sheet: our own server behind real HTTP, and a person who types into it."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from branch import settings
from branch.branch import Branch
from branch.opening import open_branch
from branch.people import SYSTEM
from branch.sync import connecting
from branch.sync.worker import Worker
from sheets.schema import Edit
from sheets.sync.state import Note
from tests.sheets_api.book import Book
from tests.sheets_api.grid import Spreadsheet
from tests.sheets_api.server import SheetsApi
from tests.small import small

NOW = datetime(2026, 11, 26, 10, 0)


@dataclass
class Office:
    """One installation on one spreadsheet. `clock` is what its worker reads the time from."""

    branch: Branch
    api: SheetsApi
    link: str
    key: Path
    clock: list[datetime] = field(default_factory=lambda: [NOW])

    @property
    def book(self) -> Book:
        return self.api.book(self.link)

    def title(self, table: str) -> str:
        number = self.branch.store.agreed().tabs[table].sheet
        return next(title for title in self.book.tabs if self.book.sheet_id(title) == number)

    def worker(self) -> Worker:
        return Worker(self.branch, connecting.open_sheet(self.branch), self.branch.store.agreed(), lambda: self.clock[0])

    def connect(self, **more: Any) -> dict[str, Any]:
        done = connecting.connect(self.branch, connecting.open_sheet(self.branch, self.link, self.key), key_file=self.key, **more)
        agreed = self.branch.store.agreed()
        agreed.set_meta(asked=self.clock[0].isoformat(timespec="seconds"))  # by the clock of this office
        agreed.save()
        return done

    def save(self, table: str, row: str, **after: Any) -> None:
        """A save in the portal."""
        there = self.branch.store.row(table, row)
        before = None if there is None else {key: there.get(key) for key in after}
        self.branch.write([Edit(table, row, before, after)], SYSTEM, "portal", self.clock[0])

    def sync(self) -> Worker:
        """What the jobs do: people's edits are taken, what was saved is given."""
        worker = self.worker()
        worker.flush()
        worker.pull()
        worker.flush()
        return worker

    def wait(self, seconds: int = 40) -> None:
        self.clock[0] += timedelta(seconds=seconds)

    def value(self, table: str, row: str, column: str) -> Any:
        """What the ledgers hold."""
        return (self.branch.store.row(table, row) or {}).get(column)

    def place(self, table: str, row: str, column: str) -> str:
        """Where a cell stands now: C5."""
        cells = self.book.cells(self.title(table))
        tab = self.branch.store.agreed().tabs[table]
        heading = tab.headings[tab.layout.index(column)]
        header = next(n for n, one in enumerate(cells) if heading in one)
        at, number = cells[header].index(heading), cells[header].index(tab.headings[tab.layout.index("id")])
        line = next(n for n, one in enumerate(cells) if n > header and number < len(one) and one[number] == row)
        letters, at = "", at + 1
        while at:
            at, rest = divmod(at - 1, 26)
            letters = chr(65 + rest) + letters
        return f"{letters}{line + 1}"

    def shown(self, table: str, row: str, column: str) -> Any:
        """What stands in the sheet."""
        return self.book.cell(self.title(table), self.place(table, row, column))

    def type(self, table: str, row: str, column: str, text: str, **more: Any) -> None:
        """A person types into a cell of the sheet."""
        self.book.type(self.title(table), self.place(table, row, column), text, **more)

    def notes(self) -> list[Note]:
        return list(self.branch.store.agreed().notes.values())


def office(home: Path, api: SheetsApi, link: str, *, filled: bool = True) -> Office:
    """An installation with a home of its own; without rows where it is not `filled`."""
    if filled:
        small(home, NOW).store.close()
    else:
        from branch.opening import create

        create(home, NOW).store.close()
    settings.save(home, {"google": {"api_url": api.url, "drive_url": api.url}})
    return Office(open_branch(home), api, link, api.key_file(home.parent / f"{home.name}-key.json"))


@dataclass(frozen=True)
class Kept:
    """A branch in a sheet as it was when it had been made: built once, and set back before each test."""

    api: SheetsApi
    link: str
    home: Path
    sheet: Spreadsheet
    keys: dict[str, str]
    books: dict[str, Book]


def keep(prepare: Callable[[Office], None] = lambda _: None) -> Kept:
    """Builds one; `prepare` puts in what its tests begin with."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    api = SheetsApi().__enter__()
    atexit.register(api.__exit__, None)
    found = office(folder / "home", api, api.create("支行台账", share=[api.account_email]))
    found.connect()
    prepare(found)
    found.branch.store.close()
    return Kept(api, found.link, folder, deepcopy(found.book.state), dict(api.tokens.keys), dict(api.books))


def set_back(template: Kept, folder: Path) -> Iterator[Office]:
    """The branch as it was, in a home of its own."""
    api = template.api
    api.log.clear()
    shutil.copytree(template.home / "home", folder / "home")
    api.book(template.link).commit(template.sheet.copy())
    found = Office(open_branch(folder / "home"), api, template.link, template.home / "home-key.json", [NOW])
    yield found
    found.branch.store.close()
    api.books.clear()
    api.books.update(template.books)
    api.book(template.link).shared = {api.account_email: "writer"}
    for some in (api.faults, api.acts, api.late, api.tokens.given):
        some.clear()
    api.tokens.keys.update(template.keys)
    api.disabled, api.reads_per_minute, api.writes_per_minute, api.latency = False, None, None, 0.0
    api.token_clock = api.clock
    broken, api.broken[:] = list(api.broken), []
    assert not broken, "an act of a person failed"


@cache
def plain() -> Kept:
    return keep()


@pytest.fixture
def api() -> Iterator[SheetsApi]:
    with SheetsApi() as found:
        yield found


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Office]:
    """A small branch whose ledgers are held in a sheet."""
    yield from set_back(plain(), tmp_path)


@pytest.fixture
def other(bank: Office, tmp_path: Path) -> Iterator[Office]:
    """A fresh machine with an empty home, which becomes a mirror of the same sheet."""
    from tests.sync import world  # it builds upon the offices made here

    world.prepare(bank)
    found = office(tmp_path / "other", bank.api, bank.link, filled=False)
    found.connect()
    yield found
    found.branch.store.close()
