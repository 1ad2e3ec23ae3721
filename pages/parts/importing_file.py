"""Step one of an import: which ledger, which file, which sheet of it, where the headings are and what each of them means."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from branch import clock, exchange, importing, incoming
from branch.importing import Head
from branch.incoming import Incoming
from pages.parts import importing_draft as draft
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.words import literal
from sheets.files import excel_out, mending
from sheets.files.headings import SEARCHED, Target, column_letters
from sheets.files.mending import IGNORED
from texts import Fault

BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = ["csv", "txt", "xlsx", "xlsm", "xls", "ods"]


def draw(desk: Desk, brought: Incoming | None) -> None:
    table = _ledger(desk, brought)
    number = st.session_state.get("importing.drops", 0)
    with st.container(key="importing_drop"):  # pages/parts/style.py takes Streamlit's English words out
        st.file_uploader(
            desk.words("importing.drop"), type=TYPES, key=f"importing.file.{number}", max_upload_size=exchange.LARGEST, on_change=_brought
        )
    st.caption(desk.words("importing.drop_hint", size=exchange.LARGEST))
    if brought is None or brought.table != table:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(desk.words("importing.brought", name=brought.name), width="content")
        st.button(desk.words("importing.drop_it"), key="importing.away", on_click=_away)
    with st.spinner(desk.words("importing.opening")):
        book = draft.book(desk, brought)
    if len(book.sheets) > 1:
        _sheets(desk, brought, [sheet.title for sheet in book.sheets])
    lay = draft.lay(desk, brought)
    _row(desk, brought, lay.row, lay.grid)
    heads = importing.heads(desk.branch, brought, lay)
    every = all(head.target and not head.asked for head in heads) and not brought.decided.columns
    if every:
        st.success(desk.words("importing.all_known", count=len(heads)))
    _columns(desk, brought, heads)
    st.checkbox(
        desk.words("importing.clear"),
        value=brought.blanks == "clear",
        key=f"importing.blanks.{brought.number}",
        help=desk.plainly("importing.clear_hint"),
        on_change=_blanks,
    )
    open_ = [head for head in heads if head.asked and head.index not in brought.decided.columns]
    if open_:
        st.warning(desk.words("importing.open", heads=desk.plainly("comma").join(head.text for head in open_)))
    st.button(desk.words("importing.to_preview"), key="importing.next", type="primary", disabled=bool(open_), on_click=_next)


def _ledger(desk: Desk, brought: Incoming | None) -> str:
    """Which ledger, and its template beside it."""
    ledgers = importing.ledgers(desk.branch, desk.person, desk.now)
    asked = str(st.query_params.get("table", ""))
    if "importing.table" not in st.session_state or st.session_state["importing.table"] not in ledgers:
        first = brought.table if brought is not None else asked if asked in ledgers else ledgers[0]
        st.session_state["importing.table"] = first
    with st.container(horizontal=True, vertical_alignment="bottom"):
        table = st.selectbox(
            desk.words("importing.ledger"),
            ledgers,
            key="importing.table",
            format_func=lambda one: desk.plainly("importing.wide") if one == "customers" else desk.tables[one].label(desk.lang),
            width=420,
        )
        st.download_button(
            desk.words("importing.template"),
            data=lambda: excel_out.template(desk.tables[table], desk.tables, desk.lang),
            file_name=f"{desk.tables[table].label(desk.lang)}.xlsx",
            mime=BOOK,
            key="importing.template",
            on_click="ignore",
        )
    return str(table)


def _sheets(desk: Desk, brought: Incoming, titles: list[str]) -> None:
    key = f"importing.sheet.{brought.number}"
    st.session_state.setdefault(key, brought.sheet)
    st.selectbox(desk.words("importing.sheet"), titles, key=key, on_change=_sheet, args=(key,), width=420)


def _row(desk: Desk, brought: Incoming, row: int, grid: object) -> None:
    """Where the headings are: found, or chosen among the first rows."""
    key = f"importing.row.{brought.number}.{brought.sheet}"
    st.session_state.setdefault(key, row)
    rows = range(min(SEARCHED, len(grid)))  # type: ignore[arg-type]

    def said(number: int) -> str:
        cells = [str(cell) for cell in grid[number] if str(cell or "").strip()]  # type: ignore[index]
        return desk.plainly("importing.row", number=number + 1, cells=" | ".join(cells)[:80])

    st.selectbox(desk.words("importing.head_row"), rows, key=key, format_func=said, on_change=_head_row, args=(key,))


def _columns(desk: Desk, brought: Incoming, heads: list[Head]) -> None:
    """Every heading of the file, and what it is."""
    options = [*mending.columns(desk.tables[brought.table], desk.tables), IGNORED]
    sure = [head for head in heads if head.target and not head.asked and head.index not in brought.decided.columns]
    unsure = [head for head in heads if head not in sure]
    if unsure:
        st.markdown(f"**{desk.words('importing.columns')}**")
        st.caption(desk.words("importing.columns_hint"))
    for head in unsure:
        _column(desk, brought, head, options)
    if sure:
        with st.expander(desk.words("importing.known" if unsure else "importing.known_all", count=len(sure))):
            for head in sure:
                _column(desk, brought, head, options)


def _column(desk: Desk, brought: Incoming, head: Head, options: list[Target]) -> None:
    key = f"importing.column.{brought.number}.{brought.sheet}.{brought.decided.header}.{head.index}"
    decided = head.index in brought.decided.columns
    start = head.target if head.target or decided else None if head.asked else IGNORED
    st.session_state.setdefault(key, start)
    left, right = st.columns([2, 3], vertical_alignment="center")
    with left:
        mark = ":orange[●] " if head.asked and not decided else ""
        st.markdown(f"{mark}**{literal(head.text)}** :gray[{literal(column_letters(head.index))}]")
        if head.cells:
            st.caption(literal(" / ".join(head.cells))[:120])
    with right:
        st.selectbox(
            literal(head.text),
            options,
            key=key,
            index=None,
            placeholder=desk.plainly("pick"),
            format_func=lambda target: _named(desk, brought.table, target),
            label_visibility="collapsed",
            on_change=_decided,
            args=(head.index, key),
        )


def _named(desk: Desk, main: str, target: Target) -> str:
    if target == IGNORED:
        return desk.plainly("importing.ignored")
    table = target[0]
    label = mending.columns(desk.tables[main], desk.tables)[target].label(desk.lang)
    return label if table == main else f"{desk.tables[table].label(desk.lang)} · {label}"


def _brought() -> None:
    """A file that was dropped: kept at once, its sheet suggested, its columns as earlier files of this ledger had them."""
    desk = require("importing")
    number = st.session_state.get("importing.drops", 0)
    file = st.session_state.get(f"importing.file.{number}")
    if file is None:
        return
    st.session_state["importing.drops"] = number + 1
    draft.forget()
    table, staff, now = str(st.session_state["importing.table"]), desk.person.staff, clock.now()
    try:
        brought = incoming.bring(desk.branch, staff, table, file.name, file.getvalue(), now)
        book = draft.book(desk, brought)
        brought = replace(brought, sheet=importing.suggested(desk.branch, brought, book))
        lay = draft.lay(desk, brought)
        brought = incoming.decide(brought, columns=importing.recalled(desk.branch, brought, lay))
        incoming.keep(desk.branch, staff, brought, now)
    except Fault as fault:
        incoming.drop(desk.branch, staff)
        st.session_state["importing.said"] = fault.say(desk.lang)


def _away() -> None:
    desk = require("importing")
    incoming.drop(desk.branch, desk.person.staff)
    draft.forget()


def _sheet(key: str) -> None:
    title = str(st.session_state[key])

    def make(desk: Desk, brought: Incoming) -> Incoming:
        fresh = Incoming(brought.number, brought.name, brought.table, title, "file", brought.blanks)
        return incoming.decide(fresh, columns=importing.recalled(desk.branch, fresh, draft.lay(desk, fresh)))

    draft.change(make)


def _head_row(key: str) -> None:
    row = int(st.session_state[key])
    draft.change(lambda _, brought: incoming.decide(brought, header=row, columns={}, values={}, units={}, rows=frozenset()))


def _decided(index: int, key: str) -> None:
    target = st.session_state[key]

    def make(_: Desk, brought: Incoming) -> Incoming:
        columns = {**brought.decided.columns}
        if target is None:
            columns.pop(index, None)
        else:
            columns[index] = tuple(target)
        return incoming.decide(brought, columns=columns)

    draft.change(make)


def _blanks() -> None:
    def make(_: Desk, brought: Incoming) -> Incoming:
        ticked = bool(st.session_state.get(f"importing.blanks.{brought.number}"))
        return replace(brought, blanks="clear" if ticked else "keep")

    draft.change(make)


def _next() -> None:
    """On to the preview; what was proposed for a column and not changed counts as chosen."""

    def make(desk: Desk, brought: Incoming) -> Incoming:
        lay = draft.lay(desk, brought)
        there = {h.index for h in lay.header.headings} if lay.header else set()
        proposed = {head.index: head.target or IGNORED for head in importing.heads(desk.branch, brought, lay) if head.index not in there}
        return draft.to(incoming.decide(brought, columns={**proposed, **brought.decided.columns}), "preview")

    draft.change(make)
