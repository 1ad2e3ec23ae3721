"""A branch in a sheet, built once and set back before each test: what goes wrong with a sheet starts from here."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from branch.branch import open_branch
from sheets.sync.state import Note
from tests.sheets_api.book import Book
from tests.sheets_api.grid import Spreadsheet
from tests.sheets_api.server import SheetsApi
from tests.sync import world
from tests.sync.conftest import NOW, Office, office

PROBLEMS = "problems"
HEADER = 1  # the line of the headings


@dataclass(frozen=True)
class Kept:
    """The branch as it was when its ledgers had just been taken into the sheet: twelve problems, four customers."""

    api: SheetsApi
    link: str
    home: Path
    sheet: Spreadsheet
    keys: dict[str, str]
    books: dict[str, Book]


@cache
def kept() -> Kept:
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    api = SheetsApi().__enter__()
    atexit.register(api.__exit__, None)
    found = office(folder / "home", api, api.create("支行台账", share=[api.account_email]))
    found.connect()
    for number in range(1, 13):
        found.save(PROBLEMS, f"P{number:02}", customer=f"C{number % 4 + 1}", content=f"问题{number}", raised_on=NOW.date(),
                   owner="CM1", area="other", raised_by=f"客户{number}", result=f"结果{number}")  # fmt: skip
    found.sync()
    found.branch.store.close()
    return Kept(api, found.link, folder, deepcopy(found.book.state), dict(api.tokens.keys), dict(api.books))


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Office]:
    """That branch, as it was."""
    template = kept()
    api = template.api
    api.log.clear()
    home = tmp_path / "home"
    shutil.copytree(template.home / "home", home)
    api.book(template.link).commit(template.sheet.copy())
    found = Office(open_branch(home), api, template.link, template.home / "home-key.json", [NOW])
    yield found
    found.branch.store.close()
    api.books.update(template.books)
    api.book(template.link).shared = {api.account_email: "writer"}
    for some in (api.faults, api.acts, api.late, api.tokens.given):
        some.clear()
    api.tokens.keys.update(template.keys)
    api.disabled, api.reads_per_minute, api.writes_per_minute, api.latency = False, None, None, 0.0
    api.token_clock = api.clock
    broken, api.broken[:] = list(api.broken), []
    assert not broken


def codes(bank: Office, table: str = PROBLEMS) -> list[str]:
    """What is told about a ledger's tab."""
    return sorted(note.code for note in bank.notes() if note.table == table)


def note(bank: Office, code: str) -> Note:
    """The one note of this kind."""
    (found,) = [one for one in bank.notes() if one.code == code]
    return found


def said(bank: Office, code: str) -> str:
    """The sentence of the one note of this kind, as a person reads it."""
    from texts import say

    one = note(bank, code)
    return say(code, "zh", **{"cell": one.cell, "tab": "", "count": "", **one.values})


def writes(bank: Office) -> int:
    return sum(one.kind == "write" for one in bank.api.log)


def line(bank: Office, row: str, table: str = PROBLEMS) -> int:
    """The line of the sheet on which a row stands, as people count."""
    return int("".join(one for one in bank.place(table, row, "id") if one.isdigit()))


def letters(bank: Office, column: str, table: str = PROBLEMS) -> str:
    """The letters above a column."""
    return bank.book.columns_marked(bank.title(table), "huce.col")[column]


def person(bank: Office, table: str = PROBLEMS) -> dict[str, list[dict[str, Any]]]:
    """The tab as a person reads it, without Huce's own columns."""
    assert table == world.TAB
    return world.rows(bank)


def add(bank: Office, table: str, /, **cells: Any) -> int:
    """A person types a new row below the last one; gives its line."""
    title = bank.title(table)
    at = len(bank.book.cells(title)) + 1
    for column, text in cells.items():
        bank.book.type(title, f"{letters(bank, column, table)}{at}", text)
    return at


def test_a_branch_in_step_has_nothing_to_tell_and_nothing_to_write(bank: Office) -> None:
    before = bank.book.state
    worker = bank.sync()
    assert bank.notes() == []
    assert worker.waiting() == 0
    assert bank.book.state is before, "nothing was written"
