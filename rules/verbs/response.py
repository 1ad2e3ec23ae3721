"""B must follow A in time: an opportunity submitted the same day, reported the next, visited in three (R20–R24)."""

from __future__ import annotations

import numpy as np

from rules import conditions, events, obligations, rule, spans, wording
from rules.calendar import Calendar
from rules.days import NONE, Days
from rules.ledgers import Ledgers
from rules.obligations import Owed
from rules.rule import OWNER, Row, Rule, Tables
from rules.verb import Case, Verb
from texts import Lang, say


def read(row: Row, tables: Tables) -> Rule:
    common = rule.base(row, tables, opens=False)
    rule.needed(row, "date", "due")
    subject = common["subject"]
    events = rule.events(row, subject, tables) if row["event"] else {}
    if events:
        rule.needed(row, "done")
    return Rule(
        **common,
        **events,
        limit=rule.span(row, "due", spans.read),
        date=rule.columns(row, "date", subject, tables),
        done=rule.columns(row, "done", events.get("event", subject), tables),
        handed=not {"customer_manager", OWNER} & set(common["roles"]),
    )


def dues(ledgers: Ledgers, rule: Rule, calendar: Calendar) -> Owed:
    """One obligation for each row that has begun. The clock starts at the row's own date, never later (A11)."""
    began = _began(ledgers, rule)
    kept = conditions.mask(ledgers, rule.subject, rule.where) & obligations.in_tiers(ledgers, rule)
    kept &= began >= ledgers.terms.live_since
    place = np.flatnonzero(kept & (began != NONE) & (began <= ledgers.today))
    anchor = began[place]
    due = calendar.roll(rule.limit.after(anchor, calendar), rule.roll)
    met = events.first(ledgers, rule, began, calendar) if rule.event else obligations.done_by(ledgers, rule.subject, rule.done, calendar, 0)
    return obligations.make(ledgers, rule, place, due, anchor, met[place])


def _began(ledgers: Ledgers, rule: Rule) -> Days:
    """When each row's clock began. A start that lies after its own entry is not believed."""
    began = ledgers.days(rule.subject, rule.date)
    for column in rule.date.split("|")[:1]:
        entered = ledgers.entered(rule.subject, column)
        began = np.where((entered != NONE) & (began != NONE) & (entered < began), entered, began)
    return began


def watched(rule: Rule) -> frozenset[tuple[str, str]]:
    """The dates of the row itself; those of another ledger's rows belong to whoever keeps that ledger."""
    done = () if rule.event else rule.done.split("|")
    return frozenset((rule.subject, key) for key in {*rule.date.split("|"), *done} - {""})


def when(rule: Rule, lang: Lang, tables: Tables) -> str:
    dates = wording.columns(rule.date, tables[rule.subject], lang)
    if not rule.limit.rough:
        return say("rule.same_day_as", lang, date=wording.day_word(dates, lang))
    return say("rule.after", lang, date=dates, length=wording.length(rule.limit, lang))


def values(rule: Rule) -> tuple[str, ...]:
    return (*rule.date.split("|"), *(() if rule.event else rule.done.split("|")))


def why_not(ledgers: Ledgers, rule: Rule, row: str, lang: Lang) -> list[str]:
    [place] = ledgers.place(rule.subject, [row])
    return wording.not_begun(ledgers.days(rule.subject, rule.date)[place], ledgers.today, lang, starts=True)


def ends(rule: Rule, lang: Lang, tables: Tables) -> str:
    if not rule.event:
        return wording.ends_by_columns(rule.done, tables[rule.subject], lang)
    table = tables[rule.event]
    return say("why.end_event", lang, columns=wording.columns(rule.done, table, lang), table=table.label(lang))


def arithmetic(_ledgers: Ledgers, rule: Rule, calendar: Calendar, case: Case, lang: Lang) -> str:
    raw = rule.limit.after(np.array([case.anchor]), calendar)[0]
    return wording.calculated(case.anchor, "+", rule.limit, raw, case.due, rule.roll, lang)


ASKS = {
    "subject": "ledger", "date": "day", "due": "length", "roll": "choice", "event": "events", "event_where": "comparisons_of_event",
    "done": "days_of_event", "where": "comparisons", "roles": "roles", "tiers": "tiers", "remind": "steps", "ladder": "rungs",
    "repeat": "again", "immediate": "yesno",
}  # fmt: skip
VERB = Verb("response", read, dues, watched, when, values, why_not, ends, arithmetic, asks=ASKS, also=("link", "bands"))
