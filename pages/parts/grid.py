"""Rows edited in a grid: the base is frozen while somebody types, and every cell is read again before it is saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from pages.parts.desk import Desk


@dataclass(frozen=True)
class GridColumn:
    """A column of the grid. Cells are text, so that a paste from a spreadsheet drops nothing unseen."""

    key: str
    label: str
    options: tuple[str, ...] = ()  # labels to choose from
    fixed: bool = False
    width: str | None = None
    number: bool = False  # a cell of digits, which stand under each other


@dataclass(frozen=True)
class Changed:
    """One row as the person wants it: its place in the base (None: a new row) and the cells they touched."""

    place: int | None
    cells: Mapping[str, str]


def edit(desk: Desk, name: str, fresh: pd.DataFrame, lines: Sequence[GridColumn], *, grow: bool, locked: bool = False) -> None:
    """Draws the grid over a frozen base; the base is renewed only while nothing has been typed."""
    if not pending(name):
        st.session_state[f"{name}.frozen"] = fresh
        st.session_state[f"{name}.version"] = desk.book.version
    base: pd.DataFrame = st.session_state[f"{name}.frozen"]
    kinds = st.column_config
    config: dict[str, Any] = {key: None for key in base.columns if key not in {line.key for line in lines}}
    for number, line in enumerate(lines):
        more: dict[str, Any] = {"width": line.width, "disabled": line.fixed or locked, "pinned": number == 0}
        if line.options:
            config[line.key] = kinds.SelectboxColumn(line.label, options=list(line.options), **more)
        else:
            config[line.key] = kinds.TextColumn(line.label, alignment="right" if line.number else "left", **more)
    st.data_editor(
        base,
        key=_key(name),
        hide_index=True,
        num_rows="add" if grow and not locked else "fixed",
        placeholder="",
        column_config=config,
        column_order=[line.key for line in lines],
        height="content",
    )


def pending(name: str) -> list[Changed]:
    """What was typed and is not saved."""
    held: Mapping[str, Any] = st.session_state.get(_key(name)) or {}
    edited = [Changed(int(place), _text(cells)) for place, cells in (held.get("edited_rows") or {}).items()]
    added = [Changed(None, _text(cells)) for cells in held.get("added_rows") or []]
    return [one for one in (*edited, *added) if one.place is not None or any(one.cells.values())]


def base(name: str) -> pd.DataFrame:
    frozen: pd.DataFrame = st.session_state[f"{name}.frozen"]
    return frozen


def clear(name: str) -> None:
    """Forget what was typed: the next run draws a new grid over the rows as they stand."""
    st.session_state[f"{name}.number"] = st.session_state.get(f"{name}.number", 0) + 1


def _key(name: str) -> str:
    return f"{name}.grid.{st.session_state.get(f'{name}.number', 0)}"


def _text(cells: Mapping[str, Any]) -> dict[str, str]:
    return {key: "" if value is None else str(value) for key, value in cells.items() if key != "_index"}
