"""The Google sheet: connect the branch to one, see how the two fare, leave it again."""

from __future__ import annotations

import streamlit as st

from pages.parts import disagree, errand, sheetsetup, sheetstate
from pages.parts.desk import Desk
from pages.parts.guard import language
from pages.parts.house import branch
from pages.parts.words import literal, plainly, words


def draw(desk: Desk) -> None:
    home = desk.branch.settings.home
    under_way = errand.newest(home)
    if said := st.session_state.pop("google.said", ""):
        st.info(literal(said))
    if under_way is not None and under_way.running:
        _watch()
    elif under_way is not None and under_way.number:
        st.error(words("broken", desk.lang, number=under_way.number))
    if desk.branch.settings.google.spreadsheet:
        sheetsetup.over(desk)
        sheetstate.draw(desk, under_way)
        disagree.draw(desk, "settings", all_=True)
        sheetstate.leave(desk)
    else:
        sheetsetup.draw(desk, under_way)


@st.fragment(run_every=1)
def _watch() -> None:
    """How far it is; the page is drawn anew once it has ended."""
    found = errand.newest(branch().settings.home)
    if found is None or not found.running:
        st.rerun()
    lang = language(None)
    if found.name == "connect":
        st.progress(found.share, text=words("google.connecting", lang, made=found.made(), all=max(found.size, found.made())))
    else:
        st.markdown(f":gray[{literal(plainly('google.trying' if found.name == 'try' else 'google.pulling', lang))}]")
