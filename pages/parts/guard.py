"""Stands at the head of every page: who is asking, may they be here; if not, the page ends before it shows anything."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from branch import accounts, audit, clock
from branch.people import Actor
from pages.parts.desk import Desk
from pages.parts.house import branch
from pages.parts.screens import SCREENS
from pages.parts.words import words
from texts import LANGS, Lang, known

COOKIE = "huce"  # set by web/cookies.py, readable by no script
LANGUAGE, SIGNED_OUT = "language", "signed_out"


def require(screen: str) -> Desk:
    """The desk of the person signed in, for a page they may open. Asked anew on every run, so a sign-out acts at once."""
    house = branch()
    now = clock.now()
    token = session_token()
    person = accounts.person(house, token, now) if token else None
    if person is None:
        leave()
    lang = language(person)
    if person.role not in SCREENS[screen].roles:
        audit.asked_in_vain(house.store, person, token, f"screen={screen}", now)
        missing(lang)
    return Desk(house, person, lang, now, house.look(now), token)


def session_token() -> str:
    """The cookie of the connection; it was read when the page was loaded."""
    return str(st.context.cookies.get(COOKIE, ""))


def leave() -> NoReturn:
    """To the sign-in form. A file of our own does it, because the browser may run no inline script."""
    if st.session_state.get(SIGNED_OUT):
        st.html('<script src="/left.js"></script>', unsafe_allow_javascript=True)
    else:  # it ran out, or ended elsewhere: the form says so, and leads back here
        st.html('<script src="/leave.js"></script>', unsafe_allow_javascript=True)
    st.stop()


def missing(lang: Lang) -> NoReturn:
    """The same words for what is not there and for what is not theirs to see."""
    st.info(words("not_found", lang))
    st.stop()


def language(person: Actor | None) -> Lang:
    """What was switched to in this window, else the person's own, else the browser's."""
    wishes = (
        st.session_state.get(LANGUAGE),
        person.lang if person else None,
        st.context.cookies.get("huce_lang"),
        (st.context.locale or "")[:2].lower(),
    )
    return known(next((wish for wish in wishes if wish in LANGS), None))
