"""What waits for a person's word about opportunities: those handed up to them, and their own dues."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd
import streamlit as st

from branch import opportunities
from pages.parts import listing
from pages.parts.desk import Desk
from pages.parts.dues import badge, duelist
from pages.parts.facts import dues, open_dues
from pages.parts.names import is_blank
from pages.parts.names import name as name_of
from pages.parts.shown import cell, heading
from pages.parts.words import literal

NAME = "opportunities"


def todos(desk: Desk) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows that wait for this person, and their other dues: what waits is not said again by its due."""
    waits = opportunities.waiting(desk.rows(NAME), desk.person.role)
    found = open_dues(desk)
    return waits, found[(found["table"].astype("str") == NAME) & found["mine"] & ~found["row"].isin(set(waits["id"]))]


def todo(desk: Desk, waits: pd.DataFrame, others: pd.DataFrame) -> None:
    if waits.empty and others.empty:
        listing.empty(desk, "opportunities.none_due" if desk.may(NAME, "create") else "opportunities.none_waiting")
        return
    if len(waits):
        st.header(desk.words(f"opportunities.waits_{desk.person.role}", count=len(waits)))
        owed = _owed(desk)
        with st.container(gap="xsmall"):
            for row in waits.to_dict("records"):
                _card(desk, row, owed.get(str(row["id"])))
    if len(others):
        if len(waits):
            st.header(desk.words("opportunities.dues", count=len(others)))
        duelist(desk, NAME, others, name=NAME, empty="opportunities.none_due")


def _owed(desk: Desk) -> dict[str, pd.Series]:
    """Of each opportunity, the earliest due of this person's: by when the branch's own rules ask for their word."""
    found = dues(desk)
    mine = found[(found["table"].astype("str") == NAME) & found["mine"]].sort_values("due", kind="stable").drop_duplicates("row")
    return {str(one["row"]): one for _, one in mine.iterrows()}


def _card(desk: Desk, row: dict[Hashable, Any], due: pd.Series | None) -> None:
    """Who sends it, what it is, what is asked for, since when and until when; the button opens it beside the list."""
    table, key = desk.tables[NAME], str(row["id"])
    lacks = [one for one in ("feedback_at", "reported_at", "decision") if _asked(desk, one) and is_blank(row.get(one))]
    with st.container(border=True, gap="xsmall"):
        left, right = st.columns([5, 2], vertical_alignment="center")
        with left:
            badges = " ".join(f":orange-badge[{desk.words(f'opportunities.lacks_{one}')}]" for one in lacks)
            badges = f"{badge(desk, due)} {badges}" if due is not None else badges
            st.markdown(f"{badges} **{literal(name_of(desk, NAME, key))}**")
            amount = f"{heading(desk, table['amount'])} {cell(desk, table['amount'], row.get('amount'))}"
            st.text(" · ".join(filter(None, (cell(desk, table["product"], row.get("product")), amount))))
            who = name_of(desk, "staff", row.get("created_by")) or "—"
            since = opportunities.SINCE[desk.person.role]
            told = [desk.words("opportunities.sent", who=who, at=cell(desk, table[since], row.get(since)))]
            days = (desk.today - pd.Timestamp(row[since]).date()).days
            told.append(desk.words("opportunities.waited", days=days) if days > 0 else desk.words("opportunities.came_today"))
            if due is not None:
                told.append(desk.words("opportunities.due_by", day=due["due"].date()))
            st.caption(" · ".join(told))
        with right, st.container(horizontal=True, horizontal_alignment="right"):
            st.button(desk.words("opportunities.answer"), key=f"{NAME}.open.{key}", type="primary", on_click=_open, args=(key,))


def _asked(desk: Desk, column: str) -> bool:
    return (column == "decision") == (desk.person.role == "leader")


def _open(key: str) -> None:
    st.session_state[f"{NAME}.row"] = key
