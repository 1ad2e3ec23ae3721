"""Coverage: who visited which customer as often as they must, what is left, what a joint visit counts for, whom to visit this week.

Today is Monday, 2026-11-23. C1 to C4 were visited on site by their managers on 10-24, and C1, C3 and C5 again on 11-13; by nobody else,
and nobody has called. So the tests count on C2 and C4."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from branch.board import coverage, coverage_week
from branch.board.coverage import SHOWN
from branch.board.owed import Filter
from branch.branch import Branch
from rules.figure import FULL
from rules.states import UNMET
from sheets.schema import Edit
from tests.branch.rooms import NOW, TODAY, who
from tests.small import small

SEEN = {"CM1": {"C1", "C2", "C4"}, "CM2": {"C3"}, "TL1": {"C1", "C2", "C3", "C4"}, "BL1": {"C1", "C2", "C3", "C4"}, "CM3": {"C5"},
        "BL2": {"C5"}, "VW1": {"C1", "C2", "C3", "C4", "C5"}}  # fmt: skip
MANAGER, LEADER, ABOVE = "customer_manager.onsite", "team_leader.onsite", "leader.onsite"


def visit(branch: Branch, number: str, customer: str, on: date, people: str, mode: str = "onsite", **more: Any) -> None:
    row = {
        "customer": customer, "kind": "routine", "mode": mode, "visited_on": on, "participants": people, "place": "示例路1号",
        "their_people": "王示例", "purposes": "relation", "minutes": "了解资金安排",
    }  # fmt: skip
    branch.store.write([Edit("visits", number, None, row | more)], "system", "terminal", NOW)


def change(branch: Branch, table: str, row: str, **values: Any) -> None:
    branch.store.write([Edit(table, row, branch.store.row(table, row), values)], "system", "terminal", NOW)


def windows(branch: Branch, staff: str = "BL1", wish: Filter = Filter()) -> pd.DataFrame:  # noqa: B008 – frozen
    return coverage.windows(branch.look(NOW), who(branch, staff), wish)


def cell(branch: Branch, customer: str, cadence: str, staff: str = "BL1") -> tuple[str, int, int, int]:
    """How it stands, days left, done, wanted."""
    found = coverage.cells(windows(branch, staff))
    [row] = found[(found["customer"] == customer) & (found["cadence"] == cadence)].to_dict("records")
    return row["standing"], row["days"], row["done"], row["wanted"]


def plan(branch: Branch, staff: str, person: str = "") -> coverage_week.Week:
    return coverage_week.suggested(branch.look(NOW), who(branch, staff), person or staff)


def test_the_columns_are_the_cadences_of_the_rules(read_only: Branch) -> None:
    assert [one.key for one in coverage.cadences(read_only.look(NOW))] == [
        "customer_manager.onsite", "customer_manager.phone", "team_leader.onsite", "team_leader.phone", "leader.onsite", "leader.phone",
    ]  # fmt: skip


def test_a_fortnight_that_is_over_counts_nothing_and_says_by_how_many_days(branch: Branch) -> None:
    """The manager was there on 10-24: the next visit was due on 11-09 (the fourteenth day, 11-07, is a Saturday)."""
    assert cell(branch, "C2", MANAGER) == ("over", -14, 0, 1)


def test_a_visit_within_the_fortnight_covers_the_customer_until_the_next_is_due(branch: Branch) -> None:
    visit(branch, "W1", "C2", date(2026, 11, 19), "CM1")
    assert cell(branch, "C2", MANAGER) == ("met", 10, 1, 1)  # 12-03


def test_a_period_runs_to_its_last_day_and_an_earlier_one_that_was_missed_stays_over(branch: Branch) -> None:
    """The team leader owes one on-site visit a month: none in October, so it is over since 10-31; one in November makes up for it."""
    assert cell(branch, "C2", LEADER) == ("over", (date(2026, 10, 31) - TODAY).days, 0, 1)
    visit(branch, "W1", "C2", date(2026, 11, 5), "TL1")
    assert cell(branch, "C2", LEADER) == ("met", (date(2026, 11, 30) - TODAY).days, 1, 1)


def test_one_of_two_visits_of_a_quarter_leaves_one_to_do(branch: Branch) -> None:
    for number, day in (("W1", date(2026, 8, 3)), ("W2", date(2026, 9, 3)), ("W3", date(2026, 10, 12))):
        visit(branch, number, "C2", day, "BL1")
    assert cell(branch, "C2", ABOVE) == ("open", (date(2026, 12, 31) - TODAY).days, 1, 2)


def test_a_call_counts_for_calls_only_and_an_unfinished_record_for_nothing(branch: Branch) -> None:
    visit(branch, "W1", "C2", TODAY, "CM1", mode="phone")
    visit(branch, "W2", "C4", TODAY, "CM1", minutes=None, purposes=None)
    assert cell(branch, "C2", "customer_manager.phone")[2:] == (1, 1)
    assert cell(branch, "C2", MANAGER)[0] == "over"
    assert cell(branch, "C4", MANAGER)[0] == "over"


def test_a_joint_visit_counts_for_the_role_of_everybody_who_took_part(branch: Branch) -> None:
    visit(branch, "W1", "C2", date(2026, 11, 19), "CM1;TL1;BL1")
    assert cell(branch, "C2", MANAGER)[2:] == cell(branch, "C2", LEADER)[2:] == (1, 1)
    assert cell(branch, "C2", ABOVE)[0] == "over"  # last quarter nobody came: one visit does not make up for two
    look, actor = branch.look(NOW), who(branch, "BL1")
    found = coverage.counted(look, actor, windows(branch))
    mine = found[found["visit"] == "W1"]
    assert {MANAGER, LEADER, ABOVE} == set(mine["cadence"])
    assert mine["joint"].all()
    assert set(mine["together"]) == {f"{MANAGER};{LEADER};{ABOVE}"}


def test_two_people_of_one_role_are_one_visit_and_no_joint_one(branch: Branch) -> None:
    visit(branch, "W1", "C2", date(2026, 11, 19), "CM1;CM2")
    assert cell(branch, "C2", MANAGER)[2:] == (1, 1)
    found = coverage.counted(branch.look(NOW), who(branch, "BL1"), windows(branch))
    assert list(found.loc[found["visit"] == "W1", "joint"]) == [False]


def test_two_visits_on_one_day_are_one_and_the_joint_one_is_named(branch: Branch) -> None:
    visit(branch, "W1", "C2", date(2026, 11, 19), "BL1")
    visit(branch, "W2", "C2", date(2026, 11, 19), "CM1;BL1")
    found = coverage.counted(branch.look(NOW), who(branch, "BL1"), windows(branch))
    assert list(found.loc[(found["customer"] == "C2") & (found["cadence"] == ABOVE), "visit"]) == ["W2"]
    assert cell(branch, "C2", ABOVE)[0] == "over"  # one of two is still lacking of last quarter


@pytest.mark.parametrize("staff", SEEN)
def test_every_number_of_visits_done_is_as_long_as_the_list_of_those_that_counted(branch: Branch, staff: str) -> None:
    for number, (customer, ago, people) in enumerate(
        [("C1", 3, "CM1;TL1"), ("C1", 3, "BL1"), ("C2", 20, "TL1"), ("C3", 1, "CM2;BL1"), ("C3", 40, "BL1"), ("C5", 2, "CM3;TL2;BL2")]
    ):
        visit(branch, f"W{number}", customer, TODAY - timedelta(days=ago), people)
    found = windows(branch, staff)
    listed = coverage.counted(branch.look(NOW), who(branch, staff), found).groupby("key").size()
    assert found["done"].sum() > 0
    assert dict(zip(found["key"], found["done"], strict=True)) == {key: int(listed.get(key, 0)) for key in found["key"]}


@pytest.mark.parametrize("staff", SEEN)
def test_the_matrix_is_what_the_rules_say_is_due(read_only: Branch, staff: str) -> None:
    """Every visit that is owed by the dues of the person's scope is in the matrix, and nothing else."""
    look = read_only.look(NOW)
    rules = [rule for one in coverage.cadences(look) for rule in one.rules]
    dues = look.dues
    mine = dues[dues["rule"].isin(rules) & dues["customer"].isin(SEEN[staff])]
    now = mine["state"].isin(UNMET) | ((mine["due"] >= pd.Timestamp(TODAY)) & ~mine["state"].isin(["waived", "superseded"]))
    found = windows(read_only, staff)
    assert set(found["key"]) == set(mine.loc[now, "key"])
    assert set(found["customer"]) == SEEN[staff]


