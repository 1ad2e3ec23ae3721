"""Where the sheet and the ledgers disagree, and what a person says about it: keep ours, take theirs, take over what was typed."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from time import sleep
from typing import Any, Literal

from branch import access, clock, matrix
from branch.branch import Branch
from branch.look import Remembered
from branch.masks import REACHED, mask
from branch.people import SYSTEM, Actor
from branch.sync import connecting, pausing
from branch.sync.giving import Giving, masked
from sheets.merge import Cell
from sheets.schema import Column, Edit, Unread
from sheets.spreadsheet import Raw, SheetFault
from sheets.store.agreed import Agreed
from sheets.sync.state import ASKED, DELETED, HELD, INSERT, QUEUED, Intent, cell

CONFLICT, REMOVED, TYPED = "google.conflict", "google.removed", "google.held"
WHOLE = INSERT  # stands for the column where the row itself is meant
LONGEST = 200  # characters that a note keeps of what was typed: a longer text must be typed anew
TRIES, PAUSE = 30, 0.1  # how often, and after how many seconds, the spreadsheet's one worker is waited for
Take = Literal["mine", "theirs"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One cell (`column` "*": the row) on which both sides differ, as it is shown to somebody: sensitive values are masked.

    `theirs` stands in the sheet, at `place`; `mine` in the ledgers, from `who`, `when`; `original` is what both last agreed
    upon. `may`: what this person may answer.
    """

    table: str
    row: str
    column: str
    code: str
    place: str
    original: Cell
    mine: Cell
    theirs: Cell
    who: str
    when: datetime | None
    may: tuple[Take, ...]


def conflicts(branch: Branch, actor: Actor = SYSTEM, *, answerable: bool = False, most: int | None = None) -> list[Asked]:
    """Every disagreement about rows they may see, by ledger and row: cells changed on both sides, rows gone from the sheet.

    `answerable`: only those that they may answer. `most`: of so many it is told whose ours is, and when.
    """
    sheet = branch.remembered()
    if sheet is None:
        return []
    giving, places = _giving(branch, sheet.meta), _places(sheet)
    seen = {table: _seen(branch, table, actor) for table in {table for table, _, _ in places}}
    found = [
        _asked(branch, sheet, giving, actor, place, intent)
        for place, intent in sorted(places.items(), key=lambda one: one[0])
        if place[1] in seen[place[0]]
    ]
    found = [one for one in found if one.may or not answerable]
    return [_with_hand(branch, one) for one in found[:most]] + found[len(found[:most]) :]


def count(branch: Branch) -> int:
    """How many disagreements there are, whoever may see them."""
    sheet = branch.remembered()
    return 0 if sheet is None else len(_places(sheet))


def decide(branch: Branch, actor: Actor, table: str, row: str, column: str, take: Take, now: datetime) -> None:
    """Ends a disagreement: "mine" writes the ledgers' value over the one that was seen in the sheet, "theirs" is a save of
    the sheet's value by this person. One that was ended meanwhile is left alone. Raises Denied, Unknown, Refused, Conflict,
    SheetFault (the worker is at it)."""
    with alone(branch) as agreed:
        if column == WHOLE:
            _decide_row(branch, agreed, actor, table, row, take, now)
            return
        intent = agreed.intents.get((table, row, column))
        if intent is None or intent.state != HELD or intent.code != CONFLICT:
            return
        giving = _giving(branch, agreed.meta)
        if take == "mine":
            _check(branch, actor, table, row, {column: giving.value(table, row, column)} if column != DELETED else None)
            branch.store.private.note("kept", actor.staff, _record(branch, table, row, column, intent.theirs), now)
            agreed.set_intent(replace(intent, state=QUEUED, code="", theirs=None, since=now))
        else:
            _write(branch, giving, actor, table, row, column, intent.theirs, now)
            agreed.drop_intent(table, row, column)
        _agree(agreed, table, row, column, intent.theirs)
        _drop_note(agreed, table, row, column, CONFLICT, now)
        agreed.save()


def typed(branch: Branch, actor: Actor) -> list[Asked]:
    """What was typed into the sheet and waits for somebody whose act it is: cells that this person may write themselves."""
    sheet = branch.remembered()
    if sheet is None:
        return []
    giving = _giving(branch, sheet.meta)
    found = []
    for note in sheet.notes:
        if note.code != TYPED or note.row not in _seen(branch, note.table, actor):
            continue
        said = note.values.get("typed", "")
        column = giving.book.tables[note.table].column(note.column)
        if len(said) >= LONGEST or not _theirs(actor, note.table, column, note.column):
            continue
        intent = Intent(note.table, note.row, note.column, note.since or branch.look(clock.now()).now, HELD, TYPED, _raw(column, said))
        found.append(_asked(branch, sheet, giving, actor, (note.table, note.row, note.column), intent))
    return found


