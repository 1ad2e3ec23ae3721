"""Who owes it, by how much it is: "amount: <500 customer_manager; <=1000 team_leader; leader"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rules import figure
from rules.ledgers import Ledgers
from sheets import cells
from sheets.schema import Table

_BAND = re.compile(r"(?:(<=|<)\s*(\S+)\s+)?([a-z_]+)")


class BadBands(ValueError):
    """The text does not say who owes what amount."""


@dataclass(frozen=True, slots=True)
class Bands:
    """`steps`: (limit, inclusive, role) from the lowest up; `above`: the role for everything over the last limit."""

    column: str = ""
    steps: tuple[tuple[int, bool, str], ...] = ()
    above: str = ""

    def roles(self) -> tuple[str, ...]:
        return (*(role for _, _, role in self.steps), self.above)

    def places(self, ledgers: Ledgers, table: str) -> np.ndarray[tuple[int], np.dtype[np.int8]]:
        """For each row of a ledger, which of `roles` owes it; an amount that is not known is taken for a large one."""
        amount = ledgers.numbers(table, self.column)
        amount = np.where(np.isnan(amount), np.inf, amount)
        found = np.full(len(amount), len(self.steps), np.int8)
        for number, (limit, inclusive, _) in reversed(list(enumerate(self.steps))):
            found[(amount <= limit) if inclusive else (amount < limit)] = number
        return found


NO_BANDS = Bands()


def read(text: str, table: Table, roles: Sequence[str]) -> Bands:
    """Raises BadBands."""
    if not text.strip():
        return NO_BANDS
    name, colon, rest = text.partition(":")
    column = figure.column(table, name.strip())
    if not colon or column is None or column.kind not in {"money", "integer", "percent"}:
        raise BadBands(text)
    steps: list[tuple[int, bool, str]] = []
    parts = [part.strip() for part in rest.split(";") if part.strip()]
    for number, part in enumerate(parts):
        found = _BAND.fullmatch(part)
        last = number == len(parts) - 1
        if found is None or found[3] not in roles or last != (found[1] is None):
            raise BadBands(part)
        if last:
            return Bands(column.key, tuple(steps), found[3])
        value = cells.read(column, found[2]).value
        if not isinstance(value, int) or (steps and value <= steps[-1][0]):
            raise BadBands(part)
        steps.append((value, found[1] == "<=", found[3]))
    raise BadBands(text)
