"""When a tab looks as if something went wrong with it as a whole, nothing of it is taken and nothing written: somebody is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sheets.spreadsheet import Rows
from sheets.sync.placing import Placed, id_of
from sheets.sync.state import MARK, OWN, Base, Tab, cell

FEW, PART, APART = 3, 0.2, 0.3


def brake(tab: Tab, rows: Rows, placed: Placed, bases: Mapping[str, Base], allowed: int = 0) -> str:
    """The code of the reason, "" when all is well. `allowed`: so many missing rows somebody has said yes to."""
    if "id" not in tab.layout or MARK not in tab.layout:
        return "google.brake_id"
    gone = vanished(placed, bases)
    if gone > max(FEW, PART * len(bases), allowed):
        return "google.brake_empty" if not placed.rows else "google.brake_rows"
    return "google.brake_apart" if _apart(tab, rows, placed, bases) else ""


def vanished(placed: Placed, bases: Mapping[str, Base]) -> int:
    """How many rows are missing that were there at the last look; those that went before are known to be gone."""
    return sum(not bases[key].missing for key in placed.missing)


def _apart(tab: Tab, rows: Rows, placed: Placed, bases: Mapping[str, Base]) -> bool:
    """Whether a column was sorted without the others: many cells changed, and all of them are still there.

    By the number that stands beside each row, whatever its mark says: the numbers themselves may be what was sorted.
    """
    ids = {n: id_of(tab, row) for n, row in enumerate(rows) if n > tab.header}
    both = [(bases[key].cells, rows[n]) for n, key in ids.items() if key in bases and key not in placed.held]
    changed = [(was, now) for was, now in both if tuple(now) != was[: len(now)] or any(one is not None for one in was[len(now) :])]
    if len(changed) <= max(FEW, APART * len(both)):
        return False
    for place, key in enumerate(tab.layout):
        if key in ("id", MARK) or key.startswith(OWN):
            continue
        was, now = [cell(one, place) for one, _ in both], [cell(one, place) for _, one in both]
        different = sum(a != b for a, b in zip(was, now, strict=True))
        if different > max(FEW, APART * len(both)) and Counter(map(repr, was)) == Counter(map(repr, now)):
            return True
    return False
