"""SQL rows into typed frames, column by column; and a book brought up to date by the rows that changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from sheets.book import CATEGORIES, DTYPES, Book
from sheets.merge import Cell
from sheets.schema import SYSTEM, Column, Issue, Table, Unread
from sheets.store import driver, oddities, values
from sheets.store.layout import Layout, Mapped

CHUNKS = 16  # pieces of a text column that rows were added to: more than so many are made one
Reads = tuple[dict[str, pd.DataFrame], list[Issue]]


def version(connection: sa.Connection, layout: Layout) -> int:
    found: int = connection.execute(sa.select(layout["huce_meta"].c.version)).scalar_one()
    return found


def epoch(connection: sa.Connection, layout: Layout) -> str:
    """Which store this is, and which life of it: another one after every restore."""
    return str(connection.execute(sa.select(layout["huce_meta"].c.epoch)).scalar_one())


def frames(connection: sa.Connection, layout: Layout, tables: Sequence[str], since: int | None) -> Reads:
    """Frames of ledgers (since: only rows of later versions), and the Issues of their cells."""
    found: dict[str, pd.DataFrame] = {}
    issues: list[Issue] = []
    for key in tables:
        ledger = layout.ledgers[key]
        query, place = sa.select(*_wanted(ledger)).where(ledger.mine()), ledger.sql.c.row_no
        # a few rows are found by their rev and then sorted: ordered by the place itself, SQLite would walk the whole ledger
        query = query.order_by(place) if since is None else query.where(ledger.sql.c.rev > since).order_by(place + 0)
        text = str(query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))
        rows = driver.rows(connection, text.replace("%", "%%") if "%" in text and _percent(connection) else text)
        found[key], more, odd = _frame(ledger, rows)
        issues += more + oddities.with_last_known(connection, layout, odd)
    return found, issues


def moved(connection: sa.Connection, layout: Layout, tables: Sequence[str], since: int) -> list[str]:
    """Ledgers with rows of a later version, in one round trip: most saves touch one or two of them."""
    asks: list[Any] = [
        sa.select(sa.literal_column(f"'{key}'")).where(sa.exists().where(ledger.mine(), ledger.sql.c.rev > since))
        for key, ledger in ((key, layout.ledgers[key]) for key in tables)
    ]
    return list(connection.execute(sa.union_all(*asks)).scalars())


def _percent(connection: sa.Connection) -> bool:
    return connection.dialect.name == "postgresql"


def _wanted(ledger: Mapped) -> list[sa.ColumnElement[Any]]:
    names = ["id", *(c.key for c in ledger.typed), *SYSTEM, "extra", "unread"]
    return [ledger.sql.c[name] for name in names]


def _frame(ledger: Mapped, rows: Sequence[Any]) -> tuple[pd.DataFrame, list[Issue], list[Issue]]:
    """The frame, the Issues of cells that could not be read, and those of cells into which something else wrote."""
    if not rows:
        return _empty(ledger.table), [], []
    width = len(ledger.typed) + len(SYSTEM) + 3
    columns: list[tuple[Any, ...]] = list(zip(*rows, strict=True))
    if not oddities.any_type(ledger, columns):
        try:
            return *_typed(ledger, columns), []
        except ValueError:  # a text that is no day
            pass
    kept, odd = oddities.set_aside(ledger, rows)
    return *_typed(ledger, list(zip(*kept, strict=True)) if kept else [()] * width), odd


@lru_cache(maxsize=1_000)
def _empty(table: Table) -> pd.DataFrame:
    """A ledger without rows. Most of a young branch's ledgers are, and a frame of none takes as long to make as one of many."""
    return _whole({column.key: series(column, ()) for column in table.columns if column.key != "id"}, table, (), (), (), (), ())


def _whole(
    data: dict[str, pd.Series],
    table: Table,
    ids: Sequence[Any],
    rev: Sequence[Any],
    at: Sequence[Any],
    by: Sequence[Any],
    gone: Sequence[Any],
) -> pd.DataFrame:
    order = {column.key: data[column.key] if column.key != "id" else _text(ids) for column in table.columns}
    system = {
        "rev": pd.Series(rev, dtype="int64"),
        "updated_at": _instants(at),
        "updated_by": _text(by),
        "deleted": pd.Series([bool(g) for g in gone], dtype="bool"),
    }
    # arrays, not series: nothing has to be aligned
    return pd.DataFrame({key: column.array for key, column in (order | system).items()}, index=pd.RangeIndex(len(ids)))


def _typed(ledger: Mapped, columns: list[tuple[Any, ...]]) -> tuple[pd.DataFrame, list[Issue]]:
    typed = dict(zip((c.key for c in ledger.typed), columns[1:], strict=False))
    *_, rev, at, by, gone, extra, unread = columns
    data = {c.key: series(c, typed[c.key]) for c in ledger.typed}
    if ledger.loose:
        boxes = [values.loose(box) for box in extra]
        for column in ledger.loose:
            data[column.key] = series(column, [values.back(column, box.get(column.key)) for box in boxes])
    frame = _whole(data, ledger.table, columns[0], rev, at, by, gone)
    issues = [
        issue(ledger, str(columns[0][n]), key, box)
        for n, boxes in enumerate(unread)
        if boxes and not gone[n]
        for key, box in values.loose(boxes).items()
    ]
    return frame, [i for i in issues if i is not None]


