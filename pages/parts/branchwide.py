"""How the part of the branch that somebody leads stands: five figures, and who is behind; each opens its list on the dashboard."""

from __future__ import annotations

import numpy as np
import streamlit as st

from branch.board import written
from branch.board.owed import Filter, teams_of
from branch.board.view import ALL, Board, Heat, span
from branch.board.written import STANDINGS
from pages.parts import board, board_matrix
from pages.parts.board_duties import BEHIND
from pages.parts.board_matrix import Across
from pages.parts.desk import Desk
from pages.parts.words import link, literal

NAME, TEAM = "today.behind", "team:"
MOST = 8  # people named: the others are on the dashboard
SPAN = "month"
SHADED = ("overdue", "escalated")  # what somebody is behind with; what is only coming is no fault


def draw(desk: Desk) -> None:
    found = Board(desk.look, desk.look, desk.person, Filter(), span(SPAN, desk.today))
    st.header(desk.words("today.branch" if desk.person.role != "team_leader" else "today.team_stands"))
    st.caption(desk.words("board.as_of_now_short", at=f"{desk.now:%Y-%m-%d %H:%M}", since=found.span.since, until=found.span.until))
    counts = {key: found.count(figure) for key, figure in STANDINGS.items()}
    with st.grid(len(counts), min_column_width=130):
        for key, figure in STANDINGS.items():
            label = literal(figure.label(desk.lang))
            st.metric(label, written.count(figure, counts[key]), border=True, height="stretch", help=literal(figure.help(desk.lang)))
    if not counts["overdue"].counted and not counts["week"].counted:
        st.caption(desk.words("today.branch_none"))
    _behind(desk, found)
    st.page_link("dashboard.py", label=link(desk.words("page.dashboard")))


def _behind(desk: Desk, found: Board) -> None:
    """Team by team, each with those of its people who have most overdue; a click opens their list."""
    people = {key: found.heat(figure) for key, figure in STANDINGS.items()}
    teams = {key: found.heat(figure, row="team") for key, figure in STANDINGS.items()}
    worst, of = people["overdue"].people[:MOST], teams_of(desk.book)
    lines: dict[str, tuple[str, dict[str, Heat], str]] = {}  # row of the table → its name, where its figures are, under which key
    for team in teams["overdue"].people:
        lines[f"{TEAM}{team}"] = (board.team(desk, team), teams, team)
        mine = [one for one in worst if of.get(one, "") == team]
        lines |= {one or BEHIND: ("\u3000" + board.who(desk, one), people, one) for one in mine}
    if not lines:
        return
    st.subheader(desk.words("today.behind"))
    across = {
        key: Across(figure.label(desk.lang), "%.1f%%" if figure.top else "%d", "up" if figure.top else "down" if key in SHADED else "")
        for key, figure in STANDINGS.items()
    }
    columns = []
    for key, figure in STANDINGS.items():
        values = np.array([dict(zip(heats[key].people, heats[key].rows, strict=True)).get(one, np.nan) for _, heats, one in lines.values()])
        columns.append(written.percent(values) if figure.top else values)
    down = {row: name for row, (name, _, _) in lines.items()}
    row, key = board_matrix.draw(NAME, desk.plainly("board.team_who"), down, across, np.column_stack(columns), desk.plainly("today.behind"))
    if row:
        board_matrix.close(NAME)
        asked = {"team": row.removeprefix(TEAM), "cell": f"{ALL}~{ALL}"} if row.startswith(TEAM) else {"cell": f"{row}~{ALL}"}
        st.switch_page("dashboard.py", query_params={"figure": "overdue" if key == ALL else key, "span": SPAN} | asked)
