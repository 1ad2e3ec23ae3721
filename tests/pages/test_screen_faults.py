"""What people who tried the screens were misled by, and what they find there now."""

from __future__ import annotations

import re

import pytest

from branch import clock
from branch.branch import Branch
from branch.people import actor
from pages.parts.screens import ALL, SCREENS
from rules import wording
from sheets.schema import Edit, Unread
from tests.branch import rooms
from tests.branch.rooms import NOW
from tests.pages.conftest import PERSON, Open, said
from tests.pages.test_work import alert_of, press
from texts import say

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
    assert set(frame.value["staff"]) == {"陈静"}


def test_a_manager_sees_no_counts_of_others(opened: Open) -> None:
    at = opened("CM1", "alerts")
    assert "按人" not in [one.proto.label for one in at.get("button_group")]


def test_the_presidents_today_shows_the_branch_team_by_team(opened: Open) -> None:
    at = opened("VW1", "today")
    assert not at.exception
    told = said(at)
    assert "准备下周的访问" not in told
    assert "全行到期情况" in told
    shown = at.dataframe[0].value
    teams = shown[~shown["_"].str.startswith("\u3000")]  # people stand below their team
    assert set(teams["_"]) - {"未分团队"} == {"公司业务一部", "公司业务二部"}  # of whose work it is, though the dues name no owner
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


def test_every_credit_due_of_a_manager_has_its_button_or_says_what_it_waits_for(opened: Open, here: Branch) -> None:
    person = actor(here.book(), "CM1")
    assert person is not None
    dues = here.look(clock.now()).of(person).dues
    first = dues[(dues["customer"] == "C2") & dues["table"].isin(("ratings", "credit_lines", "loans"))].head(12)  # one page
    mine = first[first["mine"]]
    at = opened("CM1", "customer", id="C2", part="credit")
    assert not at.exception
    buttons = {str(one.key).removeprefix("act.runway.").rpartition(".")[0] for one in at.button if str(one.key).startswith("act.runway.")}
    waiting = sum("要先有「" in one.value for one in at.caption)
    links = [one for one in at.get("page_link") if any(word in str(one.proto.label) for word in ("打开记录", "登记", "办理", "填写"))]
    assert len(mine)
    assert waiting
    assert len(buttons) + waiting + len(links) >= len(mine)
    assert {key for key, rule, state in zip(mine["key"], mine["rule"], mine["state"], strict=True)
            if rule == "R32" and state != "planned"} <= buttons  # fmt: skip


def test_the_why_card_speaks_of_rule_clause_and_count_in_words(opened: Open, here: Branch) -> None:
    leader = actor(here.book(), "BL1")
    assert leader is not None
    dues = here.look(clock.now()).of(leader).dues
    due = dues[dues["rule"] == "R15"].iloc[0]
    card = here.look(clock.now()).why("R15", str(due["row"]), "zh", str(due["occurrence"]))
    assert card["basis"] == "方案第30条"
    assert card["counted"] == {"done": 0, "wanted": 2}
    rows = here.book().frame("alerts")
    alert = rows[(rows["rule"] == "R15") & (rows["staff"] == "BL1")].iloc[0]
    at = opened("BL1", "alerts", row=str(alert["id"]))
    assert not at.exception
    told = said(at)
    assert "规则「主管行领导上门访问」，依据方案第30条" in told
    assert re.search(r"已完成 \d 次，共需 2 次，截止 \d{4}-\d\d-\d\d", told)
    assert "版本" not in told
    assert "R15 ·" not in told


def test_contacts_of_ones_own_customers_open_by_one_click_on_record(opened: Open, here: Branch) -> None:
    before = len(rooms.on_record(here, "unmask"))
    at = opened("CM1", "customer", id="C1", part="contacts", contact="K1")
    assert "13800000001" not in said(at)
    assert not [one for one in at.text_input if str(one.key).startswith("contacts.why")]  # no reason is asked
    press(at, "contacts.show.K1")
    assert len(rooms.on_record(here, "unmask")) == before + 1


def test_the_reason_typed_into_an_answer_comes_back(opened: Open, here: Branch) -> None:
    alert = alert_of(here, "CM1", late=True)
    at = opened("CM1", "alerts", row=alert)
    at.text_area(key=f"answer.{alert}.acknowledge.reason").set_value("已约下周一").run()
    again = opened("CM1", "alerts", row=alert)
    assert again.text_area(key=f"answer.{alert}.acknowledge.reason").value == "已约下周一"


def test_a_refused_act_names_the_ledger_and_a_single_conflict_counts_no_others() -> None:
    assert say("access.denied", "zh", table="贷款").startswith("您的岗位不能对「贷款」做这项操作")
    assert "另有" not in say("store.conflict_alone", "zh", table="客户", id="C1", column="地址", who="李强", when="")
    assert wording.day_word("创建时间", "zh") == "创建"


@pytest.mark.parametrize(
    ("cell", "zh", "en"),
    [("S30", "方案第30条", "clause 30 of the scheme"), ("S81,S85", "方案第81、85条", "clauses 81, 85 of the scheme"),
     ("S75–S77", "方案第75–77条", "clauses 75–77 of the scheme"), ("本行办法第5条", "本行办法第5条", "本行办法第5条")],
)  # fmt: skip
def test_a_clause_is_cited_as_a_banker_cites_it(cell: str, zh: str, en: str) -> None:
    assert (wording.clause(cell, "zh"), wording.clause(cell, "en")) == (zh, en)
