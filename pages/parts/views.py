"""The views a person keeps of a list, as one compact field: opened by a click, kept, renamed and removed beside it."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from branch import clock, views
from branch.views import View
from pages.parts import address
from pages.parts.address import Place
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.words import literal
from texts import Fault


def draw(desk: Desk, name: str, chosen: Mapping[str, str], places: Mapping[str, Place]) -> None:
    """`chosen`: what search and filters hold now; `places`: every one that there may be. Nothing where nothing is chosen and
    nothing was kept."""
    found = {one.name: one for one in views.views(desk.branch, desk.person.staff, name)}
    if not found and not chosen:
        return
    now = next((one.name for one in found.values() if one.chosen == chosen), None)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"views_{name.replace('.', '_')}"):
        if found:
            st.session_state[f"{name}.view"] = now
            st.selectbox(
                desk.words("view.mine"),
                list(found),
                index=None,
                key=f"{name}.view",
                placeholder=desk.plainly("view.mine"),
                label_visibility="collapsed",
                width=220,
                on_change=_open,
                args=(name, found, places),
            )
        if now is not None:
            _change(desk, name, now)
        elif chosen and len(found) < views.MOST:
            _keep(desk, name, chosen)
        elif chosen:
            st.caption(desk.words("view.full", most=views.MOST))


def _open(name: str, found: Mapping[str, View], places: Mapping[str, Place]) -> None:
    """Search and filters hold what was kept; with no view chosen they are blank again."""
    view = found.get(str(st.session_state.get(f"{name}.view")))
    address.put(places, view.chosen if view else {})
    for key in [key for key in st.session_state if str(key).startswith(f"{name}.page.")]:
        del st.session_state[key]  # another list begins on its first page


def _keep(desk: Desk, name: str, chosen: Mapping[str, str]) -> None:
    with st.popover(desk.words("view.keep"), type="tertiary", width="content"), st.form(f"{name}.view.keep", border=False):
        st.text_input(desk.words("view.name"), key=f"{name}.view.new", max_chars=views.LONGEST, autocomplete="off")
        _say(name)
        st.form_submit_button(desk.words("save"), on_click=_kept, args=(name, dict(chosen)))


def _change(desk: Desk, name: str, now: str) -> None:
    with st.popover(desk.words("view.change"), type="tertiary", width="content"), st.form(f"{name}.view.change", border=False):
        st.session_state.setdefault(f"{name}.view.name.{now}", now)
        st.text_input(desk.words("view.name"), key=f"{name}.view.name.{now}", max_chars=views.LONGEST, autocomplete="off")
        _say(name)
        with st.container(horizontal=True):
            st.form_submit_button(desk.words("view.rename"), on_click=_renamed, args=(name, now))
            st.form_submit_button(desk.words("view.remove"), on_click=_removed, args=(name, now))


def _say(name: str) -> None:
    if said := st.session_state.pop(f"{name}.view.said", ""):
        st.error(literal(said))


def _kept(name: str, chosen: Mapping[str, str]) -> None:
    desk = _here()
    try:
        views.keep(desk.branch, desk.person.staff, name, View(str(st.session_state.get(f"{name}.view.new") or ""), chosen), clock.now())
    except Fault as fault:
        st.session_state[f"{name}.view.said"] = fault.say(desk.lang)
        return
    st.session_state.pop(f"{name}.view.new", None)


def _renamed(name: str, now: str) -> None:
    desk = _here()
    try:
        views.rename(desk.branch, desk.person.staff, name, now, str(st.session_state.get(f"{name}.view.name.{now}") or ""), clock.now())
    except Fault as fault:
        st.session_state[f"{name}.view.said"] = fault.say(desk.lang)


def _removed(name: str, now: str) -> None:
    desk = _here()
    views.remove(desk.branch, desk.person.staff, name, now, clock.now())
    st.session_state.pop(f"{name}.view.name.{now}", None)


def _here() -> Desk:
    """Asked again at the click: who is signed in now, on the page that is open."""
    return require(str(st.session_state.get(address.HERE) or "today"))
