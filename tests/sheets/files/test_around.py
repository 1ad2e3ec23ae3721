"""What stands around a table counts: unit, currency and day, above or below it, in titles and in brackets."""

from __future__ import annotations

import pytest

from sheets.files import around, csvfile, reading
from sheets.files.reading import Sheet, Unreadable
from sheets.tables import TABLES

LOANS = TABLES["loans"]


def sheet(text: str, table: str = "loans") -> Sheet:
    return reading.read(TABLES[table], csvfile.parse(text), TABLES, None)


def balances(found: Sheet) -> list[object]:
    return [line.cells.get(("loans", "balance")) for line in found.lines]


UNITS = {
    "单位：元": "元", "金额单位：人民币元": "元", "（单位:元）": "元", "单位（万元）": "万元", "(单位:万元)": "万元", "Unit: CNY 10k": "万元",
    "单位：千元": "千元", "人民币元": "元", "单位：亿元 币种：人民币": "亿元", "贷款明细表（百万元）": "百万元", "Amounts in RMB'000": "千元",
    "in thousands of RMB": "千元", "Currency: RMB; Unit: 10,000 yuan": "万元", "单位：万元、%": "万元", "本外币合计（折人民币万元）": "万元",
    "单位:萬元": "万元", "单位：元/户": "元", "单位：人民币（元）": "元", "单位：元（人民币）": "元", "金额：万元": "万元", "RMB million": "百万元",
    "计量单位：元": "元", "机构：望川支行 单位：元": "元", "计价单位：元 截止日期：2026-10-31": "元", "以人民币千元列示": "千元",
    "除特别注明外，金额单位均为人民币元": "元", "(以元为单位)": "元", "注：以上金额均为万元": "万元", "单位：元角分": "元",
}  # fmt: skip


@pytest.mark.parametrize(("line", "unit"), UNITS.items())
def test_a_unit_is_read_wherever_a_report_writes_it(line: str, unit: str) -> None:
    assert {said.what for said in around.look([[line]], [0]).units} == {unit}


@pytest.mark.parametrize(
    "line",
    [
        "填报单位：元昌公司",
        "填报单位：望川支行",
        "机构：望川支行",
        "编制单位：万元户公司",
        "望川支行对公客户台账（2026年）",
        "币种：人民币",
        "合同金额为500万元",
    ],
)
def test_a_unit_that_is_an_office_or_a_name_is_no_unit(line: str) -> None:
    found = around.look([[line]], [0])
    assert (found.units, found.foreign, found.days) == ((), (), ())


def test_the_unit_may_stand_in_the_cell_beside_its_label() -> None:
    assert {said.what for said in around.look([["单位：", "万元"]], [0]).units} == {"万元"}


@pytest.mark.parametrize(
    "line", ["单位：美元", "币种：USD", "Unit: USD thousand", "单位：万美元", "美元贷款明细表", "（港币）", "币种：港元"]
)
def test_a_foreign_currency_around_the_table_is_asked_about(line: str) -> None:
    found = sheet(f"{line},,\n借据号,合同号,贷款余额\nJ1,H1,10\n")
    assert [(doubt.cell, doubt.code) for doubt in found.doubts] == [("A1", "around_foreign")]


@pytest.mark.parametrize("line", ["美元素科技有限公司", "本外币合计（美元折人民币）"])
def test_a_currency_in_a_name_or_turned_into_yuan_is_none(line: str) -> None:
    assert around.look([[line]], [0]).foreign == ()


def test_money_takes_the_unit_that_stands_above_or_below_the_table() -> None:
    """单位：元 above the headings, as every report of a bank has it."""
    assert balances(sheet("贷款到期明细表,,\n机构：望川支行,,单位：元\n借据号,合同号,贷款余额\nJ1,H1,4500000.00\n")) == [450_000_000]
    assert balances(sheet("借据号,合同号,贷款余额\nJ1,H1,4500000.00\n单位：元,,\n")) == [450_000_000]


