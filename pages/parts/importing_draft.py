"""The file that is being imported, as it is kept beside the branch, and what it was last seen to hold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from branch import clock, importing, incoming
from branch.incoming import Incoming
from branch.verdicts import Looked
from pages.parts.desk import Desk
from pages.parts.guard import require
from sheets.files.book import Workbook
from sheets.files.mending import Laid
from texts import Fault

STEPS = ("file", "preview", "mend", "take")


def lane(desk: Desk) -> Path:
    """Under which name the import of this person runs beside the page."""
    return incoming.place(desk.branch, desk.person.staff)


def current(desk: Desk) -> Incoming | None:
    """What was brought, if this person may still bring it there."""
    found = incoming.found(desk.branch, desk.person.staff, desk.now)
    return found if found is not None and found.table in importing.ledgers(desk.branch, desk.person, desk.now) else None


def steps(desk: Desk, step: str, *, ready: bool) -> None:
    """The four steps; those that were reached can be gone back to."""
    st.session_state["importing.step"] = step
    st.segmented_control(
        desk.words("importing.steps"),
        STEPS,
        key="importing.step",
        format_func=lambda one: f"{STEPS.index(one) + 1} {desk.plainly(f'importing.step.{one}')}",
        required=True,
        wrap=True,
        disabled=not ready,
        label_visibility="collapsed",
        on_change=_turned,
    )


def _turned() -> None:
    wanted = str(st.session_state.get("importing.step"))
    change(lambda _, brought: to(brought, wanted))


def to(brought: Incoming, step: str) -> Incoming:
    return Incoming(brought.number, brought.name, brought.table, brought.sheet, step, brought.blanks, brought.decided)


def change(make: Callable[[Desk, Incoming], Incoming]) -> None:
    """For callbacks: the file with something decided otherwise."""
    desk = require("importing")
    brought = current(desk)
    if brought is None:
        return
    try:
        incoming.keep(desk.branch, desk.person.staff, make(desk, brought), clock.now())
    except Fault as fault:
        st.session_state["importing.said"] = fault.say(desk.lang)


def book(desk: Desk, brought: Incoming) -> Workbook:
    """The file opened; kept while this very file is looked at."""
    return _once("importing.book", (brought.number,), lambda: importing.opened(desk.branch, desk.person, brought))


def lay(desk: Desk, brought: Incoming) -> Laid:
    asked = (brought.number, brought.sheet, brought.decided.header, id(desk.tables))
    return _once("importing.laid", asked, lambda: importing.laid(desk.branch, brought, book(desk, brought)))


def looked(desk: Desk, brought: Incoming) -> Looked:
    """What would come of it: computed again when something was decided otherwise, or somebody has saved meanwhile."""
    asked = (brought.number, brought.sheet, brought.blanks, repr(brought.decided), desk.book.version, desk.person, desk.lang, desk.today)
    with st.spinner(desk.words("importing.looking")):
        found = lay(desk, brought)
        return _once("importing.looked", asked, lambda: importing.look_over(desk.branch, brought, found, desk.person, desk.now, desk.lang))


def _once(key: str, asked: tuple[Any, ...], make: Callable[[], Any]) -> Any:
    kept = st.session_state.get(key)
    if kept is None or kept[0] != asked:
        kept = st.session_state[key] = (asked, make())
    return kept[1]


def forget() -> None:
    for key in ("importing.book", "importing.laid", "importing.looked"):
        st.session_state.pop(key, None)
