"""联合访问: the visits of the running windows that counted for several roles, with all who took part."""

from __future__ import annotations

import streamlit as st

from branch.board import coverage
from branch.board.owed import Filter
from pages.parts import drawer, listing, rowview
from pages.parts.coverage_choose import columns, label
from pages.parts.desk import Desk
from pages.parts.names import name as name_of
from pages.parts.words import literal
from sheets.among import among

NAME = "coverage.joint"
SHOWN = ("visited_on", "customer", "mode", "participants", "minutes")


def draw(desk: Desk, wish: Filter) -> None:
    drawer.follow(NAME, "visit")
    counted = coverage.counted(desk.look, desk.person, coverage.windows(desk.look, desk.person, wish))
    counted = counted[counted["joint"]]
    rows = desk.rows("visits")
    rows = rows[among(rows["id"], counted["visit"])] if "id" in rows else rows.iloc[:0]
    if rows.empty:
        listing.empty(desk, "coverage.joint_none")
        return
    st.header(desk.words("coverage.joint_title", count=len(rows)))
    st.caption(desk.words("coverage.joint_hint"))
    rows = rows.sort_values("visited_on", ascending=False, kind="stable").reset_index(drop=True)
    page, known = listing.paged(desk, rows, NAME, file=desk.tables["visits"]), columns(desk)
    said = {
        visit: "、".join(label(desk, known[one]) for one in together.split(";"))
        for visit, together in zip(counted["visit"], counted["together"], strict=True)
    }
    keys = [one for one in SHOWN if one in page]
    counts = {literal(desk.plainly("coverage.joint_counts")): page["id"].astype("str").map(said)}
    listing.choose(desk, desk.tables["visits"], page, keys, NAME, extra=counts, word="visit", height=560 if len(page) > 14 else "auto")
    drawer.show(NAME, lambda one: name_of(desk, "visits", one), lambda one: rowview.row("coverage", "visits", one), "visit")
