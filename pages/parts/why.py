"""The evidence card: why a due is there, from which values, by which rule and clause, and what makes it go away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from branch import answered
from pages.parts import listing, trail
from pages.parts.desk import Desk
from pages.parts.facts import dues, say_dues
from pages.parts.names import name as name_of
from pages.parts.words import literal
from sheets.tables.words import ROLES
from texts import Fault


def why(desk: Desk, key: str) -> None:
    """For a due this person may see; the same words for any other key."""
    found = dues(desk)
    mine = found[found["key"] == key]
    for more in (lambda: desk.sight.waived, lambda: desk.sight.done):
        if mine.empty:
            mine = more()[more()["key"] == key]
    if mine.empty:
        listing.empty(desk, "alerts.due_gone")
        return
    due = mine.iloc[0]
    if str(due["rule"]) == "DATA":
        said = say_dues(desk, mine.head(1))[0]
        st.markdown(f"**{literal(' · '.join(filter(None, (said.who, said.task))))}**")
        st.text(said.text)
        return
    try:
        card = desk.look.why(str(due["rule"]), str(due["row"]), desk.lang, str(due["occurrence"]))
    except Fault as fault:
        st.info(literal(fault.say(desk.lang)))
        return
    _card(desk, card)
    if (waived := answered.waiver(desk.book, key, desk.leaders)) is not None:
        _part(desk, "waiver", [trail.line(desk, waived)])


def _card(desk: Desk, card: Mapping[str, Any]) -> None:
    who = name_of(desk, "customers", card.get("customer"))
    st.markdown(f"**{literal(' · '.join(filter(None, (who, card['name']))))}**")
    if card.get("sentence"):
        st.text(str(card["sentence"]))
    for line in card["because"]:
        st.text(str(line))
    _part(desk, "values", [f"{one['label']}: {one['value'] or '—'}" for one in card["values"].values()])
    _part(desk, "arithmetic", [str(card["arithmetic"])] if card.get("arithmetic") else [])
    if counted := card.get("counted"):
        _part(desk, "counted", [desk.plainly("why.count", **counted, due=card["due"])])
    calendar = card["calendar"]
    note = [desk.plainly("due.provisional")] if calendar["provisional"] else []
    moved = [desk.plainly("why.moved_by", days=desk.plainly("comma").join(calendar["moved_by"]))] if calendar["moved_by"] else []
    _part(desk, "calendar", [desk.plainly("why.by_calendar", version=calendar["version"]), *moved, *note])
    _part(desk, "steps", [_step(desk, one) for one in card["steps"]])
    _part(desk, "ends", [str(card["ends"])] if card.get("ends") else [])
    basis = desk.plainly("why.by_clause" if card["basis"] else "why.by_rule", name=card["name"], clause=card["basis"])
    _part(desk, "rule", [basis, str(card["sentence_of_rule"])])


def _part(desk: Desk, heading: str, lines: list[str]) -> None:
    if lines:
        st.caption(desk.words(f"why.{heading}"))
        st.text("\n".join(lines))


def _step(desk: Desk, one: Mapping[str, Any]) -> str:
    """When a step was reached, whom it tells, and whether it is the one that is told now."""
    role = next((c.label(desk.lang) for c in ROLES if c.code == one["role"]), str(one["role"]))
    at = str(one["at"])[:16].replace("T", " ").removesuffix(" 00:00")
    return f"{at}  {role} · {desk.look.step(str(one['step']), desk.lang)}" + ("  ✓" if one["told"] else "")
