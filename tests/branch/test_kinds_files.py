"""More cases of faults that files have brought, each of a kind that was mended: what an import makes of them.

Every import is previewed first and must do what was told (`tests.branch.exchanging`). What the reader alone answers
stands in tests/sheets/files/test_kinds.py.
"""

from __future__ import annotations

import csv
import io
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from branch import exports
from branch.branch import Branch
from branch.exchange import import_file, refused
from branch.people import SYSTEM
from sheets.files import out
from sheets.files.reading import Unreadable
from sheets.schema import Edit
from sheets.tables import TABLES
from tests.branch.exchanging import NOW, Small, Someone, codes, counts, taker


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store is set up once; every test gets a copy of it."""
    folder = tmp_path_factory.mktemp("made")
    Small(folder).store.close()
    return folder


@pytest.fixture
def small(made: Path, tmp_path: Path) -> Small:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return Small(tmp_path)


@pytest.fixture
def take(small: Small, tmp_path: Path) -> Any:
    return taker(small, tmp_path)


# --- B1: a currency without a unit

LOANS = "借据号,客户,到期日,贷款余额"


def test_a_currency_without_a_unit_is_asked_about_until_the_ledger_can_vouch_for_it(small: Small, take: Any) -> None:
    """贷款余额（人民币） may be yuan or 万元: the heading does not say, and an empty ledger has nothing to compare with."""
    for text in (f"{LOANS}（人民币）\nJ1,K1,2027-01-05,4500000\n", f"币种：人民币,,,\n{LOANS}\nJ1,K1,2027-01-05,4500000\n"):
        result = take("loans", text)
        assert counts(result) == (1, 0, 0, 0, 0, 1)
        assert codes(result)[0][1] == "unit_unsaid"
        assert refused(result)
    assert "4,500,000.00万元" in result["issues"][0]["message"]
    assert small.store.version() == 0
    take("loans", f"{LOANS}(万元)\nJ1,K1,2027-01-05,450\n")
    assert counts(take("loans", f"{LOANS}(RMB)\nJ2,K1,2027-01-05,300\n")) == (1, 1, 0, 0, 0, 0)
    doubted = take("loans", f"{LOANS}(RMB)\nJ3,K1,2027-01-05,3000000\n")
    assert codes(doubted)[0] == ("D1", "unit_doubtful")


def test_a_currency_without_a_unit_asks_nothing_where_the_cells_or_the_lines_around_say_one(take: Any) -> None:
    assert counts(take("loans", f"{LOANS}（人民币）\nJ1,K1,2027-01-05,450万元\n")) == (1, 1, 0, 0, 0, 0)
    assert counts(take("loans", f"币种：人民币 单位：元,,,\n{LOANS}\nJ2,K1,2027-01-05,4500000\n")) == (1, 1, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("table", "heads", "line", "median", "usual"),
    [
        ("loans", LOANS, "J1,K1,2027-01-05,{}", ("50000000", "50,000,000.00万元"), ("450", "100,000.00万元")),
        ("balances", "客户,日期,时点余额", "K1,2026-10-31,{}", ("300000", "300,000.00万元"), ("300", "20,000.00万元")),
        ("fees", "客户,日期,应收", "K1,2026-10-31,{}", ("5200", "5,200.00万元"), ("0.52", "1,000.00万元")),
        (
            "customers",
            "客户编号,客户名称,营业收入",
            "K7,煦禾测试有限公司,{}",
            ("80000000", "80,000,000.00万元"),
            ("800000", "1,000,000.00万元"),
        ),
    ],
)
def test_amounts_beyond_what_is_usual_in_their_column_are_asked_about_while_the_ledger_is_empty(
    small: Small, take: Any, table: str, heads: str, line: str, median: tuple[str, str], usual: tuple[str, str]
) -> None:
    """A file in yuan without a unit, a currency or anything in the ledger: 50,000,000 would be 5,000亿."""
    before = small.store.version()
    result = take(table, f"{heads}\n{line.format(median[0])}\n")
    assert ("unit_unusual", 1) in {(code, counts(result)[-1]) for _, code in codes(result)}
    assert refused(result)
    assert median[1] in result["issues"][0]["message"]
    assert usual[1] in result["issues"][0]["message"]
    assert small.store.version() == before
    assert "unit_unusual" not in {code for _, code in codes(take(table, f"{heads}\n{line.format(usual[0])}\n"))}


def test_amounts_beyond_the_usual_are_taken_where_a_unit_is_written_or_the_file_is_of_our_own_export(take: Any) -> None:
    assert counts(take("loans", f"{LOANS}(万元)\nJ1,K1,2027-01-05,200000\n")) == (1, 1, 0, 0, 0, 0)


def test_keys_as_headings_are_of_our_own_export_whose_amounts_are_in_wan(take: Any) -> None:
    assert counts(take("loans", "id,customer,matures_on,balance\nJ1,K1,2027-01-05,200000\n")) == (1, 1, 0, 0, 0, 0)


def test_two_days_around_balances_take_nothing_and_say_both_places(small: Small, take: Any) -> None:
    result = take("balances", "数据截至2026年10月31日,\n报表日期：2026-11-30,\n客户,时点余额（元）\nK1,10\n")
    assert (codes(result)[0], counts(result)[-1]) == (("A1", "around_days"), 1)
    assert "A2" in result["issues"][0]["message"]
    assert small.store.version() == 0


def test_a_web_page_named_as_a_workbook_is_refused_with_a_sentence(small: Small, take: Any) -> None:
    """Bank systems save reports as .xls that are web pages; nothing of one is guessed."""
    page = f"<html><table><tr><td>单位：元</td></tr><tr><td>{LOANS.replace(',', '</td><td>')}</td></tr></table></html>"
    with pytest.raises(Unreadable, match=r"网页"):
        take("loans", page)
    assert small.store.version() == 0


# --- B2: structural damage, through the whole import


def test_lines_with_a_comma_or_a_quote_too_many_are_refused_and_the_rest_is_taken(small: Small, take: Any) -> None:
    text = f'{LOANS},备注\nJ1,K1,2027-01-05,1,010.00,续\nJ2,K1,2027-01-05,500,"好\nJ3,K1,2027-01-05,300,好\n'
    result = take("loans", text)
    assert counts(result) == (3, 1, 0, 0, 0, 2)
    assert [told for told in codes(result) if told[1].startswith("line_")] == [("A2", "line_longer"), ("A3", "line_quotes")]
    assert list(small.book().frame("loans")["id"]) == ["J3"]


# --- B8: footers

FEET = """说明,本表每月更新,,
本页小计,,,
合计,2户,,
制表人：张三,复核：李四,审核：王五,
数据来源：信贷系统,,,
第 1 页 / 共 3 页,,,
— 完 —,,,
2026年11月23日,,,
（此页无正文）,,,
制表单位：望川支行,制表日期：2026-11-23,,
E N D,,,
"""


def test_no_foot_of_a_report_becomes_a_customer(small: Small, take: Any) -> None:
    result = take("customers", f"客户编号,客户名称,客户等级,管户日期\nKH1,煦禾一号有限公司,重点,2026-01-05\n{FEET}")
    assert counts(result) == (1, 1, 0, 0, 0, 0)
    assert list(small.book().frame("customers")["name"]) == ["煦禾一号有限公司"]
    aside = {cell for cell, code in codes(result, warnings=True) if code in ("row_note", "row_totals")}
    assert aside == {f"A{row}" for row in range(3, 3 + len(FEET.splitlines()))}


def test_no_foot_becomes_a_visit_and_none_a_loan(small: Small, take: Any) -> None:
    take("visits", "客户,访问类型,访问方式,访问日期\nK1,常规,电话,2026-11-05\n合计：,,,\n打印日期：2026-11-23,,,\n数据来源：信贷系统,,,\n")
    take("loans", f"{LOANS}\nJ1,K1,2027-01-05,500\n合计,2笔,,800\n,合计,,800\n第1页,,,\n")
    assert (len(small.book().frame("visits")), list(small.book().frame("loans")["id"])) == (1, ["J1"])


def test_a_company_whose_name_begins_like_a_foot_stays_a_customer(small: Small, take: Any) -> None:
    text = "客户编号,客户名称,客户等级\nKH1,合计管理咨询有限公司,重点\nKH2,单位用品有限公司,一般\nKH3,说明书印刷厂,一般\n"
    assert counts(take("customers", text)) == (3, 3, 0, 0, 0, 0)


def test_a_record_of_which_nothing_can_be_read_yet_is_no_foot(small: Small, take: Any) -> None:
    """A number, a customer who is not there yet and a day that is none: told cell by cell, and not lost as a note."""
    result = take("ratings", "评级编号,客户,有效截止日\nR1,还没登记的公司,2027-02-30\n2,张三,制表\n")
    assert {("B2", "ref_unknown"), ("C2", "date_no_such_day")} <= {*codes(result)}
    assert list(small.book().frame("ratings")["id"]) == ["R1"]


# --- B16: one name in two spellings

SPELT = (
    "望川朗禾（集团）公司",
    "望川朗\u3164禾⦅集团⦆公司",
    "望川朗\U000e0100禾〖集团〗公司",
    "望川朗禾【集团】公司\u200e",
    "望川\u034f朗禾 ( 集团 ) 公司",
)


def test_fillers_selectors_and_rare_brackets_hide_no_second_customer(small: Small, take: Any) -> None:
    text = "客户编号,客户名称\n" + "".join(f"D{n},{name}\n" for n, name in enumerate(SPELT))
    assert [code for _, code in codes(take("customers", text), warnings=True)].count("name_taken") == len(SPELT) - 1


def test_a_loan_finds_its_customer_by_another_spelling(small: Small, take: Any) -> None:
    take("customers", f"客户编号,客户名称\nD1,{SPELT[0]}\n")
    take("loans", f"{LOANS}\nJ1,{SPELT[1]},2027-01-05,500\nJ2,{SPELT[2]},2027-01-05,500\n")
    assert list(small.book().frame("loans")["customer"]) == ["D1", "D1"]


# --- B24: a preview says what the import does


@pytest.mark.parametrize(
    ("table", "text"),
    [
        (
            "customers",
            "客户编号,客户名称,评级到期日,存款余额(元)\nKH1,甲公司,2027-01-05,100\nKH1,乙公司,2027-01-06,200\n,丙公司,二月三十,abc\n",
        ),
        ("loans", f"{LOANS}\nJ1,K1,2027-01-05,500\n,K1,2027-01-05,1,000\n合计,,,1500\nJ2,K1,2099-12-31,300\n"),
    ],
)
def test_a_preview_of_doubles_broken_lines_and_new_numbers_comes_true(take: Any, table: str, text: str) -> None:
    """The fixture compares the two documents; here that rows are both taken and refused."""
    result = take(table, text)
    assert result["added"]
    assert result["refused"]


# --- K11: revisions


def test_a_revision_of_another_form_never_overwrites(small: Small, take: Any) -> None:
    revs = ("0x1", "二", "1e9", "1，000", "-0", "true")
    rows = "".join(f"KH{n},第{n}公司,重点\n" for n in range(len(revs) + 1))
    take("customers", f"客户编号,客户名称,客户等级\n{rows}")
    typed = "".join(f"KH{n},一般,{rev}\n" for n, rev in enumerate((*revs, "1")))
    result = take("customers", f"客户编号,客户等级,修订号\n{typed}")
    assert counts(result) == (7, 0, 1, 0, 6, 0)
    assert [cell for cell, code in codes(result) if code == "conflict_unseen"] == [f"B{n}" for n in range(2, 8)]
    assert list(small.book().frame("customers")["tier"]) == ["key"] * 6 + ["normal"]


def test_a_blank_revision_beside_readable_ones_overwrites_nothing_either(small: Small, take: Any) -> None:
    take("customers", "客户编号,客户名称,客户等级\nKH1,甲公司,重点\nKH2,乙公司,一般\n")
    result = take("customers", "id,tier,rev\nKH1,一般,\nKH2,重点,abc\n")
    assert counts(result) == (2, 0, 0, 0, 2, 0)
    assert small.store.version() == 1


# --- K13: deadlines for ever


def test_an_expiry_that_stands_for_never_is_told_and_never_stored(small: Small, take: Any) -> None:
    take("customers", "客户编号,客户名称\nK1,甲公司\n")
    result = take("ratings", "评级编号,客户,有效截止日\nR1,K1,2099-12-31\nR2,K1,1899-12-31\nR3,K1,2027-01-05\n")
    assert [told for told in codes(result) if told[1].startswith("date_")] == [("C2", "date_far"), ("C3", "date_too_early")]
    told = {issue.row: (issue.code, issue.raw) for issue in small.book().issues if issue.column == "expires_on"}
    assert told == {"R1": ("date_far", "2099-12-31"), "R2": ("date_too_early", "1899-12-31")}
    assert (small.store.row("ratings", "R3") or {})["expires_on"] == date(2027, 1, 5)


# --- K5: out and in again

LEDGER = (
    {"id": "D901", "table": "x_gifts", "act": "ledger", "value_zh": "礼品台账", "value_en": "Gifts"},
    {"id": "D902", "table": "x_gifts", "column": "x_when", "act": "add", "kind": "date", "value_zh": "赠送日期"},
    {"id": "D903", "table": "x_gifts", "column": "x_worth", "act": "add", "kind": "money", "value_zh": "价值", "unit": "元"},
    {"id": "D904", "table": "customers", "column": "x_hobby", "act": "add", "kind": "text", "value_zh": "爱好"},
)


@pytest.mark.parametrize("labels", ["", "zh", "en"])
def test_a_ledger_and_a_column_of_the_branch_come_back_twice_without_a_change(branch: Branch, tmp_path: Path, labels: Any) -> None:
    """By key, and by the headings people read, whatever they type into a text."""
    branch.store.write([Edit("dictionary", row["id"], None, row) for row in LEDGER], "ADM", "portal", NOW)
    branch.book()
    gifts = [
        Edit("x_gifts", "0012", None, {"x_when": date(2026, 11, 1), "x_worth": 123_456}),
        Edit("x_gifts", "G2", None, {"x_worth": -1}),
        Edit("customers", "C1", branch.store.row("customers", "C1"), {"x_hobby": '=围棋,"象棋"\n\'桥牌；'}),
    ]
    branch.store.write(gifts, "ADM", "portal", NOW)
    exports.export_csv(branch, tmp_path / "out", NOW, SYSTEM, **({"labels": labels} if labels else {}))
    version = branch.store.version()
    for _ in range(2):
        for table, rows in (("x_gifts", 2), ("customers", len(branch.book().frame("customers")))):
            [file] = (tmp_path / "out").glob(f"{table}*.csv")
            back = import_file(branch, table, file, NOW, SYSTEM)
            assert counts(back) == (rows, 0, 0, rows, 0, 0), back["issues"][:3]
    assert branch.store.version() == version


def test_what_went_out_and_is_taken_elsewhere_goes_out_the_same(small: Small, take: Any, made: Path, tmp_path: Path) -> None:
    """Unread cells, leading noughts, quotes and line ends: the second branch writes the very file of the first."""
    take(
        "customers",
        '客户编号,客户名称,备注,成立日期,注册资本(元)\n0012,甲（集团）,"一行\n二行,""引""",二月三十,0.01\n1e5,乙,=1+1,2020-02-29,"1 234.56"\n',
    )
    first = out.of_frame(TABLES["customers"], small.book().frame("customers"), small.book())
    other = Small(Path(shutil.copytree(made, tmp_path / "other")))
    path = tmp_path / "客户.csv"
    path.write_bytes(first)
    for added in (2, 0):
        assert import_file(other, "customers", path, NOW, Someone())["added"] == added
    again = out.of_frame(TABLES["customers"], other.book().frame("customers"), other.book())
    ours, theirs = (list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))) for data in (first, again))
    assert ours == theirs
