"""Several drafted rules: what each would say, what all of them would change together, and the one button that activates them."""

from __future__ import annotations

import streamlit as st

from branch import drafting, rule_cells, rule_drafts
from branch.rule_drafts import Several
from pages.parts import rulebuilder, rulegrid, rulewhatif, saving
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.names import name as name_of
from pages.parts.rulegrid import NAME, REFUSED, called, heading, keep, load, refusal
from pages.parts.words import literal
from texts import say

SCREEN = "rules"


def draw(desk: Desk) -> None:
    st.markdown(desk.words("rules.several.hint"))
    done = saving.outcome(NAME)
    if done is not None and done.saved:
        st.toast(done.said)
    rulegrid.take(desk)
    several = load(desk)
    _others(desk)
    rulegrid.draw(desk, several)
    st.caption(desk.words("rules.several.more", page=desk.plainly("rules.view_rules")))
    _back(desk)
    if not several.typed:
        st.info(desk.words("rules.several.none"))
        return
    st.subheader(desk.words("rules.several.drafted", count=len(several.typed)))
    lost = rule_drafts.clashing(desk.look, several)
    for number in several.typed:
        _one(desk, several, number, lost.get(number, []))
    with st.container(border=True):
        names = {number: called(desk, number) for number in several.typed}
        rulewhatif.of_rules(desk, rule_drafts.rules(desk.look, several), names, NAME)
    with st.container():
        if done is not None and not done.saved:
            st.error(literal(done.said))
        elif lost:
            st.warning(desk.words("rules.several.unsettled"))
    with st.container(horizontal=True, vertical_alignment="center"):
        if drafting.activates(desk.look, desk.person):
            label = desk.words("rules.several.activate", count=len(several.typed))
            key = f"{NAME}.activate.{saving.token(NAME)}"
            st.button(label, key=key, type="primary", on_click=_activate, disabled=bool(lost))
        else:
            st.caption(desk.words("rules.several.waits"), width="content")
        st.button(desk.words("rules.several.drop_all"), key=f"{NAME}.drop_all", on_click=_change, args=("drop", ""))


def _one(desk: Desk, several: Several, number: str, lost: list[str]) -> None:
    """One drafted rule: cell by cell what was and what will be, its sentence, and the way out of the draft."""
    was, will = rule_drafts.standing(desk.look)[number], rule_drafts.whole(desk.look, several, number)
    with st.container(border=True):
        st.markdown(f"**{literal(called(desk, number))}**  \n{literal(rulegrid.said(desk, will))}")
        steps = [_step(desk, was, will, cell) for cell in several.typed[number]]
        st.caption("  \n".join(literal(one) for one in steps))
        if lost:
            _clash(desk, number, lost)
        with st.container(horizontal=True):
            st.button(desk.words("rules.several.drop"), key=f"{NAME}.drop.{number}", on_click=_change, args=("drop", number))
            st.button(desk.words("rules.several.open"), key=f"{NAME}.open.{number}", type="tertiary", on_click=_open, args=(number,))


def _step(desk: Desk, was: rule_drafts.Cells, will: rule_drafts.Cells, cell: str) -> str:
    label = heading(desk, cell)
    if cell == "enabled":
        texts = [desk.plainly("rules.in_force" if one[cell] == "yes" else "rules.several.off") for one in (was, will)]
    elif cell in rule_cells.PICKS:
        texts = [rule_cells.label(desk.look, one, cell, desk.lang) for one in (was, will)]
    else:
        texts = []
    if not texts or texts[0] == texts[1]:
        return desk.plainly("rules.several.other", column=label)
    return desk.plainly("rules.several.step", column=label, was=texts[0] or "—", will=texts[1] or "—")


def _clash(desk: Desk, number: str, lost: list[str]) -> None:
    row = desk.row("rules", number) or {}
    columns = desk.plainly("comma").join(heading(desk, cell) for cell in lost)
    when = row.get("updated_at")
    who = name_of(desk, "staff", row.get("updated_by"))
    st.warning(desk.words("rules.several.clash", who=who, when=f"{when:%Y-%m-%d %H:%M}" if when is not None else "", columns=columns))
    with st.container(horizontal=True):
        for side in ("mine", "theirs"):
            st.button(desk.words(f"rules.several.use_{side}"), key=f"{NAME}.{side}.{number}", on_click=_change, args=(side, number))


