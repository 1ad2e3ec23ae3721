"""How many ratings and lines are to be handed up in each week, by whom; a click on a number lists them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from branch import runway
from pages.parts import address, listing
from pages.parts.address import Place
from pages.parts.desk import Desk
from pages.parts.dues import duelist
from pages.parts.names import name as name_of
from pages.parts.words import literal

MAY = ("team_leader", "leader", "credit_officer", "president")
NAME, LATE = "packages", "overdue"
EVERYBODY, NOBODY = "*", "-"
PLACES = {"packages": Place(f"{NAME}.shown", False), "cell": Place(f"{NAME}.cell")}


def packages(desk: Desk, screen: str) -> None:
    """Folded until it is asked for; only for those who lead or who are handed the packages."""
    if desk.person.role not in MAY:
        return
    address.follow(NAME, PLACES)
    st.session_state.setdefault(f"{NAME}.shown", False)
    shown = st.toggle(desk.words("packages.show"), key=f"{NAME}.shown")
    if shown:
        st.header(desk.words("packages.title"))
        _matrix(desk, screen)
    else:
        st.session_state.pop(f"{NAME}.cell", None)
    address.write(NAME, PLACES)


def _matrix(desk: Desk, screen: str) -> None:
    found = runway.packages(desk.look, desk.person)
    if found.empty:
        listing.empty(desk, "packages.none", weeks=runway.WEEKS)
        return
    found = found.assign(bucket=found["week"].dt.strftime("%Y-%m-%d").fillna(LATE), person=found["person"].replace("", NOBODY))
    people = [*sorted(set(found["person"]), key=lambda one: (one == NOBODY, name_of(desk, "staff", one))), EVERYBODY]
    weeks = sorted(set(found["bucket"]), key=lambda one: "" if one == LATE else one)
    counts = {(week, one): len(_of(found, week, one)) for week in weeks for one in people}
    drawn = pd.DataFrame([{"week": _week(desk, week), **{one: counts[week, one] or None for one in people}} for week in weeks])
    config: dict[str, Any] = {one: st.column_config.NumberColumn(literal(_who(desk, one)), format="%d") for one in people}
    config["week"] = st.column_config.TextColumn(desk.words("packages.week"), pinned=True)
    st.caption(desk.words("packages.hint", weeks=runway.WEEKS))
    key = listing.pick_rows(NAME, tuple(f"{week}~{','.join(people)}" for week in weeks))
    st.dataframe(
        drawn, hide_index=True, column_config=config, key=key, placeholder="", height="content", selection_mode="single-cell",
        on_select=lambda: _pick(key), alt=desk.plainly("packages.title"),
    )  # fmt: skip
    week, _, one = str(st.session_state.get(f"{NAME}.cell", "")).partition("~")
    if not week:
        return
    rows = _of(found, week, one)
    st.markdown(f"**{desk.words('packages.chosen', week=_week(desk, week), name=_who(desk, one), count=len(rows))}**")
    rows = rows.assign(person=rows["person"].replace(NOBODY, "")).drop_duplicates("key")
    duelist(desk, screen, rows, name="packages", empty="packages.gone", who=True)


def _of(found: pd.DataFrame, week: str, one: str) -> pd.DataFrame:
    mine = found[found["bucket"] == week]
    return mine.drop_duplicates("key") if one == EVERYBODY else mine[mine["person"] == one]


def _week(desk: Desk, week: str) -> str:
    return desk.plainly("packages.overdue") if week == LATE else week


def _who(desk: Desk, one: str) -> str:
    if one in (EVERYBODY, NOBODY):
        return desk.plainly("packages.all" if one == EVERYBODY else "packages.nobody")
    return name_of(desk, "staff", one)


def _pick(key: str) -> None:
    """The cell that was clicked, by the weeks and people of the matrix as it was drawn."""
    cells = st.session_state[key]["selection"]["cells"]
    rows = st.session_state.get(f"{NAME}.ids", {}).get(key, ())
    if cells and cells[0][0] < len(rows):
        week = rows[cells[0][0]].partition("~")[0]
        st.session_state[f"{NAME}.cell"] = f"{week}~{EVERYBODY if cells[0][1] == 'week' else cells[0][1]}"
