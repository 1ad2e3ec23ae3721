"""What the dictionary says about columns: more of them, other labels, more choices, required, hidden, in another order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import get_args

from sheets.cells import fold
from sheets.dictionary.rows import OWN_KEY, Overlay, Row
from sheets.schema import Choice, Column, Kind, Table

_CODE = re.compile(r"[\w+.-]{1,48}")


def add(made: Overlay, row: Row) -> None:
    """A column more. Its key starts with x_, so that no later release can mean something else by it."""
    table = made.tables.get(row.table)
    if table is None:
        return made.refuse(row, "table", "dictionary_table")
    if row.table in made.core and made.core[row.table].column(row.column):
        return made.refuse(row, "column", "dictionary_core")
    if not OWN_KEY.fullmatch(row.column):
        return made.refuse(row, "column", "dictionary_key")
    if table.column(row.column):
        return made.refuse(row, "column", "dictionary_twice")
    if not (row.zh or row.en):
        return made.refuse(row, "value_zh", "dictionary_label")
    kind: Kind | None = next((k for k in get_args(Kind) if k == (row.kind or "text")), None)
    if kind is None:
        return made.refuse(row, "kind", "dictionary_kind")
    choices = _choices(row.choices, {})
    if choices is None or (kind in ("choice", "choices")) != bool(choices):
        return made.refuse(row, "choices", "dictionary_choices")
    if kind == "ref" and row.ref not in made.tables:
        return made.refuse(row, "ref", "dictionary_ref")
    unit = row.unit or ("万元" if kind == "money" else "%" if kind == "percent" else "")
    if (kind == "money" and unit not in ("万元", "元", "亿元", "千元")) or (kind == "percent" and unit != "%"):
        return made.refuse(row, "unit", "dictionary_unit")
    column = Column(row.column, row.zh or row.en, row.en or row.zh, kind, choices, unit=unit, ref=row.ref if kind == "ref" else "")
    title = row.column if table.title == "id" and row.table.startswith("x_") and kind == "text" else table.title
    made.tables[row.table] = replace(table, columns=(*table.columns, column), title=title)
    if row.position:
        made.positions[row.table, row.column] = row.position
    return None


def relabel(made: Overlay, row: Row) -> None:
    """Other words for a column, or for the table when no column is named. The old ones are still understood."""
    if not (row.zh or row.en):
        return made.refuse(row, "value_zh", "dictionary_label")
    table = made.tables.get(row.table)
    if table is None:
        return made.refuse(row, "table", "dictionary_table")
    if not row.column:
        made.tables[row.table] = replace(table, zh=row.zh or table.zh, en=row.en or table.en, aliases=_old(table, row))
        return None
    column = made.column(row)
    if column is None:
        return None
    taken = {fold(label) for c in table.columns if c is not column for label in (c.key, c.zh, c.en)}
    if fold(row.zh) in taken or fold(row.en) in taken:
        return made.refuse(row, "value_zh", "dictionary_label_taken")
    return made.put(row, replace(column, zh=row.zh or column.zh, en=row.en or column.en, aliases=_old(column, row)))


def _old(named: Table | Column, row: Row) -> tuple[str, ...]:
    left = [label for label, new in ((named.zh, row.zh), (named.en, row.en)) if new and new != label]
    return tuple(dict.fromkeys((*named.aliases, *left)))


def choice(made: Overlay, row: Row) -> None:
    """More choices, or other words for the ones there are."""
    column = made.column(row)
    if column is None:
        return None
    known = {choice.code: choice for choice in column.choices}
    fresh = _choices(row.choices, known)
    if not fresh or column.kind not in ("choice", "choices"):
        return made.refuse(row, "choices" if column.kind in ("choice", "choices") else "column", "dictionary_choices")
    known.update((choice.code, choice) for choice in fresh)
    return made.put(row, replace(column, choices=tuple(known.values())))


def require(made: Overlay, row: Row) -> None:
    column = made.column(row)
    if column is not None:
        made.put(row, replace(column, required=True))


def optional(made: Overlay, row: Row) -> None:
    column = made.column(row)
    if column is not None and column.key == "id":
        made.refuse(row, "column", "dictionary_core")
    elif column is not None:
        made.put(row, replace(column, required=False))


def hide(made: Overlay, row: Row) -> None:
    """Only checked here; `hidden` answers who is out of sight. What must be filled in may not be hidden."""
    column = made.column(row)
    if column is not None and not may_hide(made.tables[row.table], column):
        made.refuse(row, "column", "dictionary_hide")


def may_hide(table: Table, column: Column) -> bool:
    return not (column.required or column.required_when) and column.key not in ("id", table.title)


def order(made: Overlay, row: Row) -> None:
    if made.column(row) is None:
        return
    if row.position < 1:
        made.refuse(row, "position", "dictionary_position")
    else:
        made.positions[row.table, row.column] = row.position


def _choices(text: str, known: Mapping[str, Choice]) -> tuple[Choice, ...] | None:
    """`code=中文=English=alias|alias; …`; None if a part cannot be read. A word alone is code and label at once.

    A code that is known already keeps the labels that are not given, and understands the old ones for ever.
    """
    found: dict[str, Choice] = {}
    for part in filter(None, (piece.strip() for piece in re.split(r"[;；\n]", text))):
        code, *labels = (word.strip() for word in part.replace("＝", "=").split("="))
        if len(labels) > 3 or not _CODE.fullmatch(code) or code in found:
            return None
        zh, en, more = (*labels, "", "", "")[:3]
        old = known.get(code, Choice(code, zh or code, en or zh or code))
        aliases = (*map(str.strip, more.split("|")), *old.aliases, *((old.zh, old.en) if code in known else ()))
        found[code] = Choice(code, zh or old.zh, en or old.en, tuple(dict.fromkeys(a for a in aliases if a)))
    return tuple(found.values())


ACTS = {"add": add, "relabel": relabel, "choice": choice, "require": require, "optional": optional, "hide": hide, "order": order}
