"""商机: how many stand at which stage, what each channel brings, how long they have stood; each number with its list."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from branch import opportunities
from branch.board import deals, sums, written
from branch.board.deals import LEDGER
from branch.board.view import ALL, Board
from pages.parts import board_matrix, board_rows, listing
from pages.parts.board_matrix import Across
from pages.parts.desk import Desk
from pages.parts.words import literal
from sheets.schema import Column

NAME, CHANNELS = "board.deals", "board.channels"
FIGURES = ("conversion", "in_play", "days_in_stage")
COLUMNS = ("name", "customer", "stage", "amount", "channel", "product", "expected_on", "created_by")


def draw(desk: Desk, found: Board) -> None:
    """Of the opportunities created in the period; those in play stand there whenever they were created."""
    wanted = sums.figures(found.look, found.actor, LEDGER, FIGURES)
    rows = deals.deals(found, wanted)
    if rows.empty or not wanted:
        listing.empty(desk, "board.deals_none")
        return
    known, every = {one.key: one for one in wanted}, sums.whole(rows, wanted)
    born = rows[rows["born"]]
    alive = rows[rows["in_play.top"].notna()]
    with st.grid(4, min_column_width=130):
        _card(desk, "board.deals_alive", f"{len(alive):,}", "")
        _card(desk, "board.deals_amount", written.figure(known["in_play"], every["in_play"]), known["in_play"].help(desk.lang))
        _card(desk, "board.deals_new", f"{len(born):,}", "")
        share = written.figure(known["conversion"], sums.whole(born, wanted)["conversion"])
        _card(desk, "board.deals_won", share, known["conversion"].help(desk.lang))
    stage = _stages(desk, rows)
    channel = "" if stage else _channels(desk, born, found)
    if stage:
        _list(desk, found, rows[rows["stage"] == stage] if stage != ALL else rows, desk.tables[LEDGER]["stage"], stage, NAME)
    elif channel:
        _list(desk, found, born[born["channel"] == channel] if channel != ALL else born, desk.tables[LEDGER]["channel"], channel, CHANNELS)
    else:
        st.caption(desk.words("board.click"))


def _card(desk: Desk, code: str, value: str, helped: str) -> None:
    st.metric(desk.words(code), value, border=True, height="stretch", help=literal(helped) or None)


def _stages(desk: Desk, rows: pd.DataFrame) -> str:
    """The funnel: each stage with how many stand there, their amount, and how long they have stood in the middle."""
    column = desk.tables[LEDGER]["stage"]
    order = [one for one in (*opportunities.PATH, *opportunities.ENDED) if (rows["stage"] == one).any() or one in opportunities.PATH]
    down = {one: _label(desk, column, one) for one in order} | {ALL: desk.plainly("board.all")}
    groups = [rows[rows["stage"] == one] for one in order] + [rows]
    values = np.array([[len(one), one["amount"].sum(), one["days_in_stage.top"].median() if len(one) else np.nan] for one in groups], float)
    across = {
        "count": Across(desk.plainly("board.deals_count")),
        "amount": Across(desk.plainly("board.deals_sum"), "%,.2f"),
        "days": Across(desk.plainly("board.deals_days"), "%d", help=desk.plainly("board.deals_days_help")),
    }
    st.header(desk.words("board.deals_funnel"))
    with st.container(border=True):
        drawn = pd.DataFrame({"stage": [down[one] for one in order], "count": values[:-1, 0]})
        st.vega_lite_chart(drawn, _funnel(), width="stretch", height=30 * len(order), key=f"{NAME}.funnel")
    return board_matrix.draw(NAME, column.label(desk.lang), down, across, values, desk.plainly("board.deals_funnel"))[0]


def _funnel() -> dict[str, object]:
    """Bars around the middle, one a stage, the number in each: one hue, because the order says it."""
    y = {"field": "stage", "type": "ordinal", "sort": None, "axis": {"title": None, "ticks": False, "domain": False, "labelLimit": 160}}
    x = {"field": "count", "type": "quantitative", "stack": "center", "axis": None, "scale": {"nice": False}}
    middle = {"text": {"field": "count", "type": "quantitative"}, "x": {"value": {"expr": "width / 2"}}}
    return {
        "encoding": {"y": y},
        "layer": [
            {"mark": {"type": "bar", "cornerRadius": 2, "tooltip": False, "opacity": 0.5}, "encoding": {"x": x}},
            {"mark": {"type": "text", "fontWeight": 600}, "encoding": middle},
        ],
        "usermeta": {"embedOptions": {"actions": False}},
    }


def _channels(desk: Desk, born: pd.DataFrame, found: Board) -> str:
    """The seven channels: how many came from each in the period, how many of them became business."""
    column = desk.tables[LEDGER]["channel"]
    wanted = sums.figures(found.look, found.actor, LEDGER, FIGURES)
    lines = (
        sums.by(born, wanted, ["channel"]).set_index("channel")
        if len(born)
        else pd.DataFrame(columns=["rows", "conversion", "conversion.top"])
    )
    codes = [one.code for one in column.choices]
    order = [*codes, *[str(one) for one in lines.index if one not in codes]]
    down = {one: _label(desk, column, one) or desk.plainly("board.no_channel") for one in order} | {ALL: desk.plainly("board.all")}
    every = sums.whole(born, wanted) if len(born) else {}
    rows = [lines.loc[one] if one in lines.index else {} for one in order] + [every]
    numbers = [[one.get("rows", 0), one.get("conversion.top", 0), float(written.percent(one.get("conversion", np.nan)))] for one in rows]
    across = {
        "count": Across(desk.plainly("board.deals_count")),
        "won": Across(desk.plainly("board.deals_won_count"), "%d"),
        "share": Across(desk.plainly("board.deals_won"), "%.1f%%"),
    }
    st.header(desk.words("board.deals_channels"))
    return board_matrix.draw(
        CHANNELS, column.label(desk.lang), down, across, np.array(numbers, float), desk.plainly("board.deals_channels")
    )[0]


def _label(desk: Desk, column: Column, code: str) -> str:
    found = column.choice(code)
    return found.label(desk.lang) if found else code


def _list(desk: Desk, found: Board, rows: pd.DataFrame, column: Column, code: str, name: str) -> None:
    label = desk.plainly("board.all") if code == ALL else _label(desk, column, code)
    with st.container(horizontal=True, vertical_alignment="center"):
        board_matrix.heading(desk, name, "board.deals_of", name=label, count=len(rows))
    order = rows.sort_values("days_in_stage.top", ascending=False, kind="stable", na_position="last")
    days = pd.DataFrame({desk.plainly("board.deals_stood"): order["days_in_stage.top"].astype("Int64")}).set_axis(order["id"])
    board_rows.draw(desk, found, LEDGER, list(order["id"]), f"{name}.rows", COLUMNS, days)
