"""A line whose cells cannot be told apart is refused by itself, with its number in the file; nothing ever shifts."""

from __future__ import annotations

import pytest

from sheets import sentences
from sheets.files import csvfile, reading
from sheets.files.lines import LONGEST
from sheets.files.reading import Sheet
from sheets.schema import Table
from sheets.tables import TABLES

LOANS = TABLES["loans"]
CUSTOMERS = TABLES["customers"]
HEAD = "客户编号,客户名称,客户等级,成立日期\n"
SOUND = "KH9,望川商贸有限公司,重点,2026-03-05\n"


def sheet(text: str, table: Table = CUSTOMERS) -> Sheet:
    return reading.read(table, csvfile.parse(text), TABLES, None)


def refused(found: Sheet) -> list[tuple[str, str]]:
    """The line and the reason of everything that is not taken."""
    return [(issue.values["line"], issue.code) for _, issue in found.damaged]


def ids(found: Sheet) -> list[object]:
    return [line.cells["customers", "id"] for line in found.lines]


def test_an_unquoted_comma_never_shifts_a_balance_into_a_remark() -> None:
    found = sheet("借据号,贷款余额,备注\nJJ000001,1,010.00,展期材料已收\nJJ000002,2,无\n", LOANS)
    assert [line.cells["loans", "id"] for line in found.lines] == ["JJ000002"]
    [(_, issue)] = found.damaged
    assert (issue.code, issue.cell, dict(issue.values)) == ("line_longer", "A2", {"line": "2", "found": "4", "expected": "3"})
    assert sentences.with_place(issue, TABLES, "zh", "借据").startswith("借据!A2 文件第 2 行有 4 格，表头只有 3 格，")
    assert sentences.with_place(issue, TABLES, "en").startswith("Loans!A2 Line 2 of the file has 4 cells, the headings only 3")


@pytest.mark.parametrize(
    ("heads", "line", "sound"),
    [
        ("贷款金额,贷款余额,备注", "500,1,010.00", "500,450,"),  # no remark: as many cells as headings, and the balance would be 1
        ("贷款金额,贷款余额,备注", "1,000,450", "500,450,续"),
        ("贷款金额,贷款余额,备注", "1,200,000", "500,450,"),  # the remark would be 000
        ("贷款余额,备注,合同号", "12,345,678.00", "500,450户,"),
        ("贷款余额,备注,合同号", "1,200,000", "500,续,HT1"),
        ("贷款余额,备注,合同号", "1,200,", "500,续,"),
        ("贷款余额,备注,合同号", "1,200,续", "500,,HT2"),
        ("贷款余额,合同号,五级分类,备注", "1,200,HT1,正常", "500,450,正常,续"),  # with the amount whole every cell can be read
        ("贷款余额,机构", "-1,010.00", "500,450"),
        ("贷款余额,机构", "(1,010.00)", "500,450"),
        ("贷款余额,机构,合同号", "1,200,,", "500,450,"),  # a blank cell more than the other lines
        ("贷款余额,逾期天数,备注", "1,200,,", "500,120,"),
    ],
)
def test_an_amount_cut_in_two_is_found_where_the_line_leaves_out_cells_at_its_end(heads: str, line: str, sound: str) -> None:
    others = f"J2,2027-03-05,{sound}\nJ3,2027-03-05,{sound}\n"
    found = sheet(f"借据号,到期日,{heads}\nJ1,2027-03-05,{line}\n{others}", LOANS)
    assert refused(found) == [("2", "line_split")]
    assert [row.cells["loans", "id"] for row in found.lines] == ["J2", "J3"]
    assert found.torn(found.damaged[0][0]) == f"J1,2027-03-05,{line}"


