"""商机 as a page: a short form, submitted by the same click; the team leader answers and reports in one save; a stage has its gate."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from branch import clock
from branch.branch import Branch
from branch.people import actor
from pages.parts.screens import BUSINESS
from sheets.schema import Edit
from tests.pages.conftest import PERSON, Open, said

FORM = "opportunities.new."


def press(at: AppTest, key: str) -> AppTest:
    """The button whose key begins so."""
    found = next(one for one in at.button if str(one.key).startswith(key))
    at = found.click().run()
    assert not at.exception
    return at


def offered(at: AppTest) -> set[str]:
    return {str(one.label).replace("\\", "") for one in at.button}


def filled(at: AppTest, name: str, form: str = "opportunities.new.C1.") -> AppTest:
    typed = {"name": name, "channel": "visit", "block": "asset", "product": "流动资金贷款", "amount": "800", "needs": "扩产"}
    for key, value in typed.items():
        at.session_state[f"{form}.{key}"] = value
    return at.run()


def stored(here: Branch, name: str) -> dict[str, object]:
    frame = here.book().frame("opportunities")
    found = frame[frame["name"] == name]
    assert len(found) == 1
    return dict(found.iloc[0])


def made(here: Branch, key: str, **more: object) -> str:
    """An opportunity of CM1's customer C1 that is written down already."""
    now = clock.now()
    row = {"name": key, "customer": "C1", "channel": "visit", "block": "asset", "product": "流贷", "amount": 1_000_000, "stage": "created",
           "created_at": now, "created_by": "CM1", "submitted_at": now} | more  # fmt: skip
    here.store.write([Edit("opportunities", key, None, row)], "system", "import", now)
    return key


def dues(here: Branch, staff: str, row: object) -> set[str]:
    person = actor(here.book(), staff)
    assert person is not None
    found = here.look(clock.now()).of(person).dues
    return set(found.loc[found["row"] == row, "rule"])


