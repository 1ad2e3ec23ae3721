"""到期: what is to be done month by month, which papers run out when, and the loans by their class of risk."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from branch.board import papers
from branch.board.view import ALL, Board
from branch.board.written import WAN
from branch.runway import EXPIRES
from pages.parts import asof, board, board_matrix, board_rows, board_taken, listing
from pages.parts.board_matrix import Across
from pages.parts.desk import Desk
from pages.parts.dues import duelist
from pages.parts.packages import packages

NAME, PAPERS, CLASSES = "board.ahead", "board.papers", "board.classes"


def draw(desk: Desk, found: Board) -> None:
    if found.dues.empty:
        listing.empty(desk, "board.none")
        return
    st.header(desk.words("board.ahead"))
    month, area = _months(desk, found)
    if month:
        _due(desk, found, month, area)
        return
    st.caption(desk.words("board.ahead_hint"))
    if desk.may("ratings", "read"):
        _papers(desk, found)
        _classes(desk, found)
    if found.look is desk.look:
        packages(desk, "dashboard")


def _months(desk: Desk, found: Board) -> tuple[str, str]:
    counts = found.monthly()
    table = counts.pivot_table(index="month", columns="area", values="count", aggfunc="sum") if len(counts) else pd.DataFrame()
    down = {f"{month:%Y-%m}": f"{month:%Y-%m}" for month in table.index} | {ALL: desk.plainly("board.all")}
    across = {ALL: Across(desk.plainly("board.sum"), "%d", "down")}
    across |= {area: Across(board.area(desk, area), "%d", "down") for area in table.columns}
    numbers = table.to_numpy(float)
    values = np.vstack([np.column_stack([np.nansum(numbers, axis=1), numbers]), np.append(np.nansum(numbers), np.nansum(numbers, axis=0))])
    return board_matrix.draw(NAME, desk.plainly("board.month"), down, across, values, desk.plainly("board.ahead"))


def _due(desk: Desk, found: Board, month: str, area: str) -> None:
    rows = found.in_month(month, area)
    what = desk.plainly("board.all") if area == ALL else board.area(desk, area)
    _heading(desk, NAME, desk.plainly("board.all") if month == ALL else month, what, len(rows))
    board_taken.dues(desk, found.look, f"{month} {what}", rows)
    if found.look is desk.look:
        duelist(desk, "dashboard", rows, name=NAME, empty="board.none", who=True)
    else:
        asof.table(desk, found.look, rows, NAME, as_is=board.as_is(desk, found))


def _heading(desk: Desk, name: str, first: str, what: str, count: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        board_matrix.heading(desk, name, "board.behind", name=first, what=what, count=count)


def _papers(desk: Desk, found: Board) -> None:
    """Each kind of paper by the month it runs out: how many, and what is at stake."""
    every = papers.papers(found)
    st.header(desk.words("board.papers"))
    if every.empty:
        listing.empty(desk, "board.papers_none")
        return
    named = {papers.OVER: desk.plainly("board.papers_over"), papers.LATER: desk.plainly("board.papers_later")}
    order = sorted(set(every["bucket"]), key=lambda one: {papers.OVER: "", papers.LATER: "~"}.get(one, one))
    down = {one: named.get(one, one) for one in order} | {ALL: desk.plainly("board.all")}
    across: dict[str, Across] = {}
    columns = []
    for table in EXPIRES:
        mine = every[every["table"] == table]
        label = desk.tables[table].label(desk.lang)
        groups = [mine if one == ALL else mine[mine["bucket"] == one] for one in down]
        across[table] = Across(desk.plainly("board.papers_count", name=label), "%d", "down")
        columns.append([len(one) or np.nan for one in groups])
        if table in papers.AMOUNT:
            across[f"{table}.amount"] = Across(desk.plainly("board.papers_amount", name=label), "%,.2f")
            columns.append([one["amount"].sum() / WAN or np.nan for one in groups])
    bucket, key = board_matrix.draw(
        PAPERS, desk.plainly("board.papers_month"), down, across, np.array(columns, float).T, desk.plainly("board.papers")
    )
    if not bucket:
        return
    table = key.removesuffix(".amount")
    mine = every if bucket == ALL else every[every["bucket"] == bucket]
    for one in EXPIRES if table == ALL else (table,):
        rows = mine[mine["table"] == one].sort_values("expires", kind="stable")
        if len(rows):
            _heading(desk, PAPERS, down[bucket], desk.tables[one].label(desk.lang), len(rows))
            board_rows.draw(desk, found, one, list(rows["row"]), f"{PAPERS}.{one}")


def _classes(desk: Desk, found: Board) -> None:
    every = papers.classes(found)
    if every.empty:
        return
    st.header(desk.words("board.classes"))
    column = desk.tables["loans"]["risk_class"]
    codes = [one.code for one in column.choices if (every["class"] == one.code).any()] + ([""] if (every["class"] == "").any() else [])
    labels = {one.code: one.label(desk.lang) for one in column.choices} | {"": desk.plainly("board.classes_none")}
    down = {one or "-": labels[one] for one in codes} | {ALL: desk.plainly("board.all")}
    groups = [every[every["class"] == one] for one in codes] + [every]
    values = [
        [len(one), one["balance"].sum() / WAN, (one["days_overdue"] > 0).sum() or np.nan, one["arrears"].sum() / WAN or np.nan]
        for one in groups
    ]
    across = {
        "count": Across(desk.plainly("board.deals_count")),
        "balance": Across(desk.plainly("board.classes_balance"), "%,.2f"),
        "overdue": Across(desk.plainly("board.classes_overdue"), "%d", "down"),
        "arrears": Across(desk.plainly("board.classes_arrears"), "%,.2f"),
    }
    row, key = board_matrix.draw(CLASSES, column.label(desk.lang), down, across, np.array(values, float), desk.plainly("board.classes"))
    if row:
        mine = every if row == ALL else every[every["class"] == ("" if row == "-" else row)]
        kept = {"overdue": mine["days_overdue"] > 0, "arrears": mine["arrears"] > 0}.get(key)
        mine = mine if kept is None else mine[kept]
        _heading(desk, CLASSES, desk.tables["loans"].label(desk.lang), down[row], len(mine))
        board_rows.draw(desk, found, "loans", list(mine["id"]), f"{CLASSES}.rows")
