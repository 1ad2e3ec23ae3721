"""A branch at work: its settings, its book, its calendar, its rules and what they say is due."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from branch import files, settings
from branch.settings import Settings
from rules import calendar, due, rulebook, why
from rules.calendar import Calendar
from rules.rulebook import Rule
from sheets.book import Book
from sheets.cells import read
from sheets.schema import Edit, Issue, Lang, Table
from sheets.store import Store, open_store
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
        self._rules: tuple[int, list[Rule], list[Issue]] | None = None
        self._calendar: tuple[int, Calendar] | None = None

    def tables(self) -> dict[str, Table]:
        return self.store.tables

    def book(self) -> Book:
        """The ledgers as of the store's newest version."""
        with self._lock:
            self._book = self.store.book(self._book)
            return self._book

    def calendar(self) -> Calendar:
        book = self.book()
        if self._calendar is None or self._calendar[0] != book.version:
            made = calendar.make(book.frame("calendar"), self.settings.policy.shifted_workdays)
            self._calendar = (book.version, made)
        return self._calendar[1]

    def rules(self) -> tuple[list[Rule], list[Issue]]:
        """The enabled rules of the branch's own sheet, and an Issue for each row that cannot be used."""
        book = self.book()
        if self._rules is None or self._rules[0] != book.version:
            self._rules = (book.version, *rulebook.read(book.frame("rules"), book.tables))
        return self._rules[1], self._rules[2]

    def dues(self, now: datetime) -> pd.DataFrame:
        return due.dues(self.book(), self.rules()[0], self.calendar(), now)

    def steps(self, now: datetime) -> pd.DataFrame:
        return due.steps(self.dues(now), self.rules()[0], self.calendar(), now)

    def issues(self) -> list[Issue]:
        """Every cell and every rules row that cannot be taken as it stands."""
        return [*self.book().issues, *self.rules()[1]]

    def why(self, rule: str, row: str, now: datetime, lang: Lang, occurrence: str = "") -> dict[str, Any]:
        return why.why(self.book(), self.rules()[0], self.calendar(), rule, row, now, lang, occurrence)
