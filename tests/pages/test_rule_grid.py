"""Several rules drafted in one grid: kept, tried together, and activated in one save or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from branch import clock, drafts, rule_drafts, whatif
from branch.branch import Branch
from branch.people import actor
from rules import rulebook
from sheets.schema import Edit
from tests.pages.conftest import Open, said

NAME = "rules.several"


@pytest.fixture(autouse=True)
def as_shipped(here: Branch) -> Iterator[None]:
    """Each test begins without drafts, and leaves the rules as it found them."""
    before = {number: rule(here, number) for number in ("R11", "R32", "R32r")}
    yield
    for person in ("BL1", "ADM"):
        drafts.drop(here, person, rule_drafts.FORM)
    for number, cells in before.items():
        change(here, number, **{key: cells[key] for key in ("roles", "lead", "due", "roll")}, enabled=cells["enabled"] == "yes")


def rule(here: Branch, number: str) -> dict[str, str]:
    frame = here.book().frame("rules")
    [row] = frame[frame["id"] == number].to_dict("records")
    return rulebook.as_text({str(column): value for column, value in row.items()})


def change(here: Branch, number: str, **cells: object) -> None:
    now = here.store.row("rules", number)
    assert now is not None
    after = {key: value for key, value in cells.items() if now[key] != value}
    if after:
        here.store.write([Edit("rules", number, {key: now[key] for key in after}, after)], "BL1", "portal", clock.now())  # type: ignore[arg-type]


def test_a_closed_day_is_tried_together_with_the_rules_being_drafted(opened: Open, here: Branch) -> None:
    look = here.look(clock.now())
    drafted = rule_drafts.draft(look, rule_drafts.load(here, look, "BL1"), "R11", {"enabled": "no"})
    rule_drafts.keep(here, "BL1", drafted, clock.now())
    day = next(one for n in range(30, 60) if look.calendar.is_workday(one := look.today + timedelta(n)))
    at = opened("BL1", "rules", view="calendar")
    at.text_input(key="calendar.closure.name").set_value("系统切换").run()
    at.date_input(key="calendar.closure.first").set_value(day).run()
    [toggle] = [one for one in at.toggle if one.key == "calendar.closure.with_rules"]
    assert toggle.label == "连同正在草拟的 1 条规则一起推算"
    assert "取消" not in said(at) or "取消 0 项" in said(at)
    toggle.set_value(True).run()
    assert not at.exception
    leader = actor(here.book(), "BL1")
    assert leader is not None
    gone = whatif.of_rules(look, leader, {"R11": None}).count("vanishes")
    assert gone > 0
    assert f"取消 {gone} 项" in said(at)


def start(opened: Open, person: str, **more: str) -> AppTest:
    at = opened(person, "rules", view="several", **more)
    assert not at.exception
    return at


def grid(at: AppTest) -> tuple[str, list[str]]:
    [(key, ids)] = at.session_state[f"{NAME}.ids"].items()
    return key, ids


def pick(at: AppTest, number: str, **cells: object) -> AppTest:
    """Picks cells of one rule as the browser tells them: by the place of the row, on top of what was picked before."""
    key, ids = grid(at)
    held = {place: dict(one) for place, one in at.session_state[key]["edited_rows"].items()}
    held[ids.index(number)] = {**held.get(ids.index(number), {}), **cells}
    at.session_state[key] = {"edited_rows": held, "added_rows": [], "deleted_rows": []}
    at.run()
    assert not at.exception
    return at


def line(at: AppTest, number: str) -> dict[str, object]:
    """A row of the grid as it is drawn."""
    return dict(at.data_editor[0].value.iloc[grid(at)[1].index(number)])


def press(at: AppTest, key: str) -> AppTest:
    next(one for one in at.button if str(one.key).startswith(key)).click().run()
    assert not at.exception
    return at


def keys(at: AppTest) -> list[str]:
    return [str(one.key) for one in at.button]


def test_a_rule_that_is_off_before_and_after_has_nothing_to_replay(opened: Open, here: Branch) -> None:
    change(here, "R32", enabled=False)
    at = pick(start(opened, "BL1"), "R32", lead="3天")
    assert f"{NAME}.drop_all" in keys(at), "it is drafted"
    assert f"{NAME}.replay" not in keys(at)


def test_only_those_who_write_rules_are_offered_the_grid(opened: Open) -> None:
    for person in ("CM1", "CR1", "VW1", "BL1", "ADM"):
        at = start(opened, person)
        assert bool(at.data_editor) == (person in {"BL1", "ADM"}), person


def test_no_cell_of_the_grid_shows_a_code(opened: Open, here: Branch) -> None:
    for lang in ("zh", "en"):
        frame = start(opened, "BL1", lang=lang).data_editor[0].value
        words = " ".join(str(cell) for column in frame.columns for cell in frame[column])
        for code in ("customer_manager", "team_leader", "+1wd", "5wd", "level:", "end+", "last2wd", "earlier"):
            assert code not in words, (lang, code)


def test_a_leader_drafts_several_rules_and_activates_them_in_one_save(opened: Open, here: Branch) -> None:
    at = pick(start(opened, "BL1"), "R11", roles="团队长")
    assert "由团队长负责" in str(line(at, "R11")["says"])
    at = pick(at, "R32", lead="2个月", enabled=True)
    at = pick(at, "R32r", enabled=False)
    assert {number: rule(here, number)["enabled"] for number in ("R11", "R32", "R32r")} == dict.fromkeys(("R11", "R32", "R32r"), "yes")
    assert "提前量：1个月 → 2个月" in said(at)
    assert "启用：生效 → 停用" in said(at)
    version = here.store.version()
    press(at, f"{NAME}.activate.")
    assert [rule(here, "R11")["roles"], rule(here, "R32")["lead"], rule(here, "R32r")["enabled"]] == ["team_leader", "2m", "no"]
    assert here.store.version() == version + 1
    assert "还没有草稿" in said(at)
    assert (line(at, "R11")["roles"], line(at, "R11")["changed"]) == ("团队长", "")


def test_what_is_drafted_is_there_in_another_window_and_dropped_by_a_click(opened: Open, here: Branch) -> None:
    pick(pick(start(opened, "BL1"), "R11", roles="团队长"), "R32", lead="2个月")
    at = start(opened, "BL1")
    assert (line(at, "R11")["roles"], line(at, "R32")["lead"]) == ("团队长", "2个月")
    at.toggle(key=f"{NAME}.only").set_value(True).run()
    assert grid(at)[1] == ["R11", "R32"]
    press(at, f"{NAME}.drop.R11")
    assert grid(at)[1] == ["R32"]
    press(at, f"{NAME}.drop_all")
    assert not at.data_editor
    at.toggle(key=f"{NAME}.only").set_value(False).run()
    assert (line(at, "R32")["lead"], line(at, "R32")["changed"]) == ("1个月", "")


def test_picking_what_stood_there_is_no_draft_any_more(opened: Open) -> None:
    at = pick(pick(start(opened, "BL1"), "R11", roles="团队长"), "R11", roles="客户经理")
    assert "还没有草稿" in said(at)


def test_what_cannot_stand_is_refused_in_words_and_the_cell_stays_as_it_was(opened: Open) -> None:
    at = start(opened, "BL1")
    for cells, told in (
        ({"lead": "2个月"}, "这类规则不用这一栏"),
        ({"count": "至少 3 次"}, "滚动周期只能为 1"),
        ({"due": "5个工作日"}, "请到规则里改"),
    ):
        at = pick(at, "R11", **cells)
        assert "客户经理上门访问" in said(at)
        assert told in said(at)
        assert "还没有草稿" in said(at)
        assert line(at, "R11")["lead"] == ""


def test_what_an_administrator_drafts_waits_for_a_leader_who_takes_it_in(opened: Open, here: Branch) -> None:
    at = pick(start(opened, "ADM"), "R11", roles="团队长")
    assert not [key for key in keys(at) if key.startswith(f"{NAME}.activate")]
    assert "等主管行领导" in said(at)
    at = start(opened, "BL1")
    assert "起草了 1 条规则" in said(at)
    press(press(at, f"{NAME}.take."), f"{NAME}.activate.")
    assert rule(here, "R11")["roles"] == "team_leader"
    assert "还没有草稿" in said(start(opened, "ADM"))


def test_nothing_is_activated_while_one_row_was_changed_by_somebody_else(opened: Open, here: Branch) -> None:
    at = pick(pick(start(opened, "BL1"), "R11", roles="团队长"), "R32", lead="2个月")
    change(here, "R32", lead="3m")
    press(at, f"{NAME}.activate.")
    assert (rule(here, "R11")["roles"], rule(here, "R32")["lead"]) == ("customer_manager", "3m")
    assert "提前量" in next(str(one.value) for one in at.warning if "起草以后" in str(one.value))
    press(press(at, f"{NAME}.mine.R32"), f"{NAME}.activate.")
    assert (rule(here, "R11")["roles"], rule(here, "R32")["lead"]) == ("team_leader", "2m")


def test_a_rule_goes_back_to_the_shipped_row_as_a_draft(opened: Open, here: Branch) -> None:
    change(here, "R32", lead="3m")
    at = start(opened, "BL1")
    at.multiselect(key=f"{NAME}.shipped").set_value(["R32"]).run()
    press(at, f"{NAME}.back_take")
    assert "提前量：3个月 → 1个月" in said(at)
    press(at, f"{NAME}.activate.")
    assert rule(here, "R32")["lead"] == "1m"


def test_the_same_in_english_with_the_last_twelve_months(opened: Open) -> None:
    at = pick(start(opened, "BL1", lang="en"), "R32", roles="Team leader", enabled=False)
    assert "In force → off" in said(at)
    assert "Once all of these are in force (rules: 1" in said(at)
    press(at, f"{NAME}.replay")
    assert "as drafted 0 times" in said(at)
