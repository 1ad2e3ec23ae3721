"""A line that is crossed: when it fires, who owes it by how much it is, who has signed, and what takes it back."""

from __future__ import annotations

from datetime import date

import pytest

from rules import days as d
from rules import due
from rules.ledgers import NO_TERMS, Ledgers, Terms
from tests.rules.stories.files import BANK, PLAN, SHARE
from tests.rules.stories.money import ACCOUNT, PAY, SIGNED
from tests.rules.tables import CALENDAR, at, branch, explain, scheme, told

ON = "2026-10-10"


def crossed(rule: str, day: str, terms: Terms = NO_TERMS, cells: dict[str, str] | None = None, **ledgers: str) -> list[str]:
    """ "row due state roles" of each obligation of one rule."""
    found = due.evaluate(Ledgers(branch(**ledgers), at(day), terms=terms), scheme(rule, **(cells or {})), CALENDAR)
    assert found.issues == []
    rows = found.dues.sort_values("row", kind="stable")
    return [
        f"{row} {on:%m-%d} {state} {who}"
        for row, on, state, who in zip(rows["row"], rows["due"], rows["state"], rows["roles"], strict=True)
    ]


def payments(*amounts: str, kind: str = "company") -> str:
    """One a day, from the 10th of October on."""
    return "\n".join([PAY, *(f"E{n}|KH1|2026-10-{10 + n}|{one}|禾川贸易|{kind}|own|||yes" for n, one in enumerate(amounts))])


@pytest.mark.parametrize(
    ("where", "amount", "fires"),
    [
        ("amount>=200", "199.99", False), ("amount>=200", "200", True), ("amount>200", "200", False), ("amount>200", "200.01", True),
        ("amount<200", "200", False), ("amount<200", "199.99", True), ("amount<=200", "200", True), ("amount<=200", "200.01", False),
        ("amount>=200", "", False), ("amount<200", "", False),
        ("day_amount>=200", "199.99", False), ("day_amount>=200", "200", True), ("day_amount>200", "200", False), ("day_amount<200", "200", False),
    ],
)  # fmt: skip
def test_a_line_is_crossed_or_it_is_not(where: str, amount: str, fires: bool) -> None:
    assert bool(crossed("R37", ON, cells={"where": where, "bands": ""}, payments=payments(amount))) == fires


def test_whoever_signs_depends_on_the_sum_of_the_day() -> None:
    """Two payments of 300 on one day are 600, and the team leader's; 1,000 are hers still, more is the leader's."""
    rows = f"{payments('300', '499.99', '500', '1000', '1000.01')}\nE9|KH1|2026-10-10|300|沐衡建设|company|own|||yes"
    who = dict(one.split()[::3] for one in crossed("R37", ON, payments=rows))
    assert who == {
        "E0": "team_leader",
        "E9": "team_leader",
        "E1": "customer_manager",
        "E2": "team_leader",
        "E3": "team_leader",
        "E4": "leader",
    }


def test_an_amount_that_is_not_known_is_taken_for_a_large_one() -> None:
    """Its day is known and its customer is not, so the sum of the day cannot be told: it goes to whoever signs the largest."""
    rows = f"{PAY}\nE1||{ON}|300|禾川贸易|company|own|||yes"
    assert crossed("R37", ON, cells={"where": "payee_kind!=same"}, payments=rows) == ["E1 10-10 due_today leader"]


def test_a_payment_signed_in_time_is_met_and_one_signed_afterwards_is_late() -> None:
    row = f"E1|KH1|{ON}|600|禾川贸易|company|own|||yes"
    for signed, state in (("2001|2026-10-09 15:00", "met"), ("2001|2026-10-12 09:00", "met_late"), ("|2026-10-09 15:00", "overdue")):
        assert crossed("R37", "2026-10-13", payments=f"{SIGNED}\n{row}|{signed}") == [f"E1 10-10 {state} team_leader"]


def test_a_day_off_does_not_move_a_payment() -> None:
    assert crossed("R37", "2026-10-03", payments=f"{PAY}\nE1|KH1|2026-10-03|600|禾川贸易|company|own|||yes") == [
        "E1 10-03 due_today team_leader"
    ]


SLOW = {"plans": PLAN, "plan_targets": "id|plan|target|goal\nT1|JH1|fee|100"}


