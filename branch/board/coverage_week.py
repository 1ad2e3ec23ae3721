"""本周建议访问: whom a person should visit on which of the working days left in this week, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from branch import scope
from branch.board import coverage
from branch.board.coverage import MET, OVER
from branch.board.owed import Filter
from branch.look import Look
from branch.people import Actor
from rules import days as d

A_DAY = {"onsite": 3}  # visits of a mode that a person can make in a working day, beside their other work
OTHERWISE = 6
REASONS = (OVER, "never", "today", "week", "later")


@dataclass(frozen=True)
class Week:
    """What is suggested. `lines`: one row a customer and mode, in the order of their days: customer, mode, on (the working day), since,
    until, days, rolling, done and wanted (of the window that presses most: see coverage.windows), reason (one of REASONS), dues (in
    how many of one's own windows it counts), joins (pairs of roles and person who could come too, whom the same visit serves);
    `waiting`: lines for which this week has no room; `days`: its working days from today on."""

    lines: pd.DataFrame
    waiting: int
    days: tuple[date, ...]


def working_days(look: Look) -> tuple[date, ...]:
    """What is left of this week, today with it; of the next week that has a working day where this one has none left."""
    first = d.day(look.calendar.roll(np.array([d.one(look.today)]), "later")[0])
    every = (first + timedelta(days=n) for n in range(7 - first.weekday()))
    return tuple(day for day in every if look.calendar.is_workday(day))


def people(look: Look, actor: Actor) -> list[str]:
    """Those for whom visits can be suggested: of the people this person answers for, whoever owes some."""
    owing = {one for ids in _open(look, actor, Filter())["person"].unique() for one in str(ids).split(";") if one}
    return sorted(owing & scope.team(look.book, actor))


def suggested(look: Look, actor: Actor, person: str, wish: Filter = Filter()) -> Week:  # noqa: B008 – frozen
    """The visits that one person should make this week, within the scope of whoever asks: overdue ones first, then what ends soonest; of
    two that end on one day, the one that serves more people. What one visit serves is one line."""
    found, days = _open(look, actor, wish), working_days(look)
    own = _whose(found, person)
    mine, others = found[own].sort_values("until", kind="stable"), found[~own]
    groups = mine.groupby(["customer", "mode"], sort=False)
    lines = mine.drop_duplicates(["customer", "mode"]).set_index(["customer", "mode"])
    lines = lines.assign(dues=groups.size(), helps=others.groupby(["customer", "mode"]).size().reindex(lines.index).fillna(0))
    lines = lines.reset_index().sort_values(["until", "helps", "customer"], ascending=[True, False, True], kind="stable")
    place = lines.groupby("mode").cumcount().to_numpy(np.int64) // lines["mode"].map(A_DAY).fillna(OTHERWISE).to_numpy(np.int64)
    taken = place < len(days)
    waiting = int((~taken).sum())
    lines = lines[taken].assign(on=np.array(days, "datetime64[D]").astype("datetime64[s]")[place[taken]])
    lines = lines.sort_values("on", kind="stable", ignore_index=True)
    lines = lines.assign(reason=_reasons(lines, days[-1]), joins=_joins(lines, others))
    columns = ["customer", "mode", "on", "since", "until", "days", "rolling", "reason", "done", "wanted", "dues", "joins"]
    return Week(lines[columns], waiting, days)


def _open(look: Look, actor: Actor, wish: Filter) -> pd.DataFrame:
    """Windows in which a visit is still owed; of a rolling one also where the next is owed within this week."""
    found, last = coverage.windows(look, actor, wish), pd.Timestamp(working_days(look)[-1])
    return found[(found["standing"] != MET) | (found["rolling"] & (found["until"] <= last))].reset_index(drop=True)


def _whose(found: pd.DataFrame, person: str) -> npt.NDArray[np.bool_]:
    """Whose turn it is, alone or with others."""
    codes, words = pd.factorize(found["person"])
    return np.array([*(bool(person) and person in str(ids).split(";") for ids in words), False], bool)[codes]


def _reasons(lines: pd.DataFrame, last: date) -> npt.NDArray[np.object_]:
    never = lines["rolling"] & lines["since"].isna()
    asked = [lines["standing"] == OVER, never, lines["days"] == 0, lines["until"] <= pd.Timestamp(last)]
    return np.select(asked, list(REASONS[:-1]), REASONS[-1]).astype(object)


def _joins(lines: pd.DataFrame, others: pd.DataFrame) -> pd.Series:
    """Of each line, who else owes this customer such a visit: (roles, person) pairs, in the order of their dues."""
    wanted = lines[["customer", "mode"]].assign(line=lines.index)
    beside = wanted.merge(others[["customer", "mode", "roles", "person"]], on=["customer", "mode"])
    beside = beside.drop_duplicates(["line", "roles", "person"])
    pairs: dict[int, list[tuple[str, str]]] = {}
    for line, roles, person in zip(beside["line"], beside["roles"], beside["person"], strict=True):  # of the few that are shown
        pairs.setdefault(int(line), []).append((str(roles), str(person)))
    return pd.Series([tuple(pairs.get(int(line), ())) for line in lines.index], index=lines.index, dtype=object)
