"""What a number format says beyond the number: a unit, a scale, a percent sign, leading zeros, a foreign currency."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from sheets.cells.numbers import UNITS
from sheets.files.around import foreign, unit

COUNTED = {1: "元", 10**3: "千元", 10**4: "万元", 10**6: "百万元", 10**8: "亿元"}  # what amounts are really kept in
BUILT_IN = {9: "0%", 10: "0.00%"}  # the only ones without words of their own that say more than the number

_TOKEN = re.compile(r'"([^"]*)"|[\\!](.)|\[\$([^\]-]*)-?([^\]]*)\]|\[[^\]]*\]|_.|\*.|General|G/通用格式|[eE][+-]0+|(.)', re.DOTALL)
_DATE = re.compile(r"[ymdhs]", re.IGNORECASE)
_YEN = "411"  # the locale of Japan: its ¥ is no yuan


@dataclass(frozen=True, slots=True)
class Format:
    """`before` and `after` are the words around the figure, `places` its digits and the words between them."""

    before: str = ""
    after: str = ""
    places: str = ""  # "0", "#" and literal signs, the latter behind a backslash; "" where digits are not laid out one by one
    percent: bool = False
    divisor: int = 1  # what the figure is divided by before it is shown
    foreign: str = ""

    @property
    def unit(self) -> str:
        """The unit of yuan it shows: "万元" of `0"万"`; "" for none."""
        return unit(self.after) or unit(self.before)

    @property
    def kept_in(self) -> str | None:
        """In what the number itself is kept, worked out from the unit shown and the scale; None when no such unit is in use."""
        return kept(self.unit, self.divisor)

    @property
    def strange(self) -> bool:
        """Whether it shows a unit that is none of money: 万股."""
        return not self.unit and re.search(r"[万亿]", self.before + self.after) is not None

    def show(self, number: float) -> str:
        """A number with everything that its format says about it; the number itself is not rounded."""
        exact = Decimal(f"{number:.15g}") if isinstance(number, float) else Decimal(number)
        if self.percent:
            return f"{plain(exact * 100)}%"
        if self.unit and self.kept_in:
            return f"{plain(exact)}{self.kept_in}"
        if self.places and exact >= 0 and exact == exact.to_integral_value():
            return f"{self.before}{_laid_out(self.places, str(int(exact)))}{self.after}"
        return f"{plain(exact)}{self.after}" if self.divisor == 1 and self.after in ("%", "‰") else plain(exact)


def kept(shown: str, divisor: int) -> str | None:
    """The unit of a number that is shown in `shown` after it was divided: 万元 and 10,000 are 元; None when there is none."""
    amount = UNITS[shown.removesuffix("元") or "元"] if shown else 0
    return COUNTED.get(amount // divisor) if amount % divisor == 0 else None


def plain(number: Decimal) -> str:
    """Digits without an exponent."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@cache
def read(code: str) -> Format | None:
    """What a format code says; None when it says no more than the number does, or makes it a date."""
    words, figure, strange = ["", ""], "", ""
    between = ""
    for found in _TOKEN.finditer(_first(code)):
        quoted, escaped, currency, locale, sign = found.groups()
        literal = quoted if quoted is not None else escaped if escaped is not None else None
        if currency is not None:
            literal = currency
            strange = strange or ("JPY" if currency in ("¥", "￥") and locale.endswith(_YEN) else foreign(currency))
        if sign is not None and sign in "0#?.,%/@eE":
            figure += "".join(f"\\{c}" for c in between) + sign
            between = ""
        elif sign is not None and _DATE.match(sign):
            return None
        elif found[0] in ("General", "G/通用格式"):
            figure, between = figure + "#", ""
        elif literal is not None or sign is not None:
            text = literal if literal is not None else sign or ""
            if figure:
                between += text
            else:
                words[0] += text
    words[1] = between
    return _meant(figure, words[0].strip(" "), words[1].strip(" "), strange or foreign(words[0]) or foreign(words[1]))


def _meant(figure: str, before: str, after: str, strange: str) -> Format | None:
    bare = re.sub(r"\\.", "", figure)
    percent = "%" in bare
    scaled = re.search(r"(,*)[%]?$", bare.partition(".")[0] if "." not in bare else bare)
    divisor = 1000 ** len(scaled[1]) if scaled else 1
    point = re.search(r"\\[.．。]((?:[0#?]|\\.)*)", figure)  # a point that is only written: 0!.0000 shows ten thousandths
    if point and "." not in bare:
        divisor *= 10 ** len(re.sub(r"\\.", "", point[1]))
    laid = re.fullmatch(r"(?:[0#]|\\.)+", figure) is not None and not point
    places = figure if laid and (bare.count("0") > 1 or "\\" in figure or before or after) else ""
    found = Format(before, after, places, percent, divisor, strange)
    says = percent or divisor != 1 or places or strange or found.unit or found.strange or after in ("%", "‰")
    return found if says else None


def _first(code: str) -> str:
    """The section for positive numbers; the others show the same number otherwise."""
    return re.match(r'(?:"[^"]*"|\\.|\[[^\]]*\]|[^;"\\])*', code, re.DOTALL)[0]  # type: ignore[index]  # it matches nothing too


def _laid_out(places: str, digits: str) -> str:
    """Digits put into their places from the right; what there is no place for stands before them."""
    signs = re.findall(r"\\?.", places, re.DOTALL)
    shown: list[str] = []
    first = next(at for at, sign in enumerate(signs) if sign in "0#")
    for at in range(len(signs) - 1, -1, -1):
        sign = signs[at]
        if sign not in ("0", "#"):
            shown.append(sign[1:])
        elif at == first:
            shown.append(digits or ("0" if sign == "0" else ""))
            digits = ""
        elif digits or sign == "0":
            shown.append(digits[-1:] or "0")
            digits = digits[:-1]
    return "".join(reversed(shown))
