"""A spreadsheet that the branch has kept by itself: which ledger each tab is, seen by its headings, and its rows taken as from a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from branch import exchange
from branch.branch import Branch
from branch.people import SYSTEM
from sheets.files import headings
from sheets.schema import Table
from sheets.spreadsheet import About, Rows, Spreadsheet, Window
from texts import Fault, Lang, say

FEW = 2  # headings that a tab must share with a ledger to be taken for it


@dataclass(frozen=True, slots=True)
class Found:
    """A tab with something in it. `table` is the ledger that it is, "" where none can be seen; `columns` are those known."""

    title: str
    rows: Rows
    table: str = ""
    columns: int = 0

    def say(self, tables: Mapping[str, Table], lang: Lang) -> str:
        """What would be done with it."""
        if not self.table:
            return say("google.tab_left", lang, tab=self.title)
        label = tables[self.table].label(lang)
        return say("google.tab_taken", lang, tab=self.title, table=label, columns=self.columns, rows=max(len(self.rows) - 1, 0))


def find(branch: Branch, sheet: Spreadsheet, about: About) -> list[Found]:
    """Every tab that holds something, in one request."""
    tables = branch.book().tables
    read = sheet.read([Window(one.number) for one in about.sheets])
    filled = [(one.title, rows) for one, rows in zip(about.sheets, read, strict=True) if any(rows)]
    return [Found(title, rows, *_ledger(tables, title, rows)) for title, rows in filled]


def _ledger(tables: Mapping[str, Table], title: str, rows: Rows) -> tuple[str, int]:
    """The ledger of a tab: the one whose name it bears, else the one with most of its headings."""
    score = {key: _known(tables, key, rows) for key, table in tables.items() if not table.inside}
    try:
        named = exchange.table_named(tables, title).key
    except exchange.NotTaken:
        named = max(score, key=score.__getitem__)
    return (named, score[named]) if score.get(named, 0) >= FEW else ("", 0)


def _known(tables: Mapping[str, Table], key: str, rows: Rows) -> int:
    header = headings.find(headings.words(tables[key]), tables, key, rows)
    return len(header.headings) if header is not None else 0


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
