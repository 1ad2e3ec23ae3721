"""Everybody's reviews of a period, for those who lead: who has not written first, teams and the branch as sums of their people."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from branch import review_desk, review_roll
from branch.board.view import ALL
from branch.board.written import WAN
from branch.review_periods import Period, said
from branch.review_roll import STEPS, SUMS, Roll
from branch.reviewing import MONEY
from pages.parts import board, board_matrix, listing, review_read
from pages.parts.board_matrix import Across
from pages.parts.desk import Desk
from pages.parts.form import Button, Form, fill

NAME = "reviews.roll"
WIDTHS = {"zh": 110}  # pixels: an amount and its heading are never cut off
MONEY_WIDE = 165  # in a language that needs more room
TEAM = "team:"  # before the number of a team, which is a row like a person


def draw(desk: Desk, period: Period) -> None:
    found = review_roll.roll(desk.look, desk.person, period)
    if found.people.empty:
        listing.empty(desk, "reviews.no_one")
        return
    if period.end >= desk.today:
        st.caption(desk.words("reviews.running", period=said(period, desk.lang)))
    row = _table(desk, found)
    st.caption(desk.words("reviews.click"))
    chosen = found.people[[_key(one) == row for one in found.people.to_dict("records")]] if row else found.people.iloc[:0]
    if chosen.empty:
        return
    person = chosen.iloc[0]
    name = board.who(desk, str(person["staff"]))
    st.header(desk.words("reviews.of_person", name=name, period=said(period, desk.lang)))
    review = desk.row("reviews", str(person["review"])) if person["review"] else None
    if review is None:
        listing.empty(desk, "reviews.not_written", name=name, period=said(period, desk.lang))
        return
    _talk(desk, review)
    review_read.whole(desk, review, review_desk.period_of(review) or period)


def _table(desk: Desk, found: Roll) -> str:
    """Team by team, each with its people below it; all of it last. The key of the row that was chosen."""
    down: dict[str, str] = {}
    lines: list[pd.Series] = []
    for _, team in found.teams.iterrows():
        down[f"{TEAM}{team['team']}"] = board.team(desk, str(team["team"]))
        lines.append(team)
        for _, person in found.people[found.people["team"] == team["team"]].iterrows():
            down[_key(person)] = "　" + desk.plainly(
                "reviews.named", name=board.who(desk, str(person["staff"])), state=_state(desk, person)
            )
            lines.append(person)
    down[ALL] = desk.plainly("board.all")
    lines.append(found.whole)
    across = {one: Across(desk.plainly(f"reviews.{one}_head"), shade="down" if one in ("missing", "late") else "") for one in STEPS}
    across["customers"] = Across(desk.plainly("reviews.customers"))
    table, wide = desk.tables["review_lines"], WIDTHS.get(desk.lang, MONEY_WIDE)
    for key in SUMS[1:]:
        across[key] = Across(table[key].label(desk.lang), "%,.2f" if key in MONEY else "%d", width=wide if key in MONEY else None)
    values = pd.DataFrame(lines)[[*STEPS, *SUMS]].astype("float64")
    values[list(MONEY)] = values[list(MONEY)] / WAN
    row, _ = board_matrix.draw(NAME, desk.plainly("reviews.who"), down, across, np.asarray(values, float), desk.plainly("page.reviews"))
    return row


def _key(person: pd.Series | dict[str, object]) -> str:
    return f"{person['staff']}/{person['review']}"


def _state(desk: Desk, person: pd.Series) -> str:
    if person["instead"]:
        return desk.plainly("reviews.instead", period=review_desk.period_said(str(person["instead"]), desk.lang))
    state = desk.plainly(f"reviews.state_{person['state']}")
    return desk.plainly("reviews.late_mark", state=state) if person["late"] else state


def _talk(desk: Desk, review: dict[str, object]) -> None:
    """The leader's part: when and how it was discussed, what was concluded and what they think of it."""
    key = str(review["id"])
    fields = review_desk.discussing(desk.look, desk.person, review)
    if not fields:
        return
    with st.container(border=True):
        st.markdown(desk.words("reviews.talk_hint"))
        buttons = (Button(desk.words("reviews.talk_save"), lambda: {"status": "discussed"}),)
        must = tuple(one for one in ("discussed_on", "discussed_with", "conclusion") if one in fields)
        form = Form(f"{NAME}.talk.{key}", "reviews", "reviews", (("", fields),), key, must=must, buttons=buttons)
        if fill(desk, form, {"discussed_on": desk.today, "discussed_with": desk.person.staff}):
            st.rerun()
