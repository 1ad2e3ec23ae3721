"""One row of any ledger: read, edited, taken out, and all that ever happened to it."""

from __future__ import annotations

import streamlit as st

from branch import access
from pages.parts import letterfile, listing, saving, shown
from pages.parts.desk import Desk
from pages.parts.facts import figures
from pages.parts.form import fill, whole
from pages.parts.guard import require
from pages.parts.history import history
from pages.parts.screens import written_elsewhere
from pages.parts.words import literal
from sheets import late
from sheets.schema import Column, Edit, Table
from texts import Fault, say


def row(screen: str, ledger: str, key: str) -> None:
    """The whole row, with what this person may do to it. Asks anew who they are: a drawer is drawn again without its page."""
    desk = require(screen)
    table, found = desk.tables[ledger], desk.sought(ledger, key)
    if found is None:
        listing.empty(desk, "not_found")
        return
    name = f"row.{table.key}.{key}"
    editable = desk.may(table.key, "write") and not written_elsewhere(table.key)
    tabs = st.tabs([desk.words("row.read"), *([desk.words("row.edit")] if editable else []), desk.words("row.history")])
    with tabs[0]:
        if table.key == "letters":
            letterfile.again(desk, key)
        facts(desk, table, found)
    if editable:
        with tabs[1]:
            if fill(desk, whole(desk, name, screen, table.key, key)):
                st.rerun()
            if _deletable(desk, table.key, key):
                with st.popover(desk.words("row.delete")):
                    st.markdown(desk.words("row.delete_hint"))
                    saving.show_outcome(f"{name}.delete")
                    st.button(
                        desk.words("row.delete_sure"),
                        key=f"{name}.delete.sure",
                        type="primary",
                        on_click=_delete,
                        args=(name, screen, table.key, key),
                    )
    with tabs[-1]:
        history(desk, table, key)


def _said(desk: Desk, table: Table, column: Column, value: object) -> str:
    return shown.entered(desk, table, value) if column.key == late.COLUMN.key else shown.cell(desk, column, value)


def facts(desk: Desk, table: Table, found: dict[str, object], keys: tuple[str, ...] = ()) -> None:
    """The filled columns of a row, label over value, three abreast where there is room."""
    filled = [
        c for c in table.columns if c.key in found and (not keys or c.key in keys) and c.key != "html" and (c.key != "id" or table.numbered)
    ]
    pairs = [(shown.heading(desk, c), _said(desk, table, c, found[c.key])) for c in filled]
    with st.grid(3, min_column_width=240, gap="small"):
        for label, text in [pair for pair in pairs if pair[1]]:
            with st.container(gap=None):
                st.caption(literal(label))
                st.text(text)
    if not keys:
        figures_of(desk, table, str(found.get("id") or ""))
    blank = [label for label, text in pairs if not text]
    if blank:
        st.caption(desk.words("row.blank", fields=desk.plainly("comma").join(blank)))


def figures_of(desk: Desk, table: Table, key: str) -> None:
    """What is worked out about a row stands beside what was typed into it, each with its meaning."""
    if known := figures(desk, table.key, key):
        with st.grid(3, min_column_width=240, gap="small"):
            for one in known.values():
                st.caption(literal(f"{one.label} {one.value}"), help=literal(one.means), width="content")


def _deletable(desk: Desk, table: str, key: str) -> bool:
    """Whether this person may take this row out: some ledgers are kept, some rows are a colleague's."""
    try:
        access.check_edit(desk.book, Edit(table, key, {}, None), desk.person)
    except Fault:
        return False
    return True


def _delete(name: str, screen: str, table: str, key: str) -> None:
    desk = require(screen)
    saving.save(f"{name}.delete", screen, [Edit(table, key, desk.row(table, key), None)], say("screen.row.deleted", desk.lang))
