"""Why a due is there, in one line for a mail: the arithmetic of its day, the figures it compares, the clause. No amounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from rules import days as d
from rules import figure, wording
from rules.calendar import Calendar
from rules.ledgers import Ledgers
from rules.rule import Rule
from rules.verb import Case
from rules.verbs import VERBS
from texts import Lang, say


def evidence(ledgers: Ledgers, rule: Rule | None, calendar: Calendar, due: Mapping[str, Any], lang: Lang) -> str:
    """到期日 2027-01-31 − 15天 = 2027-01-16；休息日，提前到 2027-01-15（方案第78条）; "" where nothing is counted."""
    if rule is None or due["anchor"] is pd.NaT:
        return ""
    anchor, until = (int(d.one(due[name].date())) for name in ("anchor", "due"))
    case = Case(str(due["row"]), anchor, until, str(due["occurrence"]))
    parts = [VERBS[rule.verb].arithmetic(ledgers, rule, calendar, case, lang), *_compared(ledgers, rule, due, lang)]
    said = say("rule.join", lang).join(part for part in parts if part)
    basis = wording.clause(rule.clause, lang)
    return say("mail.why" if basis else "mail.why_plain", lang, sums=said, basis=basis) if said else ""


def _compared(ledgers: Ledgers, rule: Rule, due: Mapping[str, Any], lang: Lang) -> list[str]:
    """计划进度 65%; amounts stay in the portal, and so does what only says who the rule is about."""
    found = []
    for one in rule.where:
        named = figure.find(rule.subject, one.path)
        if named is None or named.kind == "money" or (named.kind != "percent" and one.op not in ("<", "<=")):
            continue
        value = wording.show(named.column, ledgers.cell(rule.subject, str(due["row"]), one.path), lang)
        if value:
            found.append(say("mail.why_figure", lang, label=named.column.label(lang), value=value))
    return found
