"""The moments at which a due is told: reminders before it, the day itself, the ladder after it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

import numpy as np

from rules import days as d
from rules.calendar import Calendar
from rules.days import NONE, Days

WORD = re.compile(
    r"(?:(?P<plus>\+)?(?P<n>\d{1,3})(?P<unit>d|wd|m)|D(?P<sign>[+-])(?P<dn>\d{1,3})(?P<du>d|wd)|(?P<share>\d{1,2})%|(?P<name>open|due|"
    r"monday|period_end|last2wd))?(?:@?(?P<clock>\d{1,2}:\d{2}))?",
    re.IGNORECASE,
)


class BadStep(ValueError):
    """The text is not a moment a rule can wait for."""


@dataclass(frozen=True, slots=True)
class Step:
    """`at` is its text; `roles` whom it tells (empty: the owners of the due)."""

    at: str
    roles: tuple[str, ...] = ()
    ladder: bool = False

    @property
    def clock(self) -> time:
        found = WORD.fullmatch(self.at)
        hours, _, minutes = (found["clock"] if found and found["clock"] else "0:00").partition(":")
        return time(int(hours), int(minutes))

    @property
    def late(self) -> bool:
        """Told only once the due day is over."""
        return self.ladder or self.at.startswith("overdue") or self.at.startswith("again")

    @property
    def from_opening(self) -> bool:
        """Counted from the first day of a window or period: lost on a due that has none."""
        found = WORD.fullmatch(self.at)
        return bool(found and (found["share"] or (found["name"] or "").lower() == "open"))

    def day(self, due: Days, anchor: Days, opens: Days, calendar: Calendar) -> Days:
        """The day on which the step is reached, for each due. `opens`: first day of a window or period."""
        if self.at == "overdue":
            return d.shift(due, 1)
        found = WORD.fullmatch(self.at)
        if found is None:
            raise BadStep(self.at)
        if found["share"]:
            reached = d.shift(opens, (due - opens + 1) * int(found["share"]) // 100)
            return np.where(opens == NONE, NONE, reached)
        if found["sign"]:
            by = int(found["dn"]) * (1 if found["sign"] == "+" else -1)
            return d.shift(anchor, by) if found["du"].lower() == "d" else calendar.add_workdays(anchor, by)
        if found["n"]:
            return self._counted(found, due, calendar)
        name = (found["name"] or "due").lower()
        if name == "open":
            return opens
        if name == "monday":
            return d.shift(due, 7 - (due + 3) % 7)  # 1970-01-01 was a Thursday
        if name == "last2wd":
            return calendar.add_workdays(d.shift(due, 1), -2)
        if name == "period_end":  # a due of a period may lie days or weeks before the end of it
            return np.where(opens == NONE, due, np.maximum(due, anchor))
        return due

    def _counted(self, found: re.Match[str], due: Days, calendar: Calendar) -> Days:
        number, unit, sign = int(found["n"]), found["unit"].lower(), 1 if found["plus"] else -1
        if unit == "wd":
            return calendar.add_workdays(due, sign * number)
        if unit == "m":
            return d.add_months(due, sign * number)
        return d.shift(due, sign * number)


def read_remind(text: str) -> tuple[Step, ...]:
    """ "D-30d; D-22d; 16:30". Raises BadStep."""
    return tuple(_step(part.strip(), ()) for part in re.split(r"[;,]", text) if part.strip())


def read_ladder(text: str, roles: tuple[str, ...]) -> tuple[Step, ...]:
    """ "+1wd team_leader; +5wd leader". `roles`: the words allowed. Raises BadStep."""
    steps = []
    for part in text.split(";"):
        if not part.strip():
            continue
        at, _, whom = part.strip().partition(" ")
        told = tuple(w.strip() for w in whom.split(",") if w.strip())
        if not told or any(role not in roles for role in told):
            raise BadStep(part.strip())
        steps.append(_step(at, told, ladder=True))
    if len({(step.at, step.roles) for step in steps}) < len(steps):
        raise BadStep(text)
    return tuple(steps)


def _step(at: str, roles: tuple[str, ...], ladder: bool = False) -> Step:
    found = WORD.fullmatch(at)
    if found is None or not at:
        raise BadStep(at)
    if found["clock"] and not (0 <= int(found["clock"].split(":")[0]) < 24 and int(found["clock"].split(":")[1]) < 60):
        raise BadStep(at)
    return Step(at, roles, ladder)
