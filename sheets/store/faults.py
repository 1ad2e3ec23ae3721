"""What can go wrong with the store, each as a sentence; and how a driver's error becomes one of them."""

from __future__ import annotations

import errno
import os
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import exc

from sheets.merge import Clash
from sheets.schema import Table
from texts import Fault, Lang, say

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class StoreFault(Fault):
    """Any fault of the store; `place` is its path or address, without a password."""

    sentence = "store.fault"

    def __init__(self, place: object = "", code: str = "", **values: object) -> None:
        super().__init__(code or self.sentence, place=place, **values)


class StoreMissing(StoreFault):
    sentence = "store.missing"


class StoreReadOnly(StoreFault):
    sentence = "store.read_only"


class StoreNewer(StoreFault):
    sentence = "store.newer"


class StoreBroken(StoreFault):
    sentence = "store.broken"


class StoreFull(StoreFault):
    sentence = "store.full"


class StoreBusy(StoreFault):
    sentence = "store.busy"


class StoreLost(StoreFault):
    """The database server went away; a read was tried twice, a save is never repeated blindly."""

    sentence = "store.lost"


class StoreRefused(StoreFault):
    """The address, the user or the folder is one that cannot be used."""

    sentence = "store.refused"


class EditRefused(StoreFault):
    """An edit that no store could take: an unknown table, column or row, or a value of the wrong kind.

    `every` row of a save that has one, by table and id, where that is known.
    """

    sentence = "store.bad_value"
    every: Mapping[tuple[str, str], Fault] = MappingProxyType({})


class BackupRefused(StoreFault):
    """A backup file that is not whole, not ours, or newer than the program."""

    sentence = "store.backup_damaged"


class TargetRefused(StoreFault):
    """A place that no copy is written to: something stands there that is no earlier copy of this store."""

    sentence = "store.target_taken"


@dataclass(frozen=True, slots=True)
class Clashed:
    """A clash with its address: whose change stands there now, and since when."""

    table: str
    id: str
    clash: Clash
    who: str
    when: datetime | None


class Conflict(StoreFault):
    """The same field was changed by somebody else meanwhile; nothing of the save was written."""

    sentence = "store.conflict"

    def __init__(self, place: object, clashes: list[Clashed], tables: dict[str, Table]) -> None:
        first = clashes[0]
        code = "" if len(clashes) > 1 else "store.conflict_alone"
        super().__init__(place, code, id=first.id, who=first.who, when=first.when or "", more=len(clashes) - 1)
        self.clashes, self._tables, self._table = clashes, tables, tables[first.table]

    @property
    def every(self) -> Mapping[tuple[str, str], Fault]:
        """Each row in conflict with its own clashes."""
        rows: dict[tuple[str, str], list[Clashed]] = {}
        for one in self.clashes:
            rows.setdefault((one.table, one.id), []).append(one)
        return {row: Conflict(self.values["place"], clashes, self._tables) for row, clashes in rows.items()}

    def say(self, lang: Lang) -> str:
        first = self.clashes[0]
        column = self._table.column(first.clash.column)
        named = column.label(lang) if column else say("store.whole_row", lang)
        return say(self.code, lang, **{**self.values, "table": self._table.label(lang), "column": named})


_SQLITE: tuple[tuple[int, type[StoreFault], str], ...] = (
    (sqlite3.SQLITE_FULL, StoreFull, ""),
    (sqlite3.SQLITE_READONLY, StoreReadOnly, ""),
    (sqlite3.SQLITE_PERM, StoreReadOnly, ""),
    (sqlite3.SQLITE_BUSY, StoreBusy, ""),
    (sqlite3.SQLITE_LOCKED, StoreBusy, ""),
    (sqlite3.SQLITE_CORRUPT, StoreBroken, ""),
    (sqlite3.SQLITE_NOTADB, StoreBroken, "store.not_a_store"),
    (sqlite3.SQLITE_CANTOPEN, StoreMissing, "store.cannot_open"),
    (sqlite3.SQLITE_IOERR, StoreBroken, "store.disk_error"),
)
_POSTGRES: tuple[tuple[str, type[StoreFault], str], ...] = (
    ("53100", StoreFull, ""),
    ("53", StoreBusy, ""),
    ("25006", StoreReadOnly, ""),
    ("42501", StoreReadOnly, "store.no_right"),
    ("28", StoreRefused, "store.sign_in"),
    ("3D000", StoreMissing, "store.no_database"),
    ("42P01", StoreBroken, "store.no_tables"),
    ("55P03", StoreBusy, ""),
    ("40", StoreBusy, ""),
    ("57014", StoreBusy, ""),
    ("08", StoreLost, ""),
    ("57P", StoreLost, ""),
    ("XX", StoreBroken, ""),
)


@contextmanager
def as_faults(place: str) -> Iterator[None]:
    """Turns a driver's error inside the block into the Fault that names the place and the mend."""
    try:
        yield
    except exc.TimeoutError as error:
        raise StoreBusy(place) from error
    except exc.DBAPIError as error:
        raise fault(place, error) from error
    except sqlite3.Error as error:
        raise _from_sqlite(place, error) from error


def fault(place: str, error: exc.DBAPIError) -> StoreFault:
    """The Fault of a driver's error. What is not known is told as it was said, never swallowed."""
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return _from_sqlite(place, cause)
    state = getattr(cause, "sqlstate", None) or ""
    for start, kind, code in _POSTGRES:
        if state.startswith(start):
            return kind(place, code, detail=_line(cause))
    if error.connection_invalidated:
        return StoreLost(place, detail=_line(cause))
    return _unstated(place, str(cause)) if not state else StoreFault(place, detail=_line(cause))


def _unstated(place: str, words: str) -> StoreFault:
    """A failed connection carries no SQLSTATE, only the server's words."""
    if "does not exist" in words and "database" in words:
        return StoreMissing(place, "store.no_database")
    if "authentication failed" in words or ("role" in words and "does not exist" in words):
        return StoreRefused(place, "store.sign_in")
    return StoreLost(place, "store.unreachable", detail=_line(words))


def _from_sqlite(place: str, error: sqlite3.Error) -> StoreFault:
    number = getattr(error, "sqlite_errorcode", 0) & 0xFF  # extended codes keep the plain one in the low byte
    if number in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN) and _full(Path(place).parent):
        return StoreFull(place)  # SQLite tells a log that cannot grow, or be made, as a fault of the disk
    for known, kind, code in _SQLITE:
        if number == known:
            return kind(place, code)
    if "no such table" in str(error) or "no such column" in str(error):
        return StoreBroken(place, "store.no_tables", detail=_line(error))
    return StoreFault(place, detail=_line(error))


def _full(folder: Path) -> bool:
    """Whether the disk or the quota has no room left: found out by writing a little."""
    try:
        with tempfile.TemporaryFile(dir=folder) as trial:
            trial.write(b"\0" * 65_536)
            trial.flush()
            os.fsync(trial.fileno())
    except OSError as error:
        return error.errno in FULL
    return False


def _line(words: object) -> str:
    """The first line of what the driver said: the rest repeats the statement and its values."""
    return str(words).strip().split("\n", 1)[0][:200]
