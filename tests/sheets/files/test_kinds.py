"""More cases of faults that files have brought, each of a kind that was mended: what the reader makes of them.

Imports of whole files stand in tests/branch/test_kinds_files.py.
"""

from __future__ import annotations

from datetime import date

import pytest

from sheets.cells import read as read_cell
from sheets.files import around, csvfile, headings, plainly, reading
from sheets.files.reading import Sheet
from sheets.tables import TABLES


def sheet(text: str | bytes, table: str = "loans") -> Sheet:
    grid = csvfile.grid(text) if isinstance(text, bytes) else csvfile.parse(text)
    return reading.read(TABLES[table], grid, TABLES, None)


def balances(found: Sheet) -> list[object]:
    return [line.cells.get(("loans", "balance")) for line in found.lines]


def said(found: Sheet) -> list[tuple[str, str]]:
    return [(doubt.cell, doubt.code) for doubt in found.doubts]


# --- B1: what stands around a table says what its amounts count in

HEAD, ROW = "借据号,合同号,贷款余额", "J1,H1,4500"
UNITS = [
    (f"望川支行2026年10月末公司贷款余额表（单位：人民币元）,,\n{HEAD}\n{ROW}\n", 450_000),
    (f"單位：仟元,,\n{HEAD}\n{ROW}\n", 450_000_000),
    (f"{HEAD}\n单位：千元,,\n{ROW}\n", 450_000_000),
    (f"{HEAD}\n,,单位：千元\n{ROW}\n", 450_000_000),
    (f"{HEAD}\n{ROW}\n本表金额以千元为单位。,,\n", 450_000_000),
    (f"{HEAD}/元\n{ROW}\n", 450_000),
    (f"{HEAD} 万元人民币\n{ROW}\n", 4_500_000_000),
    (f"{HEAD}2026年10月末（元）\n{ROW}\n", 450_000),
    (f"{HEAD}（折人民币，元）\n{ROW}\n", 450_000),
]


@pytest.mark.parametrize(("text", "fen"), UNITS)
def test_a_unit_counts_in_a_merged_title_in_other_characters_below_the_headings_and_in_a_footer(text: str, fen: int) -> None:
    found = sheet(text)
    assert (balances(found), found.doubts) == ([fen], ())


def test_a_unit_above_the_table_and_another_below_a_heading_are_asked_about() -> None:
    assert said(sheet(f"单位：元,,\n{HEAD}\n,,万元\n{ROW}\n")) == [("A1", "around_units")]


@pytest.mark.parametrize("line", ["單位：新臺幣仟元", "单位：港币万元", "币种：韩元"])
def test_foreign_money_is_known_with_a_scale_behind_it_and_in_other_characters(line: str) -> None:
    assert said(sheet(f"{line},,\n{HEAD}\n{ROW}\n")) == [("A1", "around_foreign")]


@pytest.mark.parametrize("word", ["RMB", "人民币", "¥", "折人民币", "（人民币）", "币种：人民币"])
def test_the_currency_alone_is_no_unit(word: str) -> None:
    assert (around.renminbi(word), around.unit(word)) == (True, "")


def test_two_days_around_balances_without_a_day_are_asked_about_and_a_typed_day_asks_nothing() -> None:
    above = "数据截至2026年10月31日,,\n报表日期：2026-11-30,,\n"
    assert said(sheet(f"{above}客户,账户,时点余额（元）\nK1,A1,10\n", "balances")) == [("A1", "around_days")]
    assert said(sheet(f"{above}客户,日期,时点余额（元）\nK1,2026-09-30,10\n", "balances")) == []


@pytest.mark.parametrize("line", ["截至2026年10月末", "数据时点：2026年10月底", "报表日期,2026年10月31日"])
def test_the_end_of_a_month_is_its_last_day_above_or_below_the_table(line: str) -> None:
    comma = "" if "," in line else ","
    for text in (f"{line}{comma}\n客户,时点余额（元）\nK1,10\n", f"客户,时点余额（元）\nK1,10\n{line}{comma}\n"):
        days = [cells.cells["balances", "as_of"] for cells in sheet(text, "balances").lines]
        assert date(2026, 10, 31) in days
        if not comma:
            break
        assert len(days) == 1, "the line below the table is a balance of nobody"


# --- B2: a line whose cells may stand under the wrong headings


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('J2,K1,流贷,2027-01-05,500,"没有关上的引号', "line_quotes"),
        ("J2,K1,流贷,2027-01-05,1,010.00,续做", "line_longer"),
        ("J2,K1,2027-01-05,500", "line_shorter"),
    ],
)
def test_a_damaged_line_in_the_middle_costs_only_itself(line: str, code: str) -> None:
    head = "借据号,客户,产品,到期日,贷款余额,备注"
    found = sheet(f"{head}\nJ1,K1,流贷,2027-01-05,300,好\n{line}\nJ3,K1,流贷,2027-01-05,200,好\n")
    assert [line.cells["loans", "id"] for line in found.lines] == ["J1", "J3"]
    assert [(issue.code, issue.values["line"]) for _, issue in found.damaged] == [(code, "3")]


