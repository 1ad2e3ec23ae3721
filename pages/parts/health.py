"""How the jobs fare: when each last ran and what came of it, what waits to be sent; and the backups."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from branch import clock, maintenance
from pages.parts import listing, startup
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.words import literal
from texts import Fault

# What the jobs leave → the word for it. The value says what went wrong, or for a daily job the day it was done.
MARKS = {
    "jobs": "jobs",
    "scan": "scan",
    "done:digest": "digest",
    "job:post": "post",
    "mail:paused": "mail",
    "mail:backlog": "backlog",
    "done:backup": "backup",
    "job:verify": "verify",
}


def _result(desk: Desk, name: str, value: str) -> str:
    if not value or name == "jobs":
        return desk.plainly("setup.fine")
    return desk.plainly("setup.resting") if name == "mail:paused" else value


def draw(desk: Desk) -> None:
    startup.draw(desk)
    marks = desk.branch.store.private.marks()
    # Only what the jobs leave: beside it lie the drafts of people, which are theirs alone.
    rows = [
        {"job": desk.plainly(f"setup.mark.{word}"), "at": marks[name][1], "result": _result(desk, name, marks[name][0])}
        for name, word in MARKS.items()
        if name in marks
    ]
    mails = desk.rows("outbox")
    counts = mails["state"].astype("str").value_counts()
    with st.grid(4, min_column_width=130):
        for choice in desk.tables["outbox"]["state"].choices:
            st.metric(choice.label(desk.lang), int(counts.get(choice.code, 0)), border=True, height="stretch")
    if not rows:
        listing.empty(desk, "setup.no_marks")
        return
    kinds = st.column_config
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        placeholder="",
        column_config={
            "job": kinds.TextColumn(desk.plainly("setup.job")),
            "at": kinds.DatetimeColumn(desk.plainly("setup.at"), format="YYYY-MM-DD HH:mm"),
            "result": kinds.TextColumn(desk.plainly("setup.result"), width="large"),
        },
    )


def backups(desk: Desk) -> None:
    st.markdown(desk.words("setup.backup_hint", folder=str(desk.branch.settings.home / "backups")))
    st.button(desk.words("setup.backup_now"), key="setup.backup", type="primary", on_click=_backup)
    if said := st.session_state.pop("setup.backed_up", ""):
        st.info(literal(said))
    made = maintenance.backups(desk.branch)
    if not made:
        listing.empty(desk, "setup.no_backups")
        return
    kinds = st.column_config
    st.dataframe(
        pd.DataFrame([{"file": one.name, "at": one.at, "size": one.size / 1_048_576} for one in made]),
        hide_index=True,
        column_config={
            "file": kinds.TextColumn(desk.plainly("setup.file")),
            "at": kinds.DatetimeColumn(desk.plainly("setup.at"), format="YYYY-MM-DD HH:mm"),
            "size": kinds.NumberColumn(desk.plainly("setup.size"), format="%.1f"),
        },
    )


def _backup() -> None:
    desk = require("settings")
    try:
        made = maintenance.back_up(desk.branch, desk.person, clock.now())
        st.session_state["setup.backed_up"] = desk.plainly("setup.backup_made", file=made.name)
    except Fault as fault:
        st.session_state["setup.backed_up"] = fault.say(desk.lang)
