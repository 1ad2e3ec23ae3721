"""What is remembered about the spreadsheet, in the store: read once, kept in memory, and saved in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from sheets.store import writing
from sheets.store.engine import Door
from sheets.store.layout import Layout
from sheets.sync.state import Base, Intent, New, Note, Sent, Tab

KINDS = ("tabs", "bases", "intents", "sent", "new", "notes")
META = "sync"  # the tab row under which the counters stand: no ledger is called so
WEEK = timedelta(days=7)  # how long a write is remembered: a lost one may come late
CHUNK = 2_000
Key = tuple[str, ...]


class Bases(dict[str, dict[str, Base]]):
    """The agreed rows by ledger; a ledger's are read when the first of them is asked for, a hundred thousand take their time."""

    def __init__(self, read: Callable[[str], dict[str, Base]]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, table: str) -> dict[str, Base]:
        found = self[table] = self._read(table)
        return found


class Agreed:
    """State of the sync worker. Setters note what they touch; `save` writes all of it at once."""

    def __init__(self, door: Door, layout: Layout) -> None:
        self._door, self._layout = door, layout
        self._dirty: dict[str, dict[Key, Any]] = {kind: {} for kind in KINDS}
        self.load()

    def load(self) -> None:
        """Reads everything anew: another process may have been at work."""
        self._dirty = {kind: {} for kind in KINDS}
        found = self._door.read(lambda c: {kind: self._all(c, kind) for kind in KINDS if kind != "bases"})
        meta = found["tabs"].pop((META,), {})
        self.meta: dict[str, str] = dict(meta)
        self.tabs: dict[str, Tab] = {key[0]: _tab(value) for key, value in found["tabs"].items()}
        self.bases = Bases(self._bases)
        self.intents: dict[Key, Intent] = {key: _intent(value) for key, value in found["intents"].items()}
        self.sent: dict[str, Sent] = {key[0]: _sent(value) for key, value in found["sent"].items()}
        self.new: dict[str, dict[str, New]] = defaultdict(dict)
        for key, value in found["new"].items():
            self.new[key[0]][key[1]] = _new(value)
        self.notes: dict[Key, Note] = {key: _note(value) for key, value in found["notes"].items()}

    def fresh(self) -> None:
        """Reads anew what another process has saved since."""
        if self._door.read(self._generation) != self.meta.get("generation", "0"):
            self.load()

    def _sql(self, kind: str) -> sa.Table:
        return self._layout[f"huce_sync_{kind}"]

    def _all(self, connection: sa.Connection, kind: str) -> dict[Key, Any]:
        return {tuple(row[:-1]): row[-1] for row in connection.execute(sa.select(self._sql(kind)))}

    def _bases(self, table: str) -> dict[str, Base]:
        sql = self._sql("bases")
        query = sa.select(sql.c.row, sql.c.value).where(sql.c.table == table)
        found = {row: _base(value) for row, value in self._door.read(lambda c: c.execute(query).all())}
        for (of, row), base in self._dirty["bases"].items():
            if of == table:
                found.pop(row, None)
                if base is not None:
                    found[row] = base
        return found

    def base(self, table: str, row: str) -> Base | None:
        """One agreed row, without reading its ledger's others."""
        if table in self.bases:
            return self.bases[table].get(row)
        if (table, row) in self._dirty["bases"]:
            found: Base | None = self._dirty["bases"][table, row]
            return found
        sql = self._sql("bases")
        query = sa.select(sql.c.value).where(sql.c.table == table, sql.c.row == row)
        value = self._door.read(lambda c: c.execute(query).scalar())
        return None if value is None else _base(value)

    def _generation(self, connection: sa.Connection) -> str:
        sql = self._sql("tabs")
        found = connection.execute(sa.select(sql.c.value).where(sql.c.table == META)).scalar()
        return str((found or {}).get("generation", "0"))

    def set_meta(self, **values: str) -> None:
        self.meta.update(values)
        self._dirty["tabs"][META,] = self.meta

    def set_tab(self, tab: Tab) -> None:
        self.tabs[tab.table] = tab
        self._dirty["tabs"][tab.table,] = tab

    def drop_tab(self, table: str) -> None:
        self.tabs.pop(table, None)
        self._dirty["tabs"][table,] = None

    def set_base(self, table: str, row: str, base: Base | None) -> None:
        if table in self.bases and base is None:
            self.bases[table].pop(row, None)
        elif table in self.bases and base is not None:
            self.bases[table][row] = base
        self._dirty["bases"][table, row] = base

    def set_intent(self, intent: Intent) -> None:
        key = (intent.table, intent.id, intent.column)
        self.intents[key] = intent
        self._dirty["intents"][key] = intent

    def drop_intent(self, table: str, row: str, column: str) -> None:
        if self.intents.pop((table, row, column), None) is not None:
            self._dirty["intents"][table, row, column] = None

    def set_sent(self, sent: Sent) -> None:
        self.sent[sent.mark] = sent
        self._dirty["sent"][sent.mark,] = sent

    def set_new(self, table: str, new: New) -> None:
        self.new[table][new.key] = new
        self._dirty["new"][table, new.key] = new

    def drop_new(self, table: str, key: str) -> None:
        if self.new[table].pop(key, None) is not None:
            self._dirty["new"][table, key] = None

    def set_notes(self, table: str, notes: Iterable[Note], now: datetime) -> None:
        """The notes about a ledger, all of them: those that are no longer true go; those that stay keep their day."""
        wanted = {(one.table, one.row, one.column, one.code): one for one in notes}
        for key in [key for key in self.notes if key[0] == table and key not in wanted]:
            del self.notes[key]
            self._dirty["notes"][key] = None
        for key, note in wanted.items():
            there = self.notes.get(key)
            kept = Note(**{**_plain(note), "since": there.since if there is not None else now})
            if kept != there:
                self.notes[key] = kept
                self._dirty["notes"][key] = kept

    def take_letter(self, count: int) -> int:
        """The first of `count` numbers for marks."""
        first = int(self.meta.get("counter", "0")) + 1
        self.set_meta(counter=str(first + count - 1))
        return first

    def forget_old(self, now: datetime) -> None:
        for mark in [mark for mark, one in self.sent.items() if one.proven and now - one.at > WEEK]:
            del self.sent[mark]
            self._dirty["sent"][mark,] = None

    def forget(self) -> None:
        """Everything: the branch lives in the store alone again."""
        with self._door.write() as connection:
            for kind in KINDS:
                connection.execute(sa.delete(self._sql(kind)))
        self.load()

    def gather(self, tables: Iterable[str], now: datetime, wanted: Any) -> int:
        """The record of changes since the last time becomes intents; how many lines there were.

        `wanted(table, row, column)` says whether the sheet is to be given the cell: not what a person typed there themselves.
        """
        changes, known = self._layout["changes"], frozenset(tables)
        since = int(self.meta.get("seq", "0"))
        query = sa.select(changes.c.seq, changes.c.table, changes.c.row, changes.c.column).where(changes.c.seq > since)
        lines = self._door.read(lambda c: c.execute(query.order_by(changes.c.seq)).all())
        for _, table, row, column in lines:
            if table in known and (table, row, column) not in self.intents and wanted(table, row, column):
                self.set_intent(Intent(table, row, column, now))
        if lines:
            self.set_meta(seq=str(lines[-1][0]))
        return len(lines)

    def last_change(self) -> int:
        """The last line on record."""
        changes = self._layout["changes"]
        return int(self._door.read(lambda c: c.execute(sa.select(sa.func.max(changes.c.seq))).scalar()) or 0)

    def save(self) -> None:
        """Everything touched since the last time, in one transaction."""
        if not any(self._dirty.values()):
            return
        self.set_meta(generation=str(int(self.meta.get("generation", "0")) + 1))
        with self._door.write() as connection:
            writing.lock(connection, self._layout)
            for kind, rows in self._dirty.items():
                self._put(connection, kind, rows)
        self._dirty = {kind: {} for kind in KINDS}

    def _put(self, connection: sa.Connection, kind: str, rows: Mapping[Key, Any]) -> None:
        sql = self._sql(kind)
        own = [column for column in sql.columns if column.primary_key]
        gone = sa.delete(sql).where(*(column == sa.bindparam(f"k_{column.name}") for column in own))
        keys = [{f"k_{column.name}": part for column, part in zip(own, key, strict=True)} for key in rows]
        values = [
            {column.name: part for column, part in zip(own, key, strict=True)} | {"value": _plain(value)}
            for key, value in rows.items()
            if value is not None
        ]
        for start in range(0, len(keys), CHUNK):
            connection.execute(gone, keys[start : start + CHUNK])
        for start in range(0, len(values), CHUNK):
            connection.execute(sa.insert(sql), values[start : start + CHUNK])


def _plain(value: Any) -> dict[str, Any]:
    found = dict(value) if isinstance(value, Mapping) else asdict(value)
    return {key: part.isoformat() if isinstance(part, datetime) else part for key, part in found.items()}


def _tab(value: Mapping[str, Any]) -> Tab:
    return Tab(**{**value, "layout": tuple(value["layout"]), "headings": tuple(value["headings"])})


def _base(value: Mapping[str, Any]) -> Base:
    return Base(**{**value, "cells": tuple(value["cells"])})


def _intent(value: Mapping[str, Any]) -> Intent:
    return Intent(**{**value, "since": datetime.fromisoformat(value["since"])})


def _sent(value: Mapping[str, Any]) -> Sent:
    return Sent(**{**value, "at": datetime.fromisoformat(value["at"])})


def _new(value: Mapping[str, Any]) -> New:
    return New(**{**value, "cells": tuple(value["cells"]), "since": datetime.fromisoformat(value["since"])})


def _note(value: Mapping[str, Any]) -> Note:
    since = value.get("since")
    return Note(**{**value, "since": datetime.fromisoformat(since) if since else None})
