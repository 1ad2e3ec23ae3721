"""A column read at once says what its cells say when they are read one by one."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime

import pytest

from sheets.cells import read_column
from sheets.files.plainly import column_of
from sheets.schema import Column
from sheets.tables import TABLES

KINDS = ("date", "money", "percent", "integer", "text", "long", "uscc", "phone", "choice", "datetime")
COLUMNS = [column for table in TABLES.values() for column in table.columns if column.kind in KINDS]
UNITS = ("", "元", "千元", "百万元", "亿元", "万亿元")
CELLS: tuple[object, ...] = (
    None, "", " ", "#N/A", "#好", "Loading…", "正在加载...", "正泰集团", "锟斤拷", "涓婃捣涓浗閾惰", "甲", " 甲", "甲 乙", "甲\u00a0乙", "é", "A·B",
    "a\tb", "a\nb", "a\u200bb", "（甲）", "new:0123456789ABCDEFGHJKMNPQRS", "a;b", "x" * 201, "x" * 40_000, "甲" * 30_001, "KH000001", "ＫＨ１",
    "2026-03-05", "1990-12-31", "1991-01-01", "1970-01-01", "1900-01-01", "2100-12-31", "2101-01-01", "2026-02-30", "2026-3-5",
    "2005-W01-1", "20260305", "２０２６-０３-０５", "1", "0", "0.5", "1.5", ".5", "5.", "0012", "1.234567", "1.2345678", "123456789012",
    "138000000000", "1234567890123456", "1e5", "-5", "１２", "²", "1,234.56", "5%", "1万", "91990000DEM000006A", "91990000DEM000006B",
    "91990000dem000006a", "9199X000DEM000006A", "911100001111111111", "13800000000", "1380000000", "138-0000-0000", "个体工商户",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(20))
def test_whole_columns_and_single_cells_are_read_alike(seed: int) -> None:
    dice = random.Random(seed)
    for column in dice.sample(COLUMNS, 40):
        asked = replace(column, required=dice.random() < 0.3)
        asked = replace(asked, unit=dice.choice(UNITS)) if column.kind == "money" else asked
        cells = [dice.choice(CELLS) for _ in range(60)] + [_typed(dice) for _ in range(20)]
        cells += [1, True, 2.5] if dice.random() < 0.1 else []
        _same(asked, cells)


@pytest.mark.parametrize("seed", range(20))
def test_numbers_and_days_of_a_workbook_are_read_like_single_cells(seed: int) -> None:
    dice = random.Random(seed)
    days = (None, "1.5", "5%", date(2026, 3, 5), date(1970, 1, 1), date(2105, 1, 1), datetime(2026, 3, 5, 9, 30), datetime(1899, 12, 30))
    for column in dice.sample(COLUMNS, 40):
        asked = replace(column, unit=dice.choice(UNITS)) if column.kind == "money" else column
        mixed = [_number(dice) if dice.random() < 0.7 else dice.choice(days) for _ in range(80)]
        _same(asked, mixed)
        _same(asked, [_number(dice) for _ in range(80)])


def test_text_that_was_read_in_the_wrong_encoding_is_found_among_sound_text() -> None:
    wrong = "上海示例有限公司支行".encode().decode("gb18030", "ignore")
    cells = ["云澜启岚机械有限公司", wrong, "示例市西区山隆路400号", f"前 {wrong}"]
    _, told = _same(Column("name", "", ""), cells)
    assert [told[n].code for n in sorted(told)] == ["text_mojibake"] * 2


def _number(dice: random.Random) -> float:
    rare = (0.0, -0.0, 1.0, 0.05, -3.5, 0.1 + 0.2, 1e-7, 123_456_789_012.5, 1e15, 1e17, 1e19, float("inf"))
    return dice.choice((float(dice.randrange(40)), dice.randrange(10**6) / 100, dice.random() * 1e5, 46_000.0, dice.choice(rare)))


def _typed(dice: random.Random) -> str:
    kind = dice.randrange(3)
    if kind == 0:
        return f"{dice.randrange(1880, 2110)}-{dice.randrange(14):02d}-{dice.randrange(33):02d}"
    if kind == 1:
        return "".join(dice.choice("0123456789.- 元万%") for _ in range(dice.randrange(1, 9)))
    signs = (range(0x20, 0x7F), range(0x3000, 0x3020), range(0x4E00, 0x9FFF), range(0xFF00, 0xFF70))
    return "".join(chr(dice.choice(dice.choice(signs))) for _ in range(dice.randrange(1, 30)))


def _same(column: Column, cells: list[object]) -> tuple[object, dict]:
    values, told = column_of(column, cells)
    expected, reasons = read_column(column, cells)
    assert [(type(value), value) for value in values] == [(type(value), value) for value in expected]
    assert told == reasons
    return values, told
