"""What was done under a token, row by row, and who has been at those rows since: what an undo has to know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sheets.merge import Cell
from sheets.schema import Column, Unread
from sheets.store import reading, values
from sheets.store.layout import Layout, Mapped

CHUNK = 5_000  # ids asked for at once


@dataclass(frozen=True, slots=True)
class Save:
    """One save: the version it made, how many rows it changed, when."""

    version: int
    rows: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Trace:
    """What some saves did to one row. `was` are the cells they changed as they stood before; `since` are the columns that
    others have changed afterwards ("*" and "deleted" among them); `now` is the row as it stands, deleted or not."""

    table: str
    row: str
    added: bool
    was: Mapping[str, Cell]
    since: frozenset[str]
    now: Mapping[str, Cell]
    deleted: bool


def under(connection: sa.Connection, layout: Layout, prefix: str) -> dict[str, Save]:
    tokens = layout["huce_tokens"]
    query = sa.select(tokens).where(tokens.c.token.startswith(prefix, autoescape=True)).order_by(tokens.c.version)
    return {row["token"]: Save(row["version"], row["rows"], row["at"]) for row in connection.execute(query).mappings()}


def traces(connection: sa.Connection, layout: Layout, versions: Sequence[int]) -> list[Trace]:
    """In the order in which the rows were first touched; ledgers that are gone from the dictionary are left out."""
    if not versions:
        return []
    changes, mine = layout["changes"], set(versions)
    query = sa.select(changes).where(changes.c.rev >= min(versions), changes.c.table != "*access").order_by(changes.c.seq)
    touched: dict[tuple[str, str], list[Any]] = {}
    later: dict[tuple[str, str], set[str]] = {}
    for line in connection.execute(query).mappings():
        place = (line["table"], line["row"])
        if line["rev"] in mine:
            touched.setdefault(place, []).append(line)
        elif place in touched:
            later.setdefault(place, set()).add(line["column"])
    found: list[Trace] = []
    for table in {table for table, _ in touched if table in layout.ledgers}:
        ledger = layout.ledgers[table]
        there = _rows(connection, ledger, [row for key, row in touched if key == table])
        for (key, row), lines in touched.items():
            if key == table and row in there:
                now, gone = there[row]
                since = frozenset(later.get((key, row), ()))
                found.append(Trace(table, row, *_done(ledger, lines), since, now, gone))
    order = {place: n for n, place in enumerate(touched)}
    return sorted(found, key=lambda trace: order[trace.table, trace.row])


def taken_back(connection: sa.Connection, layout: Layout, table: str, ids: Sequence[str] | None = None) -> set[str]:
    """The rows of a ledger that went with the undo of an import and have not been seen since: their numbers are free again."""
    gone, then = layout["changes"].alias(), layout["changes"].alias()
    later = sa.exists().where(then.c.table == gone.c.table, then.c.row == gone.c.row, then.c.seq > gone.c.seq)
    query = sa.select(gone.c.row).where(gone.c.table == table, gone.c.source == "undo", gone.c.column == "deleted", ~later)
    if ids is None:
        return set(connection.execute(query).scalars())
    parts = (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
    return {row for part in parts for row in connection.execute(query.where(gone.c.row.in_(part))).scalars()}


def _back(column: Column, written: str | None, code: str) -> Cell:
    """A cell as it stood, to the letter."""
    return Unread(written, code) if code and written is not None else values.exact(column, written or "")


def _rows(connection: sa.Connection, ledger: Mapped, ids: Sequence[str]) -> dict[str, tuple[dict[str, Cell], bool]]:
    found = {}
    for start in range(0, len(ids), CHUNK):
        for one in reading.rows_of(connection, ledger, ledger.sql.c.id.in_(ids[start : start + CHUNK]), datetime(1970, 1, 1)):
            found[str(one["id"])] = (reading.row(ledger, one), bool(one["deleted"]))
    return found


def _done(ledger: Mapped, lines: Sequence[Mapping[str, Any]]) -> tuple[bool, dict[str, Cell]]:
    """Whether the row was made (or brought back) by these lines, and what its cells were before them."""
    was: dict[str, Cell] = {}
    for line in lines:
        if line["column"] == "*" or (line["column"] == "deleted" and line["new"] == "no"):
            return True, {}
        column = ledger.table.column(line["column"])
        if column is not None:
            codes = dict(part.partition("=")[::2] for part in (line["unread"] or "").split(";"))
            was.setdefault(column.key, _back(column, line["old"], codes.get("old", "")))
    return False, was
