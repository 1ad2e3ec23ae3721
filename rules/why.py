"""Why a rule reminds of a record, or does not: the values used, the arithmetic in words, what makes it go away."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from rules import conditions, due, sentence, wording
from rules import days as d
from rules.calendar import Calendar
from rules.ledgers import Ledgers
from rules.obligations import OPEN
from rules.rulebook import Rule
from rules.spans import Span
from sheets.book import Book
from sheets.schema import Lang
from texts import Fault, say


class NoSuchRule(Fault):
    """No enabled rule of that number."""

    def __init__(self, rule: str) -> None:
        super().__init__("why.no_rule", rule=rule)


class NoSuchRow(Fault):
    """No such record in the rule's ledger."""

    def __init__(self, table: str, row: str) -> None:
        super().__init__("why.no_row", table=table, row=row)


def why(
    book: Book, rules: list[Rule], calendar: Calendar, rule_id: str, row: str, now: datetime, lang: Lang, occurrence: str = ""
) -> dict[str, Any]:
    """The evidence for one rule and one record, also when the rule does not apply.

    Keys: rule, name, row, table, customer, today, verdict (due | met | not_yet | does_not_apply), state, sentence,
    because (list of sentences), values (label and text by column), arithmetic, due, anchor, occurrence, steps,
    calendar (version, provisional), clause, ends, sentence_of_rule. Raises NoSuchRule, NoSuchRow.
    """
    rule = next((r for r in rules if r.id.casefold() == rule_id.casefold()), None)
    if rule is None:
        raise NoSuchRule(rule_id)
    ledgers = Ledgers(book, now)
    place = int(ledgers.place(rule.subject, np.array([row], object))[0])
    if place < 0:
        raise NoSuchRow(book.tables[rule.subject].label(lang), row)
    every = due.dues(book, [rule], calendar, now)
    mine = every[(every["rule"] == rule.id) & (every["row"] == row)]
    if occurrence:
        mine = mine[mine["occurrence"] == occurrence]
    card = {
        "rule": rule.id,
        "name": rule.name(lang),
        "table": rule.subject,
        "row": row,
        "customer": str(ledgers.customers_of(rule.subject)[place]),
        "today": now.date().isoformat(),
        "clause": rule.clause,
        "sentence_of_rule": sentence.sentence(rule, lang, book.tables),
        "values": _values(rule, ledgers, place, lang),
        "ends": _ends(rule, lang, book),
    }
    if mine.empty:
        return card | {
            "verdict": "does_not_apply",
            "state": "",
            "because": _not(rule, ledgers, place, lang),
            "steps": [],
            "calendar": {"version": calendar.version, "provisional": False},
        }
    unmet = mine[mine["state"].isin(OPEN)]
    mine = unmet.head(1) if len(unmet) else mine.sort_values("due").tail(1)  # the most urgent, or else the latest
    first = mine.iloc[0]
    verdict = {"met": "met", "met_late": "met", "planned": "not_yet", "waived": "does_not_apply", "superseded": "does_not_apply"}
    told = due.steps(mine, [rule], calendar, now)
    line = wording.sentences(wording.with_left(mine.head(1), ledgers), book, [rule], lang)[0]
    return card | {
        "verdict": verdict.get(first["state"], "due"),
        "state": first["state"],
        "sentence": line,
        "because": [say(f"why.{first['state']}", lang, due=f"{first['due']:%Y-%m-%d}", days=int(first["days_late"]))],
        "due": _iso(first["due"]),
        "anchor": _iso(first["anchor"]),
        "occurrence": first["occurrence"],
        "met_on": _iso(first["met_on"]),
        "days_late": int(first["days_late"]),
        "workdays_late": int(first["workdays_late"]),
        "arithmetic": _arithmetic(rule, first, ledgers, place, calendar, lang),
        "calendar": {"version": calendar.version, "provisional": bool(first["provisional"])},
        "steps": [
            {"step": s, "role": r, "at": f"{at:%Y-%m-%dT%H:%M:%S}+08:00", "told": bool(top)}
            for s, r, at, top in zip(told["step"], told["role"], told["at"], told["top"], strict=True)
        ],
    }


