"""What a branch changes about its tables: other labels, more choices, more columns, ledgers of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, get_args

import pandas as pd

from sheets.cells import fold
from sheets.cells.reading import native
from sheets.schema import Choice, Column, Issue, Kind, Table

KINDS: tuple[str, ...] = get_args(Kind)
UNITS = ("", "万元", "元", "%", "‰", "亿元", "千元")
_OWN_KEY = re.compile(r"x_[a-z0-9_]{1,38}")
_CODE = re.compile(r"[\w+.-]{1,48}")


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the dictionary, every cell as text; `position` is its place in a list, or 0."""

    id: str
    table: str
    column: str
    act: str
    zh: str
    en: str
    kind: str
    choices: str
    ref: str
    unit: str
    position: int


@dataclass(slots=True)
class _Desk:
    """Tables being written over, and what could not be."""

    tables: dict[str, Table]
    core: Mapping[str, Table]
    positions: dict[tuple[str, str], int] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)

    def refuse(self, row: _Row, column: str, code: str) -> None:
        raw = {"value_zh": row.zh, "value_en": row.en}.get(column) or str(getattr(row, column, ""))
        self.issues.append(Issue("dictionary", row.id, column, f"{row.id}.{column}", code, raw, values={"rule": row.id}))


def overlay(tables: Mapping[str, Table], rows: pd.DataFrame | Iterable[Mapping[str, Any]]) -> tuple[dict[str, Table], list[Issue]]:
    """The tables as the branch wants them. A row that cannot be followed costs one Issue and nothing else.

    Ledgers are made first, then columns, then everything said about them: the order of the rows does not matter.
    """
    desk = _Desk(dict(tables), tables)
    wanted = list(_rows(rows))
    for acts in (("ledger",), ("add",), ("relabel", "choice", "require", "optional", "hide", "order")):
        for row in wanted:
            if row.act in acts:
                _ACTS[row.act](desk, row)
    for row in wanted:
        if row.act not in _ACTS:
            desk.refuse(row, "act", "dictionary_act")
    for key in {table for table, _ in desk.positions}:
        desk.tables[key] = _ordered(desk, desk.tables[key])
    return desk.tables, desk.issues


def hidden(tables: Mapping[str, Table], rows: pd.DataFrame | Iterable[Mapping[str, Any]]) -> frozenset[tuple[str, str]]:
    """The (table, column) pairs that forms and lists leave out. Storage, rules, import and export keep them."""
    kept = frozenset((row.table, row.column) for row in _rows(rows) if row.act == "hide")
    return frozenset(
        pair for pair in kept if pair[0] in tables and (c := tables[pair[0]].column(pair[1])) and _may_hide(tables[pair[0]], c)
    )


def _rows(rows: pd.DataFrame | Iterable[Mapping[str, Any]]) -> Iterable[_Row]:
    for record in rows.to_dict("records") if isinstance(rows, pd.DataFrame) else rows:
        if native(record.get("deleted")) is True:
            continue
        text = {
            key: _text(record.get(key))
            for key in ("id", "table", "column", "act", "value_zh", "value_en", "kind", "choices", "ref", "unit")
        }
        place = native(record.get("position"))
        yield _Row(
            text["id"],
            text["table"],
            text["column"],
            text["act"],
            text["value_zh"],
            text["value_en"],
            text["kind"],
            text["choices"],
            text["ref"],
            text["unit"],
            int(place) if isinstance(place, int | float) else 0,
        )


def _text(cell: object) -> str:
    value = native(cell)
    return value.strip() if isinstance(value, str) else ""


def _ledger(desk: _Desk, row: _Row) -> None:
    """A ledger of the branch's own: an id at first, its columns come by `add`."""
    if not _OWN_KEY.fullmatch(row.table):
        return desk.refuse(row, "table", "dictionary_key")
    if row.table in desk.tables:
        return desk.refuse(row, "table", "dictionary_twice")
    if not (row.zh or row.en):
        return desk.refuse(row, "value_zh", "dictionary_label")
    key = Column("id", "编号", "No.", auto=True)
    desk.tables[row.table] = Table(row.table, row.zh or row.en, row.en or row.zh, "work", (key,))
    return None


