"""Rows and columns inserted, deleted, moved and sorted, with all that hangs on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.sheets_api.errors import PROTECTED, bad
from tests.sheets_api.grid import EMPTY, ROWS, Area, Look, Row, Spreadsheet, Tab
from tests.sheets_api.protection import check_area, stopping

Span = tuple[int, int | None]


def length(tab: Tab, dimension: str) -> int:
    return len(tab.rows) if dimension == ROWS else tab.columns


def band(tab: Tab, dimension: str, start: int, end: int) -> Area:
    """These rows, or columns, over the whole tab."""
    return Area(tab.id, start, end, 0, None) if dimension == ROWS else Area(tab.id, 0, None, start, end)


def check_insert(tab: Tab, dimension: str, at: int, who: str) -> None:
    """Raises Refused when the new rows or columns would lie inside a protected range."""
    for one in stopping(tab, who):
        start, end = _span(one.area, dimension)
        if start < at < (length(tab, dimension) if end is None else end):
            raise bad(PROTECTED)


def insert(book: Spreadsheet, tab: Tab, dimension: str, at: int, count: int, *, before: bool = True) -> None:
    """New empty rows or columns at an index; they look like the ones before them, or after them."""
    source = at - 1 if before and at > 0 else at
    if dimension == ROWS:
        looks = tab.rows[source].looks if source < len(tab.rows) else {}
        bare = _without_notes(looks)
        tab.rows[at:at] = [Row((), bare) if bare else EMPTY] * count
        tab.frozen_rows += count if at < tab.frozen_rows else 0
    else:
        order: list[int | None] = [*range(at), *[None] * count, *range(at, tab.columns)]
        tab.columns += count
        tab.frozen_columns += count if at < tab.frozen_columns else 0
        for index, row in enumerate(tab.rows):
            if row is not EMPTY:
                moved = row.moved(order)
                if source in row.looks:
                    moved = moved.put({}, _without_notes(dict.fromkeys(range(at, at + count), row.looks[source])))
                tab.rows[index] = moved

    def span(one: Span) -> Span:
        start, end = one
        return (start + count if start >= at else start), (end + count if end is not None and end > at else end)

    _follow(book, tab, dimension, lambda index: index + count if index >= at else index, span)


def _without_notes(looks: Any) -> dict[int, Look]:
    return {column: replace(look, note="") for column, look in looks.items()}


def delete(book: Spreadsheet, tab: Tab, dimension: str, start: int, end: int) -> None:
    """Raises Refused when none would be left."""
    word = "rows" if dimension == ROWS else "columns"
    if start <= 0 and end >= length(tab, dimension):
        raise bad(f"You can't delete all the {word} on the sheet.")
    frozen = tab.frozen_rows if dimension == ROWS else tab.frozen_columns
    if start <= frozen and end >= length(tab, dimension) and frozen:
        raise bad(f"Sorry, it is not possible to delete all non-frozen {word}.")
    count = end - start
    if dimension == ROWS:
        del tab.rows[start:end]
        tab.frozen_rows -= max(0, min(end, tab.frozen_rows) - start)
    else:
        order: list[int | None] = [*range(start), *range(end, tab.columns)]
        tab.columns -= count
        tab.rows = [row if row is EMPTY else row.moved(order) for row in tab.rows]
        tab.frozen_columns -= max(0, min(end, tab.frozen_columns) - start)

    def place(index: int) -> int | None:
        return None if start <= index < end else index - count if index >= end else index

    def span(one: Span) -> Span:
        first, last = one
        return _lower(first, start, end), (None if last is None else _lower(last, start, end))

    _follow(book, tab, dimension, place, span)


def _lower(edge: int, start: int, end: int) -> int:
    return edge - max(0, min(end, edge) - start)


def move(book: Spreadsheet, tab: Tab, dimension: str, start: int, end: int, to: int) -> None:
    """`to` counts as before the move; inside the moved ones nothing happens."""
    if start <= to <= end:
        return
    order = [index for index in range(length(tab, dimension)) if not start <= index < end]
    at = to if to < start else to - (end - start)
    order[at:at] = range(start, end)
    if dimension == ROWS:
        tab.rows = [tab.rows[index] for index in order]
    else:
        tab.rows = [row if row is EMPTY else row.moved(list(order)) for row in tab.rows]
    new = {old: index for index, old in enumerate(order)}

    def span(one: Span) -> Span:
        first, last = one
        if last is None:
            return one
        places = sorted(new[index] for index in range(first, last) if index in new)
        if places and places[-1] - places[0] == len(places) - 1:
            return places[0], places[-1] + 1  # it stays in one piece
        stay = sorted(new[index] for index in range(first, last) if index in new and not start <= index < end)
        return (stay[0], stay[-1] + 1) if stay else one

    _follow(book, tab, dimension, new.get, span)


def _span(area: Area, dimension: str) -> Span:
    return (area.top, area.bottom) if dimension == ROWS else (area.left, area.right)


def _with_span(area: Area, dimension: str, span: Span) -> Area | None:
    start, end = span
    if end is not None and end <= start:
        return None
    if dimension == ROWS:
        return replace(area, top=start, bottom=end)
    return replace(area, left=start, right=end)


def _follow(
    book: Spreadsheet, tab: Tab, dimension: str, place: Callable[[int], int | None], span: Callable[[Span], Span]
) -> None:  # fmt: skip
    """Metadata, sizes, protections and conditional formats go where their rows or columns went."""
    word = "ROW" if dimension == ROWS else "COLUMN"
    kept = []
    for one in book.metadata:
        if one.sheet != tab.id or one.place != word:
            kept.append(one)
        elif (index := place(one.index)) is not None:
            kept.append(replace(one, index=index))
    book.metadata[:] = kept
    moved = {place(index): size for index, size in tab.sizes[dimension].items()}
    tab.sizes[dimension] = {index: size for index, size in moved.items() if index is not None}
    protections = []
    for one_range in tab.protections:
        area = _with_span(one_range.area, dimension, span(_span(one_range.area, dimension)))
        free = [_with_span(part, dimension, span(_span(part, dimension))) for part in one_range.unprotected]
        if area is not None:
            protections.append(replace(one_range, area=area, unprotected=tuple(part for part in free if part)))
    tab.protections = protections
    conditions = []
    for rule in tab.conditions:
        areas = [_from_range(tab, given) for given in rule.get("ranges", [])]
        shifted = [_with_span(area, dimension, span(_span(area, dimension))) for area in areas]
        conditions.append({**rule, "ranges": [area.grid_range() for area in shifted if area]})
    tab.conditions = [rule for rule in conditions if rule["ranges"]]


def _from_range(tab: Tab, given: dict[str, int]) -> Area:
    return Area(
        tab.id, given.get("startRowIndex", 0), given.get("endRowIndex"), given.get("startColumnIndex", 0), given.get("endColumnIndex")
    )  # fmt: skip


def sort(book: Spreadsheet, tab: Tab, area: Area, by: list[tuple[int, bool]], who: str, *, metadata_follows: bool = False) -> None:
    """Sorts the rows of an area by columns (index, descending): numbers, texts, yes and no; empty cells always last.

    Values move with their looks; metadata of rows stays where it is, unless told. Raises Refused at a protected cell.
    """
    check_area(tab, area, who)
    top, bottom, left, right = area.within(tab)
    order = list(range(top, bottom))
    for column, descending in reversed(by):
        values = {row: tab.value(row, column) for row in order}
        empty = [row for row in order if values[row] is None]
        ranks = {row: rank(value) for row, value in values.items() if value is not None}
        order = [*sorted((row for row in order if row in ranks), key=ranks.__getitem__, reverse=descending), *empty]
    whole = left == 0 and right >= tab.columns
    old = [tab.rows[row] for row in order]
    if whole:
        tab.rows[top:bottom] = old
    else:
        for row, source in zip(range(top, bottom), old, strict=True):
            columns = range(left, right)
            changed = tab.rows[row].put({one: source.value(one) for one in columns}, {one: source.look(one) for one in columns})
            tab.rows[row] = changed
    if metadata_follows:
        new = {source: row for row, source in zip(range(top, bottom), order, strict=True)}
        book.metadata[:] = [
            replace(one, index=new[one.index]) if one.sheet == tab.id and one.place == "ROW" and one.index in new else one
            for one in book.metadata
        ]  # fmt: skip


def rank(value: Any) -> tuple[int, Any]:
    if isinstance(value, bool):
        return 2, value
    if isinstance(value, (int, float)):
        return 0, value
    return 1, (str(value).casefold(), str(value))


def copy_tab(book: Spreadsheet, tab: Tab, title: str, *, with_metadata: bool, sheet_id: int | None = None, index: int | None = None) -> Tab:
    """A tab with the same cells; its protections and rules come along, its metadata only when told."""
    twin = tab.copy()
    twin.id, twin.title = sheet_id if sheet_id is not None else book.new_id(), title
    twin.protections = [
        replace(one, id=book.new_id(), area=replace(one.area, sheet=twin.id), unprotected=tuple(replace(part, sheet=twin.id) for part in one.unprotected))
        for one in tab.protections
    ]  # fmt: skip
    twin.conditions = [{**rule, "ranges": [{**one, "sheetId": twin.id} for one in rule.get("ranges", [])]} for rule in tab.conditions]
    book.tabs.insert(len(book.tabs) if index is None else index, twin)
    if with_metadata:
        book.metadata += [replace(one, id=book.new_id(), sheet=twin.id) for one in book.metadata if one.sheet == tab.id]
    return twin