def test_a_row_of_units_below_the_headings_speaks_of_each_column() -> None:
    found = sheet("借据号,贷款金额,贷款余额\n,万元,元\nJ1,10,10\n")
    assert [(line.cells["loans", "amount"], line.cells["loans", "balance"]) for line in found.lines] == [(10_000_000, 1_000)]


@pytest.mark.parametrize("units", [",,元", ",年/月/日,元", "文本,日期,(元)", "-,-,元"])
def test_a_row_below_the_headings_gives_one_column_its_unit_beside_columns_of_days_and_texts(units: str) -> None:
    found = sheet(f"借据号,到期日,贷款余额\n{units}\nJ1,2027-03-05,4500000\n")
    assert balances(found) == [450_000_000]
    assert found.doubts == ()


@pytest.mark.parametrize(("unit", "code"), [("美元", "around_foreign"), ("分", "around_small")])
def test_a_row_below_the_headings_that_says_dollars_or_fen_is_asked_about(unit: str, code: str) -> None:
    [doubt] = sheet(f"借据号,到期日,贷款余额\n,,{unit}\nJ1,2027-03-05,4500000\n").doubts
    assert (doubt.cell, doubt.code) == ("C2", code)


def test_amounts_said_to_be_in_fen_are_asked_about_and_not_taken_as_wan() -> None:
    [doubt] = sheet("贷款明细表,,单位：分\n借据号,合同号,贷款余额\nJ1,H1,450000000\n").doubts
    assert (doubt.cell, doubt.code) == ("C1", "around_small")


def test_a_unit_in_a_heading_counts_beside_other_words_in_its_brackets() -> None:
    assert balances(sheet("借据号,合同号,贷款余额（本金，元）\nJ1,H1,4500000\n")) == [450_000_000]
    assert balances(sheet("借据号,合同号,贷款余额（元、含利息）\nJ1,H1,4500000\n")) == [450_000_000]


@pytest.mark.parametrize("letter", ["k", "W", "分"])
def test_a_unit_in_a_heading_that_is_only_a_letter_or_a_part_of_a_yuan_is_not_guessed(letter: str) -> None:
    found = sheet(f"借据号,合同号,贷款余额（{letter}）\nJ1,H1,450\n")
    assert balances(found) == [None]
    assert ("C1", "header_unit") in [(issue.cell, issue.code) for issue in found.issues]


def test_a_cell_with_its_own_unit_wins_for_itself() -> None:
    assert balances(sheet("单位：元,,\n借据号,合同号,贷款余额\nJ1,H1,450万元\nJ2,H2,10\n")) == [450_000_000, 1_000]


def test_a_heading_with_the_same_unit_agrees_and_one_with_another_is_asked_about_with_both_places() -> None:
    assert sheet("单位：元,\n借据号,贷款余额(元)\nJ1,10\n").doubts == ()
    [doubt] = sheet("单位：元,\n借据号,贷款余额(万元)\nJ1,10\n").doubts
    assert (doubt.cell, doubt.code, doubt.values) == ("B2", "around_units", {"unit": "万元", "other": "元", "place": "A1"})


def test_two_units_around_one_table_are_asked_about_with_both_places() -> None:
    [doubt] = sheet("贷款明细表（万元）,单位：元\n借据号,贷款余额\nJ1,10\n").doubts
    assert (doubt.cell, doubt.code, doubt.values["place"]) == ("A1", "around_units", "B1")


def test_a_sheet_without_money_asks_nothing_about_units() -> None:
    assert sheet("单位：元,单位：万元\n客户编号,客户名称\nK1,云澜\n", "customers").doubts == ()


def test_balances_without_a_day_are_of_the_day_that_stands_around_them() -> None:
    found = sheet("数据截至2026年10月31日,\n客户,时点余额\nK1,10\n", "balances")
    assert str(found.lines[0].cells["balances", "as_of"]) == "2026-10-31"
    assert [(issue.cell, issue.code) for issue in found.issues] == [("A1", "as_of_noted")]
    typed = sheet("数据截至2026年10月31日,\n客户,日期,时点余额\nK1,2026-09-30,10\n", "balances")
    assert str(typed.lines[0].cells["balances", "as_of"]) == "2026-09-30"


