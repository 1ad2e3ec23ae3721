"""A branch in a sheet, built once and set back before each test: what goes wrong with a sheet starts from here."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sheets.sync.state import Note
from tests.sync import world
from tests.sync.conftest import NOW, Kept, Office, keep, set_back

PROBLEMS = "problems"
HEADER = 1  # the line of the headings


def twelve(bank: Office) -> None:
    """Twelve problems in the ledger."""
    for number in range(1, 13):
        bank.save(PROBLEMS, f"P{number:02}", customer=f"C{number % 4 + 1}", content=f"问题{number}", raised_on=NOW.date(),
                  owner="CM1", area="other", raised_by=f"客户{number}", result=f"结果{number}")  # fmt: skip
    bank.sync()


@cache
def kept() -> Kept:
    return keep(twelve)


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Office]:
    """That branch, as it was."""
    yield from set_back(kept(), tmp_path)


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
