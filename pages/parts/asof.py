"""回看某一天: the alerts page as a past day left it, to be read only; for leaders, administrators and the president."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from branch import as_of
from branch.as_of import LOOK_BACK, AsOf
from branch.look import Look
from pages.parts import address, cards, listing
from pages.parts.address import Place
from pages.parts.desk import Desk
from pages.parts.names import name as name_of
from pages.parts.words import literal
from texts import say

KEY = "alerts.as_of"
FIRST = date(2000, 1, 1)


def draw(desk: Desk) -> None:
    """The field for the day; once one is chosen, its list instead of the page."""
    if not desk.may("alerts", LOOK_BACK):
        return
    places = {"day": Place(KEY, lasting=False)}
    address.follow("alerts.back", places)
    last = desk.today - timedelta(days=1)
    chosen = _day(st.session_state.get(KEY), last)
    if chosen is None:
        st.session_state.pop(KEY, None)  # the address may name anything
    else:
        st.session_state[KEY] = chosen
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.date_input(
            desk.words("as_of.field"), value=None, min_value=FIRST, max_value=last, key=KEY, format="YYYY-MM-DD", width=220,
            help=desk.words("as_of.help"),
        )  # fmt: skip
        if chosen is not None:
            st.button(desk.words("as_of.back"), key=f"{KEY}.back", on_click=_back)
    address.write("alerts.back", places)
    if chosen is not None:
        _list(desk, as_of.as_of(desk.branch, desk.look, chosen))
        st.stop()


def _day(wanted: object, last: date) -> date | None:
    """A day that can be looked back at, chosen or out of the address."""
    try:
        day = wanted if isinstance(wanted, date) else date.fromisoformat(str(wanted))
    except ValueError:
        return None
    return day if FIRST <= day <= last else None


def _back() -> None:
    st.session_state.pop(KEY, None)


def _list(desk: Desk, past: AsOf) -> None:
    found, day = past.dues(desk.person), past.day.isoformat()
    st.header(desk.words("as_of.title", day=day))
    if past.as_is:
        st.warning(desk.words("as_of.as_is", reaches=past.reaches.isoformat(), day=day))
    if found.empty:
        listing.empty(desk, "as_of.none")
        return
    states = found["state"].astype("str").value_counts()
    counts = {state: int(states.get(state, 0)) for state in ("overdue", "due_today", "due_soon", "planned")}
    st.markdown(desk.words("as_of.counts", **counts))
    table(desk, past.look, found, KEY, as_is=past.as_is)


def table(desk: Desk, look: Look, found: pd.DataFrame, key: str, *, as_is: bool) -> None:
    """Dues of a past day, to be read only: nothing is done about what stood then. `look`: that day's; `as_is`: the record does not
    reach back so far."""
    rows = listing.paged(desk, found, key)
    then = replace(desk, look=look, now=look.now)
    said = look.say(rows, desk.lang, "screen")
    cells = {
        "due": rows["due"].dt.strftime("%Y-%m-%d").fillna(""),
        "customer": [name_of(then, "customers", row) for row in rows["customer"]],
        "task": [desk.plainly("alerts.line", rule=line.task, text=line.text) for line in said],
        "state": [say(f"state.{state}", desk.lang) for state in rows["state"]],
        "who": [_people(then, str(ids)) for ids in rows["person"]],
    }
    if "told_at" in rows:
        cells |= {"told": rows["told_at"].dt.strftime("%Y-%m-%d %H:%M").fillna("—")}
    if as_is:
        cells |= {"basis": [desk.plainly("as_of.present")] * len(rows)}
    frame = pd.DataFrame({desk.plainly(f"as_of.{name}"): list(column) for name, column in cells.items()})
    wide = {desk.plainly("as_of.task"): st.column_config.TextColumn(width=listing.WIDTH)}
    place = key.replace(".", "_")
    with st.container(key=f"wide_{place}"):
        st.dataframe(
            frame, hide_index=True, placeholder="", column_config=wide, row_height=listing.TALL, key=f"{key}.rows",
            height=560 if len(frame) > 9 else "auto", alt=desk.plainly("as_of.title", day=look.today.isoformat()),
        )  # fmt: skip
    with st.container(key=f"narrow_{place}"):  # on a phone, a paragraph each
        st.markdown("\n\n".join(_paragraph(desk, row) for row in frame.head(cards.MOST).to_dict("records")))
        if len(frame) > cards.MOST:
            st.caption(desk.words("cards.more", count=cards.MOST))


def _paragraph(desk: Desk, row: Mapping[Hashable, object]) -> str:
    (_, first), *rest = row.items()
    lines = [desk.words("cards.line", label=label, text=text) for label, text in rest if text]
    return "  \n".join((f"**{literal(first)}**", *lines))


def _people(then: Desk, ids: str) -> str:
    return then.plainly("comma").join(name_of(then, "staff", one) for one in ids.split(";") if one)
