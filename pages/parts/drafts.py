"""What a person was typing, kept across a reload, another page, an expired session or a restart; and said when it is back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import streamlit as st

from branch import drafts
from branch.drafts import Draft
from pages.parts.desk import Desk
from pages.parts.guard import require

DRAWN = "drafts.drawn"  # the forms of the last run, each with the widgets it cannot be without and with how it is kept


def drawn(form: str, widgets: Iterable[str], kept: Callable[..., None], *asked: object) -> None:
    """Whoever draws a form says so: see `sweep`. `kept`: called with the desk and with `asked`, which holds nothing of a Look."""
    st.session_state.setdefault(DRAWN, {})[form] = (tuple(widgets), kept, asked)


def sweep(desk: Desk) -> None:
    """At the head of a run: keeps what was typed with the very click that leads away, for of those fields none is drawn again."""
    for widgets, kept, asked in st.session_state.pop(DRAWN, {}).values():
        if all(widget in st.session_state for widget in widgets):  # not those of what was saved or discarded by this click
            kept(desk, *asked)


def keep(desk: Desk, form: str, typed: Mapping[str, Any], base: Mapping[str, Any]) -> None:
    drafts.keep(desk.branch, desk.person.staff, form, typed, base, desk.now)


def load(desk: Desk, form: str) -> Draft:
    return drafts.load(desk.branch, desk.person.staff, form)


def drop_outside(desk: Desk, form: str) -> None:
    """Outside of a run, where no window is known: while a file is made, or beside the page."""
    drafts.drop(desk.branch, desk.person.staff, form)


def drop(desk: Desk, form: str) -> None:
    drop_outside(desk, form)
    st.session_state.get(DRAWN, {}).pop(form, None)


def tell(desk: Desk, screen: str, form: str, forget: Callable[[str], None]) -> None:
    """Says that something typed earlier is back, with a button that throws it away. A place of its own: no field moves."""
    with st.container():
        at = st.session_state.get(f"{form}.restored")
        if at is None:
            return
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(desk.words("form.restored", at=f"{at:%Y-%m-%d %H:%M}"), width="content")
            st.button(desk.words("form.discard"), key=f"{form}.discard", type="tertiary", on_click=_discard, args=(screen, form, forget))


def load_fields(desk: Desk, name: str, keys: Sequence[str]) -> None:
    """Before a few fields without a form of their own are drawn: what was typed in them comes back."""
    lost = [key for key in keys if f"{name}.{key}" not in st.session_state]
    if lost:
        typed = load(desk, f"{name}.fields").typed
        st.session_state.update({f"{name}.{key}": typed[key] for key in lost if key in typed})


def keep_fields(desk: Desk, name: str, keys: Sequence[str]) -> None:
    """After they are drawn."""
    held = {key: st.session_state.get(f"{name}.{key}") for key in keys}
    keep(desk, f"{name}.fields", {key: value for key, value in held.items() if value not in (None, "", [])}, {})
    drawn(f"{name}.fields", [f"{name}.{key}" for key in keys], keep_fields, name, tuple(keys))


def drop_fields(desk: Desk, name: str, keys: Sequence[str]) -> None:
    drop(desk, f"{name}.fields")
    for key in keys:
        st.session_state.pop(f"{name}.{key}", None)


def load_changes(desk: Desk, form: str, stands: Mapping[str, Any]) -> None:
    """Before the fields of a form are drawn over what `stands`: that, and what was typed earlier over it. A field in which nobody
    typed follows what stands by now."""
    state, seen = st.session_state, st.session_state.get(f"{form}.stands", {})
    lost = [key for key in stands if f"{form}.{key}" not in state]
    for key, value in stands.items():
        if key not in lost and value != seen.get(key, value) and state[f"{form}.{key}"] == seen[key]:
            state[f"{form}.{key}"] = value
    if lost:
        draft = load(desk, form)
        typed = {key: draft.typed[key] for key in lost if key in draft.typed and draft.typed[key] != stands[key]}
        state.update({f"{form}.{key}": typed.get(key, stands[key]) for key in lost})
        if typed:
            state[f"{form}.restored"] = draft.at
    state[f"{form}.stands"] = dict(stands)


def keep_changes(desk: Desk, form: str, stands: Mapping[str, Any]) -> None:
    """After they are drawn: what differs from what stands."""
    held = {key: st.session_state.get(f"{form}.{key}", value) for key, value in stands.items()}
    keep(desk, form, {key: value for key, value in held.items() if value != stands[key]}, stands)
    drawn(form, [f"{form}.{key}" for key in stands], keep_changes, form, dict(stands))


def settle(desk: Desk, form: str, saved: Mapping[str, Any]) -> None:
    """After a good save: what was saved is typed no more; what was typed beside it or since is."""
    draft = load(desk, form)
    done = {key for key, value in saved.items() if st.session_state.get(f"{form}.{key}", draft.typed.get(key)) == value}
    left = {key: value for key, value in draft.typed.items() if key not in done}
    keep(desk, form, left, draft.base)
    for key in done:
        st.session_state.pop(f"{form}.{key}", None)
    if not left:
        st.session_state.pop(f"{form}.restored", None)


def _discard(screen: str, form: str, forget: Callable[[str], None]) -> None:
    desk = require(screen)
    drop(desk, form)
    st.session_state.pop(f"{form}.restored", None)
    forget(form)
