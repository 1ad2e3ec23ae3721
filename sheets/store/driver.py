"""Many rows straight to the driver: what would be done for each cell is done once for a column."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa


def rows(connection: sa.Connection, query: str) -> list[tuple[Any, ...]]:
    """The answer as the driver gives it; a text that is not UTF-8 comes as bytes."""
    try:
        return _rows(connection, query)
    except (sqlite3.OperationalError, sa.exc.OperationalError) as error:
        if not undecodable(error):
            raise
        with tolerant(connection):
            return _rows(connection, query)


def undecodable(error: Exception) -> bool:
    """Whether SQLite's driver met a text that is no text."""
    return "decode to UTF-8" in str(error)


@contextmanager
def tolerant(connection: sa.Connection) -> Iterator[None]:
    """Inside, a text that is not UTF-8 comes as bytes and stops nothing (SQLite; PostgreSQL holds no such text)."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw: Any = connection.connection.dbapi_connection
    raw.text_factory = _as_far_as_it_is_text
    try:
        yield
    finally:
        raw.text_factory = str


def _as_far_as_it_is_text(data: bytes) -> str | bytes:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data


def _rows(connection: sa.Connection, query: str) -> list[tuple[Any, ...]]:
    with connection.exec_driver_sql(query) as result:
        return [] if result.cursor is None else list(result.cursor.fetchall())


def insert(connection: sa.Connection, table: sa.Table, columns: Mapping[str, Sequence[Any]], size: int) -> None:
    """Puts `size` rows into a table, each value as its column's type binds it; a column that is not named stays blank."""
    dialect = connection.dialect
    names = [column.name for column in table.columns if column.name in columns]
    bound = []
    for name in names:
        kind = table.c[name].type
        bind = kind.dialect_impl(dialect).bind_processor(dialect)
        bound.append(_bound(bind, columns[name], once=isinstance(kind, sa.Date | sa.DateTime)) if bind else columns[name])
    quote, mark = dialect.identifier_preparer.quote, "?" if dialect.paramstyle == "qmark" else "%s"
    into = f"{quote(table.name)} ({', '.join(map(quote, names))})"
    rows = list(zip(*bound, strict=True)) if size else []
    if rows:
        connection.exec_driver_sql(f"INSERT INTO {into} VALUES ({', '.join([mark] * len(names))})", rows)  # noqa: S608 – our own names


def _bound(bind: Callable[[Any], Any], found: Sequence[Any], *, once: bool) -> list[Any]:
    """`once`: of many rows but few values, each is bound a single time."""
    if once:
        known = {value: bind(value) for value in set(found) - {None}} | {None: None}
        return [known[value] for value in found]
    return [None if value is None else bind(value) for value in found]
