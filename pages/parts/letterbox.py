"""The mail server: a provider fills in what is known, and a test says within seconds which step fails."""

from __future__ import annotations

import streamlit as st

from branch import clock, mail_providers, maintenance, settings, status
from branch.mail_providers import PROVIDERS
from branch.mailtest import Verdict
from pages.parts import drafts, errand, house, mailsteps, saving
from pages.parts.desk import Desk
from pages.parts.guard import language, require
from pages.parts.words import literal, words
from texts import Fault, say

NAME = "setup.mail"
TRIAL = f"{NAME}.trial"  # the test that this window began, and what was typed then
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
    _tested(desk)
    stands = _stands(desk)
    drafts.load_changes(desk, NAME, stands)
    st.markdown(desk.words("setup.mail.hint"))
    with st.container():  # whatever is said here, the fields below stay where they are
        if said := st.session_state.pop(f"{NAME}.said", ""):
            st.info(literal(said))
        if paused := rest(desk):
            st.warning(literal(paused))
    drafts.tell(desk, "settings", NAME, saving.forget)
    _provider(desk)
    with st.container(border=True):
        _fields(desk)
        running = last is not None and last.running
        with st.container(horizontal=True):
            st.button(desk.words("setup.mail.test"), key=f"{NAME}.test", type="primary", on_click=_test, disabled=running)
            st.button(desk.words("setup.mail.save_only"), key=f"{NAME}.save", on_click=_save, disabled=running)
    drafts.keep_changes(desk, NAME, stands)
    with st.container():
        if last is not None and last.running:
            _watch()
        elif last is not None:
            mailsteps.draw(desk, last)


def _mine(found: errand.Errand | None) -> errand.Errand | None:
    return found if found is not None and found.name == "mail" else None


def _stands(desk: Desk) -> dict[str, str]:
    """What is set, field by field; all but the password, which is in no draft."""
    smtp = desk.branch.settings.smtp
    values = {key: getattr(smtp, key) for key in (*TEXTS, "security")}
    found = {key: ";".join(value) if isinstance(value, tuple) else str(value) for key, value in values.items()}
    mine = desk.branch.store.row("staff", desk.person.staff) or {}
    return found | {"provider": mail_providers.find(smtp.host).key, "to": str(mine.get("email") or "")}


def _held(desk: Desk) -> dict[str, str]:
    """The fields as they are, the password among them."""
    return {key: str(st.session_state.get(f"{NAME}.{key}", "")) for key in (*_stands(desk), "password")}


def _tested(desk: Desk) -> None:
    """Once the test of this window was good: what it has saved is typed no more."""
    test, typed = st.session_state.get(TRIAL, (None, {}))
    if test is None or test.running:
        return
    del st.session_state[TRIAL]
    if isinstance(test.result, Verdict) and test.result.failed is None:
        drafts.settle(desk, NAME, typed)


def _provider(desk: Desk) -> None:
    st.selectbox(
        desk.words("setup.mail.provider"),
        [one.key for one in PROVIDERS],
        key=f"{NAME}.provider",
        format_func=lambda one: desk.plainly(f"setup.mail.of.{one}"),
        on_change=_choose,
    )


def _choose() -> None:
    """Host, port and encryption of the provider; a bank's own are typed."""
    chosen = mail_providers.known(str(st.session_state[f"{NAME}.provider"]))
    for key, value in (("host", chosen.host), ("port", str(chosen.port)), ("security", chosen.security)):
        st.session_state[f"{NAME}.{key}"] = value


def _fields(desk: Desk) -> None:
    left, right = st.columns(2)
    _text(desk, left, "user")
    tail = settings.tail(desk.branch.settings.smtp.password)
    right.text_input(
        desk.words("setup.mail.secret"),
        type="password",
        key=f"{NAME}.password",
        autocomplete="new-password",
        live="400ms",  # the Tab key leads to the eye inside the field, and that leaves it without handing it over
        placeholder=desk.plainly("setup.smtp.kept", tail=tail) if tail else "",
    )
    right.caption(desk.words(f"setup.mail.secret_of.{st.session_state[f'{NAME}.provider']}"))
    right.caption(desk.words("setup.mail.private"))
    host, port, security = st.columns([2, 1, 1])
    _text(desk, host, "host")
    _text(desk, port, "port")
    security.selectbox(
        desk.words("setup.smtp.security"), SECURITY, key=f"{NAME}.security", format_func=lambda one: desk.plainly(f"setup.smtp.{one}")
    )
    left, right = st.columns(2)
    _text(desk, left, "sender", "sender_hint")
    right.text_input(desk.words("setup.mail.to"), key=f"{NAME}.to", autocomplete="off")
    with st.expander(desk.words("setup.mail.more")):
        _text(desk, st, "reply_to")
        _text(desk, st, "allowed_domains", "domains_hint")


def _text(desk: Desk, place: object, key: str, hint: str = "") -> None:
    place.text_input(desk.words(f"setup.smtp.{key}"), key=f"{NAME}.{key}", autocomplete="off")  # type: ignore[attr-defined]
    if hint:
        place.caption(desk.words(f"setup.mail.{hint}"))  # type: ignore[attr-defined]


def _typed() -> dict[str, str]:
    typed = {key: str(st.session_state.get(f"{NAME}.{key}", "")).strip() for key in (*TEXTS, "security")}
    password = str(st.session_state.get(f"{NAME}.password", ""))
    return typed | ({"password": password} if password else {})


def _save() -> None:
    desk = require("settings")
    try:
        maintenance.set_mail(desk.branch, desk.person, _typed(), clock.now())
    except Fault as fault:
        st.session_state[f"{NAME}.said"] = fault.say(desk.lang)
        return
    st.session_state[f"{NAME}.said"] = say("screen.saved", desk.lang)
    errand.forget(desk.branch.settings.home)  # what was tried with other settings says nothing any more
    drafts.settle(desk, NAME, {key: value for key, value in _held(desk).items() if key != "to"})


def _test() -> None:
    desk, mail = require("settings"), house.mail()
    if mail is None:
        st.session_state[f"{NAME}.said"] = desk.plainly("setup.mail.no_test")
        return
    branch, typed, to = desk.branch, _typed(), str(st.session_state.get(f"{NAME}.to", ""))
    before = errand.newest(branch.settings.home)
    started = errand.start(branch.settings.home, "mail", mailsteps.trial(branch, desk.person, typed, to, mail))
    if started.name != "mail":
        st.session_state[f"{NAME}.said"] = desk.plainly("setup.mail.busy")
    elif started is not before:
        st.session_state[TRIAL] = (started, _held(desk))


@st.fragment(run_every=0.5)
def _watch() -> None:
    """The page is drawn anew once the verdict is there."""
    found = errand.newest(house.branch().settings.home)
    if found is None or not found.running:
        st.rerun()
    st.markdown(f":gray[{words('setup.mail.testing', language(None))}]")
