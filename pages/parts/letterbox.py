"""The mail server: its settings, and a test mail to oneself."""

from __future__ import annotations

import streamlit as st

from branch import clock, maintenance, settings, status
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.words import literal
from texts import Fault, say

TEXTS = ("host", "port", "user", "sender", "reply_to", "allowed_domains")
SECURITY = ("starttls", "tls", "none")


def rest(desk: Desk) -> str:
    """Why no mail leaves for now, in words; "" while it does."""
    why = status.paused(desk.branch.store.private.marks())
    if why is None:
        return ""
    reason = say(why["code"], desk.lang, detail=why["detail"])
    return say("screen.outbox.paused", desk.lang, since=why["since"].replace("T", " ")[:16], reason=reason)


def draw(desk: Desk) -> None:
    smtp = desk.branch.settings.smtp
    st.markdown(desk.words("setup.mail_hint"))
    if said := st.session_state.pop("setup.mail.said", ""):
        st.info(literal(said))
    with st.form("setup.mail", enter_to_submit=False):
        left, right = st.columns(2)
        for number, key in enumerate(TEXTS):
            value = getattr(smtp, key)
            shown = ";".join(value) if isinstance(value, tuple) else str(value)
            (left, right)[number % 2].text_input(desk.words(f"setup.smtp.{key}"), value=shown, key=f"setup.mail.{key}", autocomplete="off")
        left.selectbox(
            desk.words("setup.smtp.security"),
            SECURITY,
            index=SECURITY.index(smtp.security),
            key="setup.mail.security",
            format_func=lambda one: desk.plainly(f"setup.smtp.{one}"),
        )
        tail = settings.tail(smtp.password)
        right.text_input(
            desk.words("setup.smtp.password"),
            type="password",
            key="setup.mail.password",
            placeholder=desk.plainly("setup.smtp.kept", tail=tail) if tail else "",
        )
        st.form_submit_button(desk.words("save"), type="primary", on_click=_save)
    st.button(desk.words("setup.test_mail"), key="setup.test", on_click=_test)


def _save() -> None:
    desk = require("settings")
    typed = {key: str(st.session_state.get(f"setup.mail.{key}", "")).strip() for key in (*TEXTS, "security")}
    password = str(st.session_state.get("setup.mail.password", ""))
    try:
        maintenance.set_mail(desk.branch, desk.person, typed | ({"password": password} if password else {}), clock.now())
        st.session_state["setup.mail.said"] = say("screen.saved", desk.lang)
    except Fault as fault:
        st.session_state["setup.mail.said"] = fault.say(desk.lang)


def _test() -> None:
    desk = require("settings")
    try:
        maintenance.test_mail(desk.branch, desk.person, clock.now())
        st.session_state["setup.mail.said"] = say("screen.setup.test_made", desk.lang)
    except Fault as fault:
        st.session_state["setup.mail.said"] = fault.say(desk.lang)
