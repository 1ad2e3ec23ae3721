"""A stretch of days lived through one by one, with every rule of the scheme: each step comes once, none is left out, and
days on which nobody looked change nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from branch import alerts, sample
from branch.look import Look
from rules.rule import DATA, Rule
from rules.states import OPEN, UNMET
from rules.steps import Step
from sheets.book import Book, typed
from sheets.store.reading import patch

START = date(2026, 9, 21)  # over a quarter's end, the October holiday and its working Saturdays
LATE = datetime.min.time().replace(hour=23)  # every step of the day has come by then
Told = tuple[str, str, str]  # due, step, role
DATA_STEPS = ((Step("due"), ("customer_manager",)), (Step("+2wd", ladder=True), ("team_leader",)))


@dataclass
class Ledger:
    """The ledger of alerts as scans keep it, in memory; whatever waits to be told is told at once."""

    book: Book
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    told: Counter[str] = field(default_factory=Counter)
    listed: dict[str, list[date]] = field(default_factory=dict)  # each due, and the days on which it was
    days: list[date] = field(default_factory=list)

    def scan(self, look: Look) -> None:
        self.days.append(look.today)
        for key in {*look.dues.loc[look.dues["state"].isin(OPEN), "key"], *look.steps["key"]}:
            self.listed.setdefault(str(key), []).append(look.today)
        found = alerts.bring(
            look.dues, look.steps, look.recipients.drop(columns="owes"), alerts.read(self.book.frame("alerts")), look.calendar,
            rules=look.book.frame("rules"), digest_at=look.settings.jobs.digest_at, righted=False, now=look.now,
        )  # fmt: skip
        touched: dict[str, dict[str, Any]] = {}
        tops = found.new.loc[found.new["top"]]
        whose = zip(tops["id"], tops["person"], tops["unresolved"], tops["late"], strict=True)
        told = {row: alerts.Telling("digest", person, bool(lost), bool(late)) for row, person, lost, late in whose}
        for edit in alerts.inserts(found.new, {}, told, look.now):
            assert edit.id not in self.rows, "a step comes once"
            touched[edit.id] = dict(edit.after or {})
            self.told[edit.id] += edit.id in told
        for move in found.moves:
            one = touched[move.id] = self.rows[move.id] | {"state": move.after}
            if move.after == "open":
                one |= {"state": "told", "told_at": look.now}
                self.told[move.id] += 1
        self.rows |= touched
        if touched:
            frame = typed(look.tables["alerts"], touched.values())
            self.book = patch(self.book, {"alerts": frame}, [], self.book.version + 1)

    def reached(self) -> set[Told]:
        """Every step on record; the repeats of days are left out, for on a day that is missed there is none."""
        found = [(str(one["due_key"]), str(one["step"]), str(one["role"])) for one in self.rows.values()]
        assert len(found) == len(set(found)), "by whichever channel, a step is told to a role once"
        return {one for one in found if not one[1].startswith("again")}


@dataclass
class Lived:
    """`last`: each due as it stood on the last day on which it was still to be done."""

    look: Look
    every: Ledger
    gaps: Ledger
    last: dict[str, dict[str, Any]]


def live(look: Look, days: int) -> Lived:
    """The same days twice: looked at every evening, and with every third evening missing."""
    every, gaps, last = Ledger(look.book), Ledger(look.book), dict[str, dict[str, Any]]()
    for number in range(days):
        today = START + timedelta(days=number)
        look = replace(look, now=datetime.combine(today, LATE), before=look)
        every.scan(look)
        if number % 3 != 1 or number == days - 1:
            gaps.scan(look)
        unmet = look.dues.loc[look.dues["state"].isin(UNMET), ["key", "rule", "roles", "due", "anchor", "opens"]]
        last |= {row["key"]: row | {"day": today} for row in unmet.to_dict("records")}
    return Lived(look, every, gaps, last)


def in_closed_form(lived: Lived, looked: list[date]) -> dict[Told, date]:
    """The steps that each due must have reached by its last day, from its dates alone, and the day of each: those that were
    still to be done on a day on which somebody looked."""
    rules, found = {rule.id: rule for rule in lived.look.rules}, dict[Told, date]()
    for key, due in lived.last.items():
        for step, roles in _steps(rules.get(str(due["rule"])), str(due["roles"]).split(";")):
            dates = [_days(due[name]) for name in ("due", "anchor", "opens")]
            day = step.day(*dates, lived.look.calendar)[0]
            if day > np.iinfo(np.int64).min // 2 and any((on := _date(day)) <= one <= due["day"] for one in looked):
                found |= {(key, step.at, role): on for role in roles}
    return found


def _steps(rule: Rule | None, owes: list[str]) -> Iterator[tuple[Step, tuple[str, ...]]]:
    if rule is None:
        yield from DATA_STEPS
        return
    yield from ((step, step.roles or tuple(owes)) for step in rule.steps if not step.at.startswith("again"))


def _days(cell: Any) -> Any:
    stamp = pd.Timestamp(cell)
    return np.array([np.iinfo(np.int64).min if stamp is pd.NaT else (stamp.date() - date(1970, 1, 1)).days], np.int64)


def _date(day: Any) -> date:
    return date(1970, 1, 1) + timedelta(days=int(day))


def check(lived: Lived) -> None:
    for ledger in (lived.every, lived.gaps):
        expected = in_closed_form(lived, ledger.days)
        assert ledger.reached() == set(expected), "no step is left out, and none comes that has not come"
        assert set(ledger.told.values()) <= {0, 1}
        assert highest_told(ledger, expected)
    lost = lived.every.listed.keys() - lived.gaps.listed.keys()
    assert all(len(lived.every.listed[key]) == 1 for key in lost), "what is owed longer than a day is found on the next"


def highest_told(ledger: Ledger, expected: dict[Told, date]) -> bool:
    """Whether of each due each role heard the last step that came, or its daily repeat."""
    told: dict[tuple[str, str], set[str]] = {}
    for row in ledger.rows.values():
        if row["told_at"]:
            told.setdefault((str(row["due_key"]), str(row["role"])), set()).add(str(row["step"]))
    last: dict[tuple[str, str], dict[date, set[str]]] = {}
    for (key, step, role), on in expected.items():
        last.setdefault((key, role), {}).setdefault(on, set()).add(step)
    return all(
        told.get(pair, set()) & days[max(days)] or any(step.startswith("again") for step in told.get(pair, ()))
        for pair, days in last.items()
    )


@pytest.fixture(scope="module")
def look(tmp_path_factory: pytest.TempPathFactory) -> Look:
    morning = datetime.combine(START, datetime.min.time().replace(hour=7))
    made = sample.make(Path(tmp_path_factory.mktemp("year") / "home"), morning, customers=20)
    found = made.look(morning)
    made.store.close()
    return found


def test_three_weeks_tell_each_step_once_and_miss_none(look: Look) -> None:
    check(live(look, 21))


@pytest.mark.long
def test_a_year_tells_each_step_once_and_misses_none(look: Look) -> None:
    lived = live(look, 365)
    check(lived)
    asked = {key.partition("|")[0] for key in lived.every.listed}
    assert len(asked - {DATA}) > 60, sorted(asked)
