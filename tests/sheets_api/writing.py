"""The requests of batchUpdate that write cells: by rows of CellData, or one cell over a range."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.sheets_api import entering, masks
from tests.sheets_api.calls import Call
from tests.sheets_api.errors import bad, unknown_name
from tests.sheets_api.grid import EMPTY, PLAIN, Formula, Look, Row, Tab, deep
from tests.sheets_api.protection import check_area, check_cells
from tests.sheets_api.ranges import a1_of, area_from_grid, beyond, tab_with
from tests.sheets_api.values import check_length

FIELDS = ("userEnteredValue", "userEnteredFormat", "note", "dataValidation", "textFormatRuns", "hyperlink", "chipRuns", "pivotTable")
KINDS: dict[str, tuple[type, ...]] = {"numberValue": (int, float), "stringValue": (str,), "boolValue": (bool,), "formulaValue": (str,)}


def mask_of(given: dict[str, Any], known: tuple[str, ...] | None = FIELDS) -> masks.Mask:
    """The fields a request changes; all of them for "*". Raises Refused when none is named."""
    text = given.get("fields", "")
    mask = masks.parse(text) if text else {}
    if not mask:
        raise bad("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    if known is None:
        return mask
    if "*" in mask:
        return {name: {} for name in known}
    for name in mask:
        if name not in known:
            raise bad(f"Invalid field: {name}")
    return mask


def update_cells(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    """With `start` only the cells given are written; with `range` the others in it lose the fields too."""
    mask = mask_of(given)
    rows = [line.get("values", []) for line in given.get("rows", [])]
    height, width = len(rows), max(map(len, rows), default=0)
    if "range" in given:
        tab, area = area_from_grid(call.book, given["range"])
        _check_start(tab, area.top, area.left)
        top, bottom, left, right = area.within(tab)
        if height > bottom - top:
            raise bad(f"Attempting to write row: {bottom}, beyond the last requested row of: {bottom - 1}")
        if width > right - left:
            raise bad(f"Attempting to write column: {right}, beyond the last requested column of: {right - 1}")
        rows = [*rows, *[[] for _ in range(bottom - top - height)]]
        rows = [[*line, *[{}] * (right - left - len(line))] for line in rows]
        check_area(tab, area, call.who)
    else:
        start = given.get("start", {})
        tab = tab_with(call.book, start.get("sheetId", 0))
        top, left = start.get("rowIndex", 0), start.get("columnIndex", 0)
        _check_start(tab, top, left)
        if top + height > len(tab.rows):
            raise bad(f"Attempting to write row: {len(tab.rows)}, beyond the last requested row of: {len(tab.rows) - 1}")
        if left + width > tab.columns:
            raise bad(f"Attempting to write column: {tab.columns}, beyond the last requested column of: {tab.columns - 1}")
        cells = ((top + down, left + across) for down, line in enumerate(rows) for across in range(len(line)))
        check_cells(tab, cells, call.who)
    _put(tab, top, left, rows, mask)
    return {}


def _check_start(tab: Tab, top: int, left: int) -> None:
    if top >= len(tab.rows) or left >= tab.columns:
        raise beyond(tab, a1_of(tab, top, top + 1, left, left + 1))


def append_cells(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    """From column A below the last row that holds a value; the grid grows."""
    mask = mask_of(given)
    tab = tab_with(call.book, given.get("sheetId", 0))
    rows = [line.get("values", []) for line in given.get("rows", [])]
    top, width = tab.last_row(), max(map(len, rows), default=0)
    if width > tab.columns:
        raise beyond(tab, a1_of(tab, top, top + len(rows), 0, width))
    check_cells(tab, ((top + down, across) for down, line in enumerate(rows) for across in range(len(line))), call.who)
    tab.rows += [EMPTY] * (top + len(rows) - len(tab.rows))
    _put(tab, top, 0, rows, mask)
    return {}


def repeat_cell(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    mask = mask_of(given)
    tab, area = area_from_grid(call.book, given.get("range", {}))
    _check_start(tab, area.top, area.left)
    check_area(tab, area, call.who)
    top, bottom, left, right = area.within(tab)
    cell = given.get("cell", {})
    done: dict[int, Row] = {}  # rows that were alike stay one row
    for index in range(top, bottom):
        old = tab.rows[index]
        if id(old) not in done:
            done[id(old)] = _row(old, left, [cell] * (right - left), mask)
        tab.rows[index] = done[id(old)]
    return {}


def set_validation(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    """No rule takes the rule away."""
    changed = {"range": given.get("range", {}), "cell": {"dataValidation": given.get("rule")}, "fields": "dataValidation"}
    if given.get("rule") is not None and "type" not in given["rule"].get("condition", {}):
        raise bad("A condition must be specified.")
    return repeat_cell(call, changed)


def _put(tab: Tab, top: int, left: int, rows: list[list[dict[str, Any]]], mask: masks.Mask) -> None:
    for down, line in enumerate(rows):
        if line:
            tab.rows[top + down] = _row(tab.rows[top + down], left, line, mask)


def _row(old: Row, left: int, line: list[dict[str, Any]], mask: masks.Mask) -> Row:
    values: dict[int, Any] = {}
    looks: dict[int, Look] = {}
    styled = any(name != "userEnteredValue" for name in mask)
    for across, cell in enumerate(line):
        for name in cell:
            if name not in FIELDS and name not in ("effectiveValue", "formattedValue", "effectiveFormat"):
                raise unknown_name(name, "requests[0]")
        if "userEnteredValue" in mask:
            values[left + across] = entered(cell.get("userEnteredValue"))
        if styled:
            looks[left + across] = _look(old.look(left + across), cell, mask)
    return old.put(values, looks)


def entered(given: dict[str, Any] | None) -> Any:
    """The value of an ExtendedValue; nothing is an empty cell."""
    if not given:
        return None
    for name in given:
        if name not in KINDS:
            raise unknown_name(name, "user_entered_value") if name != "errorValue" else bad("An error value cannot be set.")
    if len(given) > 1:
        raise bad("A value has one kind only.")
    ((name, value),) = given.items()
    if type(value) not in KINDS[name]:
        raise bad(f"Invalid value at 'requests[0].user_entered_value.{name}': {value!r}")
    check_length(value)
    if name == "formulaValue":
        return Formula(value)
    return entering.whole(value) if name == "numberValue" else value


def _look(old: Look, cell: dict[str, Any], mask: masks.Mask) -> Look:
    new = old
    if "userEnteredFormat" in mask:
        new = replace(new, format=_merged(old.format, cell.get("userEnteredFormat") or {}, mask["userEnteredFormat"]))
    if "note" in mask:
        new = replace(new, note=cell.get("note") or "")
    if "dataValidation" in mask:
        new = replace(new, validation=deep(cell.get("dataValidation")) or None)
    return PLAIN if new == PLAIN else new


def _merged(old: Any, given: Any, mask: masks.Mask) -> dict[str, Any]:
    """The old format with the fields of the mask taken from the new one."""
    if not mask or "*" in mask:
        return dict(deep(given))
    found = dict(old)
    for name, deeper in mask.items():
        part = _merged(found.get(name, {}), given.get(name, {}), deeper) if deeper else deep(given.get(name))
        if part:
            found[name] = part
        else:
            found.pop(name, None)
    return found
