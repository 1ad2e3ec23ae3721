"""A branch at work: its settings, its book, its calendar, its rules and what they say is due."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from branch import files, findings, settings
from branch.people import Actor
from branch.settings import Settings
from rules import calendar, due, rulebook, why
from rules.calendar import Calendar
from rules.rulebook import Rule
from sheets import dictionary
from sheets.book import Book
from sheets.cells import read
from sheets.schema import Edit, Issue, Lang, Table
from sheets.store import Source, Store, Written, open_store
from sheets.tables import TABLES

DATABASE = "huce.db"


def create(home: Path, now: datetime, **chosen: Any) -> Branch:
    """Makes the home of a new branch: settings, store, the scheme's rules. Refuses to overwrite (HomeFault)."""
    if (home / settings.FILE).exists() or (home / DATABASE).exists():
        raise files.HomeFault("branch.exists", path=home)
    files.folder(home)
    files.probe(home)
    found = settings.fresh(home, chosen)
    store = open_store(found.store, TABLES, create=True)
    store.setup(now)
    store.write([_rule(row) for row in rulebook.shipped()], "system", "terminal", now)
    return Branch(found, store)


def _rule(row: Mapping[str, str]) -> Edit:
    table = TABLES["rules"]
    return Edit("rules", row["id"], None, {key: read(table[key], text).value for key, text in row.items() if key != "id"})


def open_branch(home: Path) -> Branch:
    """Opens the branch that lives in a home. A missing or half-made one is a Fault with its mend."""
    there = [(home / settings.FILE).exists(), (home / DATABASE).exists()]
    if not any(there):
        raise files.HomeFault("branch.no_home", path=home)
    if not there[0]:
        raise files.HomeFault("branch.half_home", path=home, missing=settings.FILE)
    found = settings.load(home)
    if found.embedded and not there[1]:
        raise files.HomeFault("branch.half_home", path=home, missing=DATABASE)
    return Branch(found, open_store(found.store, TABLES))


class Branch:
    """One per process, shared: the book is read once per version and then only patched. Frames are for reading."""

    def __init__(self, chosen: Settings, store: Store) -> None:
        self.settings, self.store = chosen, store
        self._lock = threading.Lock()
        self._book: Book | None = None
        self._said: pd.DataFrame | None = None  # the dictionary as the tables now follow it
        self._refused: list[Issue] = []
        self._hidden: frozenset[tuple[str, str]] = frozenset()
        self._rules: tuple[pd.DataFrame, dict[str, Table], list[Rule], list[Issue]] | None = None
        self._calendar: tuple[pd.DataFrame, Calendar] | None = None
        self._issues: tuple[int, list[Issue]] | None = None
        self._looked: findings.Kept = {}

    def tables(self) -> dict[str, Table]:
        """The ledgers as the branch wants them: the scheme's, with its own dictionary laid over them."""
        return self.book().tables

    def hidden(self) -> frozenset[tuple[str, str]]:
        """The (table, column) pairs that forms and lists leave out."""
        self.book()
        return self._hidden

    def book(self) -> Book:
        """The ledgers as of the store's newest version; a changed dictionary takes effect with the next look."""
        with self._lock:
            found = self.store.book(self._book)
            while found is not self._book and not self._follows(found.frame("dictionary")):
                found = self.store.book(found)
            self._book = found
            return found

    def _follows(self, rows: pd.DataFrame) -> bool:
        """Whether the tables are as the dictionary says; if not, they are from now on, and the book is read again."""
        if self._said is not None and rows.equals(self._said):
            return True
        tables, self._refused = dictionary.overlay(TABLES, rows)
        self._hidden = dictionary.hidden(tables, rows)
        if tables != self.store.tables:
            self.store = self.store.with_tables(tables)
        self._said = rows
        return False

    def calendar(self) -> Calendar:
        book, kept = self.book(), self._calendar
        if kept is None or kept[0] is not book.frames["calendar"]:  # a save elsewhere leaves the frame as it is
            made = calendar.make(book.frame("calendar"), self.settings.policy.shifted_workdays)
            kept = self._calendar = (book.frames["calendar"], made)
        return kept[1]

    def rules(self) -> tuple[list[Rule], list[Issue]]:
        """The enabled rules of the branch's own sheet, and an Issue for each row that cannot be used."""
        book, kept = self.book(), self._rules
        if kept is None or kept[0] is not book.frames["rules"] or kept[1] is not book.tables:
            kept = self._rules = (book.frames["rules"], book.tables, *rulebook.read(book.frame("rules"), book.tables))
        return kept[2], kept[3]

    def dues(self, now: datetime) -> pd.DataFrame:
        return due.dues(self.book(), self.rules()[0], self.calendar(), now)

    def steps(self, now: datetime) -> pd.DataFrame:
        return due.steps(self.dues(now), self.rules()[0], self.calendar(), now)

    def issues(self) -> list[Issue]:
        """Every cell that cannot be read, every row of rules and dictionary that cannot be followed, and what
        contradicts itself; each place once."""
        book, kept = self.book(), self._issues
        if kept is None or kept[0] != book.version:
            every = [*book.issues, *self.rules()[1], *self._refused, *self._contradictions(book)]
            once = {(issue.table, issue.row, issue.column, issue.code): issue for issue in every}
            kept = self._issues = (book.version, list(once.values()))
        return list(kept[1])

    def _contradictions(self, book: Book) -> list[Issue]:
        with self._lock:
            return findings.findings(book, self.settings.policy, self._looked)

    def save(self, edits: Sequence[Edit], actor: Actor, now: datetime, *, token: str = "", source: Source = "portal") -> Written:
        """A save by a person: see branch.saving."""
        from branch import saving  # it needs a Branch itself

        return saving.save(self, edits, actor, now, token=token, source=source)

    def why(self, rule: str, row: str, now: datetime, lang: Lang, occurrence: str = "") -> dict[str, Any]:
        return why.why(self.book(), self.rules()[0], self.calendar(), rule, row, now, lang, occurrence)
