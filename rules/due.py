"""What is due: a pure function of the workbook, the rules and today (design §1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

import numpy as np
import numpy.typing as npt
import pandas as pd

from rules import days as d
from rules import drawn, obligations, waivers
from rules.calendar import Calendar
from rules.days import NONE, Days
from rules.ledgers import Ledgers
from rules.obligations import Owed
from rules.rule import DATA, WHO, BadRule, Rule
from rules.states import OPEN, UNMET
from rules.steps import Step
from rules.verbs import VERBS
from sheets.among import among
from sheets.book import Book
from sheets.schema import Issue

KEEPER = "customer_manager"  # who mends it
ABOVE = "team_leader"
DAYS = ("due", "anchor", "opens")


@dataclass(frozen=True, slots=True)
class Found:
    """Every obligation in every state, and an Issue for each rule that broke while it was asked."""

    dues: pd.DataFrame
    issues: list[Issue]


def dues(book: Book, rules: Sequence[Rule], calendar: Calendar, now: datetime) -> pd.DataFrame:
    """Every obligation of every rule, in every state, most urgent first: see `evaluate`."""
    return evaluate(Ledgers(book, now), rules, calendar).dues


def evaluate(ledgers: Ledgers, rules: Sequence[Rule], calendar: Calendar) -> Found:
    """Every obligation of every rule, in every state, most urgent first. A rule that breaks costs its own dues only.

    Columns: key, row, customer, occurrence (text); rule, table, state, roles (";" joined) as categories; due, anchor,
    opens, met_on (datetime64[s] dates); days_late, workdays_late (after the due date, 0 before); provisional (the
    year's calendar is not published); owner, officer (staff ids named by the row itself); done, wanted (how often in
    its period, for a cadence).
    """
    parts: list[Owed] = []
    issues: list[Issue] = []
    undated: set[tuple[str, str, str]] = set()
    unjudged: set[tuple[str, str, str]] = set()
    for rule in rules:
        try:
            owed = _owed(ledgers, rule, calendar)
            lost = {(rule.subject, row, rule.date) for row in _undated(ledgers, rule)}
            unread = _unread(ledgers, rule)
        except Exception as broken:  # noqa: BLE001 – whatever it is: it is told at the rule's row, and the others go on
            issues.append(BadRule("id", "rule.broken", f"{type(broken).__name__}: {broken}"[:200]).issue(rule.id))
            continue
        parts.append(owed)
        undated |= lost
        unjudged |= unread
    parts += _mending(ledgers, unjudged, undated)
    return Found(obligations.frame(parts, calendar, ledgers.today, waivers.waived(ledgers.book)), issues)


def _owed(ledgers: Ledgers, rule: Rule, calendar: Calendar) -> Owed:
    """The dues of one rule; worked out again only when the day, the rule, the calendar or a ledger it reads has moved."""
    key = ("owed", tuple(rule.row.items()), calendar.version, int(ledgers.today))
    return ledgers.once(key, lambda: VERBS[rule.verb].dues(ledgers, rule, calendar))


def _undated(ledgers: Ledgers, rule: Rule) -> list[str]:
    places = VERBS[rule.verb].undated(ledgers, rule)
    return [str(row) for row in ledgers.ids(rule.subject).take(places)] if len(places) else []


def _unread(ledgers: Ledgers, rule: Rule) -> set[tuple[str, str, str]]:
    """Cells (ledger, row, column) that cannot be read and that the rule needs: a date it counts from, or one that a
    condition asks about and that never held a good value."""
    watched = VERBS[rule.verb].watched(rule)
    asked = {(rule.subject, one.path.partition(".")[0]) for one in rule.where}
    asked |= {(rule.event, one.path.partition(".")[0]) for one in rule.event_where}
    return {
        (issue.table, issue.row, issue.column)
        for issue in ledgers.book.issues
        if not issue.warning and ((issue.table, issue.column) in watched or (issue.good is None and (issue.table, issue.column) in asked))
    }


def _mending(ledgers: Ledgers, unjudged: set[tuple[str, str, str]], undated: set[tuple[str, str, str]]) -> list[Owed]:
    """A record whose due date cannot be read is itself due to its owner, the same day (design §3); so is one of which a
    condition cannot be judged. One whose date is not there is told once, and then waits among the data issues."""
    found: dict[tuple[str, str, str], int] = {}
    for issue in ledgers.book.issues:
        place = (issue.table, issue.row, issue.column)
        if not issue.warning and place in unjudged:
            since = d.one(issue.since.date()) if issue.since else ledgers.today
            found[place] = int(min(since, ledgers.today))
    mends = [_mend(ledgers, *place, from_on) for place, from_on in found.items()]
    mends += [_mend(ledgers, *place, int(ledgers.today), waits=True) for place in sorted(undated - set(found))]
    return [one for one in mends if len(one)]


def _mend(ledgers: Ledgers, table: str, row: str, column: str, from_on: int, *, waits: bool = False) -> Owed:
    """`waits`: it is never late, and nobody is told of it a second time."""
    where = ledgers.place(table, [row])
    about = Rule(DATA, "", "", "", table, "", (KEEPER,), "", "", {})
    days, none = np.full((where >= 0).sum(), from_on, np.int64), np.full((where >= 0).sum(), NONE)
    instead = (np.full(len(days), waits), "planned")
    return obligations.make(ledgers, about, where[where >= 0], days, none, none, occurrence=drawn.same(column, len(days)), instead=instead)


def steps(found: pd.DataFrame, rules: Sequence[Rule], calendar: Calendar, now: datetime) -> pd.DataFrame:
    """The steps that unmet dues have reached by now: key (of the due), step, role, at, immediate, top, pair (see `pairs`).

    `top` marks the highest step reached for each due and role: after an outage only that one is told.
    """
    by_id = {rule.id: rule for rule in rules}
    when = {name: d.of(found[name]) for name in DAYS}
    parts = [
        part
        for rule_id, whose, places in _alike(found)
        for days in [{name: column[places] for name, column in when.items()}]
        for step, roles, immediate in _plan(by_id.get(rule_id), whose.split(";"))
        if len((part := _reached(places, days, step, roles, immediate, calendar, now)).pair)
    ] or [Reached("", False, 1, np.array([], np.int64), np.array([], "datetime64[s]"))]
    sizes, names = [len(part.pair) for part in parts], list(dict.fromkeys(part.step for part in parts))
    step = np.repeat([names.index(part.step) for part in parts], sizes)
    pair, at = np.concatenate([part.pair for part in parts]), np.concatenate([part.at for part in parts])
    rank, immediate_ = np.repeat([part.rank for part in parts], sizes), np.repeat([part.immediate for part in parts], sizes)
    once = ~pd.Series(pair * len(names) + step).duplicated().to_numpy()
    order = np.flatnonzero(once)[np.lexsort((rank[once], at[once]))]
    pair = pair[order]
    return pd.DataFrame(
        {
            "key": found["key"].array.take(pair // len(WHO)),
            "step": pd.array(names, dtype="str").take(step[order]),
            "role": pd.array(WHO, dtype="str").take(pair % len(WHO)),
            "at": at[order],
            "immediate": immediate_[order].astype(bool),
            "top": ~pd.Series(pair).duplicated(keep="last").to_numpy(),
            "pair": pair,
        }
    )


def _alike(found: pd.DataFrame) -> Iterator[tuple[str, str, npt.NDArray[np.int64]]]:
    """The unmet dues of one rule that the same roles owe: rule, roles and places; what comes first in the frame first."""
    unmet = np.flatnonzero(found["state"].isin(UNMET))
    rule, whose = found["rule"].cat, found["roles"].cat
    rules, roles = rule.codes.to_numpy(np.int64), whose.codes.to_numpy(np.int64)
    code = rules[unmet] * max(1, len(whose.categories)) + roles[unmet]
    order = np.argsort(code, kind="stable")
    groups = np.split(unmet[order], np.flatnonzero(np.diff(code[order])) + 1)
    for places in sorted((group for group in groups if len(group)), key=lambda group: int(group[0])):
        yield str(rule.categories[rules[places[0]]]), str(whose.categories[roles[places[0]]]), places


@dataclass(frozen=True, slots=True)
class Reached:
    """One step of one rule: the pairs of due and role that it tells, and when. `rank`: the later of two at one moment."""

    step: str
    immediate: bool
    rank: int
    pair: npt.NDArray[np.int64]
    at: npt.NDArray[np.datetime64]


def pairs(numbers: npt.NDArray[np.int64], role: str) -> npt.NDArray[np.int64]:
    """A due and a role in one whole number. `numbers`: places of the dues in the frame of their look."""
    return numbers * len(WHO) + WHO.index(role)


def _plan(rule: Rule | None, whose: list[str]) -> list[tuple[Step, tuple[str, ...], bool]]:
    """Steps of a rule with whom each tells, and whether at once: a miss, or a nudge with a clock of its own."""
    if rule is None:
        return [(Step("due"), (KEEPER,), False), (Step("+2wd", ladder=True), (ABOVE,), False)]
    ladder = tuple(role for step in rule.steps for role in step.roles)
    return [
        (
            step,
            step.roles or (*whose, *(ladder if step.at.startswith("again") else ())),
            rule.immediate and (step.late or step.clock != time(0)),
        )
        for step in rule.steps
    ]


def _reached(
    places: npt.NDArray[np.int64],
    days: Mapping[str, Days],
    step: Step,
    roles: tuple[str, ...],
    immediate: bool,
    calendar: Calendar,
    now: datetime,
) -> Reached:
    today, due, name = d.one(now.date()), days["due"], step.at
    if step.at.startswith("again"):
        told = calendar.works(np.array([today]))[0] or step.at.endswith("1d")
        day = np.where(today > due + 1, today, NONE) if told else np.full(len(due), NONE)
        name = f"again:{d.day(today)}"
    else:
        day = step.day(due, days["anchor"], days["opens"], calendar)
    reached = (day != NONE) & ((day < today) | ((day == today) & (step.clock <= now.time())))
    at = d.dates(day[reached]) + np.timedelta64(step.clock.hour * 60 + step.clock.minute, "m")
    numbers, whom = places[reached], list(dict.fromkeys(roles))
    pair = np.concatenate([pairs(numbers, role) for role in whom])
    return Reached(name, immediate, 2 if step.ladder else 1, pair, np.tile(at, len(whom)))


def listed(found: pd.DataFrame, reached: pd.DataFrame) -> pd.DataFrame:
    """What a person is shown: due soon, due today, overdue, and whatever has an open reminder step (design §7)."""
    return found[found["state"].isin(OPEN) | among(found["key"], reached["key"])]
