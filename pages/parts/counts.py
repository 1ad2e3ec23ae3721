"""How many alerts lie with whom and of which rule, for those who lead: a click on a count filters the list."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from pages.parts import address
from pages.parts.address import Place
from pages.parts.desk import Desk
from pages.parts.names import name as name_of
from pages.parts.words import literal

MOST = 16  # counts of a kind; the list itself has a filter for the rest


def counted(desk: Desk, rows: pd.DataFrame, name: str) -> tuple[pd.DataFrame, bool]:
    """The rows of the person and the rule that were clicked, and whether one of the two was."""
    places = {"who": Place(f"{name}.person"), "rule": Place(f"{name}.rule")}
    address.follow(f"{name}.counts", places)
    person = _pills(desk, rows, "staff", f"{name}.person", lambda one: name_of(desk, "staff", one))
    rule = _pills(desk, rows, "rule", f"{name}.rule", lambda one: rule_name(desk, one))
    address.write(f"{name}.counts", places)
    for key, wanted in (("staff", person), ("rule", rule)):
        if wanted:
            rows = rows[rows[key].astype("str") == wanted]
    return rows, bool(person or rule)


def _pills(desk: Desk, rows: pd.DataFrame, column: str, key: str, called: Callable[[str], str]) -> str:
    """The counts of one column, the largest first; the one that was clicked or is named by the address stays in sight."""
    counts = {str(one): int(n) for one, n in rows[column].dropna().astype("str").value_counts().items() if one}
    chosen = st.session_state.get(key)
    if chosen not in counts:
        chosen = st.session_state[key] = None
    shown = dict(list(counts.items())[:MOST])
    if chosen is not None:
        shown |= {chosen: counts[chosen]}
    if not shown:
        return ""
    st.pills(
        desk.words(f"alerts.per_{column}"),
        list(shown),
        key=key,
        format_func=lambda one: literal(desk.plainly("alerts.counted", name=called(one), count=counts.get(one, 0))),
    )
    return str(st.session_state.get(key) or "")


def rule_name(desk: Desk, rule: str) -> str:
    found = desk.look.rule(rule)
    return found.name(desk.lang) if found else desk.plainly("alerts.data") if rule == "DATA" else rule
