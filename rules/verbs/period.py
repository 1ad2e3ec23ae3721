"""A record exists for this week, month, quarter, year, interest day or at all: reviews, plans, statements (R01–R07, R34–R36)."""

from __future__ import annotations

from typing import cast, get_args

import numpy as np

from rules import conditions, events, obligations, occasions, rule, until, wording
from rules import days as d
from rules.calendar import Calendar
from rules.days import NONE, Days
from rules.ledgers import Ledgers
from rules.obligations import Owed
from rules.periods import Every
from rules.rule import BadRule, Row, Rule, Tables
from rules.verb import Case, Verb
from texts import Lang, say

NAMED = ("text", "integer", "date", "datetime")  # what may say which period a record is of


def read(row: Row, tables: Tables) -> Rule:
    window = row["window"]
    if window not in get_args(Every):
        raise BadRule("window", "rule.bad_period", window)
    common = rule.base(row, tables, opens=window != "once")
    subject = common["subject"]
    rule.needed(row, "due")
    if window == "interest" and any(tables[subject].column(name) is None for name in occasions.INTEREST):
        raise BadRule("window", "rule.no_interest", subject)
    record = rule.events(row, subject, tables) if row["event"] or window != "once" else {}
    if record and window != "once":
        rule.needed(row, "date")
    if record:
        rule.needed(row, "done")
    elif not row["where"]:
        raise BadRule("where", "rule.blank", "")
    return Rule(
        **common,
        **record,
        window=cast(Every, window),
        until=rule.until_of(row),
        since=tables[subject].since,
        date=rule.columns(row, "date", row["event"], tables, NAMED) if record and row["date"] else "",
        done=rule.columns(row, "done", row["event"], tables) if record else "",
    )


def dues(ledgers: Ledgers, rule: Rule, calendar: Calendar) -> Owed:
    """One obligation a row and period. An older period is dropped once its record is there."""
    kept = conditions.mask(ledgers, rule.subject, rule.where) & obligations.in_tiers(ledgers, rule)
    since = _since(ledgers, rule)
    owing, excused = occasions.of(ledgers, rule, kept, since, calendar)
    mine = since[owing.place]
    due = calendar.roll(rule.until.of(owing.start, owing.end, mine, calendar), rule.roll)
    due = np.where(due == NONE, ledgers.today, np.maximum(due, mine))  # nothing is due before it is owed; not known: now
    met = _met(ledgers, rule, owing, calendar)
    old = (met != NONE) & (owing.end < occasions.recent(rule, ledgers.today))
    keep = np.flatnonzero(~old)
    once = rule.window == "once"
    return obligations.make(
        ledgers,
        rule,
        owing.place[keep],
        due[keep],
        (mine if once else owing.end)[keep],
        met[keep],
        opens=np.full(len(keep), NONE) if once else owing.start[keep],
        occurrence=owing.name.take(keep),
        instead=(excused[keep], "waived"),
    )


def _since(ledgers: Ledgers, rule: Rule) -> Days:
    found = ledgers.days(rule.subject, rule.since) if rule.since else np.full(ledgers.size(rule.subject), NONE)
    return ledgers.terms.not_before(found)


def _met(ledgers: Ledgers, rule: Rule, owing: occasions.Owing, calendar: Calendar) -> Days:
    """When the record of each period was there; one of a longer period that ends the same day speaks for it too (A5)."""
    if not rule.event:
        return np.full(len(owing.place), NONE)
    owner, when, counts = events.counting(ledgers, rule, calendar)
    if rule.window == "once":
        return events.earliest(owner, when, counts, ledgers.size(rule.subject))[owing.place]
    start, end = occasions.covered(ledgers, rule)
    counts &= end != NONE
    return occasions.matched(owing, owner[counts], when[counts], start[counts], end[counts])


def watched(rule: Rule) -> frozenset[tuple[str, str]]:
    names = {*rule.date.split("|"), *rule.done.split("|")} - {""} if rule.event else set()
    return frozenset((rule.event, name) for name in names)


def when(rule: Rule, lang: Lang, tables: Tables) -> str:
    last = wording.until(rule.until, tables[rule.subject], rule.since, lang)
    if not rule.event:
        return say("rule.once_own", lang, until=last)
    event = tables[rule.event].label(lang)
    if rule.event_where:
        kinds = say("rule.comma", lang).join(wording.condition(c, rule.event, lang, tables) for c in rule.event_where)
        event += say("rule.of_kind", lang, kinds=kinds)
    if rule.window == "once":
        return say("rule.once_of", lang, event=event, until=last)
    return say("rule.period_of", lang, unit=say(f"rule.{rule.window}", lang), event=event, until=last)


def values(rule: Rule) -> tuple[str, ...]:
    return tuple(rule.since.split("|")) + (occasions.INTEREST if rule.window == "interest" else ())


def why_not(ledgers: Ledgers, rule: Rule, row: str, lang: Lang) -> list[str]:
    if not rule.since:
        return []
    [place] = ledgers.place(rule.subject, [row])
    return wording.not_begun(_since(ledgers, rule)[place], ledgers.today, lang, starts=True)


def ends(rule: Rule, lang: Lang, tables: Tables) -> str:
    if not rule.event:
        return say("why.end_where", lang)
    table = tables[rule.event]
    return say("why.end_event", lang, columns=wording.columns(rule.done, table, lang), table=table.label(lang))


def arithmetic(ledgers: Ledgers, rule: Rule, calendar: Calendar, case: Case, lang: Lang) -> str:
    """期末 2026-11-30 + 5个工作日 = 2026-12-07."""
    [place] = ledgers.place(rule.subject, [case.row])
    since = int(_since(ledgers, rule)[place])
    start, end = occasions.bounds(rule, case.occurrence, case.anchor)
    sums = wording.until_sums(rule.until, start, end, since, calendar, lang)
    raw = until.one(rule.until, start, end, since, calendar)
    rolled = raw not in (case.due, NONE) and rule.roll != "none"
    return sums + (say(f"why.rolled_{rule.roll}", lang, due=d.day(case.due).isoformat()) if rolled else "")


ASKS = {
    "subject": "ledger", "window": "every", "event": "events", "date": "period_of_event", "event_where": "comparisons_of_event",
    "done": "days_of_event", "due": "until", "where": "comparisons", "roles": "roles", "roll": "choice", "tiers": "tiers",
    "remind": "steps", "ladder": "rungs", "repeat": "again", "immediate": "yesno",
}  # fmt: skip
VERB = Verb("period", read, dues, watched, when, values, why_not, ends, arithmetic, asks=ASKS, also=("link", "bands"))
