"""Rows are taken whole and together; what stands in the way is set aside, row by row, and told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar

from sheets.schema import Edit
from texts import Fault

Place = tuple[str, str]  # ledger and row


class Asks(Protocol):
    """Something that asks for edits, all or none: a line of a file."""

    @property
    def edits(self) -> Sequence[Edit]: ...


class Objection(Exception):
    """Some of the edits cannot be: `every` says which and why, as far as that is known."""

    def __init__(self, fault: Fault, every: Mapping[Place, Fault]) -> None:
        super().__init__(fault)
        self.fault, self.every = fault, every

    def against(self, row: Asks) -> Fault | None:
        return next((self.every[edit.table, edit.id] for edit in row.edits if (edit.table, edit.id) in self.every), None)


Row = TypeVar("Row", bound=Asks)


def take(rows: Sequence[Row], judge: Callable[[Sequence[Row]], None], last: Callable[[Sequence[Row]], None],
         aside: Callable[[Row, Fault], None]) -> list[Row]:  # fmt: skip
    """All rows at once, less those that stand in the way; answers what was taken.

    `judge` raises an Objection when the rows cannot all stand beside each other. `last` does the same and then does
    what is to be done with all of them together: an import saves, a preview does not. Rows are always judged beside
    those found good so far, so the outcome does not depend on what `last` does. Where an objection names no row,
    halves are tried until one row is alone.
    """
    taken: list[Row] = []
    waiting: list[Sequence[Row]] = [rows] if rows else []
    while waiting or taken:
        some = waiting.pop() if waiting else []
        tried = [*taken, *some]
        try:
            (judge if waiting else last)(tried)
        except Objection as objection:
            against = {n: fault for n, row in enumerate(tried) if (fault := objection.against(row))}
            for n, fault in against.items():
                aside(tried[n], fault)
            if against:
                rest = [row for n, row in enumerate(some, len(taken)) if n not in against]
                taken = [row for n, row in enumerate(taken) if n not in against]
                waiting += [rest] if rest else []
            elif len(some) > 1:
                waiting += [some[len(some) // 2 :], some[: len(some) // 2]]
            elif some:
                aside(some[0], objection.fault)
            else:
                raise objection.fault from objection
        else:
            taken = tried
            if not waiting:
                break
    return taken
