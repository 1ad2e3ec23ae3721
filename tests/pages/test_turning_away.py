"""Whoever turns to another part of a page, to another page or to another row, and comes back, finds what they had typed; and what
Huce keeps of it for them was never emptied meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from branch import clock, drafts, rule_drafts
from branch.branch import Branch
from sheets.schema import Edit
from tests.pages.conftest import Open, said
from tests.pages.test_acknowledge import asked, link
from tests.pages.test_act import open_act
from tests.pages.test_drafts import RESTORED, kept
from tests.pages.test_opportunities import made as deal
from tests.pages.test_plan_grid import shown, typing
from tests.pages.test_reviews import change, clean, mine, written  # noqa: F401  (clean is a fixture)
from tests.pages.test_work import alert_of, press, value

SOON = clock.today() + timedelta(days=3)


@pytest.fixture(autouse=True)
def nothing_typed(here: Branch) -> None:
    for name in kept(here):
        here.store.private.unmark(name)


@dataclass(frozen=True)
class Place:
    """Where a person types: the page, what is open on it, what they type in which field, and the part they turn to."""

    person: str
    screen: str
    typed: Mapping[str, Any]
    query: Mapping[str, str] = field(default_factory=dict)
    open: Mapping[str, Any] = field(default_factory=dict)  # what they click open, whenever they come
    away: Mapping[str, Any] = field(default_factory=dict)  # the other part of the same page
    back: Mapping[str, Any] = field(default_factory=dict)


def held(at: AppTest, key: str) -> Any:
    """The widget under a key."""
    kinds = (at.text_input, at.text_area, at.selectbox, at.multiselect, at.date_input, at.number_input, at.checkbox, at.toggle)
    found = [one for kind in kinds for one in kind if one.key == key]
    assert found, key
    return found[0]


def put(at: AppTest, states: Mapping[str, Any]) -> AppTest:
    """Clicks, as the session knows them; "?part" is a word of the address."""
    for key, state in states.items():
        if key[0] == "?":
            at.query_params[key[1:]] = state
        else:
            at.session_state[key] = state
    at.run()
    assert not at.exception
    return at


def type_(at: AppTest, typed: Mapping[str, Any]) -> AppTest:
    for key, text in typed.items():
        held(at, key).set_value(text).run()
        assert not at.exception, key
    return at


def come(opened: Open, place: Place) -> AppTest:
    return put(put(opened(place.person, place.screen, **place.query), place.back), place.open)


def other_part(at: AppTest, place: Place) -> AppTest:
    put(at, place.away)
    assert not any(one.key in place.typed for kind in (at.text_input, at.text_area, at.date_input, at.selectbox) for one in kind)
    return put(put(at, place.back), place.open)


def other_page(at: AppTest, place: Place) -> AppTest:
    at.switch_page("today.py")
    assert not at.run().exception
    return again(at, place.screen, place)


def again(at: AppTest, screen: str, place: Place) -> AppTest:
    at.switch_page(f"{screen}.py")
    for key, word in place.query.items():
        at.query_params[key] = word
    at.run()
    return put(put(at, place.back), place.open)


def settings(part: str, typed: Mapping[str, Any], **more: Any) -> Place:
    other = "backup" if part != "backup" else "branch"
    return Place("ADM", "settings", typed, {}, away={"?part": other}, back={"?part": part}, **more)


PLACES = {
    "a new person": settings("people", {"people.staff.new.name": "顾晓", "people.staff.new.role": "customer_manager"},
                             open={"people.open": ("staff", "")}),
    "a new team": settings("people", {"people.teams.new.name": "公司业务三部"}, open={"people.open": ("teams", "")}),
    "the branch itself": settings("branch", {"setup.branch.name_zh": "望川支行", "setup.branch.lang": "en"}),
    "the mail server": settings("mail", {"setup.mail.host": "mail.bank.example", "setup.mail.to": "somebody@bank.example"}),
    "the link of the spreadsheet": settings("google", {"google.link": "https://docs.google.com/spreadsheets/d/abc/edit"}),
    "a customer's file": Place("CM1", "customer", {"customer.C1.address": "示例路8号"}, {"id": "C1"}, {"customer.C1.editing": True},
                               {"customer.part": "history"}, {"customer.part": "file"}),
    "a visit": Place("CM1", "visits", {"visits.new....minutes": "客户拟明年扩产", "visits.new....place": "客户厂区"},
                     away={"visits.part": "recent"}, back={"visits.part": "record"}),
    "a new opportunity": Place("CM1", "opportunities", {"opportunities.new...name": "扩产贷款", "opportunities.new...needs": "扩产"},
                               away={"opportunities.part": "all"}, back={"opportunities.part": "new"}),
    "the text of a plan": Place("CM1", "plans", {"plans.P1.text.form.strategy": "先稳存款"}, {"customer": "C1"},
                                {"plans.P1.text.editing": True}, {"plans.part": "trail"}, {"plans.part": "text"}),
    "why a plan is amended": Place("CM1", "plans", {"plans.P1.targets.reason": "market", "plans.P1.targets.explanation": "新产线投产"},
                                   {"customer": "C1", "do": "amend"}, {}, {"plans.part": "trail"}, {"plans.part": "targets"}),
    "a new task": Place("BL1", "tasks", {"tasks.new..what": "联系客户"}, {}, {"tasks.adding": True}, {"tasks.adding": False}),
    "a row in its drawer": Place("CM1", "ledgers", {"row.accounts.accounts-C1.note": "对公理财"}, {"table": "accounts"},
                                 {"ledgers.accounts.row": "accounts-C1"}, {"ledgers.accounts.row": ""}),
    "a new row of a ledger": Place("CM1", "ledgers", {"ledgers.problems.new.content": "回单迟到"}, {"table": "problems"},
                                   {"ledgers.problems.adding": True}, {"ledgers.problems.adding": False}),
    "why a number is wanted in full": Place("TL1", "customer", {"contacts.why.K1.reason": "约见客户"}, {"id": "C1"},
                                            {"contacts.row": "K1"}, {"customer.part": "history"}, {"customer.part": "contacts"}),
    "why a list is taken out": Place("BL1", "customers", {"customers.export.why": "报分行检查"}),
    "the name of a view": Place("CM1", "customers", {"customers.view.new": "启岚的"}, {"q": "启岚"}),
    "a notice and a closure": Place("ADM", "rules", {"calendar.notice.text": "放假通知的前一半", "calendar.closure.name": "搬迁",
                                                   "calendar.closure.first": SOON},
                                    away={"rules.view": "rules"}, back={"rules.view": "calendar"}),
    "a new rule": Place("ADM", "rules", {"rule.new..name_zh": "贷款临期核实", "rule.new..subject": "loans", "rule.new..lead.number": 30},
                        {}, {"rules.adding": True}, {"rules.adding": False}),
    "a rule": Place("BL1", "rules", {"rule.R30.lead.number": 4, "rule.R30.clause": "第九条"}, {}, {"rules.row": "R30"},
                    {"rules.row": ""}),
    "a new column": Place("ADM", "dictionary", {"shape.column.table": "customers", "shape.column.label": "所在园区",
                                                "shape.column.kind": "choice", "shape.column.choices": "东区\n西区"},
                          away={"dictionary.part": "hide"}, back={"dictionary.part": "column"}),
    "a new ledger": Place("ADM", "dictionary", {"shape.ledger.name": "押品重估", "shape.ledger.customers": False,
                                                "shape.ledger.1.label": "下次重估日"},
                          away={"dictionary.part": "column"}, back={"dictionary.part": "ledger"}),
}  # fmt: skip
TURNS = [
    pytest.param(place, way, id=f"{name}, {way.__name__}", marks=pytest.mark.long if way is other_page and place.away else ())
    for name, place in PLACES.items()
    for way in (other_part, other_page)
    if way is other_page or place.away
]


@pytest.mark.parametrize(("place", "way"), TURNS)
def test_what_was_typed_is_there_again(opened: Open, here: Branch, place: Place, way: Callable[[AppTest, Place], AppTest]) -> None:
    at = type_(come(opened, place), place.typed)
    before = kept(here)
    assert before
    at = way(at, place)
    assert {key: held(at, key).value for key in place.typed} == dict(place.typed)
    assert kept(here) == before
    at.run()
    assert {key: held(at, key).value for key in place.typed} == dict(place.typed)
    assert kept(here) == before


# ------------------------------------------------------------------ what takes a row of its own to come to


def test_the_acts_of_an_opportunity_keep_what_was_typed_in_each(opened: Open, here: Branch) -> None:
    """From one act to the next, out of the drawer and into it again."""
    key = deal(here, "几步")
    why, number = f"opportunities.end.{key}.lost_reason", f"opportunities.plan.{key}.goals"
    at = opened("CM1", "opportunities", row=key)
    for act, name, text in (("end", why, "price"), ("plan", number, "新增日均")):
        put(at, {f"opportunities.act.{key}": act})
        type_(at, {name: text})
    before = kept(here)
    assert len(before) == 2
    put(at, {f"opportunities.act.{key}": "end"})
    assert held(at, why).value == "price"
    put(at, {"opportunities.row": ""})
    put(at, {"opportunities.row": key})
    for act, name, text in (("end", why, "price"), ("plan", number, "新增日均")):
        put(at, {f"opportunities.act.{key}": act})
        assert held(at, name).value == text
    assert kept(here) == before


def both_ways(at: AppTest, place: Place, here: Branch) -> None:
    """Typed, then gone to another part and to another page, and back."""
    type_(at, place.typed)
    before = kept(here)
    assert before
    for way in (other_part, other_page):
        if way is other_part and not place.away:
            continue
        at = way(at, place)
        assert {key: held(at, key).value for key in place.typed} == dict(place.typed)
        assert kept(here) == before


def test_why_a_gate_is_let_through_is_there_again(opened: Open, here: Branch) -> None:
    key = deal(here, "放行理由")
    row = "opportunities.row"
    place = Place("TL1", "opportunities", {f"opportunities.pass.{key}.need.reason": "董事长当面谈定"}, {}, {row: key}, {row: ""})
    both_ways(come(opened, place), place, here)


def test_the_form_of_an_act_is_there_again(opened: Open, here: Branch) -> None:
    key, act = open_act(here, "CM1", "R05")
    table = here.book().tables[act.table]
    name = next(column.key for column in table.columns if column.key in act.asks and column.kind in {"text", "long"})
    place = Place("CM1", "act", {f"act.{key}.{name}": "新产线投产"}, {"due": key})
    both_ways(come(opened, place), place, here)


def test_an_answer_to_an_alert_is_there_again(opened: Open, here: Branch) -> None:
    key = alert_of(here, "CM1", late=False)
    typed = {f"answer.{key}.acknowledge.reason": "已联系", f"answer.{key}.promised_on": SOON, f"answer.{key}.until": SOON}
    place = Place("CM1", "alerts", typed, {}, {"alerts.row": key}, {"alerts.row": ""})
    both_ways(come(opened, place), place, here)


@pytest.mark.usefixtures("clean")
def test_the_words_of_a_review_are_there_again_and_its_grid_too(opened: Open, here: Branch) -> None:
    key = written(here)
    words, lines = {"reviews.part": "words"}, {"reviews.part": "lines"}
    place = Place("CM1", "reviews", {f"reviews.{key}.words.summary": "存款回升，客户增加"}, {}, {}, lines, words)
    at = come(opened, place)
    both_ways(at, place, here)
    place = Place("CM1", "reviews", {f"reviews.{key}.measure.measure": "补访两户"}, {}, {}, words, {"reviews.part": "measures"})
    both_ways(put(at, place.back), place, here)
    put(at, lines)
    typing(at, {"feedback": "放款快"}, f"reviews.{key}.grid", 0)
    for away in ("words", "measures"):
        put(put(at, {"reviews.part": away}), lines)
        assert at.dataframe[-1].value.iloc[0]["feedback"] == "放款快"
    at = again(other_page(at, place), "reviews", Place("CM1", "reviews", {}, back=lines))
    assert at.dataframe[-1].value.iloc[0]["feedback"] == "放款快"


@pytest.mark.usefixtures("clean")
def test_a_review_is_not_submitted_while_its_grid_holds_unsaved_words_in_another_part(opened: Open, here: Branch) -> None:
    press(opened("CM1", "reviews"), "reviews.begin")
    key = str(mine(here)["id"])
    change(here, "CM1", key, summary="存款回升", shortcomings="上门偏少", next_plan="每周排访")
    at = put(opened("CM1", "reviews"), {"reviews.part": "lines"})
    typing(at, {"feedback": "放款快"}, f"reviews.{key}.grid", 0)
    at = press(put(at, {"reviews.part": "words"}), f"reviews.{key}.bar.submit")
    assert value(here, "reviews", key, "status") == "draft"
    assert "先保存" in said(at)


def test_cells_typed_into_the_grid_of_a_plan_are_there_after_another_page(opened: Open, here: Branch) -> None:
    place = Place("CM1", "plans", {}, {"customer": "C1"}, back={"plans.part": "targets"})
    at = typing(opened("CM1", "plans", customer="C1"), {"goal": "650"})
    before = kept(here)
    at = other_page(at, place)
    assert shown(at)["goal"] == "650"
    assert kept(here) == before


def test_a_rule_picked_in_the_grid_of_several_may_be_picked_again_after_another_page(opened: Open, here: Branch) -> None:
    def grid(at: AppTest) -> tuple[str, list[str]]:
        [(key, ids)] = at.session_state["rules.several.ids"].items()
        return key, ids

    def pick(at: AppTest, on: bool) -> AppTest:
        key, ids = grid(at)
        at.session_state[key] = {"edited_rows": {ids.index("R11"): {"enabled": on}}, "added_rows": [], "deleted_rows": []}
        return at.run()

    place = Place("BL1", "rules", {}, back={"rules.view": "several"})
    at = pick(come(opened, place), False)
    before = kept(here)
    at = other_page(at, place)
    assert kept(here) == before
    drafts.drop(here, "BL1", rule_drafts.FORM)  # thrown away in another window
    pick(other_page(at, place), False)
    assert {name: text.partition('"base"')[0] for name, text in kept(here).items()} == {
        name: text.partition('"base"')[0] for name, text in before.items()
    }


# ------------------------------------------------------------------ the link of a mail


def test_the_promised_day_and_what_was_left_out_are_there_again_until_they_are_answered(opened: Open, here: Branch) -> None:
    todo, mail = asked(here, "CM1"), link(here, "CM1")
    out, day = f"acknowledge.{mail}.pick.{todo[0]}", f"acknowledge.{mail}.promised_on"
    place = Place("CM1", "acknowledge", {out: False, day: SOON}, {"mail": mail})
    at = come(opened, place)
    assert kept(here) == {}
    both_ways(at, place, here)
    at = come(opened, place)
    assert RESTORED in said(at)
    assert (held(at, out).value, held(at, day).value) == (False, SOON)
    at.button(key="acknowledge.all").click().run()
    assert f"已确认 {len(todo) - 1} 项" in said(at)
    assert asked(here, "CM1") == todo[:1]
    assert (held(at, out).value, held(at, day).value) == (False, None), "a second click does not answer what was left out"
    at = come(opened, place)
    held(at, out).set_value(True)
    at.button(key="acknowledge.all").click().run()
    assert not at.exception
    assert asked(here, "CM1") == []
    assert kept(here) == {}


def test_a_promised_day_that_went_by_meanwhile_is_not_put_back(opened: Open, here: Branch) -> None:
    mail = link(here, "TL1")
    name = f"acknowledge.{mail}"
    drafts.keep(here, "TL1", name, {"promised_on": clock.today() - timedelta(days=1)}, {}, clock.now())
    at = opened("TL1", "acknowledge", mail=mail)
    assert not at.exception
    assert held(at, f"{name}.promised_on").value is None
    assert kept(here) == {}


# ------------------------------------------------------------------ what comes after


def test_what_came_back_is_saved_and_kept_no_more(opened: Open, here: Branch) -> None:
    place = PLACES["a customer's file"]
    at = other_part(type_(come(opened, place), place.typed), place)
    assert RESTORED in said(at)
    press(at, "customer.C1.save")
    assert value(here, "customers", "C1", "address") == "示例路8号"
    assert kept(here) == {}
    at = other_part(at, place)
    assert RESTORED not in said(at)


def test_what_a_colleague_changed_meanwhile_is_asked_and_not_overwritten(opened: Open, here: Branch) -> None:
    """Turned away, a colleague writes the same field, turned back: the save compares with what stood there when it was typed."""
    place, was = PLACES["a customer's file"], value(here, "customers", "C1", "address")
    at = type_(come(opened, place), {"customer.C1.address": "我的路1号"})
    put(at, place.away)
    now = {"address": was}
    here.store.write([Edit("customers", "C1", now, {"address": "他的路1号"})], "CM2", "portal", clock.now())
    at = press(put(put(at, place.back), place.open), "customer.C1.save")
    assert value(here, "customers", "C1", "address") == "他的路1号"
    assert "我的路1号" in said(at)
    press(at, "customer.C1.back")  # they want to read on before they decide
    at.run()
    assert held(at, "customer.C1.address").value == "我的路1号"
    press(at, "customer.C1.save")
    assert value(here, "customers", "C1", "address") == "他的路1号"


def test_a_colleagues_change_of_another_field_is_seen_on_coming_back(opened: Open, here: Branch) -> None:
    place = PLACES["a customer's file"]
    at = type_(come(opened, place), {"customer.C1.address": "我的路2号"})
    put(at, place.away)
    was = value(here, "customers", "C1", "main_business")
    here.store.write([Edit("customers", "C1", {"main_business": was}, {"main_business": "锻件"})], "CM2", "portal", clock.now())
    at = put(put(at, place.back), place.open)
    assert held(at, "customer.C1.main_business").value == "锻件"
    press(at, "customer.C1.save")
    assert (value(here, "customers", "C1", "address"), value(here, "customers", "C1", "main_business")) == ("我的路2号", "锻件")


def test_what_is_thrown_away_does_not_come_back(opened: Open, here: Branch) -> None:
    place = PLACES["a new person"]
    at = other_part(type_(come(opened, place), place.typed), place)
    at.button(key="people.staff.new.discard").click().run()
    at = other_part(at, place)
    assert held(at, "people.staff.new.name").value == ""
    assert held(at, "people.staff.new.status").value == "active", "it begins as every new row does"
    assert kept(here) == {}


def test_the_same_row_on_another_page_holds_what_was_typed_on_this_one(opened: Open, here: Branch) -> None:
    note = "row.accounts.accounts-C1.note"
    at = type_(come(opened, PLACES["a row in its drawer"]), {note: "对公理财"})
    before = kept(here)
    at.switch_page("customer.py")
    at.query_params["id"], at.query_params["part"], at.query_params["accounts"] = "C1", "accounts", "accounts-C1"
    at.run()
    assert held(at, note).value == "对公理财"
    assert kept(here) == before


def test_an_answer_that_goes_out_of_sight_with_another_one_is_there_when_it_is_asked_again(opened: Open, here: Branch) -> None:
    """The choices of a column are asked of a choice only: for a moment it is a text."""
    place = PLACES["a new column"]
    at = type_(come(opened, place), place.typed)
    before = kept(here)
    type_(at, {"shape.column.kind": "text"})
    assert "西区" in str(kept(here))
    at.run()
    at = other_part(at, place)
    type_(at, {"shape.column.kind": "choice"})
    assert held(at, "shape.column.choices").value == "东区\n西区"
    assert kept(here) == before
    type_(at, {"shape.column.kind": "text"})
    press(at, "shape.column.save")
    [made] = [c for c in here.book().tables["customers"].columns if c.zh == "所在园区"]
    assert (made.kind, made.choices) == ("text", ())
    assert kept(here) == {}


@pytest.mark.parametrize("name", PLACES)
def test_what_is_typed_in_the_same_breath_as_the_click_that_leads_away_is_there_again(name: str, opened: Open) -> None:
    place = PLACES[name]
    *first, last = place.typed
    at = type_(come(opened, place), {key: place.typed[key] for key in first})
    held(at, last).set_value(place.typed[last])
    at = other_part(at, place) if place.away else other_page(at, place)
    assert {key: held(at, key).value for key in place.typed} == dict(place.typed)
