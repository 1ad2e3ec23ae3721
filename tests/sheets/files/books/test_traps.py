"""What Excel hides behind a cell: units in formats, formulas, lost zeros, zero days. Each is read right or told by its kind."""

from __future__ import annotations

from datetime import date

import pytest

from sheets.files import reading
from sheets.files.book import open_book
from sheets.files.reading import Sheet, Unreadable
from sheets.tables import TABLES
from tests.sheets.files.books.writing import HEAD, KIND, RELATIONS, book, heads, number, rows, sheet, text


def read(data: bytes, table: str = "loans") -> Sheet:
    return reading.read(TABLES[table], open_book(data, "a.xlsx").sheets[0].grid, TABLES, None)


def loans(*lines: list[str], heading: str = "贷款余额", formats: tuple[str, ...] = ()) -> Sheet:
    return read(book({"贷款": sheet(rows(heads("借据号", heading), *lines))}, formats=formats))


def amounts(found: Sheet) -> list[object]:
    return [line.cells.get(("loans", "balance")) for line in found.lines]


def told(found: Sheet) -> list[tuple[str, str, bool]]:
    return [(issue.cell, issue.code, issue.warning) for issue in found.issues]


@pytest.mark.parametrize(
    ("code", "typed", "fen"),
    [
        ('#,##0.00"万元"', 12.5, 12_500_000),
        ('#,##0.00"元"', 125_000, 12_500_000),
        ('0!.0,"万元"', 125_000, 12_500_000),
        ('0.00,,"百万元"', 125_000, 12_500_000),
        ('#,##0"千元"', 125, 12_500_000),
        ("#,##0.00", 12.5, 12_500_000),
        ('_ "¥"* #,##0.00_ ', 12.5, 12_500_000),
    ],
)
def test_a_unit_that_stands_only_in_the_number_format_counts(code: str, typed: float, fen: int) -> None:
    found = loans([text("A2", "J1"), number("B2", typed, 1)], formats=(code,))
    assert (amounts(found), found.doubts, found.issues) == ([fen], (), [])


def test_cells_of_one_column_may_each_have_a_unit() -> None:
    lines = [
        [text("A2", "J1"), number("B2", 125_000, 1)],
        [text("A3", "J2"), number("B3", 12.5, 2)],
        [text("A4", "J3"), number("B4", 1.25)],
    ]
    assert amounts(loans(*lines, formats=('0"元"', '0.0"万元"'))) == [12_500_000, 12_500_000, 1_250_000]


@pytest.mark.parametrize(
    ("code", "heading", "doubt"),
    [
        ('0.0,"万元"', "贷款余额", "format_scale"),
        ('0.0"万股"', "贷款余额", "format_scale"),
        ("#,##0,", "贷款余额", "format_scale"),
        ('0.0"万元"', "贷款余额(元)", "format_unit"),
        ("[$$-409]#,##0", "贷款余额", "around_foreign"),
    ],
)
def test_a_format_that_contradicts_itself_or_its_heading_is_asked_about(code: str, heading: str, doubt: str) -> None:
    found = loans([text("A2", "J1"), number("B2", 12.5, 1)], heading=heading, formats=(code,))
    assert [(one.cell, one.code) for one in found.doubts] == [("B2", doubt)]


@pytest.mark.parametrize(
    ("code", "heading"), [("#,##0,", "贷款余额(千元)"), ('0!.0,"万"', "贷款余额(万元)"), ('0!.0,"万"', "贷款余额(元)")]
)
def test_a_scale_under_a_heading_that_says_the_unit_shown_is_taken_back(code: str, heading: str) -> None:
    assert amounts(loans([text("A2", "J1"), number("B2", 125_000, 1)], heading=heading, formats=(code,))) == [12_500_000]


def test_a_percentage_is_what_it_shows() -> None:
    cells = [text("A2", "J1"), number("B2", 0.0345, 1)]
    found = loans(cells, heading="利率", formats=("0.00%",))
    [percent] = [key for (_, key) in found.where if key != "id"]
    assert [line.cells.get(("loans", percent)) for line in found.lines] == [34_500]


def test_zeros_that_only_the_format_shows_belong_to_the_number() -> None:
    found = read(
        book({"客户": sheet(rows(heads("客户编号", "客户名称"), [number("A2", 12, 1), text("B2", "云澜")]))}, formats=("000000",)),
        "customers",
    )
    assert [line.cells[("customers", "id")] for line in found.lines] == ["000012"]


def test_an_account_beyond_fifteen_digits_is_told() -> None:
    found = read(book({"账户": sheet(rows(heads("账号", "户名"), [number("A2", "6222021234567890123"), text("B2", "云澜")]))}), "accounts")
    assert ("A2", "digits_lost", False) in told(found)


def test_an_account_that_a_formula_made_a_number_is_told() -> None:
    cell = '<c r="A2"><f>VALUE("0012345678")</f><v>12345678</v></c>'
    found = read(book({"账户": sheet(rows(heads("账号", "户名"), [cell, text("B2", "云澜")]))}), "accounts")
    assert ("A2", "formula_number", False) in told(found)


def test_a_formula_that_was_never_calculated_is_told_and_one_that_says_nothing_is_blank() -> None:
    lines = [
        [text("A2", "J1"), '<c r="B2"><f>C2*2</f></c>'],
        [text("A3", "J2"), '<c r="B3"><f>C3*2</f><v></v></c>'],
        [text("A4", "J3"), '<c r="B4" t="str"><f>IF(C4="","",1)</f><v></v></c>'],
        [text("A5", "J4"), '<c r="B5"><f>C5*2</f><v>3</v></c>'],
    ]
    found = loans(*lines)
    assert told(found) == [("B2", "formula_unworked", False), ("B3", "formula_unworked", False)]
    assert found.issues[0].raw == "=C2*2"
    assert amounts(found)[2:] == [None, 3_000_000]


