"""New rows on their way into a ledger: looked at, told to the record and put into SQL column by column, one or many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import chain
from json.encoder import encode_basestring
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from sheets.merge import Cell
from sheets.schema import Column, Unread
from sheets.store import driver, values
from sheets.store.faults import EditRefused
from sheets.store.layout import Mapped

Columns = dict[str, list[Any]]

OWN = ("id", "rev")  # what an edit may say of its row, and the store knows better
WIDEST = 2**63  # of a whole number in SQL


def clean(place: str, ledger: Mapped, rows: Sequence[Mapping[str, Cell]]) -> Columns:
    """The cells of new rows as they are kept, by column; what cannot be read stays Unread. Raises EditRefused: an unknown
    column, a value that its column cannot hold."""
    known = {column.key for column in ledger.columns}
    strange = next((key for key in dict.fromkeys(chain.from_iterable(rows)) if key not in known and key not in OWN), None)
    if strange is not None:
        raise EditRefused(place, "store.bad_column", table=ledger.table.key, column=strange)
    return {column.key: _clean(place, column, [row.get(column.key) for row in rows]) for column in ledger.columns}


def _clean(place: str, column: Column, found: list[Any]) -> list[Any]:
    """Whatever is not plainly of its column's type is looked at value by value."""
    wanted, kinds = values.plain_type(column), set(map(type, found)) - {type(None)}
    if kinds <= {wanted} and wanted is str and _sound(found):
        return [value or None for value in found]
    if not kinds or (kinds == {wanted} and _plain(wanted, found)):
        return found
    return [value if isinstance(value, Unread) else values.clean(place, column, value) for value in found]


def _plain(wanted: Any, found: list[Any]) -> bool:
    """Whether values of the right type are kept as they are."""
    there = [value for value in found if value is not None]
    if wanted is int:
        return bool(min(there) >= -WIDEST and max(there) < WIDEST)
    if wanted is datetime:
        return not any(value.microsecond or value.tzinfo for value in there)
    return wanted in {bool, date}


def _sound(found: list[Any]) -> bool:
    """No half characters and no NUL in any of the texts."""
    try:
        return b"\x00" not in "".join(filter(None, found)).encode()
    except UnicodeEncodeError:
        return False


def record_lines(ledger: Mapped, columns: Columns, size: int) -> list[str]:
    """Each row as the record keeps a new row: JSON on one line, exact texts by column, blanks left out."""
    every = [_record_cells(column, columns[column.key]) for column in sorted(ledger.columns, key=lambda column: column.key)]
    return [f"{{{', '.join(filter(None, row))}}}" for row in zip(*every, strict=True)] if every else ["{}"] * size


def _record_cells(column: Column, found: list[Any]) -> list[str]:
    """The cells of one column, each with its name: the same value is put into words once."""
    say, name = _words(column), encode_basestring(column.key)
    known = {value: f"{name}: {encode_basestring(say(value))}" for value in set(found) if value is not None} | {None: ""}
    return [known[value] for value in found]


def _words(column: Column) -> Callable[[Any], str]:
    """values.text of one column, without asking for its kind again at every value."""
    if values.plain_type(column) is str:
        return lambda value: value.raw if isinstance(value, Unread) else str(value)
    return lambda value: values.text(column, value) or ""


def insert(connection: sa.Connection, ledger: Mapped, rows: Sequence[Mapping[str, Cell]], system: Columns) -> None:
    """Puts whole new rows into the ledger. `system`: the columns that every ledger has beside its own."""
    columns: Columns = {c.key: list(map(itemgetter(c.key), rows)) for c in ledger.typed}
    for key in unread(columns):
        columns[key] = list(map(sql_value, columns[key]))
    if ledger.loose:
        columns["extra"] = [added(ledger.loose, row) for row in rows]
    if ledger.shared:
        columns["ledger"] = [ledger.table.key] * len(rows)
    driver.insert(connection, ledger.sql, columns | system, len(rows))


def unread(columns: Columns) -> list[str]:
    """The columns in which there is something that cannot be read."""
    return [key for key, found in columns.items() if Unread in set(map(type, found))]


def sql_value(cell: Cell) -> Any:
    """A cell as its column of SQL holds it: what cannot be read is kept apart."""
    return None if isinstance(cell, Unread) else cell


def added(columns: Iterable[Column], row: Mapping[str, Cell]) -> dict[str, str] | None:
    """The dictionary's columns as one JSON cell; None when all are blank."""
    return {c.key: text for c in columns if (text := values.text(c, sql_value(row.get(c.key)))) is not None} or None
