"""Dates and instants: year first, four digits, a day that exists; anything that needs guessing is refused."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Literal

from sheets.cells.reading import Reading, bad
from sheets.cells.words import narrow

# Shanghai as instants are written down: +08:00 always, as in every year a bank of today reckons with. The summer
# time of 1986–1991 and the local time before 1901 would make an instant that was written and read back another one.
ZONE = timezone(timedelta(hours=8))
FIRST, LAST = 1900, 2100
Epoch = Literal[1900, 1904]
_ORIGIN = {1900: datetime(1899, 12, 30), 1904: datetime(1904, 1, 1)}

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_MONTHS = {"janfebmaraprmayjunjulaugsepoctnovdec"[3 * i : 3 * i + 3]: i + 1 for i in range(12)}
_WEEKDAYS = {w: i for i, w in enumerate("一二三四五六日")} | {"天": 6}
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0}

_DAY = re.compile(
    r"(?P<y>[0-9]{4})(?:\s*(?P<sep>[-/.])\s*(?P<m>[0-9]{1,2})\s*(?P=sep)\s*(?P<d>[0-9]{1,2})"
    r"|\s*年\s*(?P<m2>[0-9]{1,2})\s*月\s*(?P<d2>[0-9]{1,2})\s*[日号號]?"
    r"|(?P<m3>[0-9]{2})(?P<d3>[0-9]{2}))"
)
_ENGLISH = re.compile(
    r"(?:(?P<d>[0-9]{1,2})(?:st|nd|rd|th)?[-\s]+(?P<m>[a-z]{3,9})\.?[-,\s]+(?P<y>[0-9]{4})"
    r"|(?P<m2>[a-z]{3,9})\.?\s+(?P<d2>[0-9]{1,2})(?:st|nd|rd|th)?,?\s+(?P<y2>[0-9]{4})"
    r"|(?P<y3>[0-9]{4})[-\s](?P<m3>[a-z]{3,9})[-\s](?P<d3>[0-9]{1,2}))",
    re.IGNORECASE,
)
_HAN = re.compile(r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})[日号號]")
_WEEKDAY = re.compile(r"\s*\(?(?:星期|周|週|礼拜)([一二三四五六日天])\)?")
_TIME = re.compile(
    r"(?:\s+|\s*T\s*)?(?P<half>上午|下午)?\s*(?P<h>[0-9]{1,2})\s*[:时時点]\s*(?P<min>[0-9]{1,2})\s*分?"
    r"(?:\s*:?\s*(?P<s>[0-9]{1,2})(?:[.,][0-9]+)?\s*秒?)?\s*(?P<ampm>[ap]m)?\s*(?P<zone>Z|UTC|[-+][0-9]{2}:?[0-9]{2})?",
    re.IGNORECASE,
)
_STAMP = re.compile(r"([0-9]{8})[T ]?([0-9]{2})([0-9]{2})([0-9]{2})")
_NO_EXPIRY = re.compile(r"长期(?:有效)?|長期(?:有效)?|永久(?:有效)?|无固定期限|無固定期限|不限期?|无期限|long[- ]?term|permanent")

# The first day of some computer's reckoning: what stands there when nobody filled in a day.
_ZEROS = frozenset({date(1900, 1, 1), date(1904, 1, 1), date(1970, 1, 1), date(1980, 1, 1)})
_FIRST_DEADLINE = date(1990, 1, 1)  # what a branch still watches ends later
NEVER = date(2099, 12, 31)  # what people and systems write where there is no deadline; nobody would ever be reminded of it

# What an unreadable date looks like, most telling first.
_LOOKS = tuple(
    (re.compile(pattern), code)
    for pattern, code in (
        (r"(?:19|20)[0-9]{2}(?:[-/.](?:0?[1-9]|1[0-2])|年[0-9]{1,2}月?|(?:0[1-9]|1[0-2]))", "date_month_only"),
        (r"(?:19|20)[0-9]{2}年?", "date_year_only"),
        (r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}", "date_order"),
        (r"'?[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{1,2}|[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}[日号]?", "date_two_digit_year"),
        (r"[0-9]{6}|[0-9]{1,2}[- ][A-Za-z]{3}[- ][0-9]{2}", "date_two_digit_year"),
        (r"[0-9]{1,2}月[0-9]{1,2}[日号]?|[0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}-[A-Za-z]{3}", "date_no_year"),
        (r"[0-9]{5}(?:\.[0-9]+)?", "date_serial_text"),
    )
)


def read_date(cell: object, epoch: Epoch = 1900) -> Reading:
    """A calendar day. A time of day is dropped; an instant with a zone becomes its day in Shanghai first."""
    found = _instant(cell, epoch)
    return Reading(found.date()) if isinstance(found, datetime) else found


def doubt(day: date, *, deadline: bool) -> str:
    """The code of the reason why a day is not what a column says: a zero of a computer, or a deadline from before there were
    such ledgers, or the day that stands for never; "" for any other."""
    if day in _ZEROS or (deadline and day < _FIRST_DEADLINE):
        return "date_zero"
    return "date_far" if deadline and day >= NEVER else ""


def read_datetime(cell: object, epoch: Epoch = 1900) -> Reading:
    """An instant, naive in Shanghai, to the second. A day alone is its midnight."""
    found = _instant(cell, epoch)
    return Reading(found) if isinstance(found, datetime) else found


def read_monthday(cell: object) -> Reading:
    """A day of the month, 1–31; the end of the month is 31, since months are clipped."""
    if isinstance(cell, int | float):
        return Reading(int(cell)) if cell in range(1, 32) else bad("monthday_range", cell)
    if not isinstance(cell, str):
        return bad("monthday_range", cell)
    text = narrow(cell)
    if text in ("月末", "月底", "每月最后一天", "最后一天"):
        return Reading(31)
    found = re.fullmatch(r"(?:每月|day)?\s*([0-9]{1,2})\s*(?:[日号號]|of the month)?", text, re.IGNORECASE)
    if found and 1 <= int(found[1]) <= 31:
        return Reading(int(found[1]))
    return bad("monthday_range", cell)


def _instant(cell: object, epoch: Epoch) -> datetime | Reading:
    if isinstance(cell, bool):
        return bad("date_unreadable", cell)
    if isinstance(cell, int | float):
        return _serial(cell, epoch)
    if isinstance(cell, datetime):
        return _within(_local(cell), cell)
    if isinstance(cell, date):
        return _within(datetime.combine(cell, time()), cell)
    return _text(cell) if isinstance(cell, str) else bad("date_unreadable", cell)


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is not None:
        moment = moment.astimezone(ZONE).replace(tzinfo=None)
    return datetime(moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)


def _within(moment: datetime, cell: object) -> datetime | Reading:
    if FIRST <= moment.year <= LAST:
        return moment
    return bad("date_too_early" if moment.year < FIRST else "date_too_late", cell)


def _serial(cell: float, epoch: Epoch) -> datetime | Reading:
    """A number in a date cell is a spreadsheet's day count, unless it is plainly a date typed as digits.

    Day counts up to 60 mean different days in Excel and Google Sheets; a year typed alone is no day at all.
    """
    whole = int(cell) if abs(cell) < 1e15 else -1
    if whole == cell and (19000101 <= whole <= 21001231 or 190001 <= whole <= 210012 or FIRST <= whole <= LAST):
        return _text(str(whole))
    lowest = 61 if epoch == 1900 else 1
    if not lowest <= cell < 73_416:
        return bad("date_serial_range", cell)
    return _within(_ORIGIN[epoch] + timedelta(seconds=round(cell * 86_400)), cell)


def _text(cell: str) -> datetime | Reading:
    text = narrow(cell).translate(_DASHES)
    stamp = _STAMP.fullmatch(text)
    if stamp:
        text = f"{stamp[1]} {stamp[2]}:{stamp[3]}:{stamp[4]}"
    parts = _parts(text)
    if parts is None:
        return bad(_looks_like(text), cell)
    year, month, day, rest = parts
    if not FIRST <= year <= LAST:
        return bad("date_too_early" if year < FIRST else "date_too_late", cell)
    if not 1 <= month <= 12:
        return bad("date_no_such_month", cell)
    if not 1 <= day <= monthrange(year, month)[1]:
        return bad("date_no_such_day", cell)
    weekday = _WEEKDAY.match(rest)
    if weekday:
        if _WEEKDAYS[weekday[1]] != date(year, month, day).weekday():
            return bad("date_weekday", cell)
        rest = rest[weekday.end() :]
    if not rest.strip():
        return datetime(year, month, day)
    clock = _TIME.fullmatch(rest)
    if clock is None:
        return bad(_looks_like(text), cell)
    moment = _at(datetime(year, month, day), clock)
    return bad("date_no_such_time", cell) if moment is None else _within(moment, cell)


def _parts(text: str) -> tuple[int, int, int, str] | None:
    """Year, month, day and what follows them; None when no day is named in full."""
    found = _DAY.match(text)
    if found:
        names = ("m", "d") if found["sep"] else ("m2", "d2") if found["m2"] else ("m3", "d3")
        rest = text[found.end() :]
        if rest[:1].isdigit() or (found["sep"] and rest[:1] in "-/." and rest):
            return None
        return int(found["y"]), int(found[names[0]]), int(found[names[1]]), rest
    found = _ENGLISH.match(text)
    if found:
        tail = next(tail for tail in ("", "2", "3") if found["y" + tail])
        month = _MONTHS.get(found["m" + tail][:3].lower())
        rest = text[found.end() :]
        if month is None or rest[:1].isdigit():
            return None
        return int(found["y" + tail]), month, int(found["d" + tail]), rest
    found = _HAN.match(text)
    if found:
        year = int("".join(str(_DIGITS[c]) for c in found[1]))
        return year, _han(found[2]), _han(found[3]), text[found.end() :]
    return None


def _han(text: str) -> int:
    """A Chinese number below one hundred."""
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _DIGITS[ones] if len(ones) == 1 else 0
    return (_DIGITS.get(tens, 0) if tens else 1) * 10 + (_DIGITS.get(ones, 99) if ones else 0)


def _at(day: datetime, clock: re.Match[str]) -> datetime | None:
    hour, minute, second = int(clock["h"]), int(clock["min"]), int(clock["s"] or 0)
    half = (clock["half"] or clock["ampm"] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half in ("下午", "pm") else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    moment = day.replace(hour=hour, minute=minute, second=second)
    zone = clock["zone"]
    if zone is None:
        return moment
    if zone.upper() in ("Z", "UTC"):
        return _local(moment.replace(tzinfo=UTC))
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    if offset >= timedelta(hours=24):
        return None
    return _local(moment.replace(tzinfo=timezone(-offset if zone[0] == "-" else offset)))


def _looks_like(text: str) -> str:
    if _NO_EXPIRY.fullmatch(text.lower()):
        return "date_no_expiry"
    if len(_DAY.findall(text)) > 1:
        return "date_several"
    return next((code for pattern, code in _LOOKS if pattern.fullmatch(text)), "date_unreadable")