@pytest.mark.parametrize("staff", SEEN)
def test_every_share_is_as_long_as_its_list_and_all_is_the_sum_of_the_people(branch: Branch, staff: str) -> None:
    visit(branch, "W1", "C1", date(2026, 11, 19), "CM1;TL1;BL1")
    cells = coverage.cells(windows(branch, staff))
    assert not cells.duplicated(["customer", "cadence"]).any()
    found = coverage.summary(branch.look(NOW), cells)
    for row, person in enumerate(found.people):
        for column, key in enumerate(found.keys):
            behind = cells[(cells["by"] == person) & (cells["cadence"] == key)]
            assert (found.asked[row, column], found.met[row, column]) == (len(behind), (behind["standing"] == "met").sum())
    assert found.asked.sum() == len(cells)
    assert found.table.shape == (len(found.people) + 1, len(found.keys) + 1)
    assert found.table[-1, 0] == found.met.sum() * FULL / found.asked.sum()


def test_customers_stand_by_what_presses_most_and_each_kind_is_counted(branch: Branch) -> None:
    found = coverage.customers(coverage.cells(windows(branch)))
    counts = {one: len(coverage.only(found, one)) for one in SHOWN}
    assert counts == {"all": 4, "over": 4, "soon": 0, "met": 0}  # of what ends this week, all is over since last week
    assert list(found["days"]) == sorted(found["days"])


