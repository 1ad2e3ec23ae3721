"""商机: what waits for this person, a new opportunity by six fields, all of them by stage and as a list."""

from __future__ import annotations

import streamlit as st

from pages.parts import drawer
from pages.parts.guard import require
from pages.parts.names import name as name_of
from pages.parts.opportunity import drawn
from pages.parts.opportunity_board import board, leave
from pages.parts.opportunity_list import everything
from pages.parts.opportunity_new import start
from pages.parts.opportunity_todo import todo, todos
from pages.parts.turn import turn

desk = require("opportunities")
NAME = "opportunities"

st.title(desk.words("page.opportunities"))
asked = {word: st.query_params[word] for word in ("customer", "visit") if word in st.query_params}
if asked and st.session_state.get(f"{NAME}.asked") != asked:
    st.session_state[f"{NAME}.asked"] = asked
    st.session_state[f"{NAME}.part"] = "new"
if made := st.session_state.pop(f"{NAME}.made", ""):
    st.session_state[f"{NAME}.row"], st.session_state[f"{NAME}.part"] = made, "todo"
drawer.follow(NAME)
if wish := st.query_params.get("do", ""):  # which act the drawer opens with, said once
    st.session_state[f"{NAME}.act.{st.query_params.get('row', '')}"] = wish
    del st.query_params["do"]
waits, due = todos(desk)
parts = [*(["todo"] if desk.may(NAME, "write") else []), *(["new"] if desk.may(NAME, "create") else []), "board", "all"]
count = len(waits) + len(due)
part = turn(desk.words("opportunities.part"), parts, f"{NAME}.part", lambda one: desk.plainly(f"opportunities.{one}", count=count))
if part != "board":
    leave()
match part:
    case "board":
        board(desk)
    case "todo":
        todo(desk, waits, due)
    case "new":
        if saved := start(desk, asked):
            st.query_params.clear()
            st.session_state.pop(f"{NAME}.asked", None)
            st.session_state[f"{NAME}.made"] = saved
            st.rerun()
    case _:
        everything(desk)
drawer.show(NAME, lambda one: name_of(desk, NAME, one), drawn)
