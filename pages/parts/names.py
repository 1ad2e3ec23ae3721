"""The word by which a person knows a row: a short name for a customer, a name for staff, a heading for the rest."""

from __future__ import annotations

import pandas as pd

from pages.parts.desk import Desk
from sheets.cells import show
from sheets.names import of_people
from sheets.schema import Table


def names(desk: Desk, table: str) -> dict[str, str]:
    """Row id → name, for the rows this person may see. Staff and teams are known to all. Shared: never change it."""
    return desk.sight.once(("names", desk.person, desk.lang, table), lambda: _names(desk, table))


def _names(desk: Desk, table: str) -> dict[str, str]:
    frame = desk.book.frame(table) if table in {"staff", "teams"} else desk.rows(table)
    if frame.empty or "id" not in frame:
        return {}
    return dict(zip(frame["id"].astype(str), _titles(desk, desk.tables[table], frame), strict=True))


def name(desk: Desk, table: str, row: object) -> str:
    """One name; the bare number where the row is unknown, the name of the ledger where nobody sees its numbers."""
    if is_blank(row):
        return ""
    known = desk.tables.get(table)
    return names(desk, table).get(str(row), str(row) if known is None or known.numbered else known.label(desk.lang))


def _titles(desk: Desk, table: Table, frame: pd.DataFrame) -> list[str]:
    """The title column; where it is empty the full name, then the number."""
    ids = frame["id"].astype(str) if table.numbered else pd.Series(table.label(desk.lang), index=frame.index)
    title = _column(desk, table, frame, table.title)
    if table.key == "staff":
        title = ids.map(of_people(frame))
    if table.key == "customers" and "name" in frame:
        title = title.where(title != "", frame["name"].astype(object).where(frame["name"].notna(), ""))
    if table.key in {"staff", "teams", "customers"}:
        return list(title.where(title != "", ids))
    owner = _column(desk, table, frame, "customer") if table.title != "customer" else pd.Series("", index=frame.index)
    both = owner.str.cat(title.where(title != "", ids), sep=" · ").str.strip(" ·")
    return list(both)


def _column(desk: Desk, table: Table, frame: pd.DataFrame, key: str) -> pd.Series:
    column = table.column(key)
    if column is None or key not in frame:
        return pd.Series("", index=frame.index, dtype=object)
    values = frame[key].astype(object)
    values = values.where(frame[key].notna(), None)
    if column.kind == "ref" and column.ref != table.key:
        known = names(desk, column.ref)
        return values.map(lambda v: known.get(str(v), str(v)) if v is not None else "")
    if column.kind == "staff":
        known = names(desk, "staff")
        return values.map(lambda v: known.get(str(v), str(v)) if v is not None else "")
    return values.map(lambda v: show(column, v, desk.lang) if v is not None else "")


def is_blank(value: object) -> bool:
    """Nothing was entered: None, an empty text or list, NaN, NaT or NA."""
    if value is None or isinstance(value, str | list | tuple):
        return not value
    return bool(pd.isna(value))  # type: ignore[call-overload]
