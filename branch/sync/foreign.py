"""A spreadsheet that the branch has kept by itself: which ledger each tab is, seen by its headings, and its rows taken as from a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from branch import exchange
from branch.branch import Branch
from branch.people import SYSTEM
from sheets.files import headings, wide
from sheets.files.headings import Target
from sheets.schema import Table
from sheets.spreadsheet import About, Rows, Spreadsheet, Window
from texts import Fault, Lang, say

FEW = 2  # headings that a tab must share with a ledger to be taken for it


@dataclass(frozen=True, slots=True)
class Found:
    """A tab with something in it. `table` is the ledger that it is, "" where none can be seen; `columns` are those that will be
    taken, `header` the row of their headings, counted from 0."""

    title: str
    rows: Rows
    table: str = ""
    columns: int = 0
    header: int = 0

    def say(self, tables: Mapping[str, Table], lang: Lang) -> str:
        """What would be done with it."""
        if not self.table:
            return say("google.tab_left", lang, tab=self.title)
        label = tables[self.table].label(lang)
        rows = max(len(self.rows) - self.header - 1, 0)
        return say("google.tab_taken", lang, tab=self.title, table=label, columns=self.columns, rows=rows)


def find(branch: Branch, sheet: Spreadsheet, about: About) -> list[Found]:
    """Every tab that holds something, in one request."""
    tables = branch.book().tables
    read = sheet.read([Window(one.number) for one in about.sheets])
    filled = [(one.title, rows) for one, rows in zip(about.sheets, read, strict=True) if any(rows)]
    words = {key: headings.words(table) for key, table in tables.items() if not table.inside}
    return [Found(title, rows, *_ledger(tables, words, title, rows)) for title, rows in filled]


def _ledger(tables: Mapping[str, Table], words: Mapping[str, Mapping[str, Target]], title: str, rows: Rows) -> tuple[str, int, int]:
    """The ledger of a tab: the one whose name it bears, else the one with most of its headings; how many are taken, and their row."""
    found = {key: header for key, known in words.items() if (header := headings.find(known, tables, key, rows)) is not None}
    try:
        named = exchange.table_named(tables, title).key
    except exchange.NotTaken:
        named = max(found, key=lambda key: len(found[key].headings), default="")
    if named not in found or len(found[named].headings) < FEW:
        return "", 0, 0
    header = found[named]
    if named == "customers":  # as the import reads it: such a sheet speaks of other ledgers too
        header = headings.find({**wide.words(tables), **words[named]}, tables, named, rows) or header
    return named, len(header.headings), header.row


def take(branch: Branch, found: list[Found], now: datetime) -> dict[str, Any]:
    """The rows of the tabs into the ledgers, as a file of them would be taken; the tabs stay as they are. By tab: what the
    import says, or the sentence why nothing of it was taken."""
    order = {key: number for number, key in enumerate([*exchange.FIRST, *branch.book().tables])}
    done: dict[str, Any] = {}
    for one in sorted((one for one in found if one.table), key=lambda one: order[one.table]):
        try:
            done[one.title] = exchange.import_grid(branch, one.table, one.rows, one.title, now, SYSTEM)
        except Fault as fault:
            done[one.title] = {"refused": fault.say(branch.settings.lang)}
    return done
