"""What the three letters say, and what they refuse to leave blank."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from documents import fields, interest
from documents.fields import LINE, LOAN, RATING, Paper
from sheets.tables import TABLES
from texts import words

TODAY = date(2026, 11, 30)
CUSTOMER = {"id": "C1", "name": "启岚机械有限公司", "uscc": "91110000600037341L", "industry": "C", "size": "medium", "owner": "CM1"}
RATED = {"id": "R1", "grade": "AA", "model": "medium", "effective_on": date(2026, 2, 1), "expires_on": date(2027, 1, 31),
         "authority": "tier1", "credit_officer": "CR1"}  # fmt: skip
GRANTED = {"id": "L1", "amount": 5_000_000_000, "used": 3_200_000_000, "effective_on": date(2026, 2, 1), "expires_on": date(2027, 1, 31),
           "authority": "tier2", "credit_officer": "CR1", "kind": "general"}  # fmt: skip
LENT = {"id": "J1", "contract_no": "HT-1", "product": "working_capital", "drawn_on": date(2025, 12, 31), "matures_on": date(2026, 12, 31),
        "amount": 2_000_000_000, "balance": 2_000_000_000, "rate": 34_500, "interest_cycle": "quarterly", "interest_day": 20,
        "account": "A1"}  # fmt: skip
RECORDS: dict[str, dict[str, Any]] = {RATING: RATED, LINE: GRANTED, LOAN: LENT}


def paper(kind: str, **record: Any) -> Paper:
    return Paper(
        kind, TABLES, {**RECORDS[kind], **record}, CUSTOMER, {"name": "陈静", "phone": "010-88880001"}, {"name": "韩梅"}, {"name": "韩梅"},
        "测试支行", TODAY, account={"number": "6222000011111234"} if kind == LOAN else {}, materials=["营业执照"],
        opens_on=date(2026, 12, 2), submit_by=date(2027, 1, 15), renew_by=date(2026, 12, 16),
    )  # fmt: skip


def test_the_rating_notice_says_what_expires_when_and_what_is_to_be_done() -> None:
    said = fields.values(paper(RATING))
    wanted = {"customer_name": "启岚机械有限公司", "grade": "AA", "model": "中型企业", "expires_on": "2027年1月31日", "days_left": "62",
              "authority": "区分行", "approver": "区分行", "opens_on": "2026年12月2日", "submit_by": "2027年1月15日", "manager": "陈静",
              "officer": "韩梅", "industry": "制造业", "size": "中型", "today": "2026年11月30日"}  # fmt: skip
    assert {key: said[key] for key in wanted} == wanted
    assert fields.lacking(paper(RATING)) == []
    assert fields.values(paper(RATING, approver="某区分行授信部"))["approver"] == "某区分行授信部"


def test_the_line_notice_says_the_amounts_and_lists_the_papers() -> None:
    said = fields.values(paper(LINE))
    wanted = {"line_no": "L1", "amount": "5000.00", "used": "3200.00", "amount_words": "伍仟万元整", "currency": "人民币",
              "submit_by": "2027年1月15日", "materials": ["营业执照"]}  # fmt: skip
    assert {key: said[key] for key in wanted} == wanted


def test_the_loan_notice_says_balance_interest_and_account() -> None:
    said = fields.values(paper(LOAN))
    wanted = {"balance": "20,000,000.00", "balance_words": "贰仟万元整", "matures_on": "2026年12月31日", "rate": "3.45%",
              "interest_days": "10", "interest_from": "2026年12月21日", "interest": "19,166.67", "interest_basis": "实际天数/360",
              "account": "1234", "manager_phone": "010-88880001", "renew_by": "2026年12月16日"}  # fmt: skip
    assert {key: said[key] for key in wanted} == wanted
    assert "6222" not in str(said)


@pytest.mark.parametrize(
    ("cells", "since", "days"),
    [
        ({}, date(2026, 12, 21), 10),
        ({"interest_cycle": "monthly", "matures_on": date(2026, 12, 20)}, date(2026, 11, 21), 29),
        ({"interest_cycle": "quarterly", "matures_on": date(2026, 12, 20)}, date(2026, 9, 21), 90),
        ({"interest_cycle": "monthly", "interest_day": 31, "matures_on": date(2027, 3, 15)}, date(2027, 3, 1), 14),
        ({"interest_cycle": "at_maturity"}, date(2025, 12, 31), 365),
        ({"drawn_on": date(2026, 12, 25)}, date(2026, 12, 25), 6),
    ],
    ids=["since the last quarter", "on an interest day", "a whole quarter", "the end of February", "at maturity", "drawn since"],
)
def test_interest_runs_from_the_day_after_it_was_last_settled(cells: dict[str, Any], since: date, days: int) -> None:
    found = interest.accrued({**LENT, **cells})
    assert found is not None
    assert (found.since, found.days) == (since, days)
    assert found.fen == round(2_000_000_000 * 0.0345 * days / 360)


MISSING = [
    (RATING, "expires_on", "「有效截止日」"), (RATING, "authority", "「审批权限」"), (RATING, "grade", "「信用等级」"), (LINE, "amount", "「额度」"),
    (LINE, "used", "「已用额度」"), (LINE, "authority", "「审批权限」"), (LOAN, "contract_no", "「合同号」"), (LOAN, "matures_on", "「到期日」"),
    (LOAN, "balance", "「贷款余额」"), (LOAN, "rate", "「利率」"), (LOAN, "interest_cycle", "「结息方式」"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "column", "label"), MISSING)
def test_what_is_missing_is_listed_by_its_label(kind: str, column: str, label: str) -> None:
    lacks = fields.lacking(paper(kind, **{column: None}))
    assert [one.label(TABLES, "zh") for one in lacks] == [TABLES[fields.TABLE[kind]].zh + label]
    assert TABLES[fields.TABLE[kind]][column].en in "".join(one.label(TABLES, "en") for one in lacks)


def test_people_accounts_and_days_that_are_missing_are_listed_too() -> None:
    bare = replace(paper(LOAN), manager={"name": "陈静"}, account={})
    assert [one.label(TABLES, "zh") for one in fields.lacking(bare)] == ["人员「电话」", "贷款「扣息账户」"]
    dayless = replace(paper(RATING), submit_by=None, opens_on=None, officer={})
    assert [one.label(TABLES, "zh") for one in fields.lacking(dayless)] == ["评级「信贷经理」", "应上报日", "可发起日"]


def test_a_line_that_ends_needs_no_day_of_submission_and_a_contract_may_settle_interest_itself() -> None:
    assert fields.lacking(replace(paper(LINE, intention="exit"), submit_by=None)) == []
    own = paper(LOAN, interest_cycle="custom")
    assert (fields.lacking(own), fields.values(own)["interest"]) == ([], "")


def test_a_cell_with_line_breaks_or_unprintable_signs_is_one_line() -> None:
    odd = replace(paper(RATING), customer={**CUSTOMER, "name": "启岚\r\n机械\u2028有限\x00公司\ud800 "})
    assert fields.values(odd)["customer_name"] == "启岚 机械 有限 公司"
    blank = replace(paper(RATING), customer={**CUSTOMER, "name": " \n\u3000"})
    assert [one.column for one in fields.lacking(blank)] == ["name"]


@pytest.mark.parametrize("kind", [RATING, LINE, LOAN])
def test_every_field_has_a_name_that_a_template_can_use(kind: str) -> None:
    names = [words("zh")[f"letter.field.{one}"] for one in (*fields.values(paper(kind)), "number", "version")]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() for name in names)
