"""Whose opportunities are looked at: team, customer manager, channel. Board and list share them, so that a number equals its list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import streamlit as st

from branch import opportunities_board
from branch.opportunities_board import Wish
from pages.parts import address
from pages.parts.address import Place
from pages.parts.board import team, who
from pages.parts.desk import Desk
from pages.parts.words import literal

NAME = "opportunities"
PLACES = {"team": Place(f"{NAME}.team"), "manager": Place(f"{NAME}.manager")}
CHANNEL = {"channel": Place(f"{NAME}.by.channel")}  # the same that the list asks for by itself


def chosen(desk: Desk, *, channel: bool) -> Wish:
    """Draws a choice for whatever there is more than one of. `channel`: asked for here, and not by the list itself."""
    places = PLACES | CHANNEL if channel else PLACES
    address.follow(f"{NAME}.narrow", places)
    every = opportunities_board.rows(desk.look, desk.person, Wish())
    teams = {one: team(desk, one) for one in _sorted(every["team"])}
    held = st.session_state.get(PLACES["team"].key)
    people = {one: who(desk, one) for one in _sorted(every.loc[every["team"] == held, "whose"] if held in teams else every["whose"])}
    channels = {one.code: one.label(desk.lang) for one in desk.tables[NAME]["channel"].choices if (every["channel"] == one.code).any()}
    asked = {"team": (teams, "deals_board.team"), "manager": (people, "deals_board.manager")}
    if channel:
        asked["channel"] = (channels, "deals_board.channel")
    asked = {word: one for word, one in asked.items() if len(one[0]) > 1}
    for word, place in places.items():
        if word not in asked or st.session_state.get(place.key) not in asked[word][0]:  # the address may name anything
            st.session_state[place.key] = None
    if asked:
        with st.grid(len(asked), min_column_width=130, gap="small"):
            for word, (options, code) in asked.items():
                _select(desk, places[word].key, options, code)
    address.write(f"{NAME}.narrow", places)
    return Wish(**{word: str(st.session_state.get(place.key) or "") for word, place in places.items()})


def hold(wish: Wish) -> None:
    """For a callback that turns to the other part: the choices are those of before."""
    for word, place in (PLACES | CHANNEL).items():
        st.session_state[place.key] = getattr(wish, word) or None


def held() -> Wish:
    """What the choices say as they were drawn last."""
    return Wish(**{word: str(st.session_state.get(place.key) or "") for word, place in (PLACES | CHANNEL).items()})


def _sorted(values: Iterable[object]) -> list[str]:
    return sorted({str(one) for one in values} - {""})


def _select(desk: Desk, key: str, options: Mapping[str, str], code: str) -> None:
    st.selectbox(
        desk.words(code), sorted(options, key=lambda one: options[one]), index=None, key=key, placeholder=desk.plainly("all"),
        format_func=lambda one: literal(options.get(one, one)),
    )  # fmt: skip
