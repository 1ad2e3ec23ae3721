"""How a customer's papers run out: what must be done by when, what is done, when to begin, and how much falls due each week.

Every day is a day of the Look's dues: what a branch changes in a rule, it sees here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import pandas as pd

from branch.look import Look
from branch.people import Actor
from rules import days as d
from rules import moved
from rules.calendar import Calendar
from rules.rule import Rule
from rules.saying import rows
from rules.states import UNMET
from rules.verb import Case
from texts import Lang, say

Kind = Literal["notice", "step", "expiry", "interest"]
EXPIRES = MappingProxyType({"ratings": "expires_on", "credit_lines": "expires_on", "loans": "matures_on"})
PACKAGES = ("ratings", "credit_lines")  # what is handed up to the approving branch
SUBMITTED = "submitted_on"
INTEREST = "interest_checks"
WEEKS = 12  # ahead, beside this one
NEXT = 3  # interest days ahead that are worth a line


@dataclass(frozen=True, slots=True)
class Stop:
    """One day on the way. `opens`: the first day of its window; `moved`: the holidays and closures that put it where it lies;
    `provisional`: the calendar of its year is not published."""

    key: str
    kind: Kind
    task: str
    opens: date | None
    due: date
    anchor: date
    met_on: date | None
    state: str
    moved: tuple[str, ...]
    provisional: bool = False

    @property
    def unmet(self) -> bool:
        return self.state in UNMET


@dataclass(frozen=True, slots=True)
class Start:
    """The latest day on which the work may begin and still be done in time, and the unmet days it is counted back from."""

    on: date
    steps: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class Lane:
    """One paper. `clash`: the letter and the submission that fall on one day, so that the letter leaves no time to work."""

    table: str
    row: str
    authority: str
    expires: date | None
    stops: tuple[Stop, ...]
    start: Start | None
    clash: tuple[Stop, Stop] | None


def lanes(look: Look, actor: Actor, customer: str, lang: Lang) -> list[Lane]:
    """The papers of a customer that this person may see, the first to expire on top; history is left out."""
    return look.of(actor).once(("runway", customer, lang), lambda: _lanes(look, actor, customer, lang))


def _lanes(look: Look, actor: Actor, customer: str, lang: Lang) -> list[Lane]:
    sight, every = look.of(actor), look.dues
    found = every[(every["customer"] == customer) & every["table"].isin(list(EXPIRES)) & (every["state"] != "superseded")]
    kinds = found["rule"].astype("str").map({rule.id: kind for rule in look.rules if (kind := kind_of(rule))})
    found = found.assign(kind=kinds)[kinds.notna()].sort_values(["due", "rule"], kind="stable")
    lanes_: list[Lane] = []
    for (table, row), mine in found.groupby(["table", "row"], sort=False, observed=True):
        seen = sight.rows(str(table)) if sight.may(str(table), "read") else None
        paper = None if seen is None else seen[seen["id"] == row]
        if paper is None or paper.empty:
            continue
        stops = _near(_stops(look, mine, lang), look.today)
        if any(one.unmet for one in stops):
            authority = paper.iloc[0].get("authority")
            lanes_.append(lane(str(table), str(row), authority if isinstance(authority, str) else "", stops, look.calendar))
    return sorted(lanes_, key=lambda one: (one.expires or date.max, tuple(EXPIRES).index(one.table), one.row))


def lane(table: str, row: str, authority: str, stops: Sequence[Stop], calendar: Calendar) -> Lane:
    """A lane of these stops, in the order of their days."""
    expires = next((one.anchor for one in stops if one.kind != "interest"), None)
    steps = [one for one in stops if one.kind == "step" and one.unmet]
    return Lane(table, row, authority, expires, tuple(stops), start(steps, calendar), _clash(stops))


def kind_of(rule: Rule) -> Kind | None:
    """What a rule is on the way of a paper; None where it is about something else.

    A letter that a later act makes needless, and what ends by itself, only tell: no work waits for them. What no date of
    the row ends is the end itself.
    """
    if rule.event == INTEREST:
        return "interest"
    if rule.subject not in EXPIRES or rule.date != EXPIRES[rule.subject]:
        return None
    if rule.soft or (rule.letter and "|" in rule.done):
        return "notice"
    return "step" if rule.done else "expiry"


def start(steps: Sequence[Stop], calendar: Calendar) -> Start | None:
    """Counted back from the last unmet day: each step before it has its own day, and at least one working day of the branch
    before the next step's, so that two that fall together, or with only days off between them, still fit one after another."""
    if not steps:
        return None
    own = calendar.roll(np.array(sorted(d.one(one.due) for one in steps)), "earlier")
    latest = own[-1:]
    for day in own[-2::-1]:
        latest = np.minimum(day, calendar.add_workdays(latest, -1))
    return Start(d.day(latest[0]), tuple(steps))


