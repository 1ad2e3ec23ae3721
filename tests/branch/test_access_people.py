"""Hand-over, assistants, deputies, people who left: who sees which customers on which day (AC104)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from branch import access, audit, scope
from branch.branch import Branch
from branch.opening import open_branch
from branch.saving import Refused
from sheets.schema import Edit
from tests.branch.rooms import NOW, TODAY, who


def scope_of(branch: Branch, staff: str, **more: Any) -> set[str]:
    return set(scope.customers(branch.book(), who(branch, staff, **more)))


def test_a_customer_handed_over_is_the_new_managers_with_its_history(branch: Branch) -> None:
    """AC104: the old one sees it no more, the record keeps both, and the hand-over is written in the assignments."""
    branch.write([Edit("customers", "C1", {"owner": "CM1"}, {"owner": "CM2"})], who(branch, "TL1"), "portal", NOW)
    assert "C1" not in scope_of(branch, "CM1")
    assert "C1" in scope_of(branch, "CM2")
    assert len(audit.history(branch.store, branch.book(), who(branch, "CM2"), "visits", "V1"))
    with pytest.raises(access.Unknown):
        audit.history(branch.store, branch.book(), who(branch, "CM1"), "visits", "V1")
    row = branch.store.row("customers", "C1")
    assert row is not None
    assert row["assigned_on"] == TODAY
    moves = branch.book().frame("assignments")
    mine = moves[moves["customer"] == "C1"]
    assert set(mine.loc[mine["to_on"].isna(), "staff"]) == {"CM2"}
    assert set(mine.loc[mine["to_on"].notna(), "staff"]) == {"CM1"}


def test_a_team_leader_hands_over_within_his_team_only(branch: Branch) -> None:
    tl1 = who(branch, "TL1")
    for after in ({"owner": "CM3"}, {"team": "T2"}, {"owner": None}):
        with pytest.raises((access.Unknown, Refused)):
            branch.write([Edit("customers", "C1", {"owner": "CM1", "team": "T1"}, after)], tl1, "portal", NOW)
    with pytest.raises(access.Unknown):
        branch.write([Edit("customers", "C5", {"owner": "CM3"}, {"owner": "CM1"})], tl1, "portal", NOW)


def test_an_assistant_works_on_the_customer_but_cannot_take_it_over(branch: Branch) -> None:
    branch.store.write([Edit("customers", "C3", {"assistants": None}, {"assistants": "CM1"})], "system", "terminal", NOW)
    cm1 = who(branch, "CM1")
    assert "C3" in scope_of(branch, "CM1")
    branch.write([Edit("customers", "C3", {"note": None}, {"note": "协办"})], cm1, "portal", NOW)
    with pytest.raises(access.Denied) as denied:
        branch.write([Edit("customers", "C3", {"owner": "CM2"}, {"owner": "CM1"})], cm1, "portal", NOW)
    assert "团队长" in denied.value.say("zh")


def test_a_deputy_sees_and_does_the_work_of_the_absent_while_he_is_away(branch: Branch) -> None:
    away = {"staff": "CM3", "from_on": TODAY, "to_on": TODAY + timedelta(days=3), "deputy": "CM1"}
    branch.store.write([Edit("leave", "L", None, away)], "system", "terminal", NOW)
    assert scope_of(branch, "CM1") == {"C1", "C2", "C4", "C5"}
    edit = Edit("contacts", "contacts-C5", {"preferred_time": None}, {"preferred_time": "上午"})
    branch.write([edit], who(branch, "CM1"), "portal", NOW)
    after = TODAY + timedelta(days=4)
    assert scope_of(branch, "CM1", today=after) == {"C1", "C2", "C4"}
    with pytest.raises(access.Unknown):
        branch.write([edit], who(branch, "CM1", after), "portal", NOW)


def test_a_deputy_of_a_deputy_stands_for_both(branch: Branch) -> None:
    days = {"from_on": TODAY, "to_on": TODAY}
    branch.store.write([Edit("leave", "A", None, {"staff": "CM3", "deputy": "CM2", **days}),
                        Edit("leave", "B", None, {"staff": "CM2", "deputy": "CM1", **days})], "system", "terminal", NOW)  # fmt: skip
    assert set(who(branch, "CM1").stands_for) == {"CM2", "CM3"}
    assert scope_of(branch, "CM1") == {"C1", "C2", "C3", "C4", "C5"}


def test_the_customers_of_one_who_left_stay_with_his_team_leader(branch: Branch) -> None:
    branch.store.write([Edit("staff", "CM2", {"status": "active"}, {"status": "left"})], "system", "terminal", NOW)
    assert "C3" in scope_of(branch, "TL1")
    assert "C3" in scope_of(branch, "BL1")
    issues = {i.code: i for i in branch.look(NOW).issues if i.row == "C3"}
    assert issues["check.owner_left"].warning


def test_a_leader_sees_every_customer_where_the_branch_says_so(home: Path) -> None:
    from branch import accounts, settings

    chosen = settings.save(home, {"policy": {"leader_sees": "all"}})
    opened = open_branch(home)
    assert chosen.policy.leader_sees == "all"
    token = accounts.pick(opened, "BL1", NOW)
    person = accounts.person(opened, token, NOW)
    assert person is not None
    assert "C5" in scope.customers(opened.book(), person)
    opened.store.close()
