"""What is due: a pure function of the workbook, the rules and today (design §1)."""

from __future__ import annotations

from datetime import datetime, time

import numpy as np
import pandas as pd

from rules import cadence, deadline, obligations, response, waivers
from rules import days as d
from rules.calendar import Calendar
from rules.days import NONE
from rules.ledgers import Ledgers
from rules.obligations import OPEN
from rules.rulebook import Rule
from rules.steps import Step
from sheets.book import Book

VERBS = {"deadline": deadline.dues, "cadence": cadence.dues, "response": response.dues}
DATA = "DATA"  # the rule id under which an unreadable or missing date is itself due
URGENCY = ("overdue", "due_today", "due_soon", "planned", "met_late", "met", "waived", "superseded")


def dues(book: Book, rules: list[Rule], calendar: Calendar, now: datetime) -> pd.DataFrame:
    """Every obligation of every rule, in every state, most urgent first.

    Columns: key, rule, table, row, customer, occurrence (text); due, anchor, opens, met_on (datetime64[s] dates);
    state; days_late, workdays_late (after the due date, 0 before); provisional (the year's calendar is not
    published); roles (";" joined); owner, officer (staff ids named by the row itself); place (row position).
    """
    ledgers = Ledgers(book, now)
    frames = [VERBS[rule.verb](ledgers, rule, calendar) for rule in rules]
    frames.append(_unreadable(ledgers, rules))
    found = pd.concat([f for f in frames if len(f)] or [obligations.none()], ignore_index=True)
    found = waivers.lay(found, book)
    due, met = d.of(found["due"]), d.of(found["met_on"])
    until = np.where(met == NONE, ledgers.today, met)
    late = (found["state"].isin(("overdue", "met_late"))).to_numpy()
    found["days_late"] = np.where(late, until - due, 0)
    found["workdays_late"] = np.where(late, calendar.between(due, until), 0)
    found["provisional"] = calendar.provisional(due)
    found["roles"] = found["rule"].map({r.id: ";".join(r.roles) for r in rules} | {DATA: "customer_manager"})
    rank = found["state"].map({state: n for n, state in enumerate(URGENCY)})
    order = np.lexsort((found["key"].to_numpy(object).astype(str), due, rank.to_numpy()))
    return found.iloc[order].reset_index(drop=True)


def _unreadable(ledgers: Ledgers, rules: list[Rule]) -> pd.DataFrame:
    """A record whose due date cannot be read, or is missing, is itself due to its owner, the same day (design §3)."""
    watched: dict[tuple[str, str], set[str]] = {}
    for rule in rules:
        table = rule.event if rule.verb == "cadence" else rule.subject
        columns = {*rule.date.split("|"), *(rule.done.split("|") if rule.done and not rule.event else ())}
        columns |= {"authority"} if rule.lead.levels else set()
        for column in columns - {""}:
            watched.setdefault((table, column), set()).add(rule.id)
    found: dict[tuple[str, str, str], int] = {}
    for issue in ledgers.book.issues:
        if not issue.warning and (issue.table, issue.column) in watched:
            since = d.one(issue.since.date()) if issue.since else ledgers.today
            found[(issue.table, issue.row, issue.column)] = int(min(since, ledgers.today))
    for rule in rules:
        if rule.verb == "deadline" and "|" not in rule.date:
            for place in deadline.undated(ledgers, rule):
                found.setdefault((rule.subject, str(ledgers.ids(rule.subject)[place]), rule.date), int(ledgers.today))
    frames = []
    for (table, row, column), from_on in found.items():
        where = ledgers.place(table, np.array([row], object))
        if where[0] < 0:
            continue
        about = Rule(DATA, "", "", "deadline", table, "", ("customer_manager",), "", "", {})
        occurrence = np.array([column], object)
        none = np.array([NONE])
        frames.append(obligations.frame(ledgers, about, where, np.array([from_on], np.int64), none, none, occurrence=occurrence))
    return pd.concat(frames, ignore_index=True) if frames else obligations.none()


def steps(found: pd.DataFrame, rules: list[Rule], calendar: Calendar, now: datetime) -> pd.DataFrame:
    """The steps that unmet dues have reached by now: key (of the due), step, role, at, immediate, top.

    `top` marks the highest step reached for each due and role: after an outage only that one is told.
    """
    frames = [
        _reached(part, step, roles, immediate, calendar, now)
        for rule_id, part in found[~found["state"].isin(("met", "met_late", "waived", "superseded"))].groupby("rule", sort=False)
        for step, roles, immediate in _plan(str(rule_id), rules)
    ]
    if not frames:
        blank = {c: pd.Series([], dtype="object") for c in ("key", "step", "role")}
        more = {"at": "datetime64[s]", "rank": "int64", "immediate": "bool", "top": "bool"}
        return pd.DataFrame(blank | {c: pd.Series([], dtype=dtype) for c, dtype in more.items()})
    told = pd.concat(frames, ignore_index=True).drop_duplicates(["key", "step", "role"])
    told = told.sort_values(["at", "rank"], kind="stable")
    told["top"] = ~told.duplicated(["key", "role"], keep="last")
    return told.reset_index(drop=True)


def _plan(rule_id: str, rules: list[Rule]) -> list[tuple[Step, tuple[str, ...], bool]]:
    """Steps of a rule with whom each tells, and whether at once: a miss, or a nudge with a clock of its own."""
    if rule_id == DATA:
        return [(Step("due"), ("customer_manager",), False), (Step("+2wd", ladder=True), ("team_leader",), False)]
    rule = next(r for r in rules if r.id == rule_id)
    ladder = tuple(role for step in rule.steps for role in step.roles)
    return [
        (
            step,
            step.roles or (*rule.roles, *(ladder if step.at.startswith("again") else ())),
            rule.immediate and (step.late or step.clock != time(0)),
        )
        for step in rule.steps
    ]


def _reached(part: pd.DataFrame, step: Step, roles: tuple[str, ...], immediate: bool, calendar: Calendar, now: datetime) -> pd.DataFrame:
    today = d.one(now.date())
    due = d.of(part["due"])
    name = step.at
    if step.at.startswith("again"):
        day = np.full(len(part), today) if calendar.works(np.array([today]))[0] or step.at.endswith("1d") else np.full(len(part), NONE)
        day = np.where(day > due + 1, day, NONE)
        name = f"again:{d.day(today)}"
    else:
        day = step.day(due, d.of(part["anchor"]), d.of(part["opens"]), calendar)
    reached = (day != NONE) & ((day < today) | ((day == today) & (step.clock <= now.time())))
    at = d.dates(day[reached]) + np.timedelta64(step.clock.hour * 60 + step.clock.minute, "m")
    keys = part["key"].to_numpy(object)[reached]
    rank = 2 if step.ladder else 1
    return pd.concat(
        [pd.DataFrame({"key": keys, "step": name, "role": role, "at": at, "rank": rank, "immediate": immediate}) for role in roles]
    )


def listed(found: pd.DataFrame, reached: pd.DataFrame) -> pd.DataFrame:
    """What a person is shown: due soon, due today, overdue, and whatever has an open reminder step (design §7)."""
    return found[found["state"].isin(OPEN) | found["key"].isin(reached["key"])]
