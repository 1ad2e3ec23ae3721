"""A file that a person brings: into which ledger it may go, what its columns are, looking it over, and taking it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from branch import access, exchange, first_scan, incoming, matrix, undo, verdicts
from branch.branch import Branch
from branch.exchange import NotTaken, Took
from branch.incoming import Incoming
from branch.people import Actor
from branch.verdicts import Looked
from sheets.files import mending, wide
from sheets.files.book import SheetOf, Workbook, open_book
from sheets.files.choosing import choose
from sheets.files.grid import cell_at, cell_text
from sheets.files.headings import NOTES, Target, bare, looks_like_deadline
from sheets.files.mending import IGNORED, Laid
from sheets.files.reading import Unreadable
from sheets.store.engine import unhurried
from texts import Lang


@dataclass(frozen=True, slots=True)
class Head:
    """A column of the file: its heading, a few of its cells, what it is understood as (None: not known), and whether it may
    hold a deadline, so that it is not left out unasked."""

    index: int
    text: str
    cells: tuple[str, ...]
    target: Target | None
    asked: bool


def ledgers(branch: Branch, actor: Actor, now: datetime) -> list[str]:
    """The ledgers into which a person may bring a file."""
    tables = branch.book().tables
    open_ = [key for key, table in tables.items() if not table.inside and key not in exchange.TOLD]
    return [key for key in open_ if _may(_hand(branch, actor, key, now), key)]


def _may(actor: Actor, table: str) -> bool:
    return access.may(actor, table, "write") and access.may(actor, table, "read")


def _hand(branch: Branch, actor: Actor, table: str, now: datetime) -> Actor:
    """In whose right a file is taken. While a branch is being set up, until its first mails go, its administrator fills the
    ledgers of business as the terminal would, on record under their own number; from then on customers and what is theirs
    are the managers' to write, as the access matrix says. People, rules and calendar are always taken in their own right."""
    if actor.role != matrix.ADM or table in (*matrix.PEOPLE, *matrix.CONFIG):
        return actor
    filling = first_scan.held_until(branch.look(now), branch.store.private.marks()) is not None
    return replace(actor, role="system") if filling else actor


def opened(branch: Branch, actor: Actor, brought: Incoming) -> Workbook:
    """The sheets of the file. Raises Unreadable."""
    with unhurried():
        return open_book(incoming.data(branch, actor.staff), brought.name)


def suggested(branch: Branch, brought: Incoming, book: Workbook) -> str:
    """The sheet that is taken where nobody chooses. Raises Unreadable for a book of which people see no sheet."""
    tables = branch.book().tables
    extra = wide.words(tables) if brought.table == "customers" else {}
    return choose(book, tables[brought.table], tables, extra).sheet.title


def sheet_of(book: Workbook, title: str) -> SheetOf:
    found = next((sheet for sheet in book.sheets if sheet.title == title), None)
    if found is None:
        raise NotTaken("exchange.empty")
    return found


def laid(branch: Branch, brought: Incoming, book: Workbook) -> Laid:
    tables, grid = branch.book().tables, sheet_of(book, brought.sheet).grid
    if not any(cell_text(cell) for cells in grid for cell in cells):
        raise Unreadable("exchange.empty")
    return mending.lay(tables[brought.table], grid, tables, brought.decided.header)


def heads(branch: Branch, brought: Incoming, lay: Laid) -> list[Head]:
    """The columns of the file, left to right, those without a heading left out."""
    there = {h.index: h.target for h in lay.header.headings} if lay.header else {}
    known = mending.names(branch.book().tables[brought.table], branch.book().tables)
    found = []
    for index, text in enumerate(lay.heads):
        if not text or bare(text) in NOTES:
            continue
        cells = [cell_at(cells, index) for cells in lay.grid[lay.row + 1 :]]
        few = [said for cell in cells[:50] if (said := cell_text(cell))][:3]
        target = brought.decided.columns.get(index, there.get(index))
        guess = None if target else known.get(bare(mending.without_brackets(text)))
        asked = index not in there and looks_like_deadline(text, cells)
        found.append(Head(index, text, tuple(few), target or guess, asked))
    return found


def remembered(branch: Branch, table: str) -> dict[str, Target]:
    """What headings of earlier files of this ledger were said to mean."""
    there = branch.store.private.marked(_mark(table))
    return {word: (table, column) for word, (table, column) in json.loads(there[0]).items()} if there else {}


def remember(branch: Branch, brought: Incoming, lay: Laid, now: datetime) -> None:
    """Keeps what was decided about columns for the next file; a column that may hold a deadline is asked about every time."""
    known = remembered(branch, brought.table)
    texts, asked = lay.heads, {head.index for head in heads(branch, brought, lay) if head.asked}
    said = {bare(texts[index]): target for index, target in brought.decided.columns.items() if target != IGNORED or index not in asked}
    if any(known.get(word) != target for word, target in said.items()):
        branch.store.private.mark(_mark(brought.table), json.dumps(known | said, ensure_ascii=False), now)


def _mark(table: str) -> str:
    return f"import-columns:{table}"


def recalled(branch: Branch, brought: Incoming, lay: Laid) -> dict[int, Target]:
    """The columns of this file that were decided on when an earlier one was brought."""
    known, there = remembered(branch, brought.table), {h.index for h in lay.header.headings} if lay.header else set()
    return {index: known[word] for index, text in enumerate(lay.heads) if index not in there and (word := bare(text)) in known}


def look_over(branch: Branch, brought: Incoming, lay: Laid, actor: Actor, now: datetime, lang: Lang) -> Looked:
    """What would come of the file, by the path on which it is taken. Raises Unreadable, NotTaken."""
    with unhurried():
        took = _took(branch, brought, lay, actor, now, dry_run=True)
        return verdicts.looked(took, _with_rows(took.document, lay), lay, branch.book().tables, brought.decided, actor, lang)


def take(branch: Branch, brought: Incoming, lay: Laid, actor: Actor, now: datetime, step: Callable[[str], None]) -> dict[str, Any]:
    """Takes the file: the same document, with `import`, the key by which it can be taken back."""
    key = undo.begin(branch, actor, brought.table, brought.name, now)
    with unhurried():
        took = _took(branch, brought, lay, actor, now, token=undo.token(key), step=step)
    undo.note(branch, key, took.document["ledgers"], now)
    remember(branch, brought, lay, now)
    return {**_with_rows(took.document, lay), "import": key}


def _took(branch: Branch, brought: Incoming, lay: Laid, actor: Actor, now: datetime, **more: Any) -> Took:
    tables, hand = branch.book().tables, _hand(branch, actor, brought.table, now)
    if brought.table not in ledgers(branch, actor, now):
        raise access.Denied("access.denied", table=tables[brought.table].label(exchange.language(actor)))
    grid = mending.worked_in(lay, tables[brought.table], tables, brought.decided)
    return exchange.take_grid(branch, brought.table, grid, brought.sheet, now, hand, blanks=brought.blanks, **more)


def _with_rows(document: Mapping[str, Any], lay: Laid) -> dict[str, Any]:
    """The rows that are not taken as they came, not as they were mended; what was damaged stays as the document tells it."""
    rejected = [one if len(one["cells"]) == 1 else {**one, "cells": mending.typed(lay, one["row"] - 1)} for one in document["rejected"]]
    return {**document, "rejected": rejected}
