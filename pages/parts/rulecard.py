"""One rule beside the list: its sentence, what it says of today, its builder, and the buttons that put it into force or copy it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from branch import drafting
from branch.drafting import Rule
from pages.parts import drawer, listing, rowview, ruleback, rulebuilder, saving
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.history import history
from pages.parts.names import is_blank
from pages.parts.words import literal
from sheets.schema import Edit
from texts import say

SCREEN, COPY = "rules", "rules.copy"
STATES = ("overdue", "due_today", "due_soon", "planned")


def _rules(desk: Desk) -> dict[str, Rule | None]:
    """Every row of the rules as the rule it makes, in force or not."""
    table = desk.tables["rules"]

    def read() -> dict[str, Rule | None]:
        rows = [{str(key): value for key, value in row.items()} for row in desk.rows("rules").to_dict("records")]
        return {str(row["id"]): desk.look.rule(str(row["id"])) or drafting.rule(desk.look, drafting.as_text(table, row)) for row in rows}

    return desk.sight.once("rules as read", read)


def names(desk: Desk, rows: pd.DataFrame) -> list[str]:
    """What each rule is called, without its blanks and bars."""
    known = _rules(desk)
    pairs = zip(rows["id"].astype(str), rows["name_zh"].astype("str"), strict=True)
    return [one.name(desk.lang) if (one := known.get(key)) else name for key, name in pairs]


def columns(desk: Desk, rows: pd.DataFrame) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Of every rule: its sentence, its state, and how many unmet dues it has now in this person's scope."""
    known, dues = _rules(desk), desk.sight.dues["rule"].astype("str").value_counts()
    ids = rows["id"].astype(str)
    on = rows["enabled"].map(lambda value: not is_blank(value) and bool(value))
    said = [drafting.read_back(desk.look, one, desk.lang) if (one := known.get(key)) else desk.plainly("rules.unread") for key in ids]
    states = [desk.plainly("rules.in_force" if value else "rules.draft") for value in on]
    return (
        pd.Series(said, index=rows.index, dtype="str"),
        pd.Series(states, index=rows.index, dtype="str"),
        pd.Series([int(dues.get(key, 0)) for key in ids], index=rows.index),
    )


def title(desk: Desk, key: str) -> str:
    rule, row = _rules(desk).get(key), desk.row("rules", key)
    return rule.name(desk.lang) if rule else str((row or {}).get("name_zh") or key)


def draw(key: str) -> None:
    """The body of the drawer."""
    desk = require(SCREEN)
    table, found = desk.tables["rules"], desk.sought("rules", key)
    if found is None:
        listing.empty(desk, "not_found")
        return
    cells = drafting.as_text(table, found)
    rule = _rules(desk).get(key)
    on = cells["enabled"] == "yes"
    st.markdown(f"**{desk.words('rules.in_force' if on else 'rules.draft')}**")
    st.markdown(literal(drafting.read_back(desk.look, rule, desk.lang)) if rule else desk.words("rules.unread"))
    for issue in drafting.faults(desk.look, cells).values() if rule is None else ():
        st.error(literal(rulebuilder.reason(desk, issue)))
    if rule is not None:
        _today(desk, rule, on=on)
    writes = desk.may("rules", "write")
    if writes:
        _buttons(desk, key, on=on, whole=rule is not None)
        ruleback.draw(desk, key, cells)
    tabs = st.tabs([desk.words("row.edit"), desk.words("row.history")] if writes else [desk.words("row.read"), desk.words("row.history")])
    with tabs[0]:
        if not writes:
            rowview.facts(desk, table, found)
        else:
            locked = drafting.locked(desk.look, desk.person, cells["enabled"])
            if locked:
                st.info(desk.words("rules.locked"))
            if rulebuilder.fill(desk, f"rule.{key}", cells, key, locked=locked):
                st.rerun()
    with tabs[1]:
        history(desk, table, key)


def _today(desk: Desk, rule: Rule, *, on: bool) -> None:
    """How many dues by state: of a rule in force those in the person's scope; of a draft what it would bring."""
    if on:
        dues = desk.sight.dues
        states = dues.loc[dues["rule"] == rule.id, "state"]
    elif desk.may("rules", "write"):
        states = drafting.foreseen(desk.look, rule)["state"]
    else:
        return
    counts = states.astype("str").value_counts()
    told = [desk.plainly("rules.counted", state=say(f"state.{state}", desk.lang), count=int(counts[state])) for state in counts.index]
    st.caption(
        desk.words("rules.today" if on else "rules.today_draft", counts=desk.plainly("comma").join(told) or desk.plainly("rules.no_dues"))
    )


def _buttons(desk: Desk, key: str, *, on: bool, whole: bool) -> None:
    name = f"rule.{key}.state"
    saving.show_outcome(name)
    with st.container(horizontal=True):
        if drafting.activates(desk.look, desk.person):
            code = "rules.switch_off" if on else "rules.switch_on"
            token = saving.token(name)
            st.button(
                desk.words(code), key=f"{name}.{token}", type="secondary" if on else "primary", on_click=_switch, args=(key, name, on),
                disabled=not on and not whole,
            )  # fmt: skip
        elif not on:
            st.caption(desk.words("rules.waits"), width="content")
        if desk.may("rules", "create"):
            st.button(desk.words("rules.copy"), key=f"rule.{key}.copy", on_click=_copy, args=(key,))


def _switch(key: str, name: str, on: bool) -> None:
    desk = require(SCREEN)
    said = say("screen.rules.switched_off" if on else "screen.rules.switched_on", desk.lang)
    saving.save(name, SCREEN, [Edit("rules", key, {"enabled": on}, {"enabled": not on})], said)


def _copy(key: str) -> None:
    """The drawer closes, and the builder of a new rule opens with this one's cells."""
    saving.forget(f"rule.new.{key}")
    st.session_state[COPY], st.session_state["rules.adding"] = key, True
    drawer.close("rules")
