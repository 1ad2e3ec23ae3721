"""Amounts, percentages and counts in cells: exact, and nothing is guessed (HU035)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets.cells import plain, read, show
from sheets.schema import Column
from tests.sheets.cases import rows, table

WAN = Column("amount", "金额", "Amount", "money", unit="万元")
YUAN = Column("amount", "金额", "Amount", "money", unit="元")
RATE = Column("rate", "利率", "Rate", "percent", unit="%")
COUNT = Column("headcount", "从业人员", "Headcount", "integer", unit="人")


@pytest.mark.parametrize("row", rows("numbers"))
def test_the_shared_amounts_read_as_they_must(row: dict[str, Any]) -> None:
    column = RATE if row["column_unit"] == "%" else Column("amount", "金额", "Amount", "money", unit=row["column_unit"])
    found = read(column, row["cell"])
    if row["expect_yuan"] == "issue":
        assert (found.value, found.raw, found.warning) == (None, row["cell"], False)
        assert found.code
    elif row["expect_yuan"] == "blank":
        assert (found.value, found.code) == (None, "")
    else:
        whole = 1_000_000 if column is RATE else 100
        assert found.value == Decimal(row["expect_yuan"]) * whole


# cell | fen in a 万元 column
GOOD = """
１，２３４．５６ | 1234560000
￥1,234.56 | 1234560000
¥ 1,234.56 | 1234560000
RMB 100 | 100000000
CNY100.5 | 100500000
人民币100万元整 | 100000000
100万元 | 100000000
100 万 元 | 100000000
100万 | 100000000
+5 | 5000000
.5 | 500000
-¥500 | -500000000
¥-500 | -500000000
−500 | -500000000
－500 | -500000000
(500) | -500000000
（1,234.56） | -1234560000
-0 | 0
0.00 | 0
007 | 7000000
1,000,000 | 1000000000000
1亿2000万元 | 12000000000
¥(1.20) | -1200000
(¥1.20) | -1200000
￥（1.20） | -1200000
1 234.56 | 1234560000
1\u00a0234.56 | 1234560000
1\u202f234\u202f567 | 1234567000000
1'234.56 | 1234560000
1’234’567 | 1234567000000
1 234.56万元 | 1234560000
"""


@pytest.mark.parametrize(("cell", "fen"), table(GOOD))
def test_amounts_that_are_certain(cell: str, fen: str) -> None:
    assert (read(WAN, cell).value, read(WAN, cell).code) == (int(fen), "")


@pytest.mark.parametrize(
    ("column", "cell", "fen"),
    [(YUAN, "100万", 100_000_000), (YUAN, "1.5亿", 15_000_000_000), (YUAN, "3千", 300_000), (WAN, "5000元", 500_000),
     (WAN, "1亿", 10_000_000_000), (WAN, "2百万元", 200_000_000)],
)  # fmt: skip
def test_a_unit_in_the_cell_beats_the_column_and_is_told(column: Column, cell: str, fen: int) -> None:
    found = read(column, cell)
    assert (found.value, found.code, found.warning, found.raw) == (fen, "unit_in_cell", True, cell)


def test_amounts_in_two_units_count_together() -> None:
    assert read(YUAN, "1万2000元").value == 1_200_000
    assert read(WAN, "1亿2000万").value == 12_000_000_000


BAD = """
1,2,3 | number_grouping
12,34 | number_grouping
1,2345 | number_grouping
1.234,56 | number_grouping
1.234.567 | number_grouping
1 234,567 | number_grouping
1 2345 | number_grouping
1'2345 | number_grouping
12 34 | number_grouping
¥(-1) | number_unreadable
,123 | number_unreadable
5. | number_unreadable
1e5 | number_scientific
1.23E+11 | number_scientific
5% | number_percent
$100 | number_currency
100美元 | number_currency
HKD 5 | number_currency
约100 | number_approximate
100左右 | number_approximate
>100 | number_approximate
≥100 | number_approximate
100+ | number_approximate
100多万 | number_approximate
近100万 | number_approximate
100-200 | number_range
100~200万 | number_range
100至200 | number_range
100/200 | number_range
100w | number_letter_unit
5k | number_letter_unit
- | number_dash
— | number_dash
无 | number_dash
N/A | number_dash
NaN | number_unreadable
inf | number_unreadable
null | number_unreadable
1万5 | number_unreadable
1万20000元 | number_unreadable
一百万 | number_unreadable
--5 | number_unreadable
(-5) | number_unreadable
500- | number_unreadable
10² | number_unreadable
١٢٣ | number_unreadable
100元/月 | number_unreadable
2026-03-05 | number_is_date
99999999999999999999 | number_too_large
#DIV/0! | formula_error
Loading… | formula_error
"""


@pytest.mark.parametrize(("cell", "code"), table(BAD))
def test_amounts_that_would_need_guessing(cell: str, code: str) -> None:
    found = read(WAN, cell)
    assert (found.value, found.code, found.raw) == (None, code, cell)


def test_number_cells_keep_fifteen_digits_and_no_more() -> None:
    assert read(WAN, 0.1 + 0.2).value == 300_000
    assert read(YUAN, 1234.56).value == 123_456
    assert read(WAN, 12).value == 12_000_000
    assert read(WAN, True).code == read(WAN, float("inf")).code.replace("too_large", "unreadable") == "number_unreadable"
    assert read(WAN, date(2026, 3, 5)).code == "number_is_date"


def test_finer_than_a_fen_is_rounded_and_told() -> None:
    third = read(WAN, 1 / 3)
    assert (third.value, third.code, third.warning) == (333_333, "money_rounded", True)
    assert read(YUAN, "0.005").value == 1
    assert read(YUAN, "0.004").value == 0


def test_ten_times_ten_percent_of_a_wan_is_one_wan() -> None:
    """ST010: 0.1 万元 ten times is exactly 1.00."""
    total = sum(int(str(read(WAN, "0.1").value)) for _ in range(10))
    assert (plain(WAN, total), show(WAN, total, "zh")) == ("1", "1.00")


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [("5%", 50_000), ("5 %", 50_000), ("５％", 50_000), ("5", 50_000), (5, 50_000), (3.45, 34_500), ("0.35%", 3_500),
     ("5‰", 5_000), ("-3%", -30_000), ("100", 1_000_000), ("100%", 1_000_000), ("0", 0), (0, 0), ("1", 10_000)],
)  # fmt: skip
def test_percentages_that_are_certain(cell: object, wanted: int) -> None:
    assert (read(RATE, cell).value, read(RATE, cell).code) == (wanted, "")


@pytest.mark.parametrize("cell", ["0.05", 0.05, "-0.5", 1, 1.0, "0.999"])
def test_a_bare_fraction_may_be_a_percentage_either_way(cell: object) -> None:
    assert (read(RATE, cell).value, read(RATE, cell).code) == (None, "percent_ambiguous")


@pytest.mark.parametrize("cell", ["5%-8%", "约5%", "LPR+50BP", "%", "5%%", "5万%", "基准", True])
def test_percentages_that_would_need_guessing(cell: object) -> None:
    assert read(RATE, cell).value is None
    assert read(RATE, cell).code


@pytest.mark.parametrize(
    ("cell", "wanted"), [("12", 12), ("12人", 12), ("1,234", 1234), (12.0, 12), ("１２", 12), ("-3", -3), ("12.0", 12)]
)
def test_counts(cell: object, wanted: int) -> None:
    assert (read(COUNT, cell).value, read(COUNT, cell).code) == (wanted, "")


def test_counts_that_are_none() -> None:
    assert read(COUNT, "12.5").code == read(COUNT, 12.5).code == "integer_fraction"
    assert read(COUNT, "12户").code == "number_unreadable"
    assert read(COUNT, "12元").code == "number_unreadable"
    assert read(COUNT, "1.2万").value == 12_000
    assert read(COUNT, "1.2万").code == "unit_in_cell"
    assert read(COUNT, "1e3").code == "number_scientific"


AMOUNTS = st.integers(-(10**16), 10**16)


@given(AMOUNTS, st.sampled_from(["元", "千元", "万元", "百万元", "亿元"]))
def test_amounts_are_written_and_read_back_to_the_fen(fen: int, unit: str) -> None:
    column = Column("a", "a", "a", "money", unit=unit)
    assert read(column, plain(column, fen)) == read(column, plain(column, fen) + unit)
    assert read(column, plain(column, fen)).value == fen
    assert "e" not in plain(column, fen).lower()


@given(st.integers(-(10**12), 10**12))
def test_what_people_see_is_the_amount_to_two_decimals(hundred_yuan: int) -> None:
    fen = hundred_yuan * 10_000
    assert read(WAN, show(WAN, fen, "zh")).value == fen


@given(st.integers(-(10**12), 10**12))
def test_percentages_and_counts_are_written_and_read_back(number: int) -> None:
    assert read(RATE, plain(RATE, number)).value == number
    assert read(RATE, show(RATE, number, "en")).value == number
    assert read(COUNT, plain(COUNT, number)).value == number
    assert read(COUNT, show(COUNT, number, "zh")).value == number


@given(st.text(max_size=40))
def test_no_text_whatever_breaks_the_reader(text: str) -> None:
    for column in (WAN, RATE, COUNT):
        found = read(column, text)
        assert found.value is None or isinstance(found.value, int)
