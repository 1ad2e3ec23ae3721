"""One import taken back as a whole: rows it added go, cells it changed say again what they said, where nobody has been since."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from branch import audit, matrix
from branch.branch import Branch
from branch.people import Actor
from sheets.merge import same
from sheets.schema import Edit
from sheets.store.faults import Conflict
from sheets.store.saves import Save, Trace
from texts import Fault

PREFIX = "import:"  # of the tokens under which an import saves
BEGUN, UNDONE = "import_file", "import_undo"  # on record
UNDO = "undo"  # ends the token of what takes an import back
TRIES = 3  # somebody may save between our look and our write


class NotUndone(Fault):
    """An import that this person cannot take back, or that is no more to be taken back."""


@dataclass(frozen=True, slots=True)
class Past:
    """One import: who brought which file into which ledger, what came of it, and whether it was taken back."""

    key: str
    staff: str
    at: datetime
    table: str
    file: str
    rows: int
    ledgers: Mapping[str, Mapping[str, int]]
    undone: bool


@dataclass(frozen=True, slots=True)
class Left:
    """Something that an undo leaves as it is: `why` is "changed" (since, by somebody) or "named" (other rows rest on it)."""

    table: str
    row: str
    why: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Undone:
    removed: int
    restored: int  # rows whose cells say again what they said
    left: tuple[Left, ...]


def begin(branch: Branch, actor: Actor, table: str, file: str, now: datetime) -> str:
    """Puts on record that an import begins; answers its key. Saves under `token(key)` belong to it."""
    key = secrets.token_hex(8)
    branch.store.private.note(BEGUN, actor.staff, f"{key} {table} {file}"[: audit.LONGEST], now)
    return key


def token(key: str) -> str:
    return f"{PREFIX}{key}:"


def note(branch: Branch, key: str, ledgers: Mapping[str, Mapping[str, int]], now: datetime) -> None:
    """What came of an import, for the list of those that were."""
    branch.store.private.mark(token(key), json.dumps(ledgers), now)


def past(branch: Branch, actor: Actor) -> list[Past]:
    """The imports that changed something, newest first: one's own, and to an administrator those of everybody."""
    saves = branch.store.saved_under(PREFIX)
    marks = branch.store.private.marks()
    found = []
    for line in branch.store.history("*access", event=BEGUN).to_dict("records"):
        key, table, file = (*str(line["new"]).split(" ", 2), "", "")[:3]
        rows = sum(save.rows for name, save in _of(key, saves).items() if not name.endswith(UNDO))
        if rows and _theirs(actor, str(line["actor"])):
            told = marks.get(token(key))
            ledgers = json.loads(told[0]) if told else {}
            undone = f"{token(key)}{UNDO}" in saves
            found.append(Past(key, str(line["actor"]), line["at"], table, file, rows, ledgers, undone))
    return found


def _of(key: str, saves: Mapping[str, Save]) -> dict[str, Save]:
    return {name: save for name, save in saves.items() if name.startswith(token(key))}


def _theirs(actor: Actor, staff: str) -> bool:
    return actor.role in (matrix.ADM, "system") or actor.staff == staff


def undo(branch: Branch, key: str, actor: Actor, now: datetime) -> Undone:
    """Takes an import back, on record as an act of this person. Raises NotUndone.

    Whoever brought it, or an administrator, may, whatever they may write otherwise: what is put back is what stood there.
    """
    one = next((one for one in past(branch, actor) if one.key == key), None)
    if one is None:
        audit.denied(branch.store, actor, f"undo import/{key}", now)
        raise NotUndone("undo.not_theirs")
    if one.undone:
        raise NotUndone("undo.already")
    versions = [save.version for save in _of(key, branch.store.saved_under(token(key))).values() if save.rows]
    for attempt in range(TRIES):
        edits, done = _edits(branch.store.traces(versions), branch)
        try:
            branch.write(edits, actor, "undo", now, token=f"{token(key)}{UNDO}")
        except Conflict:
            if attempt == TRIES - 1:
                raise
            continue
        break
    branch.store.forget_numbers([(edit.table, edit.id) for edit in edits if edit.after is None])
    branch.store.private.note(UNDONE, actor.staff, f"{key} {one.table} {one.file}"[: audit.LONGEST], now)
    return done


def _edits(traces: Sequence[Trace], branch: Branch) -> tuple[list[Edit], Undone]:
    """What puts everything back, and what stays."""
    edits: list[Edit] = []
    left: list[Left] = []
    added = [trace for trace in traces if trace.added and not trace.deleted]
    resting = _resting(branch, added, {(trace.table, trace.row) for trace in added if not trace.since})
    removed = 0
    for trace in traces:
        before: dict[str, Any] = {column: cell for column, cell in trace.now.items() if column not in ("id", "rev")}
        if trace.added:
            if trace.deleted:
                continue
            why = "changed" if trace.since else "named" if (trace.table, trace.row) in resting else ""
            if why:
                left.append(Left(trace.table, trace.row, why, tuple(sorted(trace.since - {"*", "deleted"}))))
            else:
                edits.append(Edit(trace.table, trace.row, before, None))
                removed += 1
            continue
        moved = trace.since & trace.was.keys() if not trace.deleted else trace.was.keys()
        if moved:
            left.append(Left(trace.table, trace.row, "changed", tuple(sorted(moved))))
        back = {column: cell for column, cell in trace.was.items() if column not in moved and not same(cell, trace.now.get(column))}
        if back:
            edits.append(Edit(trace.table, trace.row, {column: before[column] for column in back}, back))
    return edits, Undone(removed, len(edits) - removed, tuple(left))


def _resting(branch: Branch, added: Sequence[Trace], going: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """The added rows that rows of others name: a visit filed since with a customer who was imported. Those stay, and so
    does whatever a staying row names."""
    book = branch.book()
    wanted = {table: {trace.row for trace in added if trace.table == table} for table in {trace.table for trace in added}}
    names: list[tuple[tuple[str, str], tuple[str, str]]] = []  # who names, whom
    for table in book.tables.values():
        if table.inside:
            continue
        for column in table.columns:
            target = column.ref or ("staff" if column.kind in ("staff", "staffs") else "")
            if target not in wanted or column.key == "id":
                continue
            frame = book.frame(table.key)
            for row, cell in zip(frame["id"], frame[column.key].astype("str"), strict=True):
                names += [((table.key, str(row)), (target, one)) for one in str(cell).split(";") if one in wanted[target]]
    resting: set[tuple[str, str]] = set()
    while True:
        more = {whom for who, whom in names if who != whom and (who not in going or who in resting)} - resting
        if not more:
            return resting
        resting |= more
