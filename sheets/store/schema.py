"""The store's own shape: made once, moved forward in numbered steps with a copy first, refused when newer."""

from __future__ import annotations

import secrets
from datetime import datetime

import sqlalchemy as sa

from sheets.store import target
from sheets.store.engine import Door
from sheets.store.faults import StoreBroken, StoreNewer
from sheets.store.layout import Layout, guards
from sheets.store.record import START

# Of the store's own tables; a store with a higher number belongs to a newer program. 2: the numbers given to placeholders;
# 3: the documents of letters.
NUMBER = 3


def check(connection: sa.Connection, door: Door) -> bool:
    """Whether this is a store of ours. Raises StoreNewer before anything is touched."""
    return check_at(connection, door.place)


def check_at(connection: sa.Connection, place: str) -> bool:
    """The same of a connection whose place is named."""
    names = set(sa.inspect(connection).get_table_names())
    if "huce_schema" not in names:
        if names:
            raise StoreBroken(place, "store.not_a_store")
        return False
    number = connection.execute(sa.text("SELECT max(number) FROM huce_schema")).scalar()
    if number is None:
        raise StoreBroken(place, "store.no_tables")
    if number > NUMBER:
        raise StoreNewer(place, number=number, known=NUMBER)
    return True


def setup(door: Door, layout: Layout, now: datetime) -> None:
    """Makes the tables of a new store, or adds what the code's tables have gained since. Idempotent."""
    with door.write() as connection:
        if not check(connection, door):
            _make(connection, layout, now)
            return
        missing = _missing(connection, layout)
        if not missing:
            return
    if door.embedded:
        target.keep(door, door.path.with_name(f"{door.path.stem}-before-{now:%Y%m%d-%H%M%S}{door.path.suffix}"))
    with door.write() as connection:
        _grow(connection, layout, _missing(connection, layout), now)


def behind(connection: sa.Connection, layout: Layout) -> bool:
    """Whether the store lacks something that the code's tables have."""
    return bool(_missing(connection, layout))


def _make(connection: sa.Connection, layout: Layout, now: datetime) -> None:
    layout.metadata.create_all(connection)
    for line in guards(connection.dialect.name):
        connection.exec_driver_sql(line)
    epoch = f"{now.timestamp():.0f}-{secrets.token_hex(4)}"  # two stores made in one second are two stores
    connection.execute(sa.insert(layout["huce_meta"]).values(id=1, version=0, place=0, seq=0, head=START, epoch=epoch))
    _note(connection, layout, 1, "first", now)


def _note(connection: sa.Connection, layout: Layout, step: int, what: str, now: datetime) -> None:
    connection.execute(
        sa.insert(layout["huce_schema"]).values(step=step, number=NUMBER, what=what, at=now.replace(microsecond=0), tables=layout.core())
    )


def _missing(connection: sa.Connection, layout: Layout) -> dict[str, list[str]]:
    """Tables and columns that the code knows and the store does not: {table: columns}, [] for a whole table."""
    inspector = sa.inspect(connection)
    names = set(inspector.get_table_names())
    found: dict[str, list[str]] = {}
    for name, table in layout.metadata.tables.items():
        if name not in names:
            found[name] = []
            continue
        there = {column["name"] for column in inspector.get_columns(name)}
        if absent := [column.name for column in table.columns if column.name not in there]:
            found[name] = absent
    return found


def _grow(connection: sa.Connection, layout: Layout, missing: dict[str, list[str]], now: datetime) -> None:
    for name, columns in missing.items():
        table = layout.metadata.tables[name]
        if not columns:
            table.create(connection)
        quote = connection.dialect.identifier_preparer.quote
        for column in columns:
            kind = table.c[column].type.compile(connection.dialect)
            connection.exec_driver_sql(f"ALTER TABLE {quote(name)} ADD COLUMN {quote(column)} {kind}")
    step = connection.execute(sa.select(sa.func.max(layout["huce_schema"].c.step))).scalar_one() + 1
    what = "; ".join(f"{name}: {', '.join(columns) or 'new'}" for name, columns in missing.items())
    _note(connection, layout, step, what, now)