@pytest.mark.parametrize(
    "loose",
    [
        "J3,2027-03-05,300,450",  # leaves out the cells at its end
        "J3,2027-03-05,1,200,000,D1,续",  # has too many, and as many as headings with the amount whole
    ],
)
def test_two_amounts_that_may_be_one_are_asked_about_in_a_file_whose_other_lines_leave_cells_out_or_write_bare_commas(loose: str) -> None:
    lines = "借据号,到期日,贷款余额,合同号,机构,备注\nJ1,2027-03-05,1,200,D1,续\nJ2,2027-03-05,80,HT2,D1,续\n"
    assert refused(sheet(lines, LOANS)) == []
    assert refused(sheet(f"{lines}{loose}\n", LOANS))[0] == ("2", "line_split")
    assert refused(sheet(f"{lines}制表人：张三\n", LOANS)) == []  # a note below the table says nothing about lines


def test_two_amounts_that_must_both_be_there_are_two_however_loose_the_file_is() -> None:
    found = sheet("借据号,贷款金额,贷款余额,备注\nJ1,500,450,\nJ2,300\n", LOANS)
    assert refused(found) == [("3", "line_shorter")]


def test_a_number_that_names_nobody_beside_a_name_that_is_known_is_the_rest_of_an_amount() -> None:
    text = "借据号,贷款余额,客户,合同号\nJ1,1,200,云澜机械\nJ2,500,200,HT2\n"
    for known, lines in (({"云澜机械": "K1"}, ["2"]), ({"云澜机械": "K1", "200": "K2"}, []), ({}, [])):
        found = reading.read(LOANS, csvfile.parse(text), TABLES, {"customers": known})  # type: ignore[dict-item]
        assert [line for line, code in refused(found) if code == "line_split"] == lines


@pytest.mark.parametrize(
    ("line", "left", "right"),
    [("KH1,云澜,机械,重点", "云澜", "机械"), ("KH1,云澜,机械,重点,", "云澜", "机械"), ("KH1,云澜,机械,设备,重点", "云澜", "机械")],
)
def test_a_comma_in_a_name_is_found_where_the_cells_behind_it_can_be_read_one_place_to_the_left(line: str, left: str, right: str) -> None:
    found = sheet(f"客户编号,客户名称,客户等级,成立日期,客户状态\n{line}{',' * (4 - line.count(','))}\nKH9,望川,重点,2026-03-05,存量\n")
    assert refused(found) == [("2", "line_shifted")]
    assert ids(found) == ["KH9"]
    assert [issue for issue in found.issues if not issue.warning] == []  # nothing is said of cells that were none
    said = [sentences.sentence(found.damaged[0][1], TABLES, lang) for lang in ("zh", "en")]
    assert all(f"{left},{right}" in one and "2" in one for one in said)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("KH1,云澜,甚好,2026-03-05,存量", "choice_unknown"),
        ("KH1,云澜,重点,不详,存量", "date_unreadable"),
        ("KH1,云澜,甚好,,", "choice_unknown"),
        ("KH1,云澜,2026-03-05,重点,存量", "choice_unknown"),  # two cells exchanged
    ],
)
def test_a_cell_that_cannot_be_read_refuses_itself_and_not_its_line(line: str, code: str) -> None:
    found = sheet(f"客户编号,客户名称,客户等级,成立日期,客户状态\n{line}\nKH9,望川,重点,2026-03-05,存量\n")
    assert refused(found) == []
    assert code in {issue.code for issue in found.issues}
    assert ids(found) == ["KH1", "KH9"]


@pytest.mark.parametrize("line", ['J1,"500","450","续"', 'J1,"500",450,续'])
def test_amounts_in_quotes_are_two_whatever_stands_beside_them(line: str) -> None:
    assert refused(sheet(f"借据号,贷款余额,备注,合同号\n{line.replace('450', '456')}\n", LOANS)) == []


@pytest.mark.parametrize("line", ["J1,500,450,001,无", "J1,5,120,,无", 'J1,"1,010.00",450.00,001,', "J1,1,100.50,,"])
def test_small_amounts_and_numbers_of_offices_beside_each_other_are_no_cut_amount(line: str) -> None:
    assert refused(sheet(f"借据号,贷款金额,贷款余额,机构号,备注\n{line}\n", LOANS)) == []


