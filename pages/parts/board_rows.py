"""The records behind a number, each to be opened: customers on their page, opportunities on theirs, the rest in its ledger."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from branch import exports
from branch.board.view import Board
from pages.parts import board_taken, listing, shown
from pages.parts.desk import Desk
from pages.parts.names import is_blank
from sheets.among import among
from sheets.schema import Table


def draw(
    desk: Desk, board: Board, ledger: str, ids: Collection[str], name: str, columns: Sequence[str] = (), extra: pd.DataFrame | None = None
) -> None:
    """The records of these numbers, in their order, as they stood on the day that is looked at. `columns`: what of them is shown,
    else what must be filled in and its days; `extra`: columns beside them, by number. What is opened is the record of today."""
    if chosen := listing.picked(name, name):
        _open(ledger, chosen)
    then = desk if board.look is desk.look else replace(desk, look=board.look)
    table, order = then.tables[ledger], {one: place for place, one in enumerate(ids)}
    rows = then.rows(ledger)
    rows = rows[among(rows["id"], list(order))]
    rows = rows.iloc[rows["id"].astype("str").map(order).argsort(kind="stable").to_numpy()].reset_index(drop=True)
    if rows.empty:
        listing.empty(desk, "board.none")
        return
    if ledger == "customers" and "short_name" in rows:  # what a row is known by is never blank
        rows = rows.assign(short_name=rows["short_name"].where(~rows["short_name"].map(is_blank), rows["name"]))
    wanted = columns or [one.key for one in table.columns if (one.required or one.kind == "date") and one.key != "id"]
    filled = [one for one in wanted if one in rows and listing.filled(rows[one])]
    if exports.exports(desk.person, ledger):
        board_taken.keep(table.label(desk.lang), lambda: _taken(then, table, rows, filled, extra))
    page = listing.paged(desk, rows, name, file=table if board.look is desk.look else None, hint="board.open_hint")
    beside = _beside(page, extra)
    listing.choose(then, table, page, filled, name, extra=beside, word=name, height=520 if len(page) > 12 else "auto")


def _beside(rows: pd.DataFrame, extra: pd.DataFrame | None) -> dict[str, pd.Series]:
    numbers = rows["id"].astype("str")
    return {} if extra is None else {str(head): numbers.map(extra[head]) for head in extra.columns}


def _taken(then: Desk, table: Table, rows: pd.DataFrame, columns: Sequence[str], extra: pd.DataFrame | None) -> pd.DataFrame:
    """The whole list as it goes into a file: what is masked there is left out."""
    open_ = [one for one in columns if not table[one].sensitive]
    cells = shown.frame(then, table, rows, open_).rename(columns={one: shown.heading(then, table[one]) for one in open_})
    number = table["id"].label(then.lang)
    return pd.DataFrame({number: rows["id"].astype("str")} | dict(cells.items()) | _beside(rows, extra))


def _open(ledger: str, row: str) -> None:
    if ledger == "customers":
        st.switch_page("customer.py", query_params={"id": row})
    if ledger == "opportunities":
        st.switch_page("opportunities.py", query_params={"part": "all", "row": row})
    st.switch_page("ledgers.py", query_params={"table": ledger, "row": row})
