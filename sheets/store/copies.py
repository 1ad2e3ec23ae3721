"""A consistent copy of a store in one file, and back again; nothing is touched before the copy is proved whole."""

from __future__ import annotations

import hashlib
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from sheets.store import driver, engine, place, record, schema, target
from sheets.store.engine import Door
from sheets.store.faults import FULL, BackupRefused, StoreBroken, StoreFault, StoreFull, StoreMissing, StoreReadOnly, as_faults
from sheets.store.layout import Layout, guards, unguard

PAGE = 2_000
RESTORED = "restored"  # the mark that holds mails back after a restore: its moment; "" when they are released
LIVE = ("huce_sessions", "huce_leases", "huce_failures")  # of the moment: not carried into a restored store


def backup(door: Door, layout: Layout, wanted: Path) -> None:
    """Writes beside the place and renames: a half-written backup never carries the name of a whole one.

    Replaces nothing but an earlier backup of this store (TargetRefused).
    """
    there = target.free(door, layout, wanted)
    part = target.beside(there)
    # a place on another machine has no locks for us: there the copy is made on our own disk first
    made = target.beside(door.path.with_name(there.name)) if door.embedded and place.remote(there.parent) else part
    try:
        with _place_of(there.parent, wanted):
            _copy(door, layout, made)
            target.mark(made)
            with _opened(made) as other:
                prove(other, made, layout)
            if made != part:
                _carried(made, part)
            target.free(door, layout, wanted)  # nobody has put anything there meanwhile
            part.replace(there)
    finally:
        for left in (made, part):
            target.drop(left)
    target.settle_folder(there.parent)


def _copy(door: Door, layout: Layout, made: Path) -> None:
    if door.embedded:
        door.vacuum_into(made)
        return
    other = engine.file_door(made)
    try:
        with door.engine.connect() as plain, other.write() as sink:
            source = plain.execution_options(isolation_level="REPEATABLE READ")
            layout.metadata.create_all(sink)
            _carry(source, sink, layout)
            for line in guards("sqlite"):
                sink.exec_driver_sql(line)
    finally:
        other.engine.dispose()


