"""One opportunity in the drawer: what it is, how far it is, what its next stage asks for, and the acts of whoever looks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from branch import access, opportunities
from pages.parts import listing, opportunity_pass, rowview
from pages.parts import opportunity_acts as acts
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.names import is_blank
from pages.parts.names import name as name_of
from pages.parts.words import link, literal

NAME = "opportunities"
# The columns that make a person the one who takes these acts.
MANAGES, ANSWERS, DECIDES = "stage", "feedback", "decision"
HEAD = ("amount", "product", "channel", "created_by", "created_at", "needs", "feedback", "guidance", "decision", "lost_reason")


def drawn(key: str) -> None:
    """Asks anew who they are: a drawer is drawn again without its page."""
    desk = require(NAME)
    found = desk.sought(NAME, key)
    if found is None:
        listing.empty(desk, "not_found")
        return
    acts.tell(key)
    customer = str(found.get("customer") or "")
    if customer:
        label = name_of(desk, "customers", customer)
        st.page_link("customer.py", label=link(literal(label)), query_params={"id": customer, "part": NAME})
    _steps(desk, found)
    opportunity_pass.told(desk, found)
    _acts(desk, found)
    filled = tuple(one for one in HEAD if not is_blank(found.get(one)))
    rowview.facts(desk, desk.tables[NAME], {one: found[one] for one in filled})
    rowview.figures_of(desk, desk.tables[NAME], key)
    with st.expander(desk.words("opportunities.whole")):
        rowview.row(NAME, NAME, key)


def _steps(desk: Desk, row: Mapping[str, Any]) -> None:
    """The path, what is behind it, and where it stands."""
    stage, column = str(row.get("stage") or ""), desk.tables[NAME]["stage"]
    place = opportunities.PATH.index(stage) if stage in opportunities.PATH else -1
    marks = []
    for n, one in enumerate(opportunities.PATH):
        choice = column.choice(one)
        if choice:
            colour, mark = ("green", "✓ ") if n < place else ("blue", "● ") if n == place else ("gray", "")
            marks.append(f":{colour}-badge[{mark}{literal(choice.label(desk.lang))}]")
    ended = column.choice(stage) if place < 0 else None
    if ended:
        marks.append(f":red-badge[{literal(ended.label(desk.lang))}]")
    st.markdown(" ".join(marks))


def _acts(desk: Desk, row: Mapping[str, Any]) -> None:
    if not desk.may(NAME, "write"):
        acts.say_gate(desk, row)
        return
    if access.writable(desk.person, NAME, MANAGES):
        acts.manage(desk, row)
    elif access.writable(desk.person, NAME, ANSWERS):
        acts.answer(desk, row)
        opportunity_pass.offer(desk, row)
    elif access.writable(desk.person, NAME, DECIDES):
        acts.decide(desk, row)
