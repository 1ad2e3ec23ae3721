"""访问覆盖: which customers were visited by whom as often as they must be, what is left, and whom to visit this week."""

from __future__ import annotations

import streamlit as st

from pages.parts import address, coverage_choose, coverage_joint, coverage_matrix, coverage_week
from pages.parts.guard import require
from pages.parts.turn import turn

EVERY = 15  # seconds between two looks at the store
PARTS = {"matrix": coverage_matrix.draw, "week": coverage_week.draw, "joint": coverage_joint.draw}
desk = require("coverage")
st.title(desk.words("page.coverage"))
coverage_choose.choose(desk)
part = turn(desk.words("coverage.part"), list(PARTS), "coverage.part", lambda one: desk.plainly(f"coverage.parts_{one}"))


@st.fragment(run_every=EVERY)
def live() -> None:
    """Drawn anew by itself; what stands outside stays."""
    now = require("coverage")
    st.caption(now.words("coverage.as_of", at=f"{now.now:%Y-%m-%d %H:%M}"))
    PARTS[part](now, coverage_choose.wish())


live()
address.settle()
