"""What people make of a tab: formulas, filters, hidden rows, notes, columns and headings of their own. It stays as it is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sync import test_bad_bank as kept
from tests.sync.conftest import Office
from tests.sync.test_bad_bank import PROBLEMS, codes, letters, line, note, person, said, writes

bank = kept.bank


def contents(bank: Office) -> dict[str, Any]:
    frame = bank.branch.book().frame(PROBLEMS)
    return dict(zip(frame["id"], frame["content"], strict=True))


# --- formulas --------------------------------------------------------------------------------------------------------------


def test_a_formula_is_read_by_its_value_and_never_overwritten(bank: Office) -> None:
    bank.type("customers", "C1", "revenue", "=B1*2", value=500)
    bank.sync()
    assert bank.value("customers", "C1", "revenue") == 500_0000_00
    at = bank.place("customers", "C1", "revenue")
    bank.save("customers", "C1", revenue=700_0000_00)
    bank.sync()
    bank.sync()
    assert bank.book.formula(bank.title("customers"), at) == "=B1*2"
    assert codes(bank, "customers") == ["google.conflict"]
    assert bank.value("customers", "C1", "revenue") == 700_0000_00


def test_a_formula_that_comes_to_another_value_is_taken(bank: Office) -> None:
    bank.type("customers", "C1", "revenue", "=B1*2", value=500)
    bank.sync()
    bank.book.recalculate(bank.title("customers"), bank.place("customers", "C1", "revenue"), 600)
    bank.sync()
    assert bank.value("customers", "C1", "revenue") == 600_0000_00
    before = writes(bank)
    bank.sync()
    assert writes(bank) == before


def test_a_formula_that_comes_to_what_was_there_is_not_overwritten_either(bank: Office) -> None:
    bank.save("customers", "C1", revenue=500_0000_00)
    bank.sync()
    bank.type("customers", "C1", "revenue", "=250+250", value=500)
    bank.sync()
    bank.save("customers", "C1", revenue=700_0000_00)
    bank.sync()
    bank.sync()
    assert bank.book.formula(bank.title("customers"), bank.place("customers", "C1", "revenue")) == "=250+250"
    assert codes(bank, "customers") == ["google.conflict"]


def test_a_formula_that_breaks_is_told_and_the_last_value_stands_in_the_record_of_changes(bank: Office) -> None:
    bank.type("customers", "C1", "revenue", "=B1*2", value="#REF!")
    bank.sync()
    assert "#REF!" in str(bank.shown("customers", "C1", "_issue"))


def test_other_cells_of_a_row_with_a_formula_are_written(bank: Office) -> None:
    bank.type("customers", "C1", "revenue", "=B1*2", value=500)
    bank.sync()
    bank.save("customers", "C1", main_business="化工")
    bank.sync()
    assert bank.shown("customers", "C1", "main_business") == "化工"
    assert bank.book.formula(bank.title("customers"), bank.place("customers", "C1", "revenue")) == "=B1*2"
    assert codes(bank, "customers") == []


# --- looks -----------------------------------------------------------------------------------------------------------------


def test_hidden_rows_and_columns_notes_colours_and_rules_stay_as_people_made_them(bank: Office) -> None:
    title = bank.title(PROBLEMS)
    with bank.book.acting(title) as (_, tab):
        tab.sizes["ROWS"][4] = {"hiddenByUser": True}
        tab.sizes["ROWS"][5] = {"hiddenByFilter": True}
        tab.sizes["COLUMNS"][3] = {"hiddenByUser": True}
        tab.opaque["addFilterView"] = [{"filter": {"title": "我的筛选"}}]
    bank.book.annotate(title, "C4", "问过客户")
    bank.book.style(title, "A6:Z6", backgroundColor={"red": 1.0}, textFormat={"strikethrough": True})
    bank.book.validate(title, "C7", {"condition": {"type": "TEXT_CONTAINS", "values": [{"userEnteredValue": "问题"}]}})
    before = bank.book.tab(title)
    bank.type(PROBLEMS, "P04", "content", "藏起来的行也读")
    bank.save(PROBLEMS, "P05", content="藏起来的行也写")
    bank.sync()
    bank.sync()
    now = bank.book.tab(title)
    assert bank.value(PROBLEMS, "P04", "content") == "藏起来的行也读"
    assert bank.shown(PROBLEMS, "P05", "content") == "藏起来的行也写"
    assert (now.sizes, now.opaque, now.conditions, now.protections) == (before.sizes, before.opaque, before.conditions, before.protections)
    assert bank.book.notes(title)
    assert [row.looks for row in now.rows] == [row.looks for row in before.rows]


def test_a_struck_out_grey_row_is_still_a_row(bank: Office) -> None:
    """HU040: colour is not data."""
    at = line(bank, "J1", "loans")
    due = {(one.rule, one.row) for one in bank.branch.look(bank.clock[0]).dues.itertuples() if one.row == "J1"}
    bank.book.style(bank.title("loans"), f"A{at}:Z{at}", textFormat={"strikethrough": True}, backgroundColor={"red": 0.8})
    bank.sync()
    assert {(one.rule, one.row) for one in bank.branch.look(bank.clock[0]).dues.itertuples() if one.row == "J1"} == due


# --- columns and cells of their own ----------------------------------------------------------------------------------------


def test_columns_of_their_own_are_byte_for_byte_as_they_were_after_everything(bank: Office) -> None:
    title = bank.title(PROBLEMS)
    bank.book.insert_column(title, "C", "我的草稿")
    own = ["=SUM(A1:A2)", "'0012", "3-5", " 空格 ", "TRUE", "一行\n两行"]
    for number, text in enumerate(own, 2):
        bank.book.type(title, f"C{number}", text)
    bank.book.paste(title, "X3", [["远处的一句话"]])
    was = [bank.book.formula(title, f"C{number}") for number in range(1, 14)]
    bank.sync()
    bank.save(PROBLEMS, "P01", content="新", customer="C2")
    bank.save(PROBLEMS, "N1", customer="C1", content="新问题", raised_on=bank.clock[0].date(), owner="CM1", area="other")
    bank.type(PROBLEMS, "P02", "content", "人写的")
    bank.sync()
    bank.sync()
    assert [bank.book.formula(title, f"C{number}") for number in range(1, 14)] == was
    assert bank.book.cell(title, "X3") == "远处的一句话"
    assert bank.book.cell(title, f"A{line(bank, 'N1')}") == "N1", "a new row begins in column A, not under the stray cell"
    assert codes(bank) == []


def test_notes_of_a_person_above_the_headings_stay_and_the_table_goes_on_below(bank: Office) -> None:
    title = bank.title(PROBLEMS)
    bank.book.insert_rows(title, 1, 3)
    bank.book.type(title, "A1", "望川支行问题台账（2026年）")
    bank.book.type(title, "B2", "编号不要改")
    bank.save(PROBLEMS, "P03", content="新")
    bank.save(PROBLEMS, "N1", customer="C1", content="新问题", raised_on=bank.clock[0].date(), owner="CM1", area="other")
    bank.type(PROBLEMS, "P04", "content", "人写的")
    bank.sync()
    bank.sync()
    assert (bank.book.cell(title, "A1"), bank.book.cell(title, "B2")) == ("望川支行问题台账（2026年）", "编号不要改")
    assert bank.shown(PROBLEMS, "P03", "content") == "新"
    assert bank.shown(PROBLEMS, "N1", "content") == "新问题"
    assert bank.value(PROBLEMS, "P04", "content") == "人写的"
    assert codes(bank) == []


def test_a_ledger_without_rows_is_read_and_written(bank: Office) -> None:
    assert len(bank.book.cells(bank.title("measures"))) == 1
    bank.save("measures", "M1", measure="走访", owner="CM1", due_on=bank.clock[0].date())
    bank.sync()
    assert bank.shown("measures", "M1", "measure") == "走访"
    bank.book.add_tab("空的一页")
    bank.sync()
    assert bank.book.cells("空的一页") == []


# --- headings --------------------------------------------------------------------------------------------------------------


def renamed(bank: Office, column: str, text: str) -> None:
    bank.book.rename_header(bank.title(PROBLEMS), letters(bank, column), text)


def works(bank: Office) -> None:
    """Both ways, in the column that was renamed and beside it."""
    title = bank.title(PROBLEMS)
    at = letters(bank, "content")
    bank.save(PROBLEMS, "P03", content="门户里改的", result="门户里的结果")
    bank.book.type(title, f"{at}5", "表格里改的")
    for _ in range(3):
        bank.sync()
    assert bank.book.cell(title, f"{at}4") == "门户里改的"
    assert bank.book.cell(title, f"{letters(bank, 'result')}4") == "门户里的结果"
    assert contents(bank) == {f"P{n:02}": f"问题{n}" for n in range(1, 13)} | {"P03": "门户里改的", "P04": "表格里改的"}
    assert bank.worker().waiting() == 0


@pytest.mark.parametrize("text", ["问题内容", "Content", "内\n容", "内容 ", "内容（必填）", "", "2026"])
def test_a_heading_may_be_called_anything(bank: Office, text: str) -> None:
    renamed(bank, "content", text)
    works(bank)
    assert codes(bank) == []
    worker = bank.worker()
    worker.pull()
    assert worker.sheet.requests["read"] == 1, "and it is not asked about at every look"


def test_the_last_heading_may_be_cleared(bank: Office) -> None:
    renamed(bank, "_mark", "")
    works(bank)
    worker = bank.worker()
    worker.pull()
    assert worker.sheet.requests["read"] == 1


def test_two_headings_that_are_exchanged_keep_their_columns(bank: Office) -> None:
    """The columns are known by what no person sees, not by what stands above them."""
    renamed(bank, "content", "处理结果")
    renamed(bank, "result", "内容")
    works(bank)


def test_a_heading_that_stands_twice_is_told_and_the_column_stays_the_one_it_was(bank: Office) -> None:
    """HD030."""
    renamed(bank, "result", "内容")
    works(bank)
    assert codes(bank) == ["google.heading_twice"]
    assert "内容" in said(bank, "google.heading_twice")
    renamed(bank, "result", "处理结果")
    bank.sync()
    bank.sync()
    assert codes(bank) == []


def test_a_column_of_their_own_with_a_heading_of_ours_is_told_and_left_alone(bank: Office) -> None:
    title = bank.title(PROBLEMS)
    bank.book.insert_column(title, "B", "内容")
    bank.book.type(title, "B4", "这不是我们的")
    works(bank)
    assert codes(bank) == ["google.heading_twice"]
    assert f"{title}!B1" in note(bank, "google.heading_twice").cell
    assert bank.book.cell(title, "B4") == "这不是我们的"


def test_columns_dragged_around_are_followed(bank: Office) -> None:
    """HD002."""
    title = bank.title(PROBLEMS)
    for _ in range(4):
        bank.book.move_column(title, "A", "M")
    works(bank)
    assert codes(bank) == []


# --- headers.json, each on a tab that is in step ----------------------------------------------------------------------------

KEYS = {
    "客户编号": "id", "客户名称": "name", "统一社会信用代码": "uscc", "客户经理": "owner", "审批权限": "tier", "评级到期日": "founded_on",
    "授信到期日": "filed_on", "贷款到期日": "term_to", "存款余额(万元)": "revenue",
}  # fmt: skip
CANONICAL = list(KEYS)


@pytest.mark.parametrize("index", range(9))
def test_any_heading_of_the_customers_tab_renamed_as_in_the_cases_is_followed(bank: Office, index: int) -> None:
    """HD004, HD009, HD010, HD014, HD016: spaces, line breaks, brackets, another word, another language."""
    title, key = bank.title("customers"), KEYS[CANONICAL[index]]
    at = bank.book.columns_marked(title, "huce.col")[key]
    for text in (f"{CANONICAL[index]} ", "\n".join(CANONICAL[index]), CANONICAL[index].replace("(", "（"), "Customer Name"):
        bank.book.type(title, f"{at}1", text)
        bank.worker().pull()
        assert bank.branch.store.agreed().tabs["customers"].layout[0:4] == ("id", "name", "short_name", "uscc")
    assert codes(bank, "customers") == []
    assert len(bank.branch.book().frame("customers")) == 4


def test_a_row_of_headings_that_is_pasted_once_more_below_is_no_record(bank: Office) -> None:
    title = bank.title(PROBLEMS)
    heads = bank.book.cells(title)[0]
    bank.book.paste(title, f"A{len(bank.book.cells(title)) + 1}", [heads[:14]])
    for _ in range(4):
        bank.sync()
        bank.wait()
    assert len(bank.branch.book().frame(PROBLEMS)) == 12
    assert "" not in contents(bank)
    assert person(bank)