def test_a_company_with_an_unquoted_comma_in_its_name_is_refused_with_both_counts() -> None:
    found = sheet("客户编号,客户名称,客户等级\nKH1,Acme Co., Ltd.,重点\nKH2,乙公司,一般\n", "customers")
    [(_, issue)] = found.damaged
    assert (issue.values["found"], issue.values["expected"]) == ("4", "3")


# --- B9, B12, B17: encodings, cell by cell

NAMES = "客户编号,客户名称,客户等级\nKH1,喆𠮷塱商贸有限公司,重点\nKH2,雲瀾龘龖實業,一般\nKH3,望川朗禾商贸有限公司,一般\n"


def names(found: Sheet) -> list[object]:
    return [line.cells.get(("customers", "name")) for line in found.lines]


def test_rare_traditional_and_four_byte_characters_are_read_in_gb18030() -> None:
    assert names(sheet(NAMES.encode("gb18030"), "customers")) == ["喆𠮷塱商贸有限公司", "雲瀾龘龖實業", "望川朗禾商贸有限公司"]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_a_byte_that_is_lost_or_wrong_costs_its_line_and_names_it(encoding: str) -> None:
    data, word = NAMES.encode(encoding), "望川".encode(encoding)
    for broken in (data.replace(word, word[1:]), data.replace(word, b"\xff" + word[1:])):
        found = sheet(broken, "customers")
        assert names(found) == ["喆𠮷塱商贸有限公司", "雲瀾龘龖實業"]
        assert [(issue.code, issue.values["line"], issue.column) for _, issue in found.damaged] == [("line_bytes", "4", "name")]


def test_characters_of_2022_in_two_bytes_are_the_ones_of_the_standard() -> None:
    data = b"".join(["客户编号,客户名称,客户等级\nKH1,云澜".encode("gbk"), b"\xfe\x59\xfe\x61", "公司,重点\n".encode("gbk")])
    assert names(sheet(data, "customers")) == ["云澜\u9fb4\u9fb5公司"]


# --- B10, B11: wrappers and delimiters


def test_wrapped_numbers_are_unwrapped_beside_plain_ones() -> None:
    found = sheet('客户编号,客户名称,统一社会信用代码\n"=""0012""",甲,"=""91990000DEM000006A"""\n="0013",="乙公司",\n', "customers")
    assert [line.cells["customers", "id"] for line in found.lines] == ["0012", "0013"]
    assert names(found) == ["甲", "乙公司"]
    assert found.lines[0].cells["customers", "uscc"] == "91990000DEM000006A"


@pytest.mark.parametrize("mark", ["，", "；", "｜", "^", "、"])
def test_a_delimiter_of_full_width_is_found_by_the_headings(mark: str) -> None:
    found = sheet("客户编号,客户名称,客户等级\nKH1,甲公司,重点\n".replace(",", mark), "customers")
    assert names(found) == ["甲公司"]


@pytest.mark.parametrize("note", ["a、b、c、d、e", "a|b|c|d|e", "a；b；c；d；e", "a^b^c^d"])
def test_signs_within_a_cell_do_not_become_the_delimiter(note: str) -> None:
    found = sheet(f"客户编号,客户名称,备注\nKH1,甲公司,{note}\n", "customers")
    assert found.lines[0].cells["customers", "note"] == note


def test_a_title_full_of_commas_does_not_decide_for_a_table_with_tabs() -> None:
    found = sheet("望川支行,对公,客户,台账,2026,年,11月\n客户编号\t客户名称\t客户等级\nKH1\t甲公司\t重点\n", "customers")
    assert names(found) == ["甲公司"]


# --- B22: the words banks write


@pytest.mark.parametrize(("cell", "fen"), [("(¥1.20)", -120), ("-￥1.20", -120), ("（1,200.00）", -120_000), ("RMB 1,200.00", 120_000)])
def test_accounting_figures_are_read_in_every_order_of_their_signs(cell: str, fen: int) -> None:
    found = sheet(f'借据号,合同号,贷款余额（元）\nJ1,H1,"{cell}"\n')
    assert balances(found) == [fen]


def test_an_accounting_nought_says_that_it_is_a_dash() -> None:
    [issue] = sheet("借据号,合同号,贷款余额（元）\nJ1,H1,¥ -\n").issues
    assert issue.code == "number_dash"


# --- K12: headings

HEADINGS = [
    ("ratings", "評級到期日（年月日）", "expires_on"), ("ratings", "评级到期日期", "expires_on"), ("ratings", "信用评级到期时间", "expires_on"),
    ("ratings", "【评级到期日】", "expires_on"), ("ratings", "Ⅱ.评级到期日", "expires_on"), ("ratings", "评级", "grade"),
    ("loans", "貸款餘額〔萬元〕", "balance"), ("loans", "贷款余额2026年10月末", "balance"), ("credit_lines", "授信金額（萬元）", "amount"),
    ("customers", "統一社會信用代碼/組織機構代碼", "uscc"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "heading", "key"), HEADINGS)
