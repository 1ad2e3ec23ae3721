"""What a person was typing, kept across a reload, another page, an expired session or a restart; and said when it is back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from branch import drafts
from branch.drafts import Draft
from pages.parts.desk import Desk
from pages.parts.guard import require


def keep(desk: Desk, form: str, typed: Mapping[str, Any], base: Mapping[str, Any]) -> None:
    drafts.keep(desk.branch, desk.person.staff, form, typed, base, desk.now)


def load(desk: Desk, form: str) -> Draft:
    return drafts.load(desk.branch, desk.person.staff, form)


def drop(desk: Desk, form: str) -> None:
    drafts.drop(desk.branch, desk.person.staff, form)


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
    keep(desk, f"{name}.fields", {key: value for key, value in held.items() if value not in (None, "")}, {})


def drop_fields(desk: Desk, name: str, keys: Sequence[str]) -> None:
    drop(desk, f"{name}.fields")
    for key in keys:
        st.session_state.pop(f"{name}.{key}", None)


def _discard(screen: str, form: str, forget: Callable[[str], None]) -> None:
    desk = require(screen)
    drafts.drop(desk.branch, desk.person.staff, form)
    st.session_state.pop(f"{form}.restored", None)
    forget(form)
