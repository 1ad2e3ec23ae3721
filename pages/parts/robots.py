"""The person's own chat robots: set, tried, forgotten. An address is typed once and never shown again;
it is a secret like the signing key, so that both are in no draft."""

from __future__ import annotations

import streamlit as st

from branch import channels, clock
from branch.channels import SERVICES
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.words import literal
from texts import Fault

SAID, ADDRESS, SECRET = "receiving.robots.said", "receiving.robots.address", "receiving.robots.secret"
GOING = ("waiting", "sending", "retry")
PAUSE = 3  # seconds between two looks at a message that is on its way


def draw(desk: Desk) -> None:
    st.header(desk.words("receiving.robots"))
    with st.container(border=True):
        st.markdown(desk.words("receiving.robots_hint"))
        with st.container():
            if said := st.session_state.pop(SAID, None):
                (st.success if said[0] else st.error)(literal(said[1]))
        there = channels.of(desk.branch, desk.person.staff)
        if there:
            _list(desk)
        with st.form("receiving.robots", enter_to_submit=False, border=False):
            st.text_input(desk.words("receiving.robots_address"), key=ADDRESS, type="password", help=desk.words("receiving.robots_where"))
            st.text_input(desk.words("receiving.robots_secret"), key=SECRET, type="password", help=desk.words("receiving.robots_signs"))
            st.form_submit_button(desk.words("receiving.robots_save"), type="secondary" if there else "primary", on_click=_save)


def _list(desk: Desk) -> None:
    """Drawn anew by itself while a message is on its way."""
    going = any(_last(desk, service)[0] in GOING for service in channels.of(desk.branch, desk.person.staff))

    @st.fragment(run_every=PAUSE if going else None)
    def shown() -> None:
        now = require("receiving")
        for service, robot in channels.of(now.branch, now.person.staff).items():
            state, error = _last(now, service)
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{now.words(f'receiving.robot.{service}')}** · {literal(robot.tail)}", width="content")
                if state:
                    label = next((one.label(now.lang) for one in now.tables["outbox"]["state"].choices if one.code == state), state)
                    st.caption(now.words("receiving.robots_last", state=label, error=error), width="content")
                st.button(now.words("receiving.robots_try"), key=f"receiving.robots.try.{service}", on_click=_try, args=(service,))
                with st.popover(now.words("receiving.robots_drop")):
                    st.markdown(now.words("receiving.robots_drop_hint"))
                    st.button(
                        now.words("answer.sure"), key=f"receiving.robots.drop.{service}", type="primary", on_click=_drop, args=(service,)
                    )

    shown()


def _last(desk: Desk, service: str) -> tuple[str, str]:
    """What became of the newest message by this way: its state, and why it was not taken."""
    rows = desk.rows("outbox")
    mine = rows[(rows["staff"].astype("str") == desk.person.staff) & (rows["channel"].astype("str") == service)]
    if mine.empty:
        return "", ""
    last = mine.sort_values("created_at", kind="stable").iloc[-1]
    return str(last["state"]), "" if last["error"] != last["error"] or last["error"] is None else str(last["error"])


def _save() -> None:
    desk = require("receiving")
    try:
        service = channels.put(desk.branch, desk.person, str(st.session_state[ADDRESS]), str(st.session_state[SECRET]), clock.now())
    except Fault as fault:
        st.session_state[SAID] = (False, fault.say(desk.lang))
    else:
        st.session_state[SAID] = (True, desk.plainly("receiving.robots_saved", name=desk.plainly(f"receiving.robot.{service}")))
        st.session_state[ADDRESS] = st.session_state[SECRET] = ""


def _try(service: str) -> None:
    desk = require("receiving")
    try:
        channels.trial(desk.branch, desk.person, service, desk.lang, clock.now())
        st.session_state[SAID] = (True, desk.plainly("receiving.robots_tried"))
    except Fault as fault:
        st.session_state[SAID] = (False, fault.say(desk.lang))


def _drop(service: str) -> None:
    desk = require("receiving")
    if service in SERVICES:
        channels.drop(desk.branch, desk.person, service, clock.now())
        st.session_state[SAID] = (True, desk.plainly("receiving.robots_dropped"))
