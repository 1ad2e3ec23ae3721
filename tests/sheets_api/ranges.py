"""A1 addresses and grid ranges, read and written."""

from __future__ import annotations

import re
from typing import Any

from tests.sheets_api.errors import bad
from tests.sheets_api.grid import Area, Spreadsheet, Tab

CELL = re.compile(r"\$?([A-Za-z]{1,3})?\$?([1-9]\d*)?")
SIMPLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
LIKE_A_CELL = re.compile(r"(?i)[a-z]{1,3}[0-9]+|r[0-9]*c[0-9]*")


def column_number(letters: str) -> int:
    """Counted from 0: A is 0, AA is 26."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def letters_of(column: int) -> str:
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def cell_at(a1: str) -> tuple[int, int]:
    """Row and column from 0: "C5" → (4, 2)."""
    found = CELL.fullmatch(a1)
    if not found or not (found[1] and found[2]):
        raise bad(f"Unable to parse range: {a1}")
    return int(found[2]) - 1, column_number(found[1])


def quoted(title: str) -> str:
    """A title as it stands before the "!": quoted unless it is a plain word."""
    plain = SIMPLE.fullmatch(title) and not LIKE_A_CELL.fullmatch(title)
    return title if plain else "'" + title.replace("'", "''") + "'"


def a1_of(tab: Tab, top: int, bottom: int, left: int, right: int) -> str:
    """The address of a rectangle with its title, as answers give it."""
    start, end = f"{letters_of(left)}{top + 1}", f"{letters_of(max(right - 1, left))}{max(bottom, top + 1)}"
    return f"{quoted(tab.title)}!{start}" + (f":{end}" if end != start else "")


def area_of(book: Spreadsheet, a1: str) -> tuple[Tab, Area]:
    """The cells an address means: a title, an address of the first tab, or both.

    Raises Refused: a title that is not there, an address that is none, a start beyond the grid.
    """
    title, address = _split(a1)
    if title is None:
        tab = book.titled(address)
        corners = None if tab else _corners(address)
        if not tab and corners:
            tab = next(tab for tab in book.tabs if not tab.hidden)
        address = "" if not corners else address
    else:
        tab = book.titled(title)
        corners = _corners(address)
    if not tab or (address and not corners):
        raise bad(f"Unable to parse range: {a1}")
    top, bottom, left, right = corners or (0, None, 0, None)
    area = Area(tab.id, top, bottom, left, right)
    _check_start(tab, area, f"{quoted(tab.title)}!{address}" if address else quoted(tab.title))
    return tab, area


def area_from_grid(book: Spreadsheet, given: dict[str, Any]) -> tuple[Tab, Area]:
    """The cells of a GridRange; a sheetId that is left out is 0, as everywhere in the API."""
    tab = tab_with(book, given.get("sheetId", 0))
    area = Area(
        tab.id, given.get("startRowIndex", 0), given.get("endRowIndex"), given.get("startColumnIndex", 0), given.get("endColumnIndex")
    )
    if (area.bottom is not None and area.bottom < area.top) or (area.right is not None and area.right < area.left):
        raise bad("Invalid range: the end is before the start.")
    return tab, area


def tab_with(book: Spreadsheet, sheet_id: int, says: str = "No grid with id: {}") -> Tab:
    tab = book.tab(sheet_id)
    if not tab:
        raise bad(says.format(sheet_id))
    return tab


def _check_start(tab: Tab, area: Area, said: str) -> None:
    if area.top >= len(tab.rows) or area.left >= tab.columns:
        raise beyond(tab, said)


def beyond(tab: Tab, said: str) -> Exception:
    return bad(f"Range ({said}) exceeds grid limits. Max rows: {len(tab.rows)}, max columns: {tab.columns}")


def _split(a1: str) -> tuple[str | None, str]:
    """Title and address; no title where there is no "!"."""
    if a1.startswith("'"):
        found = re.fullmatch(r"'((?:[^']|'')*)'(?:!(.*))?", a1)
        if found:
            return found[1].replace("''", "'"), found[2] or ""
    title, mark, address = a1.rpartition("!")
    return (title, address) if mark else (None, a1)


def _corners(address: str) -> tuple[int, int | None, int, int | None] | None:
    """Top, bottom, left, right of "C5", "A:C", "2:3", "A5:C"; None if it is no address."""
    first, _, last = address.partition(":")
    start, end = CELL.fullmatch(first), CELL.fullmatch(last or first)
    if not address or not start or not end or not (start[1] or start[2]) or not (end[1] or end[2]):
        return None
    if not last and not (start[1] and start[2]):
        return None
    rows = [int(one[2]) for one in (start, end) if one[2]]
    columns = [column_number(one[1]) for one in (start, end) if one[1]]
    top, left = (min(rows) - 1 if rows else 0), (min(columns) if columns else 0)
    return top, (max(rows) if len(rows) == 2 else None), left, (max(columns) + 1 if len(columns) == 2 else None)
