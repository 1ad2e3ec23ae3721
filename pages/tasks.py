"""交办: what leaders handed out and what has been reported of it; a new task from a due, from a figure, or from nothing."""

from __future__ import annotations

import streamlit as st

from branch.board import tasks
from branch.board.owed import Filter
from branch.board.view import Board, span
from pages.parts import drawer, listing, rowview
from pages.parts.form import FOLDED, Form, fill
from pages.parts.guard import require
from pages.parts.names import name as name_of
from pages.parts.turn import turn

NAME = "tasks"
ASKED, MORE = ("what", "owner", "due_on", "customer"), ("subject", "row", "figure")
SHOWN = ("due_on", "what", "owner", "customer", "assigned_by", "done_on", "report", "status")
desk = require("tasks")
ledger = desk.tables[NAME]
st.title(desk.words("page.tasks"))
about = str(st.query_params.get("about", ""))
if tasks.may_assign(desk.person):
    if about and st.session_state.get(f"{NAME}.about") != about:
        st.session_state[f"{NAME}.about"], st.session_state[f"{NAME}.adding"] = about, True
    if st.toggle(desk.words("tasks.add"), key=f"{NAME}.adding"):
        start = tasks.started(desk.look, desk.person, desk.lang, about)
        groups = (("", ASKED), (f"{FOLDED}{desk.plainly('act.more')}", MORE))
        with st.container(border=True):
            if saved := fill(desk, Form(f"{NAME}.new.{about}", NAME, NAME, groups), start):
                st.query_params.pop("about", None)
                st.session_state.pop(f"{NAME}.about", None)
                st.session_state[f"{NAME}.row"] = saved
                st.rerun()
drawer.follow(NAME)
board = Board(desk.look, desk.look, desk.person, Filter(), span("year", desk.today))
found = tasks.tasks(board)
if found.empty:
    listing.empty(desk, "tasks.none_leading" if tasks.may_assign(desk.person) else "tasks.none")
    st.stop()
counts = found["stands"].value_counts()
parts = [one for one in (tasks.LATE, tasks.OPEN, tasks.DONE) if counts.get(one)]
part = turn(desk.words("tasks.part"), parts, f"{NAME}.part", lambda one: desk.plainly(f"tasks.of.{one}", count=int(counts.get(one, 0))))
rows = found[found["stands"] == part].drop(columns="stands")
rows = listing.filters(desk, ledger, rows, [key for key in ("owner", "assigned_by") if key in rows], NAME)
if rows.empty:
    listing.empty(desk, "nothing_found")
    st.stop()
shown = listing.paged(desk, rows, NAME, file=ledger, hint="tasks.open_hint")
columns = [key for key in SHOWN if key in shown and listing.filled(shown[key])]
listing.choose(desk, ledger, shown, columns, NAME, wide=("what",), height=560 if len(shown) > 9 else "auto")
drawer.show(NAME, lambda row: name_of(desk, NAME, row), lambda row: rowview.row(NAME, NAME, row))
