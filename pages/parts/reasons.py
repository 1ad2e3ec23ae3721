"""The reason for which something is taken out, where the branch asks for one: a draft until the file was made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from branch import exports
from pages.parts import drafts
from pages.parts.desk import Desk


@dataclass(frozen=True)
class Reason:
    """What was typed, whether it will do, and what to call once the file was made: that is outside of a run, where no window is
    known."""

    text: str
    enough: bool
    done: Callable[[], None]


def ask(desk: Desk, name: str) -> Reason:
    if not exports.needs_reason(desk.branch, desk.person):
        return Reason("", enough=True, done=lambda: None)
    drafts.load_fields(desk, name, ("why",))
    typed = st.text_input(desk.words("export.reason"), key=f"{name}.why", autocomplete="off").strip()
    used: list[str] = st.session_state.setdefault(f"{name}.used", [])  # that of a file which was made, while it stands there still
    _keep(desk, name)

    def done() -> None:
        used.append(typed)
        drafts.drop_outside(desk, f"{name}.fields")

    return Reason(typed, len(typed) >= exports.SHORTEST, done)


def _keep(desk: Desk, name: str) -> None:
    """What was typed, unless a file was made for that very reason."""
    typed, used = str(st.session_state[f"{name}.why"]).strip(), st.session_state[f"{name}.used"]
    if typed not in used:
        used.clear()
    drafts.keep(desk, f"{name}.fields", {"why": typed} if typed and not used else {}, {})
    drafts.drawn(f"{name}.fields", [f"{name}.why", f"{name}.used"], _keep, name)
