"""A file looked over before it is taken: what it is read as, what would come of each row, and what is still to be decided."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from branch import access, exchange, first_scan, incoming, matrix, undo
from branch.branch import Branch
from branch.exchange import NotTaken, Took
from branch.incoming import Incoming
from branch.masks import mask
from branch.people import Actor
from sheets import sentences
from sheets.cells import show
from sheets.files import mending, wide
from sheets.files.book import SheetOf, Workbook, open_book
from sheets.files.choosing import choose
from sheets.files.grid import cell_at, cell_text
from sheets.files.headings import NOTES, Target, bare, looks_like_deadline
from sheets.files.mending import IGNORED, Decisions, Laid
from sheets.files.reading import Unreadable
from sheets.files.standing import Cell
from sheets.numbers import is_placeholder
from sheets.schema import Column, Table, Unread
from texts import Lang

Verdict = Literal["added", "changed", "unchanged", "conflict", "refused"]
VERDICTS: tuple[Verdict, ...] = ("added", "changed", "unchanged", "conflict", "refused")
UNITS = ("元", "千元", "万元", "百万元", "亿元")
# Words that may be given their meaning once for the whole file.
MEANT = frozenset(
    {"choice_unknown", "choices_unknown", "yesno_unknown", "ref_unknown", "ref_ambiguous", "staff_unknown", "staff_ambiguous"}
)
ABOUT_UNITS = frozenset({"unit_doubtful", "around_units", "around_foreign", "header_unit", "format_scale", "format_unit"})
ASIDE = frozenset({"row_note", "row_totals"})
CLASHES = frozenset({"conflict", "conflict_unseen"})
# What kind of mend an issue asks for, by the beginning of its code; the first that fits.
MENDS = (
    ("date_", "dates"), ("monthday", "dates"), ("choice", "words"), ("yesno", "words"), ("ref_", "names"), ("staff_", "names"),
    ("number_missing", "numbers"), ("number_", "amounts"), ("money_", "amounts"), ("percent_", "amounts"), ("integer_", "amounts"),
    ("format_", "units"), ("unit_", "units"), ("around_", "units"), ("header_unit", "units"), ("as_of", "told"), ("row_totals", "told"),
    ("row_note", "told"),
    ("row_repeated", "told"), ("uscc_", "codes"), ("account_", "codes"), ("phone_", "codes"), ("email_", "codes"), ("file_", "codes"),
    ("digits_lost", "codes"), ("missing", "missing"), ("column_missing", "missing"), ("record_nameless", "missing"),
    ("merged_cells", "missing"), ("header_", "heads"), ("duplicate_header", "heads"), ("column_", "heads"), ("line_", "lines"),
    ("text_", "lines"), ("row_mojibake", "lines"), ("formula_", "lines"), ("conflict", "conflicts"), ("row_refused", "refused"),
    ("row_hidden", "refused"), ("row_deleted", "numbers"), ("duplicate_id", "numbers"), ("id_", "numbers"), ("name_", "numbers"),
    ("wide_", "numbers"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moved:
    """A cell that would change. `old` is masked where the person sees it masked."""

    table: str
    column: str
    old: Cell
    new: Cell


@dataclass(frozen=True, slots=True)
class RowSeen:
    """One row of the file (counted from 1), what would come of it, what it is called, and why it is not taken."""

    row: int
    verdict: Verdict
    called: str
    moved: tuple[Moved, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Issues that ask for the same mend: how many rows, and each with its place and sentence."""

    mend: str
    rows: int
    told: tuple[Mapping[str, Any], ...]
    stops: bool  # some row is not taken for it, or a cell not read


@dataclass(frozen=True, slots=True)
class Word:
    """A text of a column that means nothing here, how many rows say it, and what it may mean."""

    index: int
    raw: str
    rows: int
    column: Column


