"""Which row a name means: ids and unique names of the tables that other tables refer to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import pandas as pd

from sheets.cells import fold
from sheets.cells.reading import native
from sheets.schema import Table


def called(table: Table) -> tuple[str, ...]:
    """The columns that name a row of the table, its title among them when that is words."""
    title = table.column(table.title)
    own = (table.title,) if title and title.kind in ("text", "account") and title.key != "id" else ()
    return tuple(dict.fromkeys((*table.called, *own)))


def by_name(rows: Iterable[tuple[str, Iterable[str]]]) -> dict[str, str | None]:
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
    return by_name(zip(ids, words, strict=True) if columns else ((i, ()) for i in ids))


class Names(Mapping[str, Mapping[str, str | None]]):
    """The lookup for the cells of a sheet; each table's names are gathered when the first cell asks for them."""

    def __init__(self, tables: Mapping[str, Table], frame: Callable[[str], pd.DataFrame]) -> None:
        self._tables, self._frame = tables, frame
        self._known: dict[str, dict[str, str | None]] = {}

    def __getitem__(self, key: str) -> Mapping[str, str | None]:
        if key not in self._known:
            self._known[key] = of_frame(self._tables[key], self._frame(key))
        return self._known[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)


def of_people(staff: pd.DataFrame) -> dict[str, str]:
    """Staff number → name as people read it; where several bear one name, with the number that tells them apart."""
    ids, names = staff["id"].astype(str), staff["name"].fillna("").astype(str)
    shared = names.str.strip().duplicated(keep=False) & (names != "")
    return dict(zip(ids, names.where(~shared, names + " " + ids), strict=True))
