"""What a page shows stands in its address: search, filters, page and open row. Back, reload and a copied link keep it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

HERE, BEFORE = "address.here", "address.before"


@dataclass(frozen=True)
class Place:
    """Where a word of the address is held: the key of a widget, and what it holds when the address does not name it."""

    key: str
    blank: str | int | bool = ""
    lasting: bool = True  # shown again when the page is opened by the menu


def arrive(page: str) -> None:
    """Said once a run, before the page is drawn: which page it is."""
    st.session_state[BEFORE] = st.session_state.get(HERE)
    st.session_state[HERE] = page


def settle() -> None:
    """Said at the end of a page that has parts which draw themselves anew: from here on it is not just opened any more."""
    st.session_state[BEFORE] = st.session_state.get(HERE)


def follow(name: str, places: Mapping[str, Place]) -> None:
    """Before the widgets are drawn: what the address says is put into them. `places`: words of the address.

    The address is asked when the page was just opened, or when the person went back or forward. A page that is opened by
    the menu, with nothing in its address, shows what it showed when it was left. Else the widgets themselves decide.
    """
    asked = {word: st.query_params[word] for word in places if word in st.query_params}
    written: dict[str, str] | None = st.session_state.get(f"{name}.address")
    if written is None:  # a list that has no rows yet is never drawn, and writes nothing
        st.session_state[f"{name}.address"] = asked
    if written is None or st.session_state.get(BEFORE) != st.session_state.get(HERE):
        if asked:
            put(places, asked)
            return
        put({word: place for word, place in places.items() if not place.lasting}, {})
        if not len(st.query_params):
            put({word: place for word, place in places.items() if place.lasting and written}, written or {})
    elif asked != written and held(places) == written:
        put(places, asked)


def write(name: str, places: Mapping[str, Place]) -> None:
    """After the widgets are drawn: the address says what they hold, and the session remembers it."""
    wanted = held(places)
    st.session_state[f"{name}.address"] = wanted
    now = {word: st.query_params[word] for word in places if word in st.query_params}
    if now != wanted:
        rest = {word: text for word, text in st.query_params.to_dict().items() if word not in places}
        st.query_params.from_dict(rest | wanted)


def held(places: Mapping[str, Place]) -> dict[str, str]:
    """What the widgets hold, as the address would say it."""
    values = {word: st.session_state.get(place.key, place.blank) for word, place in places.items()}
    return {word: _text(value) for word, value in values.items() if value not in (None, "") and value != places[word].blank}


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def put(places: Mapping[str, Place], wanted: Mapping[str, str]) -> None:
    """Puts what an address says into the widgets; what it does not name is blank again."""
    for word, place in places.items():
        if word not in wanted:
            st.session_state.pop(place.key, None)
        elif isinstance(place.blank, bool):
            st.session_state[place.key] = wanted[word] == "1"
        elif not isinstance(place.blank, int):
            st.session_state[place.key] = wanted[word]
        elif wanted[word].isdecimal():
            st.session_state[place.key] = int(wanted[word])
