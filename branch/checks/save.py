"""A save on its way: what is to be written by whom, and how it is refused; each refusal is one sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from branch.change import Change
from branch.people import Actor
from branch.settings import Policy
from rules.calendar import Calendar
from sheets import sentences
from sheets.book import Book
from sheets.schema import Issue
from sheets.store.writing import Source
from texts import Fault, Lang, known, say

MANY = 20  # changes in one save from which an index pays

Place = tuple[str, str]  # ledger and row


class Refused(Fault):
    """A save that contradicts the scheme; `every` row of it that does, so that a file is judged in one pass."""

    every: Mapping[Place, Fault] = MappingProxyType({})


class CellRefused(Refused):
    """A value that its column cannot take: the sentence of the cell, with the name of the column before it."""

    def __init__(self, book: Book, issue: Issue) -> None:
        super().__init__(issue.code)
        self.issue, self._tables = issue, book.tables

    def say(self, lang: Lang) -> str:
        column = self._tables[self.issue.table][self.issue.column]
        told = sentences.sentence(self.issue, self._tables, lang)
        return say("check.cell", lang, column=column.label(lang), told=told)


@dataclass(frozen=True, slots=True)
class Save:
    """All of one save: its changes belong together, and a reason for one of them may stand in another."""

    book: Book
    policy: Policy
    calendar: Calendar
    changes: Sequence[Change]
    actor: Actor
    now: datetime
    source: Source

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def lang(self) -> Lang:
        return known(self.actor.lang)

    def noted(self, row: str) -> bool:
        """Whether a record has its line in the diary, deleted or not; a whole file asks so often that it is indexed once."""
        diary = self.book.frames["diary"]
        if len(self.changes) < MANY:
            return bool((diary["origin_row"] == row).any())
        return row in self.book.once(("origins", "diary"), lambda: frozenset(diary["origin_row"].dropna()))

    @property
    def by_hand(self) -> bool:
        """Somebody sits at a form; what comes in a file is taken with its faults, and listed."""
        return self.source == "portal" and self.actor.role != "system"
