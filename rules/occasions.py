"""For what a record is owed: which periods, working days or interest days each row owes one for, and which of them a record covers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from rules import days as d
from rules import drawn, periods
from rules.calendar import Calendar
from rules.days import NONE, Days
from rules.drawn import Drawn
from rules.ledgers import Ledgers, Mask, Positions
from rules.periods import Every, Period, Unit
from rules.rule import Rule

# How many periods are looked at. What stood unmet in an earlier one was told at every step, and is in the alert ledger.
KEPT: dict[Every, int] = {"workday": 10, "week": 9, "month": 13, "quarter": 5, "year": 2, "interest": 4}
OWN = ("once", "interest", "workday")  # filed under a day or a word, not under the name of a calendar period
INTEREST = ("interest_day", "interest_cycle")  # columns of a ledger whose rows bear interest
USUAL_DAY = 20  # of the month on which interest is taken, where a loan says none
AHEAD = 3  # months in which the next interest day surely lies


@dataclass(frozen=True, slots=True)
class Owing:
    """Who owes what: one entry each. `start` and `end` of the period, `name` under which it is filed."""

    place: Positions
    start: Days
    end: Days
    name: Drawn


def of(ledgers: Ledgers, rule: Rule, kept: Mask, since: Days, calendar: Calendar) -> tuple[Owing, Mask]:
    """What the rows owe by today, and which of it they are excused from (leave). `since`: from when each owes."""
    match rule.window:
        case "once":
            place = np.flatnonzero(kept & (since <= ledgers.today))
            found = Owing(place, since[place], since[place], drawn.same("once", len(place)))
        case "interest":
            found = _interest(ledgers, rule, kept, since)
        case "workday":
            found = _workdays(ledgers, kept, since, calendar)
            return found, _away(ledgers, rule, found)
        case _:
            count = KEPT[cast(Every, rule.window)] if rule.until.afterwards else 1
            found = _calendar(kept, since, periods.back(cast(Unit, rule.window), d.day(ledgers.today), count))
    return found, np.zeros(len(found.place), bool)


def recent(rule: Rule, today: np.int64) -> np.int64:
    """The day from which met periods are still told: the start of the one before today's."""
    if rule.window in OWN:
        return np.int64(today - 31)
    return d.one(periods.previous(periods.around(cast(Unit, rule.window), d.day(today))).start)


def bounds(rule: Rule, name: str, anchor: int) -> tuple[int, int]:
    """The first and last day of the period that a due is filed under."""
    found = periods.named(name) if rule.window not in OWN else None
    return (anchor, anchor) if found is None else (int(d.one(found.start)), int(d.one(found.end)))


def _joined(parts: list[tuple[Positions, Any, Any]], labels: list[str] | None = None) -> Owing:
    """`labels`: what each part is filed under; without them, every entry under its last day."""
    sizes = [len(part[0]) for part in parts]

    def each(number: int) -> npt.NDArray[Any]:
        found = [np.broadcast_to(part[number], size) for part, size in zip(parts, sizes, strict=True)]
        return np.concatenate(found or [np.array([], np.int64)])

    end = each(2).astype(np.int64)
    name = drawn.dated(end) if labels is None else Drawn(pd.array(labels, dtype="str"), np.repeat(np.arange(len(parts)), sizes))
    return Owing(each(0).astype(np.intp), each(1).astype(np.int64), end, name)


def _calendar(kept: Mask, since: Days, every: list[Period]) -> Owing:
    """A row that began in the middle of a period owes it."""
    parts = [(np.flatnonzero(kept & (since <= d.one(one.end))), d.one(one.start), d.one(one.end)) for one in every]
    return _joined(parts, [one.name for one in every])


def _workdays(ledgers: Ledgers, kept: Mask, since: Days, calendar: Calendar) -> Owing:
    """The last working days before today: what belongs into today is not missing yet."""
    days = [np.int64(calendar.add_workdays(np.array([ledgers.today]), -n)[0]) for n in range(KEPT["workday"], 0, -1)]
    return _joined([(np.flatnonzero(kept & (since <= day)), day, day) for day in days])


