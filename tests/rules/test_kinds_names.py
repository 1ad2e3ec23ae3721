"""More of two kinds: what a due is called on the day before and after, and a blank date under each kind of rule."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from rules import due, rulebook
from rules.ledgers import Ledgers
from rules.rule import DATA, Rule
from sheets.tables import TABLES
from tests.rules.tables import CALENDAR, at, branch, dues, explain, scheme, state
from tests.rules.test_due_names import LINE, LOAN, said

MEASURE = "id | customer | measure | owner | due_on\nM1 | KH1 | 走访 | 1001 | 2026-11-20"
TASK = "id | customer | what | owner | due_on\nT1 | KH1 | 上报材料 | 1001 | 2026-11-20"


@pytest.mark.parametrize(
    ("rule", "ledger", "cells", "on", "before", "after"),
    [
        ("R30e", "credit_lines", LINE + "tier2", ("2027-05-31", "2027-06-01"), "授信即将到期", "授信逾期"),
        ("R10", "measures", MEASURE, ("2026-11-20", "2026-11-21"), "改进措施即将到期", "改进措施逾期"),
        ("R44", "tasks", TASK, ("2026-11-20", "2026-11-21"), "交办事项即将到期", "交办事项逾期"),
    ],
)
def test_a_due_is_about_to_come_on_its_day_and_late_the_day_after(
    rule: str, ledger: str, cells: str, on: tuple[str, str], before: str, after: str
) -> None:
    book = branch(**{ledger: cells})
    assert [said(book, scheme(rule), rule, day).task for day in on] == [before, after]


def test_a_plan_and_a_file_are_missing_only_after_their_day() -> None:
    """The plan of 2026 was owed by Saturday, 31 January: by Monday, 2 February."""
    for day, name in (("2026-02-02", "一户一策制定"), ("2026-02-03", "一户一策逾期未制定")):
        assert said(branch(), scheme("R03"), "R03", day).task == name


def test_a_loan_that_is_repaid_is_not_asked_for_its_renewal() -> None:
    assert state(branch(loans=LOAN + "repay"), scheme("R33r"), "2026-10-15") == []


@pytest.mark.parametrize("plan", ["renew", "extend"])
def test_the_plan_of_a_loan_is_called_the_same_on_the_evidence_card(plan: str) -> None:
    words = {"renew": "无还本续贷", "extend": "展期"}[plan]
    for day in ("2026-10-19", "2026-10-20"):  # the last day, and the day after
        card = explain(branch(loans=LOAN + plan), scheme("R33r"), "R33r", "J1", day)
        assert card["name"] == f"{words}申报"
        assert "收回再贷" not in card["sentence"]


def own(**cells: str) -> list[Rule]:
    """A rule of the branch's own."""
    row = next(row for row in rulebook.shipped() if row["id"] == "R10")
    plain = dict.fromkeys(("where", "done", "date", "lead", "due", "remind", "ladder", "text_zh", "text_en", "roll", "window", "event"), "")
    rules, issues = rulebook.read(pd.DataFrame([row | plain | {"id": "B1", "roles": "customer_manager"} | cells]), TABLES)
    assert issues == []
    return rules


BLANK: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "a threshold on a bank's expiry": (
        {"verb": "threshold", "subject": "other_banks", "where": "balance>=0", "date": "expires_on"},
        {"other_banks": "id | customer | bank | balance | expires_on\nX1 | KH1 | 他行 | 100 | "},
    ),
    "a response to a statement of account": (
        {"verb": "response", "subject": "reconciliations", "date": "issued_on", "due": "5wd", "done": "returned_on"},
        {"reconciliations": "id | customer | account | period | issued_on\nX1 | KH1 | Z1 | 2026Q3 | "},
    ),
    "a deadline of an account": (
        {"verb": "deadline", "subject": "accounts", "date": "expires_on"},
        {"accounts": "id | customer | nature | status | expires_on\nX1 | KH1 | general | normal | "},
    ),
}


@pytest.mark.parametrize("what", BLANK)
def test_a_blank_optional_date_is_owed_under_no_kind_of_rule(what: str) -> None:
    rule, ledgers = BLANK[what]
    assert dues(branch(**ledgers), own(**rule), "2026-11-23").empty


def test_a_record_whose_own_date_is_blank_ends_nothing_and_is_no_fault() -> None:
    """A statement that was received and not entered: the period stays owed, and nobody is told of an unreadable date."""
    statements = "id | customer | period | received_on | entered_on\nB1 | KH1 | 2026Q3 | 2026-10-10 | "
    book = branch(
        customers="id | name | tier | status | flags | owner | team | credit_officer | assigned_on\n"
        "KH1 | 启岚 | key | active | credit | 1001 | T1 | 4001 | 2026-07-01",
        statements=statements,
    )
    found: Any = due.evaluate(Ledgers(book, at("2026-11-23")), scheme("R36q"), CALENDAR).dues
    assert DATA not in set(found["rule"].astype(str))
    assert found.loc[found["occurrence"] == "2026Q3", "state"].astype(str).tolist() == ["overdue"]
