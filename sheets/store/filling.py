"""Many new rows into an empty ledger at once: column by column, each row on record as any other save puts it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from sheets import cells
from sheets.schema import Column, Value
from sheets.store import record, values, writing
from sheets.store.faults import EditRefused
from sheets.store.layout import Layout, Ledger
from sheets.store.writing import Source, Written

ROWS = 10_000  # worked on at once; all of them are one transaction
_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True)  # as values.whole_row writes
_PLAIN: dict[str, Callable[[Any], str]] = {"date": date.isoformat, "integer": str, "monthday": str}


def fill(
    connection: sa.Connection,
    place: str,
    layout: Layout,
    table: str,
    rows: Sequence[Mapping[str, Value]],
    *,
    actor: str,
    source: Source,
    now: datetime,
) -> Written:
    """Rows with their ids, all or none, in one version. Raises EditRefused: a value its column cannot hold, an unknown
    column, an id that comes twice, or a ledger that is not empty (`write` merges with what stands there)."""
    if table not in layout.ledgers:
        raise EditRefused(place, "store.bad_table", table=table)
    ledger, meta = layout.ledgers[table], writing.lock(connection, layout)
    known = {column.key for column in ledger.typed} | {"id"}
    strange = next((key for row in rows for key in row if key not in known), None)
    if strange is not None:
        raise EditRefused(place, "store.bad_column", table=table, column=strange)
    ids = {str(row.get("id") or "") for row in rows}
    there = connection.execute(sa.select(ledger.sql.c.id).where(ledger.mine()).limit(1)).first()
    if there is not None or len(ids) < len(rows) or "" in ids:
        raise EditRefused(place, "store.bad_row", table=table, id=there[0] if there else "")
    version, seq, head = meta["version"] + 1, meta["seq"], meta["head"]
    stamp = now.replace(microsecond=0)
    system = {"rev": version, "updated_at": stamp, "updated_by": actor, "deleted": False, "extra": None, "unread": None} | (
        {"ledger": table} if ledger.shared else {}
    )
    line = {"at": stamp, "actor": actor, "source": source, "table": table, "column": "*", "rev": version}
    for start in range(0, len(rows), ROWS):
        part = rows[start : start + ROWS]
        columns = {c.key: _clean(place, c, [row.get(c.key) for row in part]) for c in ledger.typed}
        numbers = range(meta["place"] + start + 1, meta["place"] + start + len(part) + 1)
        _insert(connection, ledger, columns | {"id": [row["id"] for row in part], "row_no": list(numbers)}, system)
        written = _written(ledger, columns, len(part))
        lines = [line | {"row": row["id"], "new": new} for row, new in zip(part, written, strict=True)]
        seq, head = record.append(connection, layout, seq, head, lines)
    if not rows:
        return Written(meta["version"], 0)
    changed = {"version": version, "place": meta["place"] + len(rows), "seq": seq, "head": head}
    connection.execute(sa.update(layout["huce_meta"]).values(**changed))
    return Written(version, len(rows))


def _clean(place: str, column: Column, found: list[Any]) -> list[Value]:
    """A column as it is kept; whatever is not plainly of its type is looked at value by value."""
    wanted = values.plain_type(column)
    kinds = set(map(type, found)) - {type(None)}
    if kinds <= {wanted} and wanted in (bool, date):
        return found
    if kinds <= {wanted} and wanted is str and _sound(found):
        return [value or None for value in found]
    return [values.clean(place, column, value) for value in found]


def _sound(found: list[Any]) -> bool:
    """No half characters and no NUL in any of the texts."""
    try:
        return b"\x00" not in "".join(filter(None, found)).encode()
    except UnicodeEncodeError:
        return False


def _insert(connection: sa.Connection, ledger: Ledger, columns: Mapping[str, list[Any]], same: Mapping[str, Any]) -> None:
    """Straight to the driver, with each value as the column's type binds it."""
    names = [c.name for c in ledger.sql.columns if c.name in columns or c.name in same]
    compiled = sa.insert(ledger.sql).compile(dialect=connection.dialect, column_keys=names)
    size = len(columns["id"])
    bound: dict[str, list[Any]] = {}
    for name in names:
        kind = ledger.sql.c[name].type.dialect_impl(connection.dialect)
        bind = kind.bind_processor(connection.dialect)
        found = columns.get(name) or [same.get(name)] * size
        bound[name] = [None if value is None else bind(value) for value in found] if bind else found
    if compiled.positional and compiled.positiontup is not None:
        rows: list[Any] = list(zip(*(bound[name] for name in compiled.positiontup), strict=True))
    else:
        rows = [dict(zip(names, one, strict=True)) for one in zip(*(bound[name] for name in names), strict=True)]
    connection.exec_driver_sql(str(compiled), rows)


def _written(ledger: Ledger, columns: Mapping[str, list[Any]], size: int) -> list[str]:
    """Each row on one line, for the record."""
    found: list[dict[str, str]] = [{} for _ in range(size)]
    for column in ledger.typed:
        told = _PLAIN.get(column.kind) or (str if values.plain_type(column) is str else None)
        for row, value in zip(found, columns[column.key], strict=True):
            if value is not None:
                row[column.key] = told(value) if told else cells.plain(column, value)
    return [_JSON.encode(row) for row in found]
