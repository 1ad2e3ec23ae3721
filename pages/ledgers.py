"""台账: every other ledger of the scheme by one list and one form, with the history of each row."""

from __future__ import annotations

import streamlit as st

from branch.scope import is_somebodys
from pages.parts import address, drawer, listing, rowview
from pages.parts.address import Place
from pages.parts.form import fill, whole
from pages.parts.guard import require
from pages.parts.names import name as name_of
from pages.parts.names import names
from pages.parts.screens import SCREENS, written_elsewhere
from pages.parts.words import link, literal

desk = require("ledgers")
readable = [key for key in desk.tables if desk.may(key, "read")]
GROUPS = ("customers", "opportunities", "deposits", "credit", "fees", "visits", "plans", "own", "people", "work", "branch")
CHOSEN, PLACES = "ledgers.chosen", {"table": Place("ledgers.chosen")}


def of(group: str) -> list[str]:
    return [key for key in readable if desk.tables[key].group == group]


def turned(key: str) -> None:
    """Another ledger begins with nothing in its address: search and filters were those of the last one."""
    st.query_params.clear()
    st.session_state[CHOSEN] = key


st.title(desk.words("page.ledgers"))
address.follow("ledgers", PLACES)
wanted = str(st.session_state.get(CHOSEN, ""))
if wanted and wanted not in readable:
    desk.denied("/".join(filter(None, (wanted, str(st.query_params.get("row", ""))))))
groups = [group for group in GROUPS if of(group)]
if not groups:
    listing.empty(desk, "ledgers.none")
    st.stop()
key = wanted if wanted in readable and desk.tables[wanted].group in groups else of(groups[0])[0]
st.session_state[CHOSEN] = key
address.write("ledgers", PLACES)
group = desk.tables[key].group
st.session_state["ledgers.group"], st.session_state[f"ledgers.table.{group}"] = group, key
st.segmented_control(
    desk.words("ledgers.group"),
    groups,
    key="ledgers.group",
    format_func=lambda one: desk.plainly(f"ledgers.of.{one}"),
    required=True,
    wrap=True,
    label_visibility="collapsed",
    on_change=lambda: turned(of(str(st.session_state["ledgers.group"]))[0]),
)
st.pills(
    desk.words("ledgers.ledger"),
    of(group),
    key=f"ledgers.table.{group}",
    label_visibility="collapsed",
    format_func=lambda one: literal(desk.tables[one].label(desk.lang)),
    required=True,
    wrap=True,
    on_change=lambda: turned(str(st.session_state[f"ledgers.table.{group}"])),
)
table = desk.tables[key]
if closing := st.session_state.pop("ledgers.close", ""):  # after a save the new row is shown, not another blank form
    st.session_state[closing] = False
if "customer" in st.query_params and st.session_state.get("ledgers.from") != st.query_params.to_dict():
    st.session_state[f"ledgers.{key}.adding"] = True  # sent here to file something about them
    st.session_state["ledgers.from"] = st.query_params.to_dict()
name = f"ledgers.{key}"

drawer.follow(name)
rows = desk.rows(key)
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    st.header(literal(table.label(desk.lang)), width="content")
    with st.container(horizontal=True, vertical_alignment="center", width="content"):
        listing.bring(desk, key)
        elsewhere = desk.may(key, "write") and written_elsewhere(key)
        if elsewhere and desk.person.role in SCREENS[key].roles:
            st.page_link(SCREENS[key].file, label=link(desk.words("ledgers.elsewhere", page=desk.plainly(f"page.{key}"))))
        adding = not elsewhere and desk.may(key, "create") and st.toggle(desk.words("add"), key=f"{name}.adding")
if adding:
    # An address may name anything; only what they could choose themselves is put into the form.
    asked = {c: st.query_params.get(c.key, "") for c in table.columns if c.kind in {"ref", "choice"}}
    start = {c.key: v for c, v in asked.items() if v in (names(desk, c.ref) if c.ref else {x.code for x in c.choices})}
    for column, value in asked.items():
        if column.ref and value and column.key not in start:
            desk.sought(column.ref, value)
    with st.container(border=True):
        of = f".{start['customer']}" if "customer" in start else ""
        if saved := fill(desk, whole(desk, f"{name}.new{of}", "ledgers", key), start):
            st.session_state["ledgers.close"], st.session_state[f"{name}.row"] = f"{name}.adding", saved
            st.rerun()
if rows.empty and desk.person.role == "admin" and table.group == "own" and is_somebodys(table):
    columns = desk.plainly("comma").join(c.label(desk.lang) for c in table.columns if not c.auto)
    listing.empty(desk, "ledgers.rows_elsewhere", columns=columns)
    st.stop()
if rows.empty:
    listing.empty(desk, "ledgers.empty" if desk.may(key, "create") else "ledgers.empty_read")
    st.stop()
by = [c.key for c in table.columns if c.kind in {"choice", "staff"} and c.key in rows][:3]
rows = listing.filters(desk, table, rows, by, name)
if rows.empty:
    listing.empty(desk, "nothing_found")
    st.stop()
latest = rows.iloc[::-1] if table.group in {"visits", "work", "deposits", "fees"} else rows
shown = listing.paged(desk, latest, name, file=table)
columns = [
    c.key
    for c in table.columns
    if c.key != "html" and (c.key != "id" or table.numbered) and c.key in shown and listing.filled(shown[c.key])
]
listing.choose(desk, table, shown, columns, name, height=600 if len(shown) > 14 else "auto")
drawer.show(name, lambda one: name_of(desk, key, one), lambda one: rowview.row("ledgers", key, one))
