"""Where the sheet and the ledgers disagree: both values side by side, and the person chooses; and what waits for their word."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from branch import clock
from branch.sync import answers
from branch.sync.answers import Asked, Take
from pages.parts.clashes import text
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.names import name as name_of
from pages.parts.words import literal
from sheets.schema import Unread
from texts import Fault

MOST = 20  # asked at once; the next ones follow when these are answered
SAID = "google.decided"


def draw(desk: Desk, screen: str, *, all_: bool = False) -> None:
    """What this person may answer, and with `all_` what they may only see too; nothing where nothing is asked."""
    said, good = st.session_state.pop(SAID, ("", True))
    with st.container():  # there with or without a sentence
        if said and good:
            st.toast(said)
        elif said:
            st.error(literal(said))
    _conflicts(desk, screen, all_=all_)
    waiting = answers.typed(desk.branch, desk.person)
    if waiting:
        st.header(desk.words("google.typed"))
        st.caption(desk.words("google.typed_hint"))
        for one in waiting[:MOST]:
            with st.container(border=True):
                _sides(desk, one)
                st.button(desk.words("google.take_over"), key=_key(one, "over"), on_click=_over, args=(screen, one))
        _more(desk, len(waiting))


def _conflicts(desk: Desk, screen: str, *, all_: bool) -> None:
    found = answers.conflicts(desk.branch, desk.person, answerable=not all_, most=MOST)
    unseen = answers.count(desk.branch) - len(found) if all_ else 0
    if not found and not unseen:
        return
    st.header(desk.words("google.disagree"))
    if found:
        st.caption(desk.words("google.disagree_hint"))
    for one in found[:MOST]:
        with st.container(border=True):
            _sides(desk, one)
            _choices(desk, screen, one)
    _more(desk, len(found))
    if unseen:
        st.caption(desk.words("google.hidden", count=unseen))


def _more(desk: Desk, count: int) -> None:
    if count > MOST:
        st.caption(desk.words("google.more", count=count - MOST))


def _sides(desk: Desk, one: Asked) -> None:
    """The row and the cell, and what each side says of it."""
    table = desk.tables[one.table]
    column = table.column(one.column)
    named = [table.label(desk.lang), name_of(desk, one.table, one.row), column.label(desk.lang) if column is not None else ""]
    st.markdown(f"**{literal(' · '.join(part for part in named if part))}**")
    if one.column == answers.WHOLE:
        st.text(desk.plainly("google.row_gone"))
        return
    mine = "mine_by" if one.when is not None else "mine"
    who = desk.plainly("system") if one.who == "system" else name_of(desk, "staff", one.who)
    when = f"{one.when:%Y-%m-%d %H:%M}" if one.when is not None else ""
    heads = (
        desk.words(f"google.{mine}", who=who, when=when),
        desk.words("google.theirs_at", place=one.place),
        desk.words("google.original"),
    )
    for place, head, value in zip(st.columns(3), heads, (one.mine, one.theirs, one.original), strict=True):
        with place:
            st.caption(head)
            st.text(text(desk, column, value) or "—")
            if isinstance(value, Unread):
                st.caption(f":orange[{desk.words('google.unreadable')}]")


def _choices(desk: Desk, screen: str, one: Asked) -> None:
    gone = one.column == answers.WHOLE
    labels: dict[Take, str] = {"mine": "row_back" if gone else "take_mine", "theirs": "row_delete" if gone else "take_theirs"}
    with st.container(horizontal=True):
        for take in one.may:
            st.button(desk.words(f"google.{labels[take]}"), key=_key(one, take), on_click=_take, args=(screen, one, take))


def _key(one: Asked, act: str) -> str:
    return f"google.{act}.{one.table}.{one.row}.{one.column}"


def _take(screen: str, one: Asked, take: Take) -> None:
    _done(screen, lambda desk: answers.decide(desk.branch, desk.person, one.table, one.row, one.column, take, clock.now()))


def _over(screen: str, one: Asked) -> None:
    _done(screen, lambda desk: answers.take_over(desk.branch, desk.person, one.table, one.row, one.column, clock.now()))


def _done(screen: str, act: Callable[[Desk], None]) -> None:
    desk = require(screen)
    try:
        act(desk)
        st.session_state[SAID] = (desk.plainly("google.decided"), True)
    except Fault as fault:
        st.session_state[SAID] = (fault.say(desk.lang), False)
