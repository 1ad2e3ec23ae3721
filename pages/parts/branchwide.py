"""How the branch stands, for one who owes nothing themselves: its figures, and the same by team."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from branch.standing_by_team import STATES, by_team
from pages.parts.desk import Desk
from pages.parts.facts import dues
from pages.parts.names import name as name_of
from pages.parts.words import link

WORDS = {"overdue": "overdue", "due_today": "today", "due_soon": "soon"}


def draw(desk: Desk) -> None:
    found = by_team(desk.book, dues(desk))
    st.header(desk.words("today.branch"))
    with st.grid(3, min_column_width=130):
        for state in STATES:
            st.metric(desk.words(f"today.{WORDS[state]}"), int(found[state].sum()), border=True, height="stretch")
    if found.empty:
        st.caption(desk.words("today.branch_none"))
        return
    teams = [name_of(desk, "teams", team) or desk.plainly("today.no_team") for team in found["team"]]
    shown = pd.DataFrame({"team": teams} | {state: found[state] for state in STATES})
    heads = {"team": "today.team"} | {state: f"today.{WORDS[state]}" for state in STATES}
    st.dataframe(
        shown,
        hide_index=True,
        column_config={key: st.column_config.Column(desk.plainly(code)) for key, code in heads.items()},
        alt=desk.plainly("today.branch"),
    )
    st.page_link("alerts.py", label=link(desk.words("page.alerts")))
