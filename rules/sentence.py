"""A rule reads itself back in words, so that the person who edits its row sees what it now means."""

from __future__ import annotations

from collections.abc import Mapping

from rules.conditions import Condition, resolve
from rules.rulebook import Rule
from rules.spans import Span
from rules.steps import Step
from rules.wording import length, role_name, shown
from rules.wording import step as step_in_words
from sheets.schema import Lang, Table
from texts import say


def sentence(rule: Rule, lang: Lang, tables: Mapping[str, Table]) -> str:
    """One or two sentences: whom it is about, when it is due, who owes it, what ends it, who is told."""
    parts = [_about(rule, lang, tables), _when(rule, lang, tables), _roll(rule, lang), _who(rule, lang), _done(rule, lang, tables)]
    ladder = [s for s in rule.steps if s.ladder]
    if ladder:
        parts.append(say("rule.told", lang, steps=say("rule.then", lang).join(_rung(s, lang) for s in ladder)))
    return say("rule.join", lang).join(p for p in parts if p) + say("rule.stop", lang)


def condition(one: Condition, table: str, lang: Lang, tables: Mapping[str, Table]) -> str:
    """客户状态 ≠ 流失."""
    column = resolve(tables, table, one.path)
    sign = {"!=": "≠", ">=": "≥", "<=": "≤"}.get(one.op, "=")
    words = say("rule.and", lang).join(shown(column, value, lang) for value in one.values) or say("rule.blank_value", lang)
    return f"{column.label(lang)} {sign} {words}"


def _about(rule: Rule, lang: Lang, tables: Mapping[str, Table]) -> str:
    table = tables[rule.subject]
    wanted = [condition(c, rule.subject, lang, tables) for c in rule.where]
    if rule.tiers:
        tier = tables["customers"]["tier"]
        wanted.append(say("rule.and", lang).join(shown(tier, code, lang) for code in rule.tiers))
    about = say("rule.latest", lang, table=table.label(lang)) if rule.pick else table.label(lang)
    return say("rule.about", lang, table=about, where=say("rule.comma", lang).join(wanted)) if wanted else about


def _when(rule: Rule, lang: Lang, tables: Mapping[str, Table]) -> str:
    if rule.verb == "cadence":
        event = tables[rule.event].label(lang)
        kinds = say("rule.comma", lang).join(condition(c, rule.event, lang, tables) for c in rule.event_where)
        if isinstance(rule.window, Span):
            return say("rule.every", lang, length=length(rule.window, lang), event=event, kinds=kinds)
        return say("rule.each", lang, unit=say(f"rule.{rule.window}", lang), count=rule.count, event=event, kinds=kinds)
    dates = say("rule.or", lang).join(tables[rule.subject][name].label(lang) for name in rule.date.split("|"))
    if rule.verb == "response":
        return say("rule.after", lang, date=dates, length=length(rule.limit, lang))
    lead = rule.lead
    if lead.levels:
        authority = tables[rule.subject]["authority"]
        spans = say("rule.comma", lang).join(f"{shown(authority, code, lang)} {length(span, lang)}" for code, span in lead.levels)
        when = say("rule.before_level", lang, date=dates, spans=spans)
    else:
        when = say("rule.before", lang, date=dates, length=length(lead.span, lang)) if lead.span.rough else say("rule.on", lang, date=dates)
    if isinstance(rule.window, Span):
        start = say("rule.window_anchor" if rule.window_from == "anchor" else "rule.window_due", lang, length=length(rule.window, lang))
        when += say("rule.comma", lang) + start
    return when


def _roll(rule: Rule, lang: Lang) -> str:
    return "" if rule.roll == "none" else say(f"rule.roll_{rule.roll}", lang)


def _who(rule: Rule, lang: Lang) -> str:
    return say("rule.owes", lang, roles=say("rule.and", lang).join(role_name(role, lang) for role in rule.roles))


def _done(rule: Rule, lang: Lang, tables: Mapping[str, Table]) -> str:
    if not rule.done or rule.verb == "cadence":
        return ""
    table = tables[rule.event or rule.subject]
    names = say("rule.or", lang).join(table[name].label(lang) for name in rule.done.split("|"))
    return say("rule.done_event" if rule.event else "rule.done", lang, columns=names, table=table.label(lang))


def _rung(step: Step, lang: Lang) -> str:
    whom = say("rule.and", lang).join(role_name(role, lang) for role in step.roles)
    return say("rule.rung", lang, at=step_in_words(step.at, lang), roles=whom)