def _carried(made: Path, part: Path) -> None:
    """The finished copy on another disk, compared byte for byte with what was made here."""
    shutil.copyfile(made, part)
    engine.private(part)
    target.settle(part)
    if _sum(made) != _sum(part):
        raise StoreFault(part, "store.copy_differs")


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _place_of(folder: Path, wanted: Path) -> Iterator[None]:
    """What the operating system refuses while a copy is written is told with the name of the copy."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StoreFull(folder) from error
        if isinstance(error, PermissionError):
            raise StoreReadOnly(wanted, "store.target_closed", folder=folder) from error
        raise StoreFault(wanted, detail=error.strerror or type(error).__name__) from error


@contextmanager
def _opened(path: Path) -> Iterator[sa.Connection]:
    """A copy opened for reading only. One that was taken together with its log is put together in a place of our own.

    Nothing is asked of the medium that a store at work would need: it may be a share, or a disk that is read only.
    """
    logs = [log for end in ("-wal", "-journal") if (log := path.with_name(path.name + end)).exists() and log.stat().st_size]
    with tempfile.TemporaryDirectory(prefix="huce-") as folder:
        if logs:
            whole = Path(folder) / "copy"
            for one in (path, *logs):
                shutil.copyfile(one, whole.with_name("copy" + one.name.removeprefix(path.name)))
            door = engine.file_door(whole)
        else:
            door = engine.copy_door(path)
        try:
            with as_faults(str(path)), door.engine.connect() as connection:
                yield connection
        finally:
            door.engine.dispose()


def prove(copy: sa.Connection, path: Path, layout: Layout) -> None:
    """Raises BackupRefused unless the file is a whole store, of ours, not newer, with an unbroken record."""
    try:
        known = schema.check_at(copy, str(path))
        sound = copy.exec_driver_sql("PRAGMA integrity_check").scalar()
        damage = record.verify(copy, layout) if known else []
    except StoreBroken as error:
        raise BackupRefused(path) from error
    except (sa.exc.DBAPIError, ValueError, TypeError) as error:  # a cell that is no date, a list that is no JSON
        raise BackupRefused(path) from error
    if not known or sound != "ok" or damage:
        raise BackupRefused(path)


def restore(door: Door, layout: Layout, source: Path, now: datetime) -> Path | None:
    """Puts the copy in place of what is there, in one transaction; returns the copy taken of that first."""
    if target.own(door, source):
        raise BackupRefused(source, "store.restore_own")
    if not source.exists():
        raise StoreMissing(source, "store.no_backup")
    if not source.is_file():
        raise BackupRefused(source)
    try:
        place.whole(source)
    except StoreBroken as error:
        raise BackupRefused(source) from error
    except PermissionError as error:
        raise StoreReadOnly(source, "store.backup_closed") from error
    with _opened(source) as theirs:
        prove(theirs, source, layout)
        saved = None
        if door.embedded:
            saved = target.keep(door, door.path.with_name(f"{door.path.stem}-before-restore-{now:%Y%m%d-%H%M%S}{door.path.suffix}"))
        with door.write() as ours:
            _replace(theirs, ours, layout, now)
    return saved


def _replace(theirs: sa.Connection, ours: sa.Connection, layout: Layout, now: datetime) -> None:
    for line in unguard(ours.dialect.name):
        ours.exec_driver_sql(line)
    meta = layout["huce_meta"]
    version = ours.execute(sa.select(meta.c.version)).scalar_one()
    for table in reversed(layout.metadata.sorted_tables):
        ours.execute(sa.delete(table))
    _carry(theirs, ours, layout)
    # caches are keyed by the version: it must never name two different books
    theirs_now = ours.execute(sa.select(meta.c.version, meta.c.epoch)).one()
    life = f"{theirs_now.epoch.partition('/')[0]}/{secrets.token_hex(4)}"
    ours.execute(sa.update(meta).values(version=max(version, theirs_now.version) + 1, epoch=life))
    _hold(ours, layout, now)
    for line in guards(ours.dialect.name):
        ours.exec_driver_sql(line)


def _hold(ours: sa.Connection, layout: Layout, now: datetime) -> None:
    """What has been told since the copy was made stands in no ledger any more: mails wait until somebody says it."""
    marks = layout["huce_marks"]
    ours.execute(sa.delete(marks).where(marks.c.name == RESTORED))
    ours.execute(sa.insert(marks).values(name=RESTORED, value=now.isoformat(timespec="seconds"), at=now))


def put_by_hand(door: Door, layout: Layout, now: datetime) -> bool:
    """Whether the store is a copy that somebody has put in its place, past `restore`. From now on it is the store itself,
    with what a restore would have done: mails wait, and nobody is signed in as of then."""
    if not door.embedded or door.read(lambda c: c.exec_driver_sql("PRAGMA application_id").scalar()) != target.MARK:
        return False
    meta = layout["huce_meta"]
    with door.write() as ours:
        for name in LIVE:
            ours.execute(sa.delete(layout[name]))
        epoch = ours.execute(sa.select(meta.c.epoch)).scalar_one()
        ours.execute(sa.update(meta).values(version=meta.c.version + 1, epoch=f"{epoch.partition('/')[0]}/{secrets.token_hex(4)}"))
        _hold(ours, layout, now)
        ours.exec_driver_sql("PRAGMA application_id=0")
    return True


def _carry(source: sa.Connection, sink: sa.Connection, layout: Layout) -> None:
    """Every row as it stands. Between two embedded stores the cells go over unread: what something else has written into
    the copy is told where it is looked at, and does not stop a restore."""
    raw = source.dialect.name == sink.dialect.name == "sqlite"
    there = set(sa.inspect(source).get_table_names())
    for table in layout.metadata.sorted_tables:
        if table.name not in there or table.name in LIVE:
            continue
        names = {column["name"] for column in sa.inspect(source).get_columns(table.name)}
        columns = [column for column in table.columns if column.name in names]
        if raw:
            quoted = ", ".join(f'"{column.name}"' for column in columns)
            line = f'INSERT INTO "{table.name}" ({quoted}) VALUES ({", ".join("?" * len(columns))})'  # noqa: S608 – names of our layout
            found = driver.rows(source, f'SELECT {quoted} FROM "{table.name}"')  # noqa: S608
            for start in range(0, len(found), PAGE):
                sink.exec_driver_sql(line, found[start : start + PAGE])
            continue
        for rows in source.execute(sa.select(*columns)).mappings().partitions(PAGE):
            sink.execute(sa.insert(table), [dict(row) for row in rows])