def test_a_customer_without_a_manager_is_nobodys_row_and_goes_one_level_up(branch: Branch) -> None:
    change(branch, "customers", "C3", owner=None)
    found = coverage.cells(windows(branch))
    mine = found[(found["customer"] == "C3") & (found["cadence"] == MANAGER)]
    assert list(mine["by"]) == [""]
    assert list(mine["whose"]) == [""]
    assert list(mine["person"]) == ["TL1"]
    assert coverage.summary(branch.look(NOW), found).people[-1] == ""


def test_filters_take_a_team_a_manager_and_a_tier_with_all_roles_that_visit_these_customers(branch: Branch) -> None:
    change(branch, "customers", "C1", tier="base")
    assert set(windows(branch, "VW1", Filter(team="T2"))["customer"]) == {"C5"}
    of_one = windows(branch, "VW1", Filter(person="CM2"))
    assert (set(of_one["customer"]), {"CM2", "TL1", "BL1"}) == ({"C3"}, set(of_one["by"]))
    assert set(windows(branch, "BL1", Filter(tier="base"))["customer"]) == {"C1"}
    assert windows(branch, "BL1", Filter(team="nowhere")).empty


def test_a_customer_who_left_is_asked_for_nothing(branch: Branch) -> None:
    change(branch, "customers", "C2", status="lost")
    assert "C2" not in set(windows(branch)["customer"])


def test_the_pace_spreads_a_period_over_its_days_and_asks_all_of_a_fortnight(branch: Branch) -> None:
    """By 11-23, 54 of the 92 days of the quarter are over: of 8 visits, 4.7 would be done by today."""
    visit(branch, "W1", "C2", date(2026, 10, 12), "BL1")
    visit(branch, "W2", "C2", date(2026, 10, 13), "BL1")
    visit(branch, "W3", "C2", date(2026, 10, 14), "BL1")  # more than is asked: it does not stand for another customer
    found = coverage.pace(branch.look(NOW), windows(branch))
    quarter, fortnight = found.loc[ABOVE], found.loc[MANAGER]
    assert (quarter["customers"], quarter["done"], quarter["wanted"], quarter["lacking"]) == (4, 2, 8, 6)
    np.testing.assert_allclose(quarter["expected"], 8 * 54 / 92)
    assert (quarter["until"], quarter["workdays"]) == (pd.Timestamp("2026-12-31"), 29)
    assert (fortnight["done"], fortnight["expected"]) == (2, 4)  # C1 and C3
    assert pd.isna(fortnight["until"])


def test_the_week_is_the_working_days_left_and_from_saturday_the_next(read_only: Branch) -> None:
    def days(now: Any) -> list[str]:
        return [f"{day:%m-%d}" for day in coverage_week.working_days(read_only.look(now))]

    assert days(NOW) == ["11-23", "11-24", "11-25", "11-26", "11-27"]
    assert days(NOW + timedelta(days=3)) == ["11-26", "11-27"]
    assert days(NOW + timedelta(days=5)) == ["11-30", "12-01", "12-02", "12-03", "12-04"]


def test_what_is_over_comes_first_and_then_what_ends_soonest(branch: Branch) -> None:
    visit(branch, "W1", "C2", date(2026, 11, 12), "CM1")  # covered until 11-26
    visit(branch, "W2", "C1", date(2026, 11, 20), "CM1")  # covered until 12-04: nothing to do this week
    lines = plan(branch, "CM1").lines
    onsite = lines[lines["mode"] == "onsite"]
    assert list(zip(onsite["customer"], onsite["reason"], strict=True)) == [("C4", "over"), ("C2", "week")]
    assert list(onsite["on"]) == [pd.Timestamp(TODAY)] * 2
    assert list(lines[lines["mode"] == "phone"]["customer"]) == ["C1", "C2", "C4"]
    assert lines["on"].is_monotonic_increasing


