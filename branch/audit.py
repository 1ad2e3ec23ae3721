"""What is on record, who may see it, and the two things that are put there by asking: a denial and an unmasking."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from branch import matrix, scope
from branch.access import Denied, Unknown, keeps, language, may, row
from branch.masks import STARS, blank, mask
from branch.people import Actor
from sheets.book import Book
from sheets.store import Store
from texts import Fault

SHORTEST = 2  # characters of a reason


LONGEST = 400  # characters of an attempt on record
_asked: dict[tuple[str, str], None] = {}  # session and address, so that drawing a page again is not another attempt
ASKED = 10_000


def denied(store: Store, actor: Actor, what: str, now: datetime) -> None:
    """Somebody tried what they may not do, or asked for what is not theirs: every refusal is written down here."""
    store.private.note("denied", actor.staff, what[:LONGEST], now)


def asked_in_vain(store: Store, actor: Actor, session: str, what: str, now: datetime) -> None:
    """An address that names what is not theirs: on record once in a session, for a page is drawn again at every click."""
    if (session, what) in _asked:
        return
    if len(_asked) >= ASKED:
        _asked.clear()
    _asked[session, what] = None
    denied(store, actor, what, now)


def unmask(store: Store, book: Book, actor: Actor, table: str, key: str, *, reason: str, now: datetime) -> Mapping[str, Any]:
    """One row in full, on record, and for a reason unless it is of a file they keep; so is the attempt of one who may not."""
    try:
        found = _in_full(book, actor, table, key)
    except (Denied, Unknown):
        denied(store, actor, f"unmask {table}/{key}", now)
        raise
    if not keeps(actor) and len(reason.strip()) < SHORTEST:
        raise Fault("access.reason")
    store.private.note("unmask", actor.staff, f"{table}/{key}: {reason.strip()[:200]}", now)
    return found


def _in_full(book: Book, actor: Actor, table: str, key: str) -> Mapping[str, Any]:
    if not may(actor, table, "unmask") or table not in book.tables:
        raise Denied("access.denied", table=book.tables[table].label(language(actor)) if table in book.tables else table)
    return row(book, table, key, actor)


def history(store: Store, book: Book, actor: Actor, table: str, key: str) -> pd.DataFrame:
    """What happened to one row, sensitive values masked. Raises Unknown for a row outside their scope."""
    row(book, table, key, actor)
    return _hushed(book, store.history(table, key), actor)


def audit(store: Store, book: Book, actor: Actor, limit: int = 500) -> pd.DataFrame:
    """The record, newest first: all of it for administrator, leader and president, their people's acts for a team
    leader, one's own for others. What a person may not read is on record without its values."""
    whole = actor.role in {"system", matrix.ADM, matrix.BL, matrix.VW}
    who = scope.team(book, actor) if actor.role == matrix.TL else frozenset({actor.staff})
    asked = limit
    while True:
        lines = store.history(limit=asked)
        mine = lines if whole else lines[lines["actor"].isin(who)]
        if len(mine) >= limit or len(lines) < asked:
            return _hushed(book, mine.head(limit).reset_index(drop=True), actor)
        asked *= 8  # one person's acts lie far apart: look further back


def _hushed(book: Book, lines: pd.DataFrame, actor: Actor) -> pd.DataFrame:
    """Sensitive columns masked, closed ledgers without values; the row written whole at its birth is not repeated."""
    tables = book.tables
    kinds = {(t.key, c.key): c for t in tables.values() for c in t.columns if c.sensitive}
    closed = {key for key in set(lines["table"]) if key in tables and not may(actor, key, "read")}

    def show(table: str, column: str, value: Any) -> str:
        if blank(value) or column == "*":
            return ""
        if table in closed:
            return STARS
        return mask(kinds[table, column], value) if (table, column) in kinds else str(value)

    sides = {side: [show(*one) for one in zip(lines["table"], lines["column"], lines[side], strict=True)] for side in ("old", "new")}
    return lines.assign(**{side: pd.Series(texts, index=lines.index, dtype="str") for side, texts in sides.items()})
