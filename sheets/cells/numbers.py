"""Amounts, percentages and counts: exact, and never guessed from a half-written figure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from sheets.cells.reading import Reading, bad, warned
from sheets.cells.words import narrow
from sheets.schema import Column

LARGEST = 10**17  # fen: a thousand trillion yuan, well inside 64 bits
UNITS = {
    "元": 1,
    "圆": 1,
    "百": 10**2,
    "千": 10**3,
    "万": 10**4,
    "十万": 10**5,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "十亿": 10**9,
    "百亿": 10**10,
    "千亿": 10**11,
    "万亿": 10**12,
}
_MINUS = str.maketrans(dict.fromkeys("‒–−﹣", "-") | dict.fromkeys("’ʼ", "'"))
_GROUPS = str.maketrans("", "", ",' ")
# Groups of three by comma, space (of every width, see `narrow`) or apostrophe: one and the same throughout.
_FIGURE = r"(?:[0-9]{1,3}(?:(?:,[0-9]{3})+|(?: [0-9]{3})+|(?:'[0-9]{3})+)(?![0-9])(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
_PLAIN = re.compile(_FIGURE)
_SEGMENT = re.compile(rf"({_FIGURE})\s*((?:{_UNIT})?)\s*")
_CURRENCY = re.compile(r"(?:RMB|CNY|CN¥|人民币|¥)\s*:?\s*", re.IGNORECASE)
_TAIL = re.compile(r"\s*(?:元|圆)?\s*(?:人民币|RMB|CNY)?\s*[整正]?", re.IGNORECASE)
_INNER = re.compile(r"(?<=[十百千万亿])\s+(?=[万亿元圆])")

# What an unreadable number looks like, most telling first.
_LOOKS = tuple(
    (re.compile(pattern, re.IGNORECASE), code)
    for pattern, code in (
        (r".*(?:[$€£₩]|USD|HKD|EUR|JPY|GBP|美元|美金|港币|港元|欧元|日元|英镑|澳元|新台币).*", "number_currency"),
        (r"[-+]?[0-9.]+e[-+]?[0-9]+", "number_scientific"),
        (r"[-+]?[0-9.,]+\s*[%‰]", "number_percent"),
        (r"[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?", "number_is_date"),
        (rf"{_FIGURE}\s*(?:{_UNIT}|[%‰])?元?\s*(?:[-~/—–]+|至|到)\s*{_FIGURE}\s*(?:{_UNIT}|[%‰])?元?", "number_range"),
        (r"[-+]?[0-9]+(?:[.,' ][0-9]+)+", "number_grouping"),
        (r"(?:¥\s*)?[-—–/\\]+|无|暂无|不适用|n/?a", "number_dash"),
        (r"[-+]?[0-9.,]+\s*[wkmb]", "number_letter_unit"),
        (r".*[0-9].*(?:左右|上下|以上|以下|以内|余|多|起|\+|\?|\+).*|(?:约|近|超|逾|不足|大概|>|<|≥|≤|~|≈).*[0-9].*", "number_approximate"),
    )
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as written: its amount in ones when `unit` is given, else in whatever the column counts in."""

    amount: Decimal
    unit: int | None = None


def parse(text: str) -> Figure | str:
    """An exact figure, or the code of the reason why there is none."""
    if _PLAIN.fullmatch(text):
        return Figure(Decimal(text.translate(_GROUPS)))
    plain = _INNER.sub("", narrow(text).translate(_MINUS))
    body, sign = plain, 1
    if _CURRENCY.match(body) and body.endswith(")"):  # ¥(1.20), as accounting formats show it
        inner = _CURRENCY.sub("", body, count=1)
        body = inner if inner.startswith("(") else body
    if body.startswith("(") and body.endswith(")"):
        body, sign = body[1:-1].strip(), -1
    marks = 0
    for _ in range(2):  # the sign stands before or behind the mark of the currency
        if body[:1] in ("-", "+") and body:
            marks, sign, body = marks + 1, -sign if body[0] == "-" else sign, body[1:].lstrip()
        body = _CURRENCY.sub("", body, count=1) if _CURRENCY.match(body) else body
    if marks > 1 or (marks and "(" in plain):
        return looks_like(plain)
    figure = _segments(body)
    return looks_like(plain) if figure is None else Figure(sign * figure.amount, figure.unit)


