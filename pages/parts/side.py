"""The foot of the side bar: who is signed in, the language, the way out."""

from __future__ import annotations

import streamlit as st

from branch import accounts, clock
from pages.parts.desk import Desk
from pages.parts.guard import LANGUAGE, SIGNED_OUT, require, session_token
from pages.parts.house import branch
from pages.parts.words import literal
from sheets.tables.words import ROLES
from texts import LANGS, say

OWN_NAMES = {lang: say("language.name", lang) for lang in LANGS}  # each language calls itself by its own name


def draw(desk: Desk) -> None:
    with st.sidebar.container(gap="small", key="who"):
        role = next((c.label(desk.lang) for c in ROLES if c.code == desk.person.role), desk.person.role)
        st.markdown(f"**{literal(desk.person.name)}** · {literal(role)}")
        st.caption(literal(desk.branch.settings.name(desk.lang)))
        if LANGUAGE not in st.session_state:
            st.session_state[LANGUAGE] = desk.lang
        st.segmented_control(
            desk.words("language"),
            list(OWN_NAMES),
            key=LANGUAGE,
            format_func=OWN_NAMES.__getitem__,
            required=True,
            label_visibility="collapsed",
            on_change=_switch,
            width="stretch",
        )
        st.button(desk.words("sign_out"), key="sign_out", on_click=_leave, width="stretch")


def _switch() -> None:
    """Kept with the person, so that the next sign-in and the mails speak it too."""
    desk = require("today")
    accounts.speak(desk.branch, desk.person.staff, desk.lang, clock.now())


def _leave() -> None:
    """The session ends in the store: every tab that carries it is sent to the sign-in form by its next run."""
    accounts.sign_out(branch(), session_token(), clock.now())
    st.session_state[SIGNED_OUT] = True