def issue(ledger: Mapped, row: str, key: str, box: dict[str, Any]) -> Issue | None:
    """The Issue of an unreadable cell; None when the column is gone from the dictionary."""
    column = ledger.table.column(key)
    if column is None:
        return None
    good = values.back(column, box.get("good"))
    since = datetime.fromisoformat(box["since"])
    known = None if isinstance(good, Unread) else good
    return Issue(ledger.table.key, row, key, f"{row}.{key}", box["code"], box["raw"], known, since=since)


def series(column: Column, cells_: Sequence[Any]) -> pd.Series:
    """One column with the dtype of its kind, from what the driver gave."""
    dtype = DTYPES.get(column.kind)
    if dtype == "datetime64[s]":
        return _instants(cells_)
    if dtype == "boolean":
        return pd.Series([None if v is None else bool(v) for v in cells_], dtype="boolean")
    if dtype:
        return pd.Series(list(cells_), dtype=dtype)
    if column.kind in CATEGORIES:
        codes, words = pd.factorize(np.array([v or None for v in cells_], object))
        return pd.Series(pd.Categorical.from_codes(codes, pd.Index(words, dtype="str")))
    return _text(cells_)


def _text(cells_: Sequence[Any]) -> pd.Series:
    return pd.Series(pd.array(pa.array(cells_, pa.large_string()).fill_null(""), dtype="str"), copy=False)


def _instants(cells_: Sequence[Any]) -> pd.Series:
    """Days and moments, as ISO texts or as Python's own, whichever the driver gives."""
    return pd.Series(pa.array(cells_).cast(pa.timestamp("us")).to_numpy(zero_copy_only=False).astype("datetime64[s]"), copy=False)


def rows_of(connection: sa.Connection, ledger: Mapped, wanted: sa.ColumnElement[bool], since: datetime) -> list[dict[str, Any]]:
    """SQL rows of a ledger, each cell as its column holds it; what something else wrote there cannot be read."""
    query = sa.select(*oddities.plain(ledger)).where(ledger.mine(), wanted)
    try:
        found = connection.execute(query).mappings().all()
    except sa.exc.OperationalError as error:
        if not driver.undecodable(error):
            raise
        with driver.tolerant(connection):
            found = connection.execute(query).mappings().all()
    return [oddities.sound(ledger, dict(row), since) for row in found]


def row(ledger: Mapped, found: Any) -> dict[str, Cell]:
    """One SQL row as typed values, Unread where a cell cannot be read, and its rev."""
    extra, unread = values.loose(found["extra"]), values.loose(found["unread"])
    cells_: dict[str, Cell] = {"id": found["id"]}
    for column in ledger.typed:
        cells_[column.key] = found[column.key]
    for column in ledger.loose:
        cells_[column.key] = values.back(column, extra.get(column.key))
    for key, box in unread.items():
        cells_[key] = Unread(box["raw"], box["code"])
    return cells_ | {"rev": found["rev"]}


def patch(previous: Book, changed: dict[str, pd.DataFrame], issues: list[Issue], now: int) -> Book:
    """A new book: the previous one with the changed rows in their old places, new rows at the end."""
    frames_ = dict(previous.frames)
    for key, frame in changed.items():
        if len(frame):
            frames_[key] = _joined(previous.frames[key], frame)
    moved = {(key, row_id) for key, frame in changed.items() for row_id in frame["id"]}
    kept = [i for i in previous.issues if (i.table, i.row) not in moved]
    return Book(frames_, kept + issues, now, previous.tables)


def _joined(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """The old frame stays as it is for whoever reads it; a column in which nothing changed is shared with it."""
    there = np.flatnonzero(old["id"].isin(new["id"]))
    found = pd.Index(old["id"].iloc[there]).get_indexer(new["id"])
    changed, added = np.flatnonzero(found >= 0), np.flatnonzero(found < 0)
    at, whole, data = there[found[changed]], old.copy(deep=False), dict[str, Any]()
    for name in old.columns:
        was = old[name].array
        column, rows = alike(was, new[name].array)
        now = rows.take(changed)
        if len(at) and not column.take(at).equals(now):
            column = column.copy()
            column[at] = now
        if len(added):
            data[name] = _longer(column, rows.take(added))
        elif column is not was:
            whole[name] = column
    return pd.DataFrame(data, copy=False) if len(added) else whole


def alike(old: Any, new: Any) -> tuple[Any, Any]:
    """Both with the same categories: the old ones in their order, then those that are new."""
    if not isinstance(old, pd.Categorical):
        return old, new
    places = old.categories.get_indexer(new.categories)
    unseen = np.flatnonzero(places < 0)
    places[unseen] = len(old.categories) + np.arange(len(unseen))
    if len(unseen):
        wider = old.categories.append(new.categories[unseen])
        old = pd.Categorical.from_codes(old.codes, dtype=pd.CategoricalDtype(wider))
    return old, pd.Categorical.from_codes(np.append(places, -1)[new.codes], dtype=old.dtype)


def _longer(column: Any, rows: Any) -> pd.Series:
    found = pd.concat([pd.Series(column, copy=False), pd.Series(rows, copy=False)], ignore_index=True)
    pieces = pa.array(found.array) if found.dtype == "str" else None
    if isinstance(pieces, pa.ChunkedArray) and pieces.num_chunks > CHUNKS:
        return pd.Series(pd.array(pieces.combine_chunks(), dtype="str"), copy=False)
    return found
