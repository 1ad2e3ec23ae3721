"""Who owes, who is told, what counts, and what is said about it."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from rules import due, rulebook, why
from rules.ladder import People
from sheets.schema import Issue
from sheets.tables import TABLES
from tests.rules.tables import CALENDAR, STAFF, at, branch, dues, explain, scheme, state, told

VISIT = "id|customer|kind|mode|visited_on|participants"
RATING = "id|customer|grade|effective_on|expires_on|authority"
NOV = date(2026, 11, 23)


def test_a_joint_visit_credits_everyone_in_his_own_role_and_only_that_column() -> None:
    book = branch(visits=f"{VISIT}\nV|KH1|routine|onsite|2026-11-20|1001;2001;3001")
    rules = scheme("R11", "R13", "R12", "R16")
    assert state(book, scheme("R11"), "2026-11-23") == ["12-04 planned"]
    assert "11-30 met" in state(book, scheme("R13"), "2026-11-23")
    assert not [s for s in state(book, scheme("R16"), "2026-11-23") if s.endswith("met")]
    assert len(dues(book, rules, "2026-11-23")) == 7


def test_two_copies_of_one_visit_count_once() -> None:
    rows = f"{VISIT}\nV1|KH1|routine|onsite|2026-11-20|3001\nV2|KH1|routine|onsite|2026-11-20|3001"
    assert "12-31 planned" in state(branch(visits=rows), scheme("R15"), "2026-11-23")


def test_a_business_visit_by_phone_counts_in_no_column() -> None:
    book = branch(visits=f"{VISIT}\nV|KH1|business|phone|2026-11-23|1001")
    assert "11-29 due_soon" in state(book, scheme("R12"), "2026-11-23")


def test_a_visit_planned_for_tomorrow_counts_tomorrow() -> None:
    book = branch(visits=f"{VISIT}\nV|KH1|routine|phone|2026-11-25|1001")
    assert "11-29 due_soon" in state(book, scheme("R12"), "2026-11-24")
    assert "11-29 met" in state(book, scheme("R12"), "2026-11-25")


def test_a_missed_week_is_made_up_by_a_later_call_and_stays_late() -> None:
    missed = branch(visits=f"{VISIT}\nV|KH1|routine|phone|2026-11-10|1001")
    assert "11-22 overdue" in state(missed, scheme("R12"), "2026-11-23")
    mended = branch(visits=f"{VISIT}\nV|KH1|routine|phone|2026-11-23|1001")
    assert sorted(state(mended, scheme("R12"), "2026-11-23")) == ["11-22 met_late", "11-29 met"]


def test_a_rule_may_be_for_some_tiers_only() -> None:
    book = branch(customers="id|name|tier|status|owner|team|assigned_on\nKH1|甲|normal|active|1001|T1|2025-01-02")
    assert state(book, scheme("R13", tiers="key,quality"), "2026-11-23") == []
    assert len(state(book, scheme("R13"), "2026-11-23")) == 2


def test_a_renewed_rating_puts_the_old_one_to_rest() -> None:
    rows = f"{RATING}\nP1|KH1|AA|2025-02-01|2026-01-31|tier2\nP2|KH1|AA|2026-02-01|2027-01-31|tier2"
    found = dues(branch(ratings=rows), scheme("R28"), "2026-11-23").set_index("row")["state"]
    assert dict(found) == {"P1": "superseded", "P2": "planned"}


def test_two_kinds_of_credit_line_live_side_by_side() -> None:
    rows = "id|customer|kind|amount|effective_on|expires_on|authority\nA|KH1|general|5|2025-12-01|2026-11-30|tier2\nB|KH1|low_risk|5|2026-06-01|2027-05-31|tier2"
    assert set(dues(branch(credit_lines=rows), scheme("R30"), "2026-11-23")["state"]) == {"overdue", "planned"}


def test_a_blank_authority_gets_the_longest_lead() -> None:
    found = dues(branch(ratings=f"{RATING}\nP1|KH1|AA|2026-02-01|2027-01-31|"), scheme("R25s"), "2026-10-30")
    assert list(found["due"].dt.strftime("%Y-%m-%d")) == ["2026-10-30"]


def test_a_date_that_cannot_be_read_is_due_itself_and_its_last_good_value_lives_on() -> None:
    """2026-02-30 typed over 2027-01-31: the rating's other deadlines go on, and the owner is told today."""
    issue = Issue(
        "ratings", "P1", "expires_on", "P1.expires_on", "date_impossible", "2026-02-30", date(2027, 1, 31), since=at("2026-10-29")
    )
    book = branch([issue], ratings=f"{RATING}\nP1|KH1|AA|2026-02-01||head\nP2|KH1|AA|2025-02-01|2026-01-31|head")
    found = dues(book, scheme("R25s"), "2026-10-30").set_index("key")["state"]
    assert found["R25s|P1|2026-10-30"] == "due_today"
    assert found["DATA|P1|expires_on"] == "overdue"
    assert "due customer_manager" in told(book, scheme("R25s"), "2026-10-29")


