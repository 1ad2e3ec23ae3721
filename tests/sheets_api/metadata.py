"""Developer metadata: notes of programs on the spreadsheet, a tab, a row or a column, and how they are found again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.sheets_api.errors import bad, not_found, unknown_name
from tests.sheets_api.grid import COLUMNS, ROWS, Area, Metadata, Spreadsheet
from tests.sheets_api.ranges import area_from_grid, area_of, tab_with

LOOKUP = ("locationType", "metadataLocation", "locationMatchingStrategy", "metadataId", "metadataKey", "metadataValue", "visibility")


def shown(one: Metadata) -> dict[str, Any]:
    """As the API gives it."""
    found: dict[str, Any] = {"metadataId": one.id, "metadataKey": one.key}
    if one.value:
        found["metadataValue"] = one.value
    location: dict[str, Any] = {"locationType": one.place}
    if one.place == "SPREADSHEET":
        location["spreadsheet"] = True
    elif one.place == "SHEET":
        location["sheetId"] = one.sheet
    else:
        dimension = ROWS if one.place == "ROW" else COLUMNS
        location["dimensionRange"] = {"sheetId": one.sheet, "dimension": dimension, "startIndex": one.index, "endIndex": one.index + 1}
    return found | {"location": location, "visibility": one.visibility}


def placed(book: Spreadsheet, location: dict[str, Any]) -> tuple[str, int, int]:
    """Place, sheet and index of a location. Raises Refused."""
    if location.get("spreadsheet"):
        return "SPREADSHEET", -1, -1
    if "sheetId" in location:
        return "SHEET", tab_with(book, location["sheetId"], "No sheet with id: {}").id, -1
    span = location.get("dimensionRange")
    if not span:
        raise bad("A location must be specified.")
    tab = tab_with(book, span.get("sheetId", 0), "No sheet with id: {}")
    start, end = span.get("startIndex", 0), span.get("endIndex")
    if end is None or end - start != 1:
        raise bad("Developer metadata can only be associated with a single row or column.")
    if span.get("dimension") not in (ROWS, COLUMNS):
        raise bad("No dimension specified.")
    if start >= (len(tab.rows) if span["dimension"] == ROWS else tab.columns):
        raise bad(f"Cannot create developer metadata beyond the grid: index {start}.")
    return ("ROW" if span["dimension"] == ROWS else "COLUMN"), tab.id, start


def create(book: Spreadsheet, given: dict[str, Any]) -> Metadata:
    if not given.get("metadataKey"):
        raise bad("The metadata key must be specified.")
    if given.get("visibility") not in ("DOCUMENT", "PROJECT"):
        raise bad("The metadata visibility must be specified.")
    known = {one.id for one in book.metadata}
    number = given.get("metadataId") or book.new_id()
    if number in known:
        raise bad(f"The specified metadata id is already in use: {number}")
    place, sheet, index = placed(book, given.get("location", {}))
    one = Metadata(number, given["metadataKey"], given.get("metadataValue", ""), given["visibility"], place, sheet, index)
    book.metadata.append(one)
    return one


def update(book: Spreadsheet, found: list[Metadata], given: dict[str, Any], fields: list[str]) -> list[Metadata]:
    """Changes the fields named by the mask (snake or camel case) of all that were found."""
    changed = []
    for one in found:
        new = one
        for name in fields:
            if name == "metadataKey":
                new = replace(new, key=given.get(name, ""))
            elif name == "metadataValue":
                new = replace(new, value=given.get(name, ""))
            elif name == "visibility":
                new = replace(new, visibility=given.get(name, ""))
            elif name.startswith("location"):
                place, sheet, index = placed(book, given.get("location", {}))
                new = replace(new, place=place, sheet=sheet, index=index)
            else:
                raise bad(f"Invalid field: {name}")
        book.metadata[book.metadata.index(one)] = new
        changed.append(new)
    return changed


def looked_up(book: Spreadsheet, lookup: dict[str, Any]) -> list[Metadata]:
    """All that fit every field of a DeveloperMetadataLookup. Raises Refused."""
    for name in lookup:
        if name not in LOOKUP:
            raise unknown_name(name, "data_filters[0].developer_metadata_lookup")
    tests: list[Callable[[Metadata], bool]] = []
    for name, key in (("metadataId", "id"), ("metadataKey", "key"), ("metadataValue", "value"), ("visibility", "visibility")):
        if name in lookup:
            tests.append(_equal(key, lookup[name]))
    if "locationType" in lookup:
        tests.append(lambda one: one.place == lookup["locationType"])
    if "metadataLocation" in lookup:
        exact = lookup.get("locationMatchingStrategy", "INTERSECTING_LOCATION") == "EXACT_LOCATION"
        tests.append(_at(book, lookup["metadataLocation"], exact))
    elif "locationMatchingStrategy" in lookup:
        raise bad("A metadata location must be specified with a location matching strategy.")
    return [one for one in book.metadata if all(test(one) for test in tests)]


def _equal(key: str, wanted: Any) -> Callable[[Metadata], bool]:
    return lambda one: bool(getattr(one, key) == wanted)


def _at(book: Spreadsheet, location: dict[str, Any], exact: bool) -> Callable[[Metadata], bool]:
    place, sheet, index = placed(book, location)
    if exact:
        return lambda one: (one.place, one.sheet, one.index) == (place, sheet, index)
    area = Metadata(0, "", "", "", place, sheet, index).area()
    return lambda one: area is None or (one.area() or Area(-1)).meets(area)


def found_by(book: Spreadsheet, one: dict[str, Any]) -> list[Metadata]:
    """All that a DataFilter finds; one of cells finds what lies on them."""
    if "developerMetadataLookup" in one:
        return looked_up(book, one["developerMetadataLookup"])
    area = area_of(book, one["a1Range"])[1] if "a1Range" in one else area_from_grid(book, one.get("gridRange", {}))[1]
    return [entry for entry in book.metadata if (entry.area() or Area(-1)).meets(area)]


def search(book: Spreadsheet, body: dict[str, Any]) -> dict[str, Any]:
    if not body.get("dataFilters"):
        raise bad("Must specify at least one data filter.")
    matched: dict[int, tuple[Metadata, list[dict[str, Any]]]] = {}
    for one in body["dataFilters"]:
        for entry in found_by(book, one):
            matched.setdefault(entry.id, (entry, []))[1].append(one)
    found = [{"developerMetadata": shown(entry), "dataFilters": used} for entry, used in matched.values()]
    return {"matchedDeveloperMetadata": found} if found else {}


def get(book: Spreadsheet, number: int) -> dict[str, Any]:
    for one in book.metadata:
        if one.id == number:
            return shown(one)
    raise not_found()
