"""All opportunities: how many stand at which stage, the list, its filters."""

from __future__ import annotations

import streamlit as st

from branch import opportunities, opportunities_board
from pages.parts import address, listing, opportunity_filters
from pages.parts.address import Place
from pages.parts.desk import Desk

NAME = "opportunities"
SHOWN = ("name", "customer", "stage", "amount", "product", "expected_on", "created_by", "created_at", "submitted_at", "feedback_at",
         "reported_at", "channel")  # fmt: skip


def everything(desk: Desk) -> None:
    rows, table = desk.rows(NAME), desk.tables[NAME]
    if rows.empty:
        listing.empty(desk, "opportunities.none" if desk.may(NAME, "create") else "opportunities.none_read")
        return
    wish = opportunity_filters.chosen(desk, channel=False)
    rows = rows[rows["id"].isin(set(opportunities_board.rows(desk.look, desk.person, wish)["id"]))]
    if rows.empty:
        listing.empty(desk, "nothing_found")
        return
    stages = rows["stage"].astype("str")
    counts = stages.value_counts()
    order = [one for one in (*opportunities.PATH, *opportunities.ENDED) if counts.get(one)]
    order += [str(one) for one in counts.index if one not in order and table["stage"].choice(str(one))]
    key = f"{NAME}.stage"
    places = {"stage": Place(key)}
    address.follow(f"{NAME}.funnel", places)
    if st.session_state.get(key) not in order:
        st.session_state[key] = None
    labels = {one: table["stage"].choice(one) for one in order}
    picked = st.pills(
        table["stage"].label(desk.lang),
        order,
        key=key,
        wrap=True,
        format_func=lambda one: f"{labels[one].label(desk.lang)} {counts[one]}" if labels.get(one) else str(one),
    )
    address.write(f"{NAME}.funnel", places)
    found = rows if picked is None else rows[stages == picked]
    found = listing.filters(
        desk, table, found, [one for one in ("channel", "block", "created_by") if one in rows], NAME, places | opportunity_filters.PLACES
    )
    if found.empty:
        listing.empty(desk, "nothing_found")
        return
    with st.container(horizontal=True):
        listing.export(desk, table, found, NAME)
        listing.bring(desk, NAME)
    newest = found.sort_values("created_at", ascending=False, kind="stable")
    shown = listing.paged(desk, newest, NAME)
    listing.choose(desk, table, shown, [one for one in SHOWN if one in shown], NAME, height=600 if len(shown) > 14 else "auto")