DAMAGED = [
    ("KH1,云澜,机械,重点,2026-03-05\n", [("2", "line_longer")]),  # a comma in a name
    ("KH1,云澜,重点\n", [("2", "line_shorter")]),
    ("KH1,云澜\n机械,重点,2026-03-05\n", [("2", "line_shorter"), ("3", "line_shorter")]),  # broken within a cell
    ("KH1,云澜,重点,2026-03-05\n（补）\n", [("3", "line_shorter")]),  # broken within the last cell
    ('KH1,"云澜"机械,重点,2026-03-05\n', [("2", "line_quotes")]),
    ('KH1,"云澜,重点,2026-03-05\n', [("2", "line_quotes")]),  # never closed
    ('KH1,"云澜,重点,2026-03-05\nKH2,望,重点,2026-03-05\nKH3,"朗禾",重点,2026-03-05\n', [("2", "line_quotes")]),
    ('KH1,"云澜,重点,2026-03-05\nKH2,望,重点,2026-03-05\nKH3,朗",重点,2026-03-05\n', [("2", "line_quotes"), ("4", "line_quotes")]),
    ('KH1,"云澜\n机械",商贸,重点,2026-03-05\n', [("2–3", "line_longer")]),
    ('KH1, "云澜,机械",重点,2026-03-05\n', [("2", "line_longer")]),  # a space before the quote: no quote
]


@pytest.mark.parametrize(("lines", "reasons"), DAMAGED)
def test_a_damaged_line_is_refused_by_its_number_and_the_lines_around_it_are_taken(lines: str, reasons: list[tuple[str, str]]) -> None:
    found = sheet(HEAD + lines + SOUND)
    assert refused(found) == reasons
    assert ids(found)[-1] == "KH9"
    assert not {"云澜,机械", "机械", "云澜\n机械"} & {str(line.cells.get(("customers", "name"))) for line in found.lines}


def test_lines_between_two_stray_quotes_are_taken() -> None:
    assert ids(sheet(HEAD + DAMAGED[7][0] + SOUND)) == ["KH2", "KH9"]
    assert ids(sheet(HEAD + DAMAGED[6][0] + SOUND)) == ["KH2", "KH3", "KH9"]


@pytest.mark.parametrize(
    "line",
    [
        "KH1,云澜,重点,2026-03-05,,,\n",  # empty cells at the end
        "KH1,云澜,,\n",
        'KH1,"云澜,机械",重点,2026-03-05\n',
        'KH1,"云澜\n机械,设备,制造,厂",重点,2026-03-05\n',  # as many commas in the cell as headings
        '"KH1","云澜,1,2,3\n机械,1,2,3","重点","2026-03-05"\n',
        'KH1,5" 管,重点,2026-03-05\n',
        "\nKH1,云澜,重点,2026-03-05\n,,,\n",
    ],
)
def test_sound_lines_are_not_taken_for_damaged_ones(line: str) -> None:
    head = '"客户编号","客户名称","客户等级","成立日期"\n' if line.startswith('"') else HEAD
    found = sheet(head + line + SOUND)
    assert (refused(found), ids(found)) == ([], ["KH1", "KH9"])


def test_a_column_without_a_heading_is_no_damage_when_the_header_has_its_place() -> None:
    found = sheet("客户编号,客户名称,\nKH1,云澜,随手一记\nKH2,望川\n")
    assert (refused(found), ids(found)) == ([], ["KH1", "KH2"])


def test_a_cell_beyond_what_a_cell_holds_is_told_by_its_length_and_not_by_quotes() -> None:
    found = sheet(HEAD + f'KH1,"{"云" * (LONGEST + 1)}",重点,2026-03-05\n' + SOUND)
    [(_, issue)] = found.damaged
    assert (issue.code, dict(issue.values)) == ("line_cell_long", {"line": "2", "found": "131073", "most": "131072"})
    assert "长 131073 字" in sentences.sentence(issue, TABLES, "zh")
    assert ids(found) == ["KH9"]