def _back(desk: Desk) -> None:
    """Shipped rows as drafts: only of rules that differ from them."""
    there = rule_drafts.standing(desk.look)
    differ = desk.look.once("rules unlike shipped", lambda: [one for one, cells in there.items() if drafting.shipped(desk.look, cells)])
    if not differ:
        return
    with st.expander(desk.words("rules.several.back"), key=f"{NAME}.back"):
        st.multiselect(
            desk.words("rules.several.back_pick"), differ, key=f"{NAME}.shipped", format_func=lambda one: called(desk, one),
            placeholder=desk.plainly("pick"), select_all=False,
        )  # fmt: skip
        st.button(desk.words("rules.several.back_take"), key=f"{NAME}.back_take", on_click=_ship)


def _others(desk: Desk) -> None:
    """What colleagues have drafted: whoever activates takes it in and sees it beside their own."""
    for staff, other in rule_drafts.of_others(desk.branch, desk.look, desk.person).items():
        with st.container(horizontal=True, vertical_alignment="center"):
            at = f"{other.at:%Y-%m-%d %H:%M}" if other.at is not None else ""
            who = name_of(desk, "staff", staff)
            st.caption(desk.words("rules.several.others", name=who, count=len(other.typed), at=at), width="content")
            st.button(desk.words("rules.several.take"), key=f"{NAME}.take.{staff}", on_click=_change, args=("take", staff))


def _change(what: str, which: str) -> None:
    """The callbacks of the small buttons. `which`: a rule, a person whose drafts are taken in, "" for all rules."""
    desk = require(SCREEN)
    if not desk.may("rules", "write"):
        return
    rulegrid.take(desk)
    several = load(desk)
    if what == "take":
        other = rule_drafts.of_others(desk.branch, desk.look, desk.person).get(which)
        several = rule_drafts.taken(several, other) if other is not None else several
    elif not which:
        several = Several({}, {})
    elif which in several.typed:
        several = rule_drafts.drop(several, which) if what == "drop" else rule_drafts.settle(desk.look, several, which, mine=what == "mine")
    keep(desk, several)
    st.session_state.pop(f"{NAME}.outcome", None)
    rulegrid.renew()


def _ship() -> None:
    """The callback: the cells as they are shipped, of each rule that can stand so."""
    desk = require(SCREEN)
    rulegrid.take(desk)
    several, refused = load(desk), []
    there = rule_drafts.standing(desk.look)
    for number in st.session_state.get(f"{NAME}.shipped", ()) if desk.may("rules", "write") else ():
        cells = drafting.shipped(desk.look, there[number])
        found = rule_drafts.faults(desk.look, number, cells)
        refused += [refusal(desk, number, cell, rulebuilder.reason(desk, one)) for cell, one in found.items()]
        several = several if found else rule_drafts.draft(desk.look, several, number, cells)
    keep(desk, several)
    st.session_state[REFUSED], st.session_state[f"{NAME}.shipped"] = refused, []
    rulegrid.renew()


def _open(number: str) -> None:
    st.session_state["rules.view"], st.session_state[f"{SCREEN}.row"] = "rules", number


def _activate() -> None:
    """The callback of the button: every drafted row or none, through the door by which a single rule goes."""
    desk = require(SCREEN)
    rulegrid.take(desk)
    several, refused = load(desk), []
    for number, cells in several.typed.items():  # a colleague may have changed the rest of the row meanwhile
        found = rule_drafts.faults(desk.look, number, cells)
        refused += [refusal(desk, number, cell, rulebuilder.reason(desk, one)) for cell, one in found.items()]
    if refused or not several.typed:
        st.session_state[REFUSED] = refused
        return
    told = say("screen.rules.several.activated", desk.lang, count=len(several.typed))
    done = saving.save(NAME, SCREEN, rule_drafts.edits(desk.look, several), told)
    if done.saved:
        keep(desk, Several({}, {}))
        rulegrid.renew()