def take_over(branch: Branch, actor: Actor, table: str, row: str, column: str, now: datetime) -> None:
    """A held value becomes this person's own save. Raises Denied, Unknown, Refused, Conflict, SheetFault."""
    with alone(branch) as agreed:
        note = agreed.notes.get((table, row, column, TYPED))
        if note is None:
            return
        giving = _giving(branch, agreed.meta)
        said = note.values.get("typed", "")
        _write(branch, giving, actor, table, row, column, _raw(giving.book.tables[table].column(column), said), now)
        _drop_note(agreed, table, row, column, TYPED, now)
        agreed.save()


def refused(branch: Branch) -> int:
    """Rows that the sheet did not take, for a protection or its size, and that wait to be tried again."""
    sheet = branch.remembered()
    held = [] if sheet is None else sheet.intents.values()
    return len({(one.table, one.id) for one in held if one.state == HELD and one.code not in ASKED})


def again(branch: Branch, now: datetime) -> None:
    """What the sheet refused is tried once more by the next flush. Raises SheetFault (the worker is at it)."""
    with alone(branch) as agreed:
        for one in list(agreed.intents.values()):
            if one.state == HELD and one.code not in ASKED:
                agreed.set_intent(replace(one, state=QUEUED, code="", since=now))
        pausing.forget(agreed)
        agreed.save()


def allow(branch: Branch, actor: Actor, table: str, now: datetime) -> None:
    """So many rows as are missing from a tab now are meant to go; more of them stop it again. Raises SheetFault."""
    with alone(branch) as agreed:
        note = agreed.notes.get((table, "", "", "google.brake_rows"))
        if note is None:
            return
        count = note.values.get("count", "0")
        agreed.set_meta(**{f"allowed:{table}": count})
        agreed.save()
        branch.store.private.note("allowed", actor.staff, f"{table}: {count}", now)


@contextmanager
def alone(branch: Branch) -> Iterator[Agreed]:
    """What is remembered, while nobody else changes it. Raises SheetFault when the worker stays at it."""
    holder = f"screen-{secrets.token_hex(4)}"
    for tried in range(TRIES):
        if branch.store.private.lease(connecting.LEASE, holder, clock.now(), connecting.LEASE_SECONDS):
            break
        if tried + 1 == TRIES:
            raise SheetFault("google.at_work", wait=True)
        sleep(PAUSE)
    try:
        yield branch.store.agreed()
    finally:
        branch.store.private.release(connecting.LEASE, holder)


def _decide_row(branch: Branch, agreed: Agreed, actor: Actor, table: str, row: str, take: Take, now: datetime) -> None:
    """A row that is gone from the sheet goes back into it, or is deleted here too."""
    if (table, row, "", REMOVED) not in agreed.notes and not any(_is_of(one, table, row) for one in agreed.intents.values()):
        return
    if take == "mine":
        _check(branch, actor, table, row, {})
    else:
        branch.write([Edit(table, row, {}, None)], actor, "portal", now)
    for one in [one for one in agreed.intents.values() if (one.table, one.id) == (table, row)]:
        agreed.drop_intent(table, row, one.column)
    agreed.set_base(table, row, None)
    if take == "mine":
        agreed.set_intent(Intent(table, row, INSERT, now))
    _drop_note(agreed, table, row, "", REMOVED, now)
    agreed.save()


def _places(sheet: Remembered) -> dict[tuple[str, str, str], Intent | None]:
    """What is asked, by ledger, row and column; a row that is gone is one question, whatever waits in it."""
    gone: dict[tuple[str, str, str], Intent | None] = {(n.table, n.row, WHOLE): None for n in sheet.notes if n.code == REMOVED}
    held = (one for one in sheet.intents.values() if _is_asked(one))
    return gone | {(one.table, one.id, one.column if one.code == CONFLICT else WHOLE): one for one in held}


def _asked(branch: Branch, sheet: Remembered, giving: Giving, actor: Actor, place: tuple[str, str, str], intent: Intent | None) -> Asked:
    table, row, key = place
    column = giving.book.tables[table].column(key)
    base, tab = sheet.base(table, row), sheet.tabs.get(table)
    was = cell(base.cells, tab.place(key)) if base is not None and tab is not None else None
    theirs = intent.theirs if intent is not None else None
    sides = (was if was != theirs else None, theirs)  # both met without ever having agreed: there is no original
    original, read = (_read(giving, column, one) for one in sides)
    mine = giving.value(table, row, key) if column is not None else None
    if column is not None and column.sensitive and not _in_full(actor, column):
        original, mine, read = (_masked(column, one) for one in (original, mine, read))
    code = intent.code if intent is not None else REMOVED
    return Asked(table, row, key, code, sheet.place(table, row, key), original, mine, read, "", None, _may(branch, actor, place, column))


def _may(branch: Branch, actor: Actor, place: tuple[str, str, str], column: Column | None) -> tuple[Take, ...]:
    """The administrator keeps the sheet and may put ours back into it; who may write the cell may do both."""
    table, row, key = place
    try:
        access.check_edit(branch.book(), Edit(table, row, {}, None if key in (WHOLE, DELETED) else {key: None}), actor)
        return ("mine", "theirs") if key in (WHOLE, DELETED) or _theirs(actor, table, column, key) else ("mine",)
    except access.NotAllowed:
        if actor.role == matrix.ADM or (key == WHOLE and access.may(actor, table, "write")):
            return ("mine",)
        return ()


