"""The views a person keeps of a list, as one compact field: opened by a click, kept, renamed and removed beside it."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from branch import clock, views
from branch.views import View
from pages.parts import address, drafts, saving
from pages.parts.address import Place
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.words import literal
from texts import Fault

NEW = ("new",)


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
    form = f"{name}.view"
    drafts.load_fields(desk, form, NEW)
    with st.popover(desk.words("view.keep"), type="tertiary", width="content"):
        st.text_input(desk.words("view.name"), key=f"{form}.new", max_chars=views.LONGEST, autocomplete="off")
        _say(name)
        st.button(desk.words("save"), key=f"{form}.keep", on_click=_kept, args=(name, dict(chosen)))
    drafts.keep_fields(desk, form, NEW)


def _change(desk: Desk, name: str, now: str) -> None:
    form, stands = _form(name, now), {"new": now}
    drafts.load_changes(desk, form, stands)
    with st.popover(desk.words("view.change"), type="tertiary", width="content"):
        st.text_input(desk.words("view.name"), key=f"{form}.new", max_chars=views.LONGEST, autocomplete="off")
        _say(name)
        with st.container(horizontal=True):
            st.button(desk.words("view.rename"), key=f"{form}.rename", on_click=_renamed, args=(name, now))
            st.button(desk.words("view.remove"), key=f"{form}.remove", on_click=_removed, args=(name, now))
    drafts.keep_changes(desk, form, stands)


def _form(name: str, now: str) -> str:
    return f"{name}.view.name.{now}"


def _forget(desk: Desk, name: str, now: str) -> None:
    drafts.drop(desk, _form(name, now))
    saving.forget(_form(name, now))


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
    drafts.drop_fields(desk, f"{name}.view", NEW)


def _renamed(name: str, now: str) -> None:
    desk = _here()
    try:
        wanted = str(st.session_state.get(f"{_form(name, now)}.new") or "")
        views.rename(desk.branch, desk.person.staff, name, now, wanted, clock.now())
    except Fault as fault:
        st.session_state[f"{name}.view.said"] = fault.say(desk.lang)
        return
    _forget(desk, name, now)


def _removed(name: str, now: str) -> None:
    desk = _here()
    views.remove(desk.branch, desk.person.staff, name, now, clock.now())
    _forget(desk, name, now)


def _here() -> Desk:
    """Asked again at the click: who is signed in now, on the page that is open."""
    return require(str(st.session_state.get(address.HERE) or "today"))
