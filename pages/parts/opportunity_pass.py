"""A stage whose gate the team leader let through: said to everybody, and the field in which the leader gives the reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from branch import clock, opportunities, opportunities_pass
from pages.parts import drafts, saving
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.names import name as name_of
from pages.parts.words import literal
from texts import Fault, say

NAME = "opportunities"


def told(desk: Desk, row: Mapping[str, Any]) -> None:
    """Who let it through, to which stage, when and why."""
    if not opportunities.passed(row):
        return
    lines = [
        desk.plainly(
            "opportunities.passed",
            stage=_stage(desk, one.stage),
            who=name_of(desk, "staff", one.staff) or one.staff,
            at=f"{one.at:%Y-%m-%d %H:%M}",
            reason=one.reason,
        )
        for one in opportunities_pass.passes(desk.changes(NAME, str(row["id"])))
    ]
    for line in lines:
        st.warning(literal(line))


def offer(desk: Desk, row: Mapping[str, Any]) -> None:
    """The leader's: what is lacking, a reason, and the button; folded, for it is the exception."""
    step, missing = opportunities_pass.lacks(desk.book, row)
    if not missing or not opportunities_pass.may(desk.person):
        return
    name = f"{NAME}.pass.{row['id']}.{step}"
    drafts.load_fields(desk, name, ("reason",))
    refused = st.session_state.pop(f"{name}.refused", "")
    asked = bool(refused or st.session_state.get(f"{name}.reason") or st.session_state.get(f"{name}.wished"))
    with st.expander(desk.words("opportunities.pass", stage=_stage(desk, step)), expanded=asked):
        told = say("rule.and", desk.lang).join(say(f"opportunity.gate.{one}", desk.lang) for one in missing)
        st.caption(desk.words("opportunities.pass_hint", stage=_stage(desk, step), missing=told))
        st.text_area(desk.words("opportunities.pass_reason"), key=f"{name}.reason", height=80)
        drafts.keep_fields(desk, name, ("reason",))
        if refused:
            st.error(literal(refused))
        once = saving.token(name)
        st.button(desk.words("opportunities.pass_go"), key=f"{name}.go.{once}", on_click=_pass, args=(str(row["id"]), name))


def wish(key: str, step: str) -> None:
    """The next drawing of the drawer shows the field for the reason unfolded: a card was put on that stage."""
    st.session_state[f"{NAME}.pass.{key}.{step}.wished"] = True


def _pass(key: str, name: str) -> None:
    desk = require(NAME)
    reason = str(st.session_state.get(f"{name}.reason") or "")
    try:
        step = opportunities_pass.let_through(desk.branch, desk.person, key, reason, clock.now(), token=saving.token(name))
    except Fault as fault:
        st.session_state[f"{name}.refused"] = fault.say(desk.lang)
        return
    drafts.drop_fields(desk, name, ("reason",))
    saving.forget(name)
    said = say("screen.opportunities.pass_done", desk.lang, stage=_stage(desk, step))
    st.session_state[f"{NAME}.stamp.{key}.outcome"] = saving.Outcome(True, said)  # told by the drawer, which is drawn anew


def _stage(desk: Desk, stage: str) -> str:
    choice = desk.tables[NAME]["stage"].choice(stage)
    return choice.label(desk.lang) if choice else stage
