"""Who changed what: the newest lines of the record, and the check of its chain."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from branch import audit
from pages.parts import listing, shown
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.names import is_blank, names
from pages.parts.names import name as name_of
from pages.parts.screens import SCREENS
from pages.parts.words import literal
from texts import say, words

ACCESS = "*access"  # sign-ins, denials, exports and the like, on the same record
OF_MACHINES = ("claimed_by", "claimed_at")  # of a mail: which process took it up; says nothing to people
COLUMNS = ("at", "who", "source", "table", "row", "field", "old", "new")


def draw(desk: Desk) -> None:
    st.button(desk.words("setup.verify"), key="setup.verify", on_click=_verify)
    if said := st.session_state.pop("setup.verified", ""):
        st.info(literal(said))
    lines = audit.audit(desk.branch.store, desk.book, desk.person)
    lines = lines[~((lines["table"] == "outbox") & lines["column"].isin(OF_MACHINES))]
    if lines.empty:
        listing.empty(desk, "row.no_history")
        return
    people = names(desk, "staff") | {"system": desk.plainly("system")}
    places = list(zip(lines["table"], lines["row"], lines["column"], strict=True))
    drawn = pd.DataFrame(
        {
            "at": lines["at"],
            "who": lines["actor"].astype(object).map(lambda one: people.get(one, one)).astype("str"),
            "source": [desk.plainly(f"source.{one}") for one in lines["source"]],
            "table": [_ledger(desk, one) for one in lines["table"]],
            "row": [name_of(desk, table, row) if table in desk.tables else row for table, row, _ in places],
            "field": [_field(desk, table, column) for table, _, column in places],
            **{
                side: [_said(desk, table, column, text) for (table, _, column), text in zip(places, lines[side], strict=True)]
                for side in ("old", "new")
            },
        }
    )
    kinds = st.column_config
    st.dataframe(
        drawn,
        hide_index=True,
        placeholder="",
        height=600,
        column_config={
            "at": kinds.DatetimeColumn(desk.plainly("row.at"), format="YYYY-MM-DD HH:mm:ss"),
            **{key: kinds.TextColumn(desk.plainly(f"row.{key}")) for key in COLUMNS[1:]},
        },
    )


def _ledger(desk: Desk, table: str) -> str:
    return desk.plainly("row.access") if table == ACCESS else desk.tables[table].label(desk.lang) if table in desk.tables else table


def _field(desk: Desk, table: str, column: str) -> str:
    """The column by its name; of what is no change of a row, what happened."""
    if table == ACCESS:
        code = f"screen.event.{column}"
        return say(code, desk.lang) if code in words(desk.lang) else column
    known = desk.tables[table].column(column) if table in desk.tables else None
    return desk.plainly("row.whole") if column == "*" else known.label(desk.lang) if known else column


def _said(desk: Desk, table: str, column: str, text: object) -> str:
    """A value in words; of a denial the page or the ledger that was asked for."""
    if table != ACCESS:
        return shown.show_recorded(desk, table, column, text)
    asked = "" if is_blank(text) else str(text)
    screen = asked.removeprefix("screen=")
    if screen in SCREENS and screen != asked:
        return desk.plainly(f"page.{screen}")
    return desk.tables[asked].label(desk.lang) if asked in desk.tables else asked


def _verify() -> None:
    desk = require("settings")
    damage = desk.branch.store.verify()
    st.session_state["setup.verified"] = (
        desk.plainly("setup.broken", count=len(damage), first=damage[0].say(desk.lang)) if damage else desk.plainly("setup.sound")
    )