@pytest.mark.parametrize("word", ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?"])
def test_an_error_is_told_by_its_cell(word: str) -> None:
    cell = f'<c r="B2" t="e"><f>VLOOKUP(A2,X:Y,2,0)</f><v>{word}</v></c>'
    found = loans([text("A2", "J1"), cell])
    assert [(issue.cell, issue.code, issue.raw) for issue in found.issues] == [("B2", "formula_error", word)]


def test_a_picture_in_a_cell_and_pictures_over_the_sheet_are_told() -> None:
    cell = '<c r="B2" t="str"><f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c>'
    drawing = (
        f'{HEAD}<xdr:wsDr xmlns:xdr="x"><xdr:twoCellAnchor><xdr:from><xdr:col>2</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>4</xdr:row></xdr:from>'
        "<xdr:pic/></xdr:twoCellAnchor></xdr:wsDr>"
    )
    links = f'{HEAD}<Relationships {RELATIONS}><Relationship Id="rId1" Type="{KIND}/drawing" Target="../drawings/drawing1.xml"/></Relationships>'
    parts = {"xl/worksheets/_rels/sheet1.xml.rels": links, "xl/drawings/drawing1.xml": drawing}
    found = read(book({"贷款": sheet(rows(heads("借据号", "贷款余额"), [text("A2", "J1"), cell]))}, parts=parts))
    assert told(found) == [("C5", "sheet_pictures", True), ("B2", "cell_picture", False)]


def test_rows_outside_the_stated_dimension_are_read() -> None:
    data = rows(heads("借据号", "贷款余额"), *([text(f"A{n}", f"J{n}"), number(f"B{n}", n)] for n in range(2, 6)))
    assert len(read(book({"贷款": sheet(data, before='<dimension ref="A1:B2"/>')})).lines) == 4


def test_a_book_that_counts_from_1904_says_the_same_days() -> None:
    data = {
        "贷款": sheet(
            rows(heads("借据号", "贷款到期日"), [text("A2", "J1"), number("B2", 44_538, 1)], [text("A3", "J2"), number("B3", 44_538)])
        )
    }
    found = read(book(data, formats=("yyyy-mm-dd",), since_1904=True))
    assert [line.cells[("loans", "matures_on")] for line in found.lines] == [date(2025, 12, 9)] * 2


def test_a_zero_shown_as_a_day_is_blank_and_told() -> None:
    found = read(
        book({"贷款": sheet(rows(heads("借据号", "贷款到期日"), [text("A2", "J1"), number("B2", 0, 1)]))}, formats=("yyyy-mm-dd",))
    )
    assert told(found) == [("B2", "date_nought", True)]
    assert ("loans", "matures_on") not in found.lines[0].cells


@pytest.mark.parametrize("code", ["yyyy/m/d", 'yyyy"年"m"月"d"日"', "[$-804]yyyy/m/d;@", "d-mmm-yy"])
def test_a_day_is_one_in_whatever_format(code: str) -> None:
    found = read(book({"贷款": sheet(rows(heads("借据号", "贷款到期日"), [text("A2", "J1"), number("B2", 46_000, 1)]))}, formats=(code,)))
    assert [line.cells[("loans", "matures_on")] for line in found.lines] == [date(2025, 12, 9)]


def test_a_cell_that_another_covers_is_told_and_not_filled_in() -> None:
    lines = rows(heads("借据号", "贷款余额"), [text("A2", "J1"), number("B2", 5)], [text("A3", "J2")])
    found = read(book({"贷款": sheet(lines, after='<mergeCells count="1"><mergeCell ref="B2:B3"/></mergeCells>')}))
    assert told(found) == [("B3", "cell_merged", False)]


def test_xml_with_prefixes_and_without_addresses_is_searched_alike() -> None:
    row = (
        '<x:row r="2"><x:c t="inlineStr"><x:is><x:t>J1</x:t></x:is></x:c><x:c s="1"><x:v>125000</x:v></x:c><x:c><x:f>B2</x:f></x:c></x:row>'
    )
    top = "".join(f'<x:c t="inlineStr"><x:is><x:t>{word}</x:t></x:is></x:c>' for word in ("借据号", "贷款余额", "贷款到期日"))
    xml = (
        f'{HEAD}<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>'
        f'<x:row r="1">{top}</x:row>{row}</x:sheetData></x:worksheet>'
    )
    found = read(book({"贷款": xml}, formats=('0"元"',)))
    assert (amounts(found), told(found)) == ([12_500_000], [("C2", "formula_unworked", False)])


def test_one_stray_cell_far_away_is_told_instead_of_reading_all_between() -> None:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    with pytest.raises(Unreadable, match="误填了一格"):
        open_book(book({"贷款": sheet(rows(heads("借据号")) + far)}), "a.xlsx")


def test_rows_that_are_only_coloured_reach_nowhere() -> None:
    blank = "".join(f'<row r="{n}" s="1"><c r="XFD{n}" s="1"/></row>' for n in (1_048_575, 1_048_576))
    assert len(open_book(book({"贷款": sheet(rows(heads("借据号")) + blank)}), "a.xlsx").sheets[0].grid) == 1


def test_what_was_refused_goes_back_with_the_unit_its_format_showed() -> None:
    found = loans([text("A2", "J1"), number("B2", 125_000, 1)], formats=('0"元"',))
    assert found.typed(found.lines[0]) == {"借据号": "J1", "贷款余额": "125000元"}
