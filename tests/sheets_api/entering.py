"""What becomes of a text that is typed into a cell, and how a value is shown again."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from tests.sheets_api.grid import Formula, Look

EPOCH = date(1899, 12, 30)  # day 0 of the serial numbers
NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?([eE][+-]?\d+)?%?")
MONEY = re.compile(r"([+-]?)[¥￥$](.*)")
DATES = [
    (re.compile(r"(?P<y>\d{4})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})"), "yyyy{s}m{s}d"),
    (re.compile(r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?P<d>\d{1,2})日"), 'yyyy"年"m"月"d"日"'),
    (re.compile(r"(?P<m>\d{1,2})(?P<s>[-/])(?P<d>\d{1,2})"), "m{s}d"),
    (re.compile(r"(?P<m>\d{1,2})月(?P<d>\d{1,2})日"), 'm"月"d"日"'),
]
TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")


def serial(day: date) -> int:
    return (day - EPOCH).days


def enter(typed: str, look: Look, year: int) -> tuple[Any, dict[str, str] | None]:
    """The value a person gets who types this, and the number format the cell takes from it (None: as it was).

    `year` completes dates without one. In a cell of plain text everything stays as it is typed.
    """
    if look.text or not typed:
        return typed, None
    if typed.startswith("'"):
        return typed[1:], None
    if typed.startswith("=") and len(typed) > 1:
        return Formula(typed), None
    text = typed.strip()
    if text.upper() in ("TRUE", "FALSE"):
        return text.upper() == "TRUE", None
    for reader in (_number, _money, _time):
        if found := reader(text):
            return found
    return _date(text, year) or (typed, None)


def whole(number: float) -> int | float:
    """A number as JSON shows it: 12, not 12.0; every number is a double."""
    number = float(number)
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def _number(text: str) -> tuple[Any, dict[str, str] | None] | None:
    if not NUMBER.fullmatch(text) or not re.search(r"\d", text.lower().split("e")[0]):
        return None
    number = whole(float(f"{float(text.rstrip('%').replace(',', '')):.15g}"))  # 15 digits are kept
    if text.endswith("%"):
        return whole(float(f"{number / 100:.15g}")), {"type": "PERCENT", "pattern": "0.00%" if "." in text else "0%"}
    if "e" in text.lower():
        return number, {"type": "SCIENTIFIC", "pattern": "0.00E+00"}
    if "," in text:
        return number, {"type": "NUMBER", "pattern": "#,##0.00" if "." in text else "#,##0"}
    return number, None


def _money(text: str) -> tuple[Any, dict[str, str] | None] | None:
    found = MONEY.fullmatch(text)
    inner = found and _number(found[1] + found[2].strip())
    if not found or not inner or found[2].endswith("%"):
        return None
    return inner[0], {"type": "CURRENCY", "pattern": '"¥"#,##0.00' if "." in text else '"¥"#,##0'}


def _time(text: str) -> tuple[Any, dict[str, str] | None] | None:
    found = TIME.fullmatch(text)
    if not found or int(found[2]) > 59 or int(found[3] or 0) > 59:
        return None
    seconds = int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3] or 0)
    return seconds / 86400, {"type": "TIME", "pattern": "h:mm:ss" if found[3] else "h:mm"}


def _date(text: str, year: int) -> tuple[Any, dict[str, str] | None] | None:
    words = text.split(" ")
    clock = _time(words[1]) if len(words) == 2 else None
    if len(words) > (2 if clock else 1):
        return None
    for shape, pattern in DATES:
        found = shape.fullmatch(words[0])
        if found:
            parts = found.groupdict()
            try:
                day = date(int(parts.get("y") or year), int(parts["m"]), int(parts["d"]))
            except ValueError:
                return None
            written = pattern.format(s=parts.get("s", ""))
            written = re.sub(r"\bm\b", "mm", written) if len(parts["m"]) == 2 else written
            written = re.sub(r"\bd\b", "dd", written) if len(parts["d"]) == 2 else written
            if clock and clock[1]:
                return serial(day) + clock[0], {"type": "DATE_TIME", "pattern": f"{written} {clock[1]['pattern']}"}
            return serial(day), {"type": "DATE", "pattern": written}
    return None


def shown(value: Any, look: Look) -> str:
    """A value as a person sees it in the cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return value
    kind = look.format.get("numberFormat", {})
    show = _SHOW.get(kind.get("type", ""))
    return show(value, kind.get("pattern", "")) if show else general(value)


