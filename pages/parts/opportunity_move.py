"""An opportunity is put on another stage: from the board, or by a choice in its drawer. What is refused says what is lacking."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from branch import access, clock, opportunities, opportunities_board, opportunities_move, opportunities_pass
from pages.parts import opportunity_pass, saving, waiting
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.saving import Outcome
from pages.parts.words import literal
from texts import Fault, say

NAME = "opportunities"
ACTS = ("on", "end", "answer", "decide", "both", "up", "again", "stage")


def forget(key: str) -> None:
    """Each act of the drawer begins anew from the row as it stands now."""
    saving.forget(f"row.{NAME}.{key}")
    for act in ACTS:
        saving.forget(f"{NAME}.{act}.{key}")


def put(desk: Desk, key: str, seen: str, stage: str) -> Outcome | None:
    """What became of a card that was put on a stage. None where the drawer opens to ask for what the move needs: the reason of an
    end, or of letting a gate through."""
    if stage == opportunities_board.END and access.writable(desk.person, NAME, "stage"):
        _open(key, "end")
        return None
    if opportunities_pass.may(desk.person) and _passable(desk, key) == stage:
        opportunity_pass.wish(key, stage)
        _open(key)
        return None
    name = f"{NAME}.stage.{key}"
    try:
        opportunities_move.move(desk.branch, desk.person, key, seen, stage, clock.now(), token=saving.token(name))
    except Fault as fault:
        return Outcome(False, fault.say(desk.lang))
    forget(key)
    said = say("screen.deals_board.moved", desk.lang, stage=label(desk, stage))
    if waiting.add(desk, [(NAME, key)]):
        said = say("screen.google.still", desk.lang, said=said)
    return Outcome(True, said)


def offer(desk: Desk, row: Mapping[str, Any]) -> None:
    """The same without the board: a stage is picked, and a button puts it there."""
    key, stage = str(row["id"]), str(row.get("stage") or "")
    others = [one for one in opportunities.PATH if one != stage]
    name = f"{NAME}.stage.{key}"
    if st.session_state.get(f"{name}.onto") not in others:
        st.session_state[f"{name}.onto"] = opportunities.onward(stage) or others[-1]
    st.selectbox(
        desk.words("deals_board.onto"), others, key=f"{name}.onto", format_func=lambda one: literal(label(desk, one)),
        help=desk.words("deals_board.onto_help"),
    )  # fmt: skip
    st.button(desk.words("deals_board.put"), key=f"{name}.put", on_click=_put, args=(key, stage))


def label(desk: Desk, stage: str) -> str:
    choice = desk.tables[NAME]["stage"].choice(stage)
    return choice.label(desk.lang) if choice else stage


def _put(key: str, seen: str) -> None:
    """Told by the drawer, which is drawn anew."""
    desk = require(NAME)
    st.session_state[f"{NAME}.stamp.{key}.outcome"] = put(desk, key, seen, str(st.session_state.get(f"{NAME}.stage.{key}.onto") or ""))


def _passable(desk: Desk, key: str) -> str:
    """The stage to which a gate could be let through, "" for none."""
    row = desk.row(NAME, key)
    return opportunities_pass.lacks(desk.book, row)[0] if row is not None else ""


def _open(key: str, act: str = "") -> None:
    st.session_state[f"{NAME}.row"] = key
    if act:
        st.session_state[f"{NAME}.act.{key}"] = act
