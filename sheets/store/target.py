"""Where a copy may be written: on nothing, or on an earlier copy of the same store; never on anything else."""

from __future__ import annotations

import os
import secrets
import sqlite3
import stat
from contextlib import closing, suppress
from pathlib import Path

import sqlalchemy as sa

from sheets.store import engine
from sheets.store.engine import Door
from sheets.store.faults import StoreMissing, StoreReadOnly, TargetRefused
from sheets.store.layout import Layout
from sheets.store.record import START

MARK = 0x48754365  # the file says itself that it is a copy made here, not a store at work ("HuCe")
ENDS = ("", "-wal", "-shm", "-journal")
LOGGED = b"\x02\x02"  # in its head: the file has been opened as a store, with a log
SETTINGS = "settings.toml"


def free(door: Door, layout: Layout, target: Path) -> Path:
    """The place itself, links followed, where a copy may be written. Raises TargetRefused, StoreMissing, StoreReadOnly."""
    if own(door, target):
        raise TargetRefused(target, "store.target_own")
    if target.is_dir():
        raise TargetRefused(target, "store.target_folder")
    place = target.resolve()
    if not place.parent.is_dir():
        raise StoreMissing(target, "store.target_no_folder", folder=target.parent)
    if not os.access(place.parent, os.W_OK):
        raise StoreReadOnly(target, "store.target_closed", folder=target.parent)
    if any(place.with_name(place.name + end).exists() for end in ENDS[1:]):
        raise TargetRefused(target, "store.target_in_use")  # what has a log beside it is a store at work
    if os.path.lexists(place) and not _earlier(door, layout, place):
        raise TargetRefused(target)
    return place


def own(door: Door, target: Path) -> bool:
    """Whether this is the store itself or a file beside it that belongs to it, under whatever name or link."""
    if not door.embedded:
        return False
    family = [door.path.with_name(door.path.name + end) for end in ENDS]
    if target.resolve() in {one.resolve() for one in family}:
        return True
    return target.exists() and any(one.exists() and one.samefile(target) for one in family)


def _earlier(door: Door, layout: Layout, place: Path) -> bool:
    """Whether a file is a copy that was made of this store: it says so itself, and its record is the beginning of ours."""
    if not stat.S_ISREG(place.lstat().st_mode) or place.with_name(SETTINGS).exists():
        return False
    with place.open("rb") as file:
        if file.read(20)[18:] == LOGGED:
            return False
    copy = engine.copy_door(place)
    try:
        with copy.engine.connect() as there:
            if there.exec_driver_sql("PRAGMA application_id").scalar() != MARK:
                return False
            meta = layout["huce_meta"]
            theirs = there.execute(sa.select(meta)).mappings().one()
    except sa.exc.DBAPIError:
        return False  # not a store at all, or one that cannot be read: not ours to replace
    finally:
        copy.engine.dispose()
    changes = layout["changes"]
    mine = door.read(lambda c: c.execute(sa.select(meta.c.epoch)).scalar_one())
    line = sa.select(changes.c.hash).where(changes.c.seq == theirs["seq"])
    known = START if not theirs["seq"] else door.read(lambda c: c.execute(line).scalar())
    return bool(theirs["epoch"].partition("/")[0] == mine.partition("/")[0] and theirs["head"] == known)


def beside(place: Path) -> Path:
    """A name for the unfinished copy that nobody else has."""
    return place.with_name(f"{place.name}.{secrets.token_hex(4)}.part")


def mark(copy: Path) -> None:
    """Makes a new copy one plain file, without a log beside it, that says what it is; and has the disk take it."""
    with closing(sqlite3.connect(copy)) as bare:
        bare.execute("PRAGMA journal_mode=DELETE")
        bare.execute(f"PRAGMA application_id={MARK}")
        bare.commit()
    settle(copy)


def settle(path: Path) -> None:
    """Whatever happens to the computer from now on, the file is on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def settle_folder(folder: Path) -> None:
    """The name too. Not every system opens a folder, nor does every share settle one; the file itself is settled."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def keep(door: Door, place: Path) -> Path:
    """A copy of an embedded store under the first free name like this one. A copy that is cut off never carries it."""
    found = numbered(place)
    part = beside(found)
    try:
        door.vacuum_into(part)
        mark(part)
        part.replace(found)
    finally:
        drop(part)
    settle_folder(found.parent)
    return found


def numbered(path: Path) -> Path:
    """The first of path, path-2, path-3 … that nobody has."""
    found, n = path, 1
    while os.path.lexists(found):
        n += 1
        found = path.with_name(f"{path.stem}-{n}{path.suffix}")
    return found


def drop(part: Path) -> None:
    """Takes an unfinished copy away; what cannot be removed was never there, or is told by the fault under way."""
    with suppress(OSError):
        for end in ENDS:
            part.with_name(part.name + end).unlink(missing_ok=True)
