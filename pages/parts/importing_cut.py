"""An import during which the server was stopped, told on return: the rows are in, and can be taken back; or nothing was written."""

from __future__ import annotations

import streamlit as st

from branch import importing_cut, incoming
from branch.importing_cut import Cut
from branch.incoming import Incoming
from branch.undo import Past
from pages.parts import errand, importing_past
from pages.parts import importing_draft as draft
from pages.parts.desk import Desk
from pages.parts.guard import require


def found(desk: Desk, brought: Incoming | None) -> Cut | None:
    """None while an import runs or its end is told by itself, and once there is nothing more to say."""
    if errand.newest(draft.lane(desk)) is not None:
        return None
    cut = importing_cut.cut(desk.branch, desk.person, desk.now)
    if cut is None:
        return None
    undone = cut.past is not None and cut.past.undone
    if undone or (cut.past is None and (brought is None or brought.number != cut.number)):
        importing_cut.over(desk.branch, desk.person.staff)
        return None
    return cut


def untaken(desk: Desk, cut: Cut) -> None:
    """Above the file, which is still there with all that was decided about it."""
    st.warning(desk.words("importing.cut_untaken", name=cut.file))


def taken(desk: Desk, cut: Cut, one: Past, brought: Incoming | None) -> None:
    """The rows are in: what came of it, one click to take it back, and the way to the rows that were not taken."""
    st.success(desk.words("importing.cut_taken", name=cut.file))
    importing_past.past(desk, one)
    still = brought is not None and brought.number == cut.number
    if still:
        st.caption(desk.words("importing.cut_rest"))
    with st.container(horizontal=True):
        if still:
            st.button(desk.words("importing.cut_again"), key="importing.cut_again", on_click=_again)
        st.button(desk.words("importing.another"), key="importing.another", on_click=_another, args=(cut.number,))


def _again() -> None:
    """The same file is looked over anew: what is in stays as it is, the rest says why."""
    desk = require("importing")
    importing_cut.over(desk.branch, desk.person.staff)
    draft.change(lambda _, brought: draft.to(brought, "preview"))


def _another(number: str) -> None:
    desk = require("importing")
    importing_cut.over(desk.branch, desk.person.staff)
    brought = draft.current(desk)
    if brought is not None and brought.number == number:  # not one that was brought since, in another window
        incoming.drop(desk.branch, desk.person.staff)
    draft.forget()
