"""The person's own calendar feed: made, renewed, switched off. The link is shown once, to them, and kept nowhere."""

from __future__ import annotations

import streamlit as st

from branch import clock, feeds, mails
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.words import literal

GIVEN, SAID = "receiving.feed.given", "receiving.feed.said"


def draw(desk: Desk) -> None:
    on = feeds.is_on(desk.branch, desk.person, desk.now)
    st.header(desk.words("receiving.feed"))
    with st.container(border=True):
        st.markdown(desk.words("receiving.feed_hint"))
        with st.container():
            if said := st.session_state.pop(SAID, ""):
                st.success(literal(said))
            if on and (token := st.session_state.get(GIVEN)):
                st.code(f"{mails.portal(desk.branch.settings)}/feed/{token}.ics", language=None, wrap_lines=True)
                st.caption(desk.words("receiving.feed_once"))
                st.button(desk.words("receiving.feed_away"), key="receiving.feed.away", on_click=_put_away)
            else:
                st.markdown(desk.words("receiving.feed_on" if on else "receiving.feed_off"))
        with st.container(horizontal=True):
            if not on:
                st.button(desk.words("receiving.feed_make"), key="receiving.feed.make", type="primary", on_click=_make)
            else:
                with st.popover(desk.words("receiving.feed_renew")):
                    st.markdown(desk.words("receiving.feed_renew_hint"))
                    st.button(desk.words("answer.sure"), key="receiving.feed.renew", type="primary", on_click=_make)
                with st.popover(desk.words("receiving.feed_stop")):
                    st.markdown(desk.words("receiving.feed_stop_hint"))
                    st.button(desk.words("answer.sure"), key="receiving.feed.stop", type="primary", on_click=_stop)


def _make() -> None:
    desk = require("receiving")
    st.session_state[GIVEN] = feeds.make(desk.branch, desk.person, clock.now())
    st.session_state[SAID] = desk.plainly("receiving.feed_made")


def _stop() -> None:
    desk = require("receiving")
    feeds.stop(desk.branch, desk.person, clock.now())
    st.session_state.pop(GIVEN, None)
    st.session_state[SAID] = desk.plainly("receiving.feed_stopped")


def _put_away() -> None:
    st.session_state.pop(GIVEN, None)