def _add(desk: _Desk, row: _Row) -> None:
    """A column more. Its key starts with x_, so that no later release can mean something else by it."""
    table = desk.tables.get(row.table)
    if table is None:
        return desk.refuse(row, "table", "dictionary_table")
    if row.table in desk.core and desk.core[row.table].column(row.column):
        return desk.refuse(row, "column", "dictionary_core")
    if not _OWN_KEY.fullmatch(row.column):
        return desk.refuse(row, "column", "dictionary_key")
    if table.column(row.column):
        return desk.refuse(row, "column", "dictionary_twice")
    if not (row.zh or row.en):
        return desk.refuse(row, "value_zh", "dictionary_label")
    kind: Kind | None = next((k for k in get_args(Kind) if k == (row.kind or "text")), None)
    if kind is None:
        return desk.refuse(row, "kind", "dictionary_kind")
    choices = _choices(row.choices, {})
    if choices is None or (kind in ("choice", "choices")) != bool(choices):
        return desk.refuse(row, "choices", "dictionary_choices")
    if kind == "ref" and row.ref not in desk.tables:
        return desk.refuse(row, "ref", "dictionary_ref")
    unit = row.unit or ("万元" if kind == "money" else "%" if kind == "percent" else "")
    if (kind == "money" and unit not in ("万元", "元", "亿元", "千元")) or (kind == "percent" and unit != "%"):
        return desk.refuse(row, "unit", "dictionary_unit")
    column = Column(row.column, row.zh or row.en, row.en or row.zh, kind, choices, unit=unit, ref=row.ref if kind == "ref" else "")
    title = row.column if table.title == "id" and row.table.startswith("x_") and kind == "text" else table.title
    desk.tables[row.table] = replace(table, columns=(*table.columns, column), title=title)
    if row.position:
        desk.positions[row.table, row.column] = row.position
    return None


def _relabel(desk: _Desk, row: _Row) -> None:
    """Other words for a column, or for the table when no column is named. The old ones are still understood."""
    if not (row.zh or row.en):
        return desk.refuse(row, "value_zh", "dictionary_label")
    table = desk.tables.get(row.table)
    if table is None:
        return desk.refuse(row, "table", "dictionary_table")
    if not row.column:
        desk.tables[row.table] = replace(table, zh=row.zh or table.zh, en=row.en or table.en, aliases=_old(table, row))
        return None
    column = _column(desk, row)
    if column is None:
        return None
    taken = {fold(label) for c in table.columns if c is not column for label in (c.key, c.zh, c.en)}
    if fold(row.zh) in taken or fold(row.en) in taken:
        return desk.refuse(row, "value_zh", "dictionary_label_taken")
    return _put(desk, row, replace(column, zh=row.zh or column.zh, en=row.en or column.en, aliases=_old(column, row)))


def _old(named: Table | Column, row: _Row) -> tuple[str, ...]:
    left = [label for label, new in ((named.zh, row.zh), (named.en, row.en)) if new and new != label]
    return tuple(dict.fromkeys((*named.aliases, *left)))


def _choice(desk: _Desk, row: _Row) -> None:
    """More choices, or other words for the ones there are."""
    column = _column(desk, row)
    if column is None:
        return None
    known = {choice.code: choice for choice in column.choices}
    fresh = _choices(row.choices, known)
    if not fresh or column.kind not in ("choice", "choices"):
        return desk.refuse(row, "choices" if column.kind in ("choice", "choices") else "column", "dictionary_choices")
    known.update((choice.code, choice) for choice in fresh)
    return _put(desk, row, replace(column, choices=tuple(known.values())))


def _require(desk: _Desk, row: _Row) -> None:
    column = _column(desk, row)
    if column is not None:
        _put(desk, row, replace(column, required=True))


def _optional(desk: _Desk, row: _Row) -> None:
    column = _column(desk, row)
    if column is not None and column.key == "id":
        desk.refuse(row, "column", "dictionary_core")
    elif column is not None:
        _put(desk, row, replace(column, required=False))


def _hide(desk: _Desk, row: _Row) -> None:
    """Only checked here; `hidden` answers who is out of sight. What must be filled in may not be hidden."""
    column = _column(desk, row)
    if column is not None and not _may_hide(desk.tables[row.table], column):
        desk.refuse(row, "column", "dictionary_hide")


def _may_hide(table: Table, column: Column) -> bool:
    return not column.required and column.key not in ("id", table.title)


def _order(desk: _Desk, row: _Row) -> None:
    if _column(desk, row) is None:
        return
    if row.position < 1:
        desk.refuse(row, "position", "dictionary_position")
    else:
        desk.positions[row.table, row.column] = row.position


def _ordered(desk: _Desk, table: Table) -> Table:
    """Columns with a place go there, counted from 1; the others keep their order around them."""
    placed = sorted((place, key) for (name, key), place in desk.positions.items() if name == table.key)
    columns = [c for c in table.columns if (table.key, c.key) not in desk.positions]
    for place, key in placed:
        columns.insert(place - 1, table[key])
    return replace(table, columns=tuple(columns))


def _column(desk: _Desk, row: _Row) -> Column | None:
    """The column a row speaks of; None after an Issue says that there is none."""
    table = desk.tables.get(row.table)
    if table is None:
        desk.refuse(row, "table", "dictionary_table")
        return None
    column = table.column(row.column)
    if column is None:
        desk.refuse(row, "column", "dictionary_column")
    return column


def _put(desk: _Desk, row: _Row, column: Column) -> None:
    table = desk.tables[row.table]
    columns = tuple(column if c.key == column.key else c for c in table.columns)
    desk.tables[row.table] = replace(table, columns=columns)


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


_ACTS = {
    "ledger": _ledger,
    "add": _add,
    "relabel": _relabel,
    "choice": _choice,
    "require": _require,
    "optional": _optional,
    "hide": _hide,
    "order": _order,
}