def test_a_blank_date_is_never_silence() -> None:
    found = dues(branch(ratings=f"{RATING}\nP1|KH1|AA|2026-02-01||head"), scheme("R25s"), "2026-10-30")
    assert list(found["key"]) == ["DATA|P1|expires_on"]


def test_after_an_outage_only_the_highest_step_is_told_to_each() -> None:
    book = branch(ratings=f"{RATING}\nP1|KH1|AA|2026-02-01|2027-01-31|head")
    assert told(book, scheme("R27"), "2027-01-20") == ["+1d leader", "+1d team_leader", "overdue customer_manager"]


def test_a_passed_rating_is_told_again_every_working_day() -> None:
    book = branch(ratings=f"{RATING}\nP1|KH1|AA|2026-02-01|2026-10-31|tier2")
    assert "again:2026-11-23 credit_officer" in told(book, scheme("R28"), "2026-11-23")
    assert not [s for s in told(book, scheme("R28"), "2026-11-22") if "2026-11-22" in s]


def test_moving_the_date_makes_a_new_due_and_moving_it_back_the_old_one() -> None:
    def key(day: str) -> str:
        return dues(branch(ratings=f"{RATING}\nP1|KH1|AA|2026-02-01|{day}|tier2"), scheme("R27"), "2026-11-23")["key"][0]

    assert key("2027-01-31") == key("2027-01-31") != key("2027-02-28")


def test_roles_become_people_through_owner_team_and_line() -> None:
    people = People(branch().last_good, NOV)
    assert [people.recipient(r, "KH1").person for r in ("customer_manager", "team_leader", "leader", "credit_officer")] == [
        "1001",
        "2001",
        "3001",
        "4001",
    ]
    assert people.recipient("credit_officer", "KH1", officer="1002").person == "1002"
    assert people.recipient("team_leader", "", owner="1002").person == "2001"


def test_a_deputy_stands_in_and_a_vacant_role_goes_one_level_up_flagged() -> None:
    leave = "id|staff|from_on|to_on|deputy\nQ1|1001|2026-11-20|2026-11-30|1002"
    here = People(branch(leave=leave).last_good, NOV).recipient("customer_manager", "KH1")
    assert (here.person, here.deputy_for, here.unresolved) == ("1002", "1001", False)
    assert People(branch(leave=leave).last_good, date(2026, 12, 1)).recipient("customer_manager", "KH1").person == "1001"
    left = People(branch(staff=STAFF.replace("T1   | 2001   | active | a@", "T1   | 2001   | left | a@")).last_good, NOV)
    assert left.recipient("customer_manager", "KH1") == type(here)("2001", unresolved=True)


