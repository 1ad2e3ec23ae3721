"""Who may sign in: the staff, an invitation for each, and an end to the sessions of one who leaves."""

from __future__ import annotations

import streamlit as st

from branch import accounts, clock
from pages.parts import shown
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.names import name as name_of
from pages.parts.words import link, literal
from texts import Fault

SHOWN = ("name", "role", "team", "leader", "email", "status", "deputy", "lang")


def draw(desk: Desk) -> None:
    table = desk.tables["staff"]
    rows = desk.rows("staff")
    able = accounts.able(desk.branch)
    drawn = shown.frame(desk, table, rows, SHOWN)
    drawn.insert(2, "able", rows["id"].map(lambda one: desk.plainly("yes" if one in able else "no")).astype("str"))
    config = shown.config(desk, table, SHOWN) | {"able": st.column_config.TextColumn(desk.plainly("setup.able"))}
    st.dataframe(drawn, hide_index=True, column_config=config, placeholder="")
    st.page_link("ledgers.py", label=link(desk.words("setup.edit_staff")), query_params={"table": "staff"})
    with st.container(border=True):
        st.markdown(desk.words("setup.invite_hint"))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            people = {str(one): name_of(desk, "staff", one) for one in rows["id"]}
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
        key, person = st.session_state.pop("setup.key", ("", ""))
        if key:
            st.success(desk.words("setup.key", person=person))
            st.code(key, language=None)
        if said := st.session_state.pop("setup.said", ""):
            st.info(literal(said))


def _invite() -> None:
    desk = require("settings")
    person = st.session_state.get("setup.person")
    if not person:
        st.session_state["setup.said"] = desk.plainly("setup.pick_person")
        return
    try:
        key = accounts.invite(desk.branch, desk.person, person, clock.now())
        st.session_state["setup.key"] = (key, name_of(desk, "staff", person))
    except Fault as fault:
        st.session_state["setup.said"] = fault.say(desk.lang)


def _end() -> None:
    desk = require("settings")
    person = st.session_state.get("setup.person")
    if not person:
        st.session_state["setup.said"] = desk.plainly("setup.pick_person")
        return
    accounts.end_all(desk.branch, desk.person, person, clock.now())
    st.session_state["setup.said"] = desk.plainly("setup.ended", person=name_of(desk, "staff", person))
