"""A branch at work: its settings, its store, the look at it, and the one door through which it changes."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from branch import access, audit, clock, files, saving, settings
from branch.look import Look, Remembered
from branch.people import Actor
from branch.settings import Settings
from branch.settings_file import GOOD
from rules import calendar, rulebook
from sheets import dictionary
from sheets.book import Book
from sheets.cells import read
from sheets.schema import Edit, Issue
from sheets.store import Conflict, Source, Store, StoreFault, Written, open_store
from sheets.store.agreed import Agreed
from sheets.store.faults import StoreMissing
from sheets.tables import TABLES

GRAIN = 5  # minutes
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


class Branch:
    """One per process, shared: its settings, its store, the newest look at it, and the one door through which it changes."""

    def __init__(self, chosen: Settings, store: Store) -> None:
        self.settings, self.store = chosen, store
        self._lock = threading.RLock()
        self._book: Book | None = None
        self._dictionary: Dictionary | None = None
        self._look: Look | None = None
        self._agreed: Agreed | None = None
        self._remembered: Remembered | None = None
        self._weighed: Remembered | None = None  # what the newest look has been compared with

    def look(self, now: datetime) -> Look:
        """The branch as of the store's newest version; the same Look while nothing is saved and five minutes stand."""
        with self._lock:
            book, last, sheet = self.book(), self._look, self.remembered()
            moved = last is None or last.book is not book or _grain(last.now) != _grain(now) or last.settings is not self.settings
            if last is None or moved or (sheet is not self._weighed and last.told_otherwise(sheet)):
                last = self._look = self._made(book, last, now, sheet)
            self._weighed = sheet
            return last

    def remembered(self) -> Remembered | None:
        """What is remembered about the spreadsheet, as whoever keeps it in step has last saved it (one small query; the same
        object until then); None where the ledgers are held here alone."""
        if not self.settings.google.spreadsheet:
            return None
        with self._lock:
            if self._agreed is None:
                self._agreed = self.store.agreed()
            else:
                self._agreed.fresh()
            found = self._agreed
            if self._remembered is None or self._remembered.intents is not found.intents:
                self._remembered = Remembered(found.meta, found.tabs, found.base, found.intents, tuple(found.notes.values()))
            return self._remembered

    def _made(self, book: Book, last: Look | None, now: datetime, sheet: Remembered | None) -> Look:
        """A new Look that takes over whatever still holds of the last one."""
        known = last.book if last is not None and last.book.tables is book.tables else None
        if last is not None and known is not None and known.frames["rules"] is book.frames["rules"]:
            rules, issues = last.rules, list(last.config_issues)
        else:
            rules, issues = rulebook.read(book.last_good("rules"), book.tables)
            issues += self._dictionary.refused if self._dictionary else []
        shifted = self.settings.policy.shifted_workdays
        same = known is not None and known.frames["calendar"] is book.frames["calendar"] and last is not None
        same = same and last is not None and last.settings.policy.shifted_workdays == shifted
        days = last.calendar if same and last is not None else calendar.make(book.frame("calendar"), shifted)
        hidden = self._dictionary.hidden if self._dictionary else frozenset()
        return Look(book, rules, days, self.settings, now, issues, hidden, sheet, self.store.changed, before=last)

    def book(self) -> Book:
        """The ledgers as of the store's newest version; a changed dictionary takes effect with the next book."""
        with self._lock:
            if self._dictionary is None:  # which columns there are is known before everything is read by them
                self._follows(self.store.read(["dictionary"])[0]["dictionary"])
            found = self.store.book(self._book)
            while found is not self._book and not self._follows(found.frame("dictionary")):
                found = self.store.book(found)
            self._book = found
            return found

    def _follows(self, rows: pd.DataFrame) -> bool:
        """Whether the tables are as the dictionary says; if not, they are from now on, and the book is read again."""
        if self._dictionary is not None and rows.equals(self._dictionary.rows):
            return True
        tables, refused = dictionary.overlay(TABLES, rows)
        self._dictionary = Dictionary(rows, refused, dictionary.hidden(tables, rows))
        if tables != self.store.tables:
            self.store = self.store.with_tables(tables)
        return False

    def write(
        self, edits: Sequence[Edit], actor: Actor, source: Source, now: datetime, *, token: str = "", base: Look | None = None
    ) -> Written:
        """All edits or none: the one door to the store. `base`: the look they were made from, else the newest one.

        What a person sends is checked, and what follows from it is added (branch.saving); the jobs' own edits are
        taken as they are, and so is what an undo (branch.undo) puts back.
        Raises Denied, Unknown, Refused, Conflict, StoreFault; a denial goes on record.
        """
        if source in ("job", "undo"):
            return self.store.write(edits, actor.staff, source, now, token)
        ready = self._ready(edits, actor, source, now, base)
        with self._masking(actor):
            return self.store.write(ready, actor.staff, source, now, token)

    def rehearse(self, edits: Sequence[Edit], actor: Actor, source: Source, now: datetime) -> None:
        """A write without its last step: raises what `write` would raise, and writes nothing but a denial."""
        ready = self._ready(edits, actor, source, now, None)
        with self._masking(actor):
            self.store.rehearse(ready, actor.staff, source, now)

    def _ready(self, edits: Sequence[Edit], actor: Actor, source: Source, now: datetime, base: Look | None) -> list[Edit]:
        try:
            look = base or self.look(now)
            return saving.ready(look, edits, actor, source, now, self._free(look.book, edits, actor))
        except access.NotAllowed as fault:
            audit.denied(self.store, actor, ", ".join("/".join(place) for place in fault.every), now)
            raise

    def _free(self, book: Book, edits: Sequence[Edit], actor: Actor) -> set[tuple[str, str]]:
        """The new rows of a save whose numbers an undo has made free again: for whom the row was theirs before."""
        new: dict[str, list[str]] = {}
        for edit in edits:
            if edit.before is None and edit.after is not None and edit.table in book.tables:
                new.setdefault(edit.table, []).append(edit.id)
        coming, found = frozenset((table, row) for table, ids in new.items() for row in ids), set()
        for table, ids in new.items():
            every = book.frames[table]
            gone = set(every.loc[every["deleted"], "id"]) & {*ids} if every["deleted"].any() else set()
            back = self.store.taken_back(table, list(gone)) if gone else ()
            found |= {(table, row) for row in back if access.was_theirs(book, table, row, actor, coming)}
        return found

    @contextmanager
    def _masking(self, actor: Actor) -> Iterator[None]:
        """A conflict shows no sensitive value that somebody else has written."""
        try:
            yield
        except Conflict as conflict:
            raise saving.masked(conflict, self.book().tables, actor) from conflict


@dataclass(frozen=True, slots=True)
class Dictionary:
    """The dictionary as the tables follow it: its rows, those that cannot be followed, and what it hides."""

    rows: pd.DataFrame
    refused: list[Issue]
    hidden: frozenset[tuple[str, str]]


def _grain(now: datetime) -> datetime:
    """A look is taken anew at most once in so many minutes while nothing is saved."""
    return now.replace(minute=now.minute - now.minute % GRAIN, second=0, microsecond=0)
