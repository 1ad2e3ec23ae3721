"""The rows of another ledger that end a due: which of them count, and when."""

from __future__ import annotations

import numpy as np

from rules import conditions, obligations
from rules.calendar import Calendar
from rules.days import NONE, Days
from rules.ledgers import Ledgers, Mask, Positions
from rules.rule import Rule

FAR = np.iinfo(np.int64).max


def counting(ledgers: Ledgers, rule: Rule, calendar: Calendar) -> tuple[Positions, Days, Mask]:
    """Of every event: the row of the subject it belongs to, the day on which it was done, and whether it counts. What has
    a record of its own, as a visit has, may be recorded within the time for that."""
    kept = any(ledgers.column(rule.event, name).entered for name in rule.done.split("|"))
    when = obligations.done_by(ledgers, rule.event, rule.done, calendar, ledgers.terms.record_workdays if kept else 0)
    owner = ledgers.through(rule.event, rule.link)
    counts = conditions.mask(ledgers, rule.event, rule.event_where) & (when != NONE) & (owner >= 0) & ledgers.complete(rule.event)
    return owner, when, counts


def first(ledgers: Ledgers, rule: Rule, began: Days, calendar: Calendar) -> Days:
    """The day of the first qualifying event of each row of the subject, not before its clock began."""
    owner, when, counts = counting(ledgers, rule, calendar)
    return earliest(owner, when, counts & (when >= np.append(began, NONE)[owner]), len(began))


def earliest(owner: Positions, when: Days, counts: Mask, size: int) -> Days:
    """The earliest day for each row; NONE where nothing counts."""
    found = np.full(size, FAR)
    np.minimum.at(found, owner[counts], when[counts])
    return np.where(found == FAR, NONE, found)
