"""The mail server: a provider fills in what is known, and a test says within seconds which step fails."""

from __future__ import annotations

import streamlit as st

from branch import clock, mail_providers, maintenance, settings, status
from branch.mail_providers import PROVIDERS
from pages.parts import errand, house, mailsteps
from pages.parts.desk import Desk
from pages.parts.guard import language, require
from pages.parts.words import literal, words
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
    last = _mine(errand.newest(desk.branch.settings.home))
    st.markdown(desk.words("setup.mail.hint"))
    with st.container():  # whatever is said here, the fields below stay where they are
        if said := st.session_state.pop("setup.mail.said", ""):
            st.info(literal(said))
        if paused := rest(desk):
            st.warning(literal(paused))
    _fill(desk)
    _provider(desk)
    with st.form("setup.mail", enter_to_submit=False):
        _fields(desk)
        running = last is not None and last.running
        with st.container(horizontal=True):
            st.form_submit_button(desk.words("setup.mail.test"), type="primary", on_click=_test, disabled=running)
            st.form_submit_button(desk.words("setup.mail.save_only"), on_click=_save, disabled=running)
    with st.container():
        if last is not None and last.running:
            _watch()
        elif last is not None:
            mailsteps.draw(desk, last)


def _mine(found: errand.Errand | None) -> errand.Errand | None:
    return found if found is not None and found.name == "mail" else None


def _fill(desk: Desk) -> None:
    """What is set, where nobody has typed anything yet."""
    smtp = desk.branch.settings.smtp
    for key in (*TEXTS, "security"):
        value = getattr(smtp, key)
        st.session_state.setdefault(f"setup.mail.{key}", ";".join(value) if isinstance(value, tuple) else str(value))
    st.session_state.setdefault("setup.mail.provider", mail_providers.find(smtp.host).key)
    mine = desk.branch.store.row("staff", desk.person.staff) or {}
    st.session_state.setdefault("setup.mail.to", str(mine.get("email") or ""))


def _provider(desk: Desk) -> None:
    st.selectbox(
        desk.words("setup.mail.provider"),
        [one.key for one in PROVIDERS],
        key="setup.mail.provider",
        format_func=lambda one: desk.plainly(f"setup.mail.of.{one}"),
        on_change=_choose,
    )


def _choose() -> None:
    """Host, port and encryption of the provider; a bank's own are typed."""
    chosen = mail_providers.known(str(st.session_state["setup.mail.provider"]))
    for key, value in (("host", chosen.host), ("port", str(chosen.port)), ("security", chosen.security)):
        st.session_state[f"setup.mail.{key}"] = value


def _fields(desk: Desk) -> None:
    left, right = st.columns(2)
    _text(desk, left, "user")
    tail = settings.tail(desk.branch.settings.smtp.password)
    right.text_input(
        desk.words("setup.mail.secret"),
        type="password",
        key="setup.mail.password",
        autocomplete="new-password",
        placeholder=desk.plainly("setup.smtp.kept", tail=tail) if tail else "",
    )
    right.caption(desk.words(f"setup.mail.secret_of.{st.session_state['setup.mail.provider']}"))
    right.caption(desk.words("setup.mail.private"))
    host, port, security = st.columns([2, 1, 1])
    _text(desk, host, "host")
    _text(desk, port, "port")
    security.selectbox(
        desk.words("setup.smtp.security"), SECURITY, key="setup.mail.security", format_func=lambda one: desk.plainly(f"setup.smtp.{one}")
    )
    left, right = st.columns(2)
    _text(desk, left, "sender", "sender_hint")
    right.text_input(desk.words("setup.mail.to"), key="setup.mail.to", autocomplete="off")
    with st.expander(desk.words("setup.mail.more")):
        _text(desk, st, "reply_to")
        _text(desk, st, "allowed_domains", "domains_hint")


def _text(desk: Desk, place: object, key: str, hint: str = "") -> None:
    place.text_input(desk.words(f"setup.smtp.{key}"), key=f"setup.mail.{key}", autocomplete="off")  # type: ignore[attr-defined]
    if hint:
        place.caption(desk.words(f"setup.mail.{hint}"))  # type: ignore[attr-defined]


def _typed() -> dict[str, str]:
    typed = {key: str(st.session_state.get(f"setup.mail.{key}", "")).strip() for key in (*TEXTS, "security")}
    password = str(st.session_state.get("setup.mail.password", ""))
    return typed | ({"password": password} if password else {})


def _save() -> None:
    desk = require("settings")
    try:
        maintenance.set_mail(desk.branch, desk.person, _typed(), clock.now())
        st.session_state["setup.mail.said"] = say("screen.saved", desk.lang)
        errand.forget(desk.branch.settings.home)  # what was tried with other settings says nothing any more
    except Fault as fault:
        st.session_state["setup.mail.said"] = fault.say(desk.lang)


def _test() -> None:
    desk, mail = require("settings"), house.mail()
    if mail is None:
        st.session_state["setup.mail.said"] = desk.plainly("setup.mail.no_test")
        return
    branch, typed, to = desk.branch, _typed(), str(st.session_state.get("setup.mail.to", ""))
    started = errand.start(branch.settings.home, "mail", mailsteps.trial(branch, desk.person, typed, to, mail))
    if started.name != "mail":
        st.session_state["setup.mail.said"] = desk.plainly("setup.mail.busy")


@st.fragment(run_every=0.5)
def _watch() -> None:
    """The page is drawn anew once the verdict is there."""
    found = errand.newest(house.branch().settings.home)
    if found is None or not found.running:
        st.rerun()
    st.markdown(f":gray[{words('setup.mail.testing', language(None))}]")