def _segments(body: str) -> Figure | None:
    """`1,234.56`, `100 万元`, `1亿2000万元`: each unit smaller than the one before it."""
    total, last, at = Decimal(0), None, 0
    while found := _SEGMENT.match(body, at):
        amount = Decimal(found[1].translate(_GROUPS))
        if not found[2]:
            if last is not None:
                return None
            return Figure(amount) if _TAIL.fullmatch(body, found.end()) and "元" not in body else None
        unit = UNITS[found[2]]
        if last is not None and (unit >= last or amount * unit >= last):
            return None
        total, last, at = total + amount * unit, unit, found.end()
    return Figure(total, last) if last is not None and _TAIL.fullmatch(body, at) else None


def looks_like(text: str) -> str:
    """The code that says best why this is no figure."""
    if len(text) > 60:
        return "number_unreadable"
    return next((code for pattern, code in _LOOKS if pattern.fullmatch(text)), "number_unreadable")


def unit_of(column: Column) -> int:
    """How many yuan a bare number in a money column means."""
    return UNITS[column.unit.removesuffix("元") or "元"] if column.unit else UNITS["万"]


def read_money(column: Column, cell: object) -> Reading:
    """Fen. A bare number counts in the column's unit; a unit in the cell is stronger and is told."""
    figure = _figure(cell)
    if isinstance(figure, str):
        return bad(figure, cell)
    fen = figure.amount * (1 if figure.unit else unit_of(column)) * 100
    if abs(fen) > LARGEST:
        return bad("number_too_large", cell)
    whole = int(fen.to_integral_value(ROUND_HALF_UP))
    if whole != fen:
        return warned(whole, "money_rounded", cell)
    if figure.unit and figure.unit != unit_of(column):
        return warned(whole, "unit_in_cell", cell)
    return Reading(whole)


def read_percent(cell: object) -> Reading:
    """Ten-thousandths of a percent. `5%` and `5` are five percent; a bare 0.05 could be either and is refused.

    A number cell of at most 1 may be a fraction that the sheet only shows as a percentage: refused as well.
    """
    scale, figure = Decimal(10_000), _figure(cell)
    if isinstance(cell, str):
        text = narrow(cell)
        mark = text[-1:]
        if mark in ("%", "‰"):
            figure = _figure(text[:-1])
            scale = Decimal(10_000 if mark == "%" else 1_000)
        elif isinstance(figure, Figure) and 0 < abs(figure.amount) < 1:
            return bad("percent_ambiguous", cell)
    elif isinstance(figure, Figure) and 0 < abs(figure.amount) <= 1:
        return bad("percent_ambiguous", cell)
    if isinstance(figure, str):
        return bad(figure, cell)
    if figure.unit:
        return bad("number_unreadable", cell)
    exact = figure.amount * scale
    if abs(exact) > LARGEST:
        return bad("number_too_large", cell)
    whole = int(exact.to_integral_value(ROUND_HALF_UP))
    return Reading(whole) if whole == exact else warned(whole, "percent_rounded", cell)


def read_integer(column: Column, cell: object) -> Reading:
    """A count. The column's own unit may be written behind it; 万 and 亿 are multiplied out and told."""
    text = narrow(cell).removesuffix(column.unit) if isinstance(cell, str) and column.unit else cell
    figure = _figure(text)
    if isinstance(figure, str):
        return bad(figure, cell)
    if figure.unit == 1:
        return bad("number_unreadable", cell)
    if figure.amount != figure.amount.to_integral_value():
        return bad("integer_fraction", cell)
    if abs(figure.amount) > 10**15:
        return bad("number_too_large", cell)
    return warned(int(figure.amount), "unit_in_cell", cell) if figure.unit else Reading(int(figure.amount))


def _figure(cell: object) -> Figure | str:
    if isinstance(cell, bool):
        return "number_unreadable"
    if isinstance(cell, int):
        return Figure(Decimal(cell))
    if isinstance(cell, float):
        # Fifteen digits are all a spreadsheet keeps: 0.1+0.2 comes as 0.30000000000000004 and means 0.3.
        return Figure(Decimal(f"{cell:.15g}")) if abs(cell) < 1e18 else "number_too_large"
    if isinstance(cell, date):
        return "number_is_date"
    return parse(cell) if isinstance(cell, str) else "number_unreadable"
