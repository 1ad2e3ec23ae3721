"""The acts on an opportunity, each one step: submit, move on, end; answer and report; decide and send up."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import streamlit as st

from branch import clock, next_step, opportunities
from branch.next_step import Act
from pages.parts import opportunity_move, saving
from pages.parts.desk import Desk
from pages.parts.form import Button, Form, fill
from pages.parts.guard import require
from pages.parts.names import is_blank
from pages.parts.names import name as name_of
from pages.parts.words import link, literal
from sheets.schema import Edit
from texts import say

NAME = "opportunities"
# Beside what a stage must have, what is asked for on the way to it.
BESIDE = {"applied": ("process_on",), "signed": ("contract_no",)}
UP = ("upreport_to", "upreport_reason")  # what goes up names its department and says why


def tell(key: str) -> None:
    """After a good act the page behind is drawn anew too, and says it."""
    done = saving.outcome(f"{NAME}.stamp.{key}")
    if done is not None and done.saved:
        st.session_state[saving.TOLD] = done.said
        _again(key)
    if done is not None:
        st.error(literal(done.said))


def _again(key: str) -> None:
    opportunity_move.forget(key)
    st.rerun()


def manage(desk: Desk, row: Mapping[str, Any]) -> None:
    """The customer manager's: submit at once; move on, plan, proposal, end."""
    key, stage = str(row["id"]), str(row.get("stage") or "")
    if stage in opportunities.ENDED:
        _resume(desk, row)
        return
    if is_blank(row.get("submitted_at")):
        with st.container(horizontal=True, vertical_alignment="center"):
            _stamp(desk, row, "submitted_at", primary=True)
            st.caption(_receives(desk, row, "team_leader"))
    step = opportunities.onward(stage)
    lacks = opportunities.lacking(desk.book, row, opportunities.gates(row, "agreed"))
    acts = _next_acts(desk, row, step, lacks)
    if stage != opportunities.PATH[-1]:
        acts["stage"] = lambda: opportunity_move.offer(desk, row)
        acts["end"] = lambda: _end(desk, row)
    say_gate(desk, row)
    if "visit" in lacks and desk.may("visits", "create"):
        query = {"customer": str(row.get("customer") or ""), "mode": "onsite", "kind": "business", "opportunity": key}
        st.page_link("visits.py", label=link(desk.words("opportunities.do.visit")), query_params=query)
    _choose(desk, key, acts)


def _next_acts(desk: Desk, row: Mapping[str, Any], step: str, lacks: Collection[str]) -> dict[str, Callable[[], None]]:
    """What leads to the next stage, what that one asks for first; then what a later one will ask for."""
    asked = opportunities.asked(row, step)
    acts: dict[str, Callable[[], None]] = {}
    if "marketing_plan" in lacks and desk.may("marketing_plans", "create"):
        acts["plan"] = lambda: _plan(desk, row)
    if "proposal" in lacks and desk.may("proposals", "create"):
        acts["proposal"] = lambda: _proposal(desk, row)
    submitted = step != "created" or not is_blank(row.get("submitted_at"))  # by the button above
    if step and submitted and (_typed(asked) or not set(asked) & set(lacks)):
        on: dict[str, Callable[[], None]] = {"on": lambda: _move_on(desk, row, step)}
        return on | acts
    return acts


