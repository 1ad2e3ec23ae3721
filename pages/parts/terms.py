"""What the branch has agreed about time: from when it works with Huce, and how soon what was done is written down."""

from __future__ import annotations

import streamlit as st

from branch import clock, maintenance
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.words import literal
from texts import Fault, say


def draw(desk: Desk) -> None:
    policy = desk.branch.settings.policy
    st.markdown(desk.words("setup.terms_hint", workdays=policy.visit_record_workdays))
    if said := st.session_state.pop("setup.terms.said", ""):
        st.info(literal(said))
    with st.form("setup.terms", enter_to_submit=False):
        st.date_input(desk.words("setup.live_since"), value=policy.live_since, key="setup.terms.live_since", format="YYYY-MM-DD")
        st.form_submit_button(desk.words("save"), type="primary", on_click=_save)


def _save() -> None:
    desk = require("settings")
    try:
        maintenance.set_live_since(desk.branch, desk.person, st.session_state.get("setup.terms.live_since"), clock.now())
        st.session_state["setup.terms.said"] = say("screen.saved", desk.lang)
    except Fault as fault:
        st.session_state["setup.terms.said"] = fault.say(desk.lang)
