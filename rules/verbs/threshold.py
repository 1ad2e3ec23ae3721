"""A figure crosses a line and nobody has signed: large payments, shortfalls, shares, progress (R04, R37, R38, R40, R41)."""

from __future__ import annotations

from typing import Any, cast, get_args

import numpy as np

from rules import conditions, drawn, events, obligations, periods, rule, spans, wording
from rules import days as d
from rules.calendar import Calendar
from rules.days import NONE, Days
from rules.ledgers import Ledgers, Mask
from rules.obligations import Owed
from rules.periods import Unit
from rules.rule import BadRule, Row, Rule, Tables
from rules.spans import NO_LEAD, NO_SPAN, Lead
from rules.verb import Case, Verb
from texts import Lang, say


def read(row: Row, tables: Tables) -> Rule:
    """Either a day of the row, with a time before or after it; or a period, in which it is signed once while the line is
    crossed."""
    window = row["window"]
    if window and window not in get_args(Unit):
        raise BadRule("window", "rule.bad_period", window)
    common = rule.base(row, tables, opens=bool(window))
    subject = common["subject"]
    rule.needed(row, "where", "due" if window else "date")
    record = rule.events(row, subject, tables) if row["event"] else {}
    if record:
        rule.needed(row, "done")
    timing: dict[str, Any] = (
        {"window": cast(Unit, window), "until": rule.until_of(row)}
        if window
        else {
            "date": rule.columns(row, "date", subject, tables),
            "lead": Lead(rule.span(row, "lead", spans.read)) if row["lead"] else NO_LEAD,
            "limit": rule.span(row, "due", spans.read) if row["due"] else NO_SPAN,
        }
    )
    return Rule(**common, **record, **timing, done=rule.columns(row, "done", record.get("event", subject), tables))


def dues(ledgers: Ledgers, rule: Rule, calendar: Calendar) -> Owed:
    """One obligation for each row beyond the line."""
    kept = conditions.mask(ledgers, rule.subject, rule.where) & obligations.in_tiers(ledgers, rule)
    return _in_period(ledgers, rule, kept, calendar) if rule.window else _by_day(ledgers, rule, kept, calendar)


def _by_day(ledgers: Ledgers, rule: Rule, kept: Mask, calendar: Calendar) -> Owed:
    """What happened before the branch began with this is not gone through again."""
    day = ledgers.days(rule.subject, rule.date)
    place = np.flatnonzero(kept & (day != NONE) & (day >= ledgers.terms.live_since))
    anchor = day[place]
    due = calendar.roll(rule.limit.after(rule.lead.span.before(anchor, calendar), calendar), rule.roll)
    return obligations.make(ledgers, rule, place, due, anchor, _signed(ledgers, rule, calendar, NONE)[place])


def _in_period(ledgers: Ledgers, rule: Rule, kept: Mask, calendar: Calendar) -> Owed:
    now = periods.around(cast(Unit, rule.window), d.day(ledgers.today))
    first, last = d.one(now.start), d.one(now.end)
    place = np.flatnonzero(kept & (last >= ledgers.terms.live_since))
    start, end = (np.full(len(place), day, np.int64) for day in (first, last))
    due = calendar.roll(rule.until.of(start, end, ledgers.terms.not_before(start), calendar), rule.roll)
    met = _signed(ledgers, rule, calendar, first)[place]
    return obligations.make(ledgers, rule, place, due, end, met, opens=start, occurrence=drawn.same(now.name, len(place)))


def _signed(ledgers: Ledgers, rule: Rule, calendar: Calendar, since: np.int64) -> Days:
    """When each row was signed, not before a day; NONE where nobody has."""
    if rule.event:
        return events.first(ledgers, rule, np.full(ledgers.size(rule.subject), since), calendar)
    found = obligations.done_by(ledgers, rule.subject, rule.done, calendar, ledgers.terms.record_workdays)
    return np.where(found < since, NONE, found)


def watched(rule: Rule) -> frozenset[tuple[str, str]]:
    done = () if rule.event else rule.done.split("|")
    return frozenset((rule.subject, name) for name in {*rule.date.split("|"), *done} - {""})


def when(rule: Rule, lang: Lang, tables: Tables) -> str:
    table = tables[rule.subject]
    if rule.window:
        return say("rule.in_period", lang, unit=say(f"rule.{rule.window}", lang), until=wording.until(rule.until, table, "", lang))
    dates = wording.columns(rule.date, table, lang)
    if rule.limit.rough:
        return say("rule.after", lang, date=dates, length=wording.length(rule.limit, lang))
    if rule.lead.span.rough:
        return say("rule.before", lang, date=dates, length=wording.length(rule.lead.span, lang))
    return say("rule.on", lang, date=dates)


def values(rule: Rule) -> tuple[str, ...]:
    return (*rule.date.split("|"), *(() if rule.event else rule.done.split("|")))


def why_not(ledgers: Ledgers, rule: Rule, row: str, lang: Lang) -> list[str]:
    if rule.window:
        return []
    [place] = ledgers.place(rule.subject, [row])
    return wording.not_begun(ledgers.days(rule.subject, rule.date)[place], ledgers.today, lang, starts=False)


def ends(rule: Rule, lang: Lang, tables: Tables) -> str:
    """Signed, or what crossed the line has come back; a rule that nobody signs ends with the second alone."""
    if not rule.done:
        return say("why.end_where", lang)
    table = tables[rule.event or rule.subject]
    names, back = wording.columns(rule.done, table, lang), say("why.end_where_too", lang)
    if rule.event:
        return say("why.end_event", lang, columns=names, table=table.label(lang)) + back
    return say("why.end_column", lang, columns=names) + back


def arithmetic(_ledgers: Ledgers, rule: Rule, calendar: Calendar, case: Case, lang: Lang) -> str:
    if rule.window:
        now = periods.around(cast(Unit, rule.window), d.day(case.anchor))
        start, end = int(d.one(now.start)), int(d.one(now.end))
        return wording.until_sums(rule.until, start, end, start, calendar, lang)
    sign, span = ("+", rule.limit) if rule.limit.rough else ("−", rule.lead.span)
    anchor = np.array([case.anchor])
    raw = (rule.limit.after(anchor, calendar) if rule.limit.rough else rule.lead.span.before(anchor, calendar))[0]
    return wording.calculated(case.anchor, sign, span, raw, case.due, rule.roll, lang)


ASKS = {
    "subject": "ledger", "where": "comparisons", "date": "day", "lead": "length", "roll": "choice", "done": "days", "bands": "bands",
    "roles": "roles", "tiers": "tiers", "remind": "steps", "ladder": "rungs", "repeat": "again", "immediate": "yesno",
}  # fmt: skip
ALSO = ("event", "link", "event_where", "due", "window")
VERB = Verb("threshold", read, dues, watched, when, values, why_not, ends, arithmetic, asks=ASKS, also=ALSO)
