"""One rule a row: the scheme as shipped, and the branch's own rules sheet read into rules and Issues."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal

import pandas as pd

from rules import conditions, spans, steps
from rules.conditions import Condition, blank
from rules.periods import Unit
from rules.spans import NO_LEAD, NO_SPAN, Lead, Span
from rules.steps import Step
from sheets.schema import Column, Issue, Table
from sheets.tables.words import ROLES

Verb = Literal["deadline", "cadence", "response"]
ROLE_CODES = tuple(choice.code for choice in ROLES)
OWNER = "owner"  # the staff column of the row itself
PERIODS: tuple[Unit, ...] = ("week", "month", "quarter", "year")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule ready to be asked. `done` holds columns of the subject (or of the event); `soft` ends by itself when due."""

    id: str
    name_zh: str
    name_en: str
    verb: Verb
    subject: str
    clause: str
    roles: tuple[str, ...]
    text_zh: str
    text_en: str
    row: Mapping[str, str]
    pick: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()
    date: str = ""
    event: str = ""
    link: str = ""
    event_where: tuple[Condition, ...] = ()
    lead: Lead = NO_LEAD
    limit: Span = NO_SPAN
    roll: Literal["earlier", "later", "none"] = "none"
    count: int = 1
    window: Unit | Span | None = None
    window_from: Literal["due", "anchor"] = "due"  # a deadline's window opens so long before which of the two
    tiers: tuple[str, ...] = ()
    done: str = ""
    soft: bool = False
    steps: tuple[Step, ...] = ()
    immediate: bool = False
    letter: str = ""

    def name(self, lang: str) -> str:
        return self.name_zh if lang == "zh" or not self.name_en else self.name_en


class BadRule(ValueError):
    """One cell of a rules row cannot be used: the column, and the code of the sentence."""

    def __init__(self, column: str, code: str, raw: str) -> None:
        super().__init__(code)
        self.column, self.code, self.raw = column, code, raw


def shipped() -> list[dict[str, str]]:
    """The scheme's rows as text, by column: what a new branch finds on its rules sheet."""
    text = resources.files("rules").joinpath("scheme.csv").read_text("utf-8-sig")
    return [dict(row) for row in csv.DictReader(text.splitlines())]


def read(frame: pd.DataFrame, tables: Mapping[str, Table]) -> tuple[list[Rule], list[Issue]]:
    """The enabled rules of a rules sheet. A bad row costs one Issue and that rule, never the others."""
    rules: list[Rule] = []
    issues: list[Issue] = []
    for row in frame.to_dict("records"):
        texts = {str(key): _text(value) for key, value in row.items()}
        if texts["enabled"] != "yes" or texts["verb"] not in READERS:
            continue
        try:
            rules.append(READERS[texts["verb"]](texts, tables))
        except BadRule as bad:
            cell = f"{texts['id']}.{bad.column}"
            issues.append(Issue("rules", texts["id"], bad.column, cell, bad.code, bad.raw, values={"rule": texts["id"]}))
    return rules, issues


def _text(value: Any) -> str:
    if blank(value):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).strip()


def _base(row: Mapping[str, str], tables: Mapping[str, Table]) -> dict[str, Any]:
    subject = row["subject"]
    if subject not in tables:
        raise BadRule("subject", "rule.no_table", subject)
    roles = tuple(w.strip() for w in row["roles"].replace(";", ",").split(",") if w.strip())
    if not roles or any(role not in (*ROLE_CODES, OWNER) for role in roles):
        raise BadRule("roles", "rule.bad_role", row["roles"])
    tiers = tuple(w.strip() for w in row["tiers"].replace(";", ",").split(",") if w.strip())
    known = tables["customers"]["tier"]
    if any(known.choice(tier) is None for tier in tiers):
        raise BadRule("tiers", "rule.bad_tier", row["tiers"])
    return {
        "id": row["id"],
        "name_zh": row["name_zh"],
        "name_en": row["name_en"],
        "verb": row["verb"],
        "subject": subject,
        "clause": row["clause"],
        "roles": roles,
        "text_zh": row["text_zh"],
        "text_en": row["text_en"],
        "row": dict(row),
        "where": _conditions(row, "where", subject, tables),
        "tiers": tiers,
        "steps": _steps(row),
        "roll": row["roll"] or "none",
        "immediate": row["immediate"] == "yes",
        "letter": row["letter"],
    }


def _conditions(row: Mapping[str, str], column: str, table: str, tables: Mapping[str, Table]) -> tuple[Condition, ...]:
    try:
        return conditions.read(row[column], table, tables)
    except conditions.BadCondition as bad:
        raise BadRule(column, "rule.bad_condition", str(bad)) from bad