def test_a_heading_is_found_with_other_endings_days_brackets_and_second_names(table: str, heading: str, key: str) -> None:
    found = headings.find(headings.words(TABLES[table]), TABLES, table, [["note", heading]])
    assert found is not None
    assert [h.target[1] for h in found.headings][1:] == [key]


@pytest.mark.parametrize(("table", "heading"), [("ratings", "评级到期日（旧）"), ("loans", "合同到期日"), ("loans", "到期日（原）")])
def test_a_deadline_of_something_else_is_asked_about_and_not_taken(table: str, heading: str) -> None:
    found = sheet(f"id,customer,{heading}\nR1,K1,2027-01-05\n", table)
    assert said(found) == [("C1", "header_asked")]
    assert not {"expires_on", "matures_on"} & {key for _, key in found.where}


def test_a_second_name_behind_a_stroke_is_no_unit_and_two_different_things_are_none() -> None:
    found = sheet("客户编号,客户名称,客户等级/主办行\nK1,甲,重点\n", "customers")
    assert [issue.code for issue in found.header.issues] == ["column_unknown"]
    assert balances(sheet("借据号,合同号,贷款余额/元\nJ1,H1,10\n")) == [1_000]


def test_a_heading_that_says_approver_is_found_beside_an_old_one() -> None:
    found = sheet("评级编号,客户,有权审批行（旧）,有权审批行\nR1,K1,区分行,总行\n", "ratings")
    assert found.lines[0].cells["ratings", "approver"] == "总行"


# --- K13: plausible ranges by column


@pytest.mark.parametrize("cell", ["1899-12-31", "1970-01-01", "19000101", "9999-12-31", "2099-12-31", "2100-12-31", "20991231"])
@pytest.mark.parametrize(("table", "column"), [("ratings", "expires_on"), ("loans", "matures_on"), ("credit_lines", "expires_on")])
def test_a_day_that_stands_for_none_or_for_never_is_no_deadline(table: str, column: str, cell: str) -> None:
    kind = TABLES[table].column(column)
    assert kind is not None
    reading = read_cell(kind, cell)
    assert reading.value is None
    assert reading.code in ("date_zero", "date_too_early", "date_too_late", "date_far")
    assert list(plainly.column_of(kind, [cell])[0]) == [None]


def test_a_long_loan_and_an_old_company_keep_their_days() -> None:
    matures, founded = TABLES["loans"].column("matures_on"), TABLES["customers"].column("founded_on")
    assert matures is not None
    assert founded is not None
    assert read_cell(matures, "2056-06-30").value == date(2056, 6, 30)
    assert read_cell(founded, "1949-10-01").value == date(1949, 10, 1)


CODES = [
    "91990000dem000006a",
    "９１９９００００ＤＥＭ０００００６Ａ",
    "91990000-DEM0000-06A",
    "91990000‑DEM000006A",
    "91 9900 00DEM000006A",
]


@pytest.mark.parametrize("cell", CODES)
def test_a_credit_code_is_read_in_small_letters_full_width_and_groups(cell: str) -> None:
    kind = TABLES["customers"].column("uscc")
    assert kind is not None
    assert read_cell(kind, cell).value == "91990000DEM000006A"


@pytest.mark.parametrize("cell", ["111111111111111111", "123456789012345678", "91000000000000000X"])
def test_a_credit_code_typed_to_be_done_with_is_no_code(cell: str) -> None:
    kind = TABLES["customers"].column("uscc")
    assert kind is not None
    assert read_cell(kind, cell).code == "uscc_filler"
    assert list(plainly.column_of(kind, [cell])[0]) == [None]


@pytest.mark.parametrize("cell", ["1 234.56", "1\u00a0234.56", "1\u202f234.56", "1\u3000234.56", "1'234.56", "１，２３４．５６"])
def test_groups_of_three_by_any_space_or_mark(cell: str) -> None:
    assert balances(sheet(f'借据号,合同号,贷款余额（元）\nJ1,H1,"{cell}"\n')) == [123_456]


def test_a_long_text_beneath_the_headings_is_not_asked_about_letter_by_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first rows are all tried as headings, with the minutes that stand in them."""
    asked: list[str] = []
    bare = headings.bare
    monkeypatch.setattr(headings, "bare", lambda text: asked.append(text) or bare(text))
    counts = []
    for length in (100, 10_000):
        asked.clear()
        sheet(f"客户编号,客户名称,备注\nKH1,甲公司,{'谈了资金安排' * length}\n", "customers")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_line_of_nothing_but_labels_is_read_once_and_not_anew_behind_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """金额单位： a hundred times over, above a table: each label speaks of what stands up to the next."""
    asked: list[str] = []
    unit = around.unit
    monkeypatch.setattr(around, "unit", lambda text: asked.append(text) or unit(text))
    counts = []
    for length in (100, 400):
        asked.clear()
        assert around.look([["单位：万元、" * length]], [0]).units == (around.Said("万元", 0, 0, "单位：万元、" * length),)
        counts.append(sum(map(len, asked)))
    assert counts[1] < 5 * counts[0]
