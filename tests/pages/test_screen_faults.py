"""What people who tried the screens were misled by, and what they find there now."""

from __future__ import annotations

import pytest

from branch.branch import Branch
from pages.parts.screens import ALL, SCREENS
from sheets.schema import Edit, Unread
from tests.branch.rooms import NOW
from tests.pages.conftest import PERSON, Open, said

roles = pytest.mark.parametrize("role", ALL)


def test_a_data_issue_opens_in_a_drawer_that_the_address_names_and_a_card_shows_its_reason(here: Branch, opened: Open) -> None:
    bad = {"customer": "C1", "kind": "routine", "mode": "phone", "participants": "CM1", "visited_on": Unread("2月30日", "date_no_year")}
    here.store.write([Edit("visits", "FW-1", None, bad)], "system", "import", NOW)
    at = opened("CM1", "issues")
    assert not at.exception
    card = next(one.value for one in at.markdown if "2月30日" in one.value and "](?" in one.value)
    row = card.partition("row=")[2].partition(")")[0].partition("&")[0]
    assert "原因与改法" in card
    again = opened("CM1", "issues", row=row)
    assert not again.exception
    assert any("2月30日" in one.value for one in again.text)
    links = [one for one in again.get("page_link") if "打开这条记录更正" in str(one.proto.label)]
    assert links
    assert "这一处已经更正" in said(opened("CM1", "issues", row="0000"))


@pytest.mark.parametrize("role", ["team_leader", "leader", "president"])
def test_who_leads_sees_how_many_alerts_lie_with_whom_and_of_which_rule(opened: Open, role: str) -> None:
    at = opened(PERSON[role], "alerts")
    assert not at.exception
    person, rule = at.get("button_group")[:2]
    assert [person.proto.label, rule.proto.label] == ["按人", "按规则"]
    labels = [one.content for one in person.proto.options]
    assert any(label.replace("\\", "").startswith("陈静 ") for label in labels)
    mine = opened(PERSON[role], "alerts", who="CM1")
    [frame] = mine.dataframe
    assert mine.session_state["alerts.person"] == "CM1"
    assert set(frame.value["staff"] if "staff" in frame.value else ["陈静"]) == {"陈静"}


def test_a_manager_sees_no_counts_of_others(opened: Open) -> None:
    at = opened("CM1", "alerts")
    assert "按人" not in [one.proto.label for one in at.get("button_group")]


def test_the_presidents_today_shows_the_branch_team_by_team(opened: Open) -> None:
    at = opened("VW1", "today")
    assert not at.exception
    told = said(at)
    assert "准备下周的访问" not in told
    assert "全行到期情况" in told
    teams = at.dataframe[0].value
    assert {"公司业务一部", "公司业务二部"} >= set(teams["team"]) - {"未分团队"}
    assert int(teams["overdue"].sum()) == int(at.metric[0].value)


FALSE = ("还没有", "没有登记", "没有任何", "暂无")  # words that say there is none


@roles
@pytest.mark.parametrize("screen", SCREENS)
def test_nobody_is_told_that_there_is_none_of_what_they_merely_may_not_see(opened: Open, here: Branch, role: str, screen: str) -> None:
    """Customer C1 has a row in every ledger: whoever reads that there is none of something is told a falsehood."""
    if role not in SCREENS[screen].roles:
        return
    at = opened(PERSON[role], screen, **({"id": "C1"} if screen == "customer" else {"customer": "C1"} if screen == "plans" else {}))
    pages = [said(at)]
    if screen == "customer":
        for word in ("contacts", "credit", "accounts", "visits", "plans", "opportunities", "products", "problems", "history"):
            at.session_state["customer.part"] = word
            at.run()
            assert not at.exception
            pages.append(said(at))
    found = [line for page in pages for line in page.splitlines() if any(word in line for word in FALSE) and "您的" not in line]
    assert [line for line in found if len(line) < 80 and not line.startswith("{")] == []