def _iso(value: Any) -> str | None:
    return f"{value:%Y-%m-%d}" if value is not pd.NaT else None


def _values(rule: Rule, ledgers: Ledgers, place: int, lang: Lang) -> dict[str, dict[str, str]]:
    """What the rule looked at in the row itself."""
    table = ledgers.table(rule.subject)
    own = "" if rule.verb == "cadence" else rule.date
    keys = [*own.split("|"), *("" if rule.event else rule.done).split("|"), *(c.path for c in rule.where)]
    keys += ["authority"] if rule.lead.levels else []
    keys += ["tier"] if rule.tiers and rule.subject == "customers" else []
    found = {}
    for key in dict.fromkeys(k for k in keys if k):
        column = conditions.resolve(ledgers.book.tables, rule.subject, key)
        value = conditions.value_at(ledgers, table.key, place, key)
        found[key] = {"label": column.label(lang), "value": wording.shown(column, value, lang)}
    return found


def _not(rule: Rule, ledgers: Ledgers, place: int, lang: Lang) -> list[str]:
    """Every condition that keeps the rule away from this row."""
    found = []
    for one in rule.where:
        if not conditions.mask(ledgers, rule.subject, (one,))[place]:
            value = wording.shown(
                conditions.resolve(ledgers.book.tables, rule.subject, one.path),
                conditions.value_at(ledgers, rule.subject, place, one.path),
                lang,
            )
            text = sentence.condition(one, rule.subject, lang, ledgers.book.tables)
            found.append(say("why.condition", lang, condition=text, value=value or say("rule.blank_value", lang)))
    if rule.tiers:
        customer = ledgers.customers_of(rule.subject)[[place]]
        at = int(ledgers.place("customers", customer)[0])
        tier = ledgers.text("customers", "tier")[at] if at >= 0 else ""
        if tier not in rule.tiers:
            column = ledgers.table("customers")["tier"]
            found.append(say("why.tier", lang, value=wording.shown(column, tier, lang) or say("rule.blank_value", lang)))
    table = "customers" if rule.verb == "cadence" else rule.subject
    date = "assigned_on|filed_on" if rule.verb == "cadence" else rule.date
    began = ledgers.days(table, date)[place]
    if not found and began == d.NONE:
        found.append(say("why.no_date", lang))
    elif not found and began > ledgers.today:
        found.append(say("why.later", lang, date=d.day(began).isoformat()))
    return found or [say("why.period", lang)]


def _ends(rule: Rule, lang: Lang, book: Book) -> str:
    if rule.verb == "cadence":
        return say("why.end_visit", lang)
    if not rule.done:
        return say("why.end_moved", lang)
    table = book.tables[rule.event or rule.subject]
    names = say("rule.or", lang).join(table[name].label(lang) for name in rule.done.split("|"))
    return say("why.end_event" if rule.event else "why.end_column", lang, columns=names, table=table.label(lang))


def _arithmetic(rule: Rule, first: Any, ledgers: Ledgers, place: int, calendar: Calendar, lang: Lang) -> str:
    """到期日 2027-01-31 − 3个月 = 2026-10-31；休息日，提前到 2026-10-30."""
    anchor, end = first["anchor"], first["due"]
    if anchor is pd.NaT:
        return ""
    if rule.verb == "cadence" and not isinstance(rule.window, Span):
        return say("why.period_sum", lang, name=first["occurrence"], start=_iso(anchor), due=_iso(end), count=rule.count)
    start = np.array([d.one(anchor.date())])
    if rule.verb == "deadline":
        level = str(ledgers.text(rule.subject, "authority")[place]) if rule.lead.levels else ""
        span, sign, raw = rule.lead.of(level), "−", rule.lead.of(level).before(start, calendar)
    else:
        span = rule.window if isinstance(rule.window, Span) else rule.limit
        sign, raw = "+", span.after(start, calendar)
    text = say("why.sum", lang, anchor=_iso(anchor), sign=sign, length=wording.length(span, lang), raw=d.day(raw[0]).isoformat())
    rolled = d.day(raw[0]) != end.date()
    return text + (say(f"why.rolled_{rule.roll}", lang, due=_iso(end)) if rolled and rule.roll != "none" else "")
