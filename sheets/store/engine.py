"""Connections: the embedded SQLite file and PostgreSQL behind one door, with how each begins a transaction."""

from __future__ import annotations

import gc
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy import event, exc

from sheets.store.faults import StoreLost, StoreRefused, as_faults

Result = TypeVar("Result")
PATIENCE = 30  # seconds that a save waits for the saves before it
OF_THE_TARGET = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM})
_POSTGRES = {"connect_timeout": 5, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}


@dataclass(frozen=True, slots=True)
class Door:
    """An engine, and the name of the place that its faults carry."""

    engine: sa.Engine
    place: str

    @property
    def embedded(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @property
    def path(self) -> Path:
        """The file of an embedded store."""
        return Path(self.engine.url.database or "")

    def read(self, work: Callable[[sa.Connection], Result]) -> Result:
        """Runs `work` on one consistent view of the store; once more if the server dropped the connection."""
        try:
            return self._read(work)
        except StoreLost:
            return self._read(work)

    def _read(self, work: Callable[[sa.Connection], Result]) -> Result:
        with as_faults(self.place), self.engine.connect() as plain:
            return work(plain if self.embedded else plain.execution_options(isolation_level="REPEATABLE READ"))

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """One transaction that is the only writer (SQLite) or takes its own row locks (PostgreSQL)."""
        with as_faults(self.place), self.engine.connect() as plain:
            connection = plain.execution_options(huce_write=True)
            with connection.begin():
                yield connection

    def vacuum_into(self, target: Path) -> None:
        """A whole, consistent copy of an embedded store, taken while others read and write."""
        with as_faults(self.place):
            raw = self.engine.raw_connection()
            try:
                raw.cursor().execute("VACUUM INTO ?", (str(target),))
            except sqlite3.Error as error:
                # the disk that is full or closed to us is the one that is written to
                with as_faults(str(target) if error.sqlite_errorcode & 0xFF in OF_THE_TARGET else self.place):
                    raise
            finally:
                raw.close()
        private(target)


def door(url: str) -> Door:
    """Makes the engine of an address; nothing is opened yet."""
    try:
        parsed = sa.make_url(url)
    except exc.ArgumentError as error:
        raise StoreRefused("", "store.address") from error
    # a "?" in the path of a file would begin a query, and the store would lie in another folder
    if parsed.drivername in ("sqlite", "sqlite+pysqlite") and parsed.database not in (None, "", ":memory:") and "?" not in url:
        return _sqlite(parsed)
    if parsed.drivername == "postgresql+psycopg":
        return _postgres(parsed)
    raise StoreRefused(parsed.render_as_string(hide_password=True), "store.address")


def address(path: Path) -> str:
    """The address of an embedded store, whatever characters its path holds: %, ? and # are quoted."""
    return sa.URL.create("sqlite", database=path.as_posix()).render_as_string(hide_password=False)


def file_door(path: Path) -> Door:
    """The engine of an embedded store, whatever characters its path holds."""
    return _sqlite(sa.URL.create("sqlite", database=str(path)))


def copy_door(path: Path) -> Door:
    """The engine of a file that is only read and that nobody writes: no locks, no log, nothing made beside it."""
    place = path.resolve().as_posix()
    start = "file:////" if place.startswith("//") else "file:///"
    uri = f"{start}{quote(place.lstrip('/'), safe='/:')}?mode=ro&immutable=1"

    def opened() -> sqlite3.Connection:
        return sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None)

    return Door(sa.create_engine("sqlite://", creator=opened, poolclass=sa.NullPool), str(path))


def _sqlite(url: sa.URL) -> Door:
    engine = sa.create_engine(url, pool_size=8, max_overflow=24, connect_args={"timeout": PATIENCE})

    @event.listens_for(engine, "connect")
    def _opened(connection: Any, _record: object) -> None:
        private(Path(str(url.database)))  # before the log is made, which takes its modes from here
        connection.isolation_level = None  # the driver must not begin transactions of its own
        for pragma in ("synchronous=FULL", f"busy_timeout={PATIENCE * 1000}"):
            connection.execute(f"PRAGMA {pragma}")
        # what the pragma answers is what the file system can do: without shared memory it stays as it was
        if connection.execute("PRAGMA journal_mode=WAL").fetchone()[0] != "wal":
            raise StoreRefused(url.database, "store.no_log")

    @event.listens_for(engine, "begin")
    def _begun(connection: sa.Connection) -> None:
        alone = connection.get_execution_options().get("huce_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if alone else "BEGIN")

    return Door(engine, str(url.database))


def _postgres(url: sa.URL) -> Door:
    place = url.render_as_string(hide_password=True)
    engine = sa.create_engine(url, pool_size=8, max_overflow=24, pool_pre_ping=True, connect_args=_POSTGRES)

    @event.listens_for(engine, "connect")
    def _opened(connection: Any, _record: object) -> None:
        connection.execute(f"SET lock_timeout = '{PATIENCE}s'")
        connection.commit()

    return Door(engine, place)


def private(path: Path) -> None:
    """What holds passwords and people's names is for its owner alone, with the log beside it."""
    if os.name != "posix":
        return
    for one in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
        # gone meanwhile, or another user's file that we may only use: `doctor` says so
        with suppress(FileNotFoundError, PermissionError):
            if one.stat().st_mode & 0o077:
                one.chmod(0o600)


@contextmanager
def unhurried() -> Iterator[None]:
    """No garbage collection while millions of cells are made: each pass would walk them all."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
