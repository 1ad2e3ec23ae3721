"""The way of a new branch to its first mail: each step is done when what it asks for is there, and not before."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from branch import access, accounts, first_scan, first_steps, settings, status
from branch.branch import Branch
from branch.first_steps import Step
from branch.opening import create
from branch.people import SYSTEM, Actor, actor
from sheets.schema import Edit
from texts import Fault

NOW = datetime(2026, 11, 23, 9, 0)
GOOD = "望川 支行 2026 秋"


@pytest.fixture
def branch(tmp_path: Path) -> Branch:
    made = create(tmp_path / "home", NOW)
    accounts.set_up(made, accounts.setup_key(made, NOW), "ADM", "朱红", GOOD, NOW)
    return made


def found(branch: Branch) -> dict[str, Step]:
    known = branch.store.private.marks()
    return {one.key: one for one in first_steps.steps(branch.look(NOW), accounts.able(branch), accounts.invited(branch, NOW), known)}


def admin(branch: Branch) -> Actor:
    person = actor(branch.book(), "ADM")
    assert person is not None
    return person


def put(branch: Branch, table: str, row: str, **values: Any) -> None:
    branch.write([Edit(table, row, None, values)], SYSTEM, "portal", NOW)


def sent(branch: Branch, error: str | None) -> None:
    """A mail that has left for a server, or (error "eml") into the folder."""
    values = {"kind": "test", "staff": "ADM", "state": "sent", "error": error, "subject": "测试", "created_at": NOW}
    branch.store.write([Edit("outbox", f"test|{error}", None, values)], "system", "job", NOW)


def test_on_the_first_day_nothing_is_done_and_the_branch_comes_first(branch: Branch) -> None:
    steps = found(branch)
    assert [one.key for one in steps.values() if one.done] == []
    following = first_steps.next_of(list(steps.values()))
    assert following is not None
    assert following.key == "branch"
    assert not first_steps.is_done(list(steps.values()))


def test_the_branch_has_a_name_and_a_day_of_going_live(branch: Branch) -> None:
    home = branch.settings.home
    branch.settings = settings.save(home, {"name_zh": "望川支行"})
    assert (found(branch)["branch"].done, found(branch)["branch"].found) == (False, "named")
    branch.settings = settings.save(home, {"policy": {"live_since": date(2026, 12, 1)}})
    step = found(branch)["branch"]
    assert (step.done, step.found, step.values["name_zh"], step.values["day"]) == (True, "whole", "望川支行", date(2026, 12, 1))


def test_people_are_there_with_a_team_and_somebody_beside_the_administrator(branch: Branch) -> None:
    put(branch, "teams", "T1", name="公司一部")
    assert not found(branch)["people"].done
    put(branch, "staff", "CM1", name="陈静", role="customer_manager", team="T1", status="active")
    put(branch, "staff", "CM2", name="李强", role="customer_manager", team="T1", status="left")
    step = found(branch)["people"]
    assert (step.done, dict(step.values)) == (True, {"people": 2, "teams": 1})


def test_mail_is_proved_by_a_mail_that_a_server_took(branch: Branch) -> None:
    sent(branch, "eml")
    assert found(branch)["mail"].found == "none"
    branch.settings = settings.save(branch.settings.home, {"smtp": {"host": "mail.bank.example", "sender": "huce@bank.example"}})
    assert found(branch)["mail"].found == "set"  # what went into the folder before proves nothing
    sent(branch, None)
    assert found(branch)["mail"].done
    branch.store.private.mark(status.PAUSED, '{"code": "mail.unreachable", "detail": "", "since": "2026-11-23T08:00:00"}', NOW)
    assert (found(branch)["mail"].done, found(branch)["mail"].found) == (False, "resting")


def test_access_is_given_when_a_colleague_has_set_a_password(branch: Branch) -> None:
    put(branch, "staff", "CM1", name="陈静", role="customer_manager", status="active")
    key = accounts.invite(branch, admin(branch), "CM1", NOW)
    assert (found(branch)["access"].done, dict(found(branch)["access"].values)) == (False, {"able": 0, "invited": 1})
    accounts.accept(branch, key, GOOD, NOW)
    assert (found(branch)["access"].done, dict(found(branch)["access"].values)) == (True, {"able": 1, "invited": 0})


def test_the_first_stocktaking_is_done_when_somebody_has_let_its_mails_go(branch: Branch) -> None:
    branch.store.private.mark(status.SCAN, "", NOW)
    assert not found(branch)["scan"].done
    with pytest.raises(access.Denied):
        first_scan.let_go(branch, SYSTEM, NOW)
    first_scan.let_go(branch, admin(branch), NOW)
    assert found(branch)["scan"].done


def test_a_branch_that_was_not_set_up_in_the_browser_waits_for_nobody(tmp_path: Path) -> None:
    made = create(tmp_path / "home", NOW)
    assert first_scan.held_until(made.look(NOW), made.store.private.marks()) is None


def test_a_step_is_left_for_later_and_brought_back(branch: Branch) -> None:
    first_steps.put_off(branch, admin(branch), "branch", NOW, later=True)
    steps = found(branch)
    following = first_steps.next_of(list(steps.values()))
    assert steps["branch"].later
    assert following is not None
    assert following.key == "people"
    first_steps.put_off(branch, admin(branch), "branch", NOW, later=False)
    assert not found(branch)["branch"].later
    with pytest.raises(access.Denied):
        first_steps.put_off(branch, SYSTEM, "branch", NOW, later=True)


def test_somebody_is_invited_by_name_unless_two_bear_it(branch: Branch) -> None:
    put(branch, "staff", "CM1", name="陈静", role="customer_manager", status="active")
    accounts.invite(branch, admin(branch), "陈静", NOW)
    assert set(accounts.invited(branch, NOW)) == {"CM1"}
    put(branch, "staff", "CM2", name="陈静", role="customer_manager", status="active")
    with pytest.raises(Fault) as refused:
        accounts.invite(branch, admin(branch), "陈静", NOW)
    assert refused.value.say("zh") == "「陈静」不止一位（工号 CM1 · CM2）。请写工号。"
    accounts.invite(branch, admin(branch), "CM2", NOW)
    assert set(accounts.invited(branch, NOW)) == {"CM1", "CM2"}
