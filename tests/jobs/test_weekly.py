"""The week's summary of those who lead the branch: once a week, the dashboard's own figures, no amounts and no customers."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from branch.board.owed import Filter
from branch.board.view import Board, span
from branch.branch import Branch
from jobs.scan import run as scan
from rules.standing import STANDINGS
from sheets.schema import Edit
from tests.branch import rooms
from tests.branch.rooms import who
from tests.jobs import world
from tests.jobs.world import at, outbox

BEFORE, MONDAY, WEEK = "2026-11-20 08:30", "2026-11-23 08:30", "2026-W48"  # the first scan is an inventory of its own


@pytest.fixture
def branch(tmp_path: Path) -> Branch:
    return rooms.make(tmp_path / "home")


def weekly(branch: Branch) -> dict[str, dict[str, object]]:
    return {str(one["staff"]): one for one in outbox(branch) if str(one["id"]).startswith("weekly|")}


def test_those_who_lead_the_branch_get_it_as_their_week_begins_and_once(branch: Branch) -> None:
    for moment in (BEFORE, MONDAY, "2026-11-23 08:40", "2026-11-24 08:30"):
        scan(branch, at(moment))
    assert {str(one["id"]) for one in weekly(branch).values()} == {f"weekly|{staff}|{WEEK}" for staff in ("BL1", "VW1")}
    assert len([one for one in outbox(branch) if str(one["id"]).startswith("weekly|")]) == 2


def test_who_is_away_on_monday_gets_it_on_coming_back(branch: Branch) -> None:
    leave = {"staff": "BL1", "from_on": date(2026, 11, 20), "to_on": date(2026, 11, 24)}
    branch.store.write([Edit("leave", "V1", None, leave)], "system", "terminal", at("2026-11-20 08:00"))
    scan(branch, at(BEFORE))
    scan(branch, at(MONDAY))
    assert set(weekly(branch)) == {"VW1"}
    scan(branch, at("2026-11-25 08:30"))
    assert set(weekly(branch)) == {"VW1", "BL1"}


@pytest.mark.parametrize("staff", ["BL1", "VW1"])
def test_its_figures_are_those_of_the_dashboard_in_their_own_scope(branch: Branch, staff: str) -> None:
    scan(branch, at(BEFORE))
    scan(branch, at(MONDAY))
    text = str(weekly(branch)[staff]["text"])
    look = branch.look(at(MONDAY))
    board = Board(look, look, who(branch, staff), Filter(), span("month", look.today))
    for key in ("week", "escalated", "late"):
        figure = STANDINGS[key]
        assert f"{figure.zh} {board.count(figure).counted:,}" in text
    assert re.search(rf"逾期 {board.count(STANDINGS['overdue']).counted:,}（一周前 \d+）", text)
    assert ("公司业务二部" in text) is (staff == "VW1")


def test_it_names_no_customer_and_no_amount_and_leads_to_the_dashboard(branch: Branch) -> None:
    scan(branch, at(BEFORE))
    scan(branch, at(MONDAY))
    mail = weekly(branch)["VW1"]
    for part in ("text", "html", "subject"):
        said = str(mail[part])
        assert not [name for name in ("启岚", "宏远", "瑞丰", "点我") if name in said]
        assert "万元" not in said
    assert "/dashboard" in str(mail["html"])


def test_the_first_scan_is_an_inventory_and_sums_nothing_up(branch: Branch) -> None:
    scan(branch, at(MONDAY))
    assert weekly(branch) == {}


def test_where_nothing_is_owed_nothing_is_summed_up(tmp_path: Path) -> None:
    empty = world.make(tmp_path / "empty", now="2026-11-20 07:00")
    for moment in (BEFORE, MONDAY):
        scan(empty, at(moment))
    assert weekly(empty) == {}
