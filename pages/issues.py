"""数据问题: every cell that cannot be read or contradicts another, where it stands, why, and how to mend it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.parts import disagree, listing
from pages.parts.guard import require
from pages.parts.names import name as name_of
from pages.parts.shown import show_recorded
from pages.parts.words import link

WIDTHS = {"why": 480, "raw": 170, "row": 160}

desk = require("issues")
st.title(desk.words("page.issues"))
st.markdown(desk.words("issues.hint"))
disagree.draw(desk, "issues")
found = desk.issues()
if not found:
    listing.empty(desk, "issues.none")
    st.stop()
tables = list(dict.fromkeys(issue.table for issue in found))
table = st.selectbox(
    desk.words("issues.ledger"),
    tables,
    index=None,
    key="issues.table",
    placeholder=desk.plainly("all"),
    format_func=lambda one: desk.tables[one].label(desk.lang) if one in desk.tables else one,
)
chosen = [issue for issue in found if table is None or issue.table == table]
bad = [issue for issue in chosen if not issue.warning]
st.caption(desk.words("issues.count", bad=len(bad), warned=len(chosen) - len(bad)))
chosen = [chosen[n] for n in listing.paged(desk, pd.DataFrame(index=range(len(chosen))), "issues").index]


def column(issue: object) -> str:
    ledger = desk.tables.get(issue.table)  # type: ignore[attr-defined]
    known = ledger.column(issue.column) if ledger else None  # type: ignore[attr-defined]
    return known.label(desk.lang) if known else issue.column  # type: ignore[attr-defined]


drawn = pd.DataFrame(
    {
        "kind": [desk.plainly("issues.warned" if i.warning else "issues.bad") for i in chosen],
        "ledger": [desk.tables[i.table].label(desk.lang) if i.table in desk.tables else i.table for i in chosen],
        "row": [name_of(desk, i.table, i.row) if i.table in desk.tables else i.row for i in chosen],
        "column": [column(i) for i in chosen],
        "raw": [show_recorded(desk, i.table, i.column, i.raw) for i in chosen],
        "why": [desk.sentence(i) for i in chosen],
    },
    dtype="str",
)
if any("!" in i.cell for i in chosen):  # it lies in a spreadsheet, where a person would look for it
    drawn.insert(4, "cell", [i.cell if "!" in i.cell else "" for i in chosen])
event = st.dataframe(
    drawn,
    hide_index=True,
    placeholder="",
    key="issues.rows",
    on_select="rerun",
    selection_mode="single-cell",
    height=560 if len(drawn) > 14 else "auto",
    column_config={key: st.column_config.TextColumn(desk.plainly(f"issues.{key}"), width=WIDTHS.get(key)) for key in drawn.columns},
)
cells = event["selection"]["cells"]
if cells and cells[0][0] < len(chosen):
    issue = chosen[cells[0][0]]
    with st.container(border=True):
        st.text(desk.sentence(issue))
        if issue.table == "customers" and issue.row:
            st.page_link("customer.py", label=link(desk.words("issues.open")), query_params={"id": issue.row})
        elif issue.table in desk.tables and issue.row:
            st.page_link("ledgers.py", label=link(desk.words("issues.open")), query_params={"table": issue.table, "row": issue.row})
