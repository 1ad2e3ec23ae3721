"""Visits by managers, team leaders and leaders, so paced that nobody owes one except those set aside (S20–S36)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sheets.demo import days as d
from sheets.demo.days import Days
from sheets.demo.world import HISTORY, Flags, Places, World

NEVER_LATE = 13  # a fortnight's visit was made at most so many days ago
GAPS = np.array([11, 13, 14, 14, 14, 14])  # days between two visits of a fortnightly round
WAIVED_WEEK = 2


@dataclass(frozen=True, slots=True)
class Calls:
    """Visits of one kind: customer by position, day, who went, how. `talk`: which topics fit; `deal`: position of the
    opportunity, -1 without."""

    who: Places
    day: Days
    mode: str
    talk: str
    tl: Flags
    bl: Flags
    cm: Flags
    deal: Places

    def __len__(self) -> int:
        return len(self.who)


def made(who: Places, day: Days, mode: str, talk: str, *, tl: bool = False, bl: bool = False, cm: bool = False) -> Calls:
    size = len(who)
    return Calls(who, day, mode, talk, np.full(size, tl), np.full(size, bl), np.full(size, cm), np.full(size, -1))


def build(world: World) -> list[Calls]:
    """All routine visits that have been made, up to the last working day before the day itself."""
    customers = np.flatnonzero(world.owing)
    important = np.flatnonzero(world.important)
    late = {key: set(world.picked[key].tolist()) for key in ("door", "phone")}
    doors = np.array([n for n in customers.tolist() if n not in late["door"]], np.int64)
    leader = _leader_doors(world, important)
    own = made(*_rolling(world, "door", doors), "onsite", "any", cm=True)
    own = replace(own, tl=_accompanied(world, own, important))
    joint = np.concatenate([leader[0], own.who[own.tl]]), np.concatenate([leader[1], own.day[own.tl]])
    return [
        own,
        made(*_behind(world), "onsite", "any", cm=True),
        made(*_weekly(world, customers), "phone", "any", cm=True),
        made(*leader, "onsite", "leader", tl=True, bl=True, cm=True),
        made(*_monthly(world, "tl door", important, joint), "onsite", "any", tl=True, cm=True),
        made(*_rolling(world, "tl phone", important), "phone", "any", tl=True),
        made(*_monthly(world, "bl phone", important, None), "phone", "leader", bl=True),
    ]


def _rolling(world: World, room: str, customers: Places) -> tuple[Places, Days]:
    """A visit at least once a fortnight, backwards from the last one, which is less than a fortnight old."""
    rng = world.rng(room)
    recent = world.days.between(world.today - NEVER_LATE, world.today - 1)
    return _back(world, rng, customers, recent[rng.integers(0, len(recent), len(customers))])


def _back(world: World, rng: np.random.Generator, customers: Places, last: Days) -> tuple[Places, Days]:
    who, day = [customers], [last]
    while len(customers):
        last = world.days.later(last - GAPS[rng.integers(0, len(GAPS), len(customers))])
        kept = last >= world.today - HISTORY
        customers, last = customers[kept], last[kept]
        who.append(customers)
        day.append(last)
    return np.concatenate(who), np.concatenate(day)


def _accompanied(world: World, own: Calls, customers: Places) -> Flags:
    """The manager's visits on which their team leader comes along: the first in a month, of two important customers in
    three."""
    found = np.zeros(len(own), bool)
    asked = np.isin(own.who, customers) & (own.who % 3 != 0)
    for month in d.periods("month", world.today - HISTORY, world.today):
        inside = np.flatnonzero(asked & (own.day >= month.start) & (own.day <= month.end))
        inside = inside[np.argsort(own.day[inside], kind="stable")]
        found[inside[np.unique(own.who[inside], return_index=True)[1]]] = True
    return found


def _behind(world: World) -> tuple[Places, Days]:
    """Those whose next visit is overdue: by one working day, two, three and so on."""
    customers = world.picked["door"]
    last = []
    for n in range(len(customers)):
        target = world.days.before(world.today, n + 1)
        last.append(next(day for day in range(target - 14, target - 60, -1) if overdue_since(world, day, target)))
    return _back(world, world.rng("behind"), customers, np.array(last, np.int64))


def overdue_since(world: World, visited: int, target: int) -> bool:
    """A visit on that working day makes the next one due no later than the target."""
    return world.days.work(visited) and int(world.days.later(np.array([visited + 14]))[0]) <= target


def _weekly(world: World, customers: Places) -> tuple[Places, Days]:
    """A call in each week that is not waived, never left to its last working day."""
    rng = world.rng("weekly")
    silent = np.isin(customers, world.picked["phone"])
    this = d.around("week", world.today)
    who, day = [], []
    for week in d.periods("week", world.today - HISTORY, world.today):
        worked = world.days.between(week.start, week.end)
        if len(worked) <= WAIVED_WEEK:
            continue
        when = worked[rng.integers(0, len(worked) - 1, len(customers))]
        kept = (when < world.today) & (when >= world.today - HISTORY)
        if week.end >= this.start - 7:
            kept &= ~silent
        who.append(customers[kept])
        day.append(when[kept])
    return np.concatenate(who), np.concatenate(day)


def _monthly(world: World, room: str, customers: Places, joined: tuple[Places, Days] | None) -> tuple[Places, Days]:
    """One in each month, in its first five sixths, unless the team leader came along on somebody else's visit."""
    rng = world.rng(room)
    who, day = [], []
    for month in d.periods("month", world.today - HISTORY, world.today):
        worked = world.days.between(month.start, month.end)
        when = worked[rng.integers(0, max(1, len(worked) * 5 // 6), len(customers))]
        kept = (when < world.today) & (when >= world.today - HISTORY)
        if joined is not None:
            inside = (joined[1] >= month.start) & (joined[1] <= month.end)
            kept &= ~np.isin(customers, joined[0][inside])
        who.append(customers[kept])
        day.append(when[kept])
    return np.concatenate(who), np.concatenate(day)


def _leader_doors(world: World, customers: Places) -> tuple[Places, Days]:
    """Two in each quarter, one in either half; of the one set aside only one in all of last quarter and this."""
    rng = world.rng("leader")
    this = d.around("quarter", world.today)
    who, day = [], []
    for quarter in d.periods("quarter", d.around("quarter", this.start - 1).start, world.today):
        worked = world.days.between(quarter.start, quarter.end)
        half = len(worked) // 2
        for start, end in ((2, half - 4), (half, len(worked) * 5 // 6)):
            when = worked[rng.integers(start, end, len(customers))]
            kept = when < world.today
            if start != 2 or quarter.start == this.start:
                kept &= ~np.isin(customers, world.picked["quarter"])
            who.append(customers[kept])
            day.append(when[kept])
    return np.concatenate(who), np.concatenate(day)
