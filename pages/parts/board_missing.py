"""缺失: what customers still lack, person by person, and how many use which kind of product."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from branch.board import sums, written
from branch.board.view import ALL, Board
from pages.parts import board, board_matrix, board_rows, listing
from pages.parts.board_business import COLUMNS
from pages.parts.board_duties import BEHIND
from pages.parts.board_matrix import Across
from pages.parts.desk import Desk
from pages.parts.words import literal

NAME, USED = "board.missing", "board.used"
FIGURES = ("file_missing", "plan_missing", "rating_missing", "visit_missing", "review_missing")


def draw(desk: Desk, found: Board) -> None:
    wanted = sums.figures(found.look, found.actor, "customers", FIGURES)
    rows = found.rows("customers", wanted)
    if rows.empty or not wanted:
        listing.empty(desk, "board.none")
        return
    every, people = sums.whole(rows, wanted), sums.by(rows, wanted, ["whose"])
    with st.grid(len(wanted), min_column_width=120):
        for one in wanted:
            helped = literal(one.help(desk.lang))
            st.metric(literal(one.label(desk.lang)), f"{np.nan_to_num(every[one.key]):,.0f}", border=True, height="stretch", help=helped)
    values = people[[one.key for one in wanted]].fillna(0)
    order = np.lexsort((people["whose"], -values.sum(axis=1), people["whose"] == ""))
    people, values = people.iloc[order], values.iloc[order]
    down = {(one or BEHIND): board.who(desk, one) for one in people["whose"].astype("str")} | {ALL: desk.plainly("board.all")}
    across = {one.key: Across(one.label(desk.lang), "%d", "down", one.help(desk.lang)) for one in wanted}
    table = np.vstack([values.to_numpy(float), values.sum().to_numpy(float)])
    table[table == 0] = np.nan
    person, key = board_matrix.draw(NAME, desk.plainly("board.who"), down, across, table, desk.plainly("board.parts.missing"))
    if not person:
        st.caption(desk.words("board.click"))
        products(desk, found)
        return
    asked = wanted if key == ALL else [one for one in wanted if one.key == key]
    lacking = rows[np.any([rows[f"{one.key}.top"].to_numpy(float) > 0 for one in asked], axis=0)]
    if person != ALL:
        lacking = lacking[lacking["whose"] == ("" if person == BEHIND else person)]
    what = desk.plainly("board.parts.missing") if key == ALL else asked[0].label(desk.lang)
    with st.container(horizontal=True, vertical_alignment="center"):
        board_matrix.heading(desk, NAME, "board.behind", name=down[person], what=what, count=len(lacking))
    marks = {literal(one.label(desk.lang)): np.where(lacking[f"{one.key}.top"] > 0, "✓", "") for one in asked}
    board_rows.draw(desk, found, "customers", list(lacking["id"]), f"{NAME}.rows", COLUMNS, pd.DataFrame(marks).set_axis(lacking["id"]))


def products(desk: Desk, found: Board) -> None:
    """How many customers use each kind of product; a click lists them."""
    if not desk.may("products", "read"):
        return
    wanted = sums.figures(found.look, found.actor, "customers", ("penetration", "products_held"))
    customers = found.rows("customers", wanted)
    uses = sums.used(found.look, found.actor)
    uses = uses[uses["customer"].isin(customers["id"])]
    choices = desk.tables["products"]["kind"].choices
    counts = uses.groupby("kind")["customer"].nunique()
    st.header(desk.words("board.products"))
    every = sums.whole(customers, wanted)
    held = next((written.figure(one, every[one.key]) for one in wanted if one.key == "penetration"), "—")
    st.caption(desk.words("board.products_hint", share=held, count=len(customers)))
    down = {one.code: one.label(desk.lang) for one in choices}
    numbers = np.array([[counts.get(one.code, 0), counts.get(one.code, 0) * 100 / max(1, len(customers))] for one in choices], float)
    across = {"count": Across(desk.plainly("board.customer_count")), "share": Across(desk.plainly("board.products_share"), "%.1f%%")}
    kind, _ = board_matrix.draw(
        USED, desk.tables["products"]["kind"].label(desk.lang), down, across, numbers, desk.plainly("board.products")
    )
    if kind:
        mine = sorted(set(uses.loc[uses["kind"] == kind, "customer"]))
        st.header(desk.words("board.customers_of", name=down[kind], count=len(mine)))
        board_rows.draw(desk, found, "customers", mine, f"{USED}.rows", COLUMNS)
