"""Values: how they are read, what is kept as it is sent, what is read as if it were typed, and where writing ends."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sheets_api import SheetsApi
from tests.sheets_api.asking import Asking
from tests.sheets_api.book import Book

RAW, TYPED = "RAW", "USER_ENTERED"
CLOCK = 1_772_668_800.0  # 2026-03-05


def lookup(value: str, sheet: int = 0, **more: Any) -> dict[str, Any]:
    return {"developerMetadataLookup": {"metadataKey": "huce.col", "metadataValue": value, "metadataLocation": {"sheetId": sheet}, **more}}


def mark(column: int, value: str, sheet: int = 0) -> dict[str, Any]:
    span = {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": column, "endIndex": column + 1}
    entry = {"metadataKey": "huce.col", "metadataValue": value, "visibility": "DOCUMENT", "location": {"dimensionRange": span}}
    return {"createDeveloperMetadata": {"developerMetadata": entry}}


# --- what a text becomes ------------------------------------------------------------------------------------------------

TEXTS = ["0012", "3-5", "1e5", "=A1+1", "'x", "尾 ", "　前", "9558801234567890123", "TRUE", "一\n二", "#REF!", " 12", "2026-02-30"]


def test_raw_keeps_texts_as_texts_and_the_types_of_json(book: Book, ask: Asking) -> None:
    ask.put("/values/客户!D1", [*[[text] for text in TEXTS], [12], [0.1], [True], [5.0]])
    back = ask.get("/values/客户!D1:D20", valueRenderOption="FORMULA")["values"]
    assert back == [*[[text] for text in TEXTS], [12], [0.1], [True], [5]]
    assert [type(one[0]) for one in back[-4:]] == [int, float, bool, int]
    assert ask.get("/values/客户!D1:D20", valueRenderOption="UNFORMATTED_VALUE")["values"] == back


@pytest.mark.parametrize(
    ("text", "value", "shown"),
    [
        ("0012", 12, "12"), ("3-5", 46086, "3-5"), ("2026-03-05", 46086, "2026-03-05"), ("2026/3/5", 46086, "2026/3/5"),
        ("2026年3月5日", 46086, "2026年3月5日"), ("3月5日", 46086, "3月5日"), ("1e5", 100000, "1.00E+05"), ("12%", 0.12, "12%"),
        ("1,234", 1234, "1,234"), ("￥1,234.50", 1234.5, "¥1,234.50"), ("9558801234567890123", 9.55880123456789e18, "9.55880123456789E+18"),
        ("TRUE", True, "TRUE"), ("false", False, "FALSE"), ("'0012", "0012", "0012"), (" 12 ", 12, "12"), ("-0.50", -0.5, "-0.5"),
        ("10:30", 0.4375, "10:30"), ("2026-02-30", "2026-02-30", "2026-02-30"), ("1.2.3", "1.2.3", "1.2.3"), ("甲 ", "甲 ", "甲 "),
        ("13-45", "13-45", "13-45"), ("1e", "1e", "1e"), ("-", "-", "-"), ("2026-03-05 10:30", 46086.4375, "2026-03-05 10:30"),
    ],
)  # fmt: skip
def test_what_is_typed_is_read_as_google_reads_it(api: SheetsApi, book: Book, ask: Asking, text: str, value: Any, shown: str) -> None:
    api.clock = lambda: CLOCK
    ask.put("/values/客户!D1", [[text]], TYPED)
    book.type("客户", "D2", text)
    assert ask.get("/values/客户!D1:D2", valueRenderOption="UNFORMATTED_VALUE")["values"] == [[value], [value]]
    assert ask.get("/values/客户!D1:D2")["values"] == [[shown], [shown]]
    assert type(book.cell("客户", "D2")) is type(value)


def test_a_cell_of_plain_text_keeps_what_is_typed(api: SheetsApi, book: Book, ask: Asking) -> None:
    book.style("客户", "D:D", numberFormat={"type": "TEXT"})
    ask.put("/values/客户!D1", [["0012"], ["3-5"], ["=A1"], ["TRUE"]], TYPED)
    book.type("客户", "D5", "1e5")
    assert ask.get("/values/客户!D1:D5", valueRenderOption="UNFORMATTED_VALUE")["values"] == [["0012"], ["3-5"], ["=A1"], ["TRUE"], ["1e5"]]
    assert book.formula("客户", "D3") == "=A1"


def test_a_formula_comes_to_what_is_said_of_it(book: Book, ask: Asking) -> None:
    book.type("客户", "D2", "=C2*2", value=6)
    book.type("客户", "D3", "=C3*2", value=lambda cell: cell("C3") * 2)
    book.type("客户", "D4", "=NOPE()", value="#NAME?")
    ask.put("/values/客户!C3", [[10]])
    assert ask.get("/values/客户!D2:D4", valueRenderOption="UNFORMATTED_VALUE")["values"] == [[6], [20], ["#NAME?"]]
    assert ask.get("/values/客户!D2:D4", valueRenderOption="FORMULA")["values"] == [["=C2*2"], ["=C3*2"], ["=NOPE()"]]
    book.recalculate("客户", "D2", 7)
    assert book.cell("客户", "D2") == 7
    ask.put("/values/客户!D2", [["=C2*2"]])
    assert (book.cell("客户", "D2"), ask.get("/values/客户!D2", valueRenderOption="FORMULA")["values"]) == ("=C2*2", [["=C2*2"]])


# --- how they are given -------------------------------------------------------------------------------------------------


def test_empty_cells_and_rows_at_the_end_are_not_given(book: Book, ask: Asking) -> None:
    ask.put("/values/客户!E3", [["x"], [""], [""]])
    assert ask.get("/values/客户") == {
        "range": "'客户'!A1:Z1000", "majorDimension": "ROWS",
        "values": [["编号", "名称", "余额"], ["c1", "甲", "3"], ["c2", "乙", "1", "", "x"], ["c3", "丙", "2"]],
    }  # fmt: skip
    columns = ask.get("/values/客户!C2:E", majorDimension="COLUMNS", valueRenderOption="UNFORMATTED_VALUE")
    assert columns["values"] == [[3, 1, 2], [], ["", "x"]]
    assert ask.get("/values/客户!F1:F9") == {"range": "'客户'!F1:F9", "majorDimension": "ROWS"}
    book.type("客户", "G2", '=""')
    assert ask.get("/values/客户!G1:G9")["values"] == [[], [""]]


def test_dates_as_numbers_or_as_they_are_shown(book: Book, ask: Asking) -> None:
    book.type("客户", "D2", "2026-03-05")
    place = "/values/客户!D2"
    assert ask.get(place, valueRenderOption="UNFORMATTED_VALUE", dateTimeRenderOption="SERIAL_NUMBER")["values"] == [[46086]]
    assert ask.get(place, valueRenderOption="UNFORMATTED_VALUE", dateTimeRenderOption="FORMATTED_STRING")["values"] == [["2026-03-05"]]


@pytest.mark.parametrize(
    ("address", "answered"),
    [
        ("客户!A2:B3", "'客户'!A2:B3"), ("'客户'!B:B", "'客户'!B1:B1000"), ("A2", "'客户'!A2"), ("客户!2:3", "'客户'!A2:Z3"),
        ("客户!B3:A2", "'客户'!A2:B3"), ("客户!A5:C", "'客户'!A5:C1000"), ("客户!A1:ZZ2000", "'客户'!A1:Z1000"), ("Log", "Log!A1:B5"),
        ("log!A1", "Log!A1"), ("'it''s'!A1", "'it''s'!A1"), ("'Q1'!A1", "'Q1'!A1"),
    ],
)  # fmt: skip
def test_addresses(book: Book, ask: Asking, address: str, answered: str) -> None:
    for title in ("Log", "it's", "Q1"):
        book.add_tab(title, rows=5, columns=2)
    assert ask.get(f"/values/{address}")["range"] == answered


@pytest.mark.parametrize("address", ["无", "无!A1", "客户!A0", "客户!1A", "客户!A1:B2:C3"])
def test_an_address_that_is_none(ask: Asking, address: str) -> None:
    assert ask.message("GET", f"/values/{address}") == f"Unable to parse range: {address}"


def test_several_ranges_in_one_request(ask: Asking) -> None:
    found = ask.get(
        "/values:batchGet", ranges=["客户!A1:A2", "客户!C1:C2"], majorDimension="COLUMNS", valueRenderOption="UNFORMATTED_VALUE"
    )
    assert [one["values"] for one in found["valueRanges"]] == [[["编号", "c1"]], [["余额", 3]]]


# --- writing ------------------------------------------------------------------------------------------------------------


def test_null_leaves_a_cell_and_an_empty_text_clears_it(book: Book, ask: Asking) -> None:
    assert ask.put("/values/客户!A2:C2", [[None, "", 4]]) == {
        "spreadsheetId": book.id, "updatedRange": "'客户'!A2:C2", "updatedRows": 1, "updatedColumns": 2, "updatedCells": 2,
    }  # fmt: skip
    assert book.cells("客户")[1] == ["c1", "", 4]


def test_writing_ends_where_the_grid_ends(book: Book, ask: Asking) -> None:
    def put(place: str, values: list[list[Any]]) -> str:
        return ask.message("PUT", f"/values/{place}", {"values": values}, valueInputOption=RAW)

    limits = "exceeds grid limits. Max rows: 1000, max columns: 26"
    assert put("客户!A1001", [[1]]) == f"Range ('客户'!A1001) {limits}"
    assert put("客户!A1000", [[1], [2]]) == f"Range ('客户'!A1000:A1001) {limits}"
    assert put("客户!Z1", [[1, 2]]) == f"Range ('客户'!Z1:AA1) {limits}"
    assert put("客户!A1:B1", [[1], [2]]) == "Requested writing within range ['客户'!A1:B1], but tried writing to row [2]"
    assert put("客户!A1:B1", [[1, 2, 3]]) == "Requested writing within range ['客户'!A1:B1], but tried writing to column [C]"
    assert book.size("客户") == (1000, 26)
    assert ask.message("GET", "/values/客户!A1001:B1002") == f"Range ('客户'!A1001:B1002) {limits}"


def test_a_cell_holds_50000_characters(book: Book, ask: Asking) -> None:
    ask.put("/values/客户!D1", [["字" * 50_000]])
    said = "Your input contains more than the maximum of 50000 characters in a single cell."
    assert ask.message("PUT", "/values/客户!D2", {"values": [["字" * 50_001]]}, valueInputOption=RAW) == said
    cell = {"userEnteredValue": {"stringValue": "字" * 50_001}}
    asked = {"updateCells": {"start": {"sheetId": 0}, "fields": "userEnteredValue", "rows": [{"values": [cell]}]}}
    assert ask.refused(asked) == f"Invalid requests[0].updateCells: {said}"


def test_what_is_wrong_with_a_body_is_said(ask: Asking) -> None:
    assert ask.message("PUT", "/values/客户!D1", {"values": [[1]]}) == "'valueInputOption' is required but not specified"
    said = ask.message("PUT", "/values/客户!D1", {"values": [[[1]]]}, valueInputOption=RAW)
    assert said == "Invalid values[0][0]: list_value [1]"
    said = ask.message("POST", "/values:batchGetByDataFilter", {"dataFilter": []})
    assert said == 'Invalid JSON payload received. Unknown name "dataFilter": Cannot find field.'


def test_all_items_of_a_batch_are_written_or_none(book: Book, ask: Asking) -> None:
    data = [{"range": "客户!C2", "values": [[7]]}, {"range": "客户!C3:C4", "majorDimension": "COLUMNS", "values": [[8, 9]]}]
    done = ask.post("/values:batchUpdate", {"valueInputOption": RAW, "data": data, "includeValuesInResponse": True})
    assert [one["updatedData"]["values"] for one in done["responses"]] == [[["7"]], [["8", "9"]]]
    assert (done["totalUpdatedCells"], done["totalUpdatedRows"], done["totalUpdatedSheets"]) == (3, 3, 1)
    data = [{"range": "客户!C2", "values": [[0]]}, {"range": "客户!A1001", "values": [[0]]}]
    said = ask.message("POST", "/values:batchUpdate", {"valueInputOption": RAW, "data": data})
    assert said.startswith("Invalid data[1]: Range ('客户'!A1001) exceeds grid limits.")
    assert [row[2] for row in book.cells("客户")] == ["余额", 7, 8, 9]


def test_append_goes_below_the_table_it_finds(book: Book, ask: Asking) -> None:
    done = ask.post("/values/客户!A1:append", {"values": [["c4", "丁", 1]]}, valueInputOption=RAW)
    assert (done["tableRange"], done["updates"]["updatedRange"]) == ("'客户'!A1:C4", "'客户'!A5:C5")
    book.type("客户", "E9", "旁注")
    done = ask.post("/values/客户:append", {"values": [["c5"]]}, valueInputOption=RAW)
    assert done["updates"]["updatedRange"] == "'客户'!E10"  # the lowest table is not the one that was meant
    book.type("客户", "A6", "写在下面")
    ask.post("/values/客户!A1:A4:append", {"values": [["c6"]]}, valueInputOption=RAW, insertDataOption="INSERT_ROWS")
    assert [row[:1] for row in book.cells("客户")[4:8]] == [["c4"], ["写在下面"], ["c6"], []]
    ask.post("/values/客户!A1000:append", {"values": [["末"], ["又"], ["再"]]}, valueInputOption=RAW)
    assert book.size("客户") == (1002, 26)


def test_clear_empties_values_only(book: Book, ask: Asking) -> None:
    book.annotate("客户", "B2", "记")
    assert ask.post("/values/客户!B2:C3:clear") == {"spreadsheetId": book.id, "clearedRange": "'客户'!B2:C3"}
    assert (book.cells("客户")[1:], book.note("客户", "B2")) == ([["c1"], ["c2"], ["c3", "丙", 2]], "记")
    ask.post("/values:batchClear", {"ranges": ["客户!A2", "客户!A3"]})
    assert book.cells("客户")[1:3] == [[], []]


# --- by filter ----------------------------------------------------------------------------------------------------------


def test_ranges_are_read_by_grid_by_address_and_by_a_mark_on_the_column(ask: Asking) -> None:
    ask.batch(mark(1, "name"), mark(2, "balance"))
    filters = [
        {"gridRange": {"sheetId": 0, "endRowIndex": 2}},
        {"a1Range": "客户!C:C"},
        lookup("balance"),
        lookup("nobody"),
        lookup("name"),
    ]
    found = ask.post("/values:batchGetByDataFilter", {"dataFilters": filters, "majorDimension": "COLUMNS"})["valueRanges"]
    assert [(one["valueRange"]["range"], one["dataFilters"]) for one in found] == [
        ("'客户'!A1:Z2", filters[:1]), ("'客户'!C1:C1000", filters[1:3]), ("'客户'!B1:B1000", filters[4:]),
    ]  # fmt: skip
    assert found[2]["valueRange"]["values"] == [["名称", "甲", "乙", "丙"]]
    assert ask.post("/values:batchGetByDataFilter", {"dataFilters": [lookup("nobody")]}) == {"spreadsheetId": ask.book.id}


def test_one_tab_that_is_gone_fails_the_whole_read(ask: Asking) -> None:
    filters = [{"gridRange": {"sheetId": 0}}, {"gridRange": {"sheetId": 77}}]
    assert ask.message("POST", "/values:batchGetByDataFilter", {"dataFilters": filters}) == "Invalid dataFilter[1]: No grid with id: 77"


def test_a_column_is_written_where_its_mark_is_and_given_back_as_it_stands(api: SheetsApi, book: Book, ask: Asking) -> None:
    ask.batch(mark(0, "id"), mark(2, "balance"))
    api.before(1, lambda: book.move_column("客户", "C", "A"), kind="write")
    data = [
        {"dataFilter": lookup("balance"), "majorDimension": "COLUMNS", "values": [[None, None, "=5"]]},
        {"dataFilter": lookup("id"), "majorDimension": "COLUMNS", "values": [[None]]},
        {"dataFilter": lookup("nobody"), "majorDimension": "COLUMNS", "values": [["x"]]},
    ]
    body = {"valueInputOption": RAW, "data": data, "includeValuesInResponse": True, "responseValueRenderOption": "FORMULA"}
    done = ask.post("/values:batchUpdateByDataFilter", body)
    assert done["responses"] == [
        {
            "updatedRange": "'客户'!A1:A3", "updatedRows": 1, "updatedColumns": 1, "updatedCells": 1, "dataFilter": lookup("balance"),
            "updatedData": {"range": "'客户'!A1:A1000", "majorDimension": "COLUMNS", "values": [["余额", 3, "=5", 2]]},
        },
        {
            "updatedRange": "'客户'!B1", "dataFilter": lookup("id"),
            "updatedData": {"range": "'客户'!B1:B1000", "majorDimension": "COLUMNS", "values": [["编号", "c1", "c2", "c3"]]},
        },
    ]  # fmt: skip
    assert done["totalUpdatedCells"] == 1
    assert book.cells("客户")[2] == ["=5", "c2", "乙"]


def test_two_columns_with_one_mark_are_both_written(book: Book, ask: Asking) -> None:
    ask.batch(mark(3, "twice"), mark(4, "twice"))
    body = {"valueInputOption": RAW, "data": [{"dataFilter": lookup("twice"), "majorDimension": "COLUMNS", "values": [["甲"]]}]}
    assert len(ask.post("/values:batchUpdateByDataFilter", body)["responses"]) == 2
    assert book.cells("客户")[0][3:] == ["甲", "甲"]
