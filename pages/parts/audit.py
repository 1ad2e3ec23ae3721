"""Who changed what: the newest lines of the record, and the check of its chain."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from branch import access
from pages.parts import listing
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.names import names
from pages.parts.words import literal

COLUMNS = ("at", "who", "source", "table", "row", "field", "old", "new")


def draw(desk: Desk) -> None:
    st.button(desk.words("setup.verify"), key="setup.verify", on_click=_verify)
    if said := st.session_state.pop("setup.verified", ""):
        st.info(literal(said))
    lines = access.audit(desk.branch, desk.person)
    if lines.empty:
        listing.empty(desk, "row.no_history")
        return
    people = names(desk, "staff")
    drawn = pd.DataFrame({
        "at": lines["at"], "who": lines["actor"].astype(object).map(lambda one: people.get(one, one)).astype("str"),
        "source": lines["source"], "table": lines["table"], "row": lines["row"], "field": lines["column"],
        "old": lines["old"], "new": lines["new"],
    })  # fmt: skip
    kinds = st.column_config
    st.dataframe(
        drawn, hide_index=True, placeholder="", height=600, column_config={
            "at": kinds.DatetimeColumn(desk.plainly("row.at"), format="YYYY-MM-DD HH:mm:ss"),
            **{key: kinds.TextColumn(desk.plainly(f"row.{key}")) for key in COLUMNS[1:]},
        },
    )  # fmt: skip


def _verify() -> None:
    desk = require("settings")
    damage = desk.branch.store.verify()
    st.session_state["setup.verified"] = (
        desk.plainly("setup.broken", count=len(damage), first=str(damage[0])) if damage else desk.plainly("setup.sound")
    )
