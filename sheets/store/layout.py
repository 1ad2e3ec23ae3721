"""How ledgers lie in SQL: typed columns, what the dictionary added in one JSON column, and the store's own tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from sheets.schema import SYSTEM, Column, Kind, Table

# Bytes order Chinese names alike in both dialects; a number that is the row's place is SQLite's own row number.
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
PLACE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime().with_variant(sqlite.DATETIME(truncate_microseconds=True), "sqlite")  # type: ignore[no-untyped-call]  # the dialect's is not typed
MOMENT = sa.DateTime()  # for leases and sessions, which count below a second

_TYPES: dict[Kind, sa.types.TypeEngine[Any]] = {
    "date": sa.Date(),
    "datetime": INSTANT,
    "monthday": sa.BigInteger(),
    "integer": sa.BigInteger(),
    "money": sa.BigInteger(),
    "percent": sa.BigInteger(),
    "yesno": sa.Boolean(),
}
OWN = (*SYSTEM, "row_no", "extra", "unread", "ledger")
ADDED = "x_"  # the mark of columns and ledgers that the dictionary added
_CORE_KEY = re.compile(r"[a-z][a-z0-9_]{0,40}")
_ADDED_KEY = re.compile(r"x_\w{1,38}")


def sql_type(kind: Kind) -> sa.types.TypeEngine[Any]:
    """The SQL type of a kind; everything that is not a number, a day or yes/no is text."""
    return _TYPES.get(kind, TEXT)


@dataclass(frozen=True, slots=True)
class Mapped:
    """One noun in SQL: columns of its own (`typed`), and those in its JSON column (`loose`)."""

    table: Table
    sql: sa.Table
    typed: tuple[Column, ...]
    loose: tuple[Column, ...]

    @property
    def shared(self) -> bool:
        """Ledgers of the dictionary share one SQL table, so that a sheet row never causes DDL."""
        return self.sql.name == "huce_ledgers"

    def mine(self) -> sa.ColumnElement[bool]:
        return self.sql.c.ledger == self.table.key if self.shared else sa.true()

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.typed + self.loose


@dataclass(frozen=True, slots=True)
class Layout:
    """All of a store: the ledgers by key, and the SQL tables of the store itself."""

    tables: dict[str, Table]
    ledgers: dict[str, Mapped]
    metadata: sa.MetaData

    def __getitem__(self, name: str) -> sa.Table:
        return self.metadata.tables[name]

    def core(self) -> dict[str, dict[str, Kind]]:
        """What DDL made: the kinds of every column that has one of its own."""
        return {key: {c.key: c.kind for c in ledger.typed} for key, ledger in self.ledgers.items() if not ledger.shared}


def layout(tables: Mapping[str, Table]) -> Layout:
    """Lays out the tables. A key that SQL could not carry is a defect of the caller: ValueError."""
    return _laid(tuple(tables.items()))


@lru_cache(maxsize=8)
def _laid(tables: tuple[tuple[str, Table], ...]) -> Layout:
    metadata = sa.MetaData()
    own_tables(metadata)
    ledgers: dict[str, Mapped] = {}
    for key, table in tables:
        _check(key, table)
        others = tuple(c for c in table.columns if c.key != "id")
        typed = () if key.startswith(ADDED) else tuple(c for c in others if not c.key.startswith(ADDED))
        loose = tuple(c for c in others if c not in typed)
        sql = metadata.tables["huce_ledgers"] if key.startswith(ADDED) else _ledger(metadata, key, typed)
        ledgers[key] = Mapped(table, sql, typed, loose)
    return Layout(dict(tables), ledgers, metadata)


def _check(key: str, table: Table) -> None:
    if not (_CORE_KEY.fullmatch(key) or _ADDED_KEY.fullmatch(key)) or key.startswith("huce_") or key == "changes":
        raise ValueError(f"a ledger cannot be called {key!r}")
    for column in table.columns:
        if column.key in OWN or not (_CORE_KEY.fullmatch(column.key) or _ADDED_KEY.fullmatch(column.key)):
            raise ValueError(f"a column of {key} cannot be called {column.key!r}")


def _row_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("updated_by", TEXT, nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("extra", sa.JSON(none_as_null=True)),
        sa.Column("unread", sa.JSON(none_as_null=True)),
    ]


def _ledger(metadata: sa.MetaData, key: str, typed: tuple[Column, ...]) -> sa.Table:
    return sa.Table(
        key,
        metadata,
        sa.Column("row_no", PLACE, primary_key=True, autoincrement=False),
        sa.Column("id", TEXT, nullable=False, unique=True),
        *(sa.Column(c.key, sql_type(c.kind)) for c in typed),
        *_row_columns(),
        sa.Index(f"ix_{key}_rev", "rev"),
    )


def own_tables(metadata: sa.MetaData) -> None:
    """The store's own tables: never a ledger, never in a spreadsheet."""

    def table(name: str, *parts: sa.Column[object] | sa.Index | sa.UniqueConstraint) -> None:
        sa.Table(name, metadata, *parts)

    def text(name: str, *, key: bool = False, need: bool = True) -> sa.Column[object]:
        return sa.Column(name, TEXT, primary_key=key, nullable=not (need or key))

    def number(name: str) -> sa.Column[object]:
        return sa.Column(name, sa.BigInteger(), nullable=False)

    def moment(name: str) -> sa.Column[object]:
        return sa.Column(name, MOMENT, nullable=False)

    table(
        "huce_meta",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        number("version"),
        number("place"),
        number("seq"),
        text("head"),
        text("epoch"),
    )
    table(
        "huce_schema",
        sa.Column("step", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer(), nullable=False),
        text("what"),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("tables", sa.JSON(), nullable=False),
    )
    table(
        "changes",
        sa.Column("seq", PLACE, primary_key=True, autoincrement=False),
        sa.Column("at", INSTANT, nullable=False),
        text("actor"),
        text("source"),
        text("table"),
        text("row"),
        text("column"),
        text("old", need=False),
        text("new", need=False),
        text("unread", need=False),
        number("rev"),
        text("prev"),
        text("hash"),
        sa.Index("ix_changes_row", "table", "row", "seq"),
    )
    table(
        "huce_ledgers",
        sa.Column("row_no", PLACE, primary_key=True, autoincrement=False),
        text("ledger"),
        text("id"),
        *_row_columns(),
        sa.UniqueConstraint("ledger", "id"),
        sa.Index("ix_huce_ledgers_rev", "rev"),
    )
    table("huce_tokens", text("token", key=True), number("version"), number("rows"), moment("at"))
    table(
        "huce_numbers",
        text("placeholder", key=True),
        text("table"),
        text("id"),
        text("token"),
        moment("at"),
        sa.Index("ix_huce_numbers_token", "token"),
    )
    table("huce_credentials", text("staff", key=True), text("hash"), moment("at"))
    table("huce_keys", text("purpose", key=True), text("digest", key=True), text("subject"), moment("expires"))
    table(
        "huce_sessions",
        text("digest", key=True),
        text("staff"),
        moment("expires"),
        moment("seen"),
        number("idle"),
        sa.Index("ix_huce_sessions_staff", "staff"),
    )
    table(
        "huce_failures",
        sa.Column("id", PLACE, sa.Identity(), primary_key=True),
        text("who"),
        moment("at"),
        sa.Index("ix_huce_failures_who", "who", "at"),
    )
    table("huce_leases", text("name", key=True), text("holder"), moment("until"))
    table("huce_channels", text("staff", key=True), text("channel", key=True), text("value"), moment("at"))
    table("huce_marks", text("name", key=True), text("value"), moment("at"))
    table("huce_documents", text("digest", key=True), sa.Column("data", sa.LargeBinary(), nullable=False), moment("at"))
    _sync_tables(metadata)


