"""The acts of a day on the pages: what ends a due, answers to alerts, a conflict between two hands, a private number."""

from __future__ import annotations

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from branch import audit, clock
from branch.branch import Branch
from branch.people import actor
from branch.responses import AnswerRefused
from branch.responses import answer as answer_alert
from tests.branch import rooms
from tests.pages.conftest import Open, said


def press(at: AppTest, key: str) -> AppTest:
    """The button whose key begins so."""
    found = next(one for one in at.button if str(one.key).startswith(key))
    return found.click().run()


def value(here: Branch, table: str, row: str, column: str) -> object:
    found = here.store.row(table, row)
    assert found is not None
    return found[column]


def act(opened: Open, person: str, due: str) -> None:
    """Presses the button of a due on Today, on whichever page of its section it is."""
    at = opened(person, "today")
    for section in ("overdue", "due_today", "week", "escalated"):
        turns = next((key for n in range(2, 40) if (key := f"dues.today.{section}.{n}") in at.session_state), "")
        for number in range(1, int(turns.rpartition(".")[2] or 1) + 1):
            if turns:
                at.session_state[turns] = number
                at.run()
            found = [one for one in at.button if str(one.key).startswith(f"act.today.{section}.{due}")]
            if found:
                found[0].click().run()
                assert not at.exception
                assert not at.error
                return
    pytest.fail(f"{due} is not among the dues of {person}")


@pytest.mark.parametrize(
    ("person", "rule", "table", "column"),
    [("CM1", "R32", "loans", "notice_on"), ("CR1", "R25s", "ratings", "notice_on"), ("CM1", "R20", "opportunities", "submitted_at")],
    ids=["letter sent", "rating notice sent", "opportunity submitted"],
)  # fmt: skip
def test_one_click_ends_a_due(opened: Open, here: Branch, person: str, rule: str, table: str, column: str) -> None:
    person_ = actor(here.book(), person)
    assert person_ is not None
    found = here.look(clock.now()).of(person_).dues
    mine = found[(found["rule"] == rule) & found["mine"] & found["state"].isin(("overdue", "due_today", "due_soon"))]
    assert len(mine), rule
    key, row = str(mine.iloc[0]["key"]), str(mine.iloc[0]["row"])
    act(opened, person, key)
    assert value(here, table, row, column) is not None
    left = here.look(clock.now()).of(person_).dues
    assert key not in set(left["key"])


def edit(opened: Open, person: str, row: str, **typed: str) -> AppTest:
    at = opened(person, "customer", id=row)
    at.session_state[f"customer.{row}.editing"] = True
    at.run()
    for key, text in typed.items():
        next(one for one in [*at.text_input, *at.text_area] if one.key == f"customer.{row}.{key}").set_value(text)
    return at


def test_two_hands_on_different_fields_of_a_row_are_both_kept(opened: Open, here: Branch) -> None:
    first = edit(opened, "CM1", "C1", address="示例路2号")
    press(edit(opened, "CM1", "C1", main_business="铸件"), "customer.C1.save")
    press(first, "customer.C1.save")
    assert (value(here, "customers", "C1", "address"), value(here, "customers", "C1", "main_business")) == ("示例路2号", "铸件")


@pytest.mark.parametrize(("keep", "kept"), [("yours", "我的路-yours"), ("theirs", "他的路-theirs")])
def test_two_hands_on_one_field_are_asked_and_neither_is_overwritten(opened: Open, here: Branch, keep: str, kept: str) -> None:
    mine = edit(opened, "CM1", "C2", address=f"我的路-{keep}", note=f"备注{keep}")
    press(edit(opened, "CM1", "C2", address=f"他的路-{keep}"), "customer.C2.save")
    press(mine, "customer.C2.save")
    assert value(here, "customers", "C2", "address") == f"他的路-{keep}"  # nothing was overwritten
    shown = said(mine)
    for side in (f"他的路-{keep}", f"我的路-{keep}", "陈静"):
        assert side in shown
    mine.session_state["customer.C2.clash.0"] = keep
    press(mine, "customer.C2.again")
    assert not mine.error
    assert value(here, "customers", "C2", "address") == kept
    assert value(here, "customers", "C2", "note") == f"备注{keep}"


def test_a_fault_in_a_field_is_told_beside_it_and_nothing_is_written(opened: Open, here: Branch) -> None:
    was = value(here, "customers", "C1", "paid_in_capital")
    at = edit(opened, "CM1", "C1", paid_in_capital="三个亿多", address="示例路7号")
    press(at, "customer.C1.save")
    assert "这 1 处需要更正" in said(at)
    assert "三个亿多" in said(at)
    assert value(here, "customers", "C1", "paid_in_capital") == was
    assert value(here, "customers", "C1", "address") != "示例路7号"
    assert next(one for one in at.text_input if one.key == "customer.C1.address").value == "示例路7号"  # still there


def test_a_private_number_is_shown_for_a_reason_and_on_record(opened: Open, here: Branch) -> None:
    at = opened("CM1", "ledgers", table="contacts", row="K1")
    assert "13800000001" not in said(at)

    person_ = actor(here.book(), "CM1")
    assert person_ is not None
    audit.unmask(here.store, here.book(), person_, "contacts", "K1", reason="约见面时间", now=clock.now())
    assert ("CM1", "contacts/K1: 约见面时间") in rooms.on_record(here, "unmask")


