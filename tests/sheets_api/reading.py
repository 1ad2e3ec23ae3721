"""Cells as lists of lists: how they are given, and the requests that only read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.sheets_api import entering, metadata
from tests.sheets_api.calls import Call
from tests.sheets_api.errors import Refused, bad, unknown_name
from tests.sheets_api.grid import COLUMNS, ROWS, Area, Formula, Look, Spreadsheet, Tab
from tests.sheets_api.ranges import a1_of, area_from_grid, area_of, beyond

FORMATTED, UNFORMATTED, FORMULA = "FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA"


@dataclass(frozen=True)
class Reading:
    """How cells are to be given."""

    render: str = FORMATTED
    dates: str = "SERIAL_NUMBER"
    major: str = ROWS


def reading(given: dict[str, Any], prefix: str = "") -> Reading:
    """From parameters or a body: valueRenderOption, or responseValueRenderOption with the prefix "response"."""

    def named(name: str) -> str:
        return prefix + name[0].upper() + name[1:] if prefix else name

    found = Reading(
        given.get(named("valueRenderOption")) or FORMATTED,
        given.get(named("dateTimeRenderOption")) or "SERIAL_NUMBER",
        given.get("majorDimension") or ROWS,
    )
    for name, value, choices in (
        ("value_render_option", found.render, (FORMATTED, UNFORMATTED, FORMULA)),
        ("date_time_render_option", found.dates, ("SERIAL_NUMBER", "FORMATTED_STRING")),
        ("major_dimension", found.major, (ROWS, COLUMNS)),
    ):
        if value not in choices:
            raise bad(f"Invalid value at '{name}' (type.googleapis.com/google.apps.sheets.v4.{name}), \"{value}\"")
    return found


def render(tab: Tab, value: Any, look: Look, how: Reading) -> Any:
    """One cell as it is given, a formula by what it comes to or by its text."""
    if isinstance(value, Formula):
        if how.render == FORMULA:
            return value.text
        value = tab.worth(value)
    if how.render == FORMATTED:
        return entering.shown(value, look)
    if how.dates == "FORMATTED_STRING" and entering.is_time(look) and not isinstance(value, str):
        return entering.shown(value, look)
    return value


def grid_of(tab: Tab, area: Area, how: Reading) -> list[list[Any]]:
    """The cells by row or column, without the empty ones at the end of each and the empty lists at the end."""
    top, bottom, left, right = area.within(tab)
    plain = how.render != FORMATTED and how.dates == "SERIAL_NUMBER"
    lines: list[list[Any]] = []  # None is an empty cell; a formula that comes to "" is none
    for row in tab.rows[top:bottom]:
        cells = row.values[left:right]
        if plain and Formula not in map(type, cells):
            lines.append(list(cells))
        else:
            lines.append([None if one is None else render(tab, one, row.look(left + index), how) for index, one in enumerate(cells)])
    if how.major == COLUMNS:
        width = max(map(len, lines), default=0)
        lines = [[line[index] if index < len(line) else None for line in lines] for index in range(width)]
    for line in lines:
        while line and line[-1] is None:
            line.pop()
    while lines and not lines[-1]:
        lines.pop()
    return [["" if one is None else one for one in line] for line in lines]


def value_range(tab: Tab, area: Area, how: Reading) -> dict[str, Any]:
    """A ValueRange; without "values" when all cells are empty."""
    values = grid_of(tab, area, how)
    found = {"range": a1_of(tab, *area.within(tab)), "majorDimension": how.major}
    return found | ({"values": values} if values else {})


# --- reading -----------------------------------------------------------------------------------------------------------


def get(call: Call, a1: str) -> dict[str, Any]:
    return value_range(*area_of(call.book, a1), reading(call.flat()))


def batch_get(call: Call) -> dict[str, Any]:
    how = reading(call.flat())
    found = [value_range(*area_of(call.book, a1), how) for a1 in call.params.get("ranges", [])]
    return {"spreadsheetId": call.book.id} | ({"valueRanges": found} if found else {})


def batch_get_by_filter(call: Call) -> dict[str, Any]:
    """Each range once, with all the filters that found it; a filter that finds nothing has no answer."""
    call.known("dataFilters", "valueRenderOption", "dateTimeRenderOption", "majorDimension")
    if not call.body.get("dataFilters"):
        raise bad("Must specify at least one data filter.")
    how = reading(call.body)
    found: dict[Area, list[dict[str, Any]]] = {}
    for index, one in enumerate(call.body["dataFilters"]):
        for area in filtered(call.book, one, f"dataFilter[{index}]"):
            found.setdefault(area, []).append(one)
    ranges = [{"valueRange": value_range(call.tab(area), area, how), "dataFilters": used} for area, used in found.items()]
    return {"spreadsheetId": call.book.id} | ({"valueRanges": ranges} if ranges else {})


def filtered(book: Spreadsheet, one: dict[str, Any], place: str) -> list[Area]:
    """The areas a DataFilter means. Raises Refused."""
    names = [name for name in one if name in ("gridRange", "a1Range", "developerMetadataLookup")]
    for name in one:
        if name not in names:
            raise unknown_name(name, place.replace("dataFilter[", "data_filters["))
    if len(names) != 1:
        raise bad("Must specify exactly one of developerMetadataLookup, a1Range, gridRange.").at(place)
    try:
        if "a1Range" in one:
            return [area_of(book, one["a1Range"])[1]]
        if "gridRange" in one:
            return [_inside(*area_from_grid(book, one["gridRange"]))]
        found = metadata.looked_up(book, one["developerMetadataLookup"])
        return [area for area in (entry.area() for entry in found) if area is not None]
    except Refused as refused:
        raise refused.at(place) from refused


def _inside(tab: Tab, area: Area) -> Area:
    if area.top >= len(tab.rows) or area.left >= tab.columns:
        raise beyond(tab, a1_of(tab, area.top, area.top + 1, area.left, area.left + 1))
    return area
