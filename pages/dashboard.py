"""看板: who is behind, with what, and what is coming, for those who lead; every number opens the rows behind it."""

from __future__ import annotations

import streamlit as st

from pages.parts import (
    address,
    board,
    board_ahead,
    board_business,
    board_deals,
    board_duties,
    board_goals,
    board_missing,
    board_taken,
    load,
)
from pages.parts.guard import require
from pages.parts.turn import turn

EVERY = 15  # seconds between two looks at the store
PARTS = {
    "duties": board_duties.draw,
    "ahead": board_ahead.draw,
    "goals": board_goals.draw,
    "business": board_business.draw,
    "deals": board_deals.draw,
    "missing": board_missing.draw,
    "load": lambda now, _: load.draw(now),
}
desk = require("dashboard")
st.title(desk.words("page.dashboard"))
board.choose(desk)
with st.container(horizontal=True, vertical_alignment="center"):
    part = turn(
        desk.words("board.part"),
        [one for one in PARTS if one != "load" or desk.person.role in load.MAY],
        "board.part",
        lambda one: desk.plainly(f"board.parts.{one}"),
    )
    board_taken.draw(desk)


@st.fragment(run_every=EVERY)
def live() -> None:
    """Drawn anew by itself; what stands outside, and what is being typed there, stays."""
    now = require("dashboard")
    found = board.of(now)
    board_taken.begin(board.basis(now, found))
    PARTS[part](now, found)


live()
address.settle()
