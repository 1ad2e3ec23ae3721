"""A save from the screen: once per token, in one transaction, and nothing drawn while it runs."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from branch import clock
from pages.parts import waiting
from pages.parts.desk import Desk
from pages.parts.guard import require
from sheets.schema import Edit
from texts import Fault, say

TOLD = "saving.told"  # what the next run says in passing


@dataclass(frozen=True)
class Outcome:
    """What became of a save, kept until the next run can show it. `clashes` are the fields two hands changed, `row` the number
    of the first row that was saved."""

    saved: bool
    said: str
    clashes: tuple[Any, ...] = ()
    edits: tuple[Edit, ...] = ()
    row: str = ""


def token(name: str) -> str:
    """The one-time token of a form: the same until its save is done, so that a second click writes nothing."""
    return str(st.session_state.setdefault(f"{name}.token", secrets.token_hex(16)))


def save(name: str, screen: str, edits: Sequence[Edit], said: str) -> Outcome:
    """Write the edits as the person who is signed in now. For callbacks: the outcome is shown by the next run."""
    desk = require(screen)
    try:
        written = desk.branch.write(list(edits), desk.person, "portal", clock.now(), token=token(name))
    except Fault as fault:
        clashes = tuple(getattr(fault, "clashes", ()))
        done = Outcome(False, fault.say(desk.lang), clashes, tuple(edits))
    else:
        st.session_state.pop(f"{name}.token", None)
        said = _numbered(desk, edits, written.ids) or said
        if written.rows and waiting.add(desk, [(edit.table, written.ids.get(edit.id, edit.id)) for edit in edits]):
            said = say("screen.google.still", desk.lang, said=said)
        done = Outcome(True, said, row=written.ids.get(edits[0].id, edits[0].id) if edits else "-")
    st.session_state[f"{name}.outcome"] = done
    return done


def _numbered(desk: Desk, edits: Sequence[Edit], given: Mapping[str, str]) -> str:
    """Which number the new row of a form was given, "" where it was typed, or is none that people see."""
    first = edits[0] if edits else None
    if first is None or first.id not in given or not desk.tables[first.table].numbered:
        return ""
    return say("screen.saved_as", desk.lang, number=given[first.id])


def outcome(name: str) -> Outcome | None:
    """The outcome of the last save under this name; a good one is told once."""
    found = st.session_state.get(f"{name}.outcome")
    if not isinstance(found, Outcome):
        return None
    if found.saved:
        del st.session_state[f"{name}.outcome"]
    return found


def show_outcome(name: str) -> None:
    """Shows the outcome: a toast for what was saved, a sentence for what was not."""
    found = outcome(name)
    with st.container():  # there with or without a sentence, so that no field below it moves while somebody types
        if found is not None and found.saved:
            st.toast(found.said)
        elif found is not None and not found.clashes:
            st.error(found.said)


def forget(name: str) -> None:
    """Drop everything kept under a name: widgets, token, outcome."""
    for key in [key for key in st.session_state if isinstance(key, str) and key.startswith(f"{name}.")]:
        del st.session_state[key]
