"""What is typed into the grids of a plan: kept until it is saved or thrown away, and never written over a colleague's change."""

from __future__ import annotations

import json

from streamlit.testing.v1 import AppTest

from branch import clock
from branch.branch import Branch
from sheets.schema import Edit
from tests.pages.conftest import Open, said
from tests.pages.test_work import press, value

TARGETS, ACTIONS = "plans.P1.targets", "plans.P1.actions"
AVERAGE = 1  # the line 存款日均余额


def grid_of(at: AppTest, name: str = TARGETS) -> str:
    return f"{name}.grid.{at.session_state[f'{name}.number']}"


def typing(at: AppTest, cells: dict[str, str], name: str = TARGETS, line: int = AVERAGE) -> AppTest:
    """A person types cells into a line of the grid, or into a new line below it (`line` -1)."""
    new = {"edited_rows": {}, "added_rows": [cells], "deleted_rows": []}
    at.session_state[grid_of(at, name)] = new if line < 0 else {"edited_rows": {line: cells}, "added_rows": [], "deleted_rows": []}
    return at.run()


def shown(at: AppTest, line: int = AVERAGE) -> dict[str, str]:
    """A line of the grid as it is drawn."""
    return dict(at.dataframe[0].value.iloc[line])


def colleague(here: Branch, **cells: object) -> None:
    now = here.store.row("plan_targets", "PT1")
    assert now is not None
    here.store.write([Edit("plan_targets", "PT1", {key: now[key] for key in cells}, cells)], "CM2", "portal", clock.now())


def test_cells_typed_into_the_grid_come_back_after_another_tab(opened: Open) -> None:
    at = typing(opened("CM1", "plans", customer="C1"), {"goal": "650"})
    at.session_state["plans.part"] = "actions"
    at.run()
    at.session_state["plans.part"] = "targets"
    at.run()
    assert shown(at)["goal"] == "650"
    assert "已恢复您在" in said(at)
    press(at, f"{TARGETS}.drop")
    assert shown(at)["goal"] != "650"
    assert "已恢复您在" not in said(at)


def test_cells_typed_into_the_grid_come_back_in_a_new_window_and_are_saved_from_there(opened: Open, here: Branch) -> None:
    typing(opened("CM1", "plans", customer="C1"), {"goal": "660"})
    typing(typing_part(opened, "actions"), {"action": "约见财务总监"}, ACTIONS, -1)
    again = opened("CM1", "plans", customer="C1")
    assert shown(again)["goal"] == "660"
    press(again, f"{TARGETS}.save")
    assert value(here, "plan_targets", "PT1", "goal") == 660_000_000
    assert "已恢复您在" not in said(again)
    at = typing_part(opened, "actions")
    assert shown(at, -1)["action"] == "约见财务总监"
    typing(at, {"standard": "拿到资金计划"}, ACTIONS, len(at.dataframe[0].value) - 1)  # a cell more on the line that came back
    press(at, f"{ACTIONS}.save")
    assert not at.error
    mine = here.book().frame("plan_actions")
    mine = mine[mine["plan"] == "P1"].iloc[-1]
    assert (mine["action"], mine["standard"]) == ("约见财务总监", "拿到资金计划")


def typing_part(opened: Open, part: str) -> AppTest:
    at = opened("CM1", "plans", customer="C1", part=part)
    assert not at.exception
    return at


def test_what_a_colleague_changed_since_the_grid_was_opened_is_asked_and_not_overwritten(opened: Open, here: Branch) -> None:
    at = typing(opened("CM1", "plans", customer="C1"), {"goal": "700", "note": "按新产线"})
    colleague(here, goal=720_000_000, last_actual=310_000_000)
    at.run()
    press(at, f"{TARGETS}.save")
    assert value(here, "plan_targets", "PT1", "goal") == 720_000_000
    assert "李强" in said(at)
    at.session_state[f"{TARGETS}.clash.0"] = "yours"
    press(at, f"{TARGETS}.again")
    assert value(here, "plan_targets", "PT1", "goal") == 700_000_000
    assert value(here, "plan_targets", "PT1", "last_actual") == 310_000_000  # the other hand's cell stays
    assert shown(at)["goal"] == shown(opened("CM1", "plans", customer="C1"))["goal"]


def test_a_colleagues_change_is_asked_also_after_the_grid_came_back_from_its_draft(opened: Open, here: Branch) -> None:
    typing(opened("CM1", "plans", customer="C1"), {"goal": "800"})
    colleague(here, goal=810_000_000)
    again = opened("CM1", "plans", customer="C1")
    assert shown(again)["goal"] == "800"
    press(again, f"{TARGETS}.save")
    assert value(here, "plan_targets", "PT1", "goal") == 810_000_000
    assert "李强" in said(again)


def test_a_draft_of_a_grid_is_its_writers_alone_and_is_gone_when_it_is_dropped(opened: Open, here: Branch) -> None:
    at = typing(opened("CM1", "plans", customer="C2"), {"goal": "900"}, "plans.P2.targets")
    kept = {name: text for name, (text, _) in here.store.private.marks().items() if name.endswith("plans.P2.targets") and text}
    assert list(kept) == ["draft:CM1:plans.P2.targets"]
    assert json.loads(kept["draft:CM1:plans.P2.targets"])["typed"]["grid"][0]["cells"] == {"goal": "900"}
    press(at, "plans.P2.targets.drop")
    assert here.store.private.marked("draft:CM1:plans.P2.targets") is None


def test_the_reason_of_an_amendment_comes_back_too(opened: Open) -> None:
    at = opened("CM1", "plans", customer="C2")
    at.text_input(key="plans.P2.targets.explanation").set_value("客户新增产线").run()
    again = opened("CM1", "plans", customer="C2")
    assert again.text_input(key="plans.P2.targets.explanation").value == "客户新增产线"


def test_a_target_that_is_a_share_takes_decimals(opened: Open, here: Branch) -> None:
    at = opened("CM1", "plans", customer="C4")
    line = list(at.dataframe[0].value["target"]).index("deposit_share")
    typing(at, {"last": "10.25%", "goal": "12.5", "actual": "11"}, "plans.P4.targets", line)
    press(at, "plans.P4.targets.save")
    assert not at.error
    assert (shown(at, line)["last"], shown(at, line)["goal"]) == ("10.25%", "12.5%")
    rows = here.book().frame("plan_targets")
    kept = rows[(rows["plan"] == "P4") & (rows["target"] == "deposit_share")].iloc[0]
    assert (kept["unit"], kept["goal_share"]) == ("percent", 125_000)
    typing(at, {"goal": "很多"}, "plans.P4.targets", line)
    press(at, "plans.P4.targets.save")
    assert "存款份额" in "".join(one.value for one in at.error)
