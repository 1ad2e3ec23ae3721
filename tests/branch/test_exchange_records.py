"""What a file says around its rows is kept, what is no record is set aside, and what only a person knows is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from branch.exchange import refused
from tests.branch.exchanging import Small, codes, counts, taker


@pytest.fixture
def branch(tmp_path: Path) -> Small:
    return Small(tmp_path)


@pytest.fixture
def take(branch: Small, tmp_path: Path) -> Any:
    return taker(branch, tmp_path)


UNIT_LINE = """贷款到期明细表,,,,,,,
机构：望川支行,,,,,,,单位：元
借据号,客户,产品,发放日,到期日,贷款金额,贷款余额,五级分类
U0001,云澜煦启商贸有限公司,流动资金贷款,2026-03-05,2027-03-05,5000000.00,4500000.00,正常
U0002,望川朗禾商贸有限公司,流动资金贷款,2026.4.1,2027.4.1,"12,000,000.00","12,000,000.00",正常
合计,,,,,17000000.00,16500000.00,
"""


def test_amounts_below_a_line_that_says_yuan_are_yuan(branch: Small, take: Any) -> None:
    result = take("loans", UNIT_LINE)
    assert counts(result) == (2, 2, 0, 0, 0, 0)
    kept = branch.store.row("loans", "U0001")
    assert kept is not None
    assert (kept["amount"], kept["balance"]) == (500_000_000, 450_000_000)


def test_a_line_and_a_heading_that_contradict_each_other_take_nothing_and_say_both_places(branch: Small, take: Any) -> None:
    result = take("loans", UNIT_LINE.replace("贷款余额,", "贷款余额(万元),"))
    assert counts(result) == (2, 0, 0, 0, 0, 2)
    assert refused(result)
    assert codes(result)[0] == ("G3", "around_units")
    assert "H2" in result["issues"][0]["message"]
    assert branch.store.version() == 0


def test_foreign_money_is_never_taken_as_yuan(branch: Small, take: Any) -> None:
    result = take("loans", UNIT_LINE.replace("单位：元", "单位：美元"))
    assert codes(result)[0] == ("H2", "around_foreign")
    assert counts(result)[-1] == 2
    assert branch.store.version() == 0


def test_amounts_a_thousand_times_those_of_the_ledger_are_asked_about_unless_a_unit_is_written(branch: Small, take: Any) -> None:
    head = "借据号,客户,到期日,贷款余额\n"
    take("loans", head + "J1,K1,2027-01-05,500\nJ2,K1,2027-01-06,300\nJ3,K1,2027-01-07,800\n")
    result = take("loans", head + "J4,K1,2027-02-05,5000000\nJ5,K1,2027-02-06,3000000\n")
    assert codes(result)[0] == ("D1", "unit_doubtful")
    assert all(words in result["issues"][0]["message"] for words in ("4,000,000.00万元", "500.00万元"))
    assert counts(result) == (2, 0, 0, 0, 0, 2)
    stated = take("loans", head.replace("余额", "余额(元)") + "J4,K1,2027-02-05,5000000\nJ5,K1,2027-02-06,3000000\n")
    assert counts(stated) == (2, 2, 0, 0, 0, 0)


FOOTER = """客户编号,客户名称,管户客户经理,管户日期
F001,煦禾一号有限公司,83001,2026-01-05
共2户,,,
第1页 共1页,,,
打印人：张煦云,,打印日期：,2026-11-23
以下空白,,,
数据截至2026年10月31日,,,
----------,,,
总户数：2,,,
"""


def test_footers_become_nobody(branch: Small, take: Any) -> None:
    result = take("customers", FOOTER)
    assert counts(result) == (1, 1, 0, 0, 0, 0)
    assert not refused(result)
    assert list(branch.book().frame("customers")["id"]) == ["F001"]
    notes = {cell for cell, code in codes(result, warnings=True) if code in ("row_note", "row_totals")}
    assert {"A3", "A4", "A5", "A6", "A7", "A8", "A9"} <= notes


@pytest.mark.parametrize(
    "foot", ["共2户,,,", "团队一合计,,,800", "制表：王云,,,", "打印人：张煦云,,2026-11-23,", "以下空白,,,", "*****,,,"]
)
def test_a_footer_in_the_column_of_names_becomes_nobody_either(branch: Small, take: Any, foot: str) -> None:
    result = take("customers", f"客户名称,统一社会信用代码,管户日期,注册资本\n甲公司,91990000DEM000006A,2026-01-05,500\n{foot}\n")
    assert counts(result) == (1, 1, 0, 0, 0, 0)
    assert not refused(result)
    assert list(branch.book().frame("customers")["name"]) == ["甲公司"]


@pytest.mark.parametrize("foot", ["户数合计,2,,", "记录数,2,,", "填表日期,2026-11-23,,", "导出时间,2026-11-23 10:00,,"])
def test_a_count_or_a_day_beside_its_label_is_no_name_of_anybody(branch: Small, take: Any, foot: str) -> None:
    result = take("customers", f"客户编号,客户名称,管户客户经理,管户日期\nF001,煦禾一号有限公司,83001,2026-01-05\n{foot}\n")
    assert not refused(result)
    assert list(branch.book().frame("customers")["id"]) == ["F001"]


@pytest.mark.parametrize("text", ["客户名称\n新来的公司\n", "客户名称,主办行\n新来的公司,\n"])
def test_a_new_customer_may_be_a_name_and_nothing_more_in_a_narrow_file(take: Any, text: str) -> None:
    assert counts(take("customers", text)) == (1, 1, 0, 0, 0, 0)


def test_a_row_there_is_found_by_its_name_alone_in_a_wide_file(take: Any) -> None:
    take("customers", "客户编号,客户名称\nKH1,甲公司\n")
    assert counts(take("customers", "客户名称,主办行,客户等级\n甲公司,,\n")) == (1, 0, 0, 1, 0, 0)


def test_data_that_says_of_nobody_whom_it_is_about_is_refused(branch: Small, take: Any) -> None:
    result = take("customers", "客户编号,客户名称,客户等级,主办行\nKH1,甲公司,重点,甲行\nKH2,,重点,甲行\n")
    assert counts(result) == (2, 1, 0, 0, 0, 1)
    assert ("A3", "record_nameless") in codes(result)
    assert refused(result)


def test_a_column_that_may_hold_deadlines_and_that_nobody_knows_is_asked_about(branch: Small, take: Any) -> None:
    result = take("loans", "借据号,客户,到期日,协议终止\nJ1,K1,2027-01-05,2027-06-30\n")
    assert codes(result)[0] == ("D1", "header_asked")
    assert "协议终止" in result["issues"][0]["message"]
    assert refused(result)
    assert branch.store.version() == 0


MERGED = """客户,借据号,产品,发放日,到期日,贷款金额,贷款余额,五级分类
云澜煦启商贸有限公司,U0201,流动资金贷款,2026-03-05,2027-03-05,500,500,正常
,U0202,流动资金贷款,2026-03-05,2026-12-01,300,300,正常
小计,,,,,800,800,
望川朗禾商贸有限公司,U0203,流动资金贷款,2026-03-05,2026-12-02,100,100,正常
"""


def test_a_loan_below_a_merged_customer_is_told_and_belongs_to_nobody(branch: Small, take: Any) -> None:
    result = take("loans", MERGED)
    assert counts(result) == (3, 3, 0, 0, 0, 0)
    assert ("A3", "missing") in codes(result)
    kept = branch.store.row("loans", "U0202")
    assert kept is not None
    assert kept["customer"] is None


DUPLICATES = (
    "望川朗禾商贸有限公司",
    "望川朗\u200b禾商贸有限公司",
    "望川朗\u00ad禾商贸有限公司",
    "望川朗\ufe0f禾商贸有限公司",
    "望川朗\u2061禾商贸有限公司",
)
BRACKETS = ("澄远（示例）有限公司", "澄远(示例)有限公司", "澄远﹙示例﹚有限公司", "澄远〔示例〕有限公司", "澄远［示例］有限公司")


@pytest.mark.parametrize("names", [DUPLICATES, BRACKETS])
def test_names_that_differ_only_in_unseen_signs_or_brackets_are_one_name(take: Any, names: tuple[str, ...]) -> None:
    text = "客户编号,客户名称\n" + "".join(f"D{n},{name}\n" for n, name in enumerate(names))
    assert [code for _, code in codes(take("customers", text), warnings=True)].count("name_taken") == len(names) - 1


def test_a_rating_names_a_customer_with_other_brackets_and_unseen_signs(branch: Small, take: Any) -> None:
    take("customers", "客户编号,客户名称\nD1,澄远（示例）有限公司\n")
    take("ratings", "评级编号,客户,评级到期日\nR1,澄远〔示例〕有限\u00ad公司,2027-01-05\n")
    assert list(branch.book().frame("ratings")["customer"]) == ["D1"]
