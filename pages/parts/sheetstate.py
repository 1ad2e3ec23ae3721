"""How the branch and its sheet fare: when they were last looked at together, what waits, what is paused; and the way out."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

import streamlit as st

from branch import clock
from branch.branch import Branch
from branch.look import Remembered
from branch.sync import answers, connecting, reading
from pages.parts import errand
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.words import link, literal
from sheets.google import PER_MINUTE
from sheets.sync.state import HELD
from texts import Fault, say

ADDRESS = "https://docs.google.com/spreadsheets/d/{}/edit"
BEHIND = timedelta(minutes=5)  # after which it is said that nobody looks
MINUTE = timedelta(minutes=1)


def draw(desk: Desk, last: errand.Errand | None) -> None:
    sheet = desk.branch.remembered()
    if sheet is None:
        return
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.page_link(
            ADDRESS.format(desk.branch.settings.google.spreadsheet),
            label=link(desk.words("google.open", title=sheet.meta.get("title", ""))),
            width="content",
        )
        running = last is not None and last.running
        st.button(desk.words("google.pull"), key="google.pull", type="primary", on_click=_pull, disabled=running)
    _outcome(desk, last)
    _fresh(desk, sheet)
    _figures(desk, sheet)
    _gauge(desk, sheet)
    _paused(desk, sheet)
    if count := answers.refused(desk.branch):
        with st.container(border=True):
            st.text(desk.plainly("google.refused", count=count))
            st.button(desk.words("google.again"), key="google.again", on_click=_again)


def _outcome(desk: Desk, last: errand.Errand | None) -> None:
    if last is None or last.running:
        return
    if last.fault is not None:
        st.error(literal(last.fault.say(desk.lang)))
    elif last.name == "connect" and isinstance(last.result, dict):
        st.success(desk.words("google.connected_now", tabs=len(last.result["tabs"]), rows=f"{last.result['rows']:,}"))
    elif last.name == "pull" and isinstance(last.result, dict):
        st.success(desk.words("google.pulled_done", **last.result))


def _fresh(desk: Desk, sheet: Remembered) -> None:
    pulled = sheet.meta.get("pulled", "")
    at = datetime.fromisoformat(pulled) if pulled else None
    told = desk.words("google.pulled", when=f"{at:%Y-%m-%d %H:%M:%S}") if at is not None else desk.words("google.pulled_never")
    masked = [_masked(desk, pair) for pair in sheet.meta.get("masked", "").split(",") if pair]
    named = desk.words("google.masked_note", names=desk.plainly("comma").join(masked)) if masked else desk.words("google.masked_none")
    often = desk.words("google.every_all" if reading.is_small(sheet.tabs.values()) else "google.every_hot")
    st.caption(f"{told} · {often} · {named}")
    if fault := sheet.meta.get("fault", ""):
        st.warning(desk.words("google.fault", said=fault))
    elif at is not None and desk.now - at > BEHIND:
        st.warning(desk.words("google.behind", minutes=int((desk.now - at) / MINUTE)))


def _masked(desk: Desk, pair: str) -> str:
    table, _, key = pair.partition(".")
    column = desk.tables[table].column(key) if table in desk.tables else None
    return f"{desk.tables[table].label(desk.lang)} {column.label(desk.lang)}" if column is not None else pair


def _figures(desk: Desk, sheet: Remembered) -> None:
    waiting = {(one.table, one.id) for one in sheet.intents.values() if one.state != HELD}
    figures = {
        "rows": sum(max(tab.rows - 1 - tab.header, 0) for tab in sheet.tabs.values()),
        "waits": len(waiting),
        "conflicts": answers.count(desk.branch),
        "notes": len(sheet.notes),
    }
    with st.grid(4, min_column_width=130):
        for key, figure in figures.items():
            st.metric(desk.words(f"google.{key}"), f"{figure:,}", border=True, height="stretch")


def _gauge(desk: Desk, sheet: Remembered) -> None:
    """How much of Google's minute the jobs have used, where they said so within it."""
    pulled = sheet.meta.get("pulled", "")
    if not pulled or desk.now - datetime.fromisoformat(pulled) > MINUTE:
        return
    known = {kind: int(sheet.meta[f"{kind}s"]) for kind in ("read", "write") if sheet.meta.get(f"{kind}s", "").isdecimal()}
    for place, (kind, used) in zip(st.columns(2), known.items(), strict=False):
        told = desk.words("google.gauge", used=used, all=PER_MINUTE, kind=desk.plainly(f"google.{kind}"))
        place.progress(min(used / PER_MINUTE, 1.0), text=told)


def _paused(desk: Desk, sheet: Remembered) -> None:
    paused = [tab for tab in sheet.tabs.values() if tab.paused]
    if not paused:
        return
    st.header(desk.words("google.paused"))
    notes = {(note.table, note.code): note for note in sheet.notes}
    for tab in paused:
        note = notes.get((tab.table, tab.paused))
        said: dict[str, Any] = {"tab": tab.title, "count": "", **(note.values if note is not None else {})}
        with st.container(border=True):
            st.text(say(tab.paused, desk.lang, **said))
            if tab.paused == "google.brake_rows":
                label = desk.words("google.allow", count=said["count"])
                st.button(label, key=f"google.allow.{tab.table}", on_click=_allow, args=(tab.table,))


def leave(desk: Desk) -> None:
    """The way back to the ledgers held here alone."""
    sheet = desk.branch.remembered()
    if sheet is None:
        return
    st.space("small")
    with st.popover(desk.words("google.disconnect"), width="content"):
        count = len({(one.table, one.id) for one in sheet.intents.values()})
        st.markdown(desk.words("google.disconnect_hint", count=count))
        st.button(desk.words("google.disconnect_sure"), key="google.disconnect", type="primary", on_click=_disconnect)


def _pull() -> None:
    desk = require("settings")
    errand.start(desk.branch.settings.home, "pull", lambda: _in_step(desk.branch))


def _in_step(branch: Branch) -> dict[str, int]:
    """Give, take, give: what was taken may have followers."""
    with connecting.at_work(branch, f"screen-{secrets.token_hex(4)}") as worker:
        worker.flush()
        worker.pull()
        counts = worker.flush()
        asked = worker.sheet.requests
        return {"pulled": counts.pulled, "pushed": counts.pushed, "read": asked["read"], "write": asked["write"]}


def _again() -> None:
    _told(lambda desk: answers.again(desk.branch, clock.now()), "decided")


def _allow(table: str) -> None:
    _told(lambda desk: answers.allow(desk.branch, desk.person, table, clock.now()), "allowed")


def _disconnect() -> None:
    def act(desk: Desk) -> None:
        with answers.alone(desk.branch):
            connecting.disconnect(desk.branch)
        errand.forget(desk.branch.settings.home)

    _told(act, "disconnected")


def _told(act: Any, code: str) -> None:
    desk = require("settings")
    try:
        act(desk)
        st.session_state["google.said"] = desk.plainly(f"google.{code}")
    except Fault as fault:
        st.session_state["google.said"] = fault.say(desk.lang)
