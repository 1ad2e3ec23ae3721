"""What a person may see and do: rows by scope, columns masked, writes by the matrix. The only door to the ledgers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from branch import matrix, scope
from branch.branch import Branch
from branch.masks import mask, masked
from branch.people import Actor
from sheets.book import Book
from sheets.schema import Edit, Issue
from texts import Fault


class Denied(Fault):
    """Something this person may not do; the attempt goes on record."""


class Unknown(Fault):
    """There is no such row, or none that he may see: one answer for both."""


def may(actor: Actor, table: str, act: str) -> bool:
    """Whether the role may do it at all: read, write, create, or one of the acts on alerts and contacts."""
    if actor.role == "system":
        return True
    if act in matrix.ACTS:
        return actor.role in matrix.ACTS[act]
    if act == "read":
        return actor.role in matrix.READ.get(table, ())
    if act == "create":
        return matrix.WRITE.get((actor.role, table)) is matrix.ALL
    return (actor.role, table) in matrix.WRITE


def writable(actor: Actor, table: str, column: str) -> bool:
    """Whether the role may write one column of a ledger."""
    if actor.role == "system":
        return True
    allowed = matrix.WRITE.get((actor.role, table), frozenset())
    if column in matrix.NOT_HIS.get((actor.role, table), frozenset()):
        return False
    return "*" in allowed or column in allowed


def rows(book: Book, table: str, actor: Actor) -> pd.DataFrame:
    """The live rows he may see, sensitive columns masked. A ledger that is closed to him is empty."""
    frame = book.frame(table)
    if not may(actor, table, "read"):
        return frame.iloc[0:0]
    seen = scope.rows(book, table, actor)
    return masked(book.tables[table], seen if len(seen) == len(frame) else seen.reset_index(drop=True))


def row(book: Book, table: str, key: str, actor: Actor) -> Mapping[str, Any]:
    """One row as it stands, unmasked, if it is in his scope: for acts, never for show. Raises Unknown."""
    seen = scope.rows(book, table, actor) if may(actor, table, "read") else book.frame(table).iloc[0:0]
    found = seen[seen["id"] == key]
    if found.empty:
        raise Unknown("access.unknown")
    return {str(name): value for name, value in found.iloc[0].items()}


def check_edit(book: Book, edit: Edit, actor: Actor) -> None:
    """Raises Denied or Unknown when the person may not make this change."""
    if actor.role == "system":
        return
    table = book.tables.get(edit.table)
    if table is None or not may(actor, edit.table, "write"):
        raise Denied("access.denied", table=table.label(_lang(actor)) if table else edit.table)
    if edit.before is not None:
        there = row(book, edit.table, edit.id, actor)
        comment = matrix.COMMENT.get((actor.role, edit.table))
        if comment is not None and not scope.is_own(there, actor) and not set(edit.after or {"*": None}) <= comment:
            raise Denied("access.not_his", table=table.label(_lang(actor)))
    elif not may(actor, edit.table, "create"):
        raise Denied("access.denied", table=table.label(_lang(actor)))
    if edit.after is None:
        if not may(actor, edit.table, "create"):
            raise Denied("access.denied", table=table.label(_lang(actor)))
        return
    for key in edit.after:
        column = table.column(key)
        if column and not column.auto and not writable(actor, edit.table, key):
            raise Denied("access.column", column=column.label(_lang(actor)))
    if not scope.would_own(book, edit, actor):
        raise Unknown("access.unknown")


def unmask(branch: Branch, actor: Actor, table: str, key: str, reason: str, now: datetime) -> Mapping[str, Any]:
    """One row in full, for a reason, on record."""
    if not may(actor, table, "unmask"):
        raise Denied("access.denied", table=branch.book().tables[table].label(_lang(actor)))
    if len(reason) < 2:
        raise Fault("access.reason")
    found = row(branch.book(), table, key, actor)
    branch.store.private.note("unmask", actor.staff, f"{table}/{key}: {reason[:200]}", now)
    return found


def issues(branch: Branch, actor: Actor) -> list[Issue]:
    """What cannot be read in the rows he may see; an administrator mends the configuration."""
    book, found, seen = branch.book(), [], dict[str, set[str]]()
    for issue in branch.issues():
        if issue.table not in book.tables or not may(actor, issue.table, "read"):
            continue
        if issue.table not in seen:
            seen[issue.table] = set(scope.rows(book, issue.table, actor)["id"].astype(str))
        if issue.row in seen[issue.table]:
            found.append(issue)
    return found


def history(branch: Branch, actor: Actor, table: str, key: str) -> pd.DataFrame:
    """What happened to one row, sensitive values masked. Raises Unknown for a row outside his scope."""
    row(branch.book(), table, key, actor)
    return _hushed(branch, branch.store.history(table, key))


def audit(branch: Branch, actor: Actor, limit: int = 500) -> pd.DataFrame:
    """The record: all of it for administrator and leader, one's own acts for others."""
    lines = branch.store.history(limit=limit)
    if actor.role not in {"admin", "leader", "president"}:
        lines = lines[lines["actor"] == actor.staff]
    return _hushed(branch, lines)


def _hushed(branch: Branch, lines: pd.DataFrame) -> pd.DataFrame:
    """Sensitive columns masked; the row written whole at its birth is not repeated."""
    kinds = {(t.key, c.key): c for t in branch.book().tables.values() for c in t.columns if c.sensitive}
    found = lines.copy()
    for side in ("old", "new"):
        found[side] = [
            "" if value is None or name == "*" else mask(kinds[table, name], value) if (table, name) in kinds else value
            for table, name, value in zip(lines["table"], lines["column"], lines[side], strict=True)
        ]
    return found


def _lang(actor: Actor) -> Any:
    return actor.lang or "zh"
