"""The grid of a review: its figures to be read, and a manager's words about each customer to be typed."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from branch import review_desk, reviewing
from branch.reviewing import Prefill
from pages.parts import fields, grid, listing, saving
from pages.parts.clashes import clashes
from pages.parts.desk import Desk
from pages.parts.grid import GridColumn
from pages.parts.guard import require
from pages.parts.shown import cell, heading
from pages.parts.words import literal
from sheets.schema import Edit
from texts import say

TABLE = "review_lines"
GRADES = ("marketing_grade", "service_grade")
LIVE = ("wanted", "overdue", "problems")  # not kept: counted anew whenever it is opened


def name(review: str) -> str:
    """Under which the grid of a review keeps what is typed."""
    return f"reviews.{review}.grid"


def draw(desk: Desk, review: str, live: Prefill) -> None:
    """The grid and the bar that saves it."""
    fresh, key = _rows(desk, review, live), name(review)
    if fresh.empty:
        listing.empty(desk, "reviews.lines_missing")
        return
    done = st.session_state.get(f"{key}.outcome")
    if isinstance(done, saving.Outcome) and done.saved:
        grid.drop(desk, key)
    saving.show_outcome(key)
    st.caption(desk.words("reviews.grid_hint"))
    grid.edit(desk, "reviews", key, fresh, _columns(desk), partial(_stored, desk), grow=False)
    if gone := review_desk.hidden(desk.look, desk.person, review):
        st.caption(desk.words("reviews.hidden", count=gone))
    _bar(desk, key)


def _rows(desk: Desk, review: str, live: Prefill) -> pd.DataFrame:
    """A line each customer, in words."""
    table = desk.tables[TABLE]
    now = {str(row["customer"]): row for row in live.lines.to_dict("records")}
    keys = ("customer", *reviewing.KEPT, *review_desk.LINE_WORDS)
    found = []
    for row in review_desk.lines(desk.look, desk.person, review).to_dict("records"):
        line = {key: cell(desk, table[key], row.get(key)) for key in keys}
        counted = now.get(str(row["customer"]), {})
        line |= {key: f"{counted[key]:,.0f}" if key in counted else "" for key in LIVE}
        found.append(line | {"id": str(row["id"])})
    return pd.DataFrame(found, columns=[*keys, *LIVE, "id"], dtype="str")


def _columns(desk: Desk) -> list[GridColumn]:
    table = desk.tables[TABLE]

    def figure(key: str, label: str = "") -> GridColumn:
        return GridColumn(key, label or heading(desk, table[key]), fixed=True, number=True, width="small")

    grades = {key: tuple(one.label(desk.lang) for one in table[key].choices) for key in GRADES}
    wide = {"feedback": "medium", "shortcomings": "medium", "next_plan": "medium"}
    written = [GridColumn(key, table[key].label(desk.lang), grades.get(key, ()), width=wide.get(key)) for key in review_desk.LINE_WORDS]
    figures = [figure(key) for key in reviewing.KEPT]
    place = reviewing.KEPT.index("visits") + 1
    figures[place:place] = [figure("wanted", desk.plainly("reviews.wanted"))]
    figures += [figure(key, desk.plainly(f"reviews.{key}")) for key in LIVE[1:]]
    return [GridColumn("customer", table["customer"].label(desk.lang), fixed=True), *written, *figures]


def _stored(desk: Desk, row: str) -> dict[str, Any] | None:
    found = desk.row(TABLE, row)
    return None if found is None else {key: fields.own(value) for key, value in found.items()}


def _bar(desk: Desk, key: str) -> None:
    with st.container():
        for fault in st.session_state.pop(f"{key}.faults", []):
            st.error(literal(fault))
    done = st.session_state.get(f"{key}.outcome")
    if isinstance(done, saving.Outcome) and done.clashes:
        clashes(desk, key, "reviews", done)
        return
    typed, once = len(grid.pending(key)), saving.token(key)
    if typed:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(desk.words("save"), key=f"{key}.save.{once}", type="primary", on_click=_save, args=(key,))
            st.button(desk.words("plans.drop"), key=f"{key}.drop", type="tertiary", on_click=_drop, args=(key,))
            st.caption(desk.words("plans.typed", count=typed))


def _save(key: str) -> None:
    """Each cell is read again; what cannot be taken is told, and nothing is saved."""
    desk = require("reviews")
    table, edits, faults = desk.tables[TABLE], list[Edit](), list[str]()
    for change in grid.pending(key):
        line = grid.base(key).iloc[change.place or 0]
        values: dict[str, Any] = {}
        for one, text in change.cells.items():
            if one not in review_desk.LINE_WORDS:
                continue
            codes = {choice.label(desk.lang): choice.code for choice in table[one].choices}
            reading = fields.typed(table[one], codes.get(text, text))
            if reading.code and not reading.warning:
                faults.append(f"{line['customer']} · {table[one].label(desk.lang)}: {fields.reason(desk, TABLE, table[one], reading)}")
            else:
                values[one] = reading.value
        if values:
            edits.append(Edit(TABLE, str(line["id"]), grid.before(key, str(line["id"])) or {}, values))
    if faults:
        st.session_state[f"{key}.faults"] = faults
    elif edits:
        saving.save(key, "reviews", edits, say("screen.saved", desk.lang))


def _drop(key: str) -> None:
    grid.drop(require("reviews"), key)
