"""The record of changes: every write, who and when, each line chained to the one before by its hash."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from json.encoder import encode_basestring
from typing import Any

import sqlalchemy as sa

from sheets.store import driver
from sheets.store.layout import Layout
from texts import FIRST, Lang, say

FIELDS = ("seq", "at", "actor", "source", "table", "row", "column", "old", "new", "unread", "rev")
START = "0" * 64
CHUNK = 500  # rows asked for at once


@dataclass(frozen=True, slots=True)
class Damage:
    """One place where the record or a table was tampered with or cut short; `code` names the sentence, `seq` the line of
    the record (0: none)."""

    seq: int
    code: str
    table: str = ""
    row: str = ""
    column: str = ""
    detail: str = ""

    def say(self, lang: Lang) -> str:
        return say(self.code, lang, seq=self.seq, table=self.table or "—", row=self.row, column=self.column, detail=self.detail)

    def __str__(self) -> str:
        return self.say(FIRST)


def digest(prev: str, line: dict[str, Any]) -> str:
    """sha256(prev | canonical json)."""
    canonical = ",".join([_word(str(line[k]) if k == "at" else line[k]) for k in FIELDS])
    return hashlib.sha256(f"{prev}|[{canonical}]".encode()).hexdigest()


def _word(value: str | int | None) -> str:
    """As JSON writes it; a whole encoder for each of a hundred thousand lines would take longer than their hashes."""
    return "null" if value is None else encode_basestring(value) if isinstance(value, str) else str(value)


def append(connection: sa.Connection, layout: Layout, seq: int, head: str, lines: Iterable[dict[str, Any]]) -> tuple[int, str]:
    """Chains the lines on; returns the new last number and hash."""
    blank = dict.fromkeys(("old", "new", "unread"))
    chained: list[dict[str, Any]] = [blank | line for line in lines]
    for seq, line in enumerate(chained, seq + 1):  # noqa: B020, PLR1704 – goes on where it stood
        line |= {"seq": seq, "prev": head}
        head = line["hash"] = digest(head, line)
    changes = layout["changes"]
    driver.insert(connection, changes, {c.name: [line[c.name] for line in chained] for c in changes.columns}, len(chained))
    return seq, head


def of_rows(
    connection: sa.Connection, layout: Layout, rows: Collection[tuple[str, str]], since: datetime, version: int
) -> list[dict[str, Any]]:
    """The lines of some rows (ledger, id) after a moment, none of a save later than that version."""
    changes, asked = layout["changes"], defaultdict[str, list[str]](list)
    for table, row in sorted(set(rows)):
        asked[table].append(row)
    found: list[dict[str, Any]] = []
    for table, ids in asked.items():
        for start in range(0, len(ids), CHUNK):
            mine = sa.and_(changes.c.table == table, changes.c.row.in_(ids[start : start + CHUNK]))
            query = sa.select(*(changes.c[name] for name in ("table", "row", "column", "actor", "at")))
            query = query.where(mine, changes.c.at > since, changes.c.rev <= version)
            found += [dict(line) for line in connection.execute(query).mappings()]
    return found


def verify(connection: sa.Connection, layout: Layout) -> list[Damage]:
    """The first broken link, and a tail that is missing against what the store last knew."""
    meta = connection.execute(sa.select(layout["huce_meta"])).mappings().one()
    changes = layout["changes"]
    prev, last = START, 0
    for row in connection.execute(sa.select(changes).order_by(changes.c.seq)).mappings():
        if row["seq"] != last + 1:
            return [Damage(last + 1, "store.damage_missing")]
        if row["prev"] != prev or digest(prev, dict(row)) != row["hash"]:
            return [Damage(row["seq"], "store.damage_changed")]
        prev, last = row["hash"], row["seq"]
    if (last, prev) != (meta["seq"], meta["head"]):
        return [Damage(last + 1, "store.damage_tail")]
    return []
