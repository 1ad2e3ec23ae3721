"""Asks every check of the rows of a save as they would be, and of the act itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from branch.change import Change
from branch.checks import acts
from branch.checks import all as checks
from branch.checks.check import Check, Context, Frame, Mask, Refuses
from branch.checks.save import CellRefused, Place, Refused, Save
from sheets.among import among
from sheets.book import series
from sheets.merge import Cell
from sheets.schema import Column, Issue, Unread

PYTHON: Mapping[str, type | tuple[type, ...]] = {"date": date, "datetime": date, "yesno": bool}
NUMBERS = frozenset({"monthday", "integer", "money", "percent"})


def check(save: Save) -> None:
    """Raises Refused for the first change that cannot stand; it knows all the others that cannot either."""
    rows = [change for change in save.changes if change.edit.after is not None]
    found: dict[Place, Refused] = {}
    for place, refused in _all(save, rows):
        found.setdefault(place, refused)
    if found:
        places = ((change.table.key, change.edit.id) for change in save.changes)
        found = {place: found[place] for place in dict.fromkeys(places) if place in found}
        first = next(iter(found.values()))
        first.every = found
        raise first


def _all(save: Save, rows: Sequence[Change]) -> Iterator[tuple[Place, Refused]]:
    """What is refused, what weighs most first."""
    yield from _closed(save)
    by_table: dict[str, list[Change]] = {}
    for change in rows:
        by_table.setdefault(change.table.key, []).append(change)
    person = save.actor.role != "system"
    groups: dict[Refuses, bool] = {"everybody": True, "form": save.by_hand, "person": person}
    coming = {table: frozenset(change.edit.id for change in changes) for table, changes in by_table.items()}
    context = Context(save.book, save.policy, coming)
    asked = [(_Rows(save, changes, context), checks.of(table, save.book)) for table, changes in by_table.items()]
    for group in (group for group, holds in groups.items() if holds):
        if group == "form":
            yield from _acts(save, rows, by_hand=True)
        for table_rows, every in asked:
            yield from table_rows.refused([one for one in every if one.refuses == group])
    if person:
        yield from _acts(save, rows, by_hand=False)


def _closed(save: Save) -> Iterator[tuple[Place, Refused]]:
    """What no more may be touched at all, also by taking it out."""
    for change in save.changes:
        for act in acts.CLOSED.get(change.table.key, ()):
            try:
                act(save, change)
            except Refused as refused:
                yield (change.table.key, change.edit.id), refused


def _acts(save: Save, rows: Sequence[Change], *, by_hand: bool) -> Iterator[tuple[Place, Refused]]:
    for change in rows:
        for act in (acts.numbered, acts.typed_in) if by_hand else acts.BY_TABLE.get(change.table.key, ()):
            try:
                act(save, change)
            except Refused as refused:
                yield (change.table.key, change.edit.id), refused


class _Rows:
    """The changed rows of one ledger, as they would be."""

    def __init__(self, save: Save, changes: Sequence[Change], context: Context) -> None:
        self.save, self.changes, self.table, self.context = save, changes, changes[0].table, context
        self.whole = [change.whole for change in changes]
        self.moved = [_moved(change) for change in changes]

    def refused(self, asked: Sequence[Check]) -> Iterator[tuple[Place, Refused]]:
        """Each row is judged by the checks of which a column has moved: an old contradiction stands in nobody's way."""
        judged = [(one, np.array([moved is None or not moved.isdisjoint(one.reads) for moved in self.moved])) for one in asked]
        judged = [(one, where) for one, where in judged if where.any()]
        if not judged:
            return
        frame = self._frame(dict.fromkeys(key for one, _ in judged for key in one.reads))
        for one, where in judged:
            wrong = (self._compared(one, frame) if one.among else one.hits(frame, self.context)) & where
            if wrong.any():
                rows = np.flatnonzero(wrong).tolist()
                for n, more in zip(rows, one.values(frame.iloc[rows], self.context), strict=True):
                    unread = isinstance(self.whole[n].get(one.column), Unread)
                    if not (unread and one.refuses == "form"):  # a cell that cannot be read is told as just that
                        yield (self.table.key, self.changes[n].edit.id), self._refusal(one, n, more)

    def _frame(self, keys: Mapping[str, None]) -> Frame:
        data: dict[str, Any] = {"id": pd.Series([change.edit.id for change in self.changes], dtype="str")}
        for key in keys:
            column = self.table[key]
            data[key] = series(column, [_cell(column, row.get(key)) for row in self.whole])
        data["updated_at"] = pd.Series([self.save.now] * len(self.changes), dtype="datetime64[s]")
        return pd.DataFrame(data)

    def _compared(self, one: Check, frame: Frame) -> Mask:
        """Compared with the other rows that say the same, the changed ones laid over them."""
        book, named = self.save.book.frame(self.table.key), ["id", *one.reads]
        alike = book.loc[among(book[one.among], frame[one.among].dropna()), named]
        parts = frame.drop_duplicates("id", keep="last"), alike[~among(alike["id"], frame["id"])]
        laid = pd.concat([part[named].astype("str") for part in parts], ignore_index=True)
        wrong: Mask = among(frame["id"], laid.loc[one.hits(laid, self.context), "id"])
        return wrong

    def _refusal(self, one: Check, row: int, more: Mapping[str, str]) -> Refused:
        column, key, lang = self.table[one.column], self.changes[row].edit.id, self.save.lang
        value = self.whole[row].get(one.column)
        raw = "" if value is None or isinstance(value, Unread) else str(value)
        if not one.refusal and "." not in one.code:
            return CellRefused(self.save.book, Issue(self.table.key, key, one.column, f"{key}.{one.column}", one.code, raw))
        spoken = {name[:-3]: text for name, text in more.items() if name.endswith("_zh" if lang == "zh" else "_en")}
        told = {"column": column.label(lang), "day": value, "raw": raw, **more, "other": "", **spoken}
        return Refused(one.refusal or one.code, **told)


def _moved(change: Change) -> frozenset[str] | None:
    """The columns that would hold something else than now; None, all of them, for a new row."""
    return None if change.there is None else frozenset(key for key in change.after if change.moved(key))


def _cell(column: Column, value: Cell) -> Cell:
    """A value that its column can hold, None for any other: that is refused, or listed, for itself."""
    if column.kind in NUMBERS:
        return value if isinstance(value, int) and not isinstance(value, bool) else None
    if column.kind in PYTHON:
        return value if isinstance(value, PYTHON[column.kind]) else None
    return None if value is None or isinstance(value, Unread) else str(value)