def _sync_tables(metadata: sa.MetaData) -> None:
    """What is remembered about the spreadsheet (sheets.sync.state), one table for each kind of it."""
    keys = {"tabs": 1, "bases": 2, "intents": 3, "sent": 1, "new": 2, "notes": 4}
    names = ("table", "row", "column", "code")
    for kind, count in keys.items():
        own = ("mark",) if kind == "sent" else names[:count]
        columns = [sa.Column(name, TEXT, primary_key=True) for name in own]
        sa.Table(f"huce_sync_{kind}", metadata, *columns, sa.Column("value", sa.JSON(), nullable=False))


# What forbids anybody to rewrite the record of changes.
_STOP = "BEGIN SELECT RAISE(ABORT, 'the record of changes is never rewritten'); END"
_GUARDS = {
    "sqlite": f"""
CREATE TRIGGER changes_keep_update BEFORE UPDATE ON changes {_STOP}
---
CREATE TRIGGER changes_keep_delete BEFORE DELETE ON changes {_STOP}
---
CREATE TRIGGER changes_keep_insert BEFORE INSERT ON changes WHEN EXISTS (SELECT 1 FROM changes WHERE seq = NEW.seq) {_STOP}
""",  # noqa: S608 – no value from outside is in it
    "postgresql": """
CREATE OR REPLACE FUNCTION huce_keep() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the record of changes is never rewritten'; END $$
---
CREATE TRIGGER changes_keep_update BEFORE UPDATE OR DELETE ON changes FOR EACH ROW EXECUTE FUNCTION huce_keep()
---
CREATE TRIGGER changes_keep_delete BEFORE TRUNCATE ON changes FOR EACH STATEMENT EXECUTE FUNCTION huce_keep()
""",
}


def guards(dialect: str) -> list[str]:
    """The triggers that forbid it, one by one."""
    return _GUARDS[dialect].split("---")


def unguard(dialect: str) -> list[str]:
    """Lifts the guards for a restore, within its own transaction."""
    names = ["changes_keep_update", "changes_keep_delete"] + (["changes_keep_insert"] if dialect == "sqlite" else [])
    return [f"DROP TRIGGER IF EXISTS {name}{'' if dialect == 'sqlite' else ' ON changes'}" for name in names]
