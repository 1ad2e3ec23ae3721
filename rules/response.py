"""B must follow A in time: an opportunity submitted the same day, reported the next, visited in three (R20–R24)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rules import conditions, obligations
from rules.calendar import Calendar
from rules.days import NONE, Days
from rules.ledgers import Ledgers
from rules.rulebook import Rule


def dues(ledgers: Ledgers, rule: Rule, calendar: Calendar) -> pd.DataFrame:
    """One obligation for each row that has begun. The clock starts at the row's own date, never later (A11)."""
    began = ledgers.days(rule.subject, rule.date)
    kept = conditions.mask(ledgers, rule.subject, rule.where) & obligations.in_tiers(ledgers, rule)
    place = np.flatnonzero(kept & (began != NONE) & (began <= ledgers.today))
    anchor = began[place]
    due = calendar.roll(rule.limit.after(anchor, calendar), rule.roll)
    if rule.event:
        met = _answered(ledgers, rule, began)[place]
    else:
        met = obligations.done_by(ledgers, rule.subject, rule.done)[place] if rule.done else np.full(len(place), NONE)
    return obligations.frame(ledgers, rule, place, due, anchor, met)


def _answered(ledgers: Ledgers, rule: Rule, began: Days) -> Days:
    """The first qualifying event of each row, not before its clock began."""
    when = obligations.done_by(ledgers, rule.event, rule.done)
    owner = ledgers.through(rule.event, rule.link)
    counts = conditions.mask(ledgers, rule.event, rule.event_where) & (when != NONE) & (owner >= 0)
    counts &= when >= np.append(began, NONE)[owner]
    far = np.iinfo(np.int64).max
    first = np.full(len(began), far)
    np.minimum.at(first, owner[counts], when[counts])
    return np.where(first == far, NONE, first)
