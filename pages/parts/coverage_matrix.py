"""访问覆盖: the share covered by person, the pace to the end of the period, and each customer's days left or over."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from branch.board import coverage, written
from branch.board.coverage import MET, SHOWN
from branch.board.owed import Filter
from branch.board.view import ALL
from pages.parts import address, board, board_matrix, coverage_rows, listing
from pages.parts.address import Place
from pages.parts.board_matrix import Across
from pages.parts.coverage_choose import columns, label
from pages.parts.desk import Desk
from pages.parts.words import literal

NAME = "coverage.summary"
NOBODY = "-"  # the row of nobody, where "" would be no row
SHOW = {"show": Place("coverage.show", SHOWN[0])}


def draw(desk: Desk, wish: Filter) -> None:
    found = coverage.windows(desk.look, desk.person, wish)
    if found.empty:
        listing.empty(desk, "coverage.none" if coverage.cadences(desk.look) else "coverage.no_rules")
        return
    cells = coverage.cells(found)
    st.header(desk.words("coverage.summary"))
    chosen = _summary(desk, cells)
    if len(chosen) == len(cells):
        pace(desk, found)
    _customers(desk, cells, chosen)


def _summary(desk: Desk, cells: pd.DataFrame) -> pd.DataFrame:
    """Draws it; the cells behind the number that is chosen, or all of them."""
    known, found = columns(desk), coverage.summary(desk.look, cells)
    down = {one or NOBODY: board.who(desk, one) for one in found.people} | {ALL: desk.plainly("board.all")}
    across = {ALL: Across(desk.plainly("coverage.every"), "%.1f%%", "up")}
    across |= {key: Across(label(desk, known[key]), "%.1f%%", "up") for key in found.keys}
    values = written.percent(found.table)
    person, key = board_matrix.draw(NAME, desk.plainly("as_of.who"), down, across, values, desk.plainly("coverage.summary"))
    if not person:
        st.caption(desk.words("coverage.summary_hint"))
        return cells
    kept = np.ones(len(cells), bool)
    if person != ALL:
        kept &= (cells["by"] == ("" if person == NOBODY else person)).to_numpy()
    if key != ALL:
        kept &= (cells["cadence"] == key).to_numpy()
    rows = cells[kept]
    counts = {"asked": len(rows), "count": rows["customer"].nunique(), "met": int((rows["standing"] == MET).sum())}
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(desk.words("coverage.behind", name=down[person], what=across[key].heading, **counts))
        st.button(desk.words("coverage.close"), key=f"{NAME}.close", type="tertiary", on_click=board_matrix.close, args=(NAME,))
    return rows


def pace(desk: Desk, found: pd.DataFrame) -> None:
    """What is done of what should be done by today, one line a cadence."""
    table, known = coverage.pace(desk.look, found), columns(desk)
    if table.empty:
        return
    labels = [label(desk, known[str(key)]) for key in table.index]
    share = written.percent(table["done"] * written.FULL / table["expected"])
    ends, left = table["until"].notna().to_numpy(), table["workdays"].to_numpy(float)
    daily = np.where(ends & (left > 0), np.ceil(table["lacking"] * 10 / np.maximum(left, 1)) / 10, np.nan)
    drawn = pd.DataFrame(
        {
            "column": labels,
            "share": share,
            "done": table["done"].to_numpy(),
            "expected": table["expected"].round(1).to_numpy(),
            "wanted": table["wanted"].to_numpy(),
            "lacking": table["lacking"].to_numpy(),
            "until": table["until"].dt.strftime("%Y-%m-%d").fillna("—").to_numpy(),
            "workdays": np.where(ends, left, np.nan),
            "daily": daily,
            "customers": table["customers"].to_numpy(),
        }
    )
    kinds, forms = st.column_config, {"share": "%.1f%%", "expected": "%.1f", "daily": "%.1f"}
    config = {key: kinds.NumberColumn(desk.words(f"coverage.pace_{key}"), format=forms.get(key, "%d")) for key in drawn.columns}
    config |= {key: kinds.TextColumn(desk.words(f"coverage.pace_{key}"), pinned=key == "column") for key in ("column", "until")}
    st.header(desk.words("coverage.pace"))
    with st.container(key="wide_coverage_pace"):
        st.dataframe(
            drawn, hide_index=True, column_config=config, key="coverage.pace", placeholder="—", height="content",
            alt=desk.plainly("coverage.pace"),
        )  # fmt: skip
    with st.container(key="narrow_coverage_pace"):
        st.markdown("\n\n".join(f"**{literal(row['column'])}**  \n{_pace_line(desk, row)}" for row in drawn.to_dict("records")))
    st.caption(desk.words("coverage.pace_hint"))


def _pace_line(desk: Desk, row: dict[str, object]) -> str:
    said = {key: row[key] for key in ("done", "wanted", "lacking", "expected")}
    line = desk.words("coverage.pace_line", share=f"{row['share']:.0f}%", **said)
    return line + (
        "" if pd.isna(row["workdays"]) else desk.words("coverage.pace_ends", until=row["until"], workdays=f"{row['workdays']:.0f}")
    )


def _customers(desk: Desk, cells: pd.DataFrame, chosen: pd.DataFrame) -> None:
    """The customers of the chosen cells, as far as they are asked for, with all that is asked of them."""
    if len(chosen) == len(cells):
        st.header(desk.words("coverage.matrix"))
    address.follow("coverage.shown", SHOW)
    every = coverage.customers(chosen)
    parts = {one: coverage.only(every, one) for one in SHOWN}
    if st.session_state.get("coverage.show") not in SHOWN:  # the address may name anything
        st.session_state["coverage.show"] = SHOWN[0]
    st.segmented_control(
        desk.words("coverage.show"), SHOWN, key="coverage.show", required=True, wrap=True, label_visibility="collapsed",
        format_func=lambda one: desk.plainly(f"coverage.show_{one}", count=len(parts[one])),
    )  # fmt: skip
    address.write("coverage.shown", SHOW)
    coverage_rows.draw(desk, cells, parts[str(st.session_state["coverage.show"])])
