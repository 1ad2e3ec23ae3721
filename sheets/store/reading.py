"""SQL rows into typed frames, column by column; and a book brought up to date by the rows that changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from pandas.api.types import union_categoricals

from sheets.book import CATEGORIES, DTYPES, Book
from sheets.merge import Cell
from sheets.schema import SYSTEM, Column, Issue, Unread
from sheets.store import values
from sheets.store.layout import Layout, Ledger

Reads = tuple[dict[str, pd.DataFrame], list[Issue]]


def version(connection: sa.Connection, layout: Layout) -> int:
    found: int = connection.execute(sa.select(layout["huce_meta"].c.version)).scalar_one()
    return found


def frames(connection: sa.Connection, layout: Layout, tables: Sequence[str], since: int | None) -> Reads:
    """Frames of ledgers (since: only rows of later versions), and the Issues of their cells."""
    found: dict[str, pd.DataFrame] = {}
    issues: list[Issue] = []
    for key in tables:
        ledger = layout.ledgers[key]
        query = sa.select(*_wanted(ledger)).where(ledger.mine()).order_by(ledger.sql.c.row_no)
        if since is not None:
            query = query.where(ledger.sql.c.rev > since)
        text = str(query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))
        rows = connection.exec_driver_sql(text.replace("%", "%%") if "%" in text and _percent(connection) else text).fetchall()
        frame, more = _frame(ledger, rows)
        found[key] = frame
        issues += more
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


def _wanted(ledger: Ledger) -> list[sa.ColumnElement[Any]]:
    names = ["id", *(c.key for c in ledger.typed), *SYSTEM, "extra", "unread"]
    return [ledger.sql.c[name] for name in names]


def _frame(ledger: Ledger, rows: Sequence[Any]) -> tuple[pd.DataFrame, list[Issue]]:
    width = len(ledger.typed) + len(SYSTEM) + 3
    columns: list[tuple[Any, ...]] = list(zip(*rows, strict=True)) if rows else [()] * width
    typed = dict(zip((c.key for c in ledger.typed), columns[1:], strict=False))
    *_, rev, at, by, gone, extra, unread = columns
    data = {c.key: series(c, typed[c.key]) for c in ledger.typed}
    if ledger.loose:
        boxes = [values.loose(box) for box in extra]
        for column in ledger.loose:
            data[column.key] = series(column, [values.back(column, box.get(column.key)) for box in boxes])
    order = {c.key: data[c.key] if c.key != "id" else _text(columns[0]) for c in ledger.table.columns}
    frame = pd.DataFrame(
        order
        | {
            "rev": pd.Series(rev, dtype="int64"),
            "updated_at": _instants(at),
            "updated_by": _text(by),
            "deleted": pd.Series([bool(g) for g in gone], dtype="bool"),
        }
    )
    issues = [
        issue(ledger, str(columns[0][n]), key, box)
        for n, boxes in enumerate(unread)
        if boxes and not gone[n]
        for key, box in values.loose(boxes).items()
    ]
    return frame, [i for i in issues if i is not None]


def issue(ledger: Ledger, row: str, key: str, box: dict[str, Any]) -> Issue | None:
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
    return pd.Series(["" if v is None else v for v in cells_], dtype="str")


def _instants(cells_: Sequence[Any]) -> pd.Series:
    return pd.Series(np.array(cells_, object).astype("datetime64[s]") if len(cells_) else np.array([], "datetime64[s]"))


def row(ledger: Ledger, found: Any) -> dict[str, Cell]:
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
    at = pd.Index(old["id"]).get_indexer(new["id"])
    stays = np.ones(len(old), bool)
    stays[at[at >= 0]] = False
    places = np.concatenate([np.flatnonzero(stays), np.where(at >= 0, at, len(old) + np.arange(len(new)))])
    order = np.argsort(places, kind="stable")
    kept = old[stays]
    data = {}
    for name in old.columns:
        if isinstance(old[name].dtype, pd.CategoricalDtype):
            both: Any = union_categoricals([kept[name], new[name]])
            data[name] = both[order]
        else:
            data[name] = pd.concat([kept[name], new[name]], ignore_index=True).iloc[order].reset_index(drop=True)
    return pd.DataFrame(data)