@pytest.mark.parametrize(
    ("amended", "state"),
    [("", "due_today"), ("2026-10-12", "met"), ("2026-10-01", "met"), ("2026-09-30", "due_today"), ("2026-10-21", "due_today")],
    ids=["nobody", "in the quarter", "on its first day", "in the quarter before", "tomorrow"],
)
def test_an_amendment_counts_in_the_quarter_in_which_it_was_made(amended: str, state: str) -> None:
    row = f"X1|JH1|{amended}|progress|推迟" if amended else ""
    found = crossed("R04", "2026-10-20", amendments=f"id|plan|amended_on|reason|explanation\n{row}", **SLOW)
    assert found == [f"JH1 10-20 {state} customer_manager"]


def test_the_next_quarter_asks_again() -> None:
    amended = "id|plan|amended_on|reason|explanation\nX1|JH1|2026-07-08|progress|推迟"
    assert crossed("R04", "2026-07-14", amendments=amended, **SLOW) == ["JH1 07-15 met customer_manager"]
    assert crossed("R04", "2026-10-14", amendments=amended, **SLOW) == ["JH1 10-20 due_soon customer_manager"]


@pytest.mark.parametrize(
    ("ladder", "not_yet", "reached"),
    [(None, "2026-12-23", "2026-12-24"), ("period_end team_leader", "2026-12-30", "2026-12-31")],
    ids=["as shipped", "on the last day of the quarter"],
)
def test_the_team_leader_hears_of_it_before_the_quarter_ends_and_not_on_the_due_day(ladder: str | None, not_yet: str, reached: str) -> None:
    """The customer manager has until the 20th of October; what a quarter leaves unmended is the team leader's at the end of it."""
    rules = scheme("R04", **({"ladder": ladder} if ladder else {}))
    what = branch(**SLOW)
    assert [one for one in told(what, rules, not_yet) if "team_leader" in one] == []
    assert [one for one in told(what, rules, reached) if "team_leader" in one] == [ladder or "D-5wd team_leader"]


def test_fees_that_catch_up_take_the_alert_away() -> None:
    assert crossed("R41", "2026-10-20", **SLOW) != []
    fees = "id|customer|on|product|charged|received\nZ1|KH1|2026-10-19|代发|70|70"
    assert crossed("R41", "2026-10-20", fees=fees, **SLOW) == []


def test_a_share_that_is_not_known_is_no_share_of_nothing() -> None:
    """Neither the ledger of shares nor the file says anything: that is not less than half."""
    assert crossed("R40o", "2026-10-27", customers=BANK + "ours") == []
    assert crossed("R40e", "2026-10-27", customers=BANK + "other") == []
    assert crossed("R40o", "2026-10-27", customers=BANK + "ours", shares=f"{SHARE}\nS1|KH1|2026-09-30|deposit|0|70") != []
    assert crossed("R40o", "2026-10-27", customers=BANK + "ours", shares=f"{SHARE}\nS1|KH1|2026-09-30|deposit|50|50") == []


def test_an_ordinary_customer_is_held_to_no_share() -> None:
    normal = (BANK + "ours").replace("| key |", "| normal |")
    assert crossed("R40o", "2026-10-27", customers=normal, shares=f"{SHARE}\nS1|KH1|2026-09-30|deposit|1|99") == []


def test_what_was_paid_before_the_branch_began_is_not_gone_through_again() -> None:
    rows = payments("600", "600")
    began = Terms(live_since=d.one(date(2026, 10, 11)))
    assert crossed("R37", "2026-11-26", began, payments=rows) == ["E1 10-11 overdue team_leader"]


def test_a_branch_that_begins_in_a_quarter_has_as_long_for_it_from_its_first_day() -> None:
    began = Terms(live_since=d.one(date(2026, 11, 23)))
    assert crossed("R04", "2026-11-26", began, **SLOW) == ["JH1 12-07 planned customer_manager"]


def test_money_that_leaves_at_once_is_told_of_each_payment_that_takes_it_over_the_line() -> None:
    rows = payments("30", "30", "30")
    found = crossed("R37o", ON, accounts=ACCOUNT + "no|100", payments=rows)
    assert [one.split()[0] for one in found] == ["E1", "E2"]


@pytest.mark.parametrize(("lang", "words"), [("zh", "填写「审核时间」后消除。情况恢复（不再符合上述条件）后也会消除。"),
                                             ("en", "It goes away when “Signed at” is filled in. It also goes away once the condition above no longer holds.")])  # fmt: skip
def test_the_card_says_both_ways_in_which_it_ends(lang: str, words: str) -> None:
    card = explain(branch(payments=payments("600")), scheme("R37"), "R37", "E0", ON, lang)  # type: ignore[arg-type]
    assert words in str(card)
