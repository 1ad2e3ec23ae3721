"""Why a due is there, in one line of a mail: the sum of its day, the figure it compares, the clause; never an amount."""

from __future__ import annotations

from rules.due import evaluate
from rules.evidence import evidence
from rules.ledgers import Ledgers
from rules.saying import rows
from tests.rules.tables import CALENDAR, at, branch, scheme

RATING = "id | customer | grade | effective_on | expires_on | authority\nP1 | KH1 | AA | 2026-02-01 | 2027-01-31 | tier1"
CHECK = "id | loan | interest_on | checked_on | balance | interest_due\nK1 | J1 | 2026-12-20 | 2026-12-15 | 3 | 10"
LOAN = (
    "id | customer | product | amount | balance | drawn_on | matures_on\nJ1 | KH1 | working_capital | 800 | 800 | 2026-01-04 | 2027-11-03"
)


def said(rule: str, day: str, **ledgers: str) -> list[str]:
    book, rules = branch(**ledgers), scheme(rule)
    look = Ledgers(book, at(day))
    return [evidence(look, rules[0], CALENDAR, due, "zh") for due in rows(evaluate(look, rules, CALENDAR).dues)]


def test_a_deadline_shows_its_sum_how_it_was_rolled_and_its_clause() -> None:
    [one] = said("R27", "2026-11-26", ratings=RATING)
    assert one == "为什么提醒：2027-01-31 − 15天 = 2027-01-16；休息日，提前到 2027-01-15（方案第78条）"


def test_a_line_that_is_crossed_shows_the_percent() -> None:
    [one] = said("R01", "2026-11-26")
    assert "档案完整度" in one
    assert "%" in one


def test_an_amount_stays_in_the_portal() -> None:
    [one] = said("R34b", "2026-12-16", interest_checks=CHECK, loans=LOAN)
    assert "缺口" not in one
    assert "万元" not in one
    assert "2026-12-20" in one


def test_a_rule_of_the_branch_without_a_clause_says_its_sum_alone() -> None:
    book, [rule] = branch(ratings=RATING), scheme("R27", clause="")
    look = Ledgers(book, at("2026-11-26"))
    [due] = rows(evaluate(look, [rule], CALENDAR).dues)
    assert "（" not in evidence(look, rule, CALENDAR, due, "zh")
    assert evidence(look, None, CALENDAR, due, "zh") == ""