def test_an_unclosed_quote_is_told_as_one_however_much_follows_it() -> None:
    found = sheet(HEAD + 'KH0,"云澜,重点,2026-03-05\n' + "".join(f"KH{n},望川{n},重点,2026-03-05\n" for n in range(1, 9000)))
    assert refused(found) == [("2", "line_quotes")]
    assert len(found.lines) == 8999


def test_a_line_that_says_nothing_under_a_known_heading_is_no_record() -> None:
    found = sheet('客户编号,客户名称,整行原文\n,,"KH1,云澜,机械"\n')
    assert refused(found) == [("2", "line_unheaded")]


def test_a_damaged_line_is_kept_as_it_stands_in_the_file() -> None:
    found = sheet("\n" + HEAD + 'KH1,"云澜\n机械",商贸,重点,2026-03-05\r\n')
    [(line, _)] = found.damaged
    assert (line.row, found.torn(line)) == (2, 'KH1,"云澜\n机械",商贸,重点,2026-03-05')


WRAPPED = [
    ('="00123"', "00123"),
    ('"=""00123"""', "00123"),
    (' ="00123" ', "00123"),
    ('="a""b"', 'a"b'),
    ('=""', ""),
    ('\'="00123"', '="00123"'),
]


@pytest.mark.parametrize(("cell", "text"), WRAPPED)
def test_digits_wrapped_as_a_formula_are_unwrapped_in_both_spellings(cell: str, text: str) -> None:
    assert csvfile.parse(f"客户名称,备注\n{cell},x\n")[1][0] == text


@pytest.mark.parametrize("cell", ["=1+1", "=A1", '="a"&B1', '=HYPERLINK("x")'])
def test_a_formula_is_not_taken_for_wrapped_digits(cell: str) -> None:
    assert csvfile.parse(f"客户名称,备注\n{cell},x\n")[1][0] == cell


def test_wrapped_ids_and_days_are_read() -> None:
    found = sheet('客户编号,客户名称,成立日期\n="00123",煦禾测试有限公司,="2026-01-05"\n')
    assert ids(found) == ["00123"]
    assert str(found.lines[0].cells["customers", "founded_on"]) == "2026-01-05"


def test_tabs_behind_digits_do_not_decide_the_delimiter() -> None:
    found = sheet("客户编号,客户名称,备注\n" + "".join(f"KH{n}\t,\t云澜{n}\t,\t\t\t\t\n" for n in range(3)))
    assert [line.cells["customers", "name"] for line in found.lines] == ["云澜0", "云澜1", "云澜2"]


@pytest.mark.parametrize("mark", [",", "\t", ";", "|", "，"])
@pytest.mark.parametrize("content", ["甲;乙;丙;丁;戊", "甲|乙|丙|丁|戊", "甲，乙，丙，丁，戊", "甲,乙,丙,丁,戊", "甲\t乙\t丙\t丁\t戊"])
def test_the_delimiter_is_the_one_under_which_the_headings_are_found(mark: str, content: str) -> None:
    if mark in content:
        content = f'"{content}"'
    found = sheet(f"客户名单{content}\n" + mark.join(("客户编号", "客户名称")) + "\n" + mark.join(("KH1", content)) + "\n")
    assert [line.cells["customers", "id"] for line in found.lines] == ["KH1"]
    assert found.lines[0].cells["customers", "name"] == content.strip('"')


def test_lists_with_semicolons_stay_in_their_cell() -> None:
    found = sheet("客户编号,客户名称,业务属性\nKH1,云澜煦启商贸有限公司,存款客户;信贷客户;中间业务客户;投行客户\n")
    assert found.lines[0].cells["customers", "name"] == "云澜煦启商贸有限公司"
    assert len(str(found.lines[0].cells["customers", "flags"]).split(";")) == 4