def answer(desk: Desk, row: Mapping[str, Any]) -> None:
    """The team leader's: feedback and report in one save, or one of the two."""
    key, reported = str(row["id"]), not is_blank(row.get("reported_at"))
    if not is_blank(row.get("feedback")) and reported:
        st.caption(desk.words("opportunities.answered"))
        if is_blank(row.get("upreported_at")):  # S43: it goes up where one of the two finds it necessary
            with st.expander(desk.plainly("opportunities.do.up"), expanded=not is_blank(row.get("upreport")) and bool(row["upreport"])):
                _up(desk, key, "up", UP)
        return
    if is_blank(row.get("submitted_at")):
        st.caption(desk.words("opportunities.not_submitted"))
    with st.container(border=True):
        if is_blank(row.get("feedback")):
            both = Button(desk.plainly("opportunities.feedback_report"), lambda: {"reported_at": clock.now().replace(microsecond=0)})
            only = Button(desk.plainly("opportunities.feedback_only"))
            buttons = (only,) if reported else (both, only)
            form = Form(f"{NAME}.answer.{key}", NAME, NAME, (("", ("feedback", "guidance")),), key, must=("feedback",), buttons=buttons)
            if fill(desk, form):
                _again(key)
        if not reported:
            with st.container(horizontal=True, vertical_alignment="center"):
                _stamp(desk, row, "reported_at", primary=not is_blank(row.get("feedback")))
                st.caption(_receives(desk, row, "leader"))


def decide(desk: Desk, row: Mapping[str, Any]) -> None:
    """The supervising leader's: a decision, and whether it goes up to the superior department, in one save or in two."""
    key, reported = str(row["id"]), not is_blank(row.get("reported_at"))
    decided, sent = not is_blank(row.get("decision")), not is_blank(row.get("upreported_at"))
    if not reported:
        st.caption(desk.words("opportunities.not_reported"))
    acts: dict[str, Callable[[], None]] = {}
    if not decided:
        acts["decide"] = lambda: _ask(desk, key, "decide", ("decision",), must=("decision",))
    if reported and not decided and not sent:
        acts["both"] = lambda: _up(desk, key, "both", ("decision", *UP))
    if reported and not sent:
        acts["up"] = lambda: _up(desk, key, "up", UP)
    _choose(desk, key, acts)


def say_gate(desk: Desk, row: Mapping[str, Any]) -> None:
    """What the next stage asks for and is not there."""
    stage = str(row.get("stage") or "")
    step = opportunities.onward(stage)
    if not step:
        return
    missing = opportunities.lacking(desk.book, row, opportunities.asked(row, step))
    told = say("rule.and", desk.lang).join(say(f"opportunity.gate.{one}", desk.lang) for one in missing)
    st.markdown(
        desk.words("opportunities.gap" if missing else "opportunities.ready", stage=opportunity_move.label(desk, step), missing=told)
    )


def _receives(desk: Desk, row: Mapping[str, Any], role: str) -> str:
    """To whom it goes, before it goes."""
    person = opportunities.receiver(desk.look.people, role, row)
    if not person:
        return desk.words("opportunities.nobody")
    return desk.words("opportunities.receives", who=name_of(desk, "staff", person))


def _choose(desk: Desk, key: str, acts: Mapping[str, Callable[[], None]]) -> None:
    """One act at a time; the first is the next step."""
    if not acts:
        return
    held = f"{NAME}.act.{key}"
    if st.session_state.get(held) not in acts:
        st.session_state[held] = next(iter(acts))
    if len(acts) > 1:
        st.segmented_control(
            desk.words("opportunities.acts"),
            list(acts),
            key=held,
            format_func=lambda one: desk.plainly(f"opportunities.do.{one}"),
            required=True,
            wrap=True,
            label_visibility="collapsed",
        )
    with st.container(border=True):
        acts[str(st.session_state[held])]()


def _typed(asked: Collection[str]) -> tuple[str, ...]:
    """What a person types in the row itself: no row of another ledger, no moment that Huce writes down."""
    return tuple(one for one in asked if one not in opportunities.ELSEWHERE and one != "submitted_at")


def _move_on(desk: Desk, row: Mapping[str, Any], step: str) -> None:
    """What the next stage asks of the row itself; the button moves it on once nothing else is lacking."""
    asked = opportunities.asked(row, step)
    columns = _typed(asked)
    elsewhere = opportunities.lacking(desk.book, row, [one for one in asked if one in opportunities.ELSEWHERE])
    shown = (*columns, *BESIDE.get(step, ()))
    if elsewhere:
        told = say("rule.and", desk.lang).join(say(f"opportunity.gate.{one}", desk.lang) for one in elsewhere)
        st.caption(desk.words("opportunities.first", stage=opportunity_move.label(desk, step), missing=told))
        _ask(desk, str(row["id"]), "on", shown)
        return
    label = desk.plainly("opportunities.move", stage=opportunity_move.label(desk, step))
    _ask(desk, str(row["id"]), "on", shown, must=columns, buttons=(Button(label, lambda: {"stage": step}),))