def _away(ledgers: Ledgers, rule: Rule, owing: Owing) -> Mask:
    """Whoever was on leave that day owes nothing of it."""
    away = np.zeros(len(owing.place), bool)
    if rule.subject != "staff":
        return away
    who, first, last = ledgers.through("leave", "staff"), ledgers.days("leave", "from_on"), ledgers.days("leave", "to_on")
    for person, start, end in zip(who, first, last, strict=True):
        away |= (owing.place == person) & (owing.start >= start) & (owing.start <= end)
    return away


def _interest(ledgers: Ledgers, rule: Rule, kept: Mask, since: Days) -> Owing:
    """The last interest days of each row and the next one, by its cycle; each belongs to the time since the one before."""
    day = np.nan_to_num(ledgers.numbers(rule.subject, "interest_day"), nan=USUAL_DAY).astype(np.int64)
    quarterly, at_end = (ledgers.says(rule.subject, "interest_cycle", (cycle,)) for cycle in ("quarterly", "at_maturity"))
    last = ledgers.days(rule.subject, "matures_on") if ledgers.table(rule.subject).column("matures_on") else np.full(len(kept), NONE)
    this = np.datetime64(d.day(ledgers.today), "M")
    parts: list[tuple[Positions, Any, Any]] = []
    for offset in range(-KEPT["interest"], AHEAD + 1):
        month = this + np.timedelta64(offset, "M")
        first = int(month.astype("datetime64[D]").astype(np.int64))
        length = int((month + 1).astype("datetime64[D]").astype(np.int64)) - first
        on = first + np.minimum(day, length) - 1
        before = d.add_months(on, -1)
        before = np.where(quarterly, d.add_months(on, -3), before)
        third = (int(month.astype(np.int64)) + 1) % 3 == 0
        mine = kept & ~at_end & (third | ~quarterly) & (since < on) & (before < ledgers.today) & ((last == NONE) | (on <= last))
        place = np.flatnonzero(mine)
        parts.append((place, before[place] + 1, on[place]))
    place = np.flatnonzero(kept & at_end & (last != NONE) & (since <= last) & (since <= ledgers.today))
    parts.append((place, since[place] + 1, last[place]))
    return _joined(parts)


def covered(ledgers: Ledgers, rule: Rule) -> tuple[Days, Days]:
    """First and last day of the time that each record of the event is about; NONE where it cannot be read. Of several columns
    the first that says it."""
    first, *others = rule.date.split("|")
    start, end = _covered(ledgers, rule.event, first)
    for column in others:
        more = _covered(ledgers, rule.event, column)
        start, end = np.where(end == NONE, more[0], start), np.where(end == NONE, more[1], end)
    return start, end


def _covered(ledgers: Ledgers, table: str, column: str) -> tuple[Days, Days]:
    if ledgers.column(table, column).kind in ("date", "datetime"):
        day = ledgers.days(table, column)
        return day, day
    codes, words = pd.factorize(ledgers.series(table, column).astype("str"))
    found = [periods.named(str(word).removesuffix(".0")) for word in words]
    start = np.array([*(NONE if one is None else d.one(one.start) for one in found), NONE], np.int64)
    end = np.array([*(NONE if one is None else d.one(one.end) for one in found), NONE], np.int64)
    return start[codes], end[codes]


def matched(owing: Owing, owner: Positions, when: Days, start: Days, end: Days) -> Days:
    """For each period owed, the earliest day of a record of it. A record of one day belongs to the period that holds it,
    one of a period to those that end with it and are no longer."""
    met = np.full(len(owing.place), NONE)
    if not len(owner) or not len(owing.place):
        return met
    single = start == end
    order = np.lexsort((owing.end, owing.place))
    codes = owing.place[order].astype(np.int64) * 1_000_000 + owing.end[order]
    for number, mine in enumerate((single, ~single)):
        at = np.searchsorted(codes, owner[mine].astype(np.int64) * 1_000_000 + end[mine])
        inside = at < len(codes)
        place = order[np.minimum(at, len(codes) - 1)]
        fits = inside & (owing.place[place] == owner[mine])
        longer = (owing.end[place] == end[mine]) & (start[mine] <= owing.start[place])
        fits &= longer if number else owing.start[place] <= start[mine]
        first = np.full(len(met), np.iinfo(np.int64).max)
        np.minimum.at(first, place[fits], when[mine][fits])
        there = first < np.iinfo(np.int64).max
        met = np.where(there & ((met == NONE) | (first < met)), first, met)
    return met
