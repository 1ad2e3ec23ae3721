"""Huce starts with the computer: the box in Setup, and one line for an administrator while it does not."""

from __future__ import annotations

import streamlit as st

from branch import clock, startup
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.words import link, literal
from texts import Fault

SAID = "setup.startup.said"


def draw(desk: Desk) -> None:
    there = startup.of(desk.branch.settings.home)
    on = there.is_on()
    with st.container(border=True, key="setup_startup"):
        st.markdown(f"**{desk.words('setup.startup.title')}** · {desk.words('setup.startup.on' if on else 'setup.startup.off')}")
        st.caption(desk.words(f"setup.startup.about_{there.system}"))
        with st.container():
            if said := st.session_state.pop(SAID, ""):
                st.info(literal(said))
        st.button(
            desk.words("setup.startup.switch_off" if on else "setup.startup.switch_on"),
            key="setup.startup",
            on_click=_switch,
            args=(not on,),
        )


def reminder(desk: Desk, screen: str = "today") -> None:
    """One quiet line with the way to Setup, which can be dismissed for good; nothing where there is nothing to say."""
    if not startup.wants_word(desk.branch, desk.person, startup.of(desk.branch.settings.home)):
        return
    with st.container(horizontal=True, vertical_alignment="center", key="startup_reminder"):
        st.markdown(f":gray[{desk.words('setup.startup.reminder')}]")
        st.page_link("settings.py", label=link(desk.words("setup.startup.there")), query_params={"part": "health"})
        st.button(desk.words("setup.startup.dismiss"), key="startup.dismiss", type="tertiary", on_click=_dismiss, args=(screen,))


def _switch(on: bool) -> None:
    desk = require("settings")
    try:
        startup.switch(desk.branch, desk.person, startup.of(desk.branch.settings.home), on=on, now=clock.now())
        st.session_state[SAID] = desk.plainly("setup.startup.done_on" if on else "setup.startup.done_off")
    except Fault as fault:
        st.session_state[SAID] = fault.say(desk.lang)


def _dismiss(screen: str) -> None:
    desk = require(screen)
    startup.dismiss(desk.branch, desk.person, clock.now())
