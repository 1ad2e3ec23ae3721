"""batchUpdate: all or nothing, tabs, cells, rows and columns, protections, metadata; and what GET gives of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sheets_api.asking import Asking
from tests.sheets_api.book import Book
from tests.sheets_api.errors import PROTECTED


def text(*values: str) -> dict[str, Any]:
    """A row of texts."""
    return {"values": [{"userEnteredValue": {"stringValue": one}} for one in values]}


def cells(row: int, column: int, *values: str, sheet: int = 0, fields: str = "userEnteredValue") -> dict[str, Any]:
    start = {"sheetId": sheet, "rowIndex": row, "columnIndex": column}
    return {"updateCells": {"start": start, "rows": [text(*values)], "fields": fields}}


def span(start: int, end: int, dimension: str = "COLUMNS", sheet: int = 0) -> dict[str, Any]:
    return {"sheetId": sheet, "dimension": dimension, "startIndex": start, "endIndex": end}


def note(key: str, value: str, **location: Any) -> dict[str, Any]:
    entry = {"metadataKey": key, "metadataValue": value, "visibility": "DOCUMENT", "location": location}
    return {"createDeveloperMetadata": {"developerMetadata": entry}}


def marks(ask: Asking, *columns: int) -> None:
    ask.batch(*[note("huce.col", f"c{column}", dimensionRange=span(column, column + 1)) for column in columns])


# --- all or nothing -----------------------------------------------------------------------------------------------------


def test_one_request_that_cannot_be_done_undoes_all(book: Book, ask: Asking) -> None:
    before, version = book.cells("客户"), book.version
    said = ask.refused(cells(1, 0, "x"), {"addSheet": {"properties": {"title": "回访"}}}, cells(0, 0, "y", sheet=77))
    assert said == "Invalid requests[2].updateCells: No grid with id: 77"
    assert (book.cells("客户"), book.tabs, book.version) == (before, ["客户"], version)


def test_unknown_names_are_refused_as_the_json_reader_says_it(ask: Asking) -> None:
    assert (
        ask.refused({"updateCell": {}}) == "Invalid JSON payload received. Unknown name \"updateCell\" at 'requests[0]': Cannot find field."
    )
    said = ask.refused(cells(1, 0, "x"), {"appendCells": {"sheet": 0}})
    assert said == "Invalid JSON payload received. Unknown name \"sheet\" at 'requests[1].append_cells': Cannot find field."
    assert ask.refused() == "Must specify at least one request."
    assert ask.refused(cells(0, 0, "x", fields="")).endswith(
        "At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)"
    )


def test_the_answer_shows_the_ranges_that_are_asked_for_cut_by_the_mask(ask: Asking) -> None:
    body = {"requests": [cells(1, 2, "7")], "includeSpreadsheetInResponse": True, "responseRanges": ["客户!1:1", "客户!C2"]}
    mask = "replies,updatedSpreadsheet.sheets(properties.sheetId,data(startRow,startColumn,rowData.values.userEnteredValue))"
    done = ask.post(":batchUpdate", body, fields=mask)
    heading = [{"userEnteredValue": {"stringValue": one}} for one in ("编号", "名称", "余额")]
    there = {"startRow": 1, "startColumn": 2, "rowData": [{"values": [{"userEnteredValue": {"stringValue": "7"}}]}]}
    data = [{"rowData": [{"values": heading}]}, there]
    assert done == {"replies": [{}], "updatedSpreadsheet": {"sheets": [{"properties": {"sheetId": 0}, "data": data}]}}
    assert "data" not in ask.post(":batchUpdate", body)["updatedSpreadsheet"]["sheets"][0]
    assert "data" in ask.post(":batchUpdate", {**body, "responseIncludeGridData": True})["updatedSpreadsheet"]["sheets"][0]
    status, answer = ask.ask("POST", ":batchUpdate", body, fields="reply")
    assert (status, answer["error"]["message"]) == (400, "Request contains an invalid argument.")


# --- tabs ---------------------------------------------------------------------------------------------------------------


def test_tabs_are_added_changed_moved_and_deleted(book: Book, ask: Asking) -> None:
    grid = {"rowCount": 50, "columnCount": 5, "frozenRowCount": 1}
    first, second = ask.batch({"addSheet": {"properties": {"title": "回访", "gridProperties": grid, "index": 0}}}, {"addSheet": {}})[
        "replies"
    ]
    added = first["addSheet"]["properties"]
    assert added == {"sheetId": added["sheetId"], "title": "回访", "index": 0, "sheetType": "GRID", "gridProperties": grid}
    assert second["addSheet"]["properties"]["title"] == "工作表3"
    props = {
        "sheetId": 0,
        "title": "对公客户",
        "index": 0,
        "hidden": True,
        "gridProperties": {"frozenRowCount": 2},
        "tabColorStyle": {"themeColor": "ACCENT1"},
    }
    ask.batch({"updateSheetProperties": {"properties": props, "fields": "title,index,hidden,gridProperties.frozenRowCount,tabColorStyle"}})
    assert (book.tabs, book.hidden, book.frozen("对公客户"), book.size("对公客户")) == (
        ["对公客户", "回访", "工作表3"],
        ["对公客户"],
        2,
        (1000, 26),
    )
    shown = ask.get(fields="sheets.properties")["sheets"][0]["properties"]
    assert (shown["hidden"], shown["tabColorStyle"]) == (True, {"themeColor": "ACCENT1"})
    ask.batch({"updateSheetProperties": {"properties": {"sheetId": 0, "index": 2}, "fields": "index"}})  # counted as before the move
    assert book.tabs == ["回访", "对公客户", "工作表3"]
    ask.batch({"deleteSheet": {"sheetId": added["sheetId"]}})
    assert book.tabs == ["对公客户", "工作表3"]


def test_what_cannot_be_done_with_tabs(book: Book, ask: Asking) -> None:
    said = 'Invalid requests[0].addSheet: A sheet with the name "客户" already exists. Please enter another name.'
    assert ask.refused({"addSheet": {"properties": {"title": "客户"}}}) == said
    assert ask.refused({"deleteSheet": {"sheetId": 0}}) == "Invalid requests[0].deleteSheet: You can't remove all the sheets in a document."
    assert ask.refused({"deleteSheet": {"sheetId": 5}}) == "Invalid requests[0].deleteSheet: No sheet with id: 5"
    grid = {"properties": {"sheetId": 0, "gridProperties": {"rowCount": 2_000_000}}, "fields": "gridProperties.rowCount"}
    assert "above the limit of 10000000 cells" in ask.refused({"updateSheetProperties": grid})
    assert book.size("客户") == (1000, 26)


def test_the_spreadsheet_has_a_language_and_a_zone(book: Book, ask: Asking) -> None:
    ask.batch({"updateSpreadsheetProperties": {"properties": {"locale": "en_US", "timeZone": "Asia/Tokyo"}, "fields": "locale,timeZone"}})
    assert (book.locale, book.zone, book.title) == ("en_US", "Asia/Tokyo", "支行台账")
    ask.batch({"addSheet": {}})
    assert book.tabs[-1] == "Sheet2"


# --- cells --------------------------------------------------------------------------------------------------------------


def test_update_cells_changes_what_the_mask_names(book: Book, ask: Asking) -> None:
    book.style("客户", "B2", numberFormat={"type": "TEXT"}, textFormat={"bold": True})
    cell = {"userEnteredValue": {"stringValue": "=A1"}, "note": "记", "userEnteredFormat": {"textFormat": {"italic": True}}}
    start = {"sheetId": 0, "rowIndex": 1, "columnIndex": 1}
    asked = {"start": start, "rows": [{"values": [cell, {}]}], "fields": "userEnteredValue,userEnteredFormat.textFormat"}
    ask.batch({"updateCells": asked})
    assert book.cells("客户")[1] == ["c1", "=A1"]  # the third cell came without a value and lost its own
    assert book.format("客户", "B2") == {"numberFormat": {"type": "TEXT"}, "textFormat": {"italic": True}}
    assert book.note("客户", "B2") == ""
    values = [{"boolValue": True}, {"numberValue": 5.0}, {"formulaValue": "=1"}]
    ask.batch({"updateCells": {"start": start, "rows": [{"values": [{"userEnteredValue": one} for one in values]}], "fields": "*"}})
    assert (book.cells("客户")[1], book.formula("客户", "D2"), book.format("客户", "B2")) == (["c1", True, 5, ""], "=1", {})


def test_update_cells_over_a_range_clears_the_rest_of_it(book: Book, ask: Asking) -> None:
    area = {"sheetId": 0, "startRowIndex": 1, "endRowIndex": 4, "startColumnIndex": 1, "endColumnIndex": 3}
    ask.batch({"updateCells": {"range": area, "rows": [text("甲甲")], "fields": "userEnteredValue"}})
    assert book.cells("客户")[1:] == [["c1", "甲甲"], ["c2"], ["c3"]]


def test_update_cells_ends_where_the_grid_ends(ask: Asking) -> None:
    assert ask.refused(cells(1000, 0, "x")).startswith("Invalid requests[0].updateCells: Range ('客户'!A1001) exceeds grid limits.")
    two = {"start": {"sheetId": 0, "rowIndex": 999}, "rows": [text("x"), text("y")], "fields": "userEnteredValue"}
    assert ask.refused({"updateCells": two}).endswith("Attempting to write row: 1000, beyond the last requested row of: 999")


def test_append_cells_starts_in_column_a_below_the_last_row_with_data(book: Book, ask: Asking) -> None:
    book.type("客户", "F7", "旁注")
    book.style("客户", "A9", numberFormat={"type": "TEXT"})
    ask.batch({"appendCells": {"sheetId": 0, "rows": [text("c4", "丁"), text("c5")], "fields": "userEnteredValue"}})
    assert book.cells("客户")[6:] == [["", "", "", "", "", "旁注"], ["c4", "丁"], ["c5"]]
    book.type("客户", "A1000", "末")
    ask.batch({"appendCells": {"sheetId": 0, "rows": [text("c6")], "fields": "userEnteredValue"}})
    assert (book.size("客户"), book.cell("客户", "A1001")) == ((1001, 26), "c6")


def test_repeat_cell_and_validation_reach_to_the_end_of_the_grid(book: Book, ask: Asking) -> None:
    column = {"sheetId": 0, "startRowIndex": 1, "startColumnIndex": 1, "endColumnIndex": 2}
    plain = {"userEnteredFormat": {"numberFormat": {"type": "TEXT"}}}
    rule = {"condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "甲"}]}, "showCustomUi": True}
    ask.batch(
        {"repeatCell": {"range": column, "cell": plain, "fields": "userEnteredFormat.numberFormat"}},
        {"setDataValidation": {"range": column, "rule": rule}},
    )
    assert [book.format("客户", one) for one in ("B1", "B2", "B1000")] == [{}, plain["userEnteredFormat"], plain["userEnteredFormat"]]
    assert (book.validation("客户", "B1000"), book.validation("客户", "C2")) == (rule, None)
    ask.batch({"setDataValidation": {"range": column}})
    assert book.validation("客户", "B2") is None


def test_get_gives_the_cells_that_a_range_asks_for(book: Book, ask: Asking) -> None:
    book.type("客户", "C2", "2026-03-05")
    book.annotate("客户", "C2", "记")
    (sheet,) = ask.get(ranges="客户!C2:C3", includeGridData="true")["sheets"]
    (data,) = sheet["data"]
    date = {"numberFormat": {"type": "DATE", "pattern": "yyyy-mm-dd"}}
    assert data["rowData"][0]["values"] == [
        {
            "userEnteredValue": {"numberValue": 46086}, "effectiveValue": {"numberValue": 46086}, "formattedValue": "2026-03-05",
            "userEnteredFormat": date, "effectiveFormat": date, "note": "记",
        }
    ]  # fmt: skip
    assert (data["startRow"], data["startColumn"], data["rowMetadata"], data["columnMetadata"]) == (
        1, 2, [{"pixelSize": 21}] * 2, [{"pixelSize": 100}],
    )  # fmt: skip
    assert set(ask.get()) == {"spreadsheetId", "properties", "sheets", "spreadsheetUrl"}
    assert "data" not in ask.get()["sheets"][0]
    assert ask.get(fields="sheets.properties(sheetId,title)") == {"sheets": [{"properties": {"sheetId": 0, "title": "客户"}}]}


def test_get_by_filter_gives_the_tabs_that_the_filters_find(ask: Asking) -> None:
    ask.batch({"addSheet": {"properties": {"sheetId": 9, "title": "回访"}}})
    marks(ask, 1)
    lookup = {"developerMetadataLookup": {"metadataKey": "huce.col"}}
    found = ask.post(
        ":getByDataFilter", {"dataFilters": [lookup]}, fields="sheets(properties.title,data(startColumn,rowData.values.formattedValue))"
    )
    column = [{"values": [{"formattedValue": one}]} for one in ("名称", "甲", "乙", "丙")]
    assert found == {"sheets": [{"properties": {"title": "客户"}, "data": [{"startColumn": 1, "rowData": column}]}]}


def test_tabs_are_copied_by_the_api(book: Book, ask: Asking) -> None:
    marks(ask, 1)
    ask.batch({"duplicateSheet": {"sourceSheetId": 0, "newSheetName": "二", "newSheetId": 5}})
    assert ask.post("/sheets/0:copyTo", {"destinationSpreadsheetId": book.id})["title"] == "客户的副本"
    assert (book.tabs, book.sheet_id("二"), book.cells("二")) == (["二", "客户", "客户的副本"], 5, book.cells("客户"))
    assert len(book.metadata()) == 1


# --- rows and columns ---------------------------------------------------------------------------------------------------


def test_rows_and_columns_are_added_moved_sorted_and_deleted(book: Book, ask: Asking) -> None:
    ask.batch(
        {"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": 5}},
        {"insertDimension": {"range": span(1, 2, "ROWS")}},
        {"moveDimension": {"source": span(2, 3), "destinationIndex": 0}},
        {"sortRange": {"range": {"sheetId": 0, "startRowIndex": 1}, "sortSpecs": [{"dimensionIndex": 0, "sortOrder": "DESCENDING"}]}},
        {"deleteDimension": {"range": span(1, 2, "ROWS")}},
    )
    assert book.size("客户") == (1005, 26)
    assert book.cells("客户") == [["余额", "编号", "名称"], [2, "c3", "丙"], [1, "c2", "乙"]]
    said = ask.refused({"deleteDimension": {"range": span(0, 1005, "ROWS")}})
    assert said == "Invalid requests[0].deleteDimension: You can't delete all the rows on the sheet."
    hide = {"range": span(0, 1), "properties": {"hiddenByUser": True, "pixelSize": 20}, "fields": "hiddenByUser,pixelSize"}
    ask.batch(
        {"updateDimensionProperties": hide},
        {"insertDimension": {"range": span(0, 1)}},
        {"autoResizeDimensions": {"dimensions": span(0, 2)}},
    )
    assert book.sizes("客户") == {1: {"hiddenByUser": True, "pixelSize": 20}}


def test_what_an_inserted_row_looks_like(book: Book, ask: Asking) -> None:
    book.style("客户", "A1", textFormat={"bold": True})
    ask.batch(
        {"insertDimension": {"range": span(1, 2, "ROWS"), "inheritFromBefore": True}}, {"insertDimension": {"range": span(1, 2, "ROWS")}}
    )
    assert [book.format("客户", one) for one in ("A2", "A3")] == [{"textFormat": {"bold": True}}] * 2
    ask.batch({"insertDimension": {"range": span(3, 4, "ROWS")}})
    assert book.format("客户", "A4") == {}


# --- protections --------------------------------------------------------------------------------------------------------


def test_a_protected_cell_fails_the_whole_request(book: Book, ask: Asking) -> None:
    number = book.protect("客户", "C:C")
    before = book.cells("客户")
    said = f"Invalid requests[1].updateCells: {PROTECTED}"
    assert ask.refused(cells(1, 0, "x"), cells(1, 2, "y")) == said
    data = [{"range": "客户!A2", "values": [["x"]]}, {"range": "客户!B2:C2", "values": [["y", "z"]]}]
    message = ask.message("POST", "/values:batchUpdate", {"valueInputOption": "RAW", "data": data})
    assert message == f"Invalid data[1]: {PROTECTED}"
    assert ask.refused({"deleteDimension": {"range": span(1, 2, "ROWS")}}).endswith(PROTECTED)
    assert ask.refused({"deleteProtectedRange": {"protectedRangeId": number}}).endswith(PROTECTED)
    assert book.cells("客户") == before
    data = [{"range": "客户!B2:C2", "values": [["y", None]]}]
    ask.post("/values:batchUpdate", {"valueInputOption": "RAW", "data": data})
    assert book.cells("客户")[1] == ["c1", "y", 3]


def test_a_warning_stops_nobody_and_an_editor_is_not_stopped(api: Any, book: Book, ask: Asking) -> None:
    book.protect("客户", "A:A", warning=True)
    book.protect("客户", "B:B", editors=[api.account_email])
    ask.batch(cells(1, 0, "x", "y"))
    book.type("客户", "A2", "z")
    assert book.cells("客户")[1][:2] == ["z", "y"]


def test_protections_of_the_account_itself(book: Book, ask: Asking) -> None:
    heading = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 1}
    wanted = {"range": heading, "description": "huce", "warningOnly": True}
    added = ask.batch({"addProtectedRange": {"protectedRange": wanted}})["replies"][0]["addProtectedRange"]["protectedRange"]
    assert added == wanted | {"protectedRangeId": added["protectedRangeId"], "requestingUserCanEdit": True}
    assert ask.get(fields="sheets.protectedRanges")["sheets"][0]["protectedRanges"] == [added]
    changed = {"protectedRangeId": added["protectedRangeId"], "warningOnly": False, "editors": {"users": ["boss@bank.example"]}}
    ask.batch({"updateProtectedRange": {"protectedRange": changed, "fields": "warningOnly,editors"}})
    (one,) = book.protections("客户")
    assert (one.warning, one.editors) == (False, ("boss@bank.example", ask.api.account_email))
    ask.batch(cells(0, 0, "编"), {"deleteProtectedRange": {"protectedRangeId": one.id}})
    assert book.protections("客户") == []
    whole = {"addProtectedRange": {"protectedRange": {"range": {"sheetId": 0}}}}
    ask.batch(whole)
    assert ask.refused(whole) == 'Invalid requests[0].addProtectedRange: Sheet "客户" already has sheet protection.'


def test_conditional_formats_and_what_is_kept_without_being_understood(book: Book, ask: Asking) -> None:
    area = {"sheetId": 0, "startColumnIndex": 1, "endColumnIndex": 2}
    rule = {"ranges": [area], "booleanRule": {"condition": {"type": "BLANK"}, "format": {}}}
    ask.batch(
        {"addConditionalFormatRule": {"rule": rule, "index": 0}}, {"addBanding": {"bandedRange": {"range": area}}},
        {"setBasicFilter": {"filter": {"range": area}}},
    )  # fmt: skip
    book.insert_column("客户", "A")
    assert book.conditions("客户")[0]["ranges"] == [{"sheetId": 0, "startColumnIndex": 2, "endColumnIndex": 3}]
    sheet = ask.get()["sheets"][0]
    assert (len(sheet["conditionalFormats"]), len(sheet["bandedRanges"]), sheet["basicFilter"]["range"]) == (1, 1, area)


# --- metadata -----------------------------------------------------------------------------------------------------------


def test_metadata_is_found_by_key_value_place_and_cells(ask: Asking) -> None:
    marks(ask, 1, 2)
    ask.batch({"addSheet": {"properties": {"sheetId": 9, "title": "回访"}}})
    ask.batch(
        note("huce", "1", spreadsheet=True),
        note("huce.tab", "visits", sheetId=9),
        note("huce.col", "c1", dimensionRange=span(0, 1, sheet=9)),
    )

    def found(**lookup: Any) -> list[tuple[str, str]]:
        answer = ask.post("/developerMetadata:search", {"dataFilters": [{"developerMetadataLookup": lookup}]})
        return [
            (one["developerMetadata"]["location"]["locationType"], one["developerMetadata"]["metadataValue"])
            for one in answer.get("matchedDeveloperMetadata", [])
        ]

    assert found(metadataKey="huce.col") == [("COLUMN", "c1"), ("COLUMN", "c2"), ("COLUMN", "c1")]
    assert found(metadataKey="huce.col", metadataValue="c1", metadataLocation={"sheetId": 0}) == [("COLUMN", "c1")]
    assert found(metadataLocation={"sheetId": 9}) == [("SHEET", "visits"), ("COLUMN", "c1")]
    assert found(metadataLocation={"sheetId": 9}, locationMatchingStrategy="EXACT_LOCATION") == [("SHEET", "visits")]
    assert found(locationType="SPREADSHEET") == [("SPREADSHEET", "1")]
    assert found(metadataKey="none") == []
    cells_of = ask.post("/developerMetadata:search", {"dataFilters": [{"a1Range": "客户!B:B"}]})
    assert [one["developerMetadata"]["metadataValue"] for one in cells_of["matchedDeveloperMetadata"]] == ["c1"]
    assert [one["metadataValue"] for one in ask.get(fields="developerMetadata")["developerMetadata"]] == ["1"]
    columns = ask.get(fields="sheets.data.columnMetadata.developerMetadata.metadataValue")["sheets"][0]["data"][0]["columnMetadata"]
    assert columns[:3] == [{}, {"developerMetadata": [{"metadataValue": "c1"}]}, {"developerMetadata": [{"metadataValue": "c2"}]}]


def test_metadata_is_changed_and_deleted(book: Book, ask: Asking) -> None:
    marks(ask, 1, 2)
    one = {"developerMetadataLookup": {"metadataKey": "huce.col", "metadataValue": "c1"}}
    changed = {"dataFilters": [one], "developerMetadata": {"metadataValue": "name"}, "fields": "metadataValue"}
    assert (
        ask.batch({"updateDeveloperMetadata": changed})["replies"][0]["updateDeveloperMetadata"]["developerMetadata"][0]["metadataValue"]
        == "name"
    )
    assert book.columns_marked("客户", "huce.col") == {"name": "B", "c2": "C"}
    number = book.metadata("客户")[0]["metadataId"]
    assert ask.get(f"/developerMetadata/{number}")["metadataValue"] == "name"
    gone = ask.batch({"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": {"metadataId": number}}}})
    assert [len(one["deleteDeveloperMetadata"]["deletedDeveloperMetadata"]) for one in gone["replies"]] == [1]
    assert ask.ask("GET", f"/developerMetadata/{number}")[0] == 404


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"metadataKey": "k", "location": {"spreadsheet": True}}, "visibility must be specified"),
        ({"metadataKey": "k", "visibility": "DOCUMENT", "location": {"dimensionRange": span(0, 2)}}, "single row or column"),
        ({"metadataKey": "k", "visibility": "DOCUMENT", "location": {"sheetId": 5}}, "No sheet with id: 5"),
    ],
)
def test_metadata_that_cannot_be(ask: Asking, entry: dict[str, Any], said: str) -> None:
    assert said in ask.refused({"createDeveloperMetadata": {"developerMetadata": entry}})


def test_a_tab_takes_its_metadata_with_it_when_it_goes(book: Book, ask: Asking) -> None:
    ask.batch({"addSheet": {"properties": {"sheetId": 9, "title": "回访"}}}, note("huce.col", "x", dimensionRange=span(0, 1, sheet=9)))
    ask.batch({"deleteSheet": {"sheetId": 9}})
    assert book.metadata() == []
