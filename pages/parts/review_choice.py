"""Which period is reviewed: a length and a period of it, both in the address; and the reviews that belong to none."""

from __future__ import annotations

import streamlit as st

from branch import review_desk, review_periods
from branch.review_periods import Period
from pages.parts import address
from pages.parts.address import Place
from pages.parts.desk import Desk
from pages.parts.names import name as name_of
from pages.parts.turn import turn

NAME = "reviews"
TOLD = 5  # reviews of no period that are named


def choose(desk: Desk) -> Period:
    """The period that is chosen; the last one that is over to begin with. An address may name one, in any spelling."""
    labels = {one.code: one.label(desk.lang) for one in desk.tables["reviews"]["level"].choices}
    state, asked = st.session_state, review_periods.named(st.query_params.get("period"))
    if asked is not None and "level" not in st.query_params:
        state[f"{NAME}.level"] = asked.unit
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    with left:
        unit = turn(desk.words("reviews.level"), review_periods.UNITS, f"{NAME}.level", lambda one: labels.get(one, one), word="level")
    known = {one.name: one for one in review_periods.offered(unit, desk.today)}
    places = {"period": Place(f"{NAME}.period.{unit}", review_periods.usual(unit, desk.today).name)}
    address.follow(f"{NAME}.period", places)
    held = review_periods.named(state.get(f"{NAME}.period.{unit}"))
    if held is not None and held.unit == unit and held.end <= desk.today:
        known.setdefault(held.name, held)
    state[f"{NAME}.period.{unit}"] = held.name if held is not None and held.name in known else review_periods.usual(unit, desk.today).name
    with right:
        chosen = st.selectbox(
            desk.words("reviews.period"), list(known), key=f"{NAME}.period.{unit}",
            format_func=lambda one: review_periods.said(known[one], desk.lang) if one in known else one,
        )  # fmt: skip
    address.write(f"{NAME}.period", places)
    return known[chosen]


def unreadable(desk: Desk) -> None:
    """What was typed as the period of some reviews is none: they are told, so that nobody takes them for missing."""
    frame = review_desk.unreadable(desk.look, desk.person)
    if frame.empty:
        return
    told = [f"{name_of(desk, 'staff', row['owner'])} {row['period'] or row['id']}" for row in frame.head(TOLD).to_dict("records")]
    st.warning(desk.words("reviews.unread", count=len(frame), list=desk.plainly("comma").join(told) + ("…" if len(frame) > TOLD else "")))
