"""The views of a list: kept by name, opened by one click, renamed and removed; nothing where there is none."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from branch import clock, views
from branch.branch import Branch
from tests.pages.conftest import Open, said

ODD = "[点我](http://evil.example) *x*"


def shown(at: AppTest) -> list[str]:
    """What the field of views offers; none where it is not drawn."""
    return next((list(one.options) for one in at.selectbox if one.key == "customers.view"), [])


def press(at: AppTest, label: str) -> AppTest:
    at = next(one for one in at.button if str(one.label).replace("\\", "") == label).click().run()
    assert not at.exception
    return at


def keep(at: AppTest, name: str) -> AppTest:
    at.session_state["customers.view.new"] = name
    return press(at.run(), "保存")


@pytest.fixture
def searched(opened: Open, here: Branch) -> AppTest:
    """CM1's customers, searched for 启岚; nothing kept yet."""
    for one in views.views(here, "CM1", "customers"):
        views.remove(here, "CM1", "customers", one.name, clock.now())
    return opened("CM1", "customers", q="启岚")


def test_nothing_is_shown_where_nothing_is_chosen_and_nothing_kept(opened: Open) -> None:
    at = opened("CM2", "customers")
    assert shown(at) == []
    assert not [one for one in at.text_input if str(one.key).startswith("customers.view")]


def test_a_view_is_kept_and_opened_by_one_click(searched: AppTest, opened: Open) -> None:
    at = keep(searched, ODD)
    assert shown(at) == [ODD]
    assert at.session_state["customers.view"] == ODD  # what is chosen now bears its name
    at = opened("CM1", "customers")
    assert at.session_state["customers.search"] == ""
    at.selectbox(key="customers.view").select(ODD).run()
    assert at.session_state["customers.search"] == "启岚"
    assert at.query_params["q"] == "启岚"
    at.selectbox(key="customers.view").set_value(None).run()  # and none again
    assert at.session_state["customers.search"] == ""


def test_a_page_keeps_its_own_switch_with_the_view(searched: AppTest, opened: Open, here: Branch) -> None:
    searched.toggle(key="customers.overdue").set_value(True).run()
    keep(searched, "逾期的启岚")
    assert views.views(here, "CM1", "customers")[0].chosen == {"q": "启岚", "overdue": "1"}
    at = opened("CM1", "customers")
    at.selectbox(key="customers.view").select("逾期的启岚").run()
    assert at.toggle(key="customers.overdue").value


def test_a_name_that_is_taken_is_refused_in_words(searched: AppTest) -> None:
    at = keep(searched, "甲")
    at.text_input(key="customers.search").set_value("宏远").run()
    at = keep(at, "甲")
    assert "已经有一个叫「甲」的筛选" in said(at)
    assert shown(at) == ["甲"]


def test_a_view_is_renamed_and_removed(searched: AppTest) -> None:
    at = keep(searched, "甲")
    at.text_input(key="customers.view.name.甲.new").set_value("乙")
    at = press(at, "改名")
    assert shown(at) == ["乙"]
    assert shown(press(at, "删除")) == []


def test_a_view_is_not_shown_to_a_colleague(searched: AppTest, opened: Open) -> None:
    keep(searched, "只给自己")
    assert shown(opened("CM2", "customers", q="瑞丰")) == []


def test_the_stage_of_opportunities_belongs_to_their_view(opened: Open, here: Branch) -> None:
    at = opened("CM1", "opportunities", part="all", stage="created")
    at.session_state["opportunities.view.new"] = "已提交"
    press(at.run(), "保存")
    assert views.views(here, "CM1", "opportunities")[0].chosen == {"stage": "created"}
