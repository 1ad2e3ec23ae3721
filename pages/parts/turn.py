"""Which part of a page is open, as a row of buttons; the page may turn it too, and the address keeps it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from pages.parts import address
from pages.parts.address import Place


def turn(label: str, options: Sequence[str], key: str, say: Callable[[str], str], word: str = "part") -> str:
    """The chosen option; the first one to begin with, and when the chosen one is no longer offered."""
    places = {word: Place(key, options[0])}
    address.follow(f"{key}.turn", places)
    if st.session_state.get(key) not in options:
        st.session_state[key] = options[0]
    st.segmented_control(label, options, key=key, format_func=say, required=True, wrap=True, label_visibility="collapsed")
    address.write(f"{key}.turn", places)
    return str(st.session_state[key])
