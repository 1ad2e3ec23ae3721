"""Which row a name means: ids and unique names of the tables that other tables refer to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from sheets.cells import fold
from sheets.cells.reading import native
from sheets.schema import Table

# Beside its id and title, what a person may call a row by.
CALLED = {"customers": ("name", "short_name", "uscc"), "staff": ("name",), "loans": ("contract_no",)}


def called(table: Table) -> tuple[str, ...]:
    """The columns that name a row of the table, its title among them when that is words."""
    title = table.column(table.title)
    own = (table.title,) if title and title.kind in ("text", "account") and title.key != "id" else ()
    return tuple(dict.fromkeys((*CALLED.get(table.key, ()), *own)))


def referred(table: Table) -> tuple[str, ...]:
    """The tables whose rows its columns name."""
    named = (c.ref or ("staff" if c.kind in ("staff", "staffs") else "") for c in table.columns)
    return tuple(dict.fromkeys(key for key in named if key))


def names(rows: Iterable[tuple[str, Iterable[str]]]) -> dict[str, str | None]:
    """Folded id or name → id; a name that two rows carry means None. An id is stronger than a name."""
    found: dict[str, str | None] = {}
    kept = [(row, tuple(words)) for row, words in rows]
    for row, _ in kept:
        found[fold(row)] = row
    ids = set(found)
    for row, words in kept:
        for word in dict.fromkeys(fold(word) for word in words if word):
            if word not in ids:
                found[word] = row if found.get(word, row) == row else None
    return found


def of_frame(table: Table, frame: pd.DataFrame) -> dict[str, str | None]:
    """The names of every row of a ledger."""
    columns = [frame[key].tolist() for key in called(table) if key in frame.columns]
    words = ([str(w) for w in row if native(w) is not None] for row in zip(*columns, strict=True)) if columns else ()
    ids = [str(i) for i in frame["id"].tolist()]
    return names(zip(ids, words, strict=True) if columns else ((i, ()) for i in ids))


def of_tables(
    wanted: Iterable[str], tables: Mapping[str, Table], frames: Mapping[str, pd.DataFrame]
) -> dict[str, dict[str, str | None]]:
    """The lookup for cells that refer to the wanted tables."""
    return {key: of_frame(tables[key], frames[key]) for key in wanted if key in tables and key in frames}
