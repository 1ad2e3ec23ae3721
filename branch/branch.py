"""A branch at work: its settings, its store, the look at it, and the one door through which it changes."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from branch import access, audit, saving
from branch.look import Look, Remembered
from branch.people import Actor
from branch.settings import Settings
from rules import calendar, rulebook
from sheets import dictionary
from sheets.book import Book
from sheets.schema import Edit, Issue
from sheets.store import Conflict, Source, Store, Written
from sheets.store.agreed import Agreed
from sheets.tables import TABLES

GRAIN = 5  # minutes


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
