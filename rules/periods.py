"""Calendar periods: the week, month, quarter or year that a day lies in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Unit = Literal["week", "month", "quarter", "year"]


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
