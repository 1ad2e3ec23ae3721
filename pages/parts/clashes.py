"""The same field changed by two hands: original, theirs and yours side by side, and the person chooses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.parts import saving
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.names import name as name_of
from pages.parts.shown import cell
from pages.parts.words import literal
from sheets.schema import Edit, Unread
from texts import say


def clashes(desk: Desk, name: str, screen: str, found: saving.Outcome) -> None:
    """One block a field, with a choice; then the save again, on top of what stands there now."""
    st.markdown(desk.words("clash.hint"))
    for number, one in enumerate(found.clashes):
        table = desk.tables[one.table]
        column = table.column(one.clash.column)
        with st.container(border=True):
            st.markdown(f"**{literal(column.label(desk.lang) if column else one.clash.column)}**")
            sides = (("original", one.clash.base), ("theirs", one.clash.theirs), ("yours", one.clash.mine))
            for place, (side, value) in zip(st.columns(3), sides, strict=True):
                with place:
                    st.caption(desk.words(f"clash.{side}", who=name_of(desk, "staff", one.who), when=one.when or ""))
                    st.text(text(desk, column, value) or "—")
            st.segmented_control(
                desk.words("clash.keep"),
                ["theirs", "yours"],
                key=f"{name}.clash.{number}",
                default="theirs",
                format_func=lambda side: say(f"screen.clash.keep_{side}", desk.lang),
                label_visibility="collapsed",
            )
    with st.container(horizontal=True):
        st.button(
            desk.words("clash.save"), key=f"{name}.again.{saving.token(name)}", type="primary", on_click=_again, args=(name, screen, found)
        )
        st.button(desk.words("clash.back"), key=f"{name}.back", on_click=_back, args=(name,))


def _again(name: str, screen: str, found: saving.Outcome) -> None:
    desk = require(screen)
    edits = []
    for edit in found.edits:
        mine = {n: one for n, one in enumerate(found.clashes) if (one.table, one.id) == (edit.table, edit.id)}
        after, before = dict(edit.after or {}), dict(edit.before or {})
        for number, one in mine.items():
            before[one.clash.column] = one.clash.theirs
            if st.session_state.get(f"{name}.clash.{number}") != "yours":
                after.pop(one.clash.column, None)
        if after:
            edits.append(Edit(edit.table, edit.id, before if edit.before is not None else None, after))
    saving.save(name, screen, edits, say("screen.saved", desk.lang))


def _back(name: str) -> None:
    st.session_state.pop(f"{name}.outcome", None)


def text(desk: Desk, column: Any, value: Any) -> str:
    """One side of a field; what cannot be read as it was typed."""
    if isinstance(value, Unread):
        return value.raw
    if isinstance(value, Mapping) or column is None:
        return str(value)
    return cell(desk, column, value)
