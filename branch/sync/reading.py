"""Reading the spreadsheet: as few requests as Google advises, and nothing concluded from rows that moved meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import orjson

from sheets.spreadsheet import Raw, Rows, Spreadsheet, Window
from sheets.sync import headings
from sheets.sync.placing import id_of
from sheets.sync.state import Base, Tab, cell

BYTES = 2_000_000  # of one answer, as Google advises
USUAL = 400  # bytes of a row of which nothing is known yet
SAMPLE = 50
HEAD = headings.LOOKED_AT
WHOLE = 2  # requests in which everything is looked at every time; a larger workbook is looked at in part


def weight(rows: Rows) -> int:
    """Bytes of a row, on average."""
    step = max(len(rows) // SAMPLE, 1)
    some = rows[1::step] or rows
    return len(orjson.dumps(some)) // len(some) + 1 if some else 0


def about(known: int, rows: Rows) -> int:
    """The same; what was known before where it is still nearly so."""
    found = weight(rows)
    return known if known and 3 * known <= 4 * found <= 5 * known else found


def windows(tab: Tab) -> list[Window]:
    """The tab in pieces of which each fits into an answer."""
    step = max(BYTES // (tab.weight or USUAL), 1)
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
            size = ((window.end or max(tab.rows, window.start + 1)) - window.start) * (tab.weight or USUAL)
            if found[-1] and full + size > BYTES:
                found.append([])
                full = 0
            found[-1].append((tab, window))
            full += size
    return found if found[0] else []


def is_small(tabs: Iterable[Tab]) -> bool:
    """Whether the whole workbook is looked at every time."""
    return len(batches(tabs)) <= WHOLE


def read(sheet: Spreadsheet, tabs: Sequence[Tab], *, formulas: bool = False) -> dict[str, Rows]:
    """The rows of each tab. A tab of several pieces whose ids were not the same at both ends of the reading is left out."""
    asked = batches(tabs)
    split = {tab.table: tab for some in asked for tab, window in some if window.start}
    found: dict[str, Rows] = {}
    first: dict[str, Rows] = {}
    for number, some in enumerate(asked):
        ends = list(split.values()) if number in (0, len(asked) - 1) else []
        wanted = [*(window for _, window in some), *(Window(tab.sheet, column=tab.place("id")) for tab in ends)]
        answer = sheet.read(wanted, formulas=formulas)
        for (tab, window), rows in zip(some, answer, strict=False):
            there = found.setdefault(tab.table, [])
            there += [[] for _ in range(window.start - len(there))] + rows
        for tab, ids in zip(ends, answer[len(some) :], strict=True):
            if number == 0:
                first[tab.table] = ids
            elif first[tab.table] != ids:
                found.pop(tab.table, None)
    return found


def read_columns(
    sheet: Spreadsheet, tabs: Sequence[Tab], columns: Mapping[str, Collection[str]], bases: Mapping[str, Mapping[str, Base]]
) -> dict[str, Rows]:
    """What a write must know, in one request: small tabs whole; of a large one the headings, and below them the columns named.
    The other cells of its rows are as they were agreed. A large tab whose headings have moved is read whole after all."""
    large = {tab.table: tab for tab in tabs if len(windows(tab)) > 1}
    small = [tab for tab in tabs if tab.table not in large]
    places = {
        table: sorted({at for key in ("id", "_mark", *columns[table]) if (at := tab.place(key)) is not None})
        for table, tab in large.items()
    }
    wanted = [Window(tab.sheet) for tab in small]
    for table, tab in large.items():
        wanted += [Window(tab.sheet, 0, HEAD), *(Window(tab.sheet, 0, None, at) for at in places[table])]
    answer = iter(sheet.read(wanted, formulas=True))
    found = {tab.table: next(answer) for tab in small}
    again: list[Tab] = []
    for table, tab in large.items():
        head, cells = next(answer), {at: next(answer) for at in places[table]}
        at = headings.header_row(tab, head)
        if at is None or not headings.unmoved(tab, head[at]):
            again.append(tab)
        else:
            found[table] = _composed(tab, head, cells, bases[table])
    return found | (read(sheet, again, formulas=True) if again else {})


def _composed(tab: Tab, head: Rows, columns: Mapping[int, Rows], bases: Mapping[str, Base]) -> Rows:
    """Rows out of some of their columns."""
    found: Rows = list(head)
    ids = columns[tab.place("id") or 0]
    for number in range(len(head), max((len(one) for one in columns.values()), default=0)):
        base = bases.get(id_of(tab, _at(tab, ids, number)))
        row: list[Raw] = list(base.cells) if base is not None else [None] * len(tab.layout)
        for key, typed in base.typed.items() if base is not None else ():
            if (place := tab.place(key)) is not None:
                row[place] = typed
        for place, cells in columns.items():
            row[place] = cell(cells[number], 0) if number < len(cells) else None
        found.append(row if any(one is not None for one in row) else [])
    return found


def _at(tab: Tab, ids: Rows, number: int) -> list[Raw]:
    place = tab.place("id") or 0
    return [None] * place + [cell(ids[number], 0) if number < len(ids) else None]
