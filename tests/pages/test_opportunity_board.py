"""商机 by stage as a page: what each role sees on the board, a move without the board, refusals by name; the inbox and its days."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from branch import clock
from branch.branch import Branch
from pages.parts.screens import BUSINESS
from tests.branch.rooms import on_record
from tests.pages.conftest import PERSON, Open, said
from tests.pages.test_opportunities import made, press, stored


def drawn(at: AppTest) -> dict[str, Any]:
    """What the board was given to draw."""
    [found] = at.get("bidi_component")
    return dict(json.loads(found.proto.json))


def cards(at: AppTest) -> dict[str, dict[str, Any]]:
    return {card["id"]: card for stage in drawn(at)["stages"] for card in stage["cards"]}


@pytest.mark.parametrize("role", BUSINESS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_role_sees_the_board_in_its_language(opened: Open, role: str, lang: str) -> None:
    at = opened(PERSON[role], "opportunities", lang=lang, part="board")
    assert not at.exception
    labels = [stage["label"] for stage in drawn(at)["stages"]]
    assert labels[1] == ("商机创建" if lang == "zh" else "Created")
    assert len(labels) == 7
    one = cards(at)["O1"]
    assert one["name"] == "供应链融资"
    assert one["customer"] == "启岚机械"
    assert "1,000.00" in one["amount"]
    assert ("上门业务访问" if lang == "zh" else "visit") in one["lacks"]


def test_the_president_reads_and_has_nothing_to_do(opened: Open) -> None:
    at = opened("VW1", "opportunities")
    assert all(not card["onto"] for card in cards(at).values())
    assert "Alt+" not in said(at)
    at = opened("VW1", "opportunities", part="board", row="O1")
    assert not any(str(one.key).startswith(("opportunities.stage.", "opportunities.pass.")) for one in at.button)


@pytest.mark.parametrize(
    ("role", "dragged"), [("customer_manager", True), ("team_leader", True), ("leader", False), ("credit_officer", False)]
)
def test_only_whoever_may_move_a_card_drags_it(opened: Open, role: str, dragged: bool) -> None:
    assert bool(cards(opened(PERSON[role], "opportunities", part="board"))["O1"]["onto"]) is dragged


def test_a_card_that_stands_too_long_says_so_in_words(opened: Open, here: Branch) -> None:
    made(here, "久", stage="need", created_at=clock.now() - timedelta(days=41), stage_on=clock.today() - timedelta(days=41))
    at = opened("CM1", "opportunities", part="board")
    assert cards(at)["久"]["days"] == "停留 41 天，超过 30 天"
    column = next(stage for stage in drawn(at)["stages"] if stage["code"] == "need")
    assert "1 个停留超过 30 天" in column["notes"]


def test_thirteen_cards_are_twelve_and_one_in_the_list(opened: Open, here: Branch) -> None:
    """A number equals its list."""
    for n in range(13):
        made(here, f"多{n:02}", stage="agreed", channel="partner")
    at = opened("CM1", "opportunities", part="board", channel="partner")
    column = next(stage for stage in drawn(at)["stages"] if stage["code"] == "agreed")
    assert (column["count"], len(column["cards"])) == ("13", 12)
    assert "1" in column["more"]
    at = opened("CM1", "opportunities", part="all", stage="agreed", channel="partner")
    assert "13" in said(at)


def test_the_board_says_how_long_stages_take(opened: Open) -> None:
    at = opened("BL1", "opportunities", part="board")
    told = said(at)
    for word in ("在途商机", "停留最久", "创建到落地平均"):
        assert word in [one.label for one in at.metric], word
    assert "走完用时（中位）" in told


def test_a_stage_is_changed_in_the_drawer_too_and_a_shut_gate_is_named_and_on_record(opened: Open, here: Branch) -> None:
    key = made(here, "抽屉")
    at = opened("CM1", "opportunities", part="board", row=key, do="stage")
    at = press(at, f"opportunities.stage.{key}.put")
    told = said(at)
    assert "没有推进" in told
    assert "一次关联本商机的上门业务访问" in told
    assert "需求明确" in told
    assert stored(here, key)["stage"] == "created"
    assert ("CM1", f"move opportunities/{key} created > need: visit;needs") in on_record(here, "denied")


def test_the_way_back_in_the_drawer_is_free(opened: Open, here: Branch) -> None:
    key = made(here, "退回")
    at = opened("CM1", "opportunities", part="board", row=key, do="stage")
    at.session_state[f"opportunities.stage.{key}.onto"] = "collected"
    press(at.run(), f"opportunities.stage.{key}.put")
    assert stored(here, key)["stage"] == "collected"


def test_the_inbox_says_how_long_each_has_waited_and_until_when_a_word_is_due(opened: Open, here: Branch) -> None:
    """R21: the day after it was created, by the branch's own rule and calendar."""
    then = clock.now() - timedelta(days=6)
    made(here, "等久", created_at=then, submitted_at=then)
    made(here, "刚到", created_at=clock.now(), submitted_at=clock.now())
    told = said(opened("TL1", "opportunities", part="todo"))
    assert told.index("等久") < told.index("刚到")
    [line] = [one for one in told.splitlines() if "已等 6 天" in one]
    owed = here.look(clock.now()).dues
    due = owed.loc[(owed["row"] == "等久") & owed["rule"].isin(["R21f", "R21r"]), "due"].min()
    assert f"应于 {due.date()} 前" in line
    assert any("今天到的" in one for one in told.splitlines())


def test_the_leader_decides_and_sends_it_up_in_one_step(opened: Open, here: Branch) -> None:
    """S42, S43."""
    now = clock.now()
    key = made(here, "一步", feedback="好", feedback_at=now, reported_at=now, reported_to="BL1")
    at = opened("BL1", "opportunities", row=key)
    at.session_state[f"opportunities.act.{key}"] = "both"
    at = press(at.run(), f"opportunities.both.{key}.save.")
    assert "领导批示" in next(line for line in said(at).splitlines() if "需要更正" in line)
    for column, text in (("decision", "同意"), ("upreport_to", "公司业务部"), ("upreport_reason", "金额超过本行权限")):
        at.session_state[f"opportunities.both.{key}.{column}"] = text
    press(at.run(), f"opportunities.both.{key}.save.")
    row = stored(here, key)
    assert (row["decision"], bool(row["upreport"]), row["upreport_to"]) == ("同意", True, "公司业务部")
    assert str(row["upreported_at"]) != "NaT"


def test_what_is_not_reported_is_not_sent_up(opened: Open, here: Branch) -> None:
    key = made(here, "未报")
    at = opened("BL1", "opportunities", row=key)
    assert not any(str(one.key).startswith((f"opportunities.both.{key}", f"opportunities.up.{key}")) for one in at.button)
