"""The book as it stood at the end of an earlier moment: today's, with the record of changes undone back to there.

The record is asked once, for the first line of each cell after that moment: its old value is what stood there then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from sheets import cells
from sheets.book import Book
from sheets.schema import Column, Issue, Value
from sheets.store import reading, values
from sheets.store.layout import Layout, Mapped

CHUNK = 500  # cells or rows asked for at once
NEW, GONE = "*", "deleted"  # what the record calls the birth of a row, and its end
NO_FACTS = ("rules", "*access")  # written before a branch holds anything of its own


@dataclass(frozen=True, slots=True)
class Earlier:
    """`book` as it stood at `end`; `began`: when the record of its facts begins (None: it holds none)."""

    book: Book
    began: datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """What a cell of a row said before it was first changed after the moment; `code` where that could not be read."""

    row: str
    column: str
    old: str | None
    code: str


def earlier(connection: sa.Connection, layout: Layout, book: Book, end: datetime) -> Earlier:
    """Today's `book` (of the same moment as the connection) taken back to `end`; before the record begins, to the end of
    the day on which it does.

    What a row says of its own last change (rev, updated_at, updated_by) stays today's: no rule counts from it.
    """
    began = _began(connection, layout)
    if began is not None:
        end = max(end, datetime.combine(began.date(), end.time()))
    frames, lost, odd = dict(book.frames), set[tuple[str, str, str]](), list[Issue]()
    for key, lines in _lines(connection, layout, end).items():
        if key in layout.ledgers:
            frames[key] = _undone(layout.ledgers[key], book.frames[key], lines)
            lost |= {(key, line.row, line.column) for line in lines}
            odd += _unread(connection, layout, key, [line for line in lines if line.code], end)
            odd += _of_rows_back(connection, layout.ledgers[key], lines)
    places = {(issue.table, issue.row, issue.column) for issue in odd}
    kept = [issue for issue in book.issues if (issue.table, issue.row, issue.column) not in lost | places]
    there = {key: frozenset(_alive(frames[key])) for key in {issue.table for issue in (*kept, *odd)} if key in frames}
    issues = [issue for issue in (*kept, *odd) if not issue.row or issue.row in there.get(issue.table, ())]
    return Earlier(Book(frames, issues, book.version, book.tables), began)


def _began(connection: sa.Connection, layout: Layout) -> datetime | None:
    changes = layout["changes"]
    query = sa.select(changes.c.at).where(changes.c.table.not_in(NO_FACTS)).order_by(changes.c.seq).limit(1)
    found: datetime | None = connection.execute(query).scalar()
    return found


def _lines(connection: sa.Connection, layout: Layout, end: datetime) -> dict[str, list[Line]]:
    """By ledger, the first line after the moment of every cell that was changed after it."""
    changes = layout["changes"]
    later = sa.and_(changes.c.at > end, changes.c.table != "*access")
    first = sa.select(sa.func.min(changes.c.seq)).where(later).group_by(changes.c.table, changes.c.row, changes.c.column)
    asked = [changes.c[name] for name in ("table", "row", "column", "old", "unread")]
    found: dict[str, list[Line]] = {}
    for table, row, column, old, unread in connection.execute(sa.select(*asked).where(changes.c.seq.in_(first))):
        found.setdefault(table, []).append(Line(row, column, old, _codes(unread).get("old", "") if column != NEW else ""))
    return found


def _codes(unread: str | None) -> dict[str, str]:
    return dict(part.partition("=")[::2] for part in unread.split(";")) if unread else {}


def _undone(ledger: Mapped, frame: pd.DataFrame, lines: Sequence[Line]) -> pd.DataFrame:
    """A ledger without the rows that came later, and with each changed cell as it was; the frame itself stays as it is."""
    places, data = pd.Index(frame["id"]), frame.copy(deep=False)
    by_column: dict[str, list[Line]] = {}
    for line in lines:
        by_column.setdefault(line.column, []).append(line)
    for name, changed in by_column.items():
        at = places.get_indexer(pd.Index([line.row for line in changed]))
        there, known = at >= 0, ledger.table.column(name)
        if name == GONE:
            column = data[GONE].to_numpy(copy=True)
            column[at[there]] = np.array([line.old == "yes" for line in changed])[there]
            data[GONE] = column
        elif name != NEW and known is not None:
            data[name] = _put(known, data[name], at[there], [line for line, is_there in zip(changed, there, strict=True) if is_there])
    born = {line.row for line in by_column.get(NEW, ())}
    return data.loc[~data["id"].isin(born)].reset_index(drop=True) if born else data


def _put(column: Column, now: pd.Series, at: Any, lines: Sequence[Line]) -> pd.Series:
    read = {line.old: _value(column, line.old) for line in lines if not line.code}
    found = [None if line.code else read[line.old] for line in lines]
    whole, then = reading.alike(now.array, reading.series(column, found).array)
    whole = whole.copy()
    whole[at] = then
    return pd.Series(whole, index=now.index, copy=False)


def _value(column: Column, written: str | None) -> Value:
    """A cell as the record keeps it, as a value; texts to the letter."""
    if written is None or written == "":
        return None
    return written if values.plain_type(column) is str else cells.read(column, written).value


def _alive(frame: pd.DataFrame) -> list[str]:
    return [str(row) for row in frame.loc[~frame["deleted"], "id"]]


def _of_rows_back(connection: sa.Connection, ledger: Mapped, lines: Iterable[Line]) -> list[Issue]:
    """Of rows deleted since, the cells that cannot be read: the book does not tell them of rows that are gone."""
    changed = {(line.row, line.column) for line in lines}
    back, found = [line.row for line in lines if line.column == GONE and line.old == "no"], list[Issue]()
    for start in range(0, len(back), CHUNK):
        here = sa.and_(ledger.mine(), ledger.sql.c.id.in_(back[start : start + CHUNK]), ledger.sql.c.deleted)
        for row, boxes in connection.execute(sa.select(ledger.sql.c.id, ledger.sql.c.unread).where(here)):
            cells_ = [(key, box) for key, box in values.loose(boxes).items() if (row, key) not in changed]
            found += [issue for key, box in cells_ if (issue := reading.issue(ledger, str(row), key, box)) is not None]
    return found


def _unread(connection: sa.Connection, layout: Layout, table: str, lines: Sequence[Line], end: datetime) -> list[Issue]:
    """The cells that could not be read then, each with the last good value it had and since when: few, so each is looked up
    in the record before the moment."""
    changes, ledger, found = layout["changes"], layout.ledgers[table], list[Issue]()
    for line in lines:
        column = ledger.table.column(line.column)
        if column is None:
            continue
        query = sa.select(changes).where(
            changes.c.table == table, changes.c.row == line.row, changes.c.column.in_((NEW, line.column)), changes.c.at <= end
        )
        good, since = _last_good(line.column, connection.execute(query.order_by(changes.c.seq)).mappings())
        known = _value(column, good)
        found.append(Issue(table, line.row, line.column, f"{line.row}.{line.column}", line.code, line.old or "", known, since=since or end))
    return found


def _last_good(column: str, told: Iterable[Any]) -> tuple[str | None, datetime | None]:
    """What a cell last said that could be read, and when what cannot be read came there."""
    good: str | None = None
    since: datetime | None = None
    for one in told:
        codes = _codes(one["unread"])
        if one["column"] == NEW:
            good, since = None, one["at"] if column in codes else None
        elif "new" in codes:
            good, since = (good if "old" in codes else one["old"]), one["at"]
        else:
            good, since = None, None
    return good, since
