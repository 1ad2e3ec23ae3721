"""Lengths of time as a rule row writes them: 3m, 15d, 5wd, 1m+10wd, or one per level of authority."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rules import days as d
from rules.calendar import Calendar
from rules.days import Days

PART = re.compile(r"(\d{1,4})(m|d|wd|w)")


class BadSpan(ValueError):
    """The text is not a length of time."""


@dataclass(frozen=True, slots=True)
class Span:
    """Calendar months, then calendar days, then working days, counted in that order."""

    months: int = 0
    days: int = 0
    workdays: int = 0

    def before(self, days: Days, calendar: Calendar) -> Days:
        moved = d.shift(d.add_months(days, -self.months) if self.months else days, -self.days)
        return calendar.add_workdays(moved, -self.workdays)

    def after(self, days: Days, calendar: Calendar) -> Days:
        moved = d.shift(d.add_months(days, self.months) if self.months else days, self.days)
        return calendar.add_workdays(moved, self.workdays)

    def __str__(self) -> str:
        parts = [f"{n}{u}" for n, u in ((self.months, "m"), (self.days, "d"), (self.workdays, "wd")) if n]
        return "+".join(parts) or "0d"

    @property
    def rough(self) -> int:
        """About how many days: for telling the longest."""
        return self.months * 30 + self.days + self.workdays


def read(text: str) -> Span:
    """ "1m+10wd" → Span(months=1, workdays=10). Raises BadSpan."""
    months = days = workdays = 0
    for part in text.replace(" ", "").split("+"):
        found = PART.fullmatch(part)
        if not found:
            raise BadSpan(text)
        number, unit = int(found[1]), found[2]
        months += number if unit == "m" else 0
        days += {"d": number, "w": 7 * number}.get(unit, 0)
        workdays += number if unit == "wd" else 0
    if months > 120 or days > 3660 or workdays > 750:
        raise BadSpan(text)
    return Span(months, days, workdays)


@dataclass(frozen=True, slots=True)
class Lead:
    """How long before a date: one span, or one per level of a column ("level: head=3m tier1=2m tier2=1m")."""

    span: Span
    levels: tuple[tuple[str, Span], ...] = ()

    def before(self, days: Days, level: npt.NDArray[np.object_] | None, calendar: Calendar) -> Days:
        """A blank or unknown level gets the longest lead: better early than missed (HU041)."""
        if not self.levels or level is None:
            return self.span.before(days, calendar)
        moved = self.span.before(days, calendar)
        for name, span in self.levels:
            moved = np.where(level == name, span.before(days, calendar), moved)
        return moved

    def of(self, level: str) -> Span:
        return dict(self.levels).get(level, self.span)


NO_SPAN = Span()
NO_LEAD = Lead(NO_SPAN)


def read_lead(text: str) -> Lead:
    """Raises BadSpan. For levels, `span` is the longest of them."""
    if not text.strip():
        return NO_LEAD
    if not text.strip().startswith("level:"):
        return Lead(read(text.strip()))
    levels = []
    for part in text.split(":", 1)[1].split():
        name, _, span = part.partition("=")
        if not span:
            raise BadSpan(text)
        levels.append((name, read(span)))
    if not levels:
        raise BadSpan(text)
    return Lead(max((span for _, span in levels), key=lambda span: span.rough), tuple(levels))
