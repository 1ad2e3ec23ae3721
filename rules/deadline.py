"""A date in a column comes near, or a window opens and closes: ratings, lines, loans, measures (R10, R25–R33)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rules import conditions, obligations
from rules.calendar import Calendar
from rules.days import NONE, Days
from rules.ledgers import Ledgers
from rules.rulebook import Rule
from rules.spans import Span


def dues(ledgers: Ledgers, rule: Rule, calendar: Calendar) -> pd.DataFrame:
    """One obligation for each row with a date; older rows of a `pick` are superseded by the latest."""
    date = ledgers.days(rule.subject, rule.date)
    kept = conditions.mask(ledgers, rule.subject, rule.where) & obligations.in_tiers(ledgers, rule)
    place = np.flatnonzero(kept & (date != NONE))
    anchor = date[place]
    level = ledgers.text(rule.subject, "authority")[place] if rule.lead.levels else None
    due = calendar.roll(rule.lead.before(anchor, level, calendar), rule.roll)
    met = obligations.done_by(ledgers, rule.subject, rule.done)[place] if rule.done else np.full(len(place), NONE)
    if rule.soft:
        met = np.where((met == NONE) & (due < ledgers.today), due, met)
    opens = opening(rule, due, anchor, calendar)
    frame = obligations.frame(ledgers, rule, place, due, anchor, met, opens=opens)
    frame.loc[old(ledgers, rule, kept)[place], "state"] = "superseded"
    return frame


def opening(rule: Rule, due: Days, anchor: Days, calendar: Calendar) -> Days:
    """First day of the window, NONE for a rule without one. A window toward the date itself is exact (R26: D-60)."""
    if not isinstance(rule.window, Span):
        return np.full(len(due), NONE)
    return rule.window.before(anchor if rule.window_from == "anchor" else due, calendar)


def old(ledgers: Ledgers, rule: Rule, kept: conditions.Mask) -> conditions.Mask:
    """Rows that a later row of the same customer (and kind …) has replaced, so that history is not overdue for ever."""
    size = len(kept)
    if not rule.pick:
        return np.zeros(size, bool)
    columns = {c.key for c in ledgers.table(rule.subject).columns}
    first = ledgers.days(rule.subject, "effective_on" if "effective_on" in columns else rule.date)
    last = ledgers.days(rule.subject, rule.date)
    since = np.where(first == NONE, last, first)
    group = pd.DataFrame({name: ledgers.text(rule.subject, name) for name in rule.pick})
    order = pd.DataFrame(
        {
            "group": group.groupby(list(rule.pick), sort=False).ngroup(),
            "since": since,
            "until": last,
            "id": ledgers.ids(rule.subject),
            "kept": kept,
            "place": np.arange(size),
        }
    )
    order = order[order["kept"]].sort_values(["group", "since", "until", "id"], kind="stable")
    replaced = np.zeros(size, bool)
    replaced[order["place"].to_numpy()[order.duplicated("group", keep="last").to_numpy()]] = True
    return replaced


def undated(ledgers: Ledgers, rule: Rule) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Rows that owe but have no date at all, not even a last good one: they are due themselves (DL146)."""
    kept = conditions.mask(ledgers, rule.subject, rule.where) & obligations.in_tiers(ledgers, rule)
    missing = ledgers.days(rule.subject, rule.date) == NONE
    return np.flatnonzero(kept & missing & ~old(ledgers, rule, kept))
