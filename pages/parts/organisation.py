"""The branch itself: its name in both languages, the language of its mails, and the day from which it works with Huce."""

from __future__ import annotations

import streamlit as st

from branch import clock, maintenance
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.side import OWN_NAMES
from pages.parts.words import literal
from texts import Fault, say

NAMES = ("name_zh", "name_en")


def draw(desk: Desk) -> None:
    chosen = desk.branch.settings
    st.markdown(desk.words("setup.branch_hint"))
    with st.container():
        if said := st.session_state.pop("setup.branch.said", ""):
            st.info(literal(said))
    with st.form("setup.branch", enter_to_submit=False):
        left, right = st.columns(2)
        for place, key in zip((left, right), NAMES, strict=True):
            place.text_input(
                desk.words(f"setup.{key}"), value=getattr(chosen, key), key=f"setup.branch.{key}", max_chars=100, autocomplete="off"
            )
        left.date_input(desk.words("setup.live_since"), value=chosen.policy.live_since, key="setup.branch.live_since", format="YYYY-MM-DD")
        right.selectbox(
            desk.words("setup.lang"),
            list(OWN_NAMES),
            index=list(OWN_NAMES).index(chosen.lang),
            key="setup.branch.lang",
            format_func=OWN_NAMES.__getitem__,
        )
        st.caption(desk.words("setup.terms_hint", workdays=chosen.policy.visit_record_workdays))
        st.form_submit_button(desk.words("save"), type="primary", on_click=_save)


def _save() -> None:
    desk = require("settings")
    typed = {key: str(st.session_state.get(f"setup.branch.{key}", "")).strip() for key in (*NAMES, "lang")}
    day = st.session_state.get("setup.branch.live_since")
    try:
        maintenance.set_branch(desk.branch, desk.person, typed, day, clock.now())
        st.session_state["setup.branch.said"] = say("screen.saved", desk.lang)
    except Fault as fault:
        st.session_state["setup.branch.said"] = fault.say(desk.lang)
