"""What a person may answer to an alert: seen (with a promise), later (with a reason), waived by a leader, done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from branch import answered, clock
from branch import responses as said
from pages.parts import drafts
from pages.parts.desk import Desk
from pages.parts.dues import duelist
from pages.parts.facts import dues
from pages.parts.guard import require
from pages.parts.trail import trail
from pages.parts.words import literal
from texts import Fault, say

ACTS = ("acknowledge", "snooze", "waive")
FIELDS = (*(f"{act}.reason" for act in ACTS), "until", "promised_on")


def answers(desk: Desk, alert: Mapping[str, Any]) -> None:
    """The answers to an alert, and the act that ends its due."""
    buttons(desk, alert)
    trail(desk, alert)
    found = dues(desk)
    if alert["due_key"] in set(desk.sight.waived["key"]):
        return  # its waiver stands above, and nothing is to be done
    duelist(desk, "alerts", found[found["key"] == alert["due_key"]], name="alert", empty="alerts.due_gone", asks=False)


def buttons(desk: Desk, alert: Mapping[str, Any]) -> None:
    """One popover an act, only those this person may take."""
    name = f"answer.{alert['id']}"
    if note := st.session_state.pop(f"{name}.said", ""):
        st.info(literal(note))
    with st.container(horizontal=True):
        _wake(desk, alert, name)
    acts = [act for act in ACTS if desk.may("alerts", act) and not _over(desk, alert, act)]
    drafts.load_fields(desk, name, FIELDS)
    with st.container(horizontal=True):
        for act in acts:
            with st.popover(desk.words(f"answer.{act}")):
                st.markdown(desk.words(f"answer.{act}_hint"))
                if act == "acknowledge":
                    st.date_input(desk.words("answer.promised_on"), value=None, key=f"{name}.promised_on", format="YYYY-MM-DD")
                if act == "snooze":
                    st.date_input(desk.words("answer.until"), value=None, key=f"{name}.until", format="YYYY-MM-DD")
                st.text_area(desk.words("answer.reason"), key=f"{name}.{act}.reason", height=80)
                st.button(desk.words("answer.sure"), key=f"{name}.{act}", type="primary", on_click=_answer, args=(str(alert["id"]), act))
    drafts.keep_fields(desk, name, FIELDS)


def _over(desk: Desk, alert: Mapping[str, Any], act: str) -> bool:
    """Whether an answer would say nothing any more: the due is waived, or, to put it off, no longer before its day."""
    if alert["due_key"] in set(desk.sight.waived["key"]):
        return True
    return act == "snooze" and bool(alert["due"] < pd.Timestamp(desk.today))


def _wake(desk: Desk, alert: Mapping[str, Any], name: str) -> None:
    """Takes back one's own putting off, or, for a leader, the waiver."""
    due = str(alert["due_key"])
    if desk.may("alerts", "waive"):
        asleep = answered.waiver(desk.book, due, desk.leaders) is not None
    else:
        asleep = desk.may("alerts", "snooze") and answered.put_off(desk.book, due, desk.person.staff, desk.today) is not None
    if asleep:
        st.button(desk.words("answer.wake"), key=f"{name}.wake", on_click=_answer, args=(str(alert["id"]), "wake"))


def _answer(alert: str, act: str) -> None:
    desk = require("alerts")
    name = f"answer.{alert}"
    values = {
        "reason": str(st.session_state.get(f"{name}.{act}.reason", "")).strip(),
        "until": st.session_state.get(f"{name}.until") if act == "snooze" else None,
        "promised_on": st.session_state.get(f"{name}.promised_on") if act == "acknowledge" else None,
    }
    try:
        late = said.answer(desk.branch, desk.person, alert, act, values, clock.now())
        st.session_state[f"{name}.said"] = say("screen.answer.done_late" if late else "screen.answer.done", desk.lang)
        drafts.drop_fields(desk, name, FIELDS)
    except Fault as fault:
        st.session_state[f"{name}.said"] = fault.say(desk.lang)
