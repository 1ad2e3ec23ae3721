"""Step two of an import: what would come of the file, counted by ledger and shown row by row, nothing written yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from branch.incoming import Incoming
from branch.verdicts import VERDICTS, Group, Looked, RowSeen
from pages.parts import importing_draft as draft
from pages.parts import shown
from pages.parts.desk import Desk
from pages.parts.words import literal
from sheets.cells.units import measured
from sheets.schema import Unread

PAGE = 100  # rows sent to the browser at once
TOLD = 30  # cells named in a group of issues


def draw(desk: Desk, _: Incoming, looked: Looked) -> None:
    counts(desk, looked.document)
    groups(desk, looked.groups)
    _rows(desk, looked)
    with st.container(horizontal=True):
        todo = bool(looked.words or looked.units or looked.document["rejected"])
        st.button(
            desk.words("importing.to_mend"), key="importing.mend", type="primary" if todo else "secondary", on_click=go, args=("mend",)
        )
        st.button(
            desk.words("importing.to_take"), key="importing.take", type="secondary" if todo else "primary", on_click=go, args=("take",)
        )


def go(step: str) -> None:
    draft.change(lambda _, brought: draft.to(brought, step))


def counts(desk: Desk, document: Mapping[str, Any]) -> None:
    """Rows of the file by verdict; rows of each ledger where the file speaks of several."""
    keys = ("added", "changed", "unchanged", "conflicts", "refused")
    places = st.grid(len(keys), min_column_width=120, gap="small")
    for key in keys:
        with places.cell():
            st.metric(desk.words(f"importing.count.{key}"), f"{document[key]:,}", border=True)
    ledgers = {key: told for key, told in document["ledgers"].items() if any(told.values())}
    if len(ledgers) > 1 or (ledgers and document["table"] not in ledgers):
        lines = [
            desk.words("importing.of_ledger", ledger=desk.tables[key].label(desk.lang), **told)
            for key, told in ledgers.items()
            if key in desk.tables
        ]
        st.markdown("  \n".join(lines))


def groups(desk: Desk, found: tuple[Group, ...]) -> None:
    """What is wrong, by the mend it asks for: how many rows, and where."""
    for group in found:
        sign = ":red[●]" if group.stops else ":gray[○]"
        title = desk.words(f"importing.mend.{group.mend}")
        with st.expander(f"{sign} {desk.words('importing.group', rows=group.rows, mend='')}{title}"):
            lines = [f"- {literal(issue['message'])}" for issue in group.told[:TOLD]]
            if len(group.told) > TOLD:
                lines.append(f"- {desk.words('importing.more', count=len(group.told) - TOLD)}")
            st.markdown("\n".join(lines))


def _rows(desk: Desk, looked: Looked) -> None:
    there = [verdict for verdict in VERDICTS if any(row.verdict == verdict for row in looked.rows)]
    if not there:
        return
    st.markdown(f"**{desk.words('importing.rows')}**")
    st.session_state.setdefault("importing.only", [])
    wanted = st.pills(
        desk.words("importing.only"),
        there,
        selection_mode="multi",
        key="importing.only",
        format_func=lambda one: desk.plainly(f"importing.verdict.{one}"),
        label_visibility="collapsed",
    )
    rows = [row for row in looked.rows if not wanted or row.verdict in wanted]
    pages = max(1, -(-len(rows) // PAGE))
    number = 1
    if pages > 1:
        with st.container(horizontal=True, vertical_alignment="center"):
            number = st.pagination(pages, key=f"importing.page.{pages}", width=min(120 + 44 * pages, 420))
            st.caption(desk.words("count", count=f"{len(rows):,}"))
    table(desk, rows[(number - 1) * PAGE : number * PAGE], str(looked.document["table"]))


def table(desk: Desk, rows: list[RowSeen], main: str) -> None:
    drawn = pd.DataFrame(
        {
            "row": [row.row for row in rows],
            "verdict": [desk.plainly(f"importing.verdict.{row.verdict}") for row in rows],
            "called": [row.called for row in rows],
            "what": [_what(desk, row, main) for row in rows],
        }
    )
    kinds = st.column_config
    st.dataframe(
        drawn,
        hide_index=True,
        placeholder="",
        key="importing.rows",
        column_config={
            "row": kinds.NumberColumn(desk.plainly("importing.row_no"), format="%d", width=60),
            "verdict": kinds.TextColumn(desk.plainly("importing.verdict_of"), width=90),
            "called": kinds.TextColumn(desk.plainly("importing.called"), width=220),
            "what": kinds.TextColumn(desk.plainly("importing.what"), width=760),
        },
        alt=desk.plainly("importing.rows"),
    )


def _what(desk: Desk, row: RowSeen, main: str) -> str:
    """Why it is not taken; for a row that is there each cell old → new; for a new one what it says."""
    if row.reasons:
        return " ".join(row.reasons)
    parts = []
    for moved in row.moved:
        column = desk.tables[moved.table].column(moved.column)
        if column is None or (row.verdict == "added" and moved.new is None):
            continue
        of = "" if moved.table == main else f"{desk.tables[moved.table].label(desk.lang)} · "
        new, old = _cell(desk, column, moved.new), _cell(desk, column, moved.old)
        change = new if row.verdict == "added" or (moved.table != main and not old) else f"{old or '—'} → {new or '—'}"
        parts.append(f"{of}{column.label(desk.lang)}: {change}")
    return "; ".join(parts)


def _cell(desk: Desk, column: Any, cell: Any) -> str:
    if isinstance(cell, Unread):
        return f"{cell.raw}?"
    said = shown.cell(desk, column, cell)
    return measured(said, column.unit or "万元", desk.lang) if column.kind == "money" else said
