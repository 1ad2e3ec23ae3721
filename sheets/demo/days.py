"""Whole days around the day the sample is made for, and how a date moves along the branch's working days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.int64]
EPOCH = date(1970, 1, 1)
NONE = np.int64(np.iinfo(np.int64).min)


@dataclass(frozen=True, slots=True)
class Workdays:
    """A stretch of days, and which of them are worked. Every day asked for must lie inside it."""

    first: int
    works: npt.NDArray[np.bool_]
    earlier_by: Days
    later_by: Days
    rank: Days
    worked: Days

    def earlier(self, days: Days) -> Days:
        """The same day if it is worked, otherwise the working day before."""
        return self.earlier_by[days - self.first]

    def later(self, days: Days) -> Days:
        return self.later_by[days - self.first]

    def add(self, days: Days, count: int | Days) -> Days:
        """The n-th working day after each day (before it, when negative; 0 is the day itself, worked or not)."""
        here = days - self.first
        forward = self.worked[self.rank[here] + np.maximum(count, 1) - 1]
        back = self.worked[self.rank[here] - self.works[here] + np.minimum(count, -1)]
        return np.where(np.asarray(count) > 0, forward, np.where(np.asarray(count) < 0, back, days))

    def between(self, start: int, end: int) -> Days:
        """The working days from start to end, both counted."""
        inside = np.arange(start, end + 1)
        return inside[self.works[inside - self.first]]

    def work(self, day: int) -> bool:
        return bool(self.works[day - self.first])

    def before(self, day: int, count: int) -> int:
        """The n-th working day before a day."""
        return int(self.add(np.array([day]), -count)[0])


def make(as_of: date, workday: Callable[[date], bool], reach: int = 1000) -> Workdays:
    today = number(as_of)
    every = np.arange(today - reach, today + reach + 1)
    works = np.array([workday(day(n)) for n in every.tolist()], bool)
    place = np.arange(len(every))
    before = np.maximum.accumulate(np.where(works, place, 0))
    after = np.minimum.accumulate(np.where(works, place, len(place) - 1)[::-1])[::-1]
    return Workdays(int(every[0]), works, every[before], every[after], np.cumsum(works), every[works])


def number(when: date) -> int:
    return (when - EPOCH).days


def day(when: int) -> date:
    return EPOCH + timedelta(days=when)


def dates(days: Any) -> list[date | None]:
    """Days as dates for a ledger; NONE becomes no value."""
    found: list[date | None] = np.asarray(days, np.int64).astype("datetime64[D]").tolist()  # NONE is what NaT is there
    return found


def instants(days: Any, minutes: Any) -> list[datetime | None]:
    """Days with a minute of the day as instants."""
    pairs = zip(np.asarray(days).tolist(), np.asarray(minutes).tolist(), strict=True)
    start = datetime(1970, 1, 1)
    return [None if n == NONE else start + timedelta(days=n, minutes=m) for n, m in pairs]


def months_before(days: Days, months: int | Days) -> Days:
    """The same day n calendar months earlier, clipped to the end of a shorter month."""
    stamp = days.astype("datetime64[D]")
    month = stamp.astype("datetime64[M]")
    inside = (stamp - month.astype("datetime64[D]")).astype(np.int64)
    target = month - np.asarray(months, "timedelta64[M]")
    length = ((target + np.timedelta64(1, "M")).astype("datetime64[D]") - target.astype("datetime64[D]")).astype(np.int64)
    found: Days = target.astype("datetime64[D]").astype(np.int64) + np.minimum(inside, length - 1)
    return found


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day of a week, month, quarter or year, and its name."""

    start: int
    end: int
    name: str


def periods(unit: str, start: int, end: int) -> list[Period]:
    """Every period of a unit that touches the days from start to end, in order."""
    found = []
    at = start
    while at <= end:
        found.append(around(unit, at))
        at = found[-1].end + 1
    return found


def around(unit: str, when: int) -> Period:
    here = day(when)
    if unit == "week":
        start = when - here.weekday()
        year, week, _ = here.isocalendar()
        return Period(start, start + 6, f"{year}-W{week:02d}")
    size = {"month": 1, "quarter": 3, "year": 12}[unit]
    month = (here.month - 1) // size * size + 1
    first = date(here.year, month, 1)
    after = date(here.year + (month + size > 12), (month + size - 1) % 12 + 1, 1)
    name = {"month": f"{here.year}-{month:02d}", "quarter": f"{here.year}Q{(month + 2) // 3}", "year": str(here.year)}
    return Period(number(first), number(after) - 1, name[unit])
