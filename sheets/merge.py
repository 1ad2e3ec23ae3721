"""Two hands on one row: what is still to be written, and where they touched the same field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sheets.schema import Unread, Value

Cell = Value | Unread


@dataclass(frozen=True, slots=True)
class Clash:
    """One field changed twice: as both once saw it, as it stands now, and as it is wanted."""

    column: str
    base: Cell
    theirs: Cell
    mine: Cell


@dataclass(frozen=True, slots=True)
class Merged:
    """`values` are the fields still to be written over theirs; empty when there is nothing to do."""

    values: dict[str, Cell]
    clashes: tuple[Clash, ...] = ()


def same(left: Cell, right: Cell) -> bool:
    """Whether two cells say the same. A blank text is no value; an unreadable cell is known by what was typed."""
    if isinstance(left, Unread) and isinstance(right, Unread):
        return left.raw == right.raw
    return _blank(left) == _blank(right)


def _blank(cell: Cell) -> Cell:
    return None if cell == "" else cell


def merge(base: Mapping[str, Cell] | None, theirs: Mapping[str, Cell] | None, mine: Mapping[str, Cell]) -> Merged:
    """Field by field over `mine`, which holds only what somebody wants; a field missing in base or theirs is blank.

    Untouched fields keep their change, a field changed by one hand takes that change, the same change made
    by both is no change; the same field changed to two different values is a clash and is not in `values`.
    """
    base, theirs = base or {}, theirs or {}
    values: dict[str, Cell] = {}
    clashes: list[Clash] = []
    for column, wanted in mine.items():
        seen, now = base.get(column), theirs.get(column)
        if same(wanted, now) or same(wanted, seen):
            continue
        if same(now, seen):
            values[column] = wanted
        else:
            clashes.append(Clash(column, seen, now, wanted))
    return Merged(values, tuple(clashes))
