"""What a cell holds comes back as it was: texts that look like something else, numbers, days, and cells that were emptied."""

from __future__ import annotations

from datetime import date

import pytest

from tests.sync import test_bad_bank as kept
from tests.sync.conftest import Office
from tests.sync.test_bad_bank import PROBLEMS, codes, letters, person, writes

bank = kept.bank
TEXTS = [
    "=A1+1", "0012", "3-5", "1e5", "'x", "955880123456789012", "TRUE", "#REF!", "+86 138", "@名字", "5%", "一行\n两行", "第 5 号",
    "2026-02-30", "😀", "１２３",
]  # fmt: skip
EDGES = ["尾空格 ", " 头空格", "全角空格\u3000", "尾换行\n"]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_saved_in_the_portal_stands_in_the_sheet_as_it_is_and_makes_no_echo(bank: Office, text: str) -> None:
    bank.save(PROBLEMS, "P03", result=text)
    bank.sync()
    before = writes(bank)
    bank.sync()
    assert bank.shown(PROBLEMS, "P03", "result") == text
    assert bank.book.formula(bank.title(PROBLEMS), bank.place(PROBLEMS, "P03", "result")).lstrip("'") == text.lstrip("'")
    assert bank.value(PROBLEMS, "P03", "result") == text
    assert writes(bank) == before
    assert codes(bank) == []


@pytest.mark.parametrize("text", EDGES)
def test_spaces_at_the_ends_stay_on_both_sides_as_they_were_put(bank: Office, text: str) -> None:
    bank.save(PROBLEMS, "P03", result=text)
    bank.type(PROBLEMS, "P04", "result", text)
    bank.sync()
    kept_here = bank.value(PROBLEMS, "P03", "result")
    bank.sync()
    assert bank.value(PROBLEMS, "P03", "result") == kept_here, "the sheet's own answer is no edit"
    assert bank.shown(PROBLEMS, "P03", "result") == kept_here
    assert bank.shown(PROBLEMS, "P04", "result") == text, "what a person typed is never rewritten"
    assert bank.worker().waiting() == 0


def test_all_of_them_at_once_from_a_person(bank: Office) -> None:
    rows = [f"P{number:02}" for number in range(1, 13)]
    typed = dict(zip(rows, [text for text in TEXTS if text != "#REF!"], strict=False))  # typed, that is a formula that broke
    for row, text in typed.items():
        bank.type(PROBLEMS, row, "result", text)
    bank.sync()
    before = writes(bank)
    bank.sync()
    assert {row: bank.value(PROBLEMS, row, "result") for row in typed} == typed
    assert {row: bank.shown(PROBLEMS, row, "result") for row in typed} == typed
    assert writes(bank) == before
    assert codes(bank) == []


def test_a_number_of_nineteen_digits_in_an_account_column_keeps_all_of_them(bank: Office) -> None:
    kept.add(
        bank, "accounts", customer="启岚机械", number="9558801234567890123", nature="基本户", currency="人民币", bank="本行", status="正常"
    )
    for _ in range(3):
        bank.sync()
        bank.wait()
    frame = bank.branch.book().frame("accounts")
    assert list(frame["number"]) == ["9558801234567890123"]


# --- numbers and days ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "cents"), [("0012", 12_0000_00), ("1e5", 100_000_0000_00), ("1,234.5", 1234_5000_00), ("12", 12_0000_00)]
)
def test_a_sum_typed_into_a_column_of_sums_is_read(bank: Office, typed: str, cents: int) -> None:
    bank.type("customers", "C1", "revenue", typed)
    bank.sync()
    assert bank.value("customers", "C1", "revenue") == cents


