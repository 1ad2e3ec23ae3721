"""The list of pages: what a person may open, by role; everything else waits behind the sign-in form."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = str(Path(__file__).resolve().parents[1])
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)

import streamlit as st  # noqa: E402  (the rooms are found from the root, set just above)

from pages.parts import address, bands, drafts, saving, side, waiting  # noqa: E402
from pages.parts.guard import require  # noqa: E402
from pages.parts.in_turn import EVERYBODY  # noqa: E402
from pages.parts.screens import GROUPS, SCREENS  # noqa: E402
from pages.parts.style import style  # noqa: E402


def draw() -> None:
    st.set_page_config(page_icon=str(Path(__file__).with_name("parts") / "mark.png"), layout="wide")
    desk = require("today")
    style(desk.lang)
    drafts.sweep(desk)
    pages = {
        desk.plainly(f"group.{group}"): [
            st.Page(
                screen.file,
                title=desk.plainly(f"page.{screen.key}"),
                url_path=screen.key,
                default=screen.key == "today",
                # A page that is not theirs is known all the same: the guard answers in words, Streamlit in English only.
                visibility="hidden" if screen.hidden or desk.person.role not in screen.roles else "visible",
            )
            for screen in SCREENS.values()
            if screen.group == group
        ]
        for group in GROUPS
    }
    page = st.navigation({heading: found for heading, found in pages.items() if found}, expanded=True)
    st.set_page_config(page_title=desk.plainly("tab_title", page=page.title))
    address.arrive(page.url_path)
    side.draw(desk)
    if told := st.session_state.pop(saving.TOLD, ""):
        st.toast(told)
    with st.container():  # its bands come and go; the page below stays in its place
        bands.draw(desk)
        waiting.draw(desk)
    page.run()


with EVERYBODY.turn():
    draw()
