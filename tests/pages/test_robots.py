"""A person sets a chat robot for themselves: typed once, never shown again, tried by a message of its own, forgotten."""

from __future__ import annotations

from branch import channels, clock, people
from branch.branch import Branch
from branch.people import Actor
from tests.pages.conftest import Open, said

KEY = "0a1b2c3d-1111-2222-3333-444455556666"
ADDRESS = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}"


def test_a_robot_is_set_tried_and_forgotten_and_its_address_shown_by_its_tail_alone(opened: Open, here: Branch) -> None:
    at = opened("CM1", "receiving")
    at.text_input(key="receiving.robots.address").set_value(ADDRESS)
    next(one for one in at.button if one.label == "保存机器人").click().run()
    assert not at.exception
    assert set(channels.of(here, "CM1")) == {"wecom"}
    shown = said(at) + str([one.value for one in at.text_input])
    assert "qyapi.weixin.qq.com ••••6666" in shown
    assert KEY not in shown
    at.button(key="receiving.robots.try.wecom").click().run()
    rows = here.book().frame("outbox")
    assert list(rows.loc[rows["channel"].astype(str) == "wecom", "state"].astype(str)) == ["waiting"]
    assert "待发" in said(at)
    at.button(key="receiving.robots.drop.wecom").click().run()
    assert channels.of(here, "CM1") == {}


def test_an_address_elsewhere_is_refused_in_words_that_do_not_repeat_it(opened: Open, here: Branch) -> None:
    at = opened("CM1", "receiving", lang="en")
    at.text_input(key="receiving.robots.address").set_value(f"https://evil.example/cgi-bin/webhook/send?key={KEY}")
    next(one for one in at.button if one.label == "Save the robot").click().run()
    assert "evil.example" in said(at)
    assert KEY not in said(at)
    assert channels.of(here, "CM1") == {}


def test_nobody_sees_the_robot_of_another(opened: Open, here: Branch) -> None:
    channels.put(here, person(here, "CM2"), ADDRESS, "", clock.now())
    for other in ("CM1", "TL1", "ADM"):
        assert "6666" not in said(opened(other, "receiving"))
    assert "6666" in said(opened("CM2", "receiving"))


def person(here: Branch, staff: str) -> Actor:
    found = people.actor(here.book(), staff)
    assert found is not None
    return found
