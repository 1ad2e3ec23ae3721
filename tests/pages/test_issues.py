"""数据问题 sends a page of a hundred rows, however many there are, and opens the one that was chosen."""

from __future__ import annotations

from branch.branch import Branch
from sheets.schema import Edit, Unread
from tests.branch.rooms import NOW
from tests.pages.conftest import Open, said


def test_a_hundred_issues_are_sent_and_all_are_counted(here: Branch, opened: Open) -> None:
    bad = {"customer": "C1", "kind": "routine", "mode": "phone", "participants": "CM1", "visited_on": Unread("2月30日", "date_no_year")}
    here.store.write([Edit("visits", f"FW-{n:04}", None, bad) for n in range(230)], "system", "import", NOW)
    at = opened("CM1", "issues")
    assert not at.exception
    [rows] = at.dataframe
    assert len(rows.value) == 100
    assert "共 230 条" in said(at) or "230" in said(at)


def test_the_manager_is_told_when_each_fact_was_entered(here: Branch, opened: Open) -> None:
    late = {"entered_late": "submitted_at=2026-11-26"}
    here.store.write([Edit("opportunities", "O1", {"entered_late": None}, late)], "system", "import", NOW)
    at = opened("CM1", "ledgers", table="opportunities", row="O1")
    assert not at.exception
    assert "提交团队长时间：2026-11-26 登记" in said(at)
