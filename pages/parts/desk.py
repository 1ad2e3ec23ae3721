"""What a page has before it: the branch, who asks, in which language, and the moment of asking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from branch import access, audit, matrix
from branch.branch import Branch
from branch.look import Look
from branch.people import Actor
from branch.sight import Sight
from pages.parts import words
from sheets import sentences
from sheets.book import Book
from sheets.schema import Issue, Table
from texts import Lang


@dataclass(frozen=True)
class Desk:
    branch: Branch
    person: Actor
    lang: Lang
    now: datetime
    look: Look
    session: str  # the token of this browser's session

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def book(self) -> Book:
        return self.look.book

    @property
    def sight(self) -> Sight:
        """What this person may see of the look."""
        return self.look.of(self.person)

    @property
    def tables(self) -> dict[str, Table]:
        return self.book.tables

    @property
    def leaders(self) -> frozenset[str]:
        """Those whose word waives."""
        staff = self.book.frame("staff")
        return frozenset(staff.loc[staff["role"].astype("str") == matrix.BL, "id"])

    def words(self, code: str, **values: object) -> str:
        """A sentence for a place that reads Markdown; the values stay literal."""
        return words.words(code, self.lang, **values)

    def plainly(self, code: str, **values: object) -> str:
        """A sentence for a place that shows text as it is."""
        return words.plainly(code, self.lang, **values)

    def may(self, table: str, act: str) -> bool:
        return access.may(self.person, table, act)

    def rows(self, table: str) -> pd.DataFrame:
        """The rows of a table this person may see, without the columns they may not. Shared: never change it in place."""
        return self.sight.rows(table)

    def issues(self) -> list[Issue]:
        """What cannot be read or contradicts itself, in the rows this person may see; to the administrator also what is
        wrong with the spreadsheet where it is of no row."""
        return [*self.sight.issues, *self._issues_of_tabs()]

    def issue_count(self) -> int:
        return self.sight.issue_count + len(self._issues_of_tabs())

    def _issues_of_tabs(self) -> list[Issue]:
        return self.look.issues_of_tabs if self.person.role == matrix.ADM else []

    def sentence(self, issue: Issue) -> str:
        """What is wrong with a cell, why, and how to mend it."""
        return sentences.sentence(issue, self.tables, self.lang)

    def changes(self, table: str, row: str) -> pd.DataFrame:
        """All that happened to one row, as far as this person may see its columns."""
        return audit.history(self.branch.store, self.book, self.person, table, row)

    def denied(self, what: str) -> None:
        """Somebody asked for what is not theirs: written down once a session, answered like what is not there."""
        audit.asked_in_vain(self.branch.store, self.person, self.session, what, self.now)

    def sought(self, table: str, row: str) -> dict[str, Any] | None:
        """The row that an address names. What it names in vain goes on record, whichever page was asked."""
        found = self.row(table, row) if table in self.tables and self.may(table, "read") else None
        if found is None and row:
            self.denied(f"{table}/{row}")
        return found

    def row(self, table: str, row: str) -> dict[str, Any] | None:
        """One row, or None if there is none or it is not theirs to see: the same answer for both."""
        frame = self.rows(table)
        found = frame[frame["id"] == row]
        return None if found.empty else {str(key): value for key, value in found.iloc[0].items()}
