"""The cells of a rule that are lines of several picks: comparisons, the rungs of the ladder, and the words it speaks in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st

from branch import picks
from branch.picks import Rung, Wanted
from pages.parts.rulefields import FIELDS, Field, Place, units
from pages.parts.words import literal
from sheets import cells
from sheets.cells.units import unit as unit_of
from sheets.schema import Column, Table

MOST = 6  # lines of one cell


def _lines(place: Place) -> int:
    return int(st.session_state.get(f"{place.key}.lines", 0))


def _more(place: Place, code: str) -> None:
    count = _lines(place)
    with st.container(horizontal=True):
        if count < MOST and not place.locked:
            st.button(
                place.desk.words(f"rules.{code}"), key=f"{place.key}.more", on_click=_set, args=(place.key, count + 1), type="tertiary"
            )
        if count and not place.locked:
            st.button(place.desk.words("rules.less"), key=f"{place.key}.less", on_click=_set, args=(place.key, count - 1), type="tertiary")


def _set(key: str, count: int) -> None:
    st.session_state[f"{key}.lines"] = count


def comparisons(cell: str) -> Field:
    """Column – comparison – value, for the rows of the ledger that this cell names."""

    def start(place: Place, text: str) -> Mapping[str, object] | None:
        table = place.table(cell)
        found = picks.wanted(text, table.key, place.desk.tables) if table else () if not text else None
        if found is None or len(found) > MOST:
            return None
        held: dict[str, object] = {".lines": len(found)}
        for n, one in enumerate(found):
            column = picks.column(one.path, table, place.desk.tables) if table else Column("", "", "")
            held |= {f".{n}.path": one.path, f".{n}.op": one.op, f".{n}.value": _held(column, one.values)}
        return held

    def draw(place: Place) -> None:
        table = place.table(cell)
        st.caption(place.label)
        if table is None:
            return
        for n in range(_lines(place)):
            _line(place, table, n)
        _more(place, "more_where")

    def text(place: Place) -> str:
        table = place.table(cell)
        found = [_picked(place, table, n) for n in range(_lines(place))] if table else []
        return picks.compared(tuple(one for one in found if one is not None))

    return Field(start, draw, text)


def _held(column: Column, values: tuple[str, ...]) -> object:
    if column.kind in picks.CODED:
        return list(values)
    if column.kind == "date":
        return cells.read(column, values[0]).value if values else None
    return "、".join(values) if column.kind == "text" else values[0] if values else ""


def _line(place: Place, table: Table, n: int) -> None:
    desk, key = place.desk, f"{place.key}.{n}"
    ways = picks.paths(table, desk.tables)
    held = st.session_state.get(f"{key}.path")
    labels = {way: picks.path_label(way, table, desk.tables, desk.lang) for way in (*ways, *([held] if held and held not in ways else []))}
    first, second, third = st.columns((4, 3, 5))
    with first:
        way = st.selectbox(
            desk.words("rules.where_column"), list(labels), key=f"{key}.path", index=None, format_func=labels.__getitem__,
            placeholder=desk.plainly("pick"), disabled=place.locked, on_change=_other, args=(key,),
        )  # fmt: skip
    if way is None:
        return
    column = picks.column(way, table, desk.tables)
    with second:
        op = st.selectbox(
            desk.words("rules.where_op"), picks.comparisons(column), key=f"{key}.op", disabled=place.locked,
            format_func=lambda one: desk.plainly(f"rules.op.{one}"),
        )  # fmt: skip
    if op not in ("blank", "filled"):
        with third:
            _value(place, column, f"{key}.value")


def _other(key: str) -> None:
    st.session_state.pop(f"{key}.value", None)
    st.session_state.pop(f"{key}.op", None)


def _value(place: Place, column: Column, key: str) -> None:
    desk = place.desk
    label = desk.words("rules.where_value")
    more: dict[str, Any] = {"key": key, "disabled": place.locked}
    if column.kind in picks.CODED:
        codes = {c.code: c.label(desk.lang) for c in column.choices} or {"yes": desk.plainly("yes"), "no": desk.plainly("no")}
        st.multiselect(label, list(codes), format_func=lambda one: codes.get(one, one), placeholder=desk.plainly("pick"), **more)
    elif column.kind == "date":
        st.date_input(label, format="YYYY-MM-DD", value=None, min_value=date(1949, 1, 1), max_value=date(2100, 12, 31), **more)
    else:
        unit = unit_of(column.unit, desk.lang)
        st.text_input(label + literal(f" ({unit})" if unit else ""), autocomplete="off", **more)


def _picked(place: Place, table: Table, n: int) -> Wanted | None:
    """A line as a comparison; None while no column is picked. A value that is missing stays missing, and is refused."""
    key = f"{place.key}.{n}"
    way, op = st.session_state.get(f"{key}.path"), st.session_state.get(f"{key}.op")
    if not way:
        return None
    column = picks.column(str(way), table, place.desk.tables)
    if op in ("blank", "filled"):
        return Wanted(str(way), op)
    held = st.session_state.get(f"{key}.value")
    values = tuple(map(str, held)) if isinstance(held, list | tuple) else (str(held),) if held else ()
    if column.kind == "text":
        values = tuple(word.strip() for value in values for word in value.split("、") if word.strip())
    return Wanted(str(way), op or "is", values or ("?",))


def _rungs_start(_: Place, text: str) -> Mapping[str, object] | None:
    found = picks.rungs(text)
    if found is None or len(found) > MOST:
        return None
    held: dict[str, object] = {".lines": len(found)}
    for n, one in enumerate(found):
        held |= {f".{n}.number": one.number, f".{n}.unit": one.unit, f".{n}.roles": list(one.roles)}
    return held


def _rungs_draw(place: Place) -> None:
    desk = place.desk
    roles = picks.told(desk.lang)
    st.caption(place.label)
    for n in range(_lines(place)):
        key = f"{place.key}.{n}"
        first, second, third = st.columns((3, 3, 6))
        with first:
            st.number_input(desk.words("rules.after"), min_value=0, max_value=999, step=1, key=f"{key}.number", disabled=place.locked)
        with second:
            units(place, f"{key}.unit", ("d", "wd", "m"))
        with third:
            st.multiselect(
                desk.words("rules.tell"), list(roles), key=f"{key}.roles", format_func=lambda one: roles.get(one, one),
                placeholder=desk.plainly("pick"), disabled=place.locked, select_all=False,
            )  # fmt: skip
    _more(place, "more_rungs")


def _rungs_text(place: Place) -> str:
    held = st.session_state
    found = []
    for n in range(_lines(place)):
        key = f"{place.key}.{n}"
        roles = tuple(held.get(f"{key}.roles") or ())
        found.append(Rung(int(held.get(f"{key}.number") or 0), str(held.get(f"{key}.unit") or "d"), roles))
    return picks.laddered(tuple(found))


def _words_start(place: Place, text: str) -> Mapping[str, object]:
    table = place.table()
    return {"": picks.labelled(text, table, place.desk.lang) if table else text}


def _words_draw(place: Place) -> None:
    desk, table = place.desk, place.table()
    st.text_area(place.label, key=place.key, height="content", disabled=place.locked, help=desk.words("rules.help.text"))
    if table is None or place.locked:
        return
    labels = picks.blanks(table, desk.lang)
    st.selectbox(
        desk.words("rules.insert"), list(labels), key=f"{place.key}.insert", index=None, format_func=labels.__getitem__,
        placeholder=desk.plainly("pick"), on_change=_insert, args=(place.key, labels),
    )  # fmt: skip


def _insert(key: str, labels: Mapping[str, str]) -> None:
    """The picked column is named at the end of the text; the list is then ready for the next one."""
    chosen = st.session_state.get(f"{key}.insert")
    if chosen:
        st.session_state[key] = f"{st.session_state.get(key) or ''}{{{labels[chosen]}}}"
        st.session_state[f"{key}.insert"] = None


def _words_text(place: Place) -> str:
    table, typed = place.table(), str(place.held() or "").strip()
    return picks.keyed(typed, table, place.desk.lang) if table else typed


WORDS = Field(_words_start, _words_draw, _words_text)
FIELDS |= {
    "comparisons": comparisons("subject"),
    "comparisons_of_event": comparisons("event"),
    "rungs": Field(_rungs_start, _rungs_draw, _rungs_text),
    "words": WORDS,
}
