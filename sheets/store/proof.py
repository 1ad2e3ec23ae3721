"""Whether a store is whole: the file itself, the record of changes, and every row of every table against the record."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from sheets.merge import Cell
from sheets.schema import Column, Unread
from sheets.store import driver, oddities, record, values
from sheets.store.layout import ADDED, Layout, Mapped
from sheets.store.record import Damage

MOST = 20  # damaged places that are named of one table
BROKEN = (sa.exc.DBAPIError, sqlite3.Error)
ACCESS = "*access"  # lines of the record that are about no row
NEVER = datetime(1970, 1, 1)


def verify(connection: sa.Connection, layout: Layout) -> list[Damage]:
    """Every damaged place that is found, [] when all is whole. Reads everything once; writes nothing."""
    embedded = connection.dialect.name == "sqlite"
    found = list(_file(connection)) if embedded else []
    for name, look in (("changes", _chain), *((key, _ledger) for key in layout.ledgers), ("", _own_tables)):
        try:
            with driver.tolerant(connection):
                found += look(connection, layout, name)
        except (*BROKEN, ValueError, TypeError):
            found += _unreadable(connection, layout, name)
            if not embedded:  # the transaction ends with the first error
                return found
    return found


def _file(connection: sa.Connection) -> Iterator[Damage]:
    """What SQLite itself says of its pages, with the name of the table or index each belongs to."""
    try:
        said = [str(line[0]) for line in driver.rows(connection, f"PRAGMA integrity_check({MOST})")]
        roots = {int(page): str(table) for page, table in driver.rows(connection, "SELECT rootpage, tbl_name FROM sqlite_master")}
    except BROKEN as error:
        yield Damage(0, "store.damage_file", detail=str(error).split("\n", 1)[0][:200])
        return
    for line in said if said != ["ok"] else ():
        tree = re.search(r"Tree (\d+)", line)
        named = re.search(r"(?:table|missing from index|row in index|index) (?:ix_|sqlite_autoindex_)?(\w+?)(?:_rev|_\d+)?$", line)
        table = roots.get(int(tree[1]), "") if tree else named[1] if named else ""
        yield Damage(0, "store.damage_file", table=table, detail=line.replace("\n", " ")[:200])


def _chain(connection: sa.Connection, layout: Layout, _: str) -> list[Damage]:
    """The hashes of the record, and tables that its lines name and that are not there."""
    found = record.verify(connection, layout)
    changes = layout["changes"]
    first = sa.select(changes.c.table, sa.func.min(changes.c.seq)).group_by(changes.c.table)
    for table, seq in connection.execute(first):
        if table != ACCESS and table not in layout.ledgers and not str(table).startswith(ADDED):
            found.append(Damage(int(seq), "store.damage_foreign", table=str(table)))
    return found


def _ledger(connection: sa.Connection, layout: Layout, name: str) -> list[Damage]:
    ledger = layout.ledgers[name]
    query = sa.select(*oddities.plain(ledger)).where(ledger.mine())
    there = {row["id"]: row for row in connection.execute(query).mappings()}
    found: list[Damage] = []
    memo: dict[str, dict[Any, str | None]] = {column.key: {} for column in ledger.columns}
    for row, lines in groupby(_lines(connection, layout, name), key=lambda line: line[0]):
        kept, told = there.pop(row, None), list(lines)
        if kept is None:
            found.append(Damage(told[-1][4], "store.damage_row_gone", name, row))
        else:
            found += _row(ledger, dict(kept), told, memo)
        if len(found) >= MOST:
            return found
    return found + [Damage(0, "store.damage_row_unknown", name, oddities.shown(row)) for row in list(there)[:MOST]]


Line = tuple[str, str, str | None, int, int]  # row, column, new, rev, seq


def _lines(connection: sa.Connection, layout: Layout, name: str) -> Iterator[Line]:
    changes = layout["changes"]
    wanted = sa.select(changes.c.row, changes.c.column, changes.c.new, changes.c.rev, changes.c.seq)
    for line in connection.execute(wanted.where(changes.c.table == name).order_by(changes.c.row, changes.c.seq)):
        yield (line[0], line[1], line[2], line[3], line[4])


def _row(ledger: Mapped, kept: dict[str, Any], lines: list[Line], memo: dict[str, dict[Any, str | None]]) -> Iterator[Damage]:
    """A row as it stands against what the record says it is."""
    name, row = ledger.table.key, str(kept["id"])
    state: dict[str, str | None] = {}
    for _, changed, new, _, _ in lines:
        state |= json.loads(new or "{}") if changed == "*" else {changed: new}
    if not oddities.own_sound(kept) or kept["rev"] != lines[-1][3] or (state.pop("deleted", None) == "yes") != bool(kept["deleted"]):
        yield Damage(lines[-1][4], "store.damage_row", name, row)
        return
    sound = oddities.sound(ledger, kept, NEVER)
    loose = {column.key for column in ledger.loose}
    for column in ledger.columns:
        key, said = column.key, state.get(column.key)
        if key in sound["unread"]:
            is_now: str | None = sound["unread"][key]["raw"]
            same = is_now == said and sound["unread"][key]["code"] != oddities.CODE
        else:
            cell = sound["extra"].get(key) if key in loose else sound[key]
            is_now = cell if key in loose else _text(column, cell, memo[key])
            same = is_now == said or (said is not None and _back(column, said, cell, loose))
        if not same:
            yield Damage(lines[-1][4], "store.damage_cell", name, row, key)


def _text(column: Column, cell: Cell, memo: dict[Any, str | None]) -> str | None:
    """values.text, once for each distinct value."""
    if cell not in memo:
        memo[cell] = values.text(column, cell)
    return memo[cell]


def _back(column: Column, said: str, cell: Any, loose: set[str]) -> bool:
    """Whether another way of writing was used for the same value."""
    meant = values.back(column, said)
    other = values.back(column, cell) if column.key in loose else cell
    return not isinstance(meant, Unread) and meant is not None and meant == other


def _own_tables(connection: sa.Connection, layout: Layout, _: str) -> list[Damage]:
    """The store's own tables are read to their last row."""
    for name, table in layout.metadata.tables.items():
        if name.startswith("huce_"):
            for _row in connection.execute(sa.select(table)):
                pass
    documents = layout["huce_documents"]  # kept under the sum of their content, which tells whether they still are what was made
    return [
        Damage(0, "store.damage_document", "huce_documents", digest)
        for digest, data in connection.execute(sa.select(documents.c.digest, documents.c.data))
        if hashlib.sha256(data).hexdigest() != digest
    ]


def _unreadable(connection: sa.Connection, layout: Layout, name: str) -> list[Damage]:
    """A table that cannot be read to its end: which of its rows, as far as they can be asked for one by one."""
    found = [Damage(0, "store.damage_table", table=name or "huce")]
    if name not in layout.ledgers or connection.dialect.name != "sqlite":
        return found
    ledger = layout.ledgers[name]
    try:
        ids = [row[0] for row in groupby(_lines(connection, layout, name), key=lambda line: line[0])]
    except BROKEN:
        return found
    for row in ids:
        try:
            connection.execute(sa.select(*oddities.plain(ledger)).where(ledger.mine(), ledger.sql.c.id == row)).all()
        except BROKEN:
            found.append(Damage(0, "store.damage_row_unread", name, row))
            if len(found) > MOST:
                break
    return found