def is_time(look: Look) -> bool:
    return look.format.get("numberFormat", {}).get("type") in ("DATE", "TIME", "DATE_TIME")


def general(number: float) -> str:
    """The automatic format: ten digits after the point at most, powers from 1e15 on."""
    if isinstance(number, int) or (number.is_integer() and abs(number) < 1e15):
        return str(int(number))
    if abs(number) >= 1e15 or abs(number) < 1e-9:
        mantissa, power = f"{number:.14E}".split("E")
        return f"{mantissa.rstrip('0').rstrip('.')}E{int(power):+03d}"
    return f"{number:.10f}".rstrip("0").rstrip(".")


def _decimal(number: float, pattern: str) -> str:
    bare = re.sub(r'"[^"]*"', "", pattern) or "#,##0.00"
    digits = len(re.findall(r"[0#]", bare.partition(".")[2].rstrip("%")))
    scaled = number * 100 if bare.endswith("%") else number
    body = f"{abs(scaled):,.{digits}f}" if "," in bare else f"{abs(scaled):.{digits}f}"
    sign = "-" if scaled < 0 and float(body.replace(",", "")) else ""
    lead = re.match(r'"([^"]*)"', pattern)
    return f"{sign}{lead[1] if lead else ''}{body}{'%' if bare.endswith('%') else ''}"


def _moment(number: float, pattern: str) -> str:
    day, part = EPOCH + timedelta(days=int(number // 1)), round(number % 1 * 86400)
    hour, minute, second = part // 3600, part // 60 % 60, part % 60
    parts = {
        "yyyy": f"{day.year:04d}", "yy": f"{day.year % 100:02d}", "dd": f"{day.day:02d}", "d": str(day.day), "hh": f"{hour:02d}",
        "h": str(hour), "ss": f"{second:02d}", "s": str(second),
    }  # fmt: skip
    out, past_hours = "", False
    for token in re.findall(r'"[^"]*"|yyyy|yy|mm|m|dd|d|hh|h|ss|s|.', pattern):
        if token.startswith('"'):
            out += token.strip('"')
        elif token in ("m", "mm"):
            number_shown = minute if past_hours else day.month
            out += f"{number_shown:0{len(token)}d}"
        else:
            out += parts.get(token, token)
        past_hours = past_hours or token in ("h", "hh")
    return out


def _scientific(number: float, pattern: str) -> str:
    mantissa, power = f"{number:.{len(re.findall('0', pattern.partition('.')[2].partition('E')[0]))}E}".split("E")
    return f"{mantissa}E{int(power):+03d}"


_SHOW: dict[str, Callable[[float, str], str]] = {
    "TEXT": lambda number, _: general(number),
    "NUMBER": _decimal,
    "CURRENCY": lambda number, pattern: _decimal(number, pattern or '"¥"#,##0.00'),
    "PERCENT": lambda number, pattern: _decimal(number, pattern or "0.00%"),
    "SCIENTIFIC": lambda number, pattern: _scientific(number, pattern or "0.00E+00"),
    "DATE": lambda number, pattern: _moment(number, pattern or "yyyy-m-d"),
    "TIME": lambda number, pattern: _moment(number, pattern or "h:mm:ss"),
    "DATE_TIME": lambda number, pattern: _moment(number, pattern or "yyyy-m-d h:mm:ss"),
}
