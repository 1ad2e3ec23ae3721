"""The requests that build the tabs: Sheets v4 batchUpdate dicts, sent together, so that all tabs are there or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from sheets.files.headings import column_letters
from sheets.tabs import looks
from sheets.tabs.guide import guide_rows, headings
from sheets.tabs.plan import GUIDE, ISSUE, Tab, TabColumn
from texts import Lang, say

Request = dict[str, Any]
Placed = Sequence[tuple[int, TabColumn]]  # each column with where it stands, counted from 0

TAB_KEY, COLUMN_KEY, SHEET_KEY, SHEET_FORMAT = "huce.tab", "huce.col", "huce.sheet", "1"
LOCALE, TIME_ZONE = "zh_CN", "Asia/Shanghai"  # in which people's typing is understood, whatever language they read
LEAST_ROWS, SPARE_ROWS = 1000, 500
MOST_WORDS = 500  # of one dropdown


def heading_row(tab: Tab) -> list[str]:
    """The first row of a tab."""
    return [column.heading for column in tab.columns]


def requests(
    tabs: Sequence[Tab], lang: Lang, *, account: str, rows: Mapping[str, int] | None = None, first_sheet: int | None = None
) -> list[Request]:
    """What builds these tabs, for one batchUpdate. The spreadsheet itself is set up with the tab that explains.

    `account` is the e-mail that alone may write the hard protected tabs; `rows` how many each ledger will hold.
    `first_sheet` is the empty tab of a fresh spreadsheet: it becomes the guide (and keeps its number), so none is left over.
    """
    found: list[Request] = []
    if any(tab.table == GUIDE for tab in tabs):
        found.append({"updateSpreadsheetProperties": {
            "properties": {"locale": LOCALE, "timeZone": TIME_ZONE}, "fields": "locale,timeZone"}})  # fmt: skip
        found.append(_metadata(SHEET_KEY, SHEET_FORMAT, {"spreadsheet": True}))
    for tab in tabs:
        if tab.table == GUIDE:
            found += _guide(tab, tuple(tabs), lang, first_sheet)
        else:
            found += _ledger(tab, lang, account, (rows or {}).get(tab.table, 0))
    return found


def column_requests(tab: Tab, placed: Placed, lang: Lang) -> list[Request]:
    """What makes columns of a tab: heading with note, format, dropdown, protection, key, width; also of one that came later."""
    sheet = tab.sheet_id
    found = [_header(sheet, start, run) for start, run in _runs(placed, lambda _: 0)]
    for start, run in _runs(placed, lambda column: str(looks.number_format(column.kind))):
        cell = {"userEnteredFormat": {"numberFormat": looks.number_format(run[0].kind)}}
        found.append({"repeatCell": {"range": _below(sheet, start, len(run)), "cell": cell, "fields": "userEnteredFormat.numberFormat"}})
    for start, run in _runs(placed, lambda column: column.words):
        found += _dropdown(sheet, start, run)
    if tab.protection == "warn":
        for start, run in _runs(placed, _guarded):
            if _guarded(run[0]):
                found.append(_warned(_whole(sheet, start, len(run)), say("sheet.protected.columns", lang)))
    found += [_metadata(COLUMN_KEY, column.key, {"dimensionRange": _columns(sheet, at, 1)}) for at, column in placed]
    for start, run in _runs(placed, lambda column: looks.width(column.kind)):
        if looks.width(run[0].kind) != looks.USUAL:
            found.append(_dimension(_columns(sheet, start, len(run)), "pixelSize", looks.width(run[0].kind)))
    for start, run in _runs(placed, lambda column: column.hidden):
        if run[0].hidden:
            found.append(_dimension(_columns(sheet, start, len(run)), "hiddenByUser", True))
    return found


def _ledger(tab: Tab, lang: Lang, account: str, rows: int) -> list[Request]:
    sheet = tab.sheet_id
    grid = {"rowCount": max(LEAST_ROWS, rows + SPARE_ROWS), "columnCount": len(tab.columns) + 2, "frozenRowCount": 1}
    found: list[Request] = [
        {"addSheet": {"properties": {
            "sheetId": sheet, "title": tab.title, "hidden": tab.hidden, "gridProperties": grid, "tabColorStyle": looks.color(tab.color)}}},
        _metadata(TAB_KEY, tab.table, {"sheetId": sheet}),
        *column_requests(tab, list(enumerate(tab.columns)), lang),
    ]  # fmt: skip
    if tab.protection == "hard":
        found.append(_locked(sheet, account, say("sheet.protected.tab", lang)))
    elif tab.protection == "warn":
        found.append(_warned({"sheetId": sheet, "startRowIndex": 0, "endRowIndex": 1}, say("sheet.protected.header", lang)))
    if any(column.key == ISSUE for column in tab.columns):
        found.append(_colored(tab))
    return found


def _guide(tab: Tab, tabs: tuple[Tab, ...], lang: Lang, first_sheet: int | None) -> list[Request]:
    sheet = tab.sheet_id if first_sheet is None else first_sheet
    named = {"sheetId": sheet, "title": tab.title, "index": 0, "tabColorStyle": looks.color(tab.color)}
    made: Request = (
        {"addSheet": {"properties": named}}
        if first_sheet is None
        else {"updateSheetProperties": {"properties": named, "fields": "title,index,tabColorStyle"}}
    )
    heads = headings(lang, tabs)
    lines = [{"values": [_line(line[0], line[0] in heads)]} for line in guide_rows(lang, tabs)]
    start = {"sheetId": sheet, "rowIndex": 0, "columnIndex": 0}
    return [
        made,
        _metadata(TAB_KEY, tab.table, {"sheetId": sheet}),
        {"updateCells": {"start": start, "rows": lines, "fields": "userEnteredValue,userEnteredFormat"}},
        _dimension(_columns(sheet, 0, 1), "pixelSize", looks.GUIDE_WIDTH),
        _warned({"sheetId": sheet}, say("sheet.protected.tab", lang)),
    ]


def _line(text: str, bold: bool) -> Request:
    shape = {"wrapStrategy": "WRAP", "verticalAlignment": "TOP", "textFormat": {"bold": bold}}
    return {"userEnteredValue": {"stringValue": text}, "userEnteredFormat": shape} if text else {"userEnteredFormat": shape}


def _header(sheet: int, start: int, run: Sequence[TabColumn]) -> Request:
    at = {"sheetId": sheet, "rowIndex": 0, "columnIndex": start}
    cells = [_heading(column) for column in run]
    return {"updateCells": {"start": at, "rows": [{"values": cells}], "fields": "userEnteredValue,userEnteredFormat,note"}}


def _heading(column: TabColumn) -> Request:
    shape = {
        "numberFormat": looks.number_format("text"),
        "textFormat": {"bold": True},
        "wrapStrategy": "WRAP",
        "verticalAlignment": "MIDDLE",
        "backgroundColorStyle": looks.color(looks.HEADER_FILLED if _guarded(column) else looks.HEADER),
    }
    return {"userEnteredValue": {"stringValue": column.heading}, "userEnteredFormat": shape, "note": column.note}


def _dropdown(sheet: int, start: int, run: Sequence[TabColumn]) -> list[Request]:
    """The words of a list, which are offered and not enforced. One that a sheet would take for a formula is left to be typed."""
    words = [word for word in run[0].words if not word.startswith(("=", "+"))]
    if not words or len(words) > MOST_WORDS:
        return []
    offered = {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": word} for word in words]}
    rule = {"condition": offered, "strict": False, "showCustomUi": True}
    return [{"setDataValidation": {"range": _below(sheet, start, len(run)), "rule": rule}}]


def _guarded(column: TabColumn) -> bool:
    return column.filled or column.key == "id"


def _warned(area: Request, why: str) -> Request:
    """Whoever types there is asked first. Nothing harder: that would refuse the sorts of everybody else."""
    return {"addProtectedRange": {"protectedRange": {"range": area, "description": why, "warningOnly": True}}}


def _locked(sheet: int, account: str, why: str) -> Request:
    editors = {"users": [account], "groups": [], "domainUsersCanEdit": False}
    return {"addProtectedRange": {
        "protectedRange": {"range": {"sheetId": sheet}, "description": why, "warningOnly": False, "editors": editors}}}  # fmt: skip


def _colored(tab: Tab) -> Request:
    area = {"sheetId": tab.sheet_id, "startRowIndex": 1, "startColumnIndex": 0, "endColumnIndex": len(tab.columns)}
    formula = f'=${column_letters(tab.at(ISSUE))}2<>""'
    rule = {
        "condition": {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": formula}]},
        "format": {"backgroundColorStyle": looks.color(looks.WRONG)},
    }
    return {"addConditionalFormatRule": {"rule": {"ranges": [area], "booleanRule": rule}, "index": 0}}


def _metadata(key: str, value: str, location: Request) -> Request:
    """Kept with the document, so that every installation sees it, whatever project its key belongs to."""
    made = {"metadataKey": key, "metadataValue": value, "location": location, "visibility": "DOCUMENT"}
    return {"createDeveloperMetadata": {"developerMetadata": made}}


def _dimension(area: Request, name: str, value: int | bool) -> Request:
    return {"updateDimensionProperties": {"range": area, "properties": {name: value}, "fields": name}}


def _below(sheet: int, start: int, count: int) -> Request:
    """Columns without their heading, to the end of the grid."""
    return {"sheetId": sheet, "startRowIndex": 1, "startColumnIndex": start, "endColumnIndex": start + count}


def _whole(sheet: int, start: int, count: int) -> Request:
    return {"sheetId": sheet, "startColumnIndex": start, "endColumnIndex": start + count}


def _columns(sheet: int, start: int, count: int) -> Request:
    return {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": start, "endIndex": start + count}


def _runs(placed: Placed, like: Callable[[TabColumn], object]) -> Iterator[tuple[int, list[TabColumn]]]:
    """Columns side by side that are alike: where they start, and which they are."""
    numbered = ((at, column, at - n) for n, (at, column) in enumerate(placed))
    for _, group in groupby(numbered, lambda one: (one[2], like(one[1]))):
        run = list(group)
        yield run[0][0], [column for _, column, _ in run]
