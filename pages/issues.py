"""数据问题: every cell that cannot be read or contradicts another, where it stands, why, and how to mend it."""

from __future__ import annotations

from hashlib import blake2b

import pandas as pd
import streamlit as st

from pages.parts import address, cards, disagree, drawer, listing
from pages.parts.address import Place
from pages.parts.guard import require
from pages.parts.names import name as name_of
from pages.parts.shown import show_recorded
from pages.parts.words import link
from sheets.schema import Issue

WIDTHS = {"why": 430, "raw": 170, "row": 145}  # pixels: all of them fit beside the side bar

desk = require("issues")
st.title(desk.words("page.issues"))
st.markdown(desk.words("issues.hint"))
disagree.draw(desk, "issues")
found = desk.issues()
if not found:
    listing.empty(desk, "issues.none")
    st.stop()
drawer.follow("issues")
tables = list(dict.fromkeys(issue.table for issue in found))
places = {"table": Place("issues.table")}
address.follow("issues.filters", places)
if st.session_state.get("issues.table") not in tables:
    st.session_state["issues.table"] = None
table = st.selectbox(
    desk.words("issues.ledger"),
    tables,
    index=None,
    key="issues.table",
    placeholder=desk.plainly("all"),
    format_func=lambda one: desk.tables[one].label(desk.lang) if one in desk.tables else one,
)
address.write("issues.filters", places)
chosen = [issue for issue in found if table is None or issue.table == table]
bad = [issue for issue in chosen if not issue.warning]
st.caption(desk.words("issues.count", bad=len(bad), warned=len(chosen) - len(bad)))
chosen = [chosen[n] for n in listing.paged(desk, pd.DataFrame(index=range(len(chosen))), "issues", hint="issues.open_hint").index]


def column(issue: Issue) -> str:
    ledger = desk.tables.get(issue.table)
    known = ledger.column(issue.column) if ledger else None
    return known.label(desk.lang) if known else issue.column


def key(issue: Issue) -> str:
    """An issue has no number: it is known by where it stands and what is wrong there."""
    return blake2b(f"{issue.table}|{issue.row}|{issue.column}|{issue.code}|{issue.cell}|{issue.raw}".encode(), digest_size=8).hexdigest()


def named(issue: Issue) -> str:
    return name_of(desk, issue.table, issue.row) if issue.table in desk.tables else issue.row


drawn = pd.DataFrame(
    {
        "kind": [desk.plainly("issues.warned" if i.warning else "issues.bad") for i in chosen],
        "ledger": [desk.tables[i.table].label(desk.lang) if i.table in desk.tables else i.table for i in chosen],
        "row": [named(i) for i in chosen],
        "column": [column(i) for i in chosen],
        "raw": [show_recorded(desk, i.table, i.column, i.raw) for i in chosen],
        "why": [desk.sentence(i) for i in chosen],
    },
    dtype="str",
)
if any("!" in i.cell for i in chosen):  # it lies in a spreadsheet, where a person would look for it
    drawn.insert(4, "cell", [i.cell if "!" in i.cell else "" for i in chosen])
config = {one: st.column_config.TextColumn(desk.plainly(f"issues.{one}"), width=WIDTHS.get(one)) for one in drawn.columns}
ids = tuple(key(i) for i in chosen)
picking = listing.pick_rows("issues", ids)
with st.container(key="wide_issues"):
    st.dataframe(
        drawn,
        hide_index=True,
        placeholder="",
        key=picking,
        on_select=lambda: listing.pick("issues", picking),
        selection_mode="single-cell",
        row_height=listing.TALL,
        height=560 if len(drawn) > 8 else "auto",
        column_config=config,
        alt=desk.plainly("page.issues"),
    )
first = ["row", "column", "raw", "why", "ledger"]  # on a card the reason is never cut off by what stands before it
cards.draw(desk, drawn[[*first, *drawn.columns.difference(first, sort=False)]], config, ids, "issues", "row")


def opened(one: str) -> None:
    """One issue whole, and the way to the cell."""
    desk = require("issues")  # the drawer is drawn by itself too
    issue = next((i for i in desk.issues() if key(i) == one), None)
    if issue is None:
        listing.empty(desk, "issues.gone")
        return
    st.text(desk.sentence(issue))
    for label, text in (
        ("ledger", desk.tables[issue.table].label(desk.lang) if issue.table in desk.tables else issue.table),
        ("column", column(issue)),
        ("raw", show_recorded(desk, issue.table, issue.column, issue.raw)),
        ("cell", issue.cell if "!" in issue.cell else ""),
    ):
        if text:
            st.caption(desk.words(f"issues.{label}"))
            st.text(text)
    if issue.table == "customers" and issue.row:
        st.page_link("customer.py", label=link(desk.words("issues.open")), query_params={"id": issue.row})
    elif issue.table in desk.tables and issue.row:
        st.page_link("ledgers.py", label=link(desk.words("issues.open")), query_params={"table": issue.table, "row": issue.row})


def title(one: str) -> str:
    return next((" · ".join(filter(None, (named(i), column(i)))) for i in found if key(i) == one), "")


drawer.show("issues", title, opened)
