"""The life of an annual plan on the screen: who moves it on, how a reviewed plan is amended, and the trail of that."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from branch import clock
from pages.parts import drafts, grid, listing, plangrid, saving
from pages.parts.clashes import clashes
from pages.parts.desk import Desk
from pages.parts.fields import own
from pages.parts.guard import require
from pages.parts.names import is_blank
from pages.parts.words import literal
from sheets.numbers import placeholder
from sheets.schema import Edit
from texts import say

REVIEWED = ("tl_opinion", "bl_opinion", "tl_reviewed_on", "bl_reviewed_on")
FIELDS = ("reason", "explanation")  # below the grid of a plan that is amended
# Status → who moves it on, and to what.
NEXT = {
    "draft": ("customer_manager", "submitted"),
    "submitted": ("team_leader", "tl_reviewed"),
    "amended": ("team_leader", "tl_reviewed"),
    "tl_reviewed": ("leader", "bl_reviewed"),
}


def current(plans: pd.DataFrame, year: int) -> pd.Series | None:
    """The newest version of a year's plan."""
    mine = plans[plans["year"] == year]
    if mine.empty:
        return None
    return mine.sort_values("version", kind="stable", na_position="first").iloc[-1]


def steps(desk: Desk, plan: str, status: str) -> None:
    """The button of the person whose turn it is."""
    role, to = NEXT.get(status, ("", ""))
    name = f"plans.{plan}.step"
    saving.show_outcome(name)
    if role == desk.person.role:
        st.button(desk.words(f"plans.to_{to}"), key=f"{name}.{saving.token(name)}", on_click=_move, args=(plan, status))


def _move(plan: str, status: str) -> None:
    desk = require("plans")
    values = {"status": NEXT[status][1]}
    saving.save(f"plans.{plan}.step", "plans", [Edit("plans", plan, _row(desk, plan), values)], say("screen.saved", desk.lang))


def save_bar(desk: Desk, name: str, plan: str, part: str, *, amend: bool) -> None:
    """Save what was typed in the grid; a plan that left the draft asks for a reason first."""
    with st.container():  # a place of its own, or the fields below it would move and lose what is being typed
        for fault in st.session_state.pop(f"{name}.faults", []):
            st.error(literal(fault))
    done = saving.outcome(name)
    if done is not None and done.clashes:
        clashes(desk, name, "plans", done)
        return
    typed = len(grid.pending(name))
    if amend:
        drafts.load_fields(desk, name, FIELDS)
        reasons = {c.code: c.label(desk.lang) for c in desk.tables["amendments"]["reason"].choices}
        st.markdown(desk.words("plans.amend_hint"))
        left, right = st.columns([1, 2])
        with left:
            st.selectbox(
                desk.words("plans.reason"),
                list(reasons),
                index=None,
                key=f"{name}.reason",
                format_func=lambda one: reasons[one],
                placeholder=desk.plainly("pick"),
            )
        with right:
            st.text_input(desk.words("plans.explanation"), key=f"{name}.explanation", autocomplete="off")
        drafts.keep_fields(desk, name, FIELDS)
    once = saving.token(name)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            desk.words("plans.amend" if amend else "save"),
            key=f"{name}.save.{once}",
            type="primary",
            on_click=_save,
            args=(name, plan, part, amend),
            disabled=typed == 0,
        )
        if typed:
            st.button(desk.words("plans.drop"), key=f"{name}.drop", type="tertiary", on_click=_drop, args=(name,))
            st.caption(desk.words("plans.typed", count=typed))


def _save(name: str, plan: str, part: str, amend: bool) -> None:
    desk = require("plans")
    read = plangrid.target_edits if part == "targets" else plangrid.action_edits
    edits, faults, words = read(desk, plan, name)
    if amend and edits:
        reason, explanation = (st.session_state.get(f"{name}.reason"), str(st.session_state.get(f"{name}.explanation") or ""))
        if not reason or not explanation.strip():
            faults = [*faults, say("screen.plans.reason_blank", desk.lang)]
        else:
            edits += _amendment(desk, plan, str(reason), explanation.strip(), words)
    if faults:
        st.session_state[f"{name}.faults"] = faults
        return
    if edits:
        saving.save(name, "plans", edits, say("screen.saved", desk.lang))


def told(desk: Desk, name: str) -> None:
    """What became of the last save; what was saved, at once or after a conflict, is no longer typed."""
    found = st.session_state.get(f"{name}.outcome")
    if isinstance(found, saving.Outcome) and found.saved:
        _forget(desk, name)
    saving.show_outcome(name)


def _drop(name: str) -> None:
    _forget(require("plans"), name)


def _forget(desk: Desk, name: str) -> None:
    """Nothing is typed any more: neither in the grid nor in the fields below it."""
    grid.drop(desk, name)
    drafts.drop_fields(desk, name, FIELDS)


def _amendment(desk: Desk, plan: str, reason: str, explanation: str, words: list[str]) -> list[Edit]:
    """The line of the trail, and the plan's next version."""
    row = _row(desk, plan)
    version = int(row["version"] or 1) + 1
    said = {
        "plan": plan,
        "version": version,
        "amended_on": clock.today(),
        "reason": reason,
        "explanation": explanation,
        "before": "\n".join(word.rsplit(" → ", 1)[0] for word in words),
        "after": "\n".join(words),
        "staff": desk.person.staff,
    }
    return [Edit("amendments", placeholder(), None, said), Edit("plans", plan, row, {"version": version})]


def _row(desk: Desk, plan: str) -> dict[str, Any]:
    return {key: own(value) for key, value in (desk.row("plans", plan) or {}).items()}


def trail(desk: Desk, plan: str) -> None:
    rows = desk.rows("amendments")
    mine = rows[rows["plan"].astype("str") == plan]
    if mine.empty:
        listing.empty(desk, "plans.no_trail")
        return
    newest = mine.sort_values("version", ascending=False, kind="stable")
    columns = ("version", "amended_on", "reason", "explanation", "after", "staff")
    listing.table(desk, desk.tables["amendments"], newest, columns, f"plans.{plan}.trail")
    first = newest.iloc[0]
    if not is_blank(first.get("after")):
        st.caption(desk.words("plans.last_change"))
        st.text(str(first["after"]))
