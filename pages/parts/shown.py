"""A ledger as a person reads it: names for ids, words for codes, 万元 with separators, ISO dates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.parts.desk import Desk
from pages.parts.names import is_blank, name, names
from sheets import late
from sheets.cells import show
from sheets.cells.units import unit as unit_of
from sheets.schema import Column, Table
from sheets.tables.words import ROLES

CENTS = 100  # fen in a yuan
PERCENT = 10_000  # units in a percent
CODED = {"choice", "choices", "staff", "staffs", "ref"}
WRITTEN = "eml"  # noted for a mail that went into the folder and not to a server: no error


def cell(desk: Desk, column: Column, value: object) -> str:
    """One value as text."""
    if is_blank(value):
        return ""
    if column.kind == "ref":
        return name(desk, column.ref, value)
    if column.kind == "staff":
        return names(desk, "staff").get(str(value), str(value))
    if column.key == "role" and column.kind == "text":
        return _role(desk, str(value))
    if column.key == "step" and column.kind == "text":
        return desk.look.step(str(value), desk.lang)
    if column.key == "error" and value == WRITTEN:
        return ""
    if column.kind == "staffs":
        known = names(desk, "staff")
        return "、".join(known.get(one, one) for one in str(value).split(";") if one)
    if isinstance(value, str) and column.kind in {"money", "percent", "integer", "date", "datetime"}:
        return value  # masked, or kept as it was typed
    if isinstance(value, pd.Timestamp):
        moment = value.to_pydatetime()
        return show(column, moment.date() if column.kind == "date" else moment, desk.lang)
    return show(column, _plain(value), desk.lang)


def entered(desk: Desk, table: Table, note: object) -> str:
    """Which facts of a row were written down on another day than they say, and when."""
    days = late.read(str(note or "")).items()
    named = [(found.label(desk.lang), day) for key, day in days if (found := table.column(key))]
    return "\n".join(desk.plainly("row.entered", column=label, day=day) for label, day in named)


def show_recorded(desk: Desk, table: str, column: str, text: object) -> str:
    """A value out of the record of changes, which keeps codes and ids: in words where there are words for it."""
    ledger = desk.tables.get(table)
    known = ledger.column(column) if ledger else None
    if ledger is not None and column == late.COLUMN.key:
        return entered(desk, ledger, "" if is_blank(text) else text)
    if known is None or is_blank(text) or known.kind not in CODED:
        return "" if is_blank(text) else str(text)
    return cell(desk, known, str(text))


def frame(desk: Desk, table: Table, rows: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """The asked-for columns, ready for st.dataframe: numbers and dates stay sortable, the rest is text."""
    keys = [key for key in columns if key in rows]
    return pd.DataFrame({key: _series(desk, table[key], rows[key]) for key in keys}, index=rows.index)


def config(desk: Desk, table: Table, columns: Sequence[str], pinned: Sequence[str] = ()) -> dict[str, Any]:
    """Headings with units and how each kind of column is drawn."""
    return {key: _config(desk, table[key], key in pinned) for key in columns if table.column(key)}


def heading(desk: Desk, column: Column) -> str:
    label = column.label(desk.lang)
    unit = unit_of(column.unit, desk.lang)
    return f"{label} ({unit})" if unit and unit not in label else label


def _role(desk: Desk, code: str) -> str:
    """The alert ledger keeps a role as its code."""
    return next((role.label(desk.lang) for role in ROLES if role.code == code), code)


def _series(desk: Desk, column: Column, values: pd.Series) -> pd.Series:
    if column.kind == "money" and values.dtype.kind in "if":
        scale = CENTS * (10_000 if column.unit == "万元" else 1)
        return values.astype("Float64") / scale
    if column.kind == "percent" and values.dtype.kind in "if":
        return values.astype("Float64") / PERCENT
    if column.kind == "integer" and values.dtype.kind in "if":
        return values
    if column.kind in {"date", "datetime"} and values.dtype.kind == "M":
        return values
    known = {one: cell(desk, column, one) for one in values.dropna().unique()}
    return values.astype(object).map(lambda one: known.get(one, "") if not is_blank(one) else "").astype("str")


def _config(desk: Desk, column: Column, pinned: bool) -> Any:
    label, help_ = heading(desk, column), column.help(desk.lang) or None
    kinds = st.column_config
    if column.kind in {"money", "percent"}:
        return kinds.NumberColumn(label, format="accounting", pinned=pinned, help=help_)
    if column.kind == "integer":
        return kinds.NumberColumn(label, format="%d", pinned=pinned, help=help_)
    if column.kind == "date":
        return kinds.DateColumn(label, format="YYYY-MM-DD", pinned=pinned, help=help_)
    if column.kind == "datetime":
        return kinds.DatetimeColumn(label, format="YYYY-MM-DD HH:mm", pinned=pinned, help=help_)
    return kinds.TextColumn(label, pinned=pinned, help=help_, width="medium" if column.kind == "long" else None)


def _plain(value: Any) -> Any:
    """numpy's scalars as Python's own."""
    return value.item() if hasattr(value, "item") else value
