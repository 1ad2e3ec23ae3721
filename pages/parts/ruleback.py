"""A rule back to the row that Huce ships: what would change, cell by cell, before it is saved."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from branch import drafting
from pages.parts import rulewhatif, saving
from pages.parts.desk import Desk
from pages.parts.guard import require
from texts import say

SCREEN = "rules"


def draw(desk: Desk, key: str, cells: Mapping[str, str]) -> None:
    """Only where a rule of this number is shipped, differs, and is this person's to change."""
    differs = drafting.shipped(desk.look, cells)
    name = f"rule.{key}.back"
    saving.show_outcome(name)
    if not differs or drafting.locked(desk.look, desk.person, cells["enabled"]):
        return
    table = desk.tables["rules"]
    with st.expander(desk.words("rules.back"), key=f"{name}.open"):
        st.markdown(desk.words("rules.back_hint", count=len(differs)))
        rows = {
            desk.plainly("rules.back_cell"): [table[cell].label(desk.lang) for cell in differs],
            desk.plainly("rules.back_now"): [cells[cell] or "—" for cell in differs],
            desk.plainly("rules.back_then"): [text or "—" for text in differs.values()],
        }
        st.dataframe(pd.DataFrame(rows), hide_index=True, placeholder="", alt=desk.plainly("rules.back"), key=f"{name}.rows")
        rule = drafting.rule(desk.look, {**cells, **differs})
        if rule is not None:
            rulewhatif.of_rule(desk, rule, name)
        st.button(desk.words("rules.back_save"), key=f"{name}.{saving.token(name)}", type="primary", on_click=_save, args=(key, name))


def _save(key: str, name: str) -> None:
    """The callback of the button: the row as it stands now decides what is put back."""
    desk = require(SCREEN)
    found = desk.row("rules", key)
    if found is None:
        return
    cells = drafting.as_text(desk.tables["rules"], found)
    edit = drafting.edit(desk.look, key, cells, {**cells, **drafting.shipped(desk.look, cells)})
    done = saving.save(name, SCREEN, [edit] if edit.after else [], say("screen.rules.back_done", desk.lang, number=key))
    if done.saved:
        saving.forget(f"rule.{key}")  # the builder begins with what stands there now
        st.session_state[f"{name}.outcome"] = done
