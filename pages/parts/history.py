"""What happened to a row, newest first: who, when, which field, from what to what."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.parts import listing
from pages.parts.desk import Desk
from pages.parts.names import names
from pages.parts.shown import show_recorded
from sheets.schema import Table


def history(desk: Desk, table: Table, row: str) -> None:
    changes = desk.changes(table.key, row)
    if changes.empty:
        listing.empty(desk, "row.no_history")
        return
    people = names(desk, "staff") | {"system": desk.plainly("system")}
    labels = {c.key: c.label(desk.lang) for c in table.columns}
    labels["*"] = desk.plainly("row.whole")
    newest = changes.sort_values("seq", ascending=False)
    drawn = pd.DataFrame(
        {
            "at": newest["at"],
            "who": newest["actor"].astype(object).map(lambda one: people.get(one, one)).astype("str"),
            "source": newest["source"].astype(object).map(lambda one: desk.plainly(f"source.{one}")).astype("str"),
            "field": newest["column"].astype(object).map(lambda one: labels.get(one, one)).astype("str"),
            **{
                side: [show_recorded(desk, table.key, *one) for one in zip(newest["column"], newest[side], strict=True)]
                for side in ("old", "new")
            },
        }
    )
    kinds = st.column_config
    st.dataframe(
        drawn,
        hide_index=True,
        placeholder="",
        column_config={
            "at": kinds.DatetimeColumn(desk.plainly("row.at"), format="YYYY-MM-DD HH:mm"),
            **{key: kinds.TextColumn(desk.plainly(f"row.{key}")) for key in ("who", "source", "field", "old", "new")},
        },
    )
