"""The state of what was saved in this window, until the Google sheet has it: to be checked, checked, or waiting for Google."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from branch import clock
from branch.look import Remembered
from pages.parts.desk import Desk
from pages.parts.house import branch
from pages.parts.words import words
from sheets.sync.state import HELD
from texts import Lang

WAITS, SHOWN = "google.waits", "google.shown_since"
PATIENCE = 5.0  # seconds after which it is said that Google is waited for
TOLD = 4.0  # seconds for which a good end stays to be read
EVERY = 1.5  # seconds between two looks
LOOKS = {"waiting": "gray", "away": "orange", "held": "orange", "proven": "green"}


@dataclass(frozen=True)
class Saved:
    """A save of this window: its rows, and the last line on record when it was made. `since` in ticks."""

    rows: frozenset[tuple[str, str]]
    line: int
    since: float


def add(desk: Desk, rows: Sequence[tuple[str, str]]) -> bool:
    """After a save: whether there is a sheet that it must reach."""
    if not desk.branch.settings.google.spreadsheet:
        return False
    last = desk.branch.store.history(limit=1)
    line = int(last["seq"].iloc[0]) if len(last) else 0
    st.session_state[WAITS] = (*st.session_state.get(WAITS, ()), Saved(frozenset(rows), line, clock.ticks()))
    st.session_state.pop(SHOWN, None)
    return True


def draw(desk: Desk) -> None:
    """A small mark over the page, and only while something of this window waits."""
    if not st.session_state.get(WAITS):
        return
    if not desk.branch.settings.google.spreadsheet:
        del st.session_state[WAITS]
        return
    with st.container(key="google_state", width="content"):
        _mark(desk.lang)


@st.fragment(run_every=EVERY)
def _mark(lang: Lang) -> None:
    """Asks the store, never Google, and nothing about who is there: it says nothing of any row."""
    sheet, saves, now = branch().remembered(), st.session_state.get(WAITS, ()), clock.ticks()
    states = {one: state(one, sheet, now) for one in saves}
    kept = tuple(one for one in saves if states[one] in ("waiting", "away"))
    found = _worst(list(states.values()))
    if not kept:
        since = st.session_state.setdefault(SHOWN, now)
        if not saves or now - since > TOLD:
            st.session_state.pop(WAITS, None)
            st.session_state.pop(SHOWN, None)
            st.rerun()
    st.badge(words(f"google.state_{found}", lang), color=LOOKS[found])  # type: ignore[arg-type]


def state(one: Saved, sheet: Remembered | None, now: float) -> str:
    """proven, held (somebody typed something else there), waiting, or away."""
    if sheet is None:
        return "proven"
    rows = {table_row for table_row in one.rows if table_row[0] in sheet.tabs}
    mine = [intent for intent in sheet.intents.values() if (intent.table, intent.id) in rows]
    looked = int(sheet.meta.get("seq", "0")) >= one.line
    if looked and all(intent.state == HELD for intent in mine):
        return "held" if mine else "proven"
    return "away" if now - one.since > PATIENCE else "waiting"


def _worst(states: Sequence[str]) -> str:
    return next((one for one in ("away", "waiting", "held") if one in states), "proven")
