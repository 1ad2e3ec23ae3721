"""履职: what is overdue, due and done in time, by person and kind of business; the last weeks; the dues behind each number."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from branch.board import written
from branch.board.owed import NOBODY
from branch.board.view import ALL, Board, Heat
from branch.board.written import STANDINGS, Standing
from pages.parts import address, asof, board, board_matrix, board_taken, listing
from pages.parts.address import Place
from pages.parts.board_matrix import Across
from pages.parts.counts import rule_name
from pages.parts.desk import Desk
from pages.parts.dues import duelist
from pages.parts.words import literal

NAME, TRENDS = "board.duties", ("overdue", "escalated", "share")
BEHIND = "-"  # the cell of nobody, where "" would be no cell


def draw(desk: Desk, found: Board) -> None:
    places = {"figure": Place(f"{NAME}.figure", "overdue"), "area": Place(f"{NAME}.area")}
    address.follow(NAME, places)
    counts = {key: found.count(figure) for key, figure in STANDINGS.items()}
    with st.grid(len(counts), min_column_width=120):
        for key, figure in STANDINGS.items():
            label = literal(figure.label(desk.lang))
            st.metric(label, written.count(figure, counts[key]), border=True, height="stretch", help=literal(figure.help(desk.lang)))
    if not found.dues.shape[0]:
        address.write(NAME, places)
        listing.empty(desk, "board.none")
        return
    figure = _figure(desk)
    heat = found.heat(figure)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        area = _area(desk, heat)
    address.write(NAME, places)
    column = "rule" if area != ALL else "area"
    if area != ALL:
        heat = found.heat(figure, "rule", area)
    person, kind = _matrix(desk, figure, heat, column)
    if person:
        _behind(desk, found, figure, person, column, kind, area)
    else:
        st.caption(desk.words("board.click"))
        trend(desk, found)


def _figure(desk: Desk) -> Standing:
    key = f"{NAME}.figure"
    if st.session_state.get(key) not in STANDINGS:
        st.session_state[key] = "overdue"
    st.segmented_control(
        desk.words("board.figure"), list(STANDINGS), key=key, required=True, wrap=True, label_visibility="collapsed",
        format_func=lambda one: literal(STANDINGS[one].label(desk.lang)),
    )  # fmt: skip
    return STANDINGS[str(st.session_state[key])]


def _area(desk: Desk, heat: Heat) -> str:
    key = f"{NAME}.area"
    if st.session_state.get(key) not in heat.kinds:
        st.session_state[key] = None
    st.pills(
        desk.words("board.by_rule"), list(heat.kinds), key=key, wrap=True, format_func=lambda one: literal(board.area(desk, one)),
        help=desk.words("board.by_rule_help"),
    )  # fmt: skip
    return str(st.session_state.get(key) or ALL)


def _matrix(desk: Desk, figure: Standing, heat: Heat, column: str) -> tuple[str, str]:
    """The heat map, with the sum of each row and of all."""
    share = figure.top is not None
    values = written.percent(heat.table) if share else heat.table
    form, shade = ("%.1f%%", "up") if share else ("%d", "down")
    down = {one or BEHIND: board.who(desk, one) for one in heat.people} | {ALL: desk.plainly("board.all")}
    across = {ALL: Across(desk.plainly("board.sum"), form, shade)}  # type: ignore[arg-type]
    for kind in heat.kinds:
        label = board.area(desk, kind) if column == "area" else rule_name(desk, kind)
        across[kind] = Across(label, form, shade)  # type: ignore[arg-type]
    return board_matrix.draw(NAME, desk.plainly("board.who"), down, across, values, desk.plainly("board.heat"), figure.label(desk.lang))


def _behind(desk: Desk, found: Board, figure: Standing, person: str, column: str, kind: str, area: str) -> None:
    """The dues that a cell counts, as cards."""
    rows = found.behind(figure, NOBODY if person == BEHIND else person, column, kind)
    if kind == ALL and area != ALL:
        rows = rows[rows["area"] == area].reset_index(drop=True)
    named = desk.plainly("board.all") if person == ALL else board.who(desk, "" if person == BEHIND else person)
    what = figure.label(desk.lang)
    if kind != ALL:
        what = f"{what} · {board.area(desk, kind) if column == 'area' else rule_name(desk, kind)}"
    _list(desk, found, rows, named, what)


def _list(desk: Desk, found: Board, rows: pd.DataFrame, named: str, what: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(desk.words("board.behind", name=named, what=what, count=len(rows)))
        st.button(desk.words("board.close"), key=f"{NAME}.close", type="tertiary", on_click=_close)
    board_taken.dues(desk, found.look, desk.plainly("board.behind", name=named, what=what, count=len(rows)), rows)
    if found.look is desk.look:
        duelist(desk, "dashboard", rows, name=NAME, empty="board.none", who=True)
    else:
        asof.table(desk, found.look, rows, NAME, as_is=board.as_is(desk, found))


def _close() -> None:
    board_matrix.close(NAME)
    st.session_state.pop(f"{NAME}.week", None)


def trend(desk: Desk, found: Board) -> None:
    """The last weeks in three small charts, each with its numbers."""
    weeks = found.weekly()
    share = weeks["in_time"] * 100 // weeks["fell"].where(weeks["fell"] > 0)  # cut: 99.6 % is not all
    drawn = pd.DataFrame(
        {"week": weeks["end"].dt.strftime("%m-%d"), "overdue": weeks["overdue"], "escalated": weeks["escalated"], "share": share}
    )
    days = dict(zip(drawn["week"], weeks["end"].dt.date, strict=True))
    st.header(desk.words("board.trend"))
    with st.grid(3, min_column_width=280):
        for key in TRENDS:
            with st.container(border=True, gap="xsmall"):
                st.markdown(f"**{desk.words(f'board.trend_{key}')}**")
                chart = f"{NAME}.{key}"
                st.vega_lite_chart(
                    drawn, bars(key), width="stretch", height=164, key=chart, on_select=partial(_week, chart, key), selection_mode="week",
                )  # fmt: skip
    st.caption(desk.words("board.trend_hint"))
    key, week = st.session_state.get(f"{NAME}.week", ("", ""))
    if week in days:
        rows = found.in_week(days[week], key)
        _list(desk, found, rows, desk.plainly("board.week", day=days[week]), desk.plainly(f"board.trend_{key}"))


def _week(chart: str, key: str) -> None:
    """The bar that was clicked; a second click on it closes its list."""
    chosen = st.session_state[chart]["selection"].get("week", [])
    st.session_state[f"{NAME}.week"] = (key, str(chosen[0]["week"])) if chosen else ("", "")


def bars(key: str) -> dict[str, object]:
    """A bar a week with its number on top."""
    x = {"field": "week", "type": "ordinal", "axis": {"title": None, "labelAngle": 0, "labelOverlap": "greedy"}, "sort": None}
    y = {"field": key, "type": "quantitative", "axis": None}
    return {
        "encoding": {"x": x, "y": y},
        "layer": [
            {
                "params": [{"name": "week", "select": {"type": "point", "fields": ["week"]}}],
                "mark": {"type": "bar", "tooltip": False, "cornerRadiusEnd": 2, "cursor": "pointer"},
            },
            {"mark": {"type": "text", "dy": -7, "fontSize": 11}, "encoding": {"text": {"field": key, "type": "quantitative"}}},
        ],
        "padding": {"top": 16},  # for the number on the longest bar
        "usermeta": {"embedOptions": {"actions": False}},
    }
