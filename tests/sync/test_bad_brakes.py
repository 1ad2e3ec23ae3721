"""A tab looks as if something went wrong with it as a whole: nothing is taken and nothing written until it is mended."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.sheets_api.grid import Spreadsheet
from tests.sync import test_bad_bank as kept
from tests.sync.conftest import Office
from tests.sync.test_bad_bank import PROBLEMS, codes, letters, line, said, writes

pytestmark = pytest.mark.long  # the short suite has the product and the chaos of tests/sync


bank = kept.bank


def _emptied(bank: Office) -> None:
    bank.book.clear(bank.title(PROBLEMS), "A1:Z1000")


def _rows_emptied(bank: Office) -> None:
    bank.book.clear(bank.title(PROBLEMS), "A2:Z1000")


def _header_gone(bank: Office) -> None:
    bank.book.delete_rows(bank.title(PROBLEMS), 1)


def _numbers_gone(bank: Office) -> None:
    bank.book.delete_column(bank.title(PROBLEMS), letters(bank, "id"))


def _marks_gone(bank: Office) -> None:
    bank.book.delete_column(bank.title(PROBLEMS), letters(bank, "_mark"))


def _four_rows_gone(bank: Office) -> None:
    bank.book.delete_rows(bank.title(PROBLEMS), 3, 4)


def _sorted_apart(bank: Office) -> None:
    title = bank.title(PROBLEMS)
    bank.book.sort(title, letters(bank, "content"), columns=f"{letters(bank, 'content')}:{letters(bank, 'owner')}", descending=True)


def _numbers_sorted_apart(bank: Office) -> None:
    bank.book.sort(bank.title(PROBLEMS), "A", columns="A:B", descending=True)


BRAKES: dict[str, tuple[Callable[[Office], None], str]] = {
    "the tab is emptied": (_emptied, "google.brake_empty"),
    "all rows are emptied": (_rows_emptied, "google.brake_empty"),
    "the row of headings is deleted": (_header_gone, "google.brake_header"),
    "the column of numbers is deleted": (_numbers_gone, "google.brake_id"),
    "the column of marks is deleted": (_marks_gone, "google.brake_id"),
    "a third of the rows vanishes": (_four_rows_gone, "google.brake_rows"),
    "some columns are sorted without the others": (_sorted_apart, "google.brake_apart"),
    "the numbers are sorted without the rest": (_numbers_sorted_apart, "google.brake_apart"),
}


def undo(bank: Office, was: Spreadsheet) -> None:
    """Ctrl+Z, or an older version of the file."""
    bank.book.commit(was)


@pytest.mark.parametrize("what", BRAKES)
def test_a_brake_stops_the_tab_and_lets_go_by_itself_once_it_is_mended(bank: Office, what: str) -> None:
    act, code = BRAKES[what]
    ledger = bank.branch.book().frame(PROBLEMS)
    was = bank.book.state
    act(bank)
    bank.save(PROBLEMS, "P05", content="已解决")
    bank.type("customers", "C1", "main_business", "纺织")
    hurt = bank.book.tab(bank.title(PROBLEMS)).rows
    bank.sync()
    bank.wait()
    bank.sync()

    assert codes(bank) == [code]
    assert said(bank, code)
    now = bank.branch.book().frame(PROBLEMS)
    assert list(now["id"]) == list(ledger["id"]), "no row is taken for deleted"
    untouched = ledger["id"] != "P05"
    assert now[untouched].equals(ledger[untouched]), "and none of their values is changed"
    assert bank.book.tab(bank.title(PROBLEMS)).rows == hurt, "nothing is written into the tab"
    assert bank.value("customers", "C1", "main_business") == "纺织", "the other tabs go on"

    undo(bank, was)
    bank.sync()
    assert codes(bank) == []
    assert bank.shown(PROBLEMS, "P05", "content") == "已解决", "what waited is written"
    assert bank.worker().waiting() == 0
    assert len(bank.branch.book().frame(PROBLEMS)) == len(ledger)


def test_the_sentence_of_an_emptied_tab_says_how_many_rows_are_safe(bank: Office) -> None:
    _emptied(bank)
    bank.sync()
    assert "12 行" in said(bank, "google.brake_empty")


def test_rows_that_are_meant_to_go_may_go_once_the_administrator_says_so(bank: Office) -> None:
    _four_rows_gone(bank)
    bank.sync()
    agreed = bank.branch.store.agreed()
    agreed.set_meta(**{f"allowed:{PROBLEMS}": "4"})
    agreed.save()
    bank.sync()
    bank.sync()
    assert codes(bank) == ["google.removed"] * 4
    bank.type(PROBLEMS, "P12", "content", "仍在同步")
    bank.sync()
    assert bank.value(PROBLEMS, "P12", "content") == "仍在同步"
    bank.book.delete_rows(bank.title(PROBLEMS), 3, 4)
    bank.sync()
    assert "google.brake_rows" in codes(bank), "it was said of those four alone"


def test_three_rows_that_go_one_after_the_other_are_no_accident(bank: Office) -> None:
    for gone in range(1, 6):
        bank.book.delete_rows(bank.title(PROBLEMS), 2)
        bank.sync()
        bank.sync()
        assert codes(bank) == ["google.removed"] * gone


def test_a_conflict_is_still_told_after_a_brake(bank: Office) -> None:
    bank.save(PROBLEMS, "P05", content="门户里的话")
    bank.type(PROBLEMS, "P05", "content", "表格里的话")
    bank.sync()
    was = bank.book.state
    _emptied(bank)
    bank.sync()
    assert codes(bank) == ["google.brake_empty", "google.conflict"]
    undo(bank, was)
    bank.sync()
    assert codes(bank) == ["google.conflict"]


def test_a_deleted_tab_is_told_and_goes_on_when_it_is_back(bank: Office) -> None:
    was, title = bank.book.state, bank.title(PROBLEMS)
    bank.book.delete_tab(title)
    bank.save(PROBLEMS, "P05", content="已解决")
    bank.type("customers", "C1", "main_business", "纺织")
    bank.sync()
    assert codes(bank) == ["google.no_tab"]
    assert title in said(bank, "google.no_tab")
    assert bank.value("customers", "C1", "main_business") == "纺织"
    assert len(bank.branch.book().frame(PROBLEMS)) == 12
    undo(bank, was)
    bank.wait(90)
    bank.sync()
    assert codes(bank) == []
    assert bank.shown(PROBLEMS, "P05", "content") == "已解决"


def test_a_deleted_tab_costs_a_look_at_the_list_of_tabs_once_a_minute(bank: Office) -> None:
    bank.book.delete_tab(bank.title(PROBLEMS))
    bank.sync()
    bank.wait(90)
    bank.sync()
    bank.wait(15)
    worker = bank.worker()
    worker.pull()
    assert dict(worker.sheet.requests) == {"read": 1, "write": 0, "drive": 0}


def test_a_deleted_column_keeps_its_last_values_and_gets_nothing(bank: Office) -> None:
    was = bank.book.state
    bank.book.delete_column(bank.title(PROBLEMS), letters(bank, "result"))
    bank.save(PROBLEMS, "P05", result="门户里的结果", content="门户里的内容")
    bank.sync()
    bank.sync()
    assert bank.value(PROBLEMS, "P04", "result") == "结果4", "its last values are kept"
    assert codes(bank) == ["google.no_column"]
    assert "处理结果" in said(bank, "google.no_column")
    assert bank.shown(PROBLEMS, "P05", "content") == "门户里的内容", "the other columns go on"
    before = writes(bank)
    bank.sync()
    assert writes(bank) == before, "and it is not tried again and again"

    undo(bank, was)
    bank.sync()
    bank.sync()
    assert codes(bank) == []
    assert bank.value(PROBLEMS, "P05", "result") == "门户里的结果"
    assert bank.shown(PROBLEMS, "P05", "result") == "门户里的结果"
    assert bank.worker().waiting() == 0


def test_a_brake_reads_and_does_not_write(bank: Office) -> None:
    _four_rows_gone(bank)
    bank.save(PROBLEMS, "P12", content="等着")
    bank.sync()
    before = len(bank.api.log)
    bank.sync()
    asked = [one.kind for one in bank.api.log[before:]]
    assert "write" not in asked
    assert asked.count("read") <= 3, "one look a step, no more"
    assert line(bank, "P12")
