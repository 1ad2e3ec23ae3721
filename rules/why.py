"""Why a rule reminds of a record, or does not: the values used, the arithmetic in words, what makes it go away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from rules import conditions, due, moved, sentence, wording
from rules import days as d
from rules.calendar import Calendar
from rules.days import NONE
from rules.ledgers import Ledgers
from rules.rule import Rule
from rules.saying import Speaker, rows
from rules.states import OPEN
from rules.verb import Case
from rules.verbs import VERBS
from texts import Fault, Lang, say


class NoSuchRule(Fault):
    """No enabled rule of that number."""

    def __init__(self, rule: str) -> None:
        super().__init__("why.no_rule", rule=rule)


class NoSuchRow(Fault):
    """No such record in the rule's ledger."""

    def __init__(self, table: str, row: str) -> None:
        super().__init__("why.no_row", table=table, row=row)


VERDICTS = {"met": "met", "met_late": "met", "planned": "not_yet", "waived": "does_not_apply", "superseded": "does_not_apply"}


def why(
    ledgers: Ledgers,
    rules: Sequence[Rule],
    calendar: Calendar,
    every: pd.DataFrame,
    *,
    rule_id: str,
    row: str,
    lang: Lang,
    occurrence: str = "",
) -> dict[str, Any]:
    """The evidence for one rule and one record, also when the rule does not apply. `every`: the dues of this look.

    Keys: rule, name, row, table, customer, today, verdict (due | met | not_yet | does_not_apply), state, sentence,
    because (list of sentences), values (label and text by column), arithmetic, due, anchor, occurrence, steps,
    counted (done and wanted, of what is counted), calendar (version, provisional, and moved_by, the
    days off that moved it), clause, basis (the clause in words),
    ends, sentence_of_rule. Raises NoSuchRule, NoSuchRow.
    """
    rule = next((r for r in rules if r.id.casefold() == rule_id.casefold()), None)
    if rule is None:
        raise NoSuchRule(rule_id)
    tables, now = ledgers.book.tables, ledgers.now
    [place] = ledgers.place(rule.subject, [row])
    if place < 0:
        raise NoSuchRow(tables[rule.subject].label(lang), row)
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
        "basis": wording.clause(rule.clause, lang),
        "sentence_of_rule": sentence.sentence(rule, lang, tables),
        "values": _values(rule, ledgers, row, lang),
        "ends": VERBS[rule.verb].ends(rule, lang, tables),
    }
    if mine.empty:
        silent: dict[str, Any] = {"verdict": "does_not_apply", "state": "", "because": _not(rule, ledgers, row, lang), "steps": []}
        return card | silent | {"calendar": {"version": calendar.version, "provisional": False, "moved_by": []}}
    unmet = mine[mine["state"].isin(OPEN)]
    mine = unmet.head(1) if len(unmet) else mine.sort_values("due").tail(1)  # the most urgent, or else the latest
    return card | _told(rule, rules, ledgers, calendar, mine, every, now, lang)


def _told(
    rule: Rule,
    rules: Sequence[Rule],
    ledgers: Ledgers,
    calendar: Calendar,
    mine: pd.DataFrame,
    every: pd.DataFrame,
    now: datetime,
    lang: Lang,
) -> dict[str, Any]:
    """What is so about the due, and how it comes about."""
    [first] = rows(mine)
    told = due.steps(mine, rules, calendar, now)
    case = None
    if first["anchor"] is not pd.NaT:
        anchor, until = (int(d.one(first[name].date())) for name in ("anchor", "due"))
        case = Case(first["row"], anchor, until, first["occurrence"])
    said = Speaker(ledgers, rules, lang, "screen", every).say(first)
    return {
        "name": said.task,
        "verdict": VERDICTS.get(first["state"], "due"),
        "state": first["state"],
        "sentence": said.sentence(lang),
        "because": [say(f"why.{first['state']}", lang, due=wording.day(first["due"]), days=int(first["days_late"]))],
        "due": _iso(first["due"]),
        "anchor": _iso(first["anchor"]),
        "occurrence": first["occurrence"],
        "met_on": _iso(first["met_on"]),
        "days_late": int(first["days_late"]),
        "workdays_late": int(first["workdays_late"]),
        "counted": {"done": int(first["done"]), "wanted": int(first["wanted"])} if first["wanted"] else None,
        "arithmetic": "" if case is None else VERBS[rule.verb].arithmetic(ledgers, rule, calendar, case, lang),
        "calendar": {
            "version": calendar.version,
            "provisional": bool(first["provisional"]),
            "moved_by": [] if case is None else moved.days(ledgers, rule, calendar, case, lang),
        },
        "steps": [
            {"step": s, "role": r, "at": f"{at:%Y-%m-%dT%H:%M:%S}+08:00", "told": bool(top)}
            for s, r, at, top in zip(told["step"], told["role"], told["at"], told["top"], strict=True)
        ],
    }


def _iso(value: Any) -> str | None:
    return wording.day(value) or None


def _values(rule: Rule, ledgers: Ledgers, row: str, lang: Lang) -> dict[str, dict[str, str]]:
    """What the rule looked at in the row itself."""
    keys = [*VERBS[rule.verb].values(rule), *(c.path for c in rule.where), rule.bands.column]
    keys += ["tier"] if rule.tiers and rule.subject == "customers" else []
    found = {}
    for key in dict.fromkeys(key for key in keys if key):
        column = conditions.resolve(ledgers.book.tables, rule.subject, key)
        value = conditions.value_of(ledgers, rule.subject, row, key)
        shown, entered = wording.show(column, value, lang), _entered(ledgers, rule.subject, row, key)
        found[key] = {"label": column.label(lang), "value": say("why.entered", lang, value=shown, day=entered) if entered else shown}
    return found


def _entered(ledgers: Ledgers, table: str, row: str, key: str) -> str:
    """The day on which a fact of the row was written down, where that was a later one."""
    column, [place] = ledgers.table(table).column(key), ledgers.place(table, [row])
    if column is None or not column.fact or place < 0:
        return ""
    day, entered = ledgers.days(table, key)[place], ledgers.entered(table, key)[place]
    return "" if NONE in (day, entered) or entered <= day else d.day(entered).isoformat()


def _not(rule: Rule, ledgers: Ledgers, row: str, lang: Lang) -> list[str]:
    """Every condition that keeps the rule away from this row; else what its verb says."""
    found, blank = [], say("rule.blank_value", lang)
    for one in rule.where:
        value = conditions.value_of(ledgers, rule.subject, row, one.path)
        if not one.holds(value.to_pydatetime() if isinstance(value, pd.Timestamp) else value):
            shown = wording.show(conditions.resolve(ledgers.book.tables, rule.subject, one.path), value, lang)
            text = wording.condition(one, rule.subject, lang, ledgers.book.tables)
            found.append(say("why.condition", lang, condition=text, value=shown or blank))
    if rule.tiers:
        [place] = ledgers.place(rule.subject, [row])
        at = ledgers.customer_places(rule.subject)[place]
        tier = str(ledgers.text("customers", "tier")[at]) if at >= 0 else ""
        if tier not in rule.tiers:
            found.append(say("why.tier", lang, value=wording.show(ledgers.column("customers", "tier"), tier, lang) or blank))
    return found or VERBS[rule.verb].why_not(ledgers, rule, row, lang) or [say("why.period", lang)]
