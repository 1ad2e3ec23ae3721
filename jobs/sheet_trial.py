"""What only Google can tell, tried on the real spreadsheet: on a tab that is made for it, and deleted whatever happens."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

from branch import clock
from branch.branch import Branch
from branch.sync import connecting
from jobs.finding import Finding
from sheets.google import GoogleSheet
from sheets.spreadsheet import RowWrite, SheetFault
from sheets.tabs import plan
from texts import Lang, say

CHECK = "google-trial"
TITLE = "huce-test"
NUMBER = plan.sheet_id(TITLE)
KEY, COLUMN, ROW = "huce.test", "column", "row"
ROWS = (("n", "word", "note"), (1, "a", "x"), (2, "b", "y"), (3, "c", "z"))  # sorted backwards, the first row becomes the last
PATIENCE = 240.0  # seconds for Drive to know of a change
PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0)  # between two questions to it; the last one repeats
Pause = Callable[[float], object]


def findings(branch: Branch, lang: Lang, pause: Pause | None = None) -> list[Finding]:
    """A line for each question: what Google does, and what that means. What could not be tried says why."""
    try:
        sheet = connecting.open_sheet(branch)
        return _tried(sheet, lang, pause or threading.Event().wait)
    except SheetFault as fault:
        return [Finding(CHECK, "warn", fault.say(lang))]


def _tried(sheet: GoogleSheet, lang: Lang, pause: Pause) -> list[Finding]:
    there = sheet.about().sheet(NUMBER)
    if there is not None:  # left by a trial that was cut off
        sheet.build([{"deleteSheet": {"sheetId": NUMBER}}])
    before = sheet.changed()
    sheet.build(list(_made()))
    since = clock.ticks()
    try:
        found = [_one(trial, sheet, lang) for trial in (_echo, _nulls, _copied, _sorted)]
        found.append(_one(lambda one: _drive(one, before, since, pause), sheet, lang))
    finally:
        left = _deleted(sheet, lang)
    return [*found, *left]


def _made() -> Iterator[dict[str, Any]]:
    grid = {"rowCount": 10, "columnCount": 8}
    yield {"addSheet": {"properties": {"sheetId": NUMBER, "title": TITLE, "hidden": True, "gridProperties": grid}}}
    lines = [{"values": [_cell(one) for one in row]} for row in ROWS]
    start = {"sheetId": NUMBER, "rowIndex": 0, "columnIndex": 0}
    yield {"updateCells": {"start": start, "rows": lines, "fields": "userEnteredValue"}}
    for dimension, value in (("COLUMNS", COLUMN), ("ROWS", ROW)):
        place = {"dimensionRange": {"sheetId": NUMBER, "dimension": dimension, "startIndex": 1, "endIndex": 2}}
        note = {"metadataKey": KEY, "metadataValue": value, "location": place, "visibility": "DOCUMENT"}
        yield {"createDeveloperMetadata": {"developerMetadata": note}}


def _cell(value: str | int) -> dict[str, Any]:
    return {"userEnteredValue": {"stringValue": value} if isinstance(value, str) else {"numberValue": value}}


def _one(trial: Callable[[GoogleSheet], tuple[str, dict[str, object]]], sheet: GoogleSheet, lang: Lang) -> Finding:
    """One question; that one cannot be asked hinders no other."""
    try:
        code, values = trial(sheet)
    except SheetFault as fault:
        return Finding(CHECK, "warn", say("doctor.trial.failed", lang, reason=fault.say(lang)))
    return Finding(CHECK, "ok", say(f"doctor.trial.{code}", lang, **values))


def _echo(sheet: GoogleSheet) -> tuple[str, dict[str, object]]:
    """Does the answer to a write show the rows that were asked for, as they stand after it?"""
    rows = sheet.write([RowWrite(NUMBER, 1, {2: "w"})], {NUMBER: [(TITLE, 0, 2)]}).get(NUMBER, {})
    shown = rows.get(0, [])[:3] == list(ROWS[0]) and rows.get(1, [])[2:3] == ["w"]
    return ("echo_yes" if shown else "echo_no"), {}


def _nulls(sheet: GoogleSheet) -> tuple[str, dict[str, object]]:
    """Does a write that skips every cell give the column back?"""
    found = {"developerMetadataLookup": {"metadataKey": KEY, "metadataValue": COLUMN}}
    body = {
        "valueInputOption": "RAW",
        "includeValuesInResponse": True,
        "responseValueRenderOption": "FORMULA",
        "data": [{"dataFilter": found, "majorDimension": "COLUMNS", "values": [[None] * len(ROWS)]}],
    }
    answer = sheet.ask("write", "post", "/values:batchUpdateByDataFilter", json=body)
    given = [one.get("updatedData", {}).get("values", []) for one in answer.get("responses", ())]
    whole = given == [[[row[1] for row in ROWS]]]
    return ("nulls_yes" if whole else "nulls_no"), {}


def _copied(sheet: GoogleSheet) -> tuple[str, dict[str, object]]:
    """Does a copied column take its key along?"""
    source = {"sheetId": NUMBER, "startColumnIndex": 1, "endColumnIndex": 2}
    target = {"sheetId": NUMBER, "startColumnIndex": 5, "endColumnIndex": 6}
    sheet.build([{"copyPaste": {"source": source, "destination": target, "pasteType": "PASTE_NORMAL"}}])
    return ("copied_yes" if len(_places(sheet, COLUMN)) > 1 else "copied_no"), {}


def _sorted(sheet: GoogleSheet) -> tuple[str, dict[str, object]]:
    """Where is the key of a row after a sort has moved the row from the second to the last place?"""
    area = {"sheetId": NUMBER, "startRowIndex": 1, "endRowIndex": len(ROWS), "startColumnIndex": 0, "endColumnIndex": 8}
    sheet.build([{"sortRange": {"range": area, "sortSpecs": [{"dimensionIndex": 0, "sortOrder": "DESCENDING"}]}}])
    places = _places(sheet, ROW)
    return ("sorted_stays" if places == [1] else "sorted_follows" if places == [len(ROWS) - 1] else "sorted_lost"), {}


def _places(sheet: GoogleSheet, value: str) -> list[int]:
    body = {"dataFilters": [{"developerMetadataLookup": {"metadataKey": KEY, "metadataValue": value}}]}
    found = sheet.ask("read", "post", "/developerMetadata:search", json=body).get("matchedDeveloperMetadata", ())
    ranges = [one["developerMetadata"]["location"].get("dimensionRange", {}) for one in found]
    return sorted(one.get("startIndex", 0) for one in ranges if one.get("sheetId", 0) == NUMBER)


def _drive(sheet: GoogleSheet, before: str, since: float, pause: Pause) -> tuple[str, dict[str, object]]:
    """How long until Drive's version of the file has moved?"""
    asked = 0
    while sheet.changed() == before:
        if clock.ticks() - since > PATIENCE:
            return "drive_never", {"seconds": int(PATIENCE)}
        pause(PAUSES[min(asked, len(PAUSES) - 1)])
        asked += 1
    return "drive_late", {"seconds": round(clock.ticks() - since)}


def _deleted(sheet: GoogleSheet, lang: Lang) -> list[Finding]:
    try:
        sheet.build([{"deleteSheet": {"sheetId": NUMBER}}])
    except SheetFault as fault:
        return [Finding(CHECK, "warn", say("doctor.trial.left", lang, tab=TITLE, reason=fault.say(lang)))]
    return []
