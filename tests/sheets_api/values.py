"""The requests that write values as lists of lists: update, append, clear."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from tests.sheets_api import entering, structure
from tests.sheets_api.calls import Call
from tests.sheets_api.errors import Refused, bad, unknown_name
from tests.sheets_api.grid import EMPTY, MOST_CHARACTERS, ROWS, Area, Look, Tab
from tests.sheets_api.protection import check_cells
from tests.sheets_api.ranges import a1_of, area_of, beyond
from tests.sheets_api.reading import Reading, filtered, reading, value_range

JSON_VALUES = (str, int, float, bool)
Targets = Callable[[dict[str, Any]], list[tuple[Tab, Area]]]


def update(call: Call, a1: str) -> dict[str, Any]:
    call.known("range", "majorDimension", "values")
    tab, area = _target(call, a1)
    done, written = put(call, tab, area, call.body, call.param("valueInputOption"))
    if call.param("includeValuesInResponse") == "true":
        done["updatedData"] = value_range(tab, written, _response(call.flat(), call.body))
    return {"spreadsheetId": call.book.id, **done}


def batch_update(call: Call) -> dict[str, Any]:
    call.known(*_BATCH)
    return _batch(call, lambda item: [_target(call, item.get("range", ""))])


def batch_update_by_filter(call: Call) -> dict[str, Any]:
    """Every range an item's filter finds is written; a filter that finds nothing writes nothing and has no answer."""
    call.known(*_BATCH)

    def targets(item: dict[str, Any]) -> list[tuple[Tab, Area]]:
        found = filtered(call.book, item.get("dataFilter", {}), "dataFilter")
        return [(call.tab(area), area) for area in found]

    return _batch(call, targets)


_BATCH = ("valueInputOption", "data", "includeValuesInResponse", "responseValueRenderOption", "responseDateTimeRenderOption")


def _batch(call: Call, targets: Targets) -> dict[str, Any]:
    responses: list[dict[str, Any]] = []
    written: list[tuple[dict[str, Any], Tab, Area, dict[str, Any]]] = []
    for index, item in enumerate(call.body.get("data", [])):
        place = f"data[{index}]"
        try:
            for tab, area in targets(item):
                done, cells = put(call, tab, area, item, call.body.get("valueInputOption", ""))
                written.append((done, tab, cells if "range" in item else area, item))
        except Refused as refused:
            raise refused.at(place) from refused
    for done, tab, area, item in written:  # values are given as they stand after all of them
        answer = {"spreadsheetId": call.book.id, **done} if "range" in item else {**done, "dataFilter": item["dataFilter"]}
        if call.body.get("includeValuesInResponse"):
            answer["updatedData"] = value_range(tab, area, _response(call.body, item))
        responses.append(answer)
    totals = {
        f"totalUpdated{name}": sum(done.get(f"updated{name}", 0) for done, *_ in written) for name in ("Rows", "Columns", "Cells")
    }  # fmt: skip
    totals["totalUpdatedSheets"] = len({tab.id for _, tab, *_ in written})
    return {"spreadsheetId": call.book.id} | _without_zeros(totals) | ({"responses": responses} if responses else {})


def _response(given: dict[str, Any], item: dict[str, Any]) -> Reading:
    found = reading({name: value for name, value in given.items() if name.startswith("response")}, "response")
    return Reading(found.render, found.dates, item.get("majorDimension") or ROWS)


def _target(call: Call, a1: str) -> tuple[Tab, Area]:
    """Where a write goes; an address of one cell, or none, is only its upper left corner."""
    tab, area = area_of(call.book, a1)
    if area.bottom == area.top + 1 and area.right == area.left + 1:
        return tab, Area(tab.id, area.top, None, area.left, None)
    return tab, area


def _without_zeros(counts: dict[str, int]) -> dict[str, int]:
    """The API leaves numbers out that are 0."""
    return {name: count for name, count in counts.items() if count}


def put(call: Call, tab: Tab, area: Area, given: dict[str, Any], option: str) -> tuple[dict[str, Any], Area]:
    """Writes a list of lists into an area: null leaves a cell, "" empties it. Gives updatedRange with the counts, and that range."""
    if option not in ("RAW", "USER_ENTERED"):
        raise bad("'valueInputOption' is required but not specified")
    for name in given:
        if name not in ("range", "majorDimension", "values", "dataFilter"):
            raise unknown_name(name, "data")
    lines = given.get("values", [])
    cells = _cells(lines, given.get("majorDimension") or ROWS)
    height = 1 + max((row for row, _, _ in cells), default=0)
    width = 1 + max((column for _, column, _ in cells), default=0)
    _check_room(tab, area, height, width)
    placed = [(area.top + row, area.left + column, value) for row, column, value in cells if value is not None]
    check_cells(tab, ((row, column) for row, column, _ in placed), call.who)
    write(tab, placed, call.year, typed=option == "USER_ENTERED")
    counts = {"updatedRows": len({row for row, _, _ in placed}), "updatedColumns": len({column for _, column, _ in placed})}
    where = a1_of(tab, area.top, area.top + height, area.left, area.left + width)
    written = Area(tab.id, area.top, area.top + height, area.left, area.left + width)
    return {"updatedRange": where} | _without_zeros({**counts, "updatedCells": len(placed)}), written


def _cells(lines: list[list[Any]], major: str) -> list[tuple[int, int, Any]]:
    cells = []
    for first, line in enumerate(lines):
        for second, value in enumerate(line):
            if value is not None and not isinstance(value, JSON_VALUES):
                kind = "list_value" if isinstance(value, list) else "struct_value"
                raise bad(f"Invalid values[{first}][{second}]: {kind} {json.dumps(value, ensure_ascii=False)}")
            cells.append((first, second, value) if major == ROWS else (second, first, value))
    return cells


