"""The credit runway on the customer's page, the submissions ahead on the customers', the load and the answers on the alerts'."""

from __future__ import annotations

from datetime import timedelta

import pytest

from branch import clock, responses
from branch.branch import Branch
from branch.people import actor
from tests.pages.conftest import Open, said


def test_the_runway_says_the_latest_start_and_why(opened: Open) -> None:
    at = opened("CM1", "customer", id="C2")
    at.segmented_control(key="customer.part").set_value("credit").run()
    assert not at.exception
    words = said(at)
    assert "最晚安全启动日" in words
    assert "提示书日与上报日重合" in words
    assert at.get("vega_lite_chart")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_leaders_see_the_submissions_ahead_and_open_a_number(opened: Open, lang: str) -> None:
    at = opened("BL1", "customers", lang=lang, packages="1", cell="overdue~*")
    assert not at.exception
    assert ("上报排期" if lang == "zh" else "Submissions ahead") in said(at)
    assert ("授信上报截止" if lang == "zh" else "Line submission") in said(at)
    at = opened("CM1", "customers", lang=lang, packages="1")
    assert ("上报排期" if lang == "zh" else "Submissions ahead") not in said(at)


def test_leaders_and_the_administrator_see_how_many_alerts_a_person_gets(opened: Open) -> None:
    for person, sees in (("BL1", True), ("ADM", True), ("CM1", False)):
        at = opened(person, "alerts", load="1")
        assert not at.exception
        assert ("平均按工作日算" in said(at)) is sees, person


def test_a_waiver_stands_on_the_alert_with_its_reason_and_its_leader_takes_it_back(opened: Open, here: Branch) -> None:
    now = clock.now()
    look = here.look(now)
    alerts = look.book.frame("alerts")
    alive = set(look.of(who(here, "CM1")).dues["key"])
    mine = alerts[(alerts["staff"].astype(str) == "CM1") & alerts["due_key"].isin(alive)].iloc[0]
    responses.answer(here, who(here, "CM1"), mine["id"], "acknowledge", {"promised_on": now.date() + timedelta(days=1)}, now)
    at = opened("CM1", "alerts", row=str(mine["id"]))
    assert not at.exception
    assert "未到期" in said(at)
    responses.answer(here, who(here, "BL1"), mine["id"], "waive", {"reason": "客户已销户"}, now)
    at = opened("CM1", "alerts", row=str(mine["id"]))
    assert "客户已销户" in said(at)
    assert not [one for one in at.button if str(one.key).endswith(".snooze")]
    at = opened("BL1", "alerts", row=str(mine["id"]))
    next(one for one in at.button if str(one.key).endswith(".wake")).click().run()
    assert not at.exception
    assert str(mine["due_key"]) in set(here.look(clock.now()).of(who(here, "CM1")).dues["key"])


def who(here: Branch, staff: str):
    found = actor(here.book(), staff)
    assert found is not None
    return found