def test_one_line_is_one_visit_whatever_it_counts_for_and_names_who_could_come_too(branch: Branch) -> None:
    """The leader owes C2 two visits of last quarter and two of this one: a visit counts for both. The manager and the team leader owe
    it one each."""
    lines = plan(branch, "BL1").lines
    [line] = lines[(lines["customer"] == "C2") & (lines["mode"] == "onsite")].to_dict("records")
    assert line["dues"] == 2
    assert line["reason"] == "over"
    assert set(line["joins"]) == {("customer_manager", "CM1"), ("team_leader", "TL1")}
    assert not lines.duplicated(["customer", "mode"]).any()


def test_no_day_holds_more_than_can_be_done_and_what_does_not_fit_is_counted(branch: Branch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage_week, "A_DAY", {"onsite": 1})
    friday = NOW + timedelta(days=4)
    look = branch.look(friday)
    found = coverage_week.suggested(look, who(branch, "BL1"), "BL1")
    assert found.days == (friday.date(),)
    assert found.lines["mode"].value_counts().to_dict() == {"phone": 4, "onsite": 1}
    assert found.waiting == 3


def test_suggestions_are_of_those_one_answers_for(read_only: Branch) -> None:
    look = read_only.look(NOW)
    people = {staff: coverage_week.people(look, who(read_only, staff)) for staff in SEEN}
    assert people["CM1"] == ["CM1"]
    assert people["TL1"] == ["CM1", "CM2", "TL1"]
    assert people["BL1"] == ["BL1", "CM1", "CM2", "TL1"]
    assert people["VW1"] == ["BL1", "CM1", "CM2", "CM3", "TL1", "TL2"]  # BL2's first quarter with C5 begins in January
    assert set(plan(read_only, "TL1", "CM2").lines["customer"]) == {"C3"}
    assert plan(read_only, "TL1", "CM3").lines.empty
    assert plan(read_only, "VW1").lines.empty  # a president owes no visits


def test_a_deputy_is_suggested_the_visits_of_the_absent(branch: Branch) -> None:
    change(branch, "staff", "CM1", deputy_from=TODAY, deputy_to=TODAY + timedelta(days=9), deputy="CM2")
    assert {"C1", "C2", "C3", "C4"} == set(plan(branch, "CM2").lines["customer"])
    assert plan(branch, "CM1").lines.empty


def test_a_branch_without_customers_or_without_rules_of_visits_has_nothing_and_breaks_nothing(tmp_path: Any) -> None:
    empty = small(tmp_path / "home", NOW)
    gone = [Edit("customers", f"C{n}", empty.store.row("customers", f"C{n}"), {"status": "lost"}) for n in range(1, 5)]
    empty.store.write(gone, "system", "terminal", NOW)
    look, actor = empty.look(NOW), who(empty, "BL1")
    found = coverage.windows(look, actor)
    assert found.empty
    assert coverage.customers(coverage.cells(found)).empty
    assert coverage.summary(look, coverage.cells(found)).people == ()
    assert coverage.pace(look, found).empty
    assert coverage.counted(look, actor, found).empty
    assert coverage_week.suggested(look, actor, "BL1").lines.empty
    assert coverage_week.people(look, actor) == []
    rules = [rule for one in coverage.cadences(look) for rule in one.rules]
    off = [Edit("rules", rule, empty.store.row("rules", rule), {"enabled": False}) for rule in rules]
    empty.store.write(off, "system", "terminal", NOW)
    bare = empty.look(NOW)
    assert coverage.cadences(bare) == ()
    assert coverage.windows(bare, actor).empty
    assert coverage.counted(bare, actor, coverage.windows(bare, actor)).empty
    empty.store.close()


def test_only_rules_that_count_visits_are_columns(read_only: Branch) -> None:
    """A rule that ends with a visit, or is about one record of a visit, asks for no number of visits in a window."""
    look = read_only.look(NOW)
    asked = {rule for one in coverage.cadences(look) for rule in one.rules}
    assert {rule.verb for rule in look.rules if rule.id in asked} == {"cadence"}
    assert asked == {rule.id for rule in look.rules if rule.verb == "cadence" and rule.event == "visits"}