@dataclass(frozen=True, slots=True)
class UnitAsked:
    """A doubt about units; its answer holds for these columns, and the cells at `silent` count no more."""

    code: str
    said: str
    columns: tuple[int, ...]
    silent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """All that is to be seen of a file before it is taken."""

    document: Mapping[str, Any]
    rows: tuple[RowSeen, ...]
    groups: tuple[Group, ...]
    words: tuple[Word, ...]
    units: tuple[UnitAsked, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """A column of the file: its heading, a few of its cells, what it is understood as (None: not known), and whether it may
    hold a deadline, so that it is not left out unasked."""

    index: int
    text: str
    cells: tuple[str, ...]
    target: Target | None
    asked: bool


def hand(branch: Branch, actor: Actor) -> Actor:
    """In whose right a person brings a file. While a branch is being set up, until its first mails are let go, its
    administrator fills all ledgers as the terminal would, on record under their own number; from then on customers and what
    is theirs are the managers' to write, as the access matrix says."""
    filling = actor.role == matrix.ADM and not first_scan.confirmed(branch.store.private.marks())
    return replace(actor, role="system") if filling else actor


def ledgers(branch: Branch, actor: Actor) -> list[str]:
    """The ledgers into which a person may bring a file."""
    tables = branch.book().tables
    open_ = [key for key, table in tables.items() if not table.inside and key not in exchange.TOLD]
    return [key for key in open_ if access.may(actor, key, "write") and access.may(actor, key, "read")]


def opened(branch: Branch, actor: Actor, brought: Incoming) -> Workbook:
    """The sheets of the file. Raises Unreadable."""
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
    told, _ = branch.store.private.marks().get(_mark(table), ("", None))
    return {word: (table, column) for word, (table, column) in json.loads(told).items()} if told else {}


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
    took = _took(branch, brought, lay, actor, now, dry_run=True)
    tables = branch.book().tables
    document = _with_rows(took.document, lay)
    return Looked(
        document,
        tuple(_rows(took, tables, actor, lang)),
        tuple(_groups(document["issues"])),
        tuple(_words(took, lay, tables, brought.decided)),
        tuple(_units(took, lay, tables, lang)),
    )


def take(branch: Branch, brought: Incoming, lay: Laid, actor: Actor, now: datetime, step: Callable[[str], None]) -> dict[str, Any]:
    """Takes the file: the same document, with `import`, the key by which it can be taken back."""
    key = undo.begin(branch, actor, brought.table, brought.name, now)
    took = _took(branch, brought, lay, actor, now, token=undo.token(key), step=step)
    undo.note(branch, key, took.document["ledgers"], now)
    remember(branch, brought, lay, now)
    return {**_with_rows(took.document, lay), "import": key}


def _took(branch: Branch, brought: Incoming, lay: Laid, actor: Actor, now: datetime, **more: Any) -> Took:
    if brought.table not in ledgers(branch, actor):
        raise access.Denied("access.denied", table=brought.table)
    tables = branch.book().tables
    grid = mending.worked_in(lay, tables[brought.table], tables, brought.decided)
    return exchange.take_grid(branch, brought.table, grid, brought.sheet, now, actor, blanks=brought.blanks, **more)


def _with_rows(document: Mapping[str, Any], lay: Laid) -> dict[str, Any]:
    """The rows that are not taken as they came, not as they were mended; what was damaged stays as the document tells it."""
    rejected = [one if len(one["cells"]) == 1 else {**one, "cells": mending.typed(lay, one["row"] - 1)} for one in document["rejected"]]
    return {**document, "rejected": rejected}


def _rows(took: Took, tables: Mapping[str, Table], actor: Actor, lang: Lang) -> Iterator[RowSeen]:
    """Every record of the file with its verdict, in the order of the file."""
    table = tables[took.sheet.table]
    wanted = {one.line.row: one for one in took.taken}
    rejected = {one.line.row: one for one in took.preview.rejected}
    aside = {place[0] for issue in took.preview.issues if issue.code in ASIDE and (place := mending.at(issue.cell))}
    lines = {line.row: line for line in took.sheet.lines} | {line.row: line for line, _ in took.sheet.damaged}
    for row, line in sorted(lines.items()):
        called = " ".join(
            dict.fromkeys(
                _told(table[key], cell, lang) for key in ("id", table.title, *table.called) if (cell := line.cells.get((table.key, key)))
            )
        )
        if row in rejected:
            reasons = rejected[row].reasons
            verdict: Verdict = "conflict" if any(issue.code in CLASHES for issue in reasons) else "refused"
            yield RowSeen(row + 1, verdict, called, reasons=tuple(sentences.sentence(issue, tables, lang) for issue in reasons))
        elif row in wanted:
            one = wanted[row]
            moved = tuple(_moved(one.edits, tables, actor))
            yield RowSeen(row + 1, "added" if one.new else "changed", called or one.id * (not is_placeholder(one.id)), moved)
        elif row not in aside:
            yield RowSeen(row + 1, "unchanged", called)


def _told(column: Column, cell: Cell, lang: Lang) -> str:
    return cell.raw if isinstance(cell, Unread) else show(column, cell, lang)


def _moved(edits: Sequence[Any], tables: Mapping[str, Table], actor: Actor) -> Iterator[Moved]:
    for edit in edits:
        for key, new in (edit.after or {}).items():
            column = tables[edit.table].column(key)
            if column is None:
                continue
            old = (edit.before or {}).get(key)
            if column.sensitive and not access.keeps(actor) and old is not None and not isinstance(old, Unread):
                old = mask(column, old)
            yield Moved(edit.table, key, old, new)


def _groups(issues: Sequence[Mapping[str, Any]]) -> Iterator[Group]:
    """Issues by the mend they ask for, those that stop something first."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for issue in issues:
        mend = next((mend for start, mend in MENDS if str(issue["code"]).startswith(start)), "others")
        found.setdefault(mend, []).append(issue)
    groups = [
        Group(
            mend,
            len({place[0] for issue in told if (place := mending.at(str(issue["cell"])))}) or len(told),
            tuple(told),
            any(not issue["warning"] for issue in told),
        )
        for mend, told in found.items()
    ]
    yield from sorted(groups, key=lambda group: (not group.stops, -group.rows))


def _words(took: Took, lay: Laid, tables: Mapping[str, Table], made: Decisions) -> Iterator[Word]:
    """The texts that may be given a meaning, the most frequent first; those that have one already stay on the list."""
    at_column = {index: target for target, index in took.sheet.where.items()}
    found: dict[tuple[int, str], int] = {}
    for issue in took.preview.issues:
        place = mending.at(issue.cell)
        if issue.code in MEANT and place:
            text = cell_text(cell_at(lay.grid[place[0]], place[1]))
            found[place[1], text] = found.get((place[1], text), 0) + 1
    rows = dict.fromkeys(made.values, 0) | found
    for index, raw in made.values:
        rows[index, raw] = sum(cell_text(cell_at(cells, index)) == raw for cells in lay.grid[lay.row + 1 :])
    for (index, raw), count in sorted(rows.items(), key=lambda one: (-one[1], one[0])):
        target = at_column.get(index)
        column = tables[target[0]].column(target[1]) if target else None
        if column is not None:
            yield Word(index, raw, count, column)


def _units(took: Took, lay: Laid, tables: Mapping[str, Table], lang: Lang) -> Iterator[UnitAsked]:
    """Doubts about units, each with the columns and cells that its answer speaks of."""
    money = tuple(index for target, index in took.sheet.where.items() if _is_money(tables, target))
    seen: set[tuple[str, str]] = set()
    for issue in took.preview.issues:
        place = mending.at(issue.cell)
        if issue.code not in ABOUT_UNITS or place is None or (issue.code, issue.cell) in seen:
            continue
        seen.add((issue.code, issue.cell))
        around = (*(() if issue.column else (issue.cell,)), str(issue.values.get("place", "")))
        silent = tuple(cell for cell in around if (at := mending.at(cell)) and at[0] != lay.row)
        yield UnitAsked(issue.code, sentences.sentence(issue, tables, lang), (place[1],) if issue.column else money, silent)


def _is_money(tables: Mapping[str, Table], target: Target) -> bool:
    column = tables[target[0]].column(target[1]) if target[1] != "rev" else None
    return column is not None and column.kind == "money"


def answered(brought: Incoming, asked: UnitAsked, unit: str) -> Incoming:
    """The file with a doubt about units answered: these columns count in this unit, whatever stands around them."""
    made = brought.decided
    units = {**made.units, **dict.fromkeys(asked.columns, unit)}
    return replace(brought, decided=replace(made, units=units, silent=made.silent | {*asked.silent}))
