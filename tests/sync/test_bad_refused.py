"""What the sheet does not take: a protected cell, a text too long, a grid too small, a workbook that is full."""

from __future__ import annotations

import pytest

from tests.sheets_api import requests
from tests.sync import test_bad_bank as kept
from tests.sync.conftest import Office
from tests.sync.test_bad_bank import PROBLEMS, codes, letters, line, note, person, said, writes

bank = kept.bank


def protect(bank: Office, row: str, column: str) -> str:
    """The owner protects one cell, and only they may edit it; its address."""
    at = bank.place(PROBLEMS, row, column)
    bank.book.protect(bank.title(PROBLEMS), at)
    return f"{bank.title(PROBLEMS)}!{at}"


def held(bank: Office) -> list[tuple[str, str, str]]:
    return sorted((one.id, one.column, one.code) for one in bank.branch.store.agreed().intents.values())


# --- protected ------------------------------------------------------------------------------------------------------------


def test_one_protected_cell_holds_its_row_and_the_rest_is_written(bank: Office) -> None:
    cell = protect(bank, "P03", "content")
    for row in ("P01", "P02", "P03", "P04", "P05"):
        bank.save(PROBLEMS, row, content=f"新{row}")
    bank.worker().flush()
    now = person(bank)
    assert [now[row][0]["内容"] for row in ("P01", "P02", "P03", "P04", "P05")] == ["新P01", "新P02", "问题3", "新P04", "新P05"]
    assert (note(bank, "google.protected").row, note(bank, "google.protected").cell) == ("P03", cell)
    assert "保护" in said(bank, "google.protected")


def test_a_protected_cell_is_told_as_long_as_it_is_and_tried_once_a_look(bank: Office) -> None:
    protect(bank, "P03", "content")
    bank.save(PROBLEMS, "P03", content="新")
    bank.sync()
    for _ in range(3):
        before = writes(bank)
        bank.sync()
        assert writes(bank) - before <= 1
        assert codes(bank) == ["google.protected"]


def test_a_protected_row_does_not_slow_the_others_down(bank: Office) -> None:
    protect(bank, "P03", "content")
    bank.save(PROBLEMS, "P03", content="新")
    bank.sync()
    for row in ("P01", "P02", "P04", "P05"):
        bank.save(PROBLEMS, row, content=f"新{row}")
    before = writes(bank)
    bank.sync()
    assert writes(bank) - before == 2, "one for all of them, and one for the row that was refused before"


def test_what_was_protected_goes_through_by_itself_once_it_is_freed(bank: Office) -> None:
    protect(bank, "P03", "content")
    bank.save(PROBLEMS, "P03", content="新")
    bank.sync()
    bank.book.unprotect(bank.title(PROBLEMS))
    bank.sync()
    assert bank.shown(PROBLEMS, "P03", "content") == "新"
    bank.sync()
    assert codes(bank) == []
    assert bank.worker().waiting() == 0


def test_the_newest_save_goes_through_when_the_cell_is_freed(bank: Office) -> None:
    protect(bank, "P03", "content")
    bank.save(PROBLEMS, "P03", content="新")
    bank.sync()
    bank.save(PROBLEMS, "P03", content="更新")
    bank.book.unprotect(bank.title(PROBLEMS))
    bank.sync()
    assert bank.shown(PROBLEMS, "P03", "content") == "更新"


def test_what_the_owner_types_into_a_protected_cell_meanwhile_is_a_conflict(bank: Office) -> None:
    protect(bank, "P03", "content")
    bank.save(PROBLEMS, "P03", content="新")
    bank.sync()
    bank.book.who = bank.book.owner
    bank.type(PROBLEMS, "P03", "content", "业主的话")
    bank.book.who = "teller@bank.example"
    bank.sync()
    bank.sync()
    assert codes(bank) == ["google.conflict"]
    assert bank.shown(PROBLEMS, "P03", "content") == "业主的话"


def test_a_tab_that_is_protected_as_a_whole_waits_and_tells_each_row(bank: Office) -> None:
    bank.book.protect(bank.title(PROBLEMS))
    bank.save(PROBLEMS, "P03", content="新")
    bank.save(PROBLEMS, "N1", customer="C1", content="新问题", raised_on=bank.clock[0].date(), owner="CM1", area="other")
    bank.sync()
    assert codes(bank) == ["google.protected", "google.protected"]
    bank.book.unprotect(bank.title(PROBLEMS))
    bank.sync()
    bank.sync()
    assert codes(bank) == []
    assert bank.shown(PROBLEMS, "N1", "content") == "新问题"


def test_a_protected_number_that_somebody_cleared_is_told(bank: Office) -> None:
    at = line(bank, "P03")
    bank.book.clear(bank.title(PROBLEMS), f"A{at}")
    bank.book.protect(bank.title(PROBLEMS), f"A{at}")
    bank.sync()
    assert note(bank, "google.protected").cell == f"{bank.title(PROBLEMS)}!A{at}"