def test_two_who_stand_in_for_each_other_and_are_both_away_go_up() -> None:
    leave = "id|staff|from_on|to_on|deputy\nQ1|1001|2026-11-20|2026-11-30|1002\nQ2|1002|2026-11-20|2026-11-30|1001"
    assert People(branch(leave=leave).last_good, NOV).recipient("customer_manager", "KH1").person == "2001"


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [("subject", "nothing", "rule.no_table"), ("date", "nothing", "rule.no_column"), ("date", "@due", "rule.no_column"), ("date", "|", "rule.no_column"), ("date", "", "rule.blank"),
     ("lead", "soon", "rule.bad_span"), ("roles", "boss", "rule.bad_role"), ("remind", "often", "rule.bad_step"),
     ("ladder", "+1wd nobody", "rule.bad_step"), ("ladder", "+1d leader; +1d leader", "rule.bad_step"),
     ("where", "1=1 or true", "rule.bad_condition"), ("where", "grade=Z9", "rule.bad_condition"), ("tiers", "gold", "rule.bad_tier")],
)  # fmt: skip
def test_a_broken_rules_row_costs_one_issue_and_only_that_rule(column: str, cell: str, code: str) -> None:
    rows = [row | ({column: cell} if row["id"] == "R27" else {}) for row in rulebook.shipped()]
    found, issues = rulebook.read(pd.DataFrame(rows), TABLES)
    assert [(i.row, i.column, i.code) for i in issues] == [("R27", column, code)]
    assert len(found) == len(rows) - 1


@pytest.mark.parametrize("number", ["DATA", "R|27"])
def test_a_rule_cannot_have_a_number_that_a_due_could_not_be_called_by(number: str) -> None:
    """A due is called rule|row|occurrence, and DATA is the name of what cannot be read."""
    rows = [row | ({"id": number} if row["id"] == "R27" else {}) for row in rulebook.shipped()]
    found, issues = rulebook.read(pd.DataFrame(rows), TABLES)
    assert [(i.row, i.column, i.code, i.raw) for i in issues if not i.warning] == [(number, "id", "rule.bad_id", number)]
    assert {i.raw for i in issues if i.warning} == {"{due=R27}"}  # the text that asks about it says so too
    assert len(found) == len(rows) - 1


def test_why_answers_for_due_met_not_yet_and_not_at_all() -> None:
    head = f"{RATING}|notice_on"
    book = branch(ratings=f"{head}\nP1|KH1|AA|2026-02-01|2027-01-31|head|2026-10-30")
    rules = scheme()

    def ask(rule: str, row: str, day: str) -> dict[str, object]:
        return explain(book, rules, rule, row, day)

    met = ask("R25s", "P1", "2026-11-23")
    assert (met["verdict"], met["due"], met["clause"]) == ("met", "2026-10-30", "S75–S77")
    assert met["arithmetic"] == "2027-01-31 − 3个月 = 2026-10-31；休息日，提前到 2026-10-30"
    assert ask("R27", "P1", "2026-11-23")["verdict"] == "not_yet"
    assert ask("R27", "P1", "2027-01-15")["state"] == "due_today"
    with pytest.raises(why.NoSuchRow):
        ask("R27", "P9", "2026-11-23")
    with pytest.raises(why.NoSuchRule):
        ask("R99", "P1", "2026-11-23")


def test_why_says_which_condition_keeps_a_rule_away() -> None:
    book = branch(loans="id|customer|product|amount|balance|drawn_on|matures_on\nJ1|KH1|fixed_asset|8|8|2025-01-01|2026-12-31")
    card = explain(book, scheme(), "R33t", "J1", "2026-11-23")
    assert card["verdict"] == "does_not_apply"
    assert card["because"] == ["不适用：规则要求 产品 = 流动资金贷款，本笔为 固定资产贷款。"]


def test_dues_of_an_empty_branch_are_an_empty_frame_with_all_columns() -> None:
    found = due.dues(branch(customers="id|name"), scheme(), CALENDAR, at("2026-11-23"))
    assert found.empty
    assert due.steps(found, scheme(), CALENDAR, at("2026-11-23")).empty
