"""How many alerts a person gets a day: what the ledger says of the last days, and what is planned for the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
import pandas as pd

from branch import scope, work
from branch.look import Look
from branch.people import Actor
from rules import days as d
from rules import due
from rules.rule import WHO

BACK, AHEAD = 30, 14  # days
MANY = 25  # a day and person: more than this nobody reads
NOISIEST = 3  # rules named
AGAIN = "again"  # a step that comes anew every day


@dataclass(frozen=True, slots=True)
class Load:
    """The alerts of one person in one stretch of days. `mean`: a working day; `most` on the day `on`; `rules`: what makes
    most of that day, rule and count."""

    person: str
    mean: float
    most: int
    on: date
    rules: tuple[tuple[str, int], ...]

    @property
    def many(self) -> bool:
        return self.most > MANY


def told(look: Look, actor: Actor) -> list[Load]:
    """What the people this person answers for were told in the last days, today with them."""
    ledger, first = look.of(actor).rows("alerts"), pd.Timestamp(look.today - timedelta(days=BACK - 1))
    found = ledger[ledger["told_at"] >= first]
    counted = pd.DataFrame({"person": found["staff"].astype("str"), "day": found["told_at"].dt.normalize(), "rule": found["rule"]})
    return _loads(look, actor, counted, look.today - timedelta(days=BACK), look.today)


def coming(look: Look, actor: Actor) -> list[Load]:
    """What is planned for the next days, of what is due by now: periods that have not begun are not in it."""
    planned = look.once("planned alerts", lambda: _planned(look))
    return _loads(look, actor, planned, look.today, look.today + timedelta(days=AHEAD))


def _planned(look: Look) -> pd.DataFrame:
    """One row an alert: person, day, rule."""
    last = datetime.combine(look.today + timedelta(days=AHEAD), time.max).replace(microsecond=0)
    reached = due.steps(look.dues, look.rules, look.calendar, last)
    once = reached[~reached["step"].str.startswith(AGAIN) & (reached["at"] >= pd.Timestamp(look.today + timedelta(days=1)))]
    repeated = [rule for rule in look.rules if any(step.at.startswith(AGAIN) for step in rule.steps)]
    again = look.dues[look.dues["rule"].isin([rule.id for rule in repeated])].reset_index(drop=True)
    parts = [_people(look, look.dues, once)]
    for number in range(1, AHEAD + 1):  # a repeat is worked out for the day it is asked on
        day = datetime.combine(look.today + timedelta(days=number), time.max).replace(microsecond=0)
        steps = due.steps(again, repeated, look.calendar, day)
        parts.append(_people(look, again, steps[steps["step"].str.startswith(AGAIN)]))
    return pd.concat(parts, ignore_index=True)


def _people(look: Look, dues: pd.DataFrame, steps: pd.DataFrame) -> pd.DataFrame:
    """Whom these steps tell, and on which day: what goes into a digest waits for the next working day."""
    whom = work.recipients(dues, steps, look.resolve)[["pair", "person"]]
    rows = steps.merge(whom, on="pair", how="left")
    at = d.of(rows["at"])
    day = np.where(rows["immediate"].to_numpy(bool), at, look.calendar.roll(at, "later"))
    rule = dues["rule"].astype("str").take((rows["pair"] // len(WHO)).to_numpy()).reset_index(drop=True)
    return pd.DataFrame({"person": rows["person"].fillna("").astype("str"), "day": pd.Series(d.dates(day)), "rule": rule})


def _loads(look: Look, actor: Actor, counted: pd.DataFrame, before: date, last: date) -> list[Load]:
    """The busiest first, of the days after `before` up to `last`."""
    days = max(1, int(look.calendar.between(np.array([d.one(before)]), np.array([d.one(last)]))[0]))
    mine = counted[counted["person"].isin(scope.team(look.book, actor)) & (counted["day"] <= pd.Timestamp(last))]
    found = [_load(str(person), rows, days) for person, rows in mine.groupby("person", sort=True)]
    return sorted(found, key=lambda one: (-one.most, -one.mean, one.person))


def _load(person: str, rows: pd.DataFrame, days: int) -> Load:
    per_day = rows.groupby("day").size()
    on = pd.Timestamp(str(per_day.idxmax()))
    rules = rows.loc[rows["day"] == on, "rule"].astype("str").value_counts().head(NOISIEST)
    return Load(person, len(rows) / days, int(per_day.max()), on.date(), tuple((str(rule), int(n)) for rule, n in rules.items()))
