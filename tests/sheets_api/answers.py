"""A spreadsheet as GET spreadsheets/{id} gives it."""

from __future__ import annotations

from typing import Any

from tests.sheets_api import entering, masks, metadata
from tests.sheets_api.grid import COLUMNS, ROWS, Area, Formula, Look, Protection, Spreadsheet, Tab
from tests.sheets_api.ranges import area_of

ERRORS = {
    "#REF!": "REF",
    "#N/A": "N_A",
    "#NAME?": "NAME",
    "#VALUE!": "VALUE",
    "#DIV/0!": "DIVIDE_BY_ZERO",
    "#NUM!": "NUM",
    "#ERROR!": "ERROR",
}
TOP = {"spreadsheetId", "properties", "sheets", "namedRanges", "spreadsheetUrl", "developerMetadata", "dataSources", "dataSourceSchedules"}


def spreadsheet(book: Spreadsheet, who: str, mask: masks.Mask | None, ranges: list[Any], grid: bool) -> dict[str, Any]:
    """The spreadsheet, cut to a mask (None: none was given; then `grid` says whether cells are given), tabs cut to ranges (addresses or areas)."""
    if mask is not None:
        masks.check(mask, TOP)
    wanted: dict[int, list[Area]] = {}
    for one in ranges:
        area = one if isinstance(one, Area) else area_of(book, one)[1]
        wanted.setdefault(area.sheet, []).append(area)
    with_data = masks.wants(mask, "sheets", "data") if mask is not None else grid
    deeper = (mask or {}).get("sheets") or {}
    part = deeper.get("data") or {}
    sheets = []
    for index, tab in enumerate(book.tabs):
        if ranges and tab.id not in wanted:
            continue
        sheet = _sheet(book, tab, index, who)
        if with_data and masks.wants(mask, "sheets"):
            sheet["data"] = [_grid_data(book, tab, area, part) for area in wanted.get(tab.id, [Area(tab.id)])]
        sheets.append(sheet)
    found: dict[str, Any] = {
        "spreadsheetId": book.id,
        "properties": {
            "title": book.title, "locale": book.locale, "autoRecalc": "ON_CHANGE", "timeZone": book.zone,
            "defaultFormat": {"backgroundColor": {"red": 1, "green": 1, "blue": 1}, "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3}},
        },
        "sheets": sheets,
    }  # fmt: skip
    whole = [metadata.shown(one) for one in book.metadata if one.place == "SPREADSHEET"]
    if whole:
        found["developerMetadata"] = whole
    found["spreadsheetUrl"] = f"https://docs.google.com/spreadsheets/d/{book.id}/edit"
    return masks.apply(found, mask) if mask else found


def properties(book: Spreadsheet, tab: Tab) -> dict[str, Any]:
    grid: dict[str, Any] = {"rowCount": len(tab.rows), "columnCount": tab.columns}
    if tab.frozen_rows:
        grid["frozenRowCount"] = tab.frozen_rows
    if tab.frozen_columns:
        grid["frozenColumnCount"] = tab.frozen_columns
    found: dict[str, Any] = {
        "sheetId": tab.id, "title": tab.title, "index": book.tabs.index(tab), "sheetType": "GRID", "gridProperties": grid,
    }  # fmt: skip
    if tab.hidden:
        found["hidden"] = True
    if tab.color:
        found["tabColorStyle"] = tab.color
        if "rgbColor" in tab.color:
            found["tabColor"] = tab.color["rgbColor"]
    return found


def protection(one: Protection, who: str) -> dict[str, Any]:
    found: dict[str, Any] = {"protectedRangeId": one.id, "range": one.area.grid_range()}
    if one.description:
        found["description"] = one.description
    if one.warning:
        found["warningOnly"] = True
    if not one.stops(who):
        found["requestingUserCanEdit"] = True
        if not one.warning:
            found["editors"] = {"users": list(one.editors)}
    if one.unprotected:
        found["unprotectedRanges"] = [area.grid_range() for area in one.unprotected]
    return found


def _sheet(book: Spreadsheet, tab: Tab, index: int, who: str) -> dict[str, Any]:
    found: dict[str, Any] = {"properties": properties(book, tab)}
    if tab.conditions:
        found["conditionalFormats"] = tab.conditions
    if tab.protections:
        found["protectedRanges"] = [protection(one, who) for one in tab.protections]
    own = [metadata.shown(one) for one in book.metadata if one.place == "SHEET" and one.sheet == tab.id]
    if own:
        found["developerMetadata"] = own
    if tab.opaque.get("bandedRanges"):
        found["bandedRanges"] = tab.opaque["bandedRanges"]
    if tab.opaque.get("basicFilter"):
        found["basicFilter"] = tab.opaque["basicFilter"][0]
    return found


def _grid_data(book: Spreadsheet, tab: Tab, area: Area, mask: masks.Mask) -> dict[str, Any]:
    top, bottom, left, right = area.within(tab)
    wanted = (mask.get("rowData") or {}).get("values") or {}
    lines: list[dict[str, Any]] = []
    for row in tab.rows[top:bottom] if masks.wants(mask, "rowData", "values") else ():
        end = max(len(row.values), max(row.looks, default=-1) + 1)
        cells = [cell(tab, row.value(column), row.look(column), wanted) for column in range(left, min(right, end))]
        lines.append({"values": cells} if cells else {})
    while lines and not lines[-1]:
        lines.pop()
    found: dict[str, Any] = {}
    if top:
        found["startRow"] = top
    if left:
        found["startColumn"] = left
    if lines:
        found["rowData"] = lines
    if masks.wants(mask, "rowMetadata"):
        found["rowMetadata"] = _sizes(book, tab, ROWS, range(top, bottom))
    if masks.wants(mask, "columnMetadata"):
        found["columnMetadata"] = _sizes(book, tab, COLUMNS, range(left, right))
    return found


def _sizes(book: Spreadsheet, tab: Tab, dimension: str, indexes: range) -> list[dict[str, Any]]:
    """One for each row or column, with its metadata."""
    place, usual = ("ROW", 21) if dimension == ROWS else ("COLUMN", 100)
    own: dict[int, list[dict[str, Any]]] = {}
    for one in book.metadata:
        if (one.place, one.sheet) == (place, tab.id):
            own.setdefault(one.index, []).append(metadata.shown(one))
    known = tab.sizes[dimension]
    return [{"pixelSize": usual, **known.get(index, {})} | ({"developerMetadata": own[index]} if index in own else {}) for index in indexes]


def cell(tab: Tab, value: Any, look: Look, mask: masks.Mask) -> dict[str, Any]:
    """A CellData: only what is there, and only what the mask wants."""
    found: dict[str, Any] = {}
    if value is not None:
        worth = tab.worth(value) if isinstance(value, Formula) else value
        if masks.wants(mask, "userEnteredValue"):
            found["userEnteredValue"] = {"formulaValue": value.text} if isinstance(value, Formula) else extended(value)
        if masks.wants(mask, "effectiveValue"):
            found["effectiveValue"] = extended(worth, error=isinstance(value, Formula))
        if masks.wants(mask, "formattedValue"):
            found["formattedValue"] = entering.shown(worth, look)
    if look.format and masks.wants(mask, "userEnteredFormat"):
        found["userEnteredFormat"] = dict(look.format)
    if look.format and masks.wants(mask, "effectiveFormat"):
        found["effectiveFormat"] = dict(look.format)
    if look.note and masks.wants(mask, "note"):
        found["note"] = look.note
    if look.validation and masks.wants(mask, "dataValidation"):
        found["dataValidation"] = dict(look.validation)
    return found


def extended(value: Any, *, error: bool = False) -> dict[str, Any]:
    """An ExtendedValue."""
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, str):
        return {"errorValue": {"type": ERRORS[value]}} if error and value in ERRORS else {"stringValue": value}
    return {"numberValue": value}
