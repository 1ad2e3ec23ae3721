"""Tabs that do not fit into one answer: read in pieces, written by columns, and nothing concluded from rows that moved meanwhile."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from branch.sync import reading
from sheets.sync.state import Tab
from tests.sheets_api.server import SheetsApi
from tests.sync import chaos, world
from tests.sync.conftest import Office, office

pytestmark = pytest.mark.long  # the short suite has the product and the chaos of tests/sync


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch, bank: Office) -> Office:
    """A branch whose problem log is far too large for one answer."""
    world.prepare(bank)
    monkeypatch.setattr(reading, "BYTES", 300)
    return bank


def tab(bank: Office) -> Tab:
    return bank.branch.store.agreed().tabs[world.TAB]


def test_a_large_tab_is_read_in_pieces_and_its_changes_are_taken(narrow: Office) -> None:
    assert len(reading.windows(tab(narrow))) > 1
    narrow.type(world.TAB, "P5", "content", "排队太久")
    narrow.worker().pull()
    assert narrow.value(world.TAB, "P5", "content") == "排队太久"


def test_a_save_into_a_large_tab_still_takes_two_requests(narrow: Office) -> None:
    narrow.save(world.TAB, "P3", content="已回复")
    worker = narrow.worker()
    worker.flush()
    assert narrow.shown(world.TAB, "P3", "content") == "已回复"
    assert dict(worker.sheet.requests) == {"read": 1, "write": 1, "drive": 0}


def test_a_sort_between_two_pieces_concludes_nothing(narrow: Office) -> None:
    """A row that was in neither piece is not gone, and one in both is no copy."""
    narrow.api.before(2, lambda: narrow.book.sort(narrow.title(world.TAB), "A", descending=True), kind="read")
    narrow.worker().pull()
    assert [note for note in narrow.notes() if note.table == world.TAB] == []
    narrow.worker().pull()
    assert len(narrow.branch.book().frame(world.TAB)) == 5


def test_disorder_in_a_large_tab_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with SheetsApi() as api:
        bank = office(tmp_path / "home", api, api.create("支行台账", share=[api.account_email]))
        bank.connect()
        world.prepare(bank)
        monkeypatch.setattr(reading, "BYTES", 600)
        run = chaos.Chaos(bank, random.Random(11))
        run.run(10)
        found, _ = run.wrong()
        bank.branch.store.close()
    assert not found, "\n".join(found)
