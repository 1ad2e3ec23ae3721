"""本周建议访问: whom a person should visit on which working day of this week, why, and with whom together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from branch.board import coverage_week
from branch.board.coverage_week import A_DAY, OTHERWISE
from branch.board.owed import Filter
from pages.parts import address, listing
from pages.parts.address import Place
from pages.parts.coverage_choose import mode, role
from pages.parts.desk import Desk
from pages.parts.names import name as name_of
from pages.parts.words import link, literal

FOR = "coverage.for"
COLOURS = {"over": "red", "never": "red", "today": "orange", "week": "blue", "later": "gray"}


def draw(desk: Desk, wish: Filter) -> None:
    person = _person(desk)
    if not person:
        listing.empty(desk, "coverage.week_choose" if coverage_week.people(desk.look, desk.person) else "coverage.week_nobody")
        return
    week = coverage_week.suggested(desk.look, desk.person, person, wish)
    if week.lines.empty:
        listing.empty(desk, "coverage.week_none")
        return
    since, until = week.days[0], week.days[-1]
    often = {"onsite": A_DAY["onsite"], "other": OTHERWISE}
    st.caption(desk.words("coverage.week_hint", since=since, until=until, days=len(week.days), **often))
    for day, lines in week.lines.groupby("on", sort=True):
        weekday = desk.plainly(f"weekday.{pd.Timestamp(str(day)).isoweekday()}")
        st.subheader(desk.words("coverage.week_day", day=f"{day:%m-%d}", weekday=weekday, count=len(lines)))
        with st.container(gap="xsmall"):
            for line in lines.to_dict("records"):
                _line(desk, line, own=person == desk.person.staff)
    if week.waiting:
        st.caption(desk.words("coverage.week_waiting", count=week.waiting))


def _person(desk: Desk) -> str:
    """For whom: oneself to begin with; who answers for others may choose one of them."""
    own, people = desk.person.staff, coverage_week.people(desk.look, desk.person)
    owes = own in people or desk.may("visits", "create")
    places = {"for": Place(FOR, own if owes else "")}
    address.follow(FOR, places)
    options = {one: name_of(desk, "staff", one) for one in [*([own] if owes else []), *(one for one in people if one != own)]}
    if st.session_state.get(FOR) not in options:  # the address may name anything
        st.session_state[FOR] = own if owes else None
    if len(options) > 1:
        st.selectbox(
            desk.words("coverage.week_for"), list(options), key=FOR, index=None, width=320, placeholder=desk.plainly("coverage.week_pick"),
            format_func=lambda one: literal(options.get(one, one)),
        )  # fmt: skip
    address.write(FOR, places)
    return str(st.session_state.get(FOR) or "")


def _line(desk: Desk, line: Mapping[Any, Any], *, own: bool) -> None:
    """One visit: whom, how, why, with whom; and where it is recorded, for whoever makes it."""
    reason = str(line["reason"])
    with st.container(border=True, gap="xsmall"):
        left, right = st.columns([5, 2], vertical_alignment="center")
        with left, st.container(gap="xxsmall"):
            badge = f":{COLOURS[reason]}-badge[{desk.words(f'coverage.badge_{reason}')}]"
            what = f"{name_of(desk, 'customers', line['customer'])} · {mode(desk, str(line['mode']))}"
            st.markdown(f"{badge} **{literal(what)}**")
            st.text(_why(desk, line))
            if notes := _notes(desk, line):
                st.caption(literal(notes))
        with right, st.container(horizontal=True, horizontal_alignment="right"):
            if own and desk.may("visits", "create"):
                query = {"customer": str(line["customer"]), "mode": str(line["mode"])}
                st.page_link("visits.py", label=link(desk.words("coverage.record")), query_params=query)


def _why(desk: Desk, line: Mapping[Any, Any]) -> str:
    again = line["reason"] in ("today", "week") and line["rolling"] and line["done"]
    until = f"{line['until']:%Y-%m-%d}"
    if again:
        return desk.plainly("coverage.reason_again", last=f"{line['since']:%Y-%m-%d}", until=until)
    counts = {"days": abs(int(line["days"])), "done": line["done"], "wanted": line["wanted"]}
    lacking = int(line["wanted"]) - int(line["done"])
    return desk.plainly(f"coverage.reason_{line['reason']}", until=until, lacking=lacking, **counts)


def _notes(desk: Desk, line: Mapping[Any, Any]) -> str:
    notes = [desk.plainly("coverage.several", count=int(line["dues"]))] if line["dues"] > 1 else []
    people = [
        desk.plainly(
            "coverage.joins_one", role=role(desk, roles), name="、".join(name_of(desk, "staff", one) for one in ids.split(";") if one)
        )
        for roles, ids in line["joins"]
    ]
    if people:
        notes.append(desk.plainly("coverage.joins", names=desk.plainly("comma").join(people)))
    return " · ".join(notes)
