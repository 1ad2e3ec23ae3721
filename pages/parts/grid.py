"""Rows edited in a grid: the base is frozen while somebody types, every cell is read again before it is saved, and what was
typed comes back after another tab, another page, a reload or a sign-out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from pages.parts import drafts
from pages.parts.desk import Desk

Row = Mapping[str, Any]
TYPED = "grid"  # the word under which a draft keeps what was typed
DIGITS = 110  # pixels of a number that is only read: without the pencil beside its heading a column is too narrow on a phone


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


def edit(
    desk: Desk,
    screen: str,
    name: str,
    fresh: pd.DataFrame,
    lines: Sequence[GridColumn],
    stored: Callable[[str], Row | None],
    *,
    by: str = "id",
    grow: bool,
    locked: bool = False,
) -> None:
    """Draws the grid over a frozen base; the base is renewed only while nothing has been typed.

    `stored` gives the row of a number as it stands; it is kept with the base, so that a save is compared with what the person
    saw. `by` is the column that names a line of the grid.
    """
    if _key(name) not in st.session_state:  # just opened, by whichever way
        _restore(desk, name, fresh, stored, by)
    elif not pending(name):
        _freeze(name, fresh, stored)
    drafts.tell(desk, screen, name, clear)
    frozen = base(name)
    held: Sequence[Mapping[str, Any]] = st.session_state[f"{name}.held"]
    drawn = frozen.copy()
    for one in held:
        for key, text in one["cells"].items() if one["place"] is not None else ():
            drawn.loc[one["place"], key] = text
    new = [{"id": ""} | dict(one["cells"]) for one in held if one["place"] is None]
    if new:
        drawn = pd.concat([drawn, pd.DataFrame(new, columns=frozen.columns, dtype="str")], ignore_index=True)
    kinds = st.column_config
    config: dict[str, Any] = {key: None for key in frozen.columns if key not in {line.key for line in lines}}
    for number, line in enumerate(lines):
        wide = line.width or (DIGITS if line.number and locked else None)
        more: dict[str, Any] = {"width": wide, "disabled": line.fixed or locked, "pinned": number == 0}
        if line.options:
            config[line.key] = kinds.SelectboxColumn(line.label, options=list(line.options), **more)
        else:
            config[line.key] = kinds.TextColumn(line.label, alignment="right" if line.number else "left", **more)
    st.data_editor(
        drawn,
        key=_key(name),
        hide_index=True,
        num_rows="add" if grow and not locked else "fixed",
        placeholder="",
        column_config=config,
        column_order=[line.key for line in lines],
        height="content",
    )
    _keep(desk, name, by)


def pending(name: str) -> list[Changed]:
    """What was typed and is not saved: before the grid was last drawn anew, and since."""
    typed: Mapping[str, Any] = st.session_state.get(_key(name)) or {}
    held = [Changed(one["place"], dict(one["cells"])) for one in st.session_state.get(f"{name}.held", ())]
    size = len(st.session_state[f"{name}.frozen"]) if f"{name}.frozen" in st.session_state else 0
    rows: dict[tuple[str, int], Changed] = {}
    new = [one for one in held if one.place is None]
    for one in held:
        if one.place is not None:
            rows["row", one.place] = one
    rows |= {("new", number): one for number, one in enumerate(new)}
    for place, cells in (typed.get("edited_rows") or {}).items():
        where = ("row", int(place)) if int(place) < size else ("new", int(place) - size)
        before = rows[where].cells if where in rows else {}
        rows[where] = Changed(int(place) if int(place) < size else None, {**before, **_text(cells)})
    found = [*rows.values(), *(Changed(None, _text(cells)) for cells in typed.get("added_rows") or [])]
    return [one for one in found if one.place is not None or any(one.cells.values())]


def base(name: str) -> pd.DataFrame:
    frozen: pd.DataFrame = st.session_state[f"{name}.frozen"]
    return frozen


def before(name: str, row: str) -> Row | None:
    """A row as it stood when the base was frozen; None when it was not there."""
    found: Row | None = st.session_state[f"{name}.before"].get(row)
    return found


def clear(name: str) -> None:
    """Forget what was typed: the next run draws a new grid over the rows as they stand."""
    st.session_state[f"{name}.number"] = st.session_state.get(f"{name}.number", 0) + 1
    for word in ("held", "restored"):
        st.session_state.pop(f"{name}.{word}", None)


def drop(desk: Desk, name: str) -> None:
    """The same, and its draft is thrown away: it was saved, or is not wanted."""
    drafts.drop(desk, name)
    clear(name)


def _freeze(name: str, fresh: pd.DataFrame, stored: Callable[[str], Row | None]) -> None:
    """The rows as they stand now, in words and as they are stored."""
    st.session_state[f"{name}.frozen"] = fresh
    st.session_state[f"{name}.before"] = {row: stored(row) for row in fresh["id"].astype(str) if row}
    st.session_state[f"{name}.held"] = []


def _restore(desk: Desk, name: str, fresh: pd.DataFrame, stored: Callable[[str], Row | None], by: str) -> None:
    """What was typed earlier over the rows as they are: the lines it touched stand as they stood when they were typed over,
    so that a colleague's change since then is met as a conflict. A line that is gone comes back as a new one."""
    clear(name)
    _freeze(name, fresh.reset_index(drop=True), stored)
    draft = drafts.load(desk, name)
    kept = draft.typed.get(TYPED, [])
    if not kept:
        return
    frozen, standing = base(name).copy(), st.session_state[f"{name}.before"]
    places = {key: place for place, key in enumerate(frozen[by].astype(str))}
    held: list[dict[str, Any]] = []
    for one in kept:
        place = places.get(str(one["line"])) if one["line"] else None
        if place is not None:
            for key in frozen.columns:
                frozen.loc[place, key] = one["seen"].get(key, "")
            if row := str(one["seen"].get("id", "")):
                standing[row] = one["before"]
        held.append({"place": place, "cells": one["cells"]})
    st.session_state[f"{name}.frozen"], st.session_state[f"{name}.held"] = frozen, held
    st.session_state[f"{name}.restored"] = draft.at


def _keep(desk: Desk, name: str, by: str) -> None:
    """What is typed and not saved, each line with what stood there when it was typed over."""
    found = []
    for one in pending(name):
        seen = {} if one.place is None else {str(key): str(text) for key, text in base(name).iloc[one.place].items()}
        found.append({"line": seen.get(by, ""), "cells": one.cells, "seen": seen, "before": before(name, seen.get("id", ""))})
    drafts.keep(desk, name, {TYPED: found} if found else {}, {})
    drafts.drawn(name, [_key(name), f"{name}.frozen"], _keep, name, by)


def _key(name: str) -> str:
    return f"{name}.grid.{st.session_state.get(f'{name}.number', 0)}"


def _text(cells: Mapping[str, Any]) -> dict[str, str]:
    return {key: "" if value is None else str(value) for key, value in cells.items() if key != "_index"}
