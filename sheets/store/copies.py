"""A consistent copy of a store in one file, and back again; nothing is touched before the copy is proved whole."""

from __future__ import annotations

import contextlib
import sqlite3
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from sheets.store import engine, place, record, schema
from sheets.store.engine import Door
from sheets.store.faults import BackupRefused, StoreBroken
from sheets.store.layout import Layout, guards, unguard

PAGE = 2_000
LIVE = ("huce_sessions", "huce_leases", "huce_failures")  # of the moment: not carried into a restored store


def backup(door: Door, layout: Layout, target: Path) -> None:
    """Writes beside the target and renames: a half-written backup never carries the name of a whole one."""
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    if door.embedded:
        door.vacuum_into(part)
    else:
        other = engine.door(f"sqlite:///{part}")
        with door.engine.connect() as plain, other.write() as sink:
            source = plain.execution_options(isolation_level="REPEATABLE READ")
            layout.metadata.create_all(sink)
            _carry(source, sink, layout)
            for line in guards("sqlite"):
                sink.exec_driver_sql(line)
        other.engine.dispose()
        with contextlib.closing(sqlite3.connect(part)) as bare:
            bare.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
    prove(part, layout)
    part.replace(target)


def prove(path: Path, layout: Layout) -> None:
    """Raises BackupRefused unless the file is a whole store, of ours, not newer, with an unbroken record."""
    try:
        place.look(path, create=False)
        door = engine.door(f"sqlite:///{path}")
        try:
            with door.engine.connect() as connection:
                known = schema.check(connection, door)
                sound = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
                damage = record.verify(connection, layout) if known else []
        finally:
            door.engine.dispose()
    except StoreBroken as error:
        raise BackupRefused(path) from error
    except sa.exc.DBAPIError as error:
        raise BackupRefused(path) from error
    if not known or sound != "ok" or damage:
        raise BackupRefused(path)


def restore(door: Door, layout: Layout, source: Path, now: datetime) -> Path | None:
    """Puts the copy in place of what is there, in one transaction; returns the copy taken of that first."""
    prove(source, layout)
    saved = None
    if door.embedded:
        saved = door.path.with_name(f"{door.path.stem}-before-restore-{now:%Y%m%d-%H%M%S}{door.path.suffix}")
        door.vacuum_into(saved)
    other = engine.door(f"sqlite:///{source}")
    try:
        with other.engine.connect() as theirs, door.write() as ours:
            for line in unguard(ours.dialect.name):
                ours.exec_driver_sql(line)
            version = ours.execute(sa.select(layout["huce_meta"].c.version)).scalar_one()
            for table in reversed(layout.metadata.sorted_tables):
                ours.execute(sa.delete(table))
            _carry(theirs, ours, layout)
            # caches are keyed by the version: it must never name two different books
            meta = layout["huce_meta"]
            ahead = max(version, ours.execute(sa.select(meta.c.version)).scalar_one()) + 1
            ours.execute(sa.update(meta).values(version=ahead))
            for line in guards(ours.dialect.name):
                ours.exec_driver_sql(line)
    finally:
        other.engine.dispose()
    return saved


def _carry(source: sa.Connection, sink: sa.Connection, layout: Layout) -> None:
    there = set(sa.inspect(source).get_table_names())
    for table in layout.metadata.sorted_tables:
        if table.name not in there or table.name in LIVE:
            continue
        names = {column["name"] for column in sa.inspect(source).get_columns(table.name)}
        columns = [column for column in table.columns if column.name in names]
        for rows in source.execute(sa.select(*columns)).mappings().partitions(PAGE):
            sink.execute(sa.insert(table), [dict(row) for row in rows])