def _end(desk: Desk, row: Mapping[str, Any]) -> None:
    buttons = tuple(Button(desk.plainly(f"opportunities.end_{one}"), lambda one=one: {"stage": one}) for one in opportunities.ENDED)
    _ask(desk, str(row["id"]), "end", ("lost_reason",), must=("lost_reason",), buttons=buttons)


def _resume(desk: Desk, row: Mapping[str, Any]) -> None:
    """One that was put aside goes on where it had come to."""
    stage = opportunities.reached(desk.book, row)
    label = desk.plainly("opportunities.resume", stage=opportunity_move.label(desk, stage))
    _ask(desk, str(row["id"]), "again", (), buttons=(Button(label, lambda: {"stage": stage}),))


def _up(desk: Desk, key: str, act: str, columns: tuple[str, ...]) -> None:
    """To the superior department, with the decision or after it. The team leader's report comes first."""
    label = desk.plainly("opportunities.decide_up" if act == "both" else "opportunities.send_up")
    _ask(desk, key, act, columns, must=columns, buttons=(Button(label, lambda: {"upreport": True}),))


def _ask(desk: Desk, key: str, act: str, columns: tuple[str, ...], **more: Any) -> None:
    if fill(desk, Form(f"{NAME}.{act}.{key}", NAME, NAME, (("", columns),), key, **more)):
        _again(key)


def _plan(desk: Desk, row: Mapping[str, Any]) -> None:
    """The marketing plan in short; the rest of its annex is in the ledger."""
    key = str(row["id"])
    fixed = (("opportunity", key), ("customer", row.get("customer")), ("made_on", desk.today))
    form = Form(f"{NAME}.plan.{key}", NAME, "marketing_plans", (("", ("goals", "goal_amount", "goal_on", "situation")),), fixed=fixed)
    if fill(desk, form):
        _again(key)


def _proposal(desk: Desk, row: Mapping[str, Any]) -> None:
    """The proposal, or the day on which the last one was agreed."""
    key, rows = str(row["id"]), desk.rows("proposals")
    open_ = rows[(rows["opportunity"].astype("str") == key) & rows["agreed_on"].isna()]
    there = str(open_["id"].iloc[-1]) if len(open_) else ""
    fixed = (("opportunity", key),)
    form = Form(f"{NAME}.proposal.{key}.{there}", NAME, "proposals", (("", ("content", "made_on", "agreed_on")),), there, fixed=fixed)
    if fill(desk, form, {"made_on": desk.today}):
        _again(key)


def _stamp(desk: Desk, row: Mapping[str, Any], column: str, *, primary: bool) -> None:
    key = str(row["id"])
    once = saving.token(f"{NAME}.stamp.{key}")
    st.button(
        desk.words(f"opportunities.{column}"),
        key=f"{NAME}.stamp.{key}.{column}.{once}",
        type="primary" if primary else "secondary",
        on_click=_write_stamp,
        args=(key, column),
    )


def _write_stamp(key: str, column: str) -> None:
    """The moment of the act, by the clock of the click; a second click on another screen finds it done."""
    desk = require(NAME)
    row = desk.row(NAME, key)
    name, edits = f"{NAME}.stamp.{key}", list[Edit]()
    if row is None or not is_blank(row.get(column)):
        st.session_state[f"{name}.outcome"] = saving.Outcome(False, say("screen.due.gone", desk.lang))
        return
    edits.append(next_step.edit(desk.look, Act("", table=NAME, row=key, column=column), desk.person, clock.now()))
    saving.save(name, NAME, edits, say(f"screen.opportunities.done_{column}", desk.lang))
