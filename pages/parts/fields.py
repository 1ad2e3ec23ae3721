"""One widget for each kind of column, and what was typed in it read back by the same reader as every other cell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import streamlit as st

from pages.parts.desk import Desk
from pages.parts.names import is_blank, names
from pages.parts.shown import heading
from pages.parts.words import literal
from sheets.cells import Reading, plain, read
from sheets.schema import Column, Issue, Value

TYPED = {"text", "long", "integer", "money", "percent", "phone", "email", "uscc", "account", "file", "monthday"}
MOST = 2_000  # options of one list


def field(desk: Desk, column: Column, key: str, *, near: object = None) -> None:
    """Draws the widget under `key`; the form has put there what it starts with, and the person what they typed.

    `near` is the customer of the form: rows of other ledgers are offered from that one only.
    """
    _draw(desk, column, key, near)


def start(column: Column, value: object) -> Any:
    """What the widget shows before anybody touched it."""
    if column.kind in {"choices", "staffs"}:
        return [one for one in str(value or "").split(";") if one] if not is_blank(value) else []
    if is_blank(value):
        return "" if column.kind in TYPED else None
    if column.kind in TYPED:
        return value if isinstance(value, str) else plain(column, own(value))
    if column.kind == "yesno":
        return "yes" if value else "no"
    if column.kind == "date":
        return _day(value)
    if column.kind == "datetime":
        return value.to_pydatetime() if hasattr(value, "to_pydatetime") else value
    return str(value)


def typed(column: Column, held: object) -> Reading:
    """What the widget holds, as a value or as the reason why it cannot be taken."""
    if column.kind in {"choices", "staffs"}:
        chosen = held if isinstance(held, list | tuple) else []
        return Reading(";".join(str(one) for one in chosen) or None)
    if held is None or held == "":
        return Reading(None)
    if column.kind == "yesno":
        return Reading(held == "yes")
    if column.kind in {"ref", "staff"}:
        return Reading(str(held))
    return read(column, held)


def same(first: Value, second: object) -> bool:
    """Whether a value is what the row already held."""
    if is_blank(first) and is_blank(second):
        return True
    if is_blank(first) or is_blank(second):
        return False
    return bool(first == own(second)) or (isinstance(first, date) and _day(second) == _day(first) and not _instant(first))


def _draw(desk: Desk, column: Column, key: str, near: object) -> None:
    title = heading(desk, column)
    label = literal(desk.plainly("form.must", label=title) if column.required else title)
    more: dict[str, Any] = {"key": key, "help": literal(column.help(desk.lang)) or None}
    pick = desk.plainly("pick")
    match column.kind:
        case "long":
            st.text_area(label, height="content", **more)
        case "date":
            st.date_input(label, format="YYYY-MM-DD", min_value=date(1949, 1, 1), max_value=date(2100, 12, 31), **more)
        case "datetime":
            st.datetime_input(label, format="YYYY-MM-DD", step=60, **more)
        case "yesno":
            _one(label, {"yes": desk.plainly("yes"), "no": desk.plainly("no")}, pick, more)
        case "choice":
            _one(label, {c.code: c.label(desk.lang) for c in column.choices}, pick, more)
        case "choices":
            _many(label, {c.code: c.label(desk.lang) for c in column.choices}, pick, more)
        case "staff":
            _one(label, people(desk), pick, more)
        case "staffs":
            _many(label, people(desk), pick, more)
        case "ref":
            _one(label, offered(desk, column.ref, near), pick, more)
        case _:
            st.text_input(label, autocomplete="off", **more)


def people(desk: Desk) -> dict[str, str]:
    """Staff who are still here, by name."""
    staff = desk.book.frame("staff")
    here = set(staff.loc[staff["status"].astype("str") != "left", "id"].astype(str))
    return {key: label for key, label in names(desk, "staff").items() if key in here}


def offered(desk: Desk, table: str, near: object) -> dict[str, str]:
    """The rows a reference may name: all customers, and of other ledgers those of the customer at hand."""
    known = names(desk, table)
    rows = desk.rows(table)
    if "customer" not in rows or is_blank(near):
        return known if len(known) <= MOST else dict(list(known.items())[-MOST:])
    return {key: known[key] for key in rows.loc[rows["customer"].astype("str") == str(near), "id"].astype(str)}


def reason(desk: Desk, table: str, column: Column, reading: Reading) -> str:
    """Why a typed value cannot be taken, and how to mend it."""
    return desk.sentence(Issue(table, "", column.key, "", reading.code, reading.raw))


def _one(label: str, options: Mapping[str, str], pick: str, more: dict[str, Any]) -> None:
    held = st.session_state.get(more["key"])
    known = list(options) + ([held] if held is not None and held not in options else [])
    st.selectbox(label, known, format_func=lambda one: options.get(one, one), placeholder=pick, index=None, **more)


def _many(label: str, options: Mapping[str, str], pick: str, more: dict[str, Any]) -> None:
    held = [one for one in st.session_state.get(more["key"]) or [] if one not in options]
    st.multiselect(label, [*options, *held], format_func=lambda one: options.get(one, one), placeholder=pick, select_all=False, **more)


def own(value: Any) -> Any:
    """pandas' and numpy's values as Python's; what is missing as None."""
    if is_blank(value):
        return None
    if hasattr(value, "to_pydatetime"):
        return value.to_pydatetime()
    return value.item() if hasattr(value, "item") else value


def _day(value: Any) -> date:
    day: date = value.date() if isinstance(value, datetime) or hasattr(value, "to_pydatetime") else value
    return day


def _instant(value: object) -> bool:
    return isinstance(value, datetime)
