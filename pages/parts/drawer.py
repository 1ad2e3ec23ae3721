"""The drawer beside a list: one row whole, open as long as the address names it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.parts import address, listing
from pages.parts.address import Place
from pages.parts.words import literal

WIDTH = 620  # pixels; people may draw it wider


def follow(name: str, word: str = "row") -> None:
    """Before the list: the row that the address names under this word."""
    address.follow(f"{name}.drawer", _places(name, word))


def show(name: str, title: Callable[[str], str], body: Callable[[str], None], word: str = "row") -> None:
    """After the list: the drawer of the row that was clicked or is named by the address."""
    address.write(f"{name}.drawer", _places(name, word))
    row = str(st.session_state.get(f"{name}.row", ""))
    if not row:
        return
    heading = literal(title(row)) or "—"

    @st.dialog(heading, width=WIDTH, position="right", on_dismiss=lambda: close(name))
    def drawn() -> None:
        if st.session_state.get(f"{name}.row") == row:
            body(row)
        else:
            st.rerun()

    drawn()


def close(name: str) -> None:
    st.session_state.pop(f"{name}.row", None)
    listing.release(name)


def _places(name: str, word: str) -> dict[str, Place]:
    return {word: Place(f"{name}.row", lasting=False)}