def alert_of(here: Branch, staff: str, *, late: bool) -> str:
    rows = here.book().frame("alerts")
    today = clock.today()
    mine = rows[(rows["staff"].astype("str") == staff) & rows["due"].notna()]
    days = mine["due"].dt.date
    fits = mine[days < today] if late else mine[days > today + timedelta(days=3)]
    assert len(fits)
    return str(fits.iloc[0]["id"])


def answer(opened: Open, person: str, alert: str, act: str, **typed: object) -> AppTest:
    """Opens an alert as if it had been clicked in the list, and answers it."""
    at = AppTest.from_function(_answers)
    at.session_state["person"], at.session_state["alert"] = person, alert
    opened(person, "today")  # signs in
    at.run()
    for key, wish in typed.items():
        at.session_state[f"answer.{alert}.{key}"] = wish
    found = [one for one in at.button if one.key == f"answer.{alert}.{act}"]
    if not found:
        return at
    return found[0].click().run()


def _answers() -> None:
    import streamlit as st

    from pages.parts.answers import buttons
    from pages.parts.guard import require

    desk = require("alerts")
    row = desk.row("alerts", st.session_state["alert"])
    assert row is not None
    buttons(desk, row)


def test_seen_with_a_promise_is_kept_and_moves_no_date(opened: Open, here: Branch) -> None:
    alert = alert_of(here, "CM1", late=True)
    at = answer(opened, "CM1", alert, "acknowledge", promised_on=clock.today() + timedelta(days=2))
    assert "已记录" in said(at)
    last = here.book().frame("responses").iloc[-1]
    assert (last["alert"], last["act"], last["staff"]) == (alert, "acknowledge", "CM1")


def test_what_is_overdue_cannot_be_put_off(opened: Open, here: Branch) -> None:
    """It is not offered, and refused to whoever asks for it all the same."""
    alert, person = alert_of(here, "CM1", late=True), actor(here.book(), "CM1")
    assert person is not None
    at = answer(opened, "CM1", alert, "acknowledge", promised_on=clock.today() + timedelta(days=2))
    assert not any(str(one.key).endswith(".snooze") for one in at.button)
    wish = {"until": clock.today() + timedelta(days=2), "reason": "等客户回来"}
    with pytest.raises(AnswerRefused) as refused:
        answer_alert(here, person, alert, "snooze", wish, clock.now())
    assert "已逾期的事项不能推后" in refused.value.say("zh")


def test_only_a_leader_waives_and_only_with_a_reason(opened: Open, here: Branch) -> None:
    alert = alert_of(here, "CM1", late=True)
    key = str(value(here, "alerts", alert, "due_key"))
    assert f"answer.{alert}.waive" not in [one.key for one in answer(opened, "CM1", alert, "waive").button]
    assert "请写明理由" in said(answer(opened, "BL1", alert, "waive"))
    answer(opened, "BL1", alert, "waive", **{"waive.reason": "客户停业整顿"})
    leader = actor(here.book(), "BL1")
    assert leader is not None
    assert key not in set(here.look(clock.now()).of(leader).dues["key"])


def drafts_of(here: Branch, staff: str) -> list[str]:
    return [text for name, (text, _) in here.store.private.marks().items() if name.startswith(f"draft:{staff}:visits") and text]


def test_what_is_typed_is_kept_for_its_writer_alone(opened: Open, here: Branch) -> None:
    at = opened("CM1", "visits", customer="C1", mode="onsite")
    assert drafts_of(here, "CM1") == []  # what a form begins with belongs to its day and its language
    minutes = next(one for one in at.text_area if str(one.key).endswith(".minutes"))
    minutes.set_value("客户拟明年扩产").run()
    assert drafts_of(here, "CM1") == ['{"typed": {"minutes": "客户拟明年扩产"}, "base": {"minutes": null}}']
    again = opened("CM1", "visits", lang="en", customer="C1", mode="onsite")
    held = {str(one.key).rpartition(".")[2]: one.value for one in again.text_area}
    assert held["minutes"] == "客户拟明年扩产"
    assert "财务" not in held["preparation"]
    health = opened("ADM", "settings")
    health.session_state["setup.part"] = "health"
    health.run()
    assert health.dataframe
    assert "扩产" not in said(health)


def test_an_address_puts_nobody_elses_customer_into_a_form(opened: Open) -> None:
    for screen, query in (("visits", {}), ("ledgers", {"table": "problems"})):
        at = opened("CM1", screen, customer="C5", **query)
        assert not at.exception
        asked = next(one for one in at.selectbox if str(one.key).endswith(".customer"))
        assert asked.value is None


def test_the_record_speaks_in_words(opened: Open) -> None:
    at = opened("ADM", "settings")
    at.session_state["setup.part"] = "audit"
    at.run()
    shown = at.dataframe[0].value
    assert {"演示登录"} <= set(shown["field"])
    assert not any("*" in text or text.islower() for text in [*shown["table"], *shown["field"], *shown["source"]])
