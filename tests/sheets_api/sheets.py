"""The requests of batchUpdate on tabs, on the spreadsheet itself and on protected ranges."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.sheets_api import answers, structure, writing
from tests.sheets_api.calls import Call
from tests.sheets_api.errors import PROTECTED, bad
from tests.sheets_api.grid import COLUMNS, EMPTY, ROWS, Area, Protection, Spreadsheet, Tab, deep, new_tab
from tests.sheets_api.ranges import area_from_grid, tab_with

NO_SHEET = "No sheet with id: {}"


def add(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    wanted = given.get("properties", {})
    title = wanted.get("title") or call.book.default_title()
    _check_title(call.book, title, None)
    number = wanted.get("sheetId")
    if number is not None and call.book.tab(number):
        raise bad(f"A sheet with id {number} already exists. Please choose another id.")
    size = wanted.get("gridProperties", {})
    tab = new_tab(call.book.new_id() if number is None else number, title, size.get("rowCount", 1000), size.get("columnCount", 26))
    call.book.tabs.insert(wanted.get("index", len(call.book.tabs)), tab)
    tab.hidden = bool(wanted.get("hidden"))
    tab.frozen_rows, tab.frozen_columns = size.get("frozenRowCount", 0), size.get("frozenColumnCount", 0)
    tab.color = deep(wanted.get("tabColorStyle"))
    _check_frozen(tab)
    return {"properties": answers.properties(call.book, tab)}


def _check_title(book: Spreadsheet, title: str, but: Tab | None) -> None:
    if any(tab is not but and tab.title.casefold() == title.casefold() for tab in book.tabs):
        raise bad(f'A sheet with the name "{title}" already exists. Please enter another name.')


def _check_frozen(tab: Tab) -> None:
    if tab.frozen_rows >= len(tab.rows):
        raise bad("You can't freeze all visible rows on the sheet.")
    if tab.frozen_columns >= tab.columns:
        raise bad("You can't freeze all visible columns on the sheet.")


def delete(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    tab = tab_with(call.book, given.get("sheetId", 0), NO_SHEET)
    remove(call.book, tab, call.who)
    return {}


def remove(book: Spreadsheet, tab: Tab, who: str) -> None:
    """Takes a tab away with its metadata. Raises Refused for the last one, and where a protection stands."""
    if not any(not other.hidden for other in book.tabs if other is not tab):
        raise bad(
            "You can't remove all the visible sheets in a document."
            if len(book.tabs) > 1
            else "You can't remove all the sheets in a document."
        )
    if any(one.stops(who) for one in tab.protections):
        raise bad(PROTECTED)
    book.tabs.remove(tab)
    book.metadata[:] = [one for one in book.metadata if one.sheet != tab.id]


def duplicate(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    source = tab_with(call.book, given.get("sourceSheetId", 0), NO_SHEET)
    title = given.get("newSheetName") or copied_title(call.book, source.title)
    _check_title(call.book, title, None)
    index, number = given.get("insertSheetIndex", 0), given.get("newSheetId")
    twin = structure.copy_tab(call.book, source, title, with_metadata=False, sheet_id=number, index=index)
    return {"properties": answers.properties(call.book, twin)}


def copied_title(book: Spreadsheet, title: str) -> str:
    """What a copy is called in the language of the spreadsheet."""
    chinese = book.locale.startswith("zh")
    first = f"{title}的副本" if chinese else f"Copy of {title}"
    number, found = 1, first
    while book.titled(found):
        number += 1
        found = f"{first} {number}"
    return found


def update(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    mask = writing.mask_of(given, None)
    wanted = given.get("properties", {})
    tab = tab_with(call.book, wanted.get("sheetId", 0), NO_SHEET)
    names = ("title", "index", "hidden", "gridProperties", "tabColorStyle", "tabColor")
    if "*" in mask:
        mask = {name: {} for name in names if name in wanted}
    for name in mask:
        if name not in (*names, "sheetId", "rightToLeft"):
            raise bad(f"Invalid field: {name}")
    if "title" in mask:
        if not wanted.get("title"):
            raise bad("The sheet title cannot be empty.")
        _check_title(call.book, wanted["title"], tab)
        tab.title = wanted["title"]
    if "hidden" in mask:
        tab.hidden = bool(wanted.get("hidden"))
        if all(other.hidden for other in call.book.tabs):
            raise bad("You can't hide all the sheets in a document.")
    if "tabColorStyle" in mask:
        tab.color = deep(wanted.get("tabColorStyle"))
    if "tabColor" in mask:
        tab.color = {"rgbColor": deep(wanted["tabColor"])} if wanted.get("tabColor") else None
    if "gridProperties" in mask:
        _grid(call, tab, wanted.get("gridProperties", {}), set(mask["gridProperties"] or wanted.get("gridProperties", {})))
    if "index" in mask:
        old, new = call.book.tabs.index(tab), wanted.get("index", 0)
        if new > len(call.book.tabs):
            raise bad("The index is beyond the sheets of the document.")
        call.book.tabs.remove(tab)
        call.book.tabs.insert(new - 1 if new > old else new, tab)  # counted as before the move
    return {}


def _grid(call: Call, tab: Tab, wanted: dict[str, Any], names: set[str]) -> None:
    rows, columns = wanted.get("rowCount", 0), wanted.get("columnCount", 0)
    if "rowCount" in names:
        if rows < len(tab.rows):
            structure.delete(call.book, tab, ROWS, rows, len(tab.rows))
        tab.rows += [EMPTY] * (rows - len(tab.rows))
    if "columnCount" in names:
        if columns < tab.columns:
            structure.delete(call.book, tab, COLUMNS, columns, tab.columns)
        tab.columns = columns
    if "frozenRowCount" in names:
        tab.frozen_rows = wanted.get("frozenRowCount", 0)
    if "frozenColumnCount" in names:
        tab.frozen_columns = wanted.get("frozenColumnCount", 0)
    _check_frozen(tab)


def update_spreadsheet(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    mask = writing.mask_of(given, None)
    wanted = given.get("properties", {})
    for name in ("title", "locale", "timeZone"):
        if (name in mask or ("*" in mask and name in wanted)) and not wanted.get(name):
            raise bad(f"The {name} of a spreadsheet cannot be empty.")
    take = [name for name in ("title", "locale", "timeZone") if name in mask or ("*" in mask and name in wanted)]
    for name in take:
        setattr(call.book, {"timeZone": "zone"}.get(name, name), wanted[name])
    return {}


# --- protected ranges ---------------------------------------------------------------------------------------------------


def protect(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    """Who protects a range may edit it; `warningOnly` leaves it open to everybody."""
    wanted = given.get("protectedRange", {})
    if "namedRangeId" in wanted or "range" not in wanted:
        raise bad("A range must be specified.")
    if wanted.get("warningOnly") and wanted.get("editors"):
        raise bad("Editors cannot be set on a protected range that is warning only.")
    tab, area = area_from_grid(call.book, wanted["range"])
    if area == Area(tab.id) and any(one.area == area for one in tab.protections):
        raise bad(f'Sheet "{tab.title}" already has sheet protection.')
    editors = () if wanted.get("warningOnly") else tuple(dict.fromkeys([*wanted.get("editors", {}).get("users", []), call.who]))
    free = tuple(area_from_grid(call.book, one)[1] for one in wanted.get("unprotectedRanges", []))
    number = wanted.get("protectedRangeId") or call.book.new_id()
    one = Protection(number, area, bool(wanted.get("warningOnly")), editors, wanted.get("description", ""), free)
    tab.protections.append(one)
    return {"protectedRange": answers.protection(one, call.who)}


def _protected(call: Call, number: int) -> tuple[Tab, Protection]:
    for tab in call.book.tabs:
        for one in tab.protections:
            if one.id == number:
                if one.stops(call.who):
                    raise bad(PROTECTED)
                return tab, one
    raise bad(f"No protected range with id: {number}")


def change_protection(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    mask = writing.mask_of(given, None)
    wanted = given.get("protectedRange", {})
    tab, one = _protected(call, wanted.get("protectedRangeId", 0))
    every, new = "*" in mask, one
    if every or "range" in mask:
        new = replace(new, area=area_from_grid(call.book, wanted["range"])[1]) if "range" in wanted else new
    if every or "description" in mask:
        new = replace(new, description=wanted.get("description", ""))
    if every or "warningOnly" in mask:
        new = replace(new, warning=bool(wanted.get("warningOnly")))
    if (every and "editors" in wanted) or "editors" in mask:
        new = replace(new, editors=tuple(dict.fromkeys([*wanted.get("editors", {}).get("users", []), call.who])))
    if not new.warning and not new.editors:
        new = replace(new, editors=(call.who,))
    if every or "unprotectedRanges" in mask:
        new = replace(new, unprotected=tuple(area_from_grid(call.book, free)[1] for free in wanted.get("unprotectedRanges", [])))
    tab.protections[tab.protections.index(one)] = new
    return {}


def unprotect(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    tab, one = _protected(call, given.get("protectedRangeId", 0))
    tab.protections.remove(one)
    return {}