def _steps(row: Mapping[str, str]) -> tuple[Step, ...]:
    try:
        reminders = steps.read_remind(row["remind"])
    except steps.BadStep as bad:
        raise BadRule("remind", "rule.bad_step", str(bad)) from bad
    try:
        ladder = steps.read_ladder(row["ladder"], ROLE_CODES)
    except steps.BadStep as bad:
        raise BadRule("ladder", "rule.bad_step", str(bad)) from bad
    if row["repeat"] not in ("", "1d", "1wd"):
        raise BadRule("repeat", "rule.bad_repeat", row["repeat"])
    soft = "@due" in row["done"].split("|")
    own = () if soft else (Step("due"), Step("overdue"))
    again = (Step(f"again:{row['repeat']}"),) if row["repeat"] else ()
    return (*reminders, *own, *ladder, *again)


def _columns(row: Mapping[str, str], column: str, table: str, tables: Mapping[str, Table], kinds: tuple[str, ...]) -> str:
    """ "a|b" where each names a column of a kind."""
    names = [w for w in row[column].replace(" ", "").split("|") if w and w != "@due"]
    for name in names:
        found: Column | None = tables[table].column(name)
        if found is None or found.kind not in kinds:
            raise BadRule(column, "rule.no_column", name)
    return "|".join(names)


DATES = ("date", "datetime")


def _span(row: Mapping[str, str], column: str, read: Callable[[str], Any]) -> Any:
    try:
        return read(row[column])
    except spans.BadSpan as bad:
        raise BadRule(column, "rule.bad_span", row[column]) from bad


def _deadline(row: Mapping[str, str], tables: Mapping[str, Table]) -> Rule:
    base = _base(row, tables)
    subject = base["subject"]
    if not row["date"]:
        raise BadRule("date", "rule.blank", "")
    pick = row["pick"].removeprefix("latest by").replace(" ", "")
    picks = tuple(w for w in pick.split(",") if w)
    for name in picks:
        if tables[subject].column(name) is None:
            raise BadRule("pick", "rule.no_column", name)
    lead = _span(row, "lead", spans.read_lead)
    if lead.levels and (level := tables[subject].column("authority")):
        for code, _ in lead.levels:
            if level.choice(code) is None:
                raise BadRule("lead", "rule.bad_span", row["lead"])
    return Rule(
        **base,
        pick=picks,
        lead=lead,
        date=_columns(row, "date", subject, tables, DATES),
        window=_span(row, "window", lambda text: spans.read(text.removeprefix("D-"))) if row["window"] else None,
        window_from="anchor" if row["window"].startswith("D-") else "due",
        done=_columns(row, "done", subject, tables, DATES),
        soft="@due" in row["done"].split("|"),
    )


def _events(row: Mapping[str, str], subject: str, tables: Mapping[str, Table]) -> dict[str, Any]:
    if row["event"] not in tables:
        raise BadRule("event", "rule.no_table", row["event"])
    link = tables[row["event"]].column(row["link"])
    if link is None or link.ref != subject:
        raise BadRule("link", "rule.no_column", row["link"])
    return {"event": row["event"], "link": row["link"], "event_where": _conditions(row, "event_where", row["event"], tables)}


def _cadence(row: Mapping[str, str], tables: Mapping[str, Table]) -> Rule:
    base = _base(row, tables)
    if base["subject"] != "customers":
        raise BadRule("subject", "rule.no_table", base["subject"])
    if len(base["roles"]) != 1 or base["roles"][0] not in ROLE_CODES:
        raise BadRule("roles", "rule.bad_role", row["roles"])
    if not row["date"]:
        raise BadRule("date", "rule.blank", "")
    count = int(row["count"]) if row["count"].isdigit() else 0
    if not 1 <= count <= 31:
        raise BadRule("count", "rule.bad_count", row["count"])
    window = row["window"] if row["window"] in PERIODS else _span(row, "window", spans.read)
    if window == Span():
        raise BadRule("window", "rule.bad_span", row["window"])
    if isinstance(window, Span) and count > 1:
        raise BadRule("count", "rule.bad_count", row["count"])
    events = _events(row, base["subject"], tables)
    return Rule(**base, **events, count=count, window=window, date=_columns(row, "date", events["event"], tables, DATES))


def _response(row: Mapping[str, str], tables: Mapping[str, Table]) -> Rule:
    base = _base(row, tables)
    subject = base["subject"]
    for column in ("date", "due"):
        if not row[column]:
            raise BadRule(column, "rule.blank", "")
    events = _events(row, subject, tables) if row["event"] else {}
    return Rule(
        **base,
        **events,
        limit=_span(row, "due", spans.read),
        date=_columns(row, "date", subject, tables, DATES),
        done=_columns(row, "done", events.get("event", subject), tables, DATES),
    )


READERS: dict[str, Callable[[Mapping[str, str], Mapping[str, Table]], Rule]] = {
    "deadline": _deadline,
    "cadence": _cadence,
    "response": _response,
}
