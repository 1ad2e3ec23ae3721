"""What no cell of a ledger can hold, because something else than Huce wrote into the database: set aside, cell by cell."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from sheets.schema import Column, Issue, Kind, Unread, Value
from sheets.store import values
from sheets.store.layout import Layout, Mapped

CODE = "cell_odd"
NUMBERS: tuple[Kind, ...] = ("monthday", "integer", "money", "percent")
LOOKED_UP = 200  # odd cells whose last known value is looked for in the record
NOTHING = type(None)
_TYPES: dict[Kind, frozenset[type]] = {
    **dict.fromkeys(NUMBERS, frozenset({int, NOTHING})),
    "date": frozenset({str, date, NOTHING}),
    "datetime": frozenset({str, datetime, NOTHING}),
    "yesno": frozenset({int, bool, NOTHING}),
}
_TEXT: frozenset[type] = frozenset({str, NOTHING})
_JSON: frozenset[type] = frozenset({str, dict, NOTHING})
# rev, updated_at, updated_by, deleted, extra, unread: what stands there where it cannot be what it is
_OWN: tuple[tuple[str, frozenset[type], Any], ...] = (
    ("rev", frozenset({int}), 0),
    ("updated_at", frozenset({str, datetime}), "1970-01-01"),
    ("updated_by", frozenset({str}), ""),
    ("deleted", frozenset({int, bool}), 0),
    ("extra", _JSON, None),
    ("unread", _JSON, None),
)


def any_type(ledger: Mapped, columns: Sequence[Sequence[Any]]) -> bool:
    """Whether some cell is of a type that its column cannot have: a quick look, column by column."""
    kinds = [frozenset({str}), *(_TYPES.get(c.kind, _TEXT) for c in ledger.typed), *(types for _, types, _ in _OWN)]
    if any(not set(map(type, cells)) <= types for cells, types in zip(columns, kinds, strict=True)):
        return True
    yes = [cells for cells, column in zip(columns[1:], ledger.typed, strict=False) if column.kind == "yesno"]
    return any(not set(cells) <= {0, 1, None} for cells in (*yes, columns[-3]))


def set_aside(ledger: Mapped, rows: Sequence[Sequence[Any]]) -> tuple[list[list[Any]], list[Issue]]:
    """The rows with blanks where something odd stands, and an Issue for each. A row whose id is odd is left out."""
    kept: list[list[Any]] = []
    issues: list[Issue] = []
    for row in rows:
        if not isinstance(row[0], str) or not row[0]:
            issues.append(Issue(ledger.table.key, shown(row[0]), "id", f"{shown(row[0])}.id", CODE, shown(row[0])))
            continue
        cells, *own = list(row[1 : len(ledger.typed) + 1]), *row[len(ledger.typed) + 1 :]
        for place, (name, types, otherwise) in enumerate(_OWN):
            if type(own[place]) not in types or not _own(name, own[place]):
                issues.append(_issue(ledger, row[0], name, own[place]))
                own[place] = otherwise
        known = values.loose(own[-1])
        for place, column in enumerate(ledger.typed):
            if not can_be(column, cells[place]):
                if column.key not in known:  # it is told already
                    issues.append(_issue(ledger, row[0], column.key, cells[place]))
                cells[place] = None
        kept.append([row[0], *cells, *own])
    return kept, issues


def sound(ledger: Mapped, found: Mapping[str, Any], since: datetime) -> dict[str, Any]:
    """One row of plain SQL values as its columns hold them; an odd cell stands among those that cannot be read."""
    row, boxes = dict(found), {}
    for name, types, otherwise in _OWN:
        if type(row[name]) not in types or not _own(name, row[name]):
            row[name] = otherwise
    for column in ledger.typed:
        if can_be(column, row[column.key]):
            row[column.key] = _value(column, row[column.key])
        else:
            boxes[column.key] = {"raw": shown(row[column.key]), "code": CODE, "good": None, "since": since.isoformat()}
            row[column.key] = None
    row |= {"extra": values.loose(row["extra"]), "unread": boxes | values.loose(row["unread"])}
    return row | {"updated_at": _moment(row["updated_at"]), "deleted": bool(row["deleted"])}


def own_sound(row: Mapping[str, Any]) -> bool:
    """Whether the store's own cells of a row are as the store writes them."""
    return all(type(row[name]) in types and _own(name, row[name]) for name, types, _ in _OWN)


def plain(ledger: Mapped) -> list[sa.ColumnElement[Any]]:
    """Every column of a ledger, to be asked for without turning what stands there into anything."""
    return [sa.type_coerce(column, sa.types.NullType()).label(column.name) for column in ledger.sql.columns]


def can_be(column: Column, value: Any) -> bool:
    """Whether a column can hold what stands there."""
    if value is None:
        return True
    if type(value) not in _TYPES.get(column.kind, _TEXT):
        return False
    if column.kind == "yesno":
        return value in (0, 1)
    return column.kind not in ("date", "datetime") or _reads(column.kind, value)


def with_last_known(connection: sa.Connection, layout: Layout, issues: Sequence[Issue]) -> list[Issue]:
    """Each with what the record of changes says stood there: it keeps a deadline or a rule alive until the cell is mended."""
    return [replace(one, good=_last_known(connection, layout, one)) if n < LOOKED_UP else one for n, one in enumerate(issues)]


def shown(value: Any) -> str:
    """Something odd, for a person to see."""
    if isinstance(value, bytes):
        return f"0x{value[:12].hex()}{'…' if len(value) > 12 else ''} ({len(value)} bytes)"
    return str(value)[:200]


def _last_known(connection: sa.Connection, layout: Layout, issue: Issue) -> Value:
    changes, column = layout["changes"], layout.tables[issue.table].column(issue.column)
    here = (changes.c.table == issue.table) & (changes.c.row == issue.row) & changes.c.column.in_((issue.column, "*"))
    query = sa.select(changes.c.column, changes.c.new).where(here).order_by(changes.c.seq.desc()).limit(1)
    last = connection.execute(query).first()
    if last is None or column is None:
        return None
    text = json.loads(last.new or "{}").get(issue.column) if last.column == "*" else last.new
    good = values.back(column, text)
    return None if isinstance(good, Unread) else good


def _issue(ledger: Mapped, row: str, key: str, value: Any) -> Issue:
    return Issue(ledger.table.key, row, key, f"{row}.{key}", CODE, shown(value))


def _own(name: str, value: Any) -> bool:
    if name == "deleted":
        return value in (0, 1)
    if name == "updated_at":
        return _reads("datetime", value)
    if name in ("extra", "unread") and isinstance(value, str):
        try:
            return isinstance(json.loads(value), dict | NOTHING)
        except ValueError:
            return False
    return True


def _reads(kind: Kind, value: Any) -> bool:
    try:
        _moment(value) if kind == "datetime" or not isinstance(value, str) else date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _moment(value: Any) -> Any:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _value(column: Column, value: Any) -> Any:
    if column.kind == "yesno":
        return None if value is None else bool(value)
    if isinstance(value, str) and column.kind == "date":
        return date.fromisoformat(value)
    return _moment(value) if column.kind == "datetime" else value
