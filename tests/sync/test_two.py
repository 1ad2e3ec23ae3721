"""Two installations on one sheet, each with a mirror of its own; one of them, named in the sheet, gives the numbers."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest

from branch.sync import telling
from jobs.scan import Scan
from jobs.scan import run as run_scan
from jobs.scan import scan as look_for
from tests.sync import chaos, world
from tests.sync.conftest import Office

pytestmark = pytest.mark.long  # the short suite has the product and the chaos of tests/sync


MORNING = datetime(2026, 11, 26, 9, 0)


def scan(of: Office, now: datetime = MORNING) -> Scan:
    """What a scan would write."""
    return look_for(of.branch.look(now), of.branch.store.private.marks())


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


def test_only_the_one_named_in_the_sheet_sends_mails(bank: Office, other: Office) -> None:
    assert [edit for edit in scan(other).edits if edit.table == "outbox"] == []
    assert [edit for edit in scan(bank).edits if edit.table == "outbox"]


def test_who_takes_the_sending_over_tells_nobody_a_second_time_and_the_first_one_stops(bank: Office, other: Office) -> None:
    run_scan(bank.branch, MORNING)
    telling.tell(bank.worker(), MORNING)
    other.connect(adopt=True)
    assert not [edit for edit in scan(other).edits if edit.table == "outbox"], "told by the first one this morning"
    bank.clock[0] += timedelta(days=1)
    bank.sync()
    assert not [edit for edit in scan(bank, MORNING + timedelta(days=1)).edits if edit.table == "outbox"]
