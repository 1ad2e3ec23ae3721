"""An invitation: a link and a picture of it with which one person sets a password; and an end to the sessions of one who leaves."""

from __future__ import annotations

from io import BytesIO

import segno
import streamlit as st

from branch import accounts, clock, reach
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.names import name as name_of
from pages.parts.words import link, literal
from texts import Fault

GIVEN = "people.given"  # the code that was just made, and whom it is for: shown until it is put away, kept nowhere else


def draw(desk: Desk) -> None:
    rows = desk.rows("staff")
    here = rows[rows["status"].astype("str") != "left"]
    people = {str(one): name_of(desk, "staff", one) for one in here["id"]}
    st.header(desk.words("people.access"))
    with st.container(border=True):
        st.markdown(desk.words("setup.invite_hint"))
        if not reach.base(desk.branch.settings):
            _out_of_reach(desk)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.selectbox(
                desk.words("setup.person"),
                list(people),
                index=None,
                key="setup.person",
                width=260,
                placeholder=desk.plainly("pick"),
                format_func=lambda one: f"{people.get(one, one)} · {one}",
            )
            st.button(desk.words("setup.invite"), key="setup.invite", on_click=_invite, type="primary")
            st.button(desk.words("setup.end_sessions"), key="setup.end", on_click=_end)
        with st.container():
            if given := st.session_state.get(GIVEN):
                _handed(desk, *given)
            if said := st.session_state.pop("setup.said", ""):
                st.info(literal(said))


def _handed(desk: Desk, code: str, person: str) -> None:
    """The link under the address that colleagues reach; the bare code where there is none yet."""
    base = reach.base(desk.branch.settings)
    if not base:
        st.success(desk.words("setup.key", person=person))
        st.code(code, language=None)
    else:
        whole = f"{base}/invite#{code}"
        hours = desk.branch.settings.session.invite_hours
        st.success(desk.words("people.link", person=person, hours=hours))
        st.code(whole, language=None, wrap_lines=True)
        picture = BytesIO()
        segno.make(whole, error="m").save(picture, kind="png", scale=6, border=3)
        st.image(picture.getvalue(), width=220, caption=desk.plainly("people.qr", person=person))
        st.caption(desk.words("people.code", key=code, address=f"{base}/invite"))
    st.button(desk.words("people.put_away"), key="people.put_away", on_click=_put_away)


def _out_of_reach(desk: Desk) -> None:
    st.warning(desk.words("people.out_of_reach"))
    st.page_link("settings.py", label=link(desk.words("setup.of.network")), query_params={"part": "network"})


def _invite() -> None:
    desk = require("settings")
    person = st.session_state.get("setup.person")
    if not person:
        st.session_state["setup.said"] = desk.plainly("setup.pick_person")
        return
    try:
        st.session_state[GIVEN] = (accounts.invite(desk.branch, desk.person, person, clock.now()), name_of(desk, "staff", person))
    except Fault as fault:
        st.session_state["setup.said"] = fault.say(desk.lang)


def _put_away() -> None:
    st.session_state.pop(GIVEN, None)


def _end() -> None:
    desk = require("settings")
    person = st.session_state.get("setup.person")
    if not person:
        st.session_state["setup.said"] = desk.plainly("setup.pick_person")
        return
    accounts.end_all(desk.branch, desk.person, person, clock.now())
    st.session_state["setup.said"] = desk.plainly("setup.ended", person=name_of(desk, "staff", person))
