"""The tabs of a spreadsheet, before Google is asked for anything: which there are, what is written into them, how they are built."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from branch import matrix
from sheets import cells
from sheets.files import headings
from sheets.schema import Choice, Column, Table, Unread
from sheets.tables import TABLES
from sheets.tabs import build, guide, plan, render

LANGS = ("zh", "en")
TABS = {lang: plan.planned(TABLES, lang) for lang in LANGS}
COLUMNS = [(table, column) for table in TABLES.values() if not table.inside for column in table.columns]
EVERY = [pytest.param(column, id=f"{table.key}.{column.key}") for table, column in COLUMNS]


def tab(key: str, lang: str = "zh") -> plan.Tab:
    return next(one for one in TABS[lang] if one.table == key)


# --- which tabs, which columns


def test_one_tab_a_ledger_the_guide_first_and_the_told_alerts_last() -> None:
    keys = [one.table for one in TABS["zh"]]
    assert keys == [plan.GUIDE, *(key for key in TABLES if key not in {"alerts", "outbox"}), plan.TOLD]
    assert [one.table for one in TABS["zh"] if one.hidden] == [plan.TOLD]
    assert {one.table for one in TABS["zh"] if one.protection == "hard"} == {"responses", plan.TOLD}


def test_every_tab_has_its_own_name_and_a_number_that_stays() -> None:
    for tabs in TABS.values():
        assert len({one.title.casefold() for one in tabs}) == len({one.sheet_id for one in tabs}) == len(tabs)
        assert all(0 < one.sheet_id < 2**31 and one.title for one in tabs)
    assert {one.table: one.sheet_id for one in TABS["zh"]} == {one.table: one.sheet_id for one in TABS["en"]}
    fewer = plan.planned({"visits": TABLES["visits"]}, "zh")
    assert fewer[1].sheet_id == tab("visits").sheet_id


def test_a_ledger_of_the_branch_that_is_called_like_another_gets_a_name_of_its_own() -> None:
    twin = Table("x_visits", "客户访问记录单", "VISIT RECORDS", "visits", (Column("id", "编号", "No."),))
    for lang in LANGS:
        titles = [one.title.casefold() for one in plan.planned(TABLES | {"x_visits": twin}, lang)]
        assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("lang", LANGS)
def test_every_heading_is_understood_again_with_its_unit(lang: str) -> None:
    """A tab that is saved as a file and imported finds its columns."""
    for one in TABS[lang]:
        if one.table not in TABLES:
            continue
        table, own = TABLES[one.table], [column.heading for column in one.columns[: -len(plan.SYSTEM)]]
        header = headings.find(headings.words(table), TABLES, table.key, [own])
        assert header is not None, one.table
        assert {h.index: h.target[1] for h in header.headings} == {i: c.key for i, c in enumerate(one.columns[: len(own)])}
        assert all(h.column.unit == table[h.target[1]].unit for h in header.headings), one.table
        assert len({column.heading.casefold() for column in one.columns}) == len(one.columns)


def test_a_tab_starts_with_the_number_and_ends_with_what_huce_fills_in() -> None:
    keys = [column.key for column in tab("visits").columns]
    assert keys[:3] == ["id", "customer", "kind"]
    assert keys[-6:] == ["recorded_by", "recorded_at", "backdated", "_issue", "deleted", "_mark"]
    for one in TABS["zh"]:
        if one.table in TABLES:
            own = one.columns[1 : -len(plan.SYSTEM)]
            assert [column.filled for column in own] == sorted(column.filled for column in own), one.table
            assert [column.key for column in one.columns if column.hidden] == ["_mark"]


def test_a_hidden_column_is_there_and_not_shown() -> None:
    found = plan.planned(TABLES, "zh", hidden_columns={("customers", "scope")})
    customers = next(one for one in found if one.table == "customers")
    assert [column.key for column in customers.columns if column.hidden] == ["scope", "_mark"]


def test_a_masked_column_stays_away_and_of_an_account_number_four_digits_are_shown() -> None:
    away = {("contacts", "mobile"), ("contacts", "email"), ("accounts", "balance"), ("accounts", "number")}
    found = {one.table: one for one in plan.planned(TABLES, "zh", masked=away)}
    assert not {"mobile", "email"} & {column.key for column in found["contacts"].columns}
    assert "balance" not in {column.key for column in found["accounts"].columns}
    number = found["accounts"].columns[found["accounts"].at("number")]
    assert number.masked
    assert number.filled
    assert render.last_digits("6222020200012345678") == "****5678"
    assert render.last_digits(None) is None


# --- what waits for somebody's word


def test_what_one_role_alone_may_write_in_the_portal_waits_when_it_is_typed_into_the_sheet() -> None:
    for (_, table), keys in matrix.LEADERS_ONLY.items():
        assert all(plan.held(TABLES[table], TABLES[table][key]) for key in keys), table
    for _, column in COLUMNS:
        assert not column.stamp or plan.held(TABLES["visits"], column)


@pytest.mark.parametrize(
    ("table", "waiting"),
    [
        ("staff", {"role", "leader", "email", "status"}), ("teams", {"team_leader", "leader"}),
        ("payments", {"decision", "opinion", "signed_by", "signed_at"}),
        ("plans", {"status", "tl_opinion", "bl_opinion", "tl_reviewed_on", "bl_reviewed_on"}),
        ("reviews", {"status", "discussed_on", "discussed_with", "conclusion", "leader_opinion", "submitted_at"}),
        ("customers", set()), ("plan_targets", set()), ("plan_actions", set()), ("loans", set()), ("ratings", set()),
    ],
)  # fmt: skip
def test_these_columns_wait_and_no_others_of_their_ledger(table: str, waiting: set[str]) -> None:
    assert {column.key for column in TABLES[table].columns if plan.held(TABLES[table], column)} == waiting


def test_rules_calendar_and_dictionary_wait_whole() -> None:
    for key in ("rules", "calendar", "dictionary"):
        assert all(plan.held(TABLES[key], column) for column in TABLES[key].columns)


# --- what is written into a cell

TEXTS = st.text(max_size=30) | st.sampled_from(
    ["0012", "3-5", "1e5", "=A1+1", "'x", "TRUE", "1234567890123456789", "　全角　", "a\nb", "#1"]
)


def raw_cells(column: Column) -> st.SearchStrategy[Any]:
    """What somebody may have typed into a form or file."""
    match column.kind:
        case "date":
            return st.dates(date(1900, 1, 1), date(2100, 12, 31))
        case "datetime":
            return st.datetimes(datetime(1900, 1, 1), datetime(2100, 12, 31)).map(lambda at: at.replace(microsecond=0))
        case "monthday":
            return st.integers(1, 31)
        case "integer":
            return st.integers(-(10**15), 10**15) | st.integers(-1000, 1000)
        case "money":
            return st.integers(-(10**17), 10**17) | st.integers(-(10**9), 10**9)
        case "percent":
            return st.integers(-(10**12), 10**12) | st.integers(-2_000_000, 2_000_000)
        case "yesno":
            return st.booleans()
        case "choice":
            return st.sampled_from([choice.code for choice in column.choices])
        case "choices":
            return st.lists(st.sampled_from([choice.code for choice in column.choices]), unique=True, min_size=1).map(";".join)
        case "email":
            return st.emails()
        case "phone":
            return st.from_regex(r"\A1[3-9][0-9]{9}\Z") | st.from_regex(r"\A0[0-9]{2,3}-[0-9]{7,8}\Z") | st.just("13800138000;010-88888888")
        case "account":
            return st.from_regex(r"\A[0-9]{8,19}\Z") | st.just("0012")
        case "uscc":
            return st.sampled_from(["914501007087410126"])
        case "file":
            return st.just("https://example.cn/a") | TEXTS
        case "staff" | "staffs" | "ref":
            return st.from_regex(r"\A[A-Z]{2}[0-9]{1,6}\Z") | st.sampled_from(["0012", "1002", "3-5", "1e5"])
        case _:
            return TEXTS


DIRECT = {"date", "datetime", "monthday", "integer", "money", "percent", "yesno", "choice", "choices"}  # drawn as they are stored


def looked_up(column: Column, value: Any) -> dict[str, dict[str, str | None]]:
    """People and rows that the value names."""
    names = {word.casefold(): word for word in str(value).split(";")}
    return {column.ref or "staff": names}


@pytest.mark.parametrize("column", EVERY)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_what_is_written_is_read_back_as_what_it_was(column: Column, data: st.DataObject) -> None:
    """In both languages, through JSON, and as a sheet gives numbers back: whole ones without their point."""
    drawn = data.draw(raw_cells(column))
    lookup = looked_up(column, drawn) if column.kind in {"staff", "staffs", "ref"} else None
    value = drawn if column.kind in DIRECT else cells.read(column, drawn, lookup).value
    assume(value is not None)
    if column.kind == "date":
        assume(not cells.read(column, f"{value:%Y-%m-%d}").code)  # no day of a computer's zero where a deadline stands
    for lang in LANGS:
        written = render.render(column, value, lang)
        through = json.loads(json.dumps(written))
        whole = int(through) if isinstance(through, float) and through.is_integer() else through
        for cell in (written, through, whole):
            assert cells.read(column, cell, lookup).value == value, (value, cell)
        assert render.reads_back(column, value, lang, lookup)


@pytest.mark.parametrize(
    ("kind", "value", "cell"),
    [
        ("date", date(2026, 3, 5), 46086), ("date", date(1905, 3, 14), "1905-03-14"), ("date", date(1900, 2, 1), "1900-02-01"),
        ("datetime", datetime(2026, 3, 5, 12), 46086.5), ("money", 12_345_600, 12.3456), ("money", 800_000_000, 800),
        ("money", 98_765_432_109_876_543, "98765432109.876543"), ("percent", 34_500, "3.45%"), ("percent", 5_000, "0.5%"),
        ("integer", 7, 7), ("integer", 2**53 + 2, str(2**53 + 2)), ("yesno", True, "是"), ("text", "=A1", "=A1"), ("text", None, None),
        ("text", Unread("n/a", "x"), "n/a"), ("date", Unread("2026-02-30", "date_no_such_day"), "2026-02-30"), ("text", "", None),
    ],
)  # fmt: skip
def test_a_cell_is_written_so(kind: Any, value: Any, cell: Any) -> None:
    column = Column("any", "", "", kind)
    assert render.render(column, value, "zh") == cell
    assert type(render.render(column, value, "zh")) is type(cell)


def test_a_column_out_of_a_frame_is_written_at_once() -> None:
    days = pd.Series([pd.Timestamp("2026-03-05"), pd.NaT], dtype="datetime64[s]")
    whole = pd.Series([5, None], dtype="Int64")
    yes = pd.Series([True, None], dtype="boolean")
    assert render.render_column(Column("on", "", "", "date"), days, "zh") == [46086, None]
    assert render.render_column(Column("n", "", "", "integer"), whole, "zh") == [5, None]
    assert render.render_column(Column("b", "", "", "yesno"), yes, "en") == ["yes", None]
    assert render.render_column(Column("t", "", ""), ["a", Unread("b", "x"), ""], "en") == ["a", "b", None]


def test_a_label_that_would_be_read_as_another_choice_gives_way_to_its_code() -> None:
    twins = Column("c", "", "", "choice", (Choice("a", "同", "Same"), Choice("b", "同", "Same"), Choice("Same", "甲", "A")))
    assert [render.render(twins, code, "zh") for code in ("a", "b", "Same")] == ["同", "b", "甲"]
    assert [render.render(twins, code, "en") for code in ("a", "b", "Same")] == ["a", "b", "Same"]


# --- how they are built

ACCOUNT = "huce@branch.iam.gserviceaccount.com"


def built(lang: str = "zh", **more: Any) -> list[dict[str, Any]]:
    return build.requests(TABS[lang], lang, account=ACCOUNT, **more)


def of(found: list[dict[str, Any]], name: str, sheet: int | None = None) -> list[dict[str, Any]]:
    """The requests of one kind, of one tab."""
    bodies = [body for one in found for kind, body in one.items() if kind == name]
    return [body for body in bodies if sheet is None or sheet in sheets_of(body)]


def sheets_of(body: Any) -> set[int]:
    """The tabs that a request names, wherever it does."""
    inner = body.values() if isinstance(body, dict) else body if isinstance(body, list) else ()
    own = {body["sheetId"]} if isinstance(body, dict) and "sheetId" in body else set()
    return own.union(*map(sheets_of, inner))


def covering(found: list[dict[str, Any]], at: int) -> list[dict[str, Any]]:
    """Those whose range holds a column."""
    return [body for body in found if body["range"]["startColumnIndex"] <= at < body["range"]["endColumnIndex"]]


@pytest.mark.parametrize("lang", LANGS)
def test_all_tabs_are_built_at_once_and_within_what_google_advises(lang: str) -> None:
    found = built(lang, first_sheet=0)
    assert all(len(one) == 1 for one in found)
    assert len(json.dumps(found).encode()) < 2_000_000
    added = [body["properties"] for body in of(found, "addSheet")]
    assert [(one["sheetId"], one["title"]) for one in added] == [(one.sheet_id, one.title) for one in TABS[lang][1:]]
    assert all(one["gridProperties"]["frozenRowCount"] == 1 and one["gridProperties"]["rowCount"] == 1000 for one in added)
    assert of(found, "updateSpreadsheetProperties")[0]["properties"] == {"locale": "zh_CN", "timeZone": "Asia/Shanghai"}


def test_the_empty_tab_of_a_fresh_spreadsheet_becomes_the_guide() -> None:
    found = built(first_sheet=0)
    [named] = of(found, "updateSheetProperties")
    assert named == {
        "properties": {"sheetId": 0, "title": "说明", "index": 0, "tabColorStyle": named["properties"]["tabColorStyle"]},
        "fields": "title,index,tabColorStyle",
    }
    written = next(body for body in of(found, "updateCells") if body["start"]["sheetId"] == 0)
    said = [row["values"][0].get("userEnteredValue", {"stringValue": ""})["stringValue"] for row in written["rows"]]
    assert said == [line[0] for line in guide.guide_rows("zh", tuple(TABS["zh"]))]
    assert any("提醒处理" in line for line in said)
    assert of(built(), "updateSheetProperties") == []
    assert of(built(), "addSheet")[0]["properties"]["title"] == "说明"


def test_a_ledger_has_room_for_its_rows() -> None:
    sheet = tab("visits").sheet_id
    [added] = [body for body in of(built(rows={"visits": 100_000}), "addSheet") if body["properties"]["sheetId"] == sheet]
    assert added["properties"]["gridProperties"]["rowCount"] == 100_500
    assert added["properties"]["gridProperties"]["columnCount"] > len(tab("visits").columns)


@pytest.mark.parametrize("lang", LANGS)
def test_a_dropdown_offers_the_words_that_are_written_and_lets_others_be_typed(lang: str) -> None:
    one, found = tab("customers", lang), built(lang)
    rules = of(found, "setDataValidation", one.sheet_id)
    [tier] = covering(rules, one.at("tier"))
    assert [word["userEnteredValue"] for word in tier["rule"]["condition"]["values"]] == list(one.columns[one.at("tier")].words)
    assert tier["rule"]["condition"]["type"] == "ONE_OF_LIST"
    assert tier["rule"]["strict"] is False
    assert tier["rule"]["showCustomUi"] is True
    assert tier["range"]["startRowIndex"] == 1
    assert "endRowIndex" not in tier["range"]
    [deleted] = covering(rules, one.at("deleted"))
    assert [word["userEnteredValue"] for word in deleted["rule"]["condition"]["values"]] == (
        ["是", "否"] if lang == "zh" else ["yes", "no"]
    )
    assert covering(rules, one.at("flags")) == []  # several are typed
    assert covering(rules, one.at("name")) == []


@pytest.mark.parametrize(
    ("table", "key", "pattern"),
    [
        ("customers", "id", "@"), ("customers", "uscc", "@"), ("customers", "owner", "@"), ("customers", "note", "@"),
        ("customers", "founded_on", "yyyy-mm-dd"), ("customers", "revenue", "#,##0.00####"), ("customers", "headcount", "0"),
        ("customers", "share_loan", "@"), ("accounts", "number", "@"), ("contacts", "mobile", "@"), ("plans", "year", "0"),
        ("visits", "recorded_at", "yyyy-mm-dd hh:mm"), ("loans", "interest_day", "0"), ("loans", "_mark", "@"),
    ],
)  # fmt: skip
def test_a_column_has_the_format_of_its_kind(table: str, key: str, pattern: str) -> None:
    one = tab(table)
    [body] = covering(of(built(), "repeatCell", one.sheet_id), one.at(key))
    assert body["cell"]["userEnteredFormat"]["numberFormat"]["pattern"] == pattern
    assert body["fields"] == "userEnteredFormat.numberFormat"
    assert body["range"]["startRowIndex"] == 1


def test_headings_numbers_marks_and_what_huce_fills_are_protected_by_a_warning() -> None:
    one = tab("visits")
    areas = of(built(), "addProtectedRange", one.sheet_id)
    assert all(body["protectedRange"]["warningOnly"] for body in areas)
    ranges = [body["protectedRange"]["range"] for body in areas]
    assert {"sheetId": one.sheet_id, "startRowIndex": 0, "endRowIndex": 1} in ranges
    columns = [range(area["startColumnIndex"], area["endColumnIndex"]) for area in ranges if "startColumnIndex" in area]
    warned = {one.columns[at].key for run in columns for at in run}
    assert warned == {"id", "recorded_by", "recorded_at", "backdated", "_issue", "_mark"}


def test_only_answers_and_told_alerts_are_protected_so_that_nobody_else_may_write() -> None:
    hard = [body["protectedRange"] for body in of(built(), "addProtectedRange") if not body["protectedRange"]["warningOnly"]]
    assert {one["range"]["sheetId"] for one in hard} == {tab("responses").sheet_id, tab(plan.TOLD).sheet_id}
    assert all(one["editors"]["users"] == [ACCOUNT] and set(one["range"]) == {"sheetId"} for one in hard)


def test_each_ledger_has_one_rule_that_colours_rows_with_a_problem() -> None:
    rules = of(built(), "addConditionalFormatRule")
    assert len(rules) == len(TABS["zh"]) - 2
    [rule] = of(built(), "addConditionalFormatRule", tab("shares").sheet_id)
    assert rule["rule"]["booleanRule"]["condition"]["values"][0]["userEnteredValue"] == '=$I2<>""'
    assert tab("shares").columns[8].key == "_issue"


def test_tabs_and_columns_are_known_by_their_keys_and_not_by_their_names() -> None:
    made = [body["developerMetadata"] for body in of(built("en", first_sheet=0), "createDeveloperMetadata")]
    assert {one["visibility"] for one in made} == {"DOCUMENT"}
    assert [one["metadataValue"] for one in made if one["metadataKey"] == "huce.sheet"] == ["1"]
    tabs = {one["metadataValue"]: one["location"]["sheetId"] for one in made if one["metadataKey"] == "huce.tab"}
    assert tabs == {one.table: one.sheet_id for one in TABS["en"]} | {plan.GUIDE: 0}
    columns = [(one["location"]["dimensionRange"], one["metadataValue"]) for one in made if one["metadataKey"] == "huce.col"]
    assert [(place["sheetId"], place["startIndex"], place["endIndex"], key) for place, key in columns] == [
        (one.sheet_id, at, at + 1, column.key) for one in TABS["en"] for at, column in enumerate(one.columns)
    ]


def test_the_mark_is_hidden_and_headings_are_bold_with_their_notes() -> None:
    one = tab("plans")
    hidden = [body for body in of(built(), "updateDimensionProperties", one.sheet_id) if body["fields"] == "hiddenByUser"]
    assert [body["range"]["startIndex"] for body in hidden] == [one.at("_mark")]
    [header] = of(built(), "updateCells", one.sheet_id)
    found = header["rows"][0]["values"]
    assert [cell["userEnteredValue"]["stringValue"] for cell in found] == build.heading_row(one)
    assert all(cell["userEnteredFormat"]["textFormat"]["bold"] for cell in found)
    assert "确认" in found[one.at("status")]["note"]
    assert all(len(cell["note"]) <= plan.LONGEST_NOTE for cell in found)


def test_tabs_that_come_later_do_not_set_up_the_spreadsheet_again() -> None:
    found = build.requests([tab("fees")], "zh", account=ACCOUNT)
    assert of(found, "updateSpreadsheetProperties") == []
    assert of(found, "createDeveloperMetadata")[0]["developerMetadata"]["metadataValue"] == "fees"


def test_a_column_that_comes_later_is_made_where_it_is_put() -> None:
    late = plan.TabColumn("x_risk", "风险", "choice", words=("高", "=低"))
    found = build.column_requests(tab("fees"), [(30, late)], "zh")
    assert of(found, "updateCells")[0]["start"] == {"sheetId": tab("fees").sheet_id, "rowIndex": 0, "columnIndex": 30}
    [rule] = of(found, "setDataValidation")
    assert rule["rule"]["condition"]["values"] == [{"userEnteredValue": "高"}]  # the other would be taken for a formula
    assert of(found, "createDeveloperMetadata")[0]["developerMetadata"]["location"]["dimensionRange"]["startIndex"] == 30


@pytest.mark.parametrize("lang", LANGS)
def test_the_guide_says_in_words_what_people_must_know(lang: str) -> None:
    text = "\n".join(line[0] for line in guide.guide_rows(lang))
    asked = {
        "zh": ("编号留空", "「已删除」", "删除行", "过滤器视图", "复制整行", "「数据问题」", "一分钟", "管理员", "权限", "都能看到"),
        "en": ("number blank", "“Deleted”", "Delete row", "filter view", "copy a whole row", "“Data problem”", "a minute", "administrator",
               "enforced", "sees every"),
    }  # fmt: skip
    assert [word for word in asked[lang] if word not in text] == []
    assert "{" not in text


def test_the_manual_calls_tabs_and_columns_what_they_are_called() -> None:
    """docs/google.md, as it stands against what is built."""
    text = (Path(__file__).parents[2] / "docs" / "google.md").read_text("utf-8")
    called = [
        tab(plan.GUIDE).title,
        tab(plan.GUIDE, "en").title,
        *(column.zh for column in plan.SYSTEM),
        *(column.en for column in plan.SYSTEM),
    ]
    assert [word for word in called if word not in text] == []
    steps = ("Google Sheets API", "Google Drive API", "**Editor**", "60 reads and 60 writes", "connect LINK --credentials FILE", "`python start.py sync`",
             "disconnect", "doctor --google")  # fmt: skip
    assert [word for word in steps if word not in text] == []
    assert "3.45%" in text
    assert render.render(Column("any", "", "", "percent"), 34_500, "zh") == "3.45%"
