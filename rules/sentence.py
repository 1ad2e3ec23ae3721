"""A rule reads itself back in words, so that the person who edits its row sees what it now means."""

from __future__ import annotations

from rules.conditions import resolve
from rules.rule import Rule, Tables
from rules.steps import Step
from rules.verbs import VERBS
from rules.wording import columns, condition, role_name, show
from rules.wording import step as step_in_words
from texts import Lang, say


def sentence(rule: Rule, lang: Lang, tables: Tables) -> str:
    """One or two sentences: whom it is about, when it is due, who owes it, what ends it, who is told."""
    when = VERBS[rule.verb].when(rule, lang, tables)
    parts = [_about(rule, lang, tables), when, _roll(rule, lang), _who(rule, lang, tables), _done(rule, lang, tables)]
    ladder = [s for s in rule.steps if s.ladder]
    if ladder:
        parts.append(say("rule.told", lang, steps=say("rule.then", lang).join(_rung(s, lang) for s in ladder)))
    return say("rule.join", lang).join(p for p in parts if p) + say("rule.stop", lang)


def _about(rule: Rule, lang: Lang, tables: Tables) -> str:
    table = tables[rule.subject]
    wanted = [condition(c, rule.subject, lang, tables) for c in rule.where]
    if rule.tiers:
        tier = tables["customers"]["tier"]
        wanted.append(say("rule.and", lang).join(show(tier, code, lang) for code in rule.tiers))
    about = say("rule.latest", lang, table=table.label(lang)) if rule.pick else table.label(lang)
    return say("rule.about", lang, table=about, where=say("rule.comma", lang).join(wanted)) if wanted else about


def _roll(rule: Rule, lang: Lang) -> str:
    return "" if rule.roll == "none" else say(f"rule.roll_{rule.roll}", lang)


def _who(rule: Rule, lang: Lang, tables: Tables) -> str:
    if not rule.bands.column:
        return say("rule.owes", lang, roles=say("rule.and", lang).join(role_name(role, lang) for role in rule.roles))
    column = resolve(tables, rule.subject, rule.bands.column)
    parts = [
        say("rule.band" if inclusive else "rule.band_below", lang, limit=show(column, limit, lang), role=role_name(role, lang))
        for limit, inclusive, role in rule.bands.steps
    ]
    last = say("rule.band_above", lang, role=role_name(rule.bands.above, lang))
    return say("rule.bands", lang, column=column.label(lang), bands=say("rule.comma", lang).join([*parts, last]))


def _done(rule: Rule, lang: Lang, tables: Tables) -> str:
    if not rule.done:
        return ""
    table = tables[rule.event or rule.subject]
    code = "rule.done_event" if rule.event else "rule.done"
    return say(code, lang, columns=columns(rule.done, table, lang), table=table.label(lang))


def _rung(step: Step, lang: Lang) -> str:
    whom = say("rule.and", lang).join(role_name(role, lang) for role in step.roles)
    return say("rule.rung", lang, at=step_in_words(step.at, lang), roles=whom)
