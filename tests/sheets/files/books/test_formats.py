"""A number format that writes 万元, % or 0000 says something that the number does not; the number is kept as what it means."""

from __future__ import annotations

import pytest

from sheets.files.books import formats


@pytest.mark.parametrize(
    ("code", "unit", "kept"),
    [
        ('#,##0"万"', "万元", "万元"),
        ('0.00"万元"', "万元", "万元"),
        ('0.00"元"', "元", "元"),
        ("0.00\\万\\元", "万元", "万元"),
        ("#,##0元", "元", "元"),
        ('0.00,,"百万"', "百万元", "元"),
        ('#,##0,"千元"', "千元", "元"),
        ('0!.0,"万元"', "万元", "元"),
        ('0!.0000"万元"', "万元", "元"),
        ('0"."0,"万"', "万元", "元"),
        ('[>=10000]0!.0,"万";0', "万元", "元"),
        ('#,##0.00,,"亿元"', "亿元", None),
        ('0.0,"万元"', "万元", None),
        ('_ "¥"* #,##0.00"亿元"_ ', "亿元", "亿元"),
    ],
)
def test_a_unit_in_a_format_is_what_the_number_is_kept_in_unless_the_scale_contradicts_it(code: str, unit: str, kept: str | None) -> None:
    found = formats.read(code)
    assert found is not None
    assert (found.unit, found.kept_in) == (unit, kept)


@pytest.mark.parametrize(
    ("code", "number", "shown"),
    [
        ("0.0%", 0.35, "35%"),
        ("0%", 1.5, "150%"),
        ("0.00%", 0.0345, "3.45%"),
        ('0.00"%"', 3.45, "3.45%"),
        ("0000", 12.0, "0012"),
        ("000-0000-0000", 13800001111.0, "138-0000-1111"),
        ('"KH"000000', 12.0, "KH000012"),
        ("00000000", 1234567890.0, "1234567890"),
        ('0"天"', 30.0, "30天"),
        ('"No."General', 7.0, "No.7"),
        ("#,##0", 1234.0, None),
        ("0.00", 1234.5, None),
        ("General", 1.0, None),
        ("@", 1.0, None),
        ("yyyy-mm-dd", 46000.0, None),
        ('yyyy"年"m"月"d"日"', 46000.0, None),
        ("_ * #,##0.00_ ;_ * -#,##0.00_ ", 12.0, None),
        ('_ "¥"* #,##0.00_ ;_ "¥"* \\-#,##0.00_ ', 12.0, None),
        ("[$¥-804]#,##0.00", 12.0, None),
        ("0.00E+00", 12.0, None),
        ("# ?/?", 0.5, None),
        ("[红色]0.00", 1.0, None),
    ],
)
def test_what_a_format_shows_is_read_with_the_number(code: str, number: float, shown: str | None) -> None:
    found = formats.read(code)
    assert (found.show(number) if found else None) == shown


@pytest.mark.parametrize("code", ["[$$-409]#,##0.00", '"US$"#,##0', "[$€-2]#,##0", "[$¥-411]#,##0", "[$HK$-C04]#,##0"])
def test_a_foreign_currency_in_a_format_is_seen(code: str) -> None:
    found = formats.read(code)
    assert found is not None
    assert found.foreign
