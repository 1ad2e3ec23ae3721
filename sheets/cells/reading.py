"""What came of a cell: its value, or the reason why there is none."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sheets.schema import Value

# table → {folded name or id → id, or None where several rows carry that name}
Lookup = Mapping[str, Mapping[str, str | None]]


@dataclass(frozen=True, slots=True)
class Reading:
    """No code: clean. A code with `warning`: taken, and told. A code without: not taken, `raw` kept as typed."""

    value: Value
    code: str = ""
    raw: str = ""
    warning: bool = False

    def __str__(self) -> str:
        return self.raw


EMPTY = Reading(None)


def typed(cell: object) -> str:
    """The cell as a person would see it typed."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return str(cell)


def native(cell: object) -> object:
    """The plain Python value of a cell out of a frame: NaN, NaT and NA are empty, numpy scalars are unwrapped."""
    if isinstance(cell, float) and math.isnan(cell):
        return None
    kind = type(cell)
    if kind.__module__.partition(".")[0] in ("numpy", "pandas"):
        if kind.__name__ in ("NAType", "NaTType"):
            return None
        return cell.item() if hasattr(cell, "item") else cell
    return cell


def bad(code: str, cell: Any) -> Reading:
    """A cell that is not taken."""
    return Reading(None, code, typed(cell))


def warned(value: Value, code: str, cell: Any) -> Reading:
    """A cell that is taken with a word to its owner."""
    return Reading(value, code, typed(cell), warning=True)