HEADINGS = [
    ("ratings", "信用评级到期日(年/月/日)", "expires_on"), ("ratings", "信用评级\n到期日", "expires_on"), ("ratings", "*评级到期日*", "expires_on"),
    ("ratings", "有权审批行", "approver"), ("ratings", "③ 有效截止日", "expires_on"), ("customers", "客戶名稱", "name"),
    ("customers", "1.客户名称", "name"), ("customers", "（2）客户名称", "name"), ("customers", "①客户名称", "name"), ("customers", "客户 名称", "name"),
    ("customers", "客户名称〔必填〕", "name"), ("loans", "貸款餘額（萬元）", "balance"), ("loans", "贷款发放日", "drawn_on"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "heading", "key"), HEADINGS)
def test_a_heading_is_found_however_it_is_dressed(table: str, heading: str, key: str) -> None:
    names = reading.words(TABLES[table])
    found = reading.find(names, TABLES, table, [["id", heading]])
    assert found is not None
    assert [h.column.key for h in found.headings][1:] == [key]


def test_of_two_headings_for_one_column_the_exact_one_is_taken_and_the_other_told() -> None:
    found = sheet("客户编号(旧),客户编号,客户名称\nA1,KH1,云澜\n", "customers")
    assert [line.cells["customers", "id"] for line in found.lines] == ["KH1"]
    assert [(i.cell, i.code, i.warning, i.values["other"]) for i in found.issues] == [("A1", "header_aside", True, "客户编号")]


def test_an_old_number_alone_is_not_the_number() -> None:
    found = sheet("客户编号(旧),客户名称,主办行\nA1,云澜,甲行\n", "customers")
    assert ("customers", "id") not in found.where


@pytest.mark.parametrize(
    ("heading", "cell"), [("协议终止", "2027-01-15"), ("担保到期", "见合同"), ("还本期限", "12个月"), ("最迟办理", "2027年1月5日")]
)
def test_an_unknown_column_that_may_hold_a_deadline_is_asked_about(heading: str, cell: str) -> None:
    found = sheet(f"借据号,合同号,{heading}\nJ1,H1,{cell}\n")
    assert [(doubt.cell, doubt.code, doubt.raw) for doubt in found.doubts] == [("C1", "header_asked", heading)]


def test_an_unknown_column_of_anything_else_or_of_nothing_is_only_told() -> None:
    assert sheet("借据号,合同号,我的草稿,到期备查\nJ1,H1,随便,\n").doubts == ()


def test_headings_that_run_down_are_said_to_do_so() -> None:
    with pytest.raises(Unreadable, match="竖着排"):
        sheet("客户编号,KH1,KH2\n客户名称,甲,乙\n客户等级,重点,一般\n", "customers")


def test_a_sheet_that_says_of_nobody_whom_it_is_about_is_refused() -> None:
    with pytest.raises(Unreadable, match="客户名称"):
        sheet("客户等级,主办行\n重点,甲行\n", "customers")


def test_a_merged_heading_above_tells_its_columns_apart() -> None:
    text = ",,授信,,贷款,,\n客户编号,客户名称,金额(万元),到期日,金额(万元),余额(万元),到期日\nKH1,甲,3000,2027-01-15,1000,800,2026-12-30\n"
    from sheets.files import wide

    found = reading.read(TABLES["customers"], csvfile.parse(text), TABLES, None, extra=wide.words(TABLES))
    cells = found.lines[0].cells
    assert (cells["credit_lines", "amount"], str(cells["credit_lines", "expires_on"])) == (3_000_000_000, "2027-01-15")
    assert (cells["loans", "amount"], cells["loans", "balance"], str(cells["loans", "matures_on"])) == (
        1_000_000_000,
        800_000_000,
        "2026-12-30",
    )
    assert found.doubts == ()
