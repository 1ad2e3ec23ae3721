"""The branch itself: its name in both languages, the language of its mails, and the day from which it works with Huce."""

from __future__ import annotations

from typing import Any

import streamlit as st

from branch import clock, maintenance
from branch.setting_kinds import DAYS
from pages.parts import drafts, saving
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.side import OWN_NAMES
from pages.parts.words import literal
from texts import Fault, say

NAME = "setup.branch"
NAMES = ("name_zh", "name_en")


def draw(desk: Desk) -> None:
    stands = _stands(desk)
    drafts.load_changes(desk, NAME, stands)
    st.markdown(desk.words("setup.branch_hint"))
    with st.container():
        if said := st.session_state.pop(f"{NAME}.said", ""):
            st.info(literal(said))
    drafts.tell(desk, "settings", NAME, saving.forget)
    with st.container(border=True):
        left, right = st.columns(2)
        for place, key in zip((left, right), NAMES, strict=True):
            place.text_input(desk.words(f"setup.{key}"), key=f"{NAME}.{key}", max_chars=100, autocomplete="off")
        left, right = st.columns(2)  # of their own: on a phone the two names stay together
        left.date_input(
            desk.words("setup.live_since"), value=None, min_value=DAYS[0], max_value=DAYS[1], key=f"{NAME}.live_since", format="YYYY-MM-DD"
        )
        right.selectbox(desk.words("setup.lang"), list(OWN_NAMES), key=f"{NAME}.lang", format_func=OWN_NAMES.__getitem__)
        st.caption(desk.words("setup.terms_hint", workdays=desk.branch.settings.policy.visit_record_workdays))
        st.button(desk.words("save"), key=f"{NAME}.save", type="primary", on_click=_save)
    drafts.keep_changes(desk, NAME, stands)


def _stands(desk: Desk) -> dict[str, Any]:
    chosen = desk.branch.settings
    return {key: getattr(chosen, key) for key in (*NAMES, "lang")} | {"live_since": chosen.policy.live_since}


def _save() -> None:
    desk = require("settings")
    typed = {key: str(st.session_state.get(f"{NAME}.{key}", "")).strip() for key in (*NAMES, "lang")}
    day = st.session_state.get(f"{NAME}.live_since")
    try:
        maintenance.set_branch(desk.branch, desk.person, typed, day, clock.now())
    except Fault as fault:
        st.session_state[f"{NAME}.said"] = fault.say(desk.lang)
        return
    drafts.drop(desk, NAME)
    saving.forget(NAME)
    st.session_state[f"{NAME}.said"] = say("screen.saved", desk.lang)
