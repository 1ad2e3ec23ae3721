"""How many alerts each person gets a day, for those who lead: who is told more than anybody reads, and by which rules."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from branch import load, matrix
from branch.load import Load
from pages.parts import address, listing
from pages.parts.address import Place
from pages.parts.counts import rule_name
from pages.parts.desk import Desk
from pages.parts.names import name as name_of

MAY = (*matrix.LEADING, matrix.ADM)
NAMED = 3  # said in a sentence; the others stand in the table
PLACES = {"load": Place("alerts.load", False)}


def loads(desk: Desk) -> None:
    """Folded until it is asked for."""
    if desk.person.role not in MAY:
        return
    address.follow("alerts.loads", PLACES)
    st.session_state.setdefault("alerts.load", False)
    shown = st.toggle(desk.words("load.show"), key="alerts.load")
    address.write("alerts.loads", PLACES)
    if shown:
        draw(desk)


def draw(desk: Desk) -> None:
    """What people were told of late and what is planned, as a table; who gets more than anybody reads is named."""
    told, coming = load.told(desk.look, desk.person), load.coming(desk.look, desk.person)
    if not told and not coming:
        listing.empty(desk, "load.none")
        return
    with st.container(border=True):
        st.caption(desk.words("load.hint", back=load.BACK, ahead=load.AHEAD))
        many = [(code, one) for code, found in (("many_told", told), ("many_coming", coming)) for one in found if one.many]
        if many:
            lines = [_many(desk, code, one) for code, one in sorted(many, key=lambda pair: -pair[1].most)[:NAMED]]
            more = [desk.words("load.more", count=len(many) - NAMED, many=load.MANY)] if len(many) > NAMED else []
            st.warning("\n\n".join([*lines, *more]))
        _table(desk, told, coming)


def _many(desk: Desk, code: str, one: Load) -> str:
    rules = desk.plainly("comma").join(desk.plainly("load.rule", name=rule_name(desk, rule), count=count) for rule, count in one.rules)
    return desk.words(f"load.{code}", name=name_of(desk, "staff", one.person), day=one.on, count=one.most, many=load.MANY, rules=rules)


def _table(desk: Desk, told: list[Load], coming: list[Load]) -> None:
    past, ahead = ({one.person: one for one in found} for found in (told, coming))
    people = dict.fromkeys([*past, *ahead])
    cells = [{"person": name_of(desk, "staff", one), **_cells("told", past.get(one)), **_cells("coming", ahead.get(one))} for one in people]
    kinds, days = st.column_config, {"back": load.BACK, "ahead": load.AHEAD}
    config = {"person": kinds.TextColumn(desk.words("load.person"), pinned=True)}
    for part in ("told", "coming"):
        config[f"{part}_mean"] = kinds.NumberColumn(desk.words(f"load.{part}_mean", **days), format="%.1f")
        config[f"{part}_most"] = kinds.NumberColumn(desk.words(f"load.{part}_most"), format="%d")
        config[f"{part}_on"] = kinds.DateColumn(desk.words(f"load.{part}_on"), format="YYYY-MM-DD")
    st.dataframe(
        pd.DataFrame(cells), hide_index=True, column_config=config, key="alerts.load.rows", placeholder="", alt=desk.plainly("load.show")
    )


def _cells(part: str, one: Load | None) -> dict[str, object]:
    if one is None:
        return {f"{part}_mean": None, f"{part}_most": None, f"{part}_on": None}
    return {f"{part}_mean": one.mean, f"{part}_most": one.most, f"{part}_on": one.on}
