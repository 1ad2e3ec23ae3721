"""目标: what is asked of the branch, each team and each manager, what is reached, and what nobody below has taken on yet."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from branch.board import goals, sums, tasks, written
from branch.board.view import Board
from branch.board.written import Figure
from pages.parts import address, board, board_matrix, board_rows, listing
from pages.parts.address import Place
from pages.parts.board_business import COLUMNS
from pages.parts.board_duties import BEHIND
from pages.parts.board_matrix import Across
from pages.parts.desk import Desk
from pages.parts.words import link, literal

NAME = "board.goals"


def draw(desk: Desk, found: Board) -> None:
    figures = {one.key: one for one in goals.figures(found)}
    if not figures:
        listing.empty(desk, "board.none")
        return
    places = {"goal": Place(f"{NAME}.figure", next(iter(figures)))}
    address.follow(NAME, places)
    if st.session_state.get(f"{NAME}.figure") not in figures:
        st.session_state[f"{NAME}.figure"] = next(iter(figures))
    st.segmented_control(
        desk.words("board.figure"), list(figures), key=f"{NAME}.figure", required=True, wrap=True, label_visibility="collapsed",
        format_func=lambda key: literal(figures[key].label(desk.lang)),
    )  # fmt: skip
    address.write(NAME, places)
    one = figures[str(st.session_state[f"{NAME}.figure"])]
    period = _period(desk, found, one)
    lines = goals.lines(found, one.key, period)
    if len(lines) < 2:
        listing.empty(desk, "board.none")
        return
    if not any(np.isfinite(line.goal) for line in lines):
        listing.empty(desk, "board.goals_none" if desk.may("targets", "create") else "board.goals_none_read")
    yearly = period == str(found.look.today.year)
    st.caption(desk.words("board.goals_hint") if yearly else desk.words("board.goals_hint_by", day=goals.end(found, period)))
    down = {_key(line): _named(desk, line) for line in lines}
    row, _ = _table(desk, one, lines, down)
    if not row:
        st.caption(desk.words("board.click_person"))
        return
    _behind(desk, found, one, next(line for line in lines if _key(line) == row), down[row])


def _period(desk: Desk, found: Board, one: Figure) -> str:
    """The year, or one of its quarters and months for which a goal stands: asked where there is a choice."""
    every = list(goals.by_period(found, one.key))
    if len(every) == 1:
        return every[0]
    places = {"by": Place(f"{NAME}.period", every[0])}
    address.follow(f"{NAME}.period", places)
    if st.session_state.get(f"{NAME}.period") not in every:
        st.session_state[f"{NAME}.period"] = every[0]
    st.segmented_control(
        desk.words("board.goals_period"), every, key=f"{NAME}.period", required=True, wrap=True, label_visibility="collapsed",
        format_func=lambda name: literal(goals.said(name, desk.lang)),
    )  # fmt: skip
    address.write(f"{NAME}.period", places)
    return str(st.session_state[f"{NAME}.period"])


def _key(line: goals.Line) -> str:
    return f"{line.level}:{line.team}:{line.who or BEHIND}"


def _named(desk: Desk, line: goals.Line) -> str:
    if line.level == goals.BRANCH:
        return desk.plainly("board.all")
    return board.team(desk, line.who) if line.level == goals.TEAM else "　" + board.who(desk, line.who)


def _table(desk: Desk, one: Figure, lines: list[goals.Line], down: dict[str, str]) -> tuple[str, str]:
    money = one.kind == "money"
    form = "%,.2f" if money else "%.1f%%"
    across = {
        "goal": Across(desk.plainly("board.goals_goal"), form),
        "actual": Across(desk.plainly("board.goals_actual"), form),
        "reached": Across(desk.plainly("board.goals_reached"), "%.1f%%", "up"),
        "gap": Across(desk.plainly("board.goals_gap"), form, help=desk.plainly("board.goals_gap_help")),
    }
    columns = [written.cells(one, [getattr(line, key) for line in lines]) for key in ("goal", "actual", "gap")]
    columns.insert(2, written.percent([line.reached for line in lines]))
    if money:
        across["below"] = Across(desk.plainly("board.goals_below"), form, help=desk.plainly("board.goals_below_help"))
        across["open"] = Across(desk.plainly("board.goals_open"), form, help=desk.plainly("board.goals_open_help"))
        columns += [written.cells(one, [getattr(line, key) for line in lines]) for key in ("below", "open")]
    return board_matrix.draw(
        NAME, desk.plainly("board.team_who"), down, across, np.column_stack(columns), desk.plainly("board.parts.goals")
    )


def _behind(desk: Desk, found: Board, one: Figure, line: goals.Line, named: str) -> None:
    """The customers whose figure it is, the largest first; and from here a task for whoever answers for it."""
    wanted = sums.figures(found.look, found.actor, "customers", [one.key])
    rows = found.rows("customers", wanted)
    if line.level == goals.TEAM:
        rows = rows[rows["team"] == line.who]
    elif line.level == goals.PERSON:
        rows = rows[(rows["team"] == line.team) & (rows["whose"] == line.who)]
    with st.container(horizontal=True, vertical_alignment="center"):
        board_matrix.heading(desk, NAME, "board.customers_of", name=named.strip(), count=len(rows))
        if tasks.may_assign(desk.person) and line.level == goals.PERSON and line.who and found.look is desk.look:
            st.page_link("tasks.py", label=link(desk.words("tasks.assign")), query_params={"about": f"of:{one.key}:{line.who}"})
    order = rows.sort_values(f"{one.key}.top", ascending=False, kind="stable", na_position="last")
    beside = pd.DataFrame({literal(one.label(desk.lang)): written.of_rows(one, order)}).set_axis(order["id"])
    board_rows.draw(desk, found, "customers", list(order["id"]), f"{NAME}.rows", COLUMNS, beside)