def _theirs(actor: Actor, table: str, column: Column | None, key: str) -> bool:
    """Whether a save of theirs could hold the cell: what Huce fills in itself, no person can."""
    if column is None:
        return key == DELETED and access.may(actor, table, "create") and table not in matrix.KEPT
    return not column.auto and not column.stamp and access.writable(actor, table, key)


def _check(branch: Branch, actor: Actor, table: str, row: str, after: dict[str, Cell] | None) -> None:
    """Raises Denied or Unknown. The administrator, who keeps the sheet, may have the ledgers' value written into it."""
    if actor.role == matrix.ADM and row in _seen(branch, table, actor):
        return
    access.check_edit(branch.book(), Edit(table, row, {}, after), actor)


def _write(branch: Branch, giving: Giving, actor: Actor, table: str, row: str, key: str, raw: Raw, now: datetime) -> None:
    """The sheet's value as a save in the portal by this person: allowed, checked and completed like any other."""
    column = giving.book.tables[table].column(key)
    if column is not None:
        before, after = {key: giving.value(table, row, key)}, {key: giving.read(column, raw)}
        branch.write([Edit(table, row, before, after)], actor, "portal", now)
    elif key == DELETED:
        gone = giving.read(Column(DELETED, "", "", "yesno"), raw) is True
        branch.write([Edit(table, row, {}, None if gone else {DELETED: False})], actor, "portal", now)


def _seen(branch: Branch, table: str, actor: Actor) -> frozenset[str]:
    """Ids of the rows they may see."""
    book = branch.book()
    if table not in book.tables:
        return frozenset()
    return book.once(("seen ids", table, actor), lambda: frozenset(map(str, access.rows(book, table, actor)["id"])))


def _giving(branch: Branch, meta: Any) -> Giving:
    return Giving(branch.book(), branch.settings.lang, masked(meta))


def _read(giving: Giving, column: Column | None, raw: Raw) -> Cell:
    if column is not None:
        return giving.read(column, raw)
    return None if raw is None else str(raw)


def _in_full(actor: Actor, column: Column) -> bool:
    """As in the rows they see: see branch.masks."""
    return actor.role == "system" or (access.keeps(actor) and column.kind not in REACHED)


def _masked(column: Column, value: Cell) -> Cell:
    return None if value is None else mask(column, value.raw if isinstance(value, Unread) else value)


def _raw(column: Column | None, said: str) -> Raw:
    """What a note says was typed, as the sheet keeps it: a day or an amount is a number there."""
    if column is not None and column.kind in ("date", "datetime", "money", "integer", "monthday"):
        try:
            return float(said)
        except ValueError:
            return said
    return said or None


def _with_hand(branch: Branch, asked: Asked) -> Asked:
    """With who gave the ledgers their value, and when."""
    lines = branch.store.history(asked.table, asked.row)
    if asked.column != WHOLE:
        mine = lines[lines["column"] == asked.column]
        lines = mine if len(mine) else lines[lines["column"] == WHOLE]
    if lines.empty:
        return asked
    who, at = lines.iloc[0][["actor", "at"]]
    return replace(asked, who=str(who), when=at.to_pydatetime() if hasattr(at, "to_pydatetime") else at)


def _agree(agreed: Agreed, table: str, row: str, column: str, raw: Raw) -> None:
    """Both sides know now what stands in the sheet: a later value there is somebody's edit."""
    tab, base = agreed.tabs.get(table), agreed.base(table, row)
    at = tab.place(column) if tab is not None else None
    if tab is None or base is None or at is None:
        return
    cells = [cell(base.cells, n) for n in range(max(len(base.cells), at + 1))]
    cells[at] = raw
    agreed.set_base(table, row, replace(base, cells=tuple(cells)))


def _drop_note(agreed: Agreed, table: str, row: str, column: str, code: str, now: datetime) -> None:
    """What has been answered is not asked again."""
    kept = [one for one in agreed.notes.values() if one.table == table and (one.row, one.column, one.code) != (row, column, code)]
    agreed.set_notes(table, kept, now)


def _is_asked(intent: Intent) -> bool:
    return intent.state == HELD and intent.code in ASKED


def _is_of(intent: Intent, table: str, row: str) -> bool:
    return _is_asked(intent) and (intent.table, intent.id, intent.code) == (table, row, REMOVED)


def _record(branch: Branch, table: str, row: str, column: str, raw: Raw) -> str:
    """What goes on record of a value that is given up, so that it is not lost with the sheet."""
    known = branch.book().tables[table].column(column)
    said = str(raw if raw is not None else "")
    return f"{table}/{row}/{column}: {mask(known, said) if known is not None and known.sensitive else said}"
