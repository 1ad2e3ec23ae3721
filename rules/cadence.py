"""At least n visits in each window, by role and mode: rolling days or calendar periods (R11–R16, reading A7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rules import conditions, obligations, periods
from rules import days as d
from rules.calendar import Calendar
from rules.days import NONE, Days
from rules.ledgers import Ledgers
from rules.periods import Period
from rules.rulebook import Rule
from rules.spans import Span

WAIVED_WEEK = 2  # a calendar week with no more working days than this is waived (A7b)


@dataclass(frozen=True, slots=True)
class Log:
    """Qualifying days: one entry per customer and day, however many copies of the visit (DL067). Sorted by both."""

    customer: np.ndarray[Any, np.dtype[np.intp]]
    day: Days


def dues(ledgers: Ledgers, rule: Rule, calendar: Calendar) -> pd.DataFrame:
    kept = conditions.mask(ledgers, "customers", rule.where) & obligations.in_tiers(ledgers, rule)
    log = _log(ledgers, rule)
    if isinstance(rule.window, Span):
        return _rolling(ledgers, rule, kept, log, rule.window, calendar)
    if rule.window is None:
        return obligations.none()
    now = periods.around(rule.window, d.day(ledgers.today))
    frames = [_period(ledgers, rule, kept, log, period, calendar) for period in (periods.previous(now), now)]
    return pd.concat(frames, ignore_index=True)


def credited(ledgers: Ledgers, table: str, role: str) -> conditions.Mask:
    """Events at which somebody of the role took part: every participant is credited in his own role (A8b)."""
    people = next(c.key for c in ledgers.table(table).columns if c.kind == "staffs")
    codes, lists = pd.factorize(ledgers.frame(table)[people])
    has = set(ledgers.ids("staff")[ledgers.text("staff", "role") == role])
    there = np.array([*(bool(has.intersection(str(who).split(";"))) for who in lists), False], bool)
    return there[codes]


def _log(ledgers: Ledgers, rule: Rule) -> Log:
    day = ledgers.days(rule.event, rule.date)
    counts = conditions.mask(ledgers, rule.event, rule.event_where)
    counts &= credited(ledgers, rule.event, rule.roles[0]) & (day != NONE) & (day <= ledgers.today)
    customer = ledgers.through(rule.event, rule.link)
    counts &= customer >= 0
    pairs = np.unique(customer[counts].astype(np.int64) * 100_000 + (day[counts] + 30_000))
    return Log((pairs // 100_000).astype(np.intp), pairs % 100_000 - 30_000)


def _since(ledgers: Ledgers) -> Days:
    """The day from which a customer is owed visits: when he was assigned, or else filed."""
    return ledgers.days("customers", "assigned_on|filed_on")


def _rolling(ledgers: Ledgers, rule: Rule, kept: conditions.Mask, log: Log, window: Span, calendar: Calendar) -> pd.DataFrame:
    """Next due = last visit + n days, later if that is a day off. Never visited: counted from the assignment."""
    last = np.full(len(kept), NONE)
    np.maximum.at(last, log.customer, log.day)
    anchor = np.where(last == NONE, _since(ledgers), last)
    place = np.flatnonzero(kept & (anchor <= ledgers.today))
    anchor = anchor[place]
    due = calendar.roll(window.after(anchor, calendar), rule.roll)
    never = anchor == NONE
    due = np.where(never, ledgers.today, due)
    occurrence = np.where(never, "never", d.iso(due).astype(object))
    return obligations.frame(ledgers, rule, place, due, anchor, np.full(len(place), NONE), occurrence=occurrence)


def _period(ledgers: Ledgers, rule: Rule, kept: conditions.Mask, log: Log, period: Period, calendar: Calendar) -> pd.DataFrame:
    """n different days in a calendar period. A shortfall stays overdue until later visits make it up (met late)."""
    start, end = d.one(period.start), d.one(period.end)
    inside = log.day >= start
    customer, day = log.customer[inside], log.day[inside]
    nth = np.arange(len(customer)) - np.searchsorted(customer, customer)  # sorted by customer: rank within his days
    met = np.full(len(kept), NONE)
    reached = nth == rule.count - 1
    met[customer[reached]] = day[reached]
    place = np.flatnonzero(kept & (_since(ledgers) <= start))
    size = len(place)
    frame = obligations.frame(
        ledgers,
        rule,
        place,
        np.full(size, end),
        np.full(size, start),
        met[place],
        opens=np.full(size, start),
        occurrence=np.full(size, period.name, object),
    )
    workdays = int(calendar.works(np.arange(start, end + 1)).sum())
    if period.unit == "week" and workdays <= WAIVED_WEEK:
        frame["state"] = "waived"
    return frame
