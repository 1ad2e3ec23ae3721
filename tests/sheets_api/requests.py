"""batchUpdate: a list of requests, all carried out or none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.sheets_api import answers, masks, metadata, sheets, structure, writing
from tests.sheets_api.calls import Call
from tests.sheets_api.errors import Refused, bad, unknown_name
from tests.sheets_api.grid import COLUMNS, EMPTY, ROWS, Metadata, Tab, deep
from tests.sheets_api.protection import check_area
from tests.sheets_api.ranges import area_from_grid, tab_with

Reply = dict[str, Any]
MOST_CELLS = 10_000_000
BODY = ("requests", "includeSpreadsheetInResponse", "responseRanges", "responseIncludeGridData")


def batch_update(call: Call) -> dict[str, Any]:
    """Carries the requests out on the spreadsheet of the call. Raises Refused at the first that cannot be."""
    call.known(*BODY)
    asked = call.body.get("requests") or []
    if not asked:
        raise bad("Must specify at least one request.")
    for index, one in enumerate(asked):
        for name in one:
            if name not in KNOWN:
                raise unknown_name(name, f"requests[{index}]")
        if len(one) != 1:
            raise bad("No request set." if not one else "Only one kind of request may be set.").at(f"requests[{index}]")
    replies = []
    for index, one in enumerate(asked):
        ((name, given),) = one.items()
        act, fields = KNOWN[name]
        for field in given:
            if field not in fields:
                raise unknown_name(field, f"requests[{index}].{_snake(name)}")
        try:
            reply = act(call, given)
        except Refused as refused:
            raise refused.at(f"requests[{index}].{name}") from refused
        replies.append({name: reply} if reply else {})
        if sum(len(tab.rows) * tab.columns for tab in call.book.tabs) > MOST_CELLS:
            said = f"This action would increase the number of cells in the workbook above the limit of {MOST_CELLS} cells."
            raise bad(said).at(f"requests[{index}].{name}")
    mask = masks.parse(call.param("fields")) if call.param("fields") else None
    if mask is not None:
        masks.check(mask, {"spreadsheetId", "replies", "updatedSpreadsheet"})
    answer: dict[str, Any] = {"spreadsheetId": call.book.id, "replies": replies}
    if call.body.get("includeSpreadsheetInResponse") and masks.wants(mask, "updatedSpreadsheet"):
        part = None
        if mask is not None and "*" not in mask:
            part = mask.get("updatedSpreadsheet") or {"*": {}}
        ranges = call.body.get("responseRanges") or []
        answer["updatedSpreadsheet"] = answers.spreadsheet(
            call.book, call.who, part, ranges, bool(call.body.get("responseIncludeGridData"))
        )
    return masks.apply(answer, mask) if mask else answer


def _snake(name: str) -> str:
    return "".join("_" + letter.lower() if letter.isupper() else letter for letter in name)


# --- rows and columns ---------------------------------------------------------------------------------------------------


def _band(call: Call, given: dict[str, Any]) -> tuple[Tab, str, int, int]:
    tab = tab_with(call.book, given.get("sheetId", 0))
    dimension = given.get("dimension")
    if dimension not in (ROWS, COLUMNS):
        raise bad("No dimension specified.")
    start, end = given.get("startIndex", 0), given.get("endIndex", structure.length(tab, dimension))
    if end <= start:
        raise bad(f"The end index ({end}) must be greater than the start index ({start}).")
    return tab, dimension, start, end


def _append_dimension(call: Call, given: dict[str, Any]) -> Reply:
    tab, dimension, _, _ = _band(call, {key: given[key] for key in ("sheetId", "dimension") if key in given})
    if dimension == ROWS:
        tab.rows += [EMPTY] * given.get("length", 0)
    else:
        tab.columns += given.get("length", 0)
    return {}


def _insert_dimension(call: Call, given: dict[str, Any]) -> Reply:
    tab, dimension, start, end = _band(call, given.get("range", {}))
    before, there = bool(given.get("inheritFromBefore")), structure.length(tab, dimension)
    if start > there or (start == there and not before):
        raise bad(f"range.startIndex[{start}] must be less than the grid size[{there}] if inheritFromBefore is {str(before).lower()}.")
    if before and start == 0:
        raise bad("inheritFromBefore cannot be set when inserting at index 0.")
    structure.check_insert(tab, dimension, start, call.who)
    structure.insert(call.book, tab, dimension, start, end - start, before=before)
    return {}


def _delete_dimension(call: Call, given: dict[str, Any]) -> Reply:
    tab, dimension, start, end = _band(call, given.get("range", {}))
    if end > structure.length(tab, dimension):
        word, there = dimension[:-1].lower(), structure.length(tab, dimension)
        said = f"Cannot delete a {word} that doesn't exist. Tried to delete {word} index {end - 1} but there are only {there} {word}s."
        raise bad(said)
    check_area(tab, structure.band(tab, dimension, start, end), call.who)
    structure.delete(call.book, tab, dimension, start, end)
    return {}


def _move_dimension(call: Call, given: dict[str, Any]) -> Reply:
    tab, dimension, start, end = _band(call, given.get("source", {}))
    to = given.get("destinationIndex", 0)
    if max(to, end) > structure.length(tab, dimension):
        raise bad("The destination is beyond the grid.")
    check_area(tab, structure.band(tab, dimension, start, end), call.who)
    structure.move(call.book, tab, dimension, start, end, to)
    return {}


def _dimension_properties(call: Call, given: dict[str, Any]) -> Reply:
    mask = writing.mask_of(given, None)
    tab, dimension, start, end = _band(call, given.get("range", {}))
    wanted = given.get("properties", {})
    names = wanted if "*" in mask else mask
    for index in range(start, min(end, structure.length(tab, dimension))):
        old = dict(tab.sizes[dimension].get(index, {}))
        for name in names:
            if wanted.get(name):
                old[name] = wanted[name]
            else:
                old.pop(name, None)
        tab.sizes[dimension][index] = old
    return {}


def _auto_resize(call: Call, given: dict[str, Any]) -> Reply:
    _band(call, given.get("dimensions", {}))
    return {}


def _sort_range(call: Call, given: dict[str, Any]) -> Reply:
    tab, area = area_from_grid(call.book, given.get("range", {}))
    by = [(one.get("dimensionIndex", 0), one.get("sortOrder") == "DESCENDING") for one in given.get("sortSpecs", [])]
    if not by:
        raise bad("At least one sort spec must be specified.")
    structure.sort(call.book, tab, area, by, call.who)
    return {}


def _copy_paste(call: Call, given: dict[str, Any]) -> Reply:
    """Cells with their looks, once; the metadata of a column stays where it is."""
    tab, source = area_from_grid(call.book, given.get("source", {}))
    onto, target = area_from_grid(call.book, given.get("destination", {}))
    check_area(onto, target, call.who)
    top, bottom, left, right = source.within(tab)
    first, _, start, _ = target.within(onto)
    for index in range(top, bottom):
        row, at = tab.rows[index], first + index - top
        places = {start + column - left: column for column in range(left, right)}
        values = {place: row.value(column) for place, column in places.items()}
        onto.rows[at] = onto.rows[at].put(values, {place: row.look(column) for place, column in places.items()})
    return {}


# --- metadata and what is kept without being understood -----------------------------------------------------------------


def _create_metadata(call: Call, given: dict[str, Any]) -> Reply:
    return {"developerMetadata": metadata.shown(metadata.create(call.book, given.get("developerMetadata", {})))}


def _update_metadata(call: Call, given: dict[str, Any]) -> Reply:
    mask = writing.mask_of(given, None)
    found = _matched(call, given.get("dataFilters", []))
    names = ["metadataKey", "metadataValue", "visibility"] if "*" in mask else list(mask)
    changed = metadata.update(call.book, found, given.get("developerMetadata", {}), names)
    return {"developerMetadata": [metadata.shown(one) for one in changed]}


def _delete_metadata(call: Call, given: dict[str, Any]) -> Reply:
    found = _matched(call, [given.get("dataFilter", {})])
    for one in found:
        call.book.metadata.remove(one)
    return {"deletedDeveloperMetadata": [metadata.shown(one) for one in found]}


def _matched(call: Call, filters: list[dict[str, Any]]) -> list[Metadata]:
    found: dict[int, Metadata] = {}
    for one in filters:
        found |= {entry.id: entry for entry in metadata.found_by(call.book, one)}
    return list(found.values())


def _add_condition(call: Call, given: dict[str, Any]) -> Reply:
    rule = deep(given.get("rule", {}))
    if not rule.get("ranges") or not ("booleanRule" in rule or "gradientRule" in rule):
        raise bad("A rule with ranges must be specified.")
    tabs = [area_from_grid(call.book, one)[0] for one in rule["ranges"]]
    if any(tab is not tabs[0] for tab in tabs):
        raise bad("All the ranges must be on the same sheet.")
    tabs[0].conditions.insert(given.get("index", 0), rule)
    return {}


def _delete_condition(call: Call, given: dict[str, Any]) -> Reply:
    tab, index = tab_with(call.book, given.get("sheetId", 0)), given.get("index", 0)
    if index >= len(tab.conditions):
        raise bad(f"No conditional format on sheet: {tab.id} at index: {index}")
    return {"rule": tab.conditions.pop(index)}


def _add_banding(call: Call, given: dict[str, Any]) -> Reply:
    banded = deep(given.get("bandedRange", {}))
    tab, _ = area_from_grid(call.book, banded.get("range", {}))
    banded.setdefault("bandedRangeId", call.book.new_id())
    tab.opaque.setdefault("bandedRanges", []).append(banded)
    return {"bandedRange": banded}


def _set_filter(call: Call, given: dict[str, Any]) -> Reply:
    tab, _ = area_from_grid(call.book, given.get("filter", {}).get("range", {}))
    tab.opaque["basicFilter"] = [deep(given["filter"])]
    return {}


def _clear_filter(call: Call, given: dict[str, Any]) -> Reply:
    tab_with(call.book, given.get("sheetId", 0)).opaque.pop("basicFilter", None)
    return {}


def _taken(call: Call, given: dict[str, Any]) -> Reply:
    """Looks that nobody here asks about again: borders."""
    area_from_grid(call.book, given.get("range", {}))
    return {}


KNOWN: dict[str, tuple[Callable[[Call, dict[str, Any]], Reply], tuple[str, ...]]] = {
    "addSheet": (sheets.add, ("properties",)),
    "deleteSheet": (sheets.delete, ("sheetId",)),
    "duplicateSheet": (sheets.duplicate, ("sourceSheetId", "insertSheetIndex", "newSheetId", "newSheetName")),
    "updateSheetProperties": (sheets.update, ("properties", "fields")),
    "updateSpreadsheetProperties": (sheets.update_spreadsheet, ("properties", "fields")),
    "addProtectedRange": (sheets.protect, ("protectedRange",)),
    "updateProtectedRange": (sheets.change_protection, ("protectedRange", "fields")),
    "deleteProtectedRange": (sheets.unprotect, ("protectedRangeId",)),
    "updateCells": (writing.update_cells, ("rows", "fields", "start", "range")),
    "appendCells": (writing.append_cells, ("sheetId", "rows", "fields")),
    "repeatCell": (writing.repeat_cell, ("range", "cell", "fields")),
    "setDataValidation": (writing.set_validation, ("range", "rule", "filteredRowsIncluded")),
    "appendDimension": (_append_dimension, ("sheetId", "dimension", "length")),
    "insertDimension": (_insert_dimension, ("range", "inheritFromBefore")),
    "deleteDimension": (_delete_dimension, ("range",)),
    "moveDimension": (_move_dimension, ("source", "destinationIndex")),
    "updateDimensionProperties": (_dimension_properties, ("range", "properties", "fields")),
    "autoResizeDimensions": (_auto_resize, ("dimensions",)),
    "copyPaste": (_copy_paste, ("source", "destination", "pasteType", "pasteOrientation")),
    "sortRange": (_sort_range, ("range", "sortSpecs")),
    "createDeveloperMetadata": (_create_metadata, ("developerMetadata",)),
    "updateDeveloperMetadata": (_update_metadata, ("dataFilters", "developerMetadata", "fields")),
    "deleteDeveloperMetadata": (_delete_metadata, ("dataFilter",)),
    "addConditionalFormatRule": (_add_condition, ("rule", "index")),
    "deleteConditionalFormatRule": (_delete_condition, ("sheetId", "index")),
    "addBanding": (_add_banding, ("bandedRange",)),
    "setBasicFilter": (_set_filter, ("filter",)),
    "clearBasicFilter": (_clear_filter, ("sheetId",)),
    "updateBorders": (_taken, ("range", "top", "bottom", "left", "right", "innerHorizontal", "innerVertical")),
}