@pytest.mark.parametrize("role", BUSINESS)
@pytest.mark.parametrize("part", ["todo", "new", "all"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_role_opens_every_part(opened: Open, role: str, part: str, lang: str) -> None:
    at = opened(PERSON[role], "opportunities", lang=lang, part=part)
    assert not at.exception
    assert ("商机" if lang == "zh" else "Opportunities") in said(at)


@pytest.mark.parametrize("role", BUSINESS)
def test_every_role_opens_a_row(opened: Open, role: str) -> None:
    at = opened(PERSON[role], "opportunities", row="O1")
    assert not at.exception
    assert "供应链融资" in said(at)
    assert "还差" in said(at) or role in {"team_leader", "leader"}


def test_an_opportunity_is_made_and_submitted_by_one_click(opened: Open, here: Branch) -> None:
    """R20 is met by the same save, and the row is shown."""
    at = filled(opened("CM1", "opportunities", customer="C1"), "一步提交")
    assert not at.exception
    at = press(at, "opportunities.new.C1..save.")
    row = stored(here, "一步提交")
    assert (row["stage"], row["customer"], row["created_by"], row["submitted_to"]) == ("created", "C1", "CM1", "TL1")
    assert row["submitted_at"] == row["created_at"]
    assert at.session_state["opportunities.row"] == row["id"]
    assert "还差" in said(at)
    assert "R20" not in dues(here, "CM1", row["id"])


def test_a_lead_is_saved_first_and_submitted_from_the_drawer(opened: Open, here: Branch) -> None:
    at = filled(opened("CM1", "opportunities", customer="C1"), "先存后交")
    at = press(at, "opportunities.new.C1..save1.")
    row = stored(here, "先存后交")
    assert (row["stage"], str(row["submitted_at"])) == ("collected", "NaT")
    assert "R20" in dues(here, "CM1", row["id"])
    at = press(at, f"opportunities.stamp.{row['id']}.submitted_at")
    row = stored(here, "先存后交")
    assert (row["stage"], row["submitted_to"]) == ("created", "TL1")
    assert "R20" not in dues(here, "CM1", row["id"])


def test_what_a_new_opportunity_lacks_is_named(opened: Open, here: Branch) -> None:
    at = press(opened("CM1", "opportunities", customer="C1"), "opportunities.new.C1..save.")
    told = said(at)
    for name in ("商机名称", "商机来源", "业务板块", "产品", "预计金额", "客户需求"):
        assert name in next(line for line in told.splitlines() if "需要更正" in line), name


def test_a_visit_begins_an_opportunity(opened: Open, here: Branch) -> None:
    at = filled(opened("CM1", "opportunities", visit="V1"), "来自访问", "opportunities.new.C1.V1")
    press(at, "opportunities.new.C1.V1.save.")
    row = stored(here, "来自访问")
    assert (row["visit"], row["customer"], row["channel"]) == ("V1", "C1", "visit")


def test_the_customer_of_another_is_not_put_into_the_form(opened: Open) -> None:
    at = opened("CM1", "opportunities", customer="C5")
    assert at.session_state["opportunities.new...customer"] is None


def test_feedback_and_report_are_one_save(opened: Open, here: Branch) -> None:
    """R21: both dues of the team leader are met."""
    key = made(here, "并报")
    assert {"R21f", "R21r"} <= dues(here, "TL1", key)
    at = opened("TL1", "opportunities", row=key)
    at.session_state[f"opportunities.answer.{key}.feedback"] = "同意推进，先做方案"
    at = press(at.run(), f"opportunities.answer.{key}.save.")
    row = stored(here, key)
    assert row["feedback"] == "同意推进，先做方案"
    assert str(row["feedback_at"]) != "NaT"
    assert str(row["reported_at"]) != "NaT"
    assert row["reported_to"] == "BL1"
    assert not {"R21f", "R21r"} & dues(here, "TL1", key)


def test_a_report_without_a_word_of_feedback_is_only_a_report(opened: Open, here: Branch) -> None:
    key = made(here, "只报")
    at = press(opened("TL1", "opportunities", row=key), f"opportunities.answer.{key}.save.")
    assert "反馈意见" in next(line for line in said(at).splitlines() if "需要更正" in line)
    assert str(stored(here, key)["reported_at"]) == "NaT"  # refused, and nothing is written
    press(at, f"opportunities.stamp.{key}.reported_at")
    row = stored(here, key)
    assert (str(row["feedback_at"]), row["reported_to"]) == ("NaT", "BL1")
    assert str(row["reported_at"]) != "NaT"


def test_the_leader_decides_and_sends_it_up(opened: Open, here: Branch) -> None:
    now = clock.now()
    key = made(here, "批示", feedback="好", feedback_at=now, reported_at=now, reported_to="BL1")
    at = opened("BL1", "opportunities", part="todo")
    assert key in said(at)
    at = opened("BL1", "opportunities", row=key)
    at.session_state[f"opportunities.decide.{key}.decision"] = "同意"
    at = press(at.run(), f"opportunities.decide.{key}.save.")
    assert stored(here, key)["decision"] == "同意"
    at.session_state[f"opportunities.up.{key}.upreport_to"] = "公司业务部"
    at.session_state[f"opportunities.up.{key}.upreport_reason"] = "金额超过本行权限"
    press(at.run(), f"opportunities.up.{key}.save.")
    row = stored(here, key)
    assert bool(row["upreport"])
    assert str(row["upreported_at"]) != "NaT"


def test_the_team_leader_who_owes_it_sends_it_up(opened: Open, here: Branch) -> None:
    """R21u: the leader found it necessary; the due is the team leader's, and so is the act."""
    now = clock.now()
    key = made(here, "报送", feedback="好", feedback_at=now, reported_at=now, reported_to="BL1", upreport=True)
    assert "R21u" in dues(here, "TL1", key)
    at = opened("TL1", "opportunities", row=key)
    at.session_state[f"opportunities.up.{key}.upreport_to"] = "公司业务部"
    at.session_state[f"opportunities.up.{key}.upreport_reason"] = "金额超过本行权限"
    press(at.run(), f"opportunities.up.{key}.save.")
    assert str(stored(here, key)["upreported_at"]) != "NaT"
    assert "R21u" not in dues(here, "TL1", key)


def test_a_stage_is_reached_when_what_it_asks_for_is_there(opened: Open, here: Branch) -> None:
    key = made(here, "推进")
    at = opened("CM1", "opportunities", row=key)
    assert "一次关联本商机的上门业务访问" in said(at)
    assert not any("推进到" in label for label in offered(at))
    visit = {"customer": "C1", "kind": "business", "mode": "onsite", "visited_on": clock.today(), "opportunity": key, "minutes": "谈需求",
             "place": "厂区", "participants": "CM1"}  # fmt: skip
    here.store.write([Edit("visits", "VW1", None, visit)], "system", "import", clock.now())
    at = opened("CM1", "opportunities", row=key)
    at.session_state[f"opportunities.on.{key}.needs"] = "流动资金八百万"
    at = press(at.run(), f"opportunities.on.{key}.save.")
    assert (stored(here, key)["stage"], stored(here, key)["needs"]) == ("need", "流动资金八百万")
    assert "客户营销计划" in said(at)


def test_a_short_marketing_plan_meets_its_due(opened: Open, here: Branch) -> None:
    """R23."""
    key = made(here, "营销", stage="need")
    at = opened("CM1", "opportunities", row=key, do="plan")
    at.session_state[f"opportunities.plan.{key}.goals"] = "年内放款八百万"
    press(at.run(), f"opportunities.plan.{key}.save.")
    assert "R23" not in dues(here, "CM1", key)


def test_an_opportunity_ends_for_a_reason(opened: Open, here: Branch) -> None:
    key = made(here, "失败")
    at = opened("CM1", "opportunities", row=key, do="end")
    at = press(at, f"opportunities.end.{key}.save.")
    assert "结束原因" in next(line for line in said(at).splitlines() if "需要更正" in line)
    at.session_state[f"opportunities.end.{key}.lost_reason"] = "price"
    at = press(at.run(), f"opportunities.end.{key}.save1.")
    assert stored(here, key)["stage"] == "shelved"
    press(at, f"opportunities.again.{key}.save.")
    assert stored(here, key)["stage"] == "created"


def test_a_lead_that_came_submitted_from_a_file_moves_on(opened: Open, here: Branch) -> None:
    key = made(here, "线索", stage="collected")
    press(opened("CM1", "opportunities", row=key), f"opportunities.on.{key}.save.")
    assert stored(here, key)["stage"] == "created"


def test_the_team_leader_lets_a_gate_through_for_a_reason_that_everybody_reads(opened: Open, here: Branch) -> None:
    """§4.7: refused in words without one; who, when and why stand on the opportunity."""
    key = made(here, "放行")
    at = press(opened("TL1", "opportunities", row=key), f"opportunities.pass.{key}.need.go.")
    assert "要写明理由" in said(at)
    assert stored(here, key)["stage"] == "created"
    at.session_state[f"opportunities.pass.{key}.need.reason"] = "董事长*当面*谈定"
    at = press(at.run(), f"opportunities.pass.{key}.need.go.")
    row = stored(here, key)
    assert (row["stage"], row["passed_by"]) == ("need", "TL1")
    at = opened("CM1", "opportunities", row=key)
    line = next(line for line in said(at).splitlines() if "已放行到" in line)
    assert "需求明确" in line
    assert "董事长*当面*谈定" in line
    assert f"{row['passed_at']:%Y-%m-%d %H:%M}" in line


@pytest.mark.parametrize("role", [one for one in BUSINESS if one != "team_leader"])
def test_nobody_else_is_offered_to_let_a_gate_through(opened: Open, here: Branch, role: str) -> None:
    key = made(here, f"放行-{role}")
    at = opened(PERSON[role], "opportunities", row=key)
    assert not any(str(one.key).startswith("opportunities.pass.") for one in at.button)
