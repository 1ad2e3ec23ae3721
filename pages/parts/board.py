"""看板: which part of the branch is looked at, over which period and as of which day; all of it in the address."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import streamlit as st

from branch import as_of
from branch.as_of import LOOK_BACK
from branch.board.owed import Filter, teams_of
from branch.board.view import SPANS, Board, span
from pages.parts import address
from pages.parts.address import Place
from pages.parts.desk import Desk
from pages.parts.names import name as name_of
from pages.parts.names import names
from pages.parts.words import literal

NAME = "board"
FIRST = date(2000, 1, 1)
SPAN = "quarter"  # what is shown to begin with
PLACES = {
    "team": Place(f"{NAME}.team"),
    "who": Place(f"{NAME}.who"),
    "tier": Place(f"{NAME}.tier"),
    "span": Place(f"{NAME}.span", SPAN),
    "day": Place(f"{NAME}.day", lasting=False),
}


def choose(desk: Desk) -> None:
    """The fields by which it is chosen; who leads nobody has no team and nobody to choose."""
    address.follow(NAME, PLACES)
    state = st.session_state
    state.setdefault(f"{NAME}.span", SPAN)
    if state[f"{NAME}.span"] not in SPANS:
        state[f"{NAME}.span"] = SPAN
    chosen = _day(desk, state.get(f"{NAME}.day"))
    if chosen is None:
        state.pop(f"{NAME}.day", None)
    else:
        state[f"{NAME}.day"] = chosen
    teams, people = _teams(desk), _people(desk, str(state.get(f"{NAME}.team") or ""))
    fields = 1 + (len(teams) > 1) + (len(people) > 1) + 1 + desk.may("alerts", LOOK_BACK)
    with st.grid(fields, min_column_width=130, gap="small"):
        if len(teams) > 1:
            _select(desk, "team", teams, "board.team")
        if len(people) > 1:
            _select(desk, "who", people, "board.who")
        _select(desk, "tier", {one.code: one.label(desk.lang) for one in desk.tables["customers"]["tier"].choices}, "board.tier")
        st.selectbox(desk.words("board.span"), SPANS, key=f"{NAME}.span", format_func=lambda one: desk.plainly(f"board.spans.{one}"))
        if desk.may("alerts", LOOK_BACK):
            st.date_input(
                desk.words("board.day"), value=None, min_value=FIRST, max_value=desk.today - timedelta(days=1), key=f"{NAME}.day",
                format="YYYY-MM-DD", help=desk.words("board.day_help"),
            )  # fmt: skip
    address.write(NAME, PLACES)


def of(desk: Desk) -> Board:
    """The board as the fields say; asked anew on every run, so that each number is of the newest version."""
    state, look = st.session_state, desk.look
    if chosen := _day(desk, state.get(f"{NAME}.day")):
        look = as_of.as_of(desk.branch, desk.look, chosen).look
    wish = Filter(*(str(state.get(f"{NAME}.{key}") or "") for key in ("team", "who", "tier")))
    period = state.get(f"{NAME}.span")
    return Board(look, desk.look, desk.person, wish, span(str(period if period in SPANS else SPAN), look.today))


def basis(desk: Desk, board: Board) -> str:
    """As of when every number below it is; of a past day, whether the record reaches back so far. The same as text."""
    period = {"since": board.span.since, "until": board.span.until}
    if board.look is desk.look:
        at = f"{desk.now:%Y-%m-%d %H:%M}"
        st.caption(desk.words("board.as_of_now", at=at, **period))
        return desk.plainly("board.as_of_file", at=at, **period)
    past = as_of.as_of(desk.branch, desk.look, board.look.today)
    st.caption(desk.words("board.as_of_day", day=past.day, **period))
    if past.as_is:
        st.warning(desk.words("as_of.as_is", reaches=past.reaches.isoformat(), day=past.day.isoformat()))
    return desk.plainly("board.as_of_file", at=past.day, **period)


def as_is(desk: Desk, board: Board) -> bool:
    """Whether the record does not reach back to the day that is looked at."""
    return as_of.as_of(desk.branch, desk.look, board.look.today).as_is


def who(desk: Desk, person: str) -> str:
    """A person of the board; with a mark where they have left, and 未分派 where there is nobody."""
    if not person:
        return desk.plainly("board.nobody")
    named = name_of(desk, "staff", person)
    return desk.plainly("board.left", name=named) if person in _left(desk) else named


def team(desk: Desk, one: str) -> str:
    return name_of(desk, "teams", one) or desk.plainly("today.no_team")


def area(desk: Desk, one: str) -> str:
    """A kind of business: a group of ledgers."""
    return desk.plainly(f"ledgers.of.{one}") if one != "own" else desk.plainly("ledgers.of.own")


def _left(desk: Desk) -> frozenset[str]:
    staff = desk.book.frame("staff")
    return frozenset(staff.loc[staff["status"].astype("str") == "left", "id"].astype("str"))


def _select(desk: Desk, word: str, options: Mapping[str, str], label: str) -> None:
    key = f"{NAME}.{word}"
    if st.session_state.get(key) not in options:  # the address may name anything
        st.session_state[key] = None
    st.selectbox(
        desk.words(label), list(options), index=None, key=key, placeholder=desk.plainly("all"),
        format_func=lambda one: literal(options.get(one, one)),
    )  # fmt: skip


def _teams(desk: Desk) -> dict[str, str]:
    found = sorted({one for one in desk.rows("customers")["team"].dropna().astype("str") if one})
    return {one: team(desk, one) for one in found}


def _people(desk: Desk, wanted: str) -> dict[str, str]:
    """Those who keep customers in this person's scope, of the team that is chosen."""
    owners = {one for one in desk.rows("customers")["owner"].dropna().astype("str") if one}
    teams, known = teams_of(desk.book), names(desk, "staff")
    found = [one for one in owners if not wanted or teams.get(one) == wanted]
    return {one: who(desk, one) for one in sorted(found, key=lambda one: known.get(one, one))}


def _day(desk: Desk, wanted: object) -> date | None:
    """A past day, chosen or out of the address, for those who may look back."""
    if not desk.may("alerts", LOOK_BACK):
        return None
    try:
        day = wanted if isinstance(wanted, date) else date.fromisoformat(str(wanted))
    except ValueError:
        return None
    return day if FIRST <= day < desk.today else None
