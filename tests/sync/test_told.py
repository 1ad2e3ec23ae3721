"""The hidden tab of told alerts is deleted: it is made again, whole, and the administrator reads that it was."""

from __future__ import annotations

from datetime import timedelta

import pytest

from branch import clock, status
from branch.sync import telling
from jobs.scan import run as run_scan
from sheets.schema import Edit
from sheets.spreadsheet import Lost
from sheets.tabs import plan
from tests.sheets_api import requests
from tests.sync.conftest import NOW, Office
from texts import say

EARLIER, KEYS = NOW - timedelta(days=3), ("R25|P1|2026-11-20|due|owner|digest", "R25|P2|2026-11-21|due|owner|digest")
FIVE_MINUTES = 301


def tab(bank: Office) -> str:
    return next((one.title for one in bank.book.state.tabs if one.id == telling.NUMBER), "")


def told(bank: Office) -> list[list[object]]:
    return bank.book.cells(tab(bank))[1:]


def alert(bank: Office, key: str, at: object) -> None:
    """An alert of the ledger that was told at a time."""
    named = {"due_key": key.rsplit("|", 3)[0], "state": "told", "told_at": at, "channel": "digest"}
    bank.branch.store.write([Edit("alerts", key, None, named)], "system", "job", bank.clock[0])


@pytest.fixture
def deleted(bank: Office) -> Office:
    """Two alerts were told on two days and stand in the hidden tab, and the morning's digest; then the owner,
    whom no protection stops, deletes the tab."""
    for at, key in zip((EARLIER, NOW), KEYS, strict=True):
        alert(bank, key, at)
    bank.branch.store.private.mark(status.done("digest"), "2026-11-26", NOW)
    telling.tell(bank.worker(), NOW)
    bank.book.unprotect(tab(bank))
    bank.book.delete_tab(tab(bank))
    return bank


def test_the_next_look_at_the_tabs_makes_it_again_with_all_that_was_told(deleted: Office) -> None:
    deleted.sync()
    assert tab(deleted) == "", "the tabs are asked for every five minutes"
    deleted.wait(FIVE_MINUTES)
    deleted.sync()
    found = telling.read(deleted.worker().sheet, NOW)
    assert found.alerts == dict(zip(KEYS, (EARLIER, NOW), strict=True)), "each with the time at which it was told"
    assert found.morning == "2026-11-26"
    there = next(one for one in deleted.book.state.tabs if one.title == tab(deleted))
    assert there.hidden
    deleted.wait(FIVE_MINUTES)
    before = deleted.book.state
    deleted.sync()
    assert deleted.book.state is before, "once"


def test_a_scan_that_tells_something_makes_it_again_too(deleted: Office) -> None:
    run_scan(deleted.branch, NOW)
    telling.tell(deleted.worker(), NOW)
    ledger = deleted.branch.book().frame("alerts")
    assert telling.read(deleted.worker().sheet, NOW).alerts.keys() == set(ledger.loc[ledger["told_at"].notna(), "id"])
    assert len(ledger) > len(KEYS)
    more = "R25|P3|2026-11-22|due|owner|digest"
    alert(deleted, more, NOW)
    telling.tell(deleted.worker(), NOW)
    assert more in telling.read(deleted.worker().sheet, NOW).alerts, "what is told afterwards is added below"


def test_the_administrator_reads_that_it_was_deleted_for_a_week(deleted: Office) -> None:
    deleted.wait(FIVE_MINUTES)
    deleted.sync()
    (note,) = deleted.notes()
    assert (note.table, note.code) == (plan.TOLD, "google.told_again")
    assert "2 条" in say(note.code, "zh", **note.values)
    issues = deleted.branch.look(clock.now()).issues_of_tabs
    assert [one.code for one in issues] == ["google.told_again"]
    deleted.clock[0] += timedelta(days=8)
    deleted.sync()
    assert deleted.notes() == []


def test_its_answer_is_lost_and_it_is_there_once_and_whole(deleted: Office) -> None:
    deleted.wait(FIVE_MINUTES)
    deleted.api.fail(1, kind="write", how="cut after")
    with pytest.raises(Lost):
        deleted.sync()
    deleted.wait(FIVE_MINUTES)
    deleted.sync()
    telling.tell(deleted.worker(), NOW)
    assert telling.read(deleted.worker().sheet, NOW).alerts.keys() == set(KEYS)
    assert sum(one.id == telling.NUMBER for one in deleted.book.state.tabs) == 1


def test_a_workbook_without_room_for_it_is_told_and_the_ledgers_go_on(deleted: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "MOST_CELLS", sum(len(one.rows) * one.columns for one in deleted.book.state.tabs))
    deleted.save("customers", "C1", main_business="化工")
    deleted.wait(FIVE_MINUTES)
    deleted.sync()
    assert deleted.shown("customers", "C1", "main_business") == "化工"
    assert [one.code for one in deleted.notes()] == ["google.told_gone"]


def test_only_the_installation_that_sends_the_mails_makes_it_again(deleted: Office) -> None:
    agreed = deleted.branch.store.agreed()
    agreed.set_meta(adopter="another")
    agreed.save()
    about = deleted.worker().sheet.about()
    telling.mend(deleted.worker(), about, NOW)
    assert tab(deleted) == ""
