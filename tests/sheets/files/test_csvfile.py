"""Text files of rows: decoded, header found, cells read with addresses, and written so that nothing runs (HU038, HU045, SE110)."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets.cells import read
from sheets.dictionary import overlay
from sheets.files import csvfile, out, reading
from sheets.files.headings import address, find, words
from sheets.files.reading import Sheet, Unreadable
from sheets.schema import Column, Table, Unread
from sheets.tables import TABLES
from tests.sheets.cases import rows

CUSTOMERS = TABLES["customers"]
LOANS = TABLES["loans"]
TEXT = "客户编号,客户名称,客户等级,成立日期\nKH1,云澜启岚机械有限公司,重点,2026-03-05\n"


def sheet(text: str, table: Table = CUSTOMERS, **more: Any) -> Sheet:
    return reading.read(table, csvfile.parse(text), TABLES, more.pop("lookup", None), **more)


def said(found: Sheet) -> list[dict[str, Any]]:
    return [{column: cell for (_, column), cell in line.cells.items()} for line in found.lines]


def codes(found: Sheet) -> list[tuple[str, str]]:
    return [(issue.cell, issue.code) for issue in found.issues]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk", "gb2312"])
def test_files_as_excel_saves_them_are_decoded(encoding: str) -> None:
    found = sheet(csvfile.decode(TEXT.encode(encoding)))
    assert said(found) == [{"id": "KH1", "name": "云澜启岚机械有限公司", "tier": "key", "founded_on": date(2026, 3, 5)}]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_any_usual_delimiter(delimiter: str) -> None:
    assert said(sheet(TEXT.replace(",", delimiter)))[0]["tier"] == "key"


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_any_line_ends(ends: str) -> None:
    assert len(sheet(TEXT.replace("\n", ends)).lines) == 1


def test_a_stated_separator_is_obeyed_and_is_no_row() -> None:
    found = sheet("sep=;\n" + TEXT.replace(",", ";").replace("2026-03-05", "2026-02-30"))
    assert codes(found) == [("D2", "date_no_such_day")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04rest", "exchange.workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "exchange.workbook"),
        ("客戶編號,客戶名稱,統一編號\n".encode("big5") * 3, "exchange.big5"),
        (bytes(range(128, 256)) * 4, "exchange.encoding"),
        (TEXT.encode("gbk").decode("latin-1").encode("utf-8"), "exchange.mojibake"),
        (TEXT.encode("utf-8").decode("gb18030", "replace").encode("utf-8"), "exchange.mojibake"),
    ],
)
def test_files_that_would_store_broken_text_are_refused_with_a_sentence(data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        csvfile.decode(data)
    assert caught.value.code == code
    assert str(caught.value)
    assert caught.value.say("en")


@pytest.mark.parametrize("text", ['客户编号,"客户名称\nKH1,云澜\n', '客户编号,"客户名称"号\n'])
def test_a_header_whose_quotes_do_not_match_names_the_line(text: str) -> None:
    with pytest.raises(Unreadable, match="第 1 行的引号"):
        sheet(text)


@pytest.mark.parametrize("text", ["", "\n\n", " , ,\n,,\n", "\ufeff"])
def test_an_empty_file_is_told_and_deletes_nothing(text: str) -> None:
    with pytest.raises(Unreadable) as caught:
        sheet(text)
    assert caught.value.code == "exchange.empty"
    assert "没有任何记录因此被删除" in str(caught.value)


def test_no_header_names_what_was_expected() -> None:
    with pytest.raises(Unreadable, match="客户编号、客户名称"):
        sheet("甲,乙,丙\n1,2,3\n")


def test_the_shared_two_rows_with_one_id_are_read_apart() -> None:
    [case] = [r.values[0] for r in rows("ids") if r.values[0]["cell_kind"] == "two_rows"]
    found = sheet("客户编号,客户名称\n" + "".join(f"{cell},名{n}\n" for n, cell in enumerate(case["cell"])))
    assert [s["id"] for s in said(found)] == case["cell"]


def test_cells_are_addressed_as_spreadsheets_do() -> None:
    assert [address(c, r) for c, r in ((0, 0), (5, 26), (25, 0), (26, 0), (701, 9), (702, 9))] == [
        "A1",
        "F27",
        "Z1",
        "AA1",
        "ZZ10",
        "AAA10",
    ]


def test_blank_lines_and_cells_with_line_breaks_count_as_spreadsheets_count_them() -> None:
    found = sheet('客户编号,客户名称,成立日期\n\nKH1,"云澜\n机械",2026-03-05\nKH2,望川,2026-02-30\n')
    assert codes(found) == [("C4", "date_no_such_day")]
    assert found.lines[1].cells["customers", "founded_on"] == Unread("2026-02-30", "date_no_such_day")


HEADERS = [
    ("id,name,tier", ["id", "name", "tier"]),
    ("客户编号 ,客户名称\u3000,客户等级", ["id", "name", "tier"]),
    ("Customer no.,NAME,Tier", ["id", "name", "tier"]),
    ("客户号,企业名称,客户分层", ["id", "name", "tier"]),
    ('客户编号,"统一社会\n信用代码",客户等级', ["id", "uscc", "tier"]),
    ("*客户编号,客户名称*,客户等级（必填）", ["id", "name", "tier"]),
    ("客户等级,客户名称,客户编号", ["tier", "name", "id"]),
    ("ＩＤ,Ｎａｍｅ,ｔｉｅｒ", ["id", "name", "tier"]),
]


@pytest.mark.parametrize(("line", "keys"), HEADERS)
def test_headings_are_known_by_key_label_or_alias(line: str, keys: list[str]) -> None:
    found = find(words(CUSTOMERS), TABLES, "customers", csvfile.parse(line))
    assert found is not None
    assert [h.column.key for h in found.headings] == keys
    assert found.issues == ()


def test_headings_of_the_dictionary_are_known_and_so_are_the_shipped_ones() -> None:
    rows = [{"id": "1", "table": "customers", "column": "name", "act": "relabel", "value_zh": "甲方全称"},
            {"id": "2", "table": "customers", "column": "x_park", "act": "add", "value_zh": "所在园区"}]  # fmt: skip
    tables, _ = overlay(TABLES, rows)
    for heading in ("甲方全称", "客户名称", "Name", "name"):
        found = reading.read(tables["customers"], csvfile.parse(f"客户编号,{heading},所在园区\nKH1,云澜,高新区\n"), tables, None)
        assert said(found) == [{"id": "KH1", "name": "云澜", "x_park": "高新区"}]


def test_a_title_above_the_header_is_skipped() -> None:
    found = sheet(f"望川支行对公客户台账（2026年）,,,\n单位：万元,,,\n{TEXT}")
    assert found.header.row == 2
    assert len(found.lines) == 1


@pytest.mark.parametrize(
    ("heading", "fen"),
    [("贷款余额", 10_000_000), ("贷款余额(元)", 1000), ("贷款余额（元）", 1000), ("贷款余额(万元)", 10_000_000), ("balance (yuan)", 1000),
     ("余额（亿元）", 100_000_000_000), ("贷款余额/万元", 10_000_000), ("贷款余额 元", 1000), ("balance(元)", 1000), ("贷款余额（单位：千元）", 1_000_000),
     ("贷款余额(人民币万元)", 10_000_000), ("贷款余额(时点)", 10_000_000)],
)  # fmt: skip
def test_the_unit_in_a_heading_counts(heading: str, fen: int) -> None:
    assert said(sheet(f"借据号,{heading}\nJ1,10\n", LOANS)) == [{"id": "J1", "balance": fen}]


@pytest.mark.parametrize("heading", ["贷款余额(美元)", "贷款余额(%)", "利率(元)", "贷款余额(万股)"])
def test_a_unit_nobody_knows_leaves_the_column_out_and_tells(heading: str) -> None:
    found = sheet(f"借据号,合同号,{heading}\nJ1,H1,10\n", LOANS)
    assert said(found) == [{"id": "J1", "contract_no": "H1"}]
    assert codes(found) == [("C1", "header_unit")]


def test_a_percent_sign_in_the_heading_makes_fractions_certain() -> None:
    assert said(sheet("借据号,合同号,利率(%)\nJ1,H1,0.35\n", LOANS))[0]["rate"] == 3_500
    assert codes(sheet("借据号,合同号,利率\nJ1,H1,0.35\n", LOANS)) == [("C2", "percent_ambiguous")]


def test_unknown_columns_are_told_and_cost_nothing() -> None:
    found = sheet("客户编号,我的草稿,客户名称,\nKH1,随便,云澜,\n")
    assert said(found) == [{"id": "KH1", "name": "云澜"}]
    assert [(i.cell, i.code, i.raw, i.warning) for i in found.issues] == [("B1", "column_unknown", "我的草稿", True)]


def test_a_heading_that_stands_twice_is_left_out_and_the_others_are_read() -> None:
    found = sheet("客户编号,成立日期,客户名称,成立日期\nKH1,2026-03-05,云澜,2026-03-06\n")
    assert said(found) == [{"id": "KH1", "name": "云澜"}]
    assert codes(found) == [("B1", "duplicate_header"), ("D1", "duplicate_header")]


NOT_RECORDS = """客户编号,客户名称,客户等级,注册资本
一、重点客户,,,
KH1,云澜,重点,100
KH2,合计管理咨询有限公司,一般,200
,合计管理咨询有限公司二部,一般,200
KH3,总计,一般,
小计：3户,,,300
客户编号,客户名称,客户等级,注册资本
,总计,,300
合计,,,300
备注：本表按月更新,,,
制表人：张三,,,审核：李四
签字,,,
,,,
KH4,望川,一般,50
"""


def test_totals_notes_and_signatures_are_no_records_but_companies_are() -> None:
    found = sheet(NOT_RECORDS)
    assert [s.get("name") for s in said(found)] == ["云澜", "合计管理咨询有限公司", "合计管理咨询有限公司二部", "总计", "望川"]
    assert [(i.cell, i.code, i.warning) for i in found.issues] == [
        ("A2", "row_note", True), ("A7", "row_totals", True), ("B9", "row_totals", True), ("A10", "row_totals", True),
        ("A11", "row_note", True), ("A12", "row_note", True), ("A13", "row_note", True),
    ]  # fmt: skip


def test_rows_of_one_sheet_may_name_each_other() -> None:
    """A manager and their leader arrive in the same file."""
    text = "工号,姓名,直属上级\n1001,王云,张岫\n2001,张岫,\n1002,李川,2001\n1003,陈禾,无此人\n"
    found = sheet(text, TABLES["staff"], lookup={"staff": {}})
    assert [line.cells.get(("staff", "leader")) for line in found.lines] == ["2001", None, "2001", Unread("无此人", "staff_unknown")]


def test_an_apostrophe_that_keeps_digits_text_is_taken_off() -> None:
    text = "客户编号,统一社会信用代码,成立日期,客户名称\n'0013,'91990000DEM100015T,'2026-03-05,'云澜\n"
    assert said(sheet(text)) == [{"id": "0013", "uscc": "91990000DEM100015T", "founded_on": date(2026, 3, 5), "name": "'云澜"}]


NAUGHTY = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "'=1",
    "''=1",
    "'名",
    "''",
    "＝1",
    "=cmd|' /C calc'!A0",
    'a";=1+1',
    "-",
    "1,2",
    '"',
    "a\nb",
]


@pytest.mark.parametrize("text", NAUGHTY)
def test_no_written_cell_starts_a_formula_and_each_comes_back(text: str) -> None:
    data = out.write((Column("name", "名", "Name"),), [{"name": text, "rev": 1}]).decode("utf-8-sig")
    cell = list(csv.reader(io.StringIO(data, newline="")))[1][0]
    assert cell[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n", "＝") or cell == text == ""
    assert csvfile.parse(data)[1][0] == text


@pytest.mark.parametrize("row", rows("text"))
def test_the_shared_texts_come_back_from_our_own_file(row: dict[str, Any]) -> None:
    kept = read(CUSTOMERS["name"], row["value"]).value
    if row["id"] == "TX107":
        assert kept is None
        return
    data = out.write(CUSTOMERS.columns, [{"id": "KH1", "name": kept, "main_business": kept, "rev": 3}])
    [line] = reading.read(CUSTOMERS, csvfile.grid(data), TABLES, None).lines
    assert (line.cells["customers", "name"], line.cells["customers", "main_business"], line.rev) == (kept, kept, 3)


@given(st.text(max_size=40))
def test_guards_come_off_exactly(text: str) -> None:
    assert csvfile.unguard(csvfile.guard(text)) == text
    assert not csvfile.guard(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_every_kind_of_value_is_written_with_keys_and_codes_and_read_back() -> None:
    values = {"id": "J1", "customer": "KH1", "product": "working_capital", "drawn_on": date(2026, 1, 2), "amount": -123_456_789,
              "balance": 1, "rate": 3_500, "interest_day": 20, "risk_class": "normal", "days_overdue": -3, "rev": 7}  # fmt: skip
    data = out.write(LOANS.columns, [values])
    assert data.startswith(b"\xef\xbb\xbf")
    head, first = csvfile.parse(data.decode("utf-8-sig"))
    cells = dict(zip(head, first, strict=True))
    assert (cells["amount"], cells["balance"], cells["rate"], cells["days_overdue"]) == ("-123.456789", "0.000001", "0.35%", "-3")
    assert cells["product"] == "working_capital"
    [line] = reading.read(LOANS, csvfile.grid(data), TABLES, None).lines
    assert {key: cell for (_, key), cell in line.cells.items()} | {"rev": line.rev} == values


def test_money_not_counted_in_wan_says_so_in_its_heading() -> None:
    fee = Table("fees", "费", "Fees", "fees", (Column("id", "编号", "No."), Column("paid", "实收", "Paid", "money", unit="元")))
    data = out.write(fee.columns, [{"id": "1", "paid": 123_456, "rev": 1}])
    assert csvfile.parse(data.decode("utf-8-sig"))[0] == ["id", "paid(元)", "rev"]
    [line] = reading.read(fee, csvfile.grid(data), {"fees": fee}, None).lines
    assert line.cells["fees", "paid"] == 123_456


def test_unread_cells_go_out_as_typed() -> None:
    data = out.write(CUSTOMERS.columns, [{"id": "KH1", "founded_on": Unread("=2026-02-30", "date_unreadable"), "rev": 1}])
    [line] = reading.read(CUSTOMERS, csvfile.grid(data), TABLES, None).lines
    assert line.cells["customers", "founded_on"] == Unread("=2026-02-30", "date_unreadable")


def test_instants_carry_their_zone_and_come_back() -> None:
    table = TABLES["opportunities"]
    data = out.write(table.columns, [{"id": "S1", "created_at": datetime(2026, 3, 5, 14, 30), "rev": 1}])
    assert b"2026-03-05T14:30:00+08:00" in data
    [line] = reading.read(table, csvfile.grid(data), TABLES, None).lines
    assert line.cells["opportunities", "created_at"] == datetime(2026, 3, 5, 14, 30)


def test_hidden_columns_of_the_system_are_understood_but_not_taken() -> None:
    found = sheet("id,name,rev,updated_at,updated_by,deleted\nKH1,云澜,5,2026-03-05,1001,no\n")
    assert said(found) == [{"id": "KH1", "name": "云澜"}]
    assert (found.lines[0].rev, found.issues) == (5, [])
