"""栏目与台账: a column, a choice, another name or a whole ledger more, in words; the keys are made by Huce."""

from __future__ import annotations

import streamlit as st

from pages.parts import listing, shapes
from pages.parts.guard import require
from pages.parts.turn import turn
from pages.parts.words import link

desk = require("dictionary")
st.title(desk.words("page.dictionary"))
st.markdown(desk.words("shaping.hint"))
part = turn(desk.words("shaping.part"), tuple(shapes.PARTS), "dictionary.part", lambda one: desk.plainly(f"shaping.{one}"))
if made := st.session_state.pop(shapes.MADE, ""):
    st.session_state["dictionary.made"] = made
if (made := str(st.session_state.get("dictionary.made", ""))) in desk.tables:
    label = desk.tables[made].label(desk.lang)
    if desk.may(made, "read"):
        st.page_link("ledgers.py", label=link(desk.words("shaping.open", name=label)), query_params={"table": made})
with st.container(border=True):
    shapes.draw(desk, part)
rows = desk.rows("dictionary")
st.header(desk.words("shaping.standing"))
if rows.empty:
    listing.empty(desk, "shaping.none")
    st.stop()
told = shapes.standing(desk, rows)
st.dataframe(told, hide_index=True, key="dictionary.standing", column_config=dict(zip(told.columns, shapes.headings(desk), strict=True)))
