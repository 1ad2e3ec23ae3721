"""Goals from above at each level, counted by hand; tasks that leaders hand out, that are reminded of and reported back."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from branch import access
from branch.board import goals, tasks
from branch.branch import Branch
from jobs import scan
from rules import figure
from rules.figure import FULL
from sheets.schema import Edit
from sheets.tables.leading import FIGURES
from tests.branch.rooms import NOW, TODAY, who
from tests.branch.test_board import WAN, board, money, write


@pytest.fixture
def asked(branch: Branch) -> Branch:
    """300 of the branch, 280 of team one, of which 200 are 陈静's; nobody has asked 李强 for anything. Reached are 190 and 50."""
    money(branch)
    goal = {"year": TODAY.year, "figure": "deposit_now"}
    for row in branch.book().frame("targets")["id"]:
        branch.store.write([Edit("targets", row, branch.store.row("targets", row), None)], "system", "terminal", NOW)
    write(
        branch,
        ("targets", "G1", goal | {"level": "branch", "staff": "BL1", "goal": 300 * WAN}),
        ("targets", "G2", goal | {"level": "team", "team": "T1", "staff": "TL1", "goal": 280 * WAN}),
        ("targets", "G3", goal | {"level": "person", "staff": "CM1", "goal": 200 * WAN}),
        ("targets", "G4", goal | {"level": "person", "staff": "CM1", "goal": 77 * WAN, "period": f"{TODAY.year}Q1"}),
        ("targets", "G5", goal | {"level": "person", "staff": "CM1", "goal": 66 * WAN, "year": TODAY.year - 1}),
    )
    return branch


def lines(branch: Branch, staff: str = "BL1", key: str = "deposit_now") -> dict[str, goals.Line]:
    return {one.who: one for one in goals.lines(board(branch, staff), key)}


def test_each_level_says_what_is_asked_reached_missing_and_handed_on(asked: Branch) -> None:
    found = lines(asked)
    whole, team, own = found["*"], found["T1"], found["CM1"]
    assert (whole.goal, whole.actual, whole.gap, whole.below, whole.open) == tuple(n * WAN for n in (300, 240, 60, 280, 20))
    assert (team.goal, team.actual, team.gap, team.below, team.open) == tuple(n * WAN for n in (280, 240, 40, 200, 80))
    assert (own.goal, own.actual, own.gap, own.below) == tuple(n * WAN for n in (200, 190, 10, 200))
    assert whole.reached == 240 / 300 * FULL


def test_a_quarter_has_goals_of_its_own_until_it_is_over(asked: Branch) -> None:
    """The first quarter's is over. What the customers' plans want is of the year, and handed on in no quarter."""
    quarter, month = f"{TODAY.year}年第四季度", f"{TODAY.year}-12"
    goal = {"year": TODAY.year, "figure": "deposit_now", "period": quarter}
    write(
        asked,
        ("targets", "G6", goal | {"level": "team", "team": "T1", "staff": "TL1", "goal": 260 * WAN}),
        ("targets", "G7", goal | {"level": "person", "staff": "CM1", "goal": 195 * WAN}),
        ("targets", "G8", goal | {"level": "person", "staff": "CM1", "goal": 199 * WAN, "period": month}),
    )
    seen = board(asked, "BL1")
    assert list(goals.by_period(seen, "deposit_now")) == [str(TODAY.year), f"{TODAY.year}Q4", month]
    found = {one.who: one for one in goals.lines(seen, "deposit_now", f"{TODAY.year}Q4")}
    team, own = found["T1"], found["CM1"]
    assert (team.goal, team.actual, team.below, team.open) == tuple(n * WAN for n in (260, 240, 195, 65))
    assert (own.goal, own.actual) == (195 * WAN, 190 * WAN)
    assert np.isnan(own.below)
    assert lines(asked)["CM1"].goal == 200 * WAN
    assert list(goals.by_period(seen, "loan_now")) == [str(TODAY.year)]


@pytest.mark.parametrize("table", ["targets", "reconciliations", "statements"])
def test_a_period_that_is_none_is_told(asked: Branch, table: str) -> None:
    row = asked.book().frame(table)["id"].iloc[0]
    asked.store.write([Edit(table, row, asked.store.row(table, row), {"period": "下半年"})], "system", "import", NOW)
    assert ("period", "check.no_period") in [(i.column, i.code) for i in asked.look(NOW).issues if (i.table, i.row) == (table, row)]


def test_who_was_asked_for_nothing_has_a_line_and_no_share(asked: Branch) -> None:
    found = lines(asked)["CM2"]
    assert found.actual == 50 * WAN
    assert np.isnan(found.goal)
    assert np.isnan(found.reached)