def _stops(look: Look, mine: pd.DataFrame, lang: Lang) -> list[Stop]:
    said = look.say(mine, lang, "screen")
    return [_stop(look, due, line.task, lang) for due, line in zip(rows(mine), said, strict=True)]


def _stop(look: Look, due: Mapping[str, Any], task: str, lang: Lang) -> Stop:
    until, anchor = due["due"].date(), due["anchor"].date()
    rule, off = look.rule(str(due["rule"])), list[str]()
    if rule is not None and due["state"] in UNMET and until >= look.today:
        case = Case(str(due["row"]), int(d.one(anchor)), int(d.one(until)), str(due["occurrence"]))
        off = _named(moved.days(look.ledgers, rule, look.calendar, case, lang), lang)
    met, opens, provisional = _day(due["met_on"]), _day(due["opens"]), bool(due["provisional"])
    return Stop(str(due["key"]), due["kind"], task, opens, until, anchor, met, str(due["state"]), tuple(off), provisional)


def _named(off: list[str], lang: Lang) -> list[str]:
    """Holidays and closures: everybody knows the weekends."""
    weekend = say("screen.calendar.kind.weekend", lang)
    return [one for one in off if weekend not in one]


def _near(stops: Sequence[Stop], today: date) -> list[Stop]:
    """Without the interest days that are behind and done, and with only the next of those ahead."""
    ahead = [one for one in stops if one.kind == "interest" and one.anchor >= today][:NEXT]
    return [one for one in stops if one.kind != "interest" or one in ahead or (one.unmet and one.due < today)]


def _clash(stops: Sequence[Stop]) -> tuple[Stop, Stop] | None:
    """A letter still to come on the very day of a step that is still to be done."""
    steps = [one for one in stops if one.kind == "step" and one.unmet]
    pairs = ((letter, step) for letter in stops if letter.kind == "notice" for step in steps if letter.due == step.due)
    return next(pairs, None)


def _day(value: Any) -> date | None:
    return value.date() if isinstance(value, pd.Timestamp) else None


def packages(look: Look, actor: Actor) -> pd.DataFrame:
    """Ratings and lines still to be handed up, in this person's scope: the columns of their dues, with `person` (one a row,
    "" when nobody can be found) and `week` (the Monday of the week it falls due in; NaT for what is overdue)."""
    submissions = [rule.id for rule in look.rules if rule.subject in PACKAGES and rule.done.split("|")[0] == SUBMITTED]
    sight = look.of(actor)
    found = sight.dues
    found = found[found["rule"].isin(submissions) & found["table"].isin([one for one in PACKAGES if sight.may(one, "read")])]
    found = found.assign(person=found["person"].str.split(";")).explode("person", ignore_index=True)
    today, due = pd.Timestamp(look.today), found["due"]
    week = (due - pd.to_timedelta(due.dt.day_of_week, unit="D")).where(due >= today)
    last = today - pd.Timedelta(days=today.weekday()) + pd.Timedelta(weeks=WEEKS)
    near: pd.DataFrame = found.assign(week=week).loc[~(week > last)].reset_index(drop=True)
    return near
