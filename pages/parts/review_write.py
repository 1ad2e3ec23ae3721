"""A manager's own review: begun with its figures, written, submitted; its measures, which go on after it was discussed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from branch import clock, review_desk, review_roll, reviewing
from branch.review_periods import Period, named, said
from pages.parts import drafts, fields, grid, listing, review_read, reviewgrid, rowview, saving
from pages.parts.desk import Desk
from pages.parts.form import Button, Form, fill
from pages.parts.guard import require
from pages.parts.turn import turn
from pages.parts.words import literal
from sheets.schema import Edit
from texts import say

PARTS = ("words", "lines", "measures", "talk")


def draw(desk: Desk, period: Period) -> None:
    review = review_desk.own(desk.look, desk.person, desk.person.staff, period)
    live = reviewing.prefill(desk.look, desk.person, desk.person.staff, period)
    if review is None and live.lines.empty:
        listing.empty(desk, "reviews.no_customers")
        return
    if period.end >= desk.today:
        st.caption(desk.words("reviews.running", period=said(period, desk.lang)))
    _due(desk, review, period)
    if review is None:
        _begin(desk, period, live)
        return
    key, closed = str(review["id"]), review_desk.closed(review)
    rows = review_desk.lines(desk.look, desk.person, key)
    _bar(desk, review, period)
    review_read.sums(desk, review_desk.totals(rows), live)
    part = turn(desk.words("reviews.part"), PARTS, "reviews.part", lambda one: desk.plainly(f"reviews.of_{one}"))
    if part == "words":
        _words(desk, review, closed=closed)
    elif part == "lines" and closed:
        _too_late(reviewgrid.name(key))
        review_read.lines(desk, review, rows)
    elif part == "lines":
        reviewgrid.draw(desk, key, live)
    elif part == "measures":
        _measures(desk, key)
    else:
        review_read.talk(desk, review)


def _due(desk: Desk, review: Mapping[str, Any] | None, period: Period) -> None:
    """How far it is, and by when it is wanted."""
    state = "missing" if review is None else review_desk.status(review)
    told = [f"**{desk.words(f'reviews.state_{state}')}**"]
    if state in ("missing", "draft") and (day := review_roll.due_day(desk.look, period)) is not None:
        told.append(desk.words("reviews.due_over" if day < desk.today else "reviews.due", day=day))
    st.markdown(" · ".join(told))


def _begin(desk: Desk, period: Period, live: reviewing.Prefill) -> None:
    name = f"reviews.begin.{period.name}"
    saving.show_outcome(name)
    st.button(
        desk.words("reviews.begin"), key=f"{name}.{saving.token(name)}", type="primary", on_click=_start, args=(name, period.name)
    )  # fmt: skip
    st.caption(desk.words("reviews.begin_hint", count=len(live.lines)))
    review_read.sums(desk, live.sums, live)


def _start(name: str, period: str) -> None:
    desk, wanted = require("reviews"), named(period)
    if wanted is not None and review_desk.own(desk.look, desk.person, desk.person.staff, wanted) is None:
        saving.save(name, "reviews", review_desk.begin(desk.look, desk.person, wanted), say("screen.saved", desk.lang))


def _bar(desk: Desk, review: Mapping[str, Any], period: Period) -> None:
    """What can be done with the whole of it."""
    key = str(review["id"])
    name = f"reviews.{key}.bar"
    with st.container():
        if fault := st.session_state.pop(f"{name}.fault", ""):
            st.error(literal(fault))
    saving.show_outcome(name)
    once = saving.token(name)
    with st.container(horizontal=True, vertical_alignment="center"):
        if not review_desk.submitted(review):
            st.button(desk.words("reviews.submit"), key=f"{name}.submit.{once}", type="primary", on_click=_submit, args=(name, key))
        if not review_desk.closed(review):
            st.button(desk.words("reviews.refill"), key=f"{name}.refill.{once}", on_click=_refill, args=(name, key, period.name))
        review_read.download(desk, review)
    if review_desk.closed(review):
        st.info(desk.words("reviews.locked"))


def _submit(name: str, key: str) -> None:
    desk = require("reviews")
    review, table = desk.row("reviews", key), desk.tables["reviews"]
    if review is None:
        return
    if lacks := review_desk.lacking(review):
        named_ = desk.plainly("comma").join(table[one].label(desk.lang) for one in lacks)
        st.session_state[f"{name}.fault"] = say("screen.reviews.submit_lacks", desk.lang, fields=named_)
    elif grid.pending(reviewgrid.name(key)) or drafts.load(desk, reviewgrid.name(key)).typed:  # in sight, or in another part
        st.session_state[f"{name}.fault"] = say("screen.reviews.saved_first", desk.lang)
    else:
        saving.save(name, "reviews", [review_desk.submit(desk.look, review, clock.now())], say("screen.reviews.submitted", desk.lang))


def _refill(name: str, key: str, period: str) -> None:
    desk, wanted = require("reviews"), named(period)
    review = desk.row("reviews", key)
    if review is None or wanted is None:
        return
    edits = review_desk.refill(desk.look, desk.person, review, wanted)
    if edits:
        saving.save(name, "reviews", edits, say("screen.reviews.refilled", desk.lang))
    else:
        st.toast(desk.words("reviews.refill_same"))


def _words(desk: Desk, review: Mapping[str, Any], *, closed: bool) -> None:
    key = str(review["id"])
    if closed:
        _too_late(f"reviews.{key}.words")
        rowview.facts(desk, desk.tables["reviews"], dict(review), review_desk.WORDS)
        return
    with st.container(border=True):
        if fill(desk, Form(f"reviews.{key}.words", "reviews", "reviews", (("", review_desk.WORDS),), key)):
            st.rerun()


def _too_late(name: str) -> None:
    """Somebody was still typing when it was discussed: their save was refused, and they are told once."""
    if f"{name}.outcome" in st.session_state:
        saving.show_outcome(name)
        saving.forget(name)


def _measures(desk: Desk, key: str) -> None:
    """Measures are made of shortcomings, and finished, whether it was discussed or not."""
    rows = review_read.measures(desk, key)
    for row in rows.to_dict("records"):
        if str(row.get("status")) not in ("done", "dropped") and fields.own(row.get("done_on")) is None:
            name, measure = f"reviews.{key}.done.{row['id']}", str(row["measure"])
            saving.show_outcome(name)
            label = desk.words("reviews.measure_done", measure=measure)
            st.button(label, key=f"{name}.{saving.token(name)}", type="tertiary", on_click=_finish, args=(name, str(row["id"])))
    st.markdown(f"**{desk.words('reviews.measure_new')}**")
    with st.container(border=True):
        asked = (("", ("measure", "customer", "owner", "due_on")),)
        new = Form(
            f"reviews.{key}.measure", "reviews", "measures", asked, fixed=(("review", key), ("status", "open")),
            buttons=(Button(desk.words("reviews.measure_add")),),
        )  # fmt: skip
        if fill(desk, new, {"owner": desk.person.staff}):
            st.rerun()


def _finish(name: str, row: str) -> None:
    desk = require("reviews")
    there = desk.row("measures", row)
    if there is not None:
        seen = {one: fields.own(there.get(one)) for one in ("done_on", "status")}
        edit = Edit("measures", row, seen, {"done_on": desk.today, "status": "done"})
        saving.save(name, "reviews", [edit], say("screen.saved", desk.lang))