def test_what_the_people_have_is_what_the_team_and_the_branch_have(asked: Branch) -> None:
    found = goals.lines(board(asked, "VW1"), "deposit_now")
    levels = {level: sum(one.actual for one in found if one.level == level) for level in ("branch", "team", "person")}
    assert len(set(levels.values())) == 1


def test_a_manager_sees_their_own_goal_and_no_colleagues(asked: Branch) -> None:
    found = goals.goals(board(asked, "CM2"), "deposit_now")
    assert found.empty
    assert list(goals.goals(board(asked, "CM1"), "deposit_now")["level"]) == ["person"]


def test_every_figure_of_the_ledger_is_one() -> None:
    assert [one.code for one in FIGURES if figure.find("customers", one.code) is None] == []


def test_a_task_is_signed_by_who_assigned_it_and_is_reminded_of_like_any_due(branch: Branch) -> None:
    row = "B1"
    branch.write([Edit("tasks", row, None, {"what": "收回对账回执", "owner": "CM1", "due_on": TODAY})], who(branch, "TL1"), "app", NOW)
    there = branch.store.row("tasks", row) or {}
    assert (there["assigned_by"], there["status"]) == ("TL1", "open")
    scan.run(branch, NOW)
    dues = branch.look(NOW).of(who(branch, "CM1")).dues
    mine = dues[(dues["table"].astype("str") == "tasks") & (dues["row"] == row)]
    assert list(mine["state"]) == ["due_today"]
    assert list(mine["person"]) == ["CM1"]


def test_what_is_reported_is_done_and_its_due_is_gone(branch: Branch) -> None:
    branch.write([Edit("tasks", "B1", None, {"what": "x", "owner": "CM1", "due_on": TODAY})], who(branch, "TL1"), "app", NOW)
    before = branch.store.row("tasks", "B1")
    branch.write([Edit("tasks", "B1", before, {"report": "已收回"})], who(branch, "CM1"), "app", NOW)
    there = branch.store.row("tasks", "B1") or {}
    assert (there["status"], there["done_on"]) == ("done", TODAY)
    found = branch.look(NOW).of(who(branch, "CM1")).dues
    assert "B1" not in set(found.loc[found["table"].astype("str") == "tasks", "row"])
    stands = tasks.tasks(board(branch, "TL1")).set_index("id")["stands"]
    assert stands["B1"] == "done"


def test_the_owner_reports_and_moves_neither_day_nor_task_nor_drops_it(branch: Branch) -> None:
    branch.write([Edit("tasks", "B1", None, {"what": "x", "owner": "CM1", "due_on": TODAY})], who(branch, "TL1"), "app", NOW)
    before = branch.store.row("tasks", "B1")
    for key, value in (("due_on", TODAY + timedelta(days=90)), ("status", "dropped"), ("owner", "CM2"), ("what", "y")):
        with pytest.raises(access.Denied) as refused:
            branch.write([Edit("tasks", "B1", before, {key: value})], who(branch, "CM1"), "app", NOW)
        assert refused.value.code == "access.column"


def test_a_colleague_neither_sees_nor_reports_it(branch: Branch) -> None:
    branch.write([Edit("tasks", "B1", None, {"what": "x", "owner": "CM1", "due_on": TODAY})], who(branch, "TL1"), "app", NOW)
    assert "B1" not in set(tasks.tasks(board(branch, "CM2"))["id"])
    with pytest.raises(access.Unknown):
        branch.write([Edit("tasks", "B1", branch.store.row("tasks", "B1"), {"report": "x"})], who(branch, "CM2"), "app", NOW)


def test_a_task_about_a_due_begins_with_whose_it_is_and_what_it_says(branch: Branch) -> None:
    scan.run(branch, NOW)
    look, leader = branch.look(NOW), who(branch, "TL1")
    dues = look.of(leader).dues
    due = dues[(dues["customer"] == "C1") & (dues["person"] == "CM1")].iloc[0]
    begun = tasks.started(look, leader, "zh", str(due["key"]))
    assert (begun["customer"], begun["owner"], begun["row"], begun["figure"]) == ("C1", "CM1", due["row"], due["rule"])
    assert "启岚机械" in begun["what"]
    assert look.calendar.is_workday(begun["due_on"])


def test_about_what_is_not_theirs_a_task_begins_with_nothing(branch: Branch) -> None:
    scan.run(branch, NOW)
    look = branch.look(NOW)
    dues = look.of(who(branch, "BL1")).dues
    key = str(dues[dues["customer"] == "C1"].iloc[0]["key"])
    assert set(tasks.started(look, who(branch, "BL2"), "zh", key)) == {"due_on"}
    assert tasks.started(look, who(branch, "TL1"), "zh", "of:deposit_now:CM1")["owner"] == "CM1"
