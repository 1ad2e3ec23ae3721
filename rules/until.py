"""Until when something of a period is owed, as a rule row writes it: end+5wd, start+30d, mmdd 01-31, next 04-30, since+30d.

Of several, parted by bars, the latest counts: "mmdd 01-31|since+30d" is the end of January, or thirty days from when the
row began to owe, whichever is later.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import numpy as np

from rules import spans
from rules.calendar import Calendar
from rules.days import NONE, Days
from rules.spans import NO_SPAN, BadSpan, Span

_COUNTED = re.compile(r"(start|end|since)(?:([+-])(.+))?")
_FIXED = re.compile(r"(mmdd|next)(\d{1,2})-(\d{1,2})")


@dataclass(frozen=True, slots=True)
class Point:
    """`start`, `end` (of the period) or `since` (from when the row owes) and a length; or a day of a year, that of the
    period (`mmdd`) or the one after it (`next`)."""

    kind: str
    span: Span = NO_SPAN
    back: bool = False
    month: int = 1
    day: int = 1

    def on(self, start: Days, end: Days, since: Days, calendar: Calendar) -> Days:
        """The day itself for each period; NONE where the row's beginning is not known."""
        if self.kind in ("mmdd", "next"):
            years = start.astype("datetime64[D]").astype("datetime64[Y]") + (self.kind == "next")
            months = years.astype("datetime64[M]") + (self.month - 1)
            first = months.astype("datetime64[D]").astype(np.int64)
            last = (months + 1).astype("datetime64[D]").astype(np.int64) - 1
            return np.minimum(first + self.day - 1, last)
        days = {"start": start, "end": end, "since": since}[self.kind]
        return self.span.before(days, calendar) if self.back else self.span.after(days, calendar)


@dataclass(frozen=True, slots=True)
class Until:
    """The latest of its points."""

    points: tuple[Point, ...] = ()

    @property
    def afterwards(self) -> bool:
        """Whether it is owed when its period is over. A plan of a year is owed within the year, and not of one gone by."""
        return any(point.kind in ("end", "next") for point in self.points)

    def of(self, start: Days, end: Days, since: Days, calendar: Calendar) -> Days:
        found = np.full(len(start), NONE)
        for point in self.points:
            found = np.maximum(found, point.on(start, end, since, calendar))
        return found


def read(text: str) -> Until:
    """Raises BadSpan."""
    points = [_point(part) for part in text.replace(" ", "").lower().split("|")]
    if len({point.kind for point in points}) < len(points):
        raise BadSpan(text)
    return Until(tuple(points))


def _point(part: str) -> Point:
    if fixed := _FIXED.fullmatch(part):
        month, day = int(fixed[2]), int(fixed[3])
        try:
            date(2028, month, day)
        except ValueError as error:
            raise BadSpan(part) from error
        return Point(fixed[1], month=month, day=day)
    counted = _COUNTED.fullmatch(part)
    if counted is None:
        raise BadSpan(part)
    return Point(counted[1], spans.read(counted[3]) if counted[3] else NO_SPAN, counted[2] == "-")


def day_of(point: Point) -> str:
    """The day of a fixed point: 01-31."""
    return f"{point.month:02d}-{point.day:02d}"


def one(until: Until, start: int, end: int, since: int, calendar: Calendar) -> int:
    """The day of one period; days counted from 1970-01-01, NONE where it cannot be told."""
    first, last, begin = (np.array([number], np.int64) for number in (start, end, since))
    return int(until.of(first, last, begin, calendar)[0])


NO_UNTIL = Until()
