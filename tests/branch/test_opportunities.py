"""The path of an opportunity: what each stage asks for, refused at the form by name; to whom it goes; whose word it waits for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from branch import opportunities
from branch.branch import Branch
from sheets.schema import Edit
from tests.branch.rooms import NOW, TODAY
from tests.branch.saves import refusal, row, saved

DEAL: dict[str, Any] = {
    "name": "票据池", "customer": "C1", "channel": "visit", "block": "asset", "product": "票据", "amount": 1, "stage": "created",
}  # fmt: skip
VISIT: dict[str, Any] = {
    "customer": "C1",
    "participants": "CM1",
    "kind": "business",
    "mode": "onsite",
    "visited_on": TODAY,
    "opportunity": "N",
    "minutes": "谈需求",
    "place": "厂区",
}
PLAN: dict[str, Any] = {"customer": "C1", "opportunity": "N", "made_on": TODAY, "goals": "放款"}
PROPOSAL: dict[str, Any] = {"opportunity": "N", "made_on": TODAY, "content": "流贷加票据池"}


@pytest.fixture
def deal(branch: Branch) -> Branch:
    branch.store.write([Edit("opportunities", "N", None, DEAL | {"created_at": NOW, "created_by": "CM1"})], "system", "import", NOW)
    return branch


def step(was: str, stage: str, **more: Any) -> Edit:
    return Edit("opportunities", "N", {"stage": was} | dict.fromkeys(more), {"stage": stage} | more)


def test_a_stage_is_entered_with_what_it_asks_for(deal: Branch) -> None:
    """②→③ a business visit and the need; ③→④ a marketing plan and an agreed proposal; then number, signature, business."""
    assert "上门业务访问" in refusal(deal, "CM1", step("created", "need", needs="扩产")).say("zh")
    saved(deal, "CM1", Edit("visits", "V", None, VISIT))
    assert "客户需求" in refusal(deal, "CM1", step("created", "need")).say("zh")
    saved(deal, "CM1", step("created", "need", needs="扩产"))
    told = refusal(deal, "CM1", step("need", "agreed")).say("zh")
    assert "客户营销计划" in told
    assert "方案" in told
    saved(deal, "CM1", Edit("marketing_plans", "M", None, PLAN), Edit("proposals", "P", None, PROPOSAL))
    assert "达成共识" in refusal(deal, "CM1", step("need", "agreed")).say("zh")
    saved(deal, "CM1", Edit("proposals", "P", {"agreed_on": None}, {"agreed_on": TODAY}), step("need", "agreed"))  # one save
    assert "业务流程编号" in refusal(deal, "CM1", step("agreed", "applied")).say("zh")
    saved(deal, "CM1", step("agreed", "applied", process_no="LC-1"))
    assert refusal(deal, "CM1", step("applied", "signed")).code == "check.opportunity_gate"
    saved(deal, "CM1", step("applied", "signed", signed_on=TODAY))
    saved(deal, "CM1", step("signed", "landed", result="借据 J1"))


@pytest.mark.parametrize("odd", [{"mode": "phone", "kind": "routine"}, {"opportunity": "O1"}, {"visited_on": None, "planned_on": TODAY}])
def test_another_visit_does_not_make_the_need_clear(deal: Branch, odd: dict[str, Any]) -> None:
    saved(deal, "CM1", Edit("visits", "V", None, VISIT | odd))
    assert refusal(deal, "CM1", step("created", "need", needs="扩产")).code == "check.opportunity_gate"


def test_two_stages_at_once_ask_for_both(deal: Branch) -> None:
    told = refusal(deal, "CM1", step("created", "agreed", needs="扩产")).say("zh")
    assert "上门业务访问" in told
    assert "客户营销计划" in told


def test_the_way_back_is_free_and_the_end_wants_a_reason(deal: Branch) -> None:
    saved(deal, "CM1", step("created", "collected"))
    assert "结束原因" in refusal(deal, "CM1", step("collected", "lost")).say("zh")
    saved(deal, "CM1", step("collected", "lost", lost_reason="price"))


def test_a_file_is_taken_as_it_stands(deal: Branch) -> None:
    """What a branch brings from before is not asked for its gates."""
    saved(deal, "CM1", step("created", "agreed"), source="import")
    assert row(deal, "opportunities", "N")["stage"] == "agreed"


def test_other_fields_are_edited_whatever_the_stage_would_ask(deal: Branch) -> None:
    saved(deal, "CM1", step("created", "agreed"), source="import")
    saved(deal, "CM1", Edit("opportunities", "N", {"product": "票据"}, {"product": "银承"}))


def test_it_goes_to_the_leader_of_the_team_and_then_to_the_supervising_leader(deal: Branch) -> None:
    """S39, S42: by whichever page the step is taken."""
    saved(deal, "CM1", Edit("opportunities", "N", {"submitted_at": None}, {"submitted_at": NOW}))
    saved(deal, "TL1", Edit("opportunities", "N", {"reported_at": None}, {"reported_at": NOW}))
    found = row(deal, "opportunities", "N")
    assert (found["submitted_to"], found["reported_to"]) == ("TL1", "BL1")


def test_a_lead_that_is_submitted_is_an_opportunity(branch: Branch) -> None:
    saved(branch, "CM1", Edit("opportunities", "N", None, DEAL | {"stage": "collected"}))
    later = NOW + timedelta(days=1)
    saved(branch, "CM1", Edit("opportunities", "N", {"submitted_at": None}, {"submitted_at": later}), now=later)
    found = row(branch, "opportunities", "N")
    assert (found["stage"], found["stage_on"]) == ("created", later.date())


def test_made_and_submitted_by_one_save(branch: Branch) -> None:
    """The click comes before the save: it was not submitted before it was made."""
    click = NOW - timedelta(seconds=2)
    saved(branch, "CM1", Edit("opportunities", "N", None, DEAL | {"submitted_at": click}))
    found = row(branch, "opportunities", "N")
    assert (found["created_at"], found["submitted_at"], found["submitted_to"]) == (click, click, "TL1")


def test_one_that_was_put_aside_goes_on_where_it_had_come_to(deal: Branch) -> None:
    lost = row(deal, "opportunities", "N") | {"stage": "shelved"}
    assert opportunities.reached(deal.book(), lost) == "collected"
    lost |= {"submitted_at": NOW, "needs": "扩产", "signed_on": date(2026, 11, 1)}
    assert opportunities.reached(deal.book(), lost) == "created"
    saved(deal, "CM1", Edit("visits", "V", None, VISIT))
    assert opportunities.reached(deal.book(), lost) == "need"


def test_whose_word_it_waits_for(deal: Branch) -> None:
    def waits(role: str) -> bool:
        return "N" in set(opportunities.waiting(deal.book().frame("opportunities"), role)["id"])

    assert not waits("team_leader")
    saved(deal, "CM1", Edit("opportunities", "N", {"submitted_at": None}, {"submitted_at": NOW}))
    assert waits("team_leader")
    saved(deal, "TL1", Edit("opportunities", "N", {"reported_at": None}, {"reported_at": NOW}))
    assert waits("team_leader")
    assert waits("leader")
    saved(deal, "TL1", Edit("opportunities", "N", {"feedback": None}, {"feedback": "好"}))
    assert not waits("team_leader")
    saved(deal, "BL1", Edit("opportunities", "N", {"decision": None}, {"decision": "同意"}))
    assert not waits("leader")


def test_whoever_waits_longest_stands_first(branch: Branch) -> None:
    """By the moment it was handed up, whenever it was written down."""
    for key, days in (("A", 1), ("B", 3), ("C", 2)):
        born = NOW - timedelta(days=9)
        whole = DEAL | {"created_at": born, "created_by": "CM1", "submitted_at": NOW - timedelta(days=days)}
        branch.store.write([Edit("opportunities", key, None, whole)], "system", "import", NOW)
    found = [one for one in opportunities.waiting(branch.book().frame("opportunities"), "team_leader")["id"] if one in "ABC"]
    assert found == ["B", "C", "A"]
