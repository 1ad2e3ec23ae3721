"""The tables with the dictionary laid over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from sheets.dictionary import columns, ledgers
from sheets.dictionary.rows import Overlay, rows
from sheets.schema import Issue, Table

ACTS = columns.ACTS | ledgers.ACTS
FIRST = ("ledger", "add")  # then what is said about them; what leans on choices comes last
LAST = ("parent", "required_when", "hide")


def overlay(tables: Mapping[str, Table], said: pd.DataFrame | Iterable[Mapping[str, Any]]) -> tuple[dict[str, Table], list[Issue]]:
    """The tables as the branch wants them. A row that cannot be followed costs one Issue and nothing else.

    Ledgers are made first, then columns, then everything said about them: the order of the rows does not matter.
    """
    made = Overlay(dict(tables), tables)
    wanted = list(rows(said))
    between = tuple(act for act in ACTS if act not in (*FIRST, *LAST))
    for acts in (*((act,) for act in FIRST), between, *((act,) for act in LAST)):
        for row in wanted:
            if row.act in acts:
                ACTS[row.act](made, row)
    for row in wanted:
        if row.act not in ACTS:
            made.refuse(row, "act", "dictionary_act")
    for key in {table for table, _ in made.positions}:
        made.tables[key] = _ordered(made, made.tables[key])
    for key in made.tables.keys() - tables.keys():
        made.tables[key] = ledgers.settled(made.tables[key])
    return made.tables, made.issues


def hidden(tables: Mapping[str, Table], said: pd.DataFrame | Iterable[Mapping[str, Any]]) -> frozenset[tuple[str, str]]:
    """The (table, column) pairs that forms and lists leave out. Storage, rules, import and export keep them."""
    kept = frozenset((row.table, row.column) for row in rows(said) if row.act == "hide")
    return frozenset(
        pair for pair in kept if pair[0] in tables and (c := tables[pair[0]].column(pair[1])) and columns.may_hide(tables[pair[0]], c)
    )


def _ordered(made: Overlay, table: Table) -> Table:
    """Columns with a place go there, counted from 1; the others keep their order around them."""
    placed = sorted((place, key) for (name, key), place in made.positions.items() if name == table.key)
    columns = [c for c in table.columns if (table.key, c.key) not in made.positions]
    for place, key in placed:
        columns.insert(place - 1, table[key])
    return replace(table, columns=tuple(columns))
