"""The imports that were: who, when, which file, what came of it; and one button that takes the whole of one back."""

from __future__ import annotations

from functools import partial

import streamlit as st

from branch import clock, undo
from branch.undo import Past, Undone
from pages.parts import errand, names
from pages.parts import importing_draft as draft
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.words import literal
from texts import Fault

SHOWN = 10
NAMED = 20  # rows named among what an undo has left


def draw(desk: Desk, above: str = "") -> None:
    """`above`: the key of one that the page tells of already."""
    every = [one for one in undo.past(desk.branch, desk.person) if one.key != above]
    told = st.session_state.pop("importing.undone", None)
    if not every and told is None:
        return
    st.header(desk.words("importing.past"))
    with st.container():
        if isinstance(told, Undone):
            _undone(desk, told)
        elif told:
            st.error(literal(told))
    for one in every[:SHOWN]:
        past(desk, one)


def past(desk: Desk, one: Past) -> None:
    people = names.names(desk, "staff")
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        ledger = desk.tables[one.table].label(desk.lang) if one.table in desk.tables else one.table
        when = one.at.strftime("%Y-%m-%d %H:%M")
        said = [f"**{literal(one.file)}** · {literal(ledger)}", f":gray[{literal(people.get(one.staff, one.staff))} · {literal(when)}]"]
        counts = [
            desk.words("importing.of_ledger", ledger=desk.tables[key].label(desk.lang), **told)
            for key, told in one.ledgers.items()
            if key in desk.tables and any(told.values())
        ]
        st.markdown("  \n".join([*said, " ".join(counts) or desk.words("importing.rows_of", count=one.rows)]), width="stretch")
        if one.undone:
            st.markdown(f":gray[{desk.words('importing.was_undone')}]", width="content")
        else:
            with st.popover(desk.words("importing.undo"), width="content"):
                st.markdown(desk.words("importing.undo_hint"))
                st.button(
                    desk.words("importing.undo_sure"), key=f"importing.undo.{one.key}", type="primary", on_click=_undo, args=(one.key,)
                )


def _undo(key: str) -> None:
    desk = require("importing")
    try:
        st.session_state["importing.undone"] = undo.undo(desk.branch, key, desk.person, clock.now())
        errand.forget(draft.lane(desk))  # what it told of that import is no more so
    except Fault as fault:
        st.session_state["importing.undone"] = fault.say(desk.lang)


def _undone(desk: Desk, told: Undone) -> None:
    st.success(desk.words("importing.undone", removed=told.removed, restored=told.restored))
    if not told.left:
        return
    show = partial(names.name, desk)
    lines = []
    for left in told.left[:NAMED]:
        table = desk.tables.get(left.table)
        columns = [column.label(desk.lang) for key in left.columns if table and (column := table.column(key))]
        row = literal(f"{table.label(desk.lang) if table else left.table} · {show(left.table, left.row)}")
        lines.append(f"- {row}: {desk.words(f'importing.left.{left.why}', columns=desk.plainly('comma').join(columns))}")
    if len(told.left) > NAMED:
        lines.append(f"- {desk.words('importing.more', count=len(told.left) - NAMED)}")
    st.warning(desk.words("importing.left_some", count=len(told.left)) + "\n\n" + "\n".join(lines))
