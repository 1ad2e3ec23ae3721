"""A table of numbers, each of which opens the rows behind it: people or kinds down, kinds across, darker where it is worse.

The number stands in every cell, so that nothing is said by colour alone; a click, or Enter on a cell, chooses it, the address keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st

from branch.board.view import ALL
from pages.parts import address, board_taken, listing
from pages.parts.address import Place
from pages.parts.desk import Desk
from pages.parts.words import literal

INK = "#141c26"  # written on all of these, in the dark as well
PALE, AMBER, RED = "#d6ebd6", "#fce6b3", "#f6cbc6"
STEPS = ("", "#fdeee6", "#fbdccb", "#f7c3a9", "#f2a985")
NEARLY, HALF = 90, 60  # percent: below them it is amber, and red
MOST_ROWS = 14  # before it scrolls by itself
Shade = Literal["up", "down", ""]


@dataclass(frozen=True)
class Across:
    """One column: its heading, and how its numbers are written (as printf does)."""

    heading: str
    format: str = "%d"
    shade: Shade = ""
    help: str = ""
    width: int | None = None  # pixels, where the first rows may be blank and say nothing of how wide the others are


def draw(
    name: str, first: str, down: Mapping[str, str], across: Mapping[str, Across], values: npt.NDArray[np.float64], alt: str, title: str = ""
) -> tuple[str, str]:
    """Draws it and returns what is chosen, row and column; ALL for the name of a row (every column). ("", "") for nothing.

    `down`: row key → its name; `across`: column key → its heading; `values`: one number a cell, NaN for none;
    `title`: what it is called in a file."""
    places = {"cell": Place(f"{name}.cell", lasting=False)}
    address.follow(f"{name}.matrix", places)
    keys = tuple(down)
    drawn = pd.DataFrame({"_": list(down.values())} | {key: values[:, n] for n, key in enumerate(across)})
    config: dict[str, Any] = {"_": st.column_config.TextColumn(literal(first), pinned=True)}
    for key, one in across.items():
        help_ = literal(one.help) or None
        config[key] = st.column_config.NumberColumn(literal(one.heading), format=one.format, help=help_, width=one.width)
    style = drawn.style
    people = drawn.index[: len(keys) - (ALL in down)]  # what all have together is no shade darker than each
    kinds = [key for key, one in across.items() if one.shade == "down" and key != ALL]
    most = {ALL: _most(drawn, people, [ALL])} | dict.fromkeys(kinds, _most(drawn, people, kinds))  # one scale, so that they compare
    for key, one in across.items():
        if one.shade:
            style = style.apply(_shades, subset=(people, [key]), up=one.shade == "up", most=most.get(key, 1.0))
    picking = listing.pick_rows(name, tuple(f"{key}~{','.join(across)}" for key in keys))
    st.dataframe(
        style, hide_index=True, column_config=config, key=picking, placeholder="", selection_mode="single-cell",
        height="content" if len(keys) <= MOST_ROWS else 35 * MOST_ROWS, on_select=lambda: _pick(name, picking), alt=alt,
    )  # fmt: skip
    headings = [(first, False), *((one.heading, "%%" in one.format) for one in across.values())]
    board_taken.matrix(title or alt, [one.strip() for one in down.values()], headings, values)
    row, _, column = str(st.session_state.get(f"{name}.cell", "")).partition("~")
    if row not in down or (column != ALL and column not in across):
        st.session_state.pop(f"{name}.cell", None)
        row, column = "", ""
    address.write(f"{name}.matrix", places)
    return row, column


def heading(desk: Desk, table: str, code: str, **values: object) -> None:
    """Above the list of what was chosen in a table: what it is, how long, and the button that closes it."""
    st.header(desk.words(code, **values))
    st.button(desk.words("board.close"), key=f"{table}.close", type="tertiary", on_click=close, args=(table,))


def close(name: str) -> None:
    """Nothing is chosen any more."""
    st.session_state.pop(f"{name}.cell", None)
    listing.release(name)


def _pick(name: str, key: str) -> None:
    """The cell that was clicked, by the rows of the table as it was drawn."""
    cells = st.session_state[key]["selection"]["cells"]
    rows = st.session_state.get(f"{name}.ids", {}).get(key, ())
    if cells and cells[0][0] < len(rows):
        row = rows[cells[0][0]].partition("~")[0]
        st.session_state[f"{name}.cell"] = f"{row}~{ALL if cells[0][1] == '_' else cells[0][1]}"


def _most(drawn: pd.DataFrame, people: pd.Index, keys: Sequence[str]) -> float:
    numbers = drawn.loc[people, [key for key in keys if key in drawn]].to_numpy(float)
    return max(1.0, float(np.nan_to_num(numbers).max(initial=0)))


def _shades(cells: pd.Series, up: bool, most: float) -> Sequence[str]:
    """Of a share, how far it is from all; of a count, how near it comes to the largest."""
    numbers, known = cells.to_numpy(float), cells.notna().to_numpy()
    if up:
        levels = np.select([~known, numbers < HALF, numbers < NEARLY], ["", RED, AMBER], PALE)
        return [_ground(str(one)) for one in levels]
    return [_ground(STEPS[int(np.ceil(one / most * (len(STEPS) - 1)))]) for one in np.where(known, numbers, 0)]


def _ground(colour: str) -> str:
    return f"background-color: {colour}; color: {INK}" if colour else ""
