"""How a letter writes amounts and days."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents import words
from documents.words import DIGITS, capital

UNITS = {"拾": 10, "佰": 100, "仟": 1_000}


def read_back(text: str) -> int:
    """What a cashier makes of it, in fen."""
    text = text.removesuffix("整")
    whole, mark, rest = text.partition("元")
    if not mark:
        whole, rest = "", text
    yuan = 0
    for group, factor in (("亿", 10**8), ("万", 10**4), ("", 1)):
        part, found, left = whole.partition(group) if group else (whole, "", "")
        if group and not found:
            continue
        whole, digit, said = left, 0, 0
        for sign in part:
            if sign in UNITS:
                said, digit = said + digit * UNITS[sign], 0
            else:
                digit = DIGITS.index(sign)
        yuan += (said + digit) * factor
    fen = 0
    for unit, worth in (("角", 10), ("分", 1)):
        if unit in rest:
            fen += DIGITS.index(rest[rest.index(unit) - 1]) * worth
    return yuan * 100 + fen


@pytest.mark.parametrize(
    ("fen", "said"),
    [
        (20_000_000_00, "贰仟万元整"), (100_000_000_00, "壹亿元整"), (10_050_03, "壹万零伍拾元零叁分"), (10_200_50, "壹万零贰佰元伍角整"),
        (0, "零元整"), (3, "叁分"), (50, "伍角整"), (1_07, "壹元零柒分"), (100_001_00, "壹拾万零壹元整"),
        (100_000_001_00, "壹亿零壹元整"), (30_058_000_00, "叁仟零伍万捌仟元整"), (1_409_50, "壹仟肆佰零玖元伍角整"),
    ],
)  # fmt: skip
def test_amounts_in_capital_numerals(fen: int, said: str) -> None:
    assert capital(fen) == said


@settings(max_examples=150)
@given(st.integers(0, words.MOST - 1))
def test_an_amount_in_words_reads_back(fen: int) -> None:
    said = capital(fen)
    assert read_back(said) == fen
    assert "零零" not in said
    assert said.endswith(("分", "元整", "角整"))


@pytest.mark.parametrize("fen", [-1, words.MOST])
def test_what_no_letter_can_owe_is_not_written(fen: int) -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        capital(fen)


def test_amounts_in_figures() -> None:
    assert words.yuan(800_000_050) == "8,000,000.50"
    assert words.yuan(-5) == "-0.05"
    assert [words.wan(fen) for fen in (5_000_000_000, 800_005_000, 4_999)] == ["5000.00", "800.01", "0.00"]
    assert [words.percent(rate) for rate in (34_500, 40_000, 34_567)] == ["3.45%", "4.00%", "3.4567%"]


def test_a_day_is_written_out() -> None:
    assert words.day(date(2027, 1, 5)) == "2027年1月5日"