# --- too long -------------------------------------------------------------------------------------------------------------


def test_a_text_longer_than_a_cell_stays_here_and_is_told(bank: Office) -> None:
    long = "长" * 50_001
    before = writes(bank)
    bank.save(PROBLEMS, "P03", content=long)
    bank.sync()
    bank.sync()
    assert writes(bank) == before, "it is not even sent"
    assert codes(bank) == ["google.too_long"]
    assert bank.value(PROBLEMS, "P03", "content") == long
    assert bank.shown(PROBLEMS, "P03", "content") == "问题3"


def test_a_text_made_shorter_goes_through(bank: Office) -> None:
    bank.save(PROBLEMS, "P03", content="长" * 50_001)
    bank.sync()
    bank.save(PROBLEMS, "P03", content="长" * 50_000)
    bank.sync()
    bank.sync()
    assert bank.shown(PROBLEMS, "P03", "content") == "长" * 50_000
    assert codes(bank) == []


def test_a_new_row_with_a_text_too_long_goes_without_it(bank: Office) -> None:
    bank.save(
        PROBLEMS, "N1", customer="C1", content="新问题", raised_on=bank.clock[0].date(), owner="CM1", area="other", result="长" * 50_001
    )
    bank.sync()
    assert bank.shown(PROBLEMS, "N1", "content") == "新问题"
    bank.sync()
    assert codes(bank) == ["google.too_long"]
    assert held(bank)[0][:2] == ("N1", "result")
    bank.save(PROBLEMS, "N1", result="短")
    bank.sync()
    bank.sync()
    assert bank.shown(PROBLEMS, "N1", "result") == "短"
    assert codes(bank) == []


# --- the grid -------------------------------------------------------------------------------------------------------------


def test_a_tab_that_is_exactly_full_grows_for_a_new_row(bank: Office) -> None:
    title = bank.title(PROBLEMS)
    filled = len(bank.book.cells(title))
    bank.book.delete_rows(title, filled + 1, bank.book.size(title)[0] - filled)
    assert bank.book.size(title)[0] == filled
    bank.save(PROBLEMS, "N1", customer="C1", content="新问题", raised_on=bank.clock[0].date(), owner="CM1", area="other")
    worker = bank.worker()
    worker.flush()
    assert bank.shown(PROBLEMS, "N1", "content") == "新问题"
    assert bank.book.size(title)[0] > filled
    assert dict(worker.sheet.requests) == {"read": 1, "write": 1, "drive": 0}


def test_a_row_beyond_the_thousandth_is_written_like_any_other(bank: Office) -> None:
    title = bank.title(PROBLEMS)
    rows = 1_100
    bank.book.paste(title, f"{letters(bank, 'entered_late')}{rows}", [["旁注"]])  # what stands below the table
    bank.save(PROBLEMS, "N1", customer="C1", content="新问题", raised_on=bank.clock[0].date(), owner="CM1", area="other")
    bank.sync()
    assert line(bank, "N1") == rows + 1
    bank.save(PROBLEMS, "N1", content="改过的")
    bank.sync()
    assert bank.shown(PROBLEMS, "N1", "content") == "改过的"


def test_a_row_that_was_cut_off_the_grid_before_our_write_waits_for_its_place(bank: Office) -> None:
    title = bank.title(PROBLEMS)
    filled = len(bank.book.cells(title))
    bank.book.delete_rows(title, filled + 1, bank.book.size(title)[0] - filled)
    bank.save(PROBLEMS, "P12", content="新")
    bank.api.before(1, lambda: bank.book.delete_rows(title, 2, 1), kind="write")
    for _ in range(3):
        bank.sync()
    assert bank.shown(PROBLEMS, "P12", "content") == "新"
    assert codes(bank) == ["google.removed"]


def test_a_workbook_that_is_full_is_told_and_the_row_waits(bank: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    title = bank.title(PROBLEMS)
    filled = len(bank.book.cells(title))
    bank.book.delete_rows(title, filled + 1, bank.book.size(title)[0] - filled)
    there = sum(len(tab.rows) * tab.columns for tab in bank.book.state.tabs)
    monkeypatch.setattr(requests, "MOST_CELLS", there)
    bank.save(PROBLEMS, "N1", customer="C1", content="新问题", raised_on=bank.clock[0].date(), owner="CM1", area="other")
    bank.save(PROBLEMS, "P03", content="新")
    bank.sync()
    assert codes(bank) == ["google.full"]
    assert "一千万" in said(bank, "google.full")
    assert bank.shown(PROBLEMS, "P03", "content") == "新", "edits need no room"
    monkeypatch.setattr(requests, "MOST_CELLS", there + 1_000_000)
    bank.sync()
    bank.sync()
    assert bank.shown(PROBLEMS, "N1", "content") == "新问题"
    assert codes(bank) == []