@pytest.mark.parametrize("typed", ["约一百", "12万左右", "TRUE", "#N/A"])
def test_what_is_no_sum_is_told_and_stays_as_it_was_typed(bank: Office, typed: str) -> None:
    bank.type("customers", "C1", "revenue", typed)
    stands = bank.shown("customers", "C1", "revenue")
    bank.sync()
    assert bank.shown("customers", "C1", "revenue") == stands
    assert bank.shown("customers", "C1", "_issue")
    bank.type("customers", "C1", "revenue", "120")
    bank.sync()
    assert not bank.shown("customers", "C1", "_issue")


def test_a_sum_written_into_a_cell_that_was_formatted_as_a_day_looks_like_a_sum(bank: Office) -> None:
    title, at = bank.title("customers"), bank.place("customers", "C1", "revenue")
    bank.book.style(title, at, numberFormat={"type": "DATE", "pattern": "yyyy-mm-dd"})
    bank.save("customers", "C1", revenue=1234_0000_00)
    bank.sync()
    assert bank.book.cell(title, at) == 1234
    assert bank.book.shown(title, at).startswith("1,234.00")
    assert bank.book.format(title, at)["numberFormat"]["type"] == "NUMBER"


def test_a_day_written_into_a_cell_that_was_formatted_as_a_number_looks_like_a_day(bank: Office) -> None:
    title, at = bank.title(PROBLEMS), bank.place(PROBLEMS, "P03", "promised_on")
    bank.book.style(title, at, numberFormat={"type": "NUMBER", "pattern": "0"}, backgroundColor={"red": 1})
    bank.save(PROBLEMS, "P03", promised_on=date(2026, 12, 31))
    bank.sync()
    assert bank.book.shown(title, at) == "2026-12-31"
    assert bank.book.format(title, at)["backgroundColor"] == {"red": 1}, "and keeps the person's colour"


@pytest.mark.parametrize("typed", ["2026-12-31", "2026/12/31", "2026年12月31日"])
def test_a_day_however_it_is_typed_is_one_day(bank: Office, typed: str) -> None:
    bank.type(PROBLEMS, "P03", "promised_on", typed)
    bank.sync()
    assert str(bank.value(PROBLEMS, "P03", "promised_on"))[:10] == "2026-12-31"


# --- emptied ---------------------------------------------------------------------------------------------------------------


def test_cells_emptied_at_the_end_of_a_row_are_cleared_here_too(bank: Office) -> None:
    title = bank.title(PROBLEMS)
    line = kept.line(bank, "P12")
    bank.book.move_column(title, letters(bank, "result"), "Z")  # to the right of everything: Google leaves blanks out there
    bank.sync()
    assert bank.value(PROBLEMS, "P12", "result") == "结果12"
    bank.book.clear(title, f"{letters(bank, 'result')}{line}")
    bank.sync()
    assert bank.value(PROBLEMS, "P12", "result") in (None, "")
    assert codes(bank) == []


def test_a_column_emptied_as_a_whole_is_cleared_and_no_brake(bank: Office) -> None:
    at = letters(bank, "result")
    bank.book.clear(bank.title(PROBLEMS), f"{at}2:{at}100")
    bank.sync()
    assert set(bank.branch.book().frame(PROBLEMS)["result"].fillna("")) == {""}
    assert codes(bank) == []


def test_a_cell_emptied_in_the_portal_is_empty_in_the_sheet(bank: Office) -> None:
    bank.save(PROBLEMS, "P03", result=None)
    bank.sync()
    assert bank.shown(PROBLEMS, "P03", "result") == ""
    assert "处理结果" not in person(bank)["P03"][0]


def test_a_day_in_a_row_that_made_the_tab_grow_looks_like_a_day(bank: Office) -> None:
    title = bank.title(PROBLEMS)
    filled = len(bank.book.cells(title))
    bank.book.delete_rows(title, filled + 1, bank.book.size(title)[0] - filled)
    bank.save(PROBLEMS, "N1", customer="C1", content="新问题", raised_on=bank.clock[0].date(), owner="CM1", area="other")
    bank.sync()
    bank.sync()
    assert bank.book.shown(title, bank.place(PROBLEMS, "N1", "raised_on")) == "2026-11-26"
