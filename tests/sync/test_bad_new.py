"""Rows that people type: half of one is none, each gets one number, and a number that is lost comes back."""

from __future__ import annotations

from typing import Any

import pytest

from branch.sync.pulling import Pull
from tests.sync import test_bad_bank as kept
from tests.sync.conftest import Office
from tests.sync.test_bad_bank import PROBLEMS, add, codes, letters, note, person, said
from tests.sync.world import Killed

pytestmark = pytest.mark.long  # the short suite has the product and the chaos of tests/sync


bank = kept.bank
WHOLE = {"customer": "启岚机械", "content": "表格里的新问题", "raised_on": "2026-11-20", "owner": "陈静", "area": "其他"}


def rested(bank: Office, turns: int = 3) -> None:
    """The row lies still for as long as it takes."""
    for _ in range(turns):
        bank.sync()
        bank.wait()


def count(bank: Office, table: str = PROBLEMS) -> int:
    return len(bank.branch.book().frame(table))


def test_a_whole_row_becomes_a_record_with_a_number_and_a_mark(bank: Office) -> None:
    at = add(bank, PROBLEMS, **WHOLE)
    rested(bank)
    row = bank.book.cell(bank.title(PROBLEMS), f"A{at}")
    assert row
    assert bank.value(PROBLEMS, row, "content") == "表格里的新问题"
    assert bank.value(PROBLEMS, row, "customer") == "C1"
    assert count(bank) == 13


def test_half_a_row_never_becomes_a_record_and_is_told_what_it_lacks(bank: Office) -> None:
    add(bank, PROBLEMS, customer="启岚机械", content="写到一半")
    rested(bank, 5)
    assert count(bank) == 12
    assert codes(bank) == ["google.no_title"]
    assert "提出日、类别、责任人" in said(bank, "google.no_title")


def test_each_half_row_is_told_on_its_own(bank: Office) -> None:
    first = add(bank, PROBLEMS, customer="启岚机械")
    second = add(bank, PROBLEMS, content="另一行")
    bank.sync()
    title = bank.title(PROBLEMS)
    told = {one.cell for one in bank.notes()}
    assert told == {f"{title}!{letters(bank, 'raised_on')}{first}", f"{title}!{letters(bank, 'customer')}{second}"}


def test_half_a_row_that_is_finished_becomes_a_record(bank: Office) -> None:
    at = add(bank, PROBLEMS, customer="启岚机械", content="写到一半")
    rested(bank)
    for column in ("raised_on", "owner", "area"):
        bank.book.type(bank.title(PROBLEMS), f"{letters(bank, column)}{at}", WHOLE[column])
    rested(bank)
    assert count(bank) == 13
    assert codes(bank) == []


def test_a_customer_is_one_by_any_of_its_names(bank: Office) -> None:
    add(bank, "customers", main_business="纺织")
    bank.sync()
    assert "客户名称、客户简称、统一社会信用代码" in said(bank, "google.no_title")


def test_a_number_typed_without_the_rest_is_no_record(bank: Office) -> None:
    add(bank, PROBLEMS, id="P77")
    rested(bank, 4)
    assert count(bank) == 12
    assert codes(bank) == ["google.no_title"]


def test_a_row_that_adds_the_others_up_is_no_record(bank: Office) -> None:
    for cells in ({"id": "合计", "revenue": "12345"}, {"name": "合计", "revenue": "12345"}):
        add(bank, "customers", **cells)
    rested(bank, 4)
    assert count(bank, "customers") == 4
    assert codes(bank, "customers") == []


def test_a_company_that_is_called_after_a_total_is_a_customer(bank: Office) -> None:
    add(bank, "customers", name="合计管理咨询有限公司", revenue="12345")
    rested(bank)
    assert count(bank, "customers") == 5


def test_two_rows_typed_at_once_get_two_numbers(bank: Office) -> None:
    add(bank, PROBLEMS, **WHOLE)
    add(bank, PROBLEMS, **WHOLE)
    rested(bank)
    rows = [row for row in person(bank) if not row.startswith("P0") and row not in ("P10", "P11", "P12")]
    assert len(rows) == 2
    assert count(bank) == 14


def test_a_row_that_is_still_being_typed_waits(bank: Office) -> None:
    at = add(bank, PROBLEMS, **WHOLE)
    for number in range(4):
        bank.book.type(bank.title(PROBLEMS), f"{letters(bank, 'content')}{at}", f"第{number}稿")
        bank.sync()
        bank.wait(15)
    assert count(bank) == 12
    rested(bank)
    frame = bank.branch.book().frame(PROBLEMS)
    assert list(frame["content"])[-1] == "第3稿"


def test_the_number_of_an_adopted_row_is_given_back_when_it_is_cleared(bank: Office) -> None:
    at = add(bank, PROBLEMS, **WHOLE)
    rested(bank)
    row = bank.book.cell(bank.title(PROBLEMS), f"A{at}")
    bank.book.clear(bank.title(PROBLEMS), f"A{at}")
    rested(bank)
    assert bank.book.cell(bank.title(PROBLEMS), f"A{at}") == row
    assert count(bank) == 13


def test_a_process_killed_between_the_record_and_its_number_gives_one_number(bank: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    at = add(bank, PROBLEMS, **WHOLE)
    bank.sync()
    bank.wait()

    def killed(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Pull, "_taken", killed)
        with pytest.raises(Killed):
            bank.worker().pull()
    assert count(bank) == 13, "the record is there, its number is not in the sheet"
    rested(bank)
    assert count(bank) == 13
    row = bank.book.cell(bank.title(PROBLEMS), f"A{at}")
    assert bank.value(PROBLEMS, row, "content") == "表格里的新问题"


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_process_killed_while_the_number_is_written_gives_one_number(bank: Office, after: bool) -> None:
    at = add(bank, PROBLEMS, **WHOLE)
    bank.sync()
    bank.wait()
    worker = bank.worker()
    worker.pull()
    write = worker.sheet.write

    def killed(*given: object, **more: object) -> None:
        if after:
            write(*given, **more)
        raise Killed

    worker.sheet.write = killed
    with pytest.raises(Killed):
        worker.flush()
    rested(bank)
    assert count(bank) == 13
    assert bank.book.cell(bank.title(PROBLEMS), f"A{at}")


def test_a_row_without_a_customer_of_its_own_below_a_merged_name_is_told(bank: Office) -> None:
    """HD050: the name stands in the first of two merged cells, the second row has a day alone."""
    at = add(bank, "ratings", expires_on="2026-09-30")
    rested(bank, 4)
    assert count(bank, "ratings") == 4
    assert note(bank, "google.no_title").cell.endswith(str(at))


def test_a_blank_row_ends_nothing(bank: Office) -> None:
    """HD046."""
    title = bank.title(PROBLEMS)
    at = len(bank.book.cells(title)) + 3
    for column, text in WHOLE.items():
        bank.book.type(title, f"{letters(bank, column)}{at}", text)
    rested(bank)
    assert count(bank) == 13
    assert bank.book.cell(title, f"A{at}")


def test_a_row_with_a_cell_that_cannot_be_read_is_a_record_with_an_issue(bank: Office) -> None:
    at = add(bank, PROBLEMS, **(WHOLE | {"raised_on": "2026-02-30"}))
    rested(bank, 4)
    assert count(bank) == 13
    assert "2026-02-30" in str(bank.book.cell(bank.title(PROBLEMS), f"{letters(bank, '_issue')}{at}"))
