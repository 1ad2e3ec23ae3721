"""Several rules drafted in one grid: every cell is a pick in words, and the sentence of each rule follows what is picked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

import pandas as pd
import streamlit as st

from branch import drafting, rule_cells, rule_drafts
from branch.rule_drafts import Several
from pages.parts import listing, rulebuilder, rulecard
from pages.parts.desk import Desk
from pages.parts.words import literal

NAME = "rules.several"
REFUSED = f"{NAME}.refused"
SAYS = 410  # pixels of the column of the sentence
LINES = {"zh": 106}  # pixels of a row, so that the longest sentence fits
LINE = 150  # in a language that needs more room
TALL = 680  # pixels of the grid; the rest scrolls
WIDTHS = {"roles": 165, "lead": 110, "due": 170, "roll": 80, "count": 100, "remind": 170, "ladder": 220}
OWN = ("lead", "due", "count", "remind", "ladder")  # columns whose names in the rules sheet are too short for whoever picks


def load(desk: Desk) -> Several:
    return rule_drafts.load(desk.branch, desk.look, desk.person.staff)


def keep(desk: Desk, several: Several) -> None:
    rule_drafts.keep(desk.branch, desk.person.staff, several, desk.now)


def renew() -> None:
    """What the grid holds by itself is forgotten: it is drawn anew from the drafts."""
    st.session_state[f"{NAME}.number"] = st.session_state.get(f"{NAME}.number", 0) + 1


def heading(desk: Desk, cell: str) -> str:
    return desk.plainly(f"rules.several.{cell}") if cell in OWN else desk.tables["rules"][cell].label(desk.lang)


def called(desk: Desk, number: str) -> str:
    """What a rule is called, as the list of rules calls it."""
    return rulecard.title(desk, number)


def said(desk: Desk, cells: Mapping[str, str]) -> str:
    """The sentence that these cells make."""
    rule = drafting.rule(desk.look, cells)
    return desk.plainly("rules.unread") if rule is None else drafting.read_back(desk.look, rule, desk.lang)


def draw(desk: Desk, several: Several) -> None:
    """The filters, what was refused, and the grid."""
    rows = _filtered(desk, several)
    _refusals()
    if rows.empty:
        listing.empty(desk, "nothing_found" if st.session_state.get(f"{NAME}.search") else "rules.several.only_none")
        return
    ids = [str(one) for one in rows["id"]]
    mark = blake2b(chr(0).join(ids).encode(), digest_size=8).hexdigest()
    key = f"{NAME}.grid.{st.session_state.get(f'{NAME}.number', 0)}.{mark}.{desk.lang}"
    st.session_state[f"{NAME}.ids"] = {key: ids}
    line = LINES.get(desk.lang, LINE)
    st.data_editor(
        _frame(desk, several, ids),
        key=key,
        hide_index=True,
        num_rows="fixed",
        placeholder="",
        column_config=_config(desk, several),
        row_height=line,
        height=TALL if len(ids) * line > TALL else "content",
        alt=desk.plainly("rules.view_several"),
    )


def _filtered(desk: Desk, several: Several) -> pd.DataFrame:
    rows = desk.rows("rules")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = st.text_input(
            desk.words("search"), key=f"{NAME}.search", placeholder=desk.plainly("search_hint"), autocomplete="off", live="400ms"
        )
        only = st.toggle(desk.words("rules.several.only"), key=f"{NAME}.only")
    rows = rows[rows["id"].astype(str).isin(several.typed)] if only else rows
    return listing.found(desk, desk.tables["rules"], rows, wanted) if wanted else rows


def _frame(desk: Desk, several: Several, ids: Sequence[str]) -> pd.DataFrame:
    lines = []
    for number in ids:
        cells = rule_drafts.whole(desk.look, several, number)
        picks = {cell: rule_cells.label(desk.look, cells, cell, desk.lang) for cell in rule_cells.PICKS}
        changed = desk.plainly("rules.several.is_changed") if number in several.typed else ""
        line = {"name": called(desk, number), "says": said(desk, cells), "changed": changed}
        lines.append({**line, "enabled": cells["enabled"] == "yes", **picks})
    return pd.DataFrame(lines).astype(dict.fromkeys(("name", "says", "changed", *rule_cells.PICKS), "str"))


def _config(desk: Desk, several: Several) -> dict[str, Any]:
    kinds, table = st.column_config, desk.tables["rules"]
    rules = [rule_drafts.whole(desk.look, several, number) for number in rule_drafts.standing(desk.look)]
    config: dict[str, Any] = {
        "name": kinds.TextColumn(desk.plainly("rules.view_rules"), width=130, disabled=True, pinned=True),
        "says": kinds.TextColumn(desk.plainly("rules.says"), width=SAYS, disabled=True, pinned=True),
        "changed": kinds.TextColumn(desk.plainly("rules.several.changed"), width=70, disabled=True),
        "enabled": kinds.CheckboxColumn(table["enabled"].label(desk.lang), width=75),
    }
    for cell in rule_cells.PICKS:
        options = list(rule_cells.options(desk.look, rules, cell, desk.lang))
        config[cell] = kinds.SelectboxColumn(heading(desk, cell), options=options, width=WIDTHS.get(cell, 130))
    return config


def take(desk: Desk) -> None:
    """Before anything is drawn or saved: what was picked since the last time goes into the drafts; what cannot stand is
    refused in words, and the grid shows what stood there before."""
    for key, ids in st.session_state.get(f"{NAME}.ids", {}).items():
        edited: Mapping[Any, Mapping[str, Any]] = (st.session_state.get(key) or {}).get("edited_rows", {})
        if key not in st.session_state:  # it was out of sight, and begins anew: the same pick may be made once more
            st.session_state.pop(f"{NAME}.seen", None)
        seen: Mapping[tuple[int, str], Any] = st.session_state.get(f"{NAME}.seen", {}).get(key, {})
        picks = {(int(place), cell): value for place, cells in edited.items() for cell, value in cells.items()}
        fresh = {where: value for where, value in picks.items() if where not in seen or seen[where] != value}
        if fresh and desk.may("rules", "write"):
            _draft(desk, [(ids[place], cell, value) for (place, cell), value in fresh.items()])
            st.session_state[f"{NAME}.seen"] = {key: picks}


def _draft(desk: Desk, picks: Sequence[tuple[str, str, Any]]) -> None:
    several, refused = load(desk), []
    for number, cell, value in picks:
        several, reasons = _pick(desk, several, number, cell, value)
        refused += reasons
    keep(desk, several)
    st.session_state[REFUSED] = refused
    if refused:
        renew()


def _pick(desk: Desk, several: Several, number: str, cell: str, value: Any) -> tuple[Several, list[str]]:
    """One pick drafted, or why not: a sentence for each thing that stands against it."""
    cells = rule_drafts.whole(desk.look, several, number)
    if cell == "enabled":
        text = "yes" if value else "no"
    elif cell not in rule_cells.PICKS or value == rule_cells.label(desk.look, cells, cell, desk.lang):
        return several, []
    elif not rule_cells.picked(cells, cell):
        why = "builder" if rule_cells.in_builder(cells, cell) else "unused"
        return several, [refusal(desk, number, cell, desk.plainly(f"rules.several.{why}"))]
    else:
        rules = [rule_drafts.whole(desk.look, several, one) for one in rule_drafts.standing(desk.look)]
        text = rule_cells.options(desk.look, rules, cell, desk.lang).get(str(value or ""), "")
    several, found = rule_drafts.pick(desk.look, several, number, cell, text, desk.lang)
    return several, [refusal(desk, number, cell, rulebuilder.reason(desk, one)) for one in found]


def refusal(desk: Desk, number: str, cell: str, reason: str) -> str:
    return desk.plainly("rules.several.refused", name=called(desk, number), column=heading(desk, cell), reason=reason)


def _refusals() -> None:
    """A place of its own, so that the grid does not move under the hand."""
    with st.container():
        for one in st.session_state.pop(REFUSED, ()):
            st.error(literal(one))
