"""The alerts of a past day on the screen: for those who lead, to be read, by its address too."""

from __future__ import annotations

from datetime import timedelta

import pytest

from branch import clock
from branch.branch import Branch
from tests.branch.rooms import NOW
from tests.pages.conftest import Open, said

DAY = NOW.date()


@pytest.mark.parametrize("person", ["BL1", "VW1", "ADM"])
def test_a_day_in_the_address_shows_its_tasks_to_those_who_lead(opened: Open, person: str) -> None:
    at = opened(person, "alerts", day=DAY.isoformat())
    assert not at.exception
    assert f"{DAY}日终的事项" in said(at)
    rows = at.dataframe[0].value
    assert list(rows.columns) == ["期限", "客户", "事项", "状态", "责任人", "通知时间"]
    assert "陈静" in set(rows["责任人"])
    assert [one.key for one in at.toggle] == ["alerts.load"], "the list of that day stands instead of today's"


def test_back_to_today_is_one_click(opened: Open) -> None:
    at = opened("BL1", "alerts", lang="en", day=DAY.isoformat())
    next(one for one in at.button if one.key == "alerts.as_of.back").click().run()
    assert not at.exception
    assert "at the end of" not in said(at)
    assert "day" not in at.query_params
    assert at.toggle


def test_before_the_record_each_line_says_that_it_is_as_it_stands(opened: Open) -> None:
    at = opened("BL1", "alerts", day=(DAY - timedelta(days=5)).isoformat())
    assert f"变更记录从{DAY}开始" in said(at)
    assert set(at.dataframe[0].value["依据"]) == {"按现状"}


@pytest.mark.parametrize("day", ["morgen", "1899-01-01", "2999-01-01", ""])
def test_what_the_address_names_in_vain_is_no_day(opened: Open, here: Branch, day: str) -> None:
    at = opened("BL1", "alerts", day=day or clock.now().date().isoformat())
    assert not at.exception
    assert at.toggle


@pytest.mark.parametrize("person", ["CM1", "TL1", "CR1"])
def test_nobody_else_is_offered_a_past_day(opened: Open, person: str) -> None:
    at = opened(person, "alerts", day=DAY.isoformat())
    assert not at.exception
    assert not at.date_input
    assert f"{DAY}日终" not in said(at)
