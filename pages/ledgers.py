"""台账: every other ledger of the scheme by one list and one form, with the history of each row."""

from __future__ import annotations

import streamlit as st

from pages.parts import listing, rowview
from pages.parts.form import fill, whole
from pages.parts.guard import require
from pages.parts.names import names
from pages.parts.turn import turn
from pages.parts.words import literal

desk = require("ledgers")
readable = [key for key in desk.tables if desk.may(key, "read")]
GROUPS = ("customers", "opportunities", "deposits", "credit", "fees", "visits", "plans", "people", "work", "branch")

st.title(desk.words("page.ledgers"))
wanted = str(st.query_params.get("table", ""))
if wanted and wanted not in readable:
    desk.denied("/".join(filter(None, (wanted, str(st.query_params.get("row", ""))))))
if wanted in readable and st.session_state.get("ledgers.from") != st.query_params.to_dict():
    st.session_state["ledgers.from"] = st.query_params.to_dict()
    st.session_state["ledgers.group"] = desk.tables[wanted].group
    st.session_state[f"ledgers.table.{desk.tables[wanted].group}"] = wanted
    if "customer" in st.query_params:  # sent here to file something about them
        st.session_state[f"ledgers.{wanted}.adding"] = True
groups = [group for group in GROUPS if any(desk.tables[key].group == group for key in readable)]
if not groups:
    listing.empty(desk, "ledgers.none")
    st.stop()
group = turn(desk.words("ledgers.group"), groups, "ledgers.group", lambda one: desk.plainly(f"ledgers.of.{one}"))
tables = [key for key in readable if desk.tables[key].group == group]
if st.session_state.get(f"ledgers.table.{group}") not in tables:
    st.session_state[f"ledgers.table.{group}"] = tables[0]
key = (
    st.pills(
        desk.words("ledgers.ledger"),
        tables,
        key=f"ledgers.table.{group}",
        label_visibility="collapsed",
        format_func=lambda one: literal(desk.tables[one].label(desk.lang)),
        required=True,
        wrap=True,
    )
    or tables[0]
)
table = desk.tables[key]
name = f"ledgers.{key}"

row = str(st.query_params.get("row", "")) if wanted == key else ""
if row:
    rowview.row(desk, "ledgers", table, row)
    st.stop()

rows = desk.rows(key)
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    st.subheader(literal(table.label(desk.lang)), width="content")
    with st.container(horizontal=True, vertical_alignment="center", width="content"):
        listing.bring(desk, key)
        adding = desk.may(key, "create") and st.toggle(desk.words("add"), key=f"{name}.adding")
if adding:
    # An address may name anything; only what they could choose themselves is put into the form.
    asked = {c: st.query_params.get(c.key, "") for c in table.columns if c.kind in {"ref", "choice"}}
    start = {c.key: v for c, v in asked.items() if v in (names(desk, c.ref) if c.ref else {x.code for x in c.choices})}
    for column, value in asked.items():
        if column.ref and value and column.key not in start:
            desk.sought(column.ref, value)
    with st.container(border=True):
        of = f".{start['customer']}" if "customer" in start else ""
        if fill(desk, whole(desk, f"{name}.new{of}", "ledgers", key), start):
            st.rerun()
if rows.empty:
    listing.empty(desk, "ledgers.empty" if desk.may(key, "create") else "ledgers.empty_read")
    st.stop()
by = [c.key for c in table.columns if c.kind in {"choice", "staff"} and c.key in rows][:3]
rows = listing.filters(desk, table, rows, by, name)
if rows.empty:
    listing.empty(desk, "nothing_found")
    st.stop()
listing.export(desk, table, rows, name)
latest = rows.iloc[::-1] if table.group in {"visits", "work", "deposits", "fees"} else rows
shown = listing.paged(desk, latest, name)
columns = [
    c.key
    for c in table.columns
    if c.key != "html" and (c.key != "id" or table.numbered) and c.key in shown and listing.filled(shown[c.key])
]
chosen = listing.table(desk, table, shown, columns, name, height=600 if len(shown) > 14 else "auto")
if chosen:
    st.query_params.from_dict({"table": key, "row": chosen})
    st.rerun()
