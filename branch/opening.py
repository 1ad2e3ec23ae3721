"""A branch's home: made whole or not at all, finished where its making was cut off, and opened."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from branch import clock, files, settings
from branch.branch import Branch
from branch.settings import Settings
from branch.settings_file import GOOD
from rules import rulebook
from sheets.cells import read
from sheets.schema import Edit
from sheets.store import Store, StoreFault, open_store
from sheets.store.faults import StoreMissing
from sheets.tables import TABLES

MAKING, WHOLE = ".making", ".whole"  # where a new home is made; the mark that it is complete
DATABASE = "huce.db"
KNOWN = "rules of the scheme"  # the mark of those a branch has been given


def create(home: Path, now: datetime, **chosen: Any) -> Branch:
    """Makes the home of a new branch: settings, store, the scheme's rules. Refuses to overwrite (HomeFault).

    Everything is made in a folder of its own inside the home and moved out whole, the settings last: a home without
    settings is no home yet. What an earlier, interrupted making left is finished instead.
    """
    files.at_home(home)
    _move_out(home)
    if there(home):
        if mended := mend(home, now):
            return mended
        _halves(home)
        raise files.HomeFault("branch.exists", path=home)
    files.folder(home)
    files.probe(home)
    draft = home / MAKING
    _clear(draft)
    files.folder(draft)
    found = settings.fresh(draft, chosen)
    _fill(found, now).close()
    (draft / WHOLE).touch()
    _move_out(home)
    return open_branch(home)


def mend(home: Path, now: datetime) -> Branch | None:
    """Finishes a home whose making was cut off before its rules were written; None when there is nothing to finish.

    Only what has never held anything is made again: a store without tables and without copies of it, or one into whose
    rules nobody has ever written. Settings alone are not finished: their ledgers may have been lost.
    """
    files.at_home(home)
    if not ((home / settings.FILE).exists() and (home / DATABASE).exists()):
        return None
    found = settings.load(home)
    if not found.embedded or any((home / files.BACKUPS).glob("*.backup")):
        return None
    if files.odd(home / DATABASE) is None and (home / DATABASE).stat().st_size == 0:
        files.drop(home / DATABASE)  # not a byte was written
    try:
        store = open_store(found.store, TABLES, letter=found.numbering_letter)
    except StoreFault as fault:
        if fault.code not in {"store.no_tables", "store.missing"}:
            raise
    else:
        ever = store.history("rules", limit=1)
        store.close()
        if len(ever):
            return None
    _fill(found, now).close()
    return open_branch(home)


def _fill(found: Settings, now: datetime) -> Store:
    """The tables and the scheme's rules in a store that has none."""
    store = open_store(found.store, TABLES, create=True, letter=found.numbering_letter)
    store.setup(now)
    store.write([_rule(row) for row in rulebook.shipped()], "system", "terminal", now)
    store.private.mark(KNOWN, " ".join(sorted(row["id"] for row in rulebook.shipped())), now)
    return store


def _move_out(home: Path) -> None:
    """What was made whole in its own folder goes to its place; a move that was cut off is finished."""
    draft = home / MAKING
    made = [draft / DATABASE, draft / settings.FILE]
    try:
        if made[1].exists() and (whole := draft / WHOLE).exists():
            for one in made:
                if one.exists():
                    one.replace(home / one.name)
            whole.unlink()
        _clear(draft)
    except OSError as error:
        raise files.fault(error, home) from error


def there(home: Path) -> bool:
    """Whether anything of a branch stands in a home, be it no file at all."""
    return any(os.path.lexists(home / name) for name in (settings.FILE, DATABASE))


def _clear(draft: Path) -> None:
    """Takes away what an interrupted making has left."""
    try:
        if draft.is_dir() and not draft.is_symlink():
            shutil.rmtree(draft)
    except OSError as error:
        raise files.fault(error, draft) from error


def _rule(row: Mapping[str, str]) -> Edit:
    table = TABLES["rules"]
    return Edit("rules", row["id"], None, {key: read(table[key], text).value for key, text in row.items() if key != "id"})


def open_branch(home: Path, *, keep: bool = True) -> Branch:
    """Opens the branch that lives in a home; a store of an older program is moved forward first, with a copy beside it.

    A missing or half-made home is a Fault with its mend. `keep`: see settings.load.
    """
    files.at_home(home)
    if (home / MAKING / WHOLE).exists():
        _move_out(home)
    if not there(home):
        raise files.HomeFault("branch.no_home", path=home)
    found = _halves(home, keep=keep)
    _clear(home / MAKING)  # all was moved out, and then the making was cut off
    store = open_store(found.store, TABLES, letter=found.numbering_letter)
    if store.behind():
        store.setup(clock.now())
    store.put_by_hand(clock.now())
    _grow(store, clock.now())
    return Branch(found, store)


def _halves(home: Path, *, keep: bool = True) -> Settings:
    """The settings of a home of which nothing is missing. Raises HomeFault, SettingsFault."""
    if not os.path.lexists(home / settings.FILE):
        good = (home / GOOD).exists()
        raise files.HomeFault("branch.half_home_good" if good else "branch.half_home", path=home, missing=settings.FILE, good=GOOD)
    found = settings.load(home, keep=keep)
    if found.embedded and not os.path.lexists(home / DATABASE):
        raise files.HomeFault("branch.half_home", path=home, missing=DATABASE)
    if found.embedded and files.odd(home / DATABASE) == "link":  # its own address would name only where it leads
        raise StoreMissing(home / DATABASE, "store.link", target=(home / DATABASE).readlink())
    return found


def _grow(store: Store, now: datetime) -> None:
    """Rules that have come to the scheme since the branch was made are added to its sheet. What the branch has changed,
    switched off or taken away stays as it is."""
    rows = rulebook.shipped()
    known = " ".join(sorted(row["id"] for row in rows))
    marked = store.private.marked(KNOWN)
    if marked is not None and marked[0] == known:
        return
    frames, _ = store.read(["rules"])
    there = set(frames["rules"]["id"].astype(str))
    if not there:
        return
    before = set(marked[0].split()) if marked is not None else there
    store.write([_rule(row) for row in rows if row["id"] not in there | before], "system", "terminal", now)
    store.private.mark(KNOWN, known, now)
