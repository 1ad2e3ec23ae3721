"""Bytes become text line by line: a broken one is the trouble of its cell, and no text is stored that may be wrong."""

from __future__ import annotations

import pytest

from sheets import sentences
from sheets.files import csvfile, reading
from sheets.files.encoding import decode
from sheets.files.reading import Sheet, Unreadable
from sheets.tables import TABLES

CUSTOMERS = TABLES["customers"]
HEAD = "客户编号,客户名称,客户简称\r\n"
FIRST, SECOND = "KH1,云澜一号有限公司,云澜一\r\n", "KH2,望川二号有限公司,望川二\r\n"


def sheet(data: bytes) -> Sheet:
    return reading.read(CUSTOMERS, csvfile.grid(data), TABLES, None)


def names(found: Sheet) -> list[object]:
    return [line.cells["customers", "name"] for line in found.lines]


TRADITIONAL = "客户编号,客户名称\nHK1,滙澤國際貿易(香港)有限公司\nHK2,聯興電機製造廠有限公司\nHK3,喆昇堃鑫淼镕有限公司\n"


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8"])
def test_rare_and_traditional_characters_are_characters(encoding: str) -> None:
    assert names(sheet(TRADITIONAL.encode(encoding))) == ["滙澤國際貿易(香港)有限公司", "聯興電機製造廠有限公司", "喆昇堃鑫淼镕有限公司"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("cut", [1, 2])
def test_a_cut_character_is_the_trouble_of_its_cell_and_the_other_lines_are_taken(encoding: str, cut: int) -> None:
    if (encoding, cut) == ("gb18030", 2):
        cut = 1  # two bytes are the whole character
    broken = FIRST.strip().encode(encoding)[:-cut] + b"\r\n"
    head = HEAD.encode(encoding)
    found = sheet(head + broken.removeprefix(b"\xef\xbb\xbf") + SECOND.encode(encoding).removeprefix(b"\xef\xbb\xbf"))
    assert names(found) == ["望川二号有限公司"]
    [(_, issue)] = found.damaged
    assert (issue.code, issue.column, issue.cell, issue.values["line"]) == ("line_bytes", "short_name", "C2", "2")
    assert sentences.sentence(issue, TABLES, "zh").startswith("文件第 2 行「客户简称」的「云澜")


@pytest.mark.parametrize("column", ["客户编号", "客户名称", "成立日期", "实收资本"])
def test_a_broken_character_is_stored_under_no_heading(column: str) -> None:
    heads = ["客户编号", "客户名称", "成立日期", "实收资本"]
    cells = ["KH1", "云澜", "2026-03-05", "500"]
    cells[heads.index(column)] += "\ufffd"
    found = sheet(("\n".join((",".join(heads), ",".join(cells), "KH2,望川,,")) + "\n").encode())
    assert [issue.code for _, issue in found.damaged] == ["line_bytes"]
    assert names(found) == ["望川"]


def test_a_broken_character_in_a_column_that_is_not_read_does_no_harm() -> None:
    assert names(sheet("客户编号,客户名称,心情\nKH1,云澜,好\ufffd\n".encode())) == ["云澜"]


@pytest.mark.parametrize(("most", "one"), [("utf-8", "gbk"), ("gbk", "utf-8")])
def test_a_line_of_the_other_encoding_is_read_by_its_own(most: str, one: str) -> None:
    data = (HEAD + FIRST + FIRST.replace("1", "3")).encode(most) + SECOND.encode(one)
    assert names(sheet(data))[-1] == "望川二号有限公司"


def test_a_line_too_short_to_tell_its_encoding_is_not_guessed() -> None:
    data = (HEAD + FIRST).encode() + b"KH2," + "云".encode()[:2] + b",\r\n"  # as GB18030 these bytes are 浜
    found = sheet(data)
    assert [issue.code for _, issue in found.damaged] == ["line_bytes"]


CHARACTERS_OF_2022 = [
    *zip([0xFE51, 0xFE52, 0xFE53, 0xFE6C, 0xFE76, 0xFE91], "\U00020087\U00020089\U000200cc\U000215d7\U0002298f\U000241fe", strict=True),
    *zip([0xFE59, 0xFE61, 0xFE66, 0xFE67, 0xFE6D, 0xFE7E, 0xFE90, 0xFEA0], map(chr, range(0x9FB4, 0x9FBC)), strict=True),
    *zip(range(0xA6D9, 0xA6E0), "\ufe10\ufe12\ufe11\ufe13\ufe14\ufe15\ufe16", strict=True),
    *zip([0xA6EC, 0xA6ED, 0xA6F3], "\ufe17\ufe18\ufe19", strict=True),
]


@pytest.mark.parametrize(("code", "character"), CHARACTERS_OF_2022)
def test_the_codes_of_2022_are_the_characters_of_the_standard(code: int, character: str) -> None:
    data = HEAD.encode("gbk") + "KH1,云".encode("gbk") + code.to_bytes(2, "big") + "澜有限公司,云澜\r\n".encode("gbk")
    assert names(sheet(data)) == [f"云{character}澜有限公司"]


def test_four_bytes_are_one_character() -> None:
    assert names(sheet((HEAD + "KH1,云\u9fb5\U00031350澜,云\r\n").encode("gb18030"))) == ["云\u9fb5\U00031350澜"]


def test_a_private_code_in_gb18030_is_no_character_and_in_utf_8_is_the_one_that_was_typed() -> None:
    text = HEAD + "KH1,云\ue000澜有限公司,云澜\r\n" + SECOND
    assert [issue.code for _, issue in sheet(text.encode("gb18030")).damaged] == ["line_bytes"]
    assert names(sheet(text.encode())) == ["云\ue000澜有限公司", "望川二号有限公司"]


@pytest.mark.parametrize(
    "text",
    [
        "客戶編號,客戶名稱,統一編號\nKH1,鴻海精密工業,1\n",
        "id,name\nKH1,寶成工業股份有限公司\nKH2,鴻海精密\n",
        "id,name\nKH1,台北商業銀行\n",
    ],
)
def test_big5_is_not_guessed(text: str) -> None:
    with pytest.raises(Unreadable, match="Big5") as caught:
        decode(text.encode("cp950"))
    assert caught.value.code == "exchange.big5"
    assert "CSV UTF-8" in caught.value.say("en")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_text_of_excel_is_read(encoding: str) -> None:
    text = (HEAD + FIRST).replace(",", "\t")
    mark = b"" if encoding == "utf-16" else "\ufeff".encode(encoding)
    assert names(sheet(mark + text.encode(encoding))) == ["云澜一号有限公司"]


def test_a_cut_end_of_unicode_text_is_the_trouble_of_its_cell() -> None:
    found = sheet((HEAD + FIRST + SECOND.strip()).replace(",", "\t").encode("utf-16")[:-1])
    assert names(found) == ["云澜一号有限公司"]
    assert [(issue.code, issue.cell) for _, issue in found.damaged] == [("line_bytes", "C3")]


def test_a_name_of_western_europe_becomes_no_chinese_one() -> None:
    found = sheet("id,name\nKH1,Müller GmbH\nKH2,Yunlan Ltd\n".encode("latin-1"))
    assert names(found) == ["Yunlan Ltd"]
    assert [issue.code for _, issue in found.damaged] == ["line_bytes"]
