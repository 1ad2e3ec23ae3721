"""A ledger as a list: search, filters, pages of a hundred rows, and one row to open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import Any

import pandas as pd
import streamlit as st

from branch import accounts, clock, exports, importing
from branch.exchange import NotTaken
from pages.parts import address, cards, reasons, shown, views
from pages.parts.address import Place
from pages.parts.desk import Desk
from pages.parts.reasons import Reason
from pages.parts.screens import SCREENS
from pages.parts.words import literal
from sheets.cells import fold
from sheets.schema import Column, Table

WIDTH = 480  # pixels for the column that carries the sentence
PAGE = 100  # rows sent to the browser at once
TALL = 62  # pixels of a line that wraps: Streamlit wraps above four times the size of its letters


def filters(
    desk: Desk, table: Table, rows: pd.DataFrame, keys: Sequence[str], name: str, also: Mapping[str, Place] | None = None
) -> pd.DataFrame:
    """A search over the whole row as it is shown, and one list for each of the given columns; all of it in the address, and to
    be kept as a view, `also` with what the page itself chooses by."""
    useful = [key for key in keys if len(rows[key].dropna().unique()) > 1]  # one value only: nothing to choose
    every = {"q": Place(f"{name}.search")} | {key: Place(f"{name}.by.{key}") for key in keys}
    places = {word: place for word, place in every.items() if word == "q" or word in useful}
    address.follow(f"{name}.filters", places)
    # A grid and not columns: on a phone two filters share a line instead of each taking one.
    grid = st.grid(2 + len(useful), min_column_width=130, gap="small")
    with grid.cell(column_span=2):
        wanted = st.text_input(
            desk.words("search"), key=f"{name}.search", placeholder=desk.plainly("search_hint"), autocomplete="off", live="400ms"
        )
    for key in useful:
        with grid.cell():
            rows = _chosen(desk, table[key], rows, f"{name}.by.{key}")
    address.write(f"{name}.filters", places)
    views.draw(desk, name, address.held(places | dict(also or {})), every | dict(also or {}))
    return found(desk, table, rows, wanted) if wanted else rows


def found(desk: Desk, table: Table, rows: pd.DataFrame, wanted: str) -> pd.DataFrame:
    """Rows in which every word of the search occurs somewhere, in any column a person can read."""
    if rows.empty:
        return rows
    texts = pd.Series("", index=rows.index, dtype=object)
    for column in table.columns:
        if column.key not in rows or column.kind in {"yesno", "money", "percent"}:
            continue
        values = rows[column.key]
        known = {one: fold(f"{one} {shown.cell(desk, column, one)}") for one in values.dropna().unique()}
        texts = texts + " " + values.astype(object).map(lambda one, known=known: known.get(one, "")).astype(object)
    keep = pd.Series(True, index=rows.index)
    for word in map(fold, wanted.split()):
        keep &= texts.map(lambda text, word=word: word in text)
    return rows[keep]


def paged(desk: Desk, rows: pd.DataFrame, name: str, *, file: Table | None = None, hint: str = "") -> pd.DataFrame:
    """One page of the rows. On the line above them: how many there are, what a click does, the pages, and the file of them."""
    pages = max(1, -(-len(rows) // PAGE))
    number = 1
    place = f"{name}.page.{pages}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"above_{name.replace('.', '_')}"):
        said = [desk.words("count", count=f"{len(rows):,}"), desk.words(hint) if hint else ""]
        st.caption(" · ".join(filter(None, said)), width="content")
        if pages > 1:
            places = {"page": Place(place, 1)}
            address.follow(f"{name}.paged", places)
            if int(st.session_state.get(place, 1)) not in range(1, pages + 1):  # typed into the address
                st.session_state[place] = 1
            number = st.pagination(pages, key=place, width=min(120 + 44 * pages, 420))
            address.write(f"{name}.paged", places)
        if file is not None:
            st.space("stretch")
            export(desk, file, rows, name)
    return rows.iloc[(number - 1) * PAGE : number * PAGE]


def table(
    desk: Desk,
    table: Table,
    rows: pd.DataFrame,
    keys: Sequence[str],
    name: str,
    *,
    pinned: Sequence[str] = (),
    extra: Mapping[str, pd.Series] | None = None,
    height: int | str = "auto",
    wide: Sequence[str] = (),
) -> None:
    """Shows the rows to be read; none of them can be opened."""
    drawn, config = _drawn(desk, table, rows, keys, pinned, extra, wide)
    st.dataframe(
        drawn, hide_index=True, column_config=config, key=f"{name}.rows", height=height, placeholder="", alt=table.label(desk.lang)
    )


def choose(
    desk: Desk,
    table: Table,
    rows: pd.DataFrame,
    keys: Sequence[str],
    name: str,
    *,
    pinned: Sequence[str] = (),
    extra: Mapping[str, pd.Series] | None = None,
    height: int | str = "auto",
    wide: Sequence[str] = (),
    word: str = "row",
    heads: Mapping[str, str] | None = None,
) -> None:
    """Shows the rows, each to be opened by a click; `drawer.show` or `picked` say which one is open. On a phone, cards.

    A click names a place in the list as the person saw it. So the rows as they were drawn are kept, and a list of other rows
    is another widget: no click on a list that has changed meanwhile opens a neighbour. `heads`: what a column is called here
    and not in its ledger.
    """
    drawn, config = _drawn(desk, table, rows, keys, pinned, extra, wide)
    config |= {key: config[key] | {"label": label} for key, label in (heads or {}).items()}
    ids = tuple(rows["id"].astype(str))
    picking = pick_rows(name, ids)
    with st.container(key=f"wide_{name.replace('.', '_')}"):
        st.dataframe(
            drawn,
            hide_index=True,
            column_config=config,
            key=picking,
            height=height,
            placeholder="",
            on_select=lambda: pick(name, picking),
            selection_mode="single-cell",
            row_height=TALL if wide else None,
            alt=table.label(desk.lang),
        )
    cards.draw(desk, drawn, config, ids, name, word)


def pick_rows(name: str, ids: tuple[str, ...]) -> str:
    """The key of a list of these rows; keeps them for the click that is to come."""
    number = st.session_state.get(f"{name}.closed", 0)
    key = f"{name}.rows.{number}.{blake2b(chr(0).join(ids).encode(), digest_size=8).hexdigest()}"
    st.session_state[f"{name}.ids"] = {**dict(list(st.session_state.get(f"{name}.ids", {}).items())[-3:]), key: ids}
    return key


def pick(name: str, key: str) -> None:
    """The callback of a click: the row at that place of the list that was clicked."""
    cells = st.session_state[key]["selection"]["cells"]
    ids = st.session_state.get(f"{name}.ids", {}).get(key, ())
    if cells and cells[0][0] < len(ids):
        st.session_state[f"{name}.row"] = ids[cells[0][0]]


def picked(name: str, word: str = "row") -> str:
    """The row that was clicked, told once; "" when none was. A card of a phone says it in the address, under this word."""
    row = str(st.session_state.pop(f"{name}.row", "") or st.query_params.get(word, ""))
    st.query_params.pop(word, None)
    if row:
        release(name)
    return row


def release(name: str) -> None:
    """The next list is drawn with no cell selected, so that the same row can be clicked again."""
    st.session_state[f"{name}.closed"] = st.session_state.get(f"{name}.closed", 0) + 1


def _drawn(
    desk: Desk,
    table: Table,
    rows: pd.DataFrame,
    keys: Sequence[str],
    pinned: Sequence[str],
    extra: Mapping[str, pd.Series] | None,
    wide: Sequence[str],
) -> tuple[pd.DataFrame, dict[str, Any]]:
    drawn = shown.frame(desk, table, rows, keys)
    config = shown.config(desk, table, keys, pinned)
    for key in wide:
        config[key] = st.column_config.TextColumn(shown.heading(desk, table[key]), width=WIDTH)
    for place, (heading, values) in enumerate((extra or {}).items(), start=2):
        drawn.insert(min(place, drawn.shape[1]), heading, values.reindex(drawn.index))
    return drawn, config


def export(desk: Desk, table: Table, rows: pd.DataFrame, name: str) -> None:
    """The list as a file, for those who may take it out; with a reason where the branch asks for one."""
    if not exports.exports(desk.person, table.key):
        return
    with st.popover(desk.words("export.button"), width="content"):
        reason = reasons.ask(desk, f"{name}.export")
        ids = [str(one) for one in rows["id"]]
        st.caption(desk.words("export.hint", count=f"{len(ids):,}"))
        st.download_button(
            desk.words("export.download"),
            data=lambda: _file(desk, table.key, ids, reason),
            file_name=f"{table.label(desk.lang)}.csv",
            mime="text/csv",
            key=f"{name}.export",
            on_click="ignore",
            disabled=not reason.enough,
        )


def bring(desk: Desk, table: str) -> None:
    """A button to the import of this ledger, for those who may bring a file into it."""
    may = desk.person.role in SCREENS["importing"].roles and table in importing.ledgers(desk.branch, desk.person, desk.now)
    if may and st.button(desk.words("importing.bring"), key=f"{table}.bring"):
        st.session_state["importing.table"] = table
        st.switch_page("importing.py", query_params={"table": table})


def _file(desk: Desk, table: str, ids: Sequence[str], reason: Reason) -> bytes:
    """Made when it is asked for, for whoever holds the session by then."""
    now = clock.now()
    person = accounts.person(desk.branch, desk.session, now)
    if person is None:
        raise NotTaken("access.unknown")
    made = exports.export_list(desk.branch, table, ids, replace(person, lang=desk.lang), reason.text, now)
    reason.done()
    return made


def filled(values: pd.Series) -> bool:
    """Whether a column says anything in these rows; one that does not only pushes the others out of sight."""
    return bool((values.notna() & (values.astype("str") != "")).any())


def empty(desk: Desk, code: str, **values: object) -> None:
    """Nothing to show, and what to do about it."""
    with st.container(border=True):
        st.markdown(desk.words(code, **values))


def _chosen(desk: Desk, column: Column, rows: pd.DataFrame, key: str) -> pd.DataFrame:
    values = rows[column.key]
    labels = {str(one): shown.cell(desk, column, one) for one in values.dropna().unique()}
    order = [c.code for c in column.choices if c.code in labels] or sorted(labels, key=lambda one: labels[one])
    if st.session_state.get(key) not in order:  # the address may name anything
        st.session_state[key] = None
    label = literal(column.label(desk.lang))
    wish = st.selectbox(label, order, index=None, key=key, placeholder=desk.plainly("all"), format_func=lambda one: labels.get(one, one))
    return rows if wish is None else rows[values.astype("str") == wish]
