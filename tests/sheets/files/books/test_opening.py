"""A file is opened by what it holds, whatever it is called; one that holds no rows says what it is."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from sheets.files.book import open_book
from sheets.files.books.kinds import OLE
from sheets.files.reading import Unreadable
from sheets.files.tab import Tab


def written(*sheets: tuple[str, list[list[object]]], hidden: tuple[str, ...] = ()) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for title, rows in sheets:
            sheet = book.add_worksheet(title)
            for row, cells in enumerate(rows):
                sheet.write_row(row, 0, cells)
            if title in hidden:
                sheet.hide()
    return out.getvalue()


def zipped(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, text in parts.items():
            file.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return out.getvalue()


ROWS: list[list[object]] = [["客户编号", "客户名称"], ["KH1", "云澜"]]


@pytest.mark.parametrize("name", ["台账.xlsx", "台账.csv", "台账"])
def test_a_workbook_is_one_whatever_it_is_called(name: str) -> None:
    book = open_book(written(("客户", ROWS)), name)
    assert book.kind == "xlsx"
    assert [(sheet.title, sheet.visible, [list(row) for row in sheet.grid]) for sheet in book.sheets] == [("客户", True, ROWS)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_file_called_xls_is_read_as_the_text_it_is(encoding: str) -> None:
    book = open_book("客户编号\t客户名称\nKH1\t云澜\n".encode(encoding), "客户.xls")
    assert book.kind == "csv"
    assert [list(row) for row in book.sheets[0].grid] == ROWS
    assert book.sheets[0].title == "客户.xls"


def test_a_hidden_sheet_is_said_to_be_one() -> None:
    book = open_book(written(("客户", ROWS), ("旧", ROWS), hidden=("旧",)), "a.xlsx")
    assert [(sheet.title, sheet.visible) for sheet in book.sheets] == [("客户", True), ("旧", False)]


def test_cells_stand_where_the_sheet_shows_them() -> None:
    book = open_book(written(("客户", [[], [], [None, "客户编号"]])), "a.xlsx")
    assert [list(row) for row in book.sheets[0].grid] == [["", ""], ["", ""], ["", "客户编号"]]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "exchange.empty"),
        (OLE + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(200), "book.locked"),
        (OLE + bytes(504) + "WordDocument".encode("utf-16-le") + bytes(200), "book.no_workbook"),
        (OLE + bytes(504) + "Workbook".encode("utf-16-le") + bytes(200), "book.damaged"),
        ("<html><body><table><tr><td>客户编号</td></tr></table></body></html>".encode(), "book.web_page"),
        ('\ufeff<table border="1"><tr><td>客户编号</td></tr></table>'.encode(), "book.web_page"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas"/>', "book.xml"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related", "book.web_page"),
        (zipped(word__document_xml="<w/>"), "book.no_workbook"),
        (zipped(readme_xml="<w/>"), "book.no_workbook"),
        (b"PK\x03\x04 cut off", "book.damaged"),
        (b"%PDF-1.7", "book.no_workbook"),
        (b"\x89PNG\r\n\x1a\n", "book.no_workbook"),
        (written(("客户", ROWS))[:-200], "book.damaged"),
    ],
)  # fmt: skip
def test_what_is_no_spreadsheet_says_so(data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as fault:
        open_book(data, "客户.xls")
    assert fault.value.code == code
    assert fault.value.say("zh")
    assert fault.value.say("en")


def test_a_part_that_grows_beyond_what_is_read_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file, file.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
        for _ in range(600):
            part.write(bytes(1_048_576))
    with pytest.raises(Unreadable, match="超过 512 MB"):
        open_book(out.getvalue(), "a.xlsx")


def test_a_part_with_entities_is_refused() -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
    with pytest.raises(Unreadable) as fault:
        open_book(zipped(xl__workbook_xml="<workbook/>", xl__worksheets__sheet1_xml=bomb), "a.xlsx")
    assert fault.value.code == "book.damaged"


def test_a_workbook_of_excel_97_says_what_its_number_formats_say_and_its_errors() -> None:
    """The file was written by Excel 97's own records: a unit, leading zeros and a percentage that stand only in formats."""
    book = open_book(Path(__file__).with_name("excel97.xls").read_bytes(), "客户.xls")
    assert book.kind == "xls"
    assert [(sheet.title, sheet.visible) for sheet in book.sheets] == [("客户", True), ("隐藏", False)]
    tab = book.sheets[0].grid
    assert isinstance(tab, Tab)
    assert [str(cell) for cell in tab.shown(1)] == ["KH1", "甲公司", "2026-03-05", "1234.5万元", "0012", "12.5%", "#DIV/0!"]


def test_an_error_that_a_workbook_of_libreoffice_hides_is_told() -> None:
    cells = '<table:table-cell calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
    names = " ".join(f'xmlns:{one}="urn:{one}"' for one in ("office", "table", "text", "calcext"))
    content = f"<office:document-content {names}><table:table-row>{cells}</table:table-row></office:document-content>"
    data = zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet", content_xml=content)
    with pytest.raises(Unreadable) as refused:
        open_book(data, "客户.ods")
    assert "#DIV/0!" in refused.value.say("zh")
