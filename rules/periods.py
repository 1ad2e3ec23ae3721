"""Calendar periods: the week, month, quarter or year that a day lies in."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Unit = Literal["week", "month", "quarter", "year"]
Every = Literal["week", "month", "quarter", "year", "workday", "interest", "once"]  # what a rule may be owed for


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day, and the name under which people file it (2026-W47, 2026-11, 2026Q4, 2026)."""

    unit: Unit
    start: date
    end: date
    name: str

    @property
    def length(self) -> int:
        return (self.end - self.start).days + 1


def around(unit: Unit, day: date) -> Period:
    """The period of a unit that holds the day. Weeks run Monday to Sunday."""
    if unit == "week":
        start = day - timedelta(days=day.weekday())
        year, week, _ = start.isocalendar()
        return Period(unit, start, start + timedelta(days=6), f"{year}-W{week:02d}")
    if unit == "year":
        return Period(unit, date(day.year, 1, 1), date(day.year, 12, 31), str(day.year))
    size = 3 if unit == "quarter" else 1
    month = (day.month - 1) // size * size + 1
    start = date(day.year, month, 1)
    after = date(day.year + (month + size > 12), (month + size - 1) % 12 + 1, 1)
    name = f"{day.year}Q{(month + 2) // 3}" if unit == "quarter" else f"{day.year}-{month:02d}"
    return Period(unit, start, after - timedelta(days=1), name)


def previous(period: Period) -> Period:
    return around(period.unit, period.start - timedelta(days=1))


_NAMED = re.compile(r"(\d{4})(?:年度?|[-/.]?(?:年?第?([1-4一二三四])季度?|年?[Qq]([1-4])|W(\d\d)|(\d\d)月?)|[-/.年](\d{1,2})(?:月份?)?)?")
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}


def named(text: str) -> Period | None:
    """The period that people file under a name: 2026-11, 2026年11月, 2026Q4, 2026年第四季度, 2026-W47, 2026; None for none."""
    found = _NAMED.fullmatch(unicodedata.normalize("NFKC", text).replace(" ", ""))
    if found is None:
        return None
    year, quarter, week, month = int(found[1]), found[2] or found[3], found[4], found[5] or found[6]
    try:
        if week:
            return around("week", date.fromisocalendar(year, int(week), 1))
        if quarter:
            return around("quarter", date(year, 3 * (_QUARTERS.get(quarter) or int(quarter)), 1))
        return around("month", date(year, int(month), 1)) if month else around("year", date(year, 1, 1))
    except ValueError:
        return None


def back(unit: Unit, day: date, count: int) -> list[Period]:
    """The period that holds the day and those before it, `count` in all, the earliest first."""
    found = [around(unit, day)]
    while len(found) < count:
        found.append(previous(found[-1]))
    return found[::-1]
