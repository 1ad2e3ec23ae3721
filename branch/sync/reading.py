"""Reading the spreadsheet: as few requests as Google advises, and nothing concluded from rows that moved meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sheets.spreadsheet import Rows, Spreadsheet, Window
from sheets.sync.state import Tab

CELLS = 125_000  # of one request: about the 2 MB that Google advises


def windows(tab: Tab) -> list[Window]:
    """The tab in pieces of which each fits into a request."""
    step = max(CELLS // max(len(tab.layout), 1), 1)
    if tab.rows <= step:
        return [Window(tab.sheet)]
    starts = range(0, tab.rows, step)
    return [Window(tab.sheet, start, start + step if start + step < tab.rows else None) for start in starts]


def batches(tabs: Iterable[Tab]) -> list[list[tuple[Tab, Window]]]:
    """The requests of a look at these tabs."""
    found: list[list[tuple[Tab, Window]]] = [[]]
    full = 0
    for tab in tabs:
        for window in windows(tab):
            size = ((window.end or max(tab.rows, window.start + 1)) - window.start) * max(len(tab.layout), 1)
            if found[-1] and full + size > CELLS:
                found.append([])
                full = 0
            found[-1].append((tab, window))
            full += size
    return found if found[0] else []


def read(sheet: Spreadsheet, tabs: Sequence[Tab], *, formulas: bool = False) -> dict[str, Rows]:
    """The rows of each tab. A tab of several pieces whose ids were not the same at both ends of the reading is left out."""
    asked = batches(tabs)
    split = {tab.table: tab for some in asked for tab, window in some if window.start}
    found: dict[str, Rows] = {}
    first: dict[str, Rows] = {}
    for number, some in enumerate(asked):
        wanted = [window for _, window in some]
        ends = [Window(tab.sheet, column=tab.place("id")) for tab in split.values()] if number in (0, len(asked) - 1) else []
        answer = sheet.read([*wanted, *ends], formulas=formulas)
        for (tab, window), rows in zip(some, answer, strict=False):
            there = found.setdefault(tab.table, [])
            there += [[] for _ in range(window.start - len(there))] + rows
        for tab, ids in zip(split.values() if ends else (), answer[len(wanted) :], strict=True):
            if number == 0:
                first[tab.table] = ids
            if number == len(asked) - 1 and first[tab.table] != ids:
                found.pop(tab.table, None)
    return found
