"""Two installations on one sheet, each with a mirror of its own; one of them, named in the sheet, gives the numbers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync import chaos, world
from tests.sync.conftest import Office, office


@pytest.fixture
def other(bank: Office, tmp_path: Path) -> Iterator[Office]:
    """A fresh machine with an empty home, which becomes a mirror of the sheet."""
    world.prepare(bank)
    found = office(tmp_path / "other", bank.api, bank.link, filled=False)
    found.connect()
    yield found
    found.branch.store.close()


def same_ledgers(one: Office, two: Office, *tables: str) -> None:
    for table in tables:
        left, right = (each.branch.book().frame(table).drop(columns=["rev", "updated_at", "updated_by"]) for each in (one, two))
        left, right = (each.sort_values("id").reset_index(drop=True).astype(str) for each in (left, right))
        assert left.equals(right), table


def test_a_fresh_machine_becomes_the_mirror_of_the_sheet_and_writes_nothing(bank: Office, other: Office) -> None:
    tables = [key for key, table in bank.branch.book().tables.items() if not table.inside and key != "contacts"]
    same_ledgers(bank, other, *tables)
    worker = other.sync()
    assert worker.sheet.requests["write"] == 0


def test_what_one_saves_the_other_has(bank: Office, other: Office) -> None:
    bank.save(world.TAB, "P1", content="已解决")
    bank.sync()
    other.sync()
    assert other.value(world.TAB, "P1", "content") == "已解决"
    other.save(world.TAB, "P2", result="已答复")
    other.sync()
    bank.sync()
    assert bank.value(world.TAB, "P2", "result") == "已答复"


def test_only_the_one_named_in_the_sheet_gives_numbers(bank: Office, other: Office) -> None:
    title = bank.title("teams")
    line = len(bank.book.cells(title)) + 1
    bank.book.type(title, f"B{line}", "公司业务二部")
    for _ in range(3):
        other.wait()
        other.sync()
    assert bank.book.cell(title, f"A{line}") in (None, "")
    for _ in range(3):
        bank.wait()
        bank.sync()
    number = bank.book.cell(title, f"A{line}")
    assert number
    for _ in range(3):
        other.wait()
        other.sync()
    assert other.value("teams", number, "name") == "公司业务二部"
    same_ledgers(bank, other, "teams")


def test_two_portals_and_people_at_once_lose_nothing(bank: Office, other: Office) -> None:
    one, two = chaos.Chaos(bank, random.Random(5)), chaos.Chaos(other, random.Random(6), number=10_000)
    for _ in range(15):
        one.step()
        two.step()
    for _ in range(8):
        for each in (bank, other):
            each.wait()
            each.sync()
    mine = {**one.typed, **two.typed}
    one.typed, one.gone = mine, one.gone | two.gone
    found, _ = one.wrong()
    assert not [said for said in found if "nowhere" not in said], "\n".join(found)
    two.typed = {}
    assert not two.wrong()[0], "\n".join(two.wrong()[0])
