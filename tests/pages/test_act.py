"""办理: from a due on Today to the form of its act, and back to Today with the due gone."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from branch import clock, next_step
from branch.branch import Branch
from branch.next_step import Act
from branch.people import actor
from tests.branch import rooms
from tests.pages.conftest import Open, said
from texts import say


def open_act(here: Branch, person: str, rule: str) -> tuple[str, Act]:
    """The first due of a rule that this person ends by a form."""
    who = actor(here.book(), person)
    assert who is not None
    look = here.look(clock.now())
    found = look.of(who).dues
    for _, due in found[found["rule"] == rule].iterrows():
        act = next_step.act(look, due, who, "zh")
        if act is not None and act.asks:
            return str(due["key"]), act
    pytest.fail(f"no due of {rule} for {person}")


def save(at: AppTest, key: str) -> AppTest:
    [button] = [one for one in at.button if str(one.key).startswith(f"act.{key}.save")]
    return button.click().run()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("rule", ["R05", "R26", "R34", "R35q", "R36q", "R43"])
def test_the_form_of_an_act_opens_with_its_few_fields_first(opened: Open, here: Branch, rule: str, lang: str) -> None:
    key, act = open_act(here, "CM1", rule)
    at = opened("CM1", "act", lang=lang, due=key)
    assert not at.exception
    drawn = [str(one.key) for kind in (at.text_input, at.text_area, at.selectbox, at.multiselect, at.date_input) for one in kind]
    assert {f"act.{key}.{column}" for column in act.asks} <= set(drawn)
    assert say("screen.act.more", lang) in [one.label for one in at.expander] or act.table == "cash_plans"


def test_a_review_saved_from_its_due_ends_it_and_leads_back_to_today(opened: Open, here: Branch) -> None:
    key, act = open_act(here, "CM1", "R05")
    at = opened("CM1", "act", due=key)
    next(one for one in at.text_area if one.key == f"act.{key}.summary").set_value("完成两户授信上报")
    at = save(at, key)
    assert not at.exception
    assert "今日" in [one.value for one in at.title]
    rows = here.book().frame("reviews")
    made = rows[(rows["owner"] == "CM1") & (rows["period"] == act.said["period"])].iloc[-1]
    assert (made["level"], made["summary"], bool(made["in_diary"])) == ("month", "完成两户授信上报", True)
    who = actor(here.book(), "CM1")
    assert who is not None
    assert key not in set(here.look(clock.now()).of(who).dues["key"])


def test_a_rating_is_not_initiated_before_it_was_checked_through(opened: Open, here: Branch) -> None:
    """S71, S72: the three checks stand beside the day, and none of them may be left out."""
    key, act = open_act(here, "CM1", "R26")
    at = opened("CM1", "act", due=key)
    for column in ("industry_checked", "size_checked", "finance_checked"):
        next(one for one in at.selectbox if one.key == f"act.{key}.{column}").set_value("no")
    at = save(at, key)
    assert "方案第71、72条" in said(at)
    found = here.store.row("ratings", act.row)
    assert found is not None
    assert found["initiated_on"] is None


def test_somebody_elses_due_opens_nothing_and_goes_on_record(opened: Open, here: Branch) -> None:
    key, _ = open_act(here, "CM2", "R34")
    at = opened("CM1", "act", due=key)
    assert not at.exception
    assert "已经办结或已不归您处理" in said(at)
    assert not at.text_input
    assert ("CM1", f"due/{key}") in [(who, what.removeprefix("asked: ")) for event in ("denied", "sought", "asked") for who, what in
                                     rooms.on_record(here, event)]  # fmt: skip


def test_a_due_that_is_over_says_so(opened: Open) -> None:
    at = opened("CM1", "act", due="R05|CM1|1999-01")
    assert not at.exception
    assert "已经办结或已不归您处理" in said(at)