def _check_room(tab: Tab, area: Area, height: int, width: int) -> None:
    if area.bottom is not None and height > area.bottom - area.top:
        where = a1_of(tab, *area.within(tab))
        raise bad(f"Requested writing within range [{where}], but tried writing to row [{area.bottom + 1}]")
    if area.right is not None and width > area.right - area.left:
        where = a1_of(tab, *area.within(tab))
        column = a1_of(tab, 0, 1, area.right, area.right + 1).rpartition("!")[2].rstrip("1")
        raise bad(f"Requested writing within range [{where}], but tried writing to column [{column}]")
    if area.top + height > len(tab.rows) or area.left + width > tab.columns:
        raise beyond(tab, a1_of(tab, area.top, area.top + height, area.left, area.left + width))


def write(tab: Tab, cells: Iterable[tuple[int, int, Any]], year: int, *, typed: bool) -> None:
    """Puts values into cells that are there. `typed`: texts are read as if a person typed them."""
    rows: dict[int, dict[int, Any]] = {}
    looks: dict[int, dict[int, Look]] = {}
    for row, column, value in cells:
        check_length(value)
        kept = value
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            kept = entering.whole(value)
        elif typed and isinstance(value, str):
            look = tab.rows[row].look(column)
            kept, number_format = entering.enter(value, look, year)
            if number_format and "numberFormat" not in look.format:
                format_ = {**look.format, "numberFormat": number_format}
                looks.setdefault(row, {})[column] = Look(format_, look.note, look.validation)
        rows.setdefault(row, {})[column] = kept
    for row, values in rows.items():
        tab.rows[row] = tab.rows[row].put(values, looks.get(row))


def check_length(value: Any) -> None:
    if isinstance(value, str) and len(value) > MOST_CHARACTERS:
        raise bad(f"Your input contains more than the maximum of {MOST_CHARACTERS} characters in a single cell.")


def append(call: Call, a1: str) -> dict[str, Any]:
    """Below the table that is found at the range; OVERWRITE (the default) writes over what stands there."""
    call.known("range", "majorDimension", "values")
    tab, area = area_of(call.book, a1)
    table = _table(tab, area)
    cells = _cells(call.body.get("values", []), call.body.get("majorDimension") or ROWS)
    height = 1 + max((row for row, _, _ in cells), default=0)
    at, left = (table[1], table[2]) if table else (area.top, area.left)
    if call.param("insertDataOption") == "INSERT_ROWS":
        structure.insert(call.book, tab, ROWS, at, height, before=at > 0)
    tab.rows += [EMPTY] * (at + height - len(tab.rows))
    start = Area(tab.id, at, None, left, None)
    given: dict[str, Any] = {name: call.body[name] for name in ("values", "majorDimension") if name in call.body}
    done, written = put(call, tab, start, given, call.param("valueInputOption"))
    answer: dict[str, Any] = {"spreadsheetId": call.book.id}
    if table:
        answer["tableRange"] = a1_of(tab, *table)
    updates = {"spreadsheetId": call.book.id, **done}
    if call.param("includeValuesInResponse") == "true":
        updates["updatedData"] = value_range(tab, written, _response(call.flat(), call.body))
    return answer | {"updates": updates}


def _table(tab: Tab, area: Area) -> tuple[int, int, int, int] | None:
    """The lowest block of neighbouring cells with values that touches the area: top, bottom, left, right."""
    top, bottom, left, right = area.within(tab)
    for row in range(min(bottom, tab.last_row()) - 1, top - 1, -1):
        filled = [column for column in range(left, right) if tab.rows[row].value(column) is not None]
        if filled:
            return _grown(tab, row, row + 1, filled[0], filled[0] + 1)
    return None


def _grown(tab: Tab, top: int, bottom: int, left: int, right: int) -> tuple[int, int, int, int]:
    def filled(row: int, start: int, end: int) -> bool:
        return 0 <= row < len(tab.rows) and any(value is not None for value in tab.rows[row].values[max(start, 0) : end])

    while True:
        before = (top, bottom, left, right)
        while filled(top - 1, left - 1, right + 1):
            top -= 1
        while filled(bottom, left - 1, right + 1):
            bottom += 1
        left -= left > 0 and any(filled(row, left - 1, left) for row in range(top, bottom))
        right += any(filled(row, right, right + 1) for row in range(top, bottom))
        if before == (top, bottom, left, right):
            return before


def clear(call: Call, a1: str) -> dict[str, Any]:
    tab, area = area_of(call.book, a1)
    where = empty(tab, area, call.who)
    return {"spreadsheetId": call.book.id, "clearedRange": where}


def batch_clear(call: Call) -> dict[str, Any]:
    call.known("ranges")
    cleared = [empty(*area_of(call.book, a1), call.who) for a1 in call.body.get("ranges", [])]
    return {"spreadsheetId": call.book.id, "clearedRanges": cleared}


def empty(tab: Tab, area: Area, who: str) -> str:
    """Empties values, not formats; gives the address."""
    top, bottom, left, right = area.within(tab)
    filled = [(row, column) for row in range(top, bottom) for column in range(left, min(right, len(tab.rows[row].values)))]
    check_cells(tab, filled, who)
    for row in {row for row, _ in filled}:
        tab.rows[row] = tab.rows[row].put(dict.fromkeys(range(left, min(right, len(tab.rows[row].values)))))
    return a1_of(tab, top, bottom, left, right)
