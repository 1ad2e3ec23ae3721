"""Which days a branch works, and how a date is rolled or counted along them (domain §7)."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from chinese_calendar import constants

from rules import days as d
from rules.days import NONE, Days

Roll = Literal["earlier", "later", "none"]

FIRST, LAST = d.one(date(1900, 1, 1)), d.one(date(2110, 12, 31))


@dataclass(frozen=True)
class Calendar:
    """Working days from 1900 to 2110. Dates outside are refused by the cell reader, so they never come here."""

    work: npt.NDArray[np.bool_]
    guessed: npt.NDArray[np.bool_]  # the day's year is not published: the weekday rule and the statutory days
    version: str

    def _at(self, days: Days) -> npt.NDArray[np.int64]:
        places: npt.NDArray[np.int64] = np.clip(days - FIRST, 0, len(self.work) - 1).astype(np.int64)
        return places

    def works(self, days: Days) -> npt.NDArray[np.bool_]:
        works: npt.NDArray[np.bool_] = np.logical_and(self.work[self._at(days)], days != NONE)
        return works

    def is_workday(self, day: date) -> bool:
        return bool(self.works(np.array([d.one(day)]))[0])

    def provisional(self, days: Days) -> npt.NDArray[np.bool_]:
        """True where the State Council notice of that year is not known yet."""
        guessed: npt.NDArray[np.bool_] = np.logical_and(self.guessed[self._at(days)], days != NONE)
        return guessed

    def is_provisional(self, day: date) -> bool:
        return bool(self.provisional(np.array([d.one(day)]))[0])

    def roll(self, days: Days, how: Roll) -> Days:
        """A day off moves to the working day before or after it; a working day stays."""
        if how == "none":
            return days
        nearest = _before(self) if how == "earlier" else _after(self)
        return np.where(days == NONE, NONE, nearest[self._at(days)] + FIRST)

    def add_workdays(self, days: Days, count: int) -> Days:
        """The n-th working day strictly after each day (before it, when count is negative)."""
        if count == 0:
            return days
        rank, workdays = _ranks(self)
        here = self._at(days)
        done = rank[here] if count > 0 else rank[here] - self.work[here]
        place = np.clip(done + count - (count > 0), 0, len(workdays) - 1)
        return np.where(days == NONE, NONE, workdays[place] + FIRST)

    def between(self, start: Days, end: Days) -> npt.NDArray[np.int64]:
        """How many working days lie after start, up to and with end."""
        rank, _ = _ranks(self)
        return np.where((start == NONE) | (end == NONE), 0, rank[self._at(end)] - rank[self._at(start)])


_memo: dict[tuple[str, str], tuple[npt.NDArray[Any], ...]] = {}


def _once(calendar: Calendar, what: str) -> tuple[npt.NDArray[Any], ...]:
    key = (calendar.version, what)
    if key not in _memo:
        index = np.arange(len(calendar.work))
        if what == "before":
            found: tuple[npt.NDArray[Any], ...] = (np.maximum.accumulate(np.where(calendar.work, index, 0)),)
        elif what == "after":
            reverse = np.where(calendar.work, index, len(index) - 1)[::-1]
            found = (np.minimum.accumulate(reverse)[::-1],)
        else:
            found = (np.cumsum(calendar.work), np.flatnonzero(calendar.work))
        if len(_memo) > 30:
            _memo.clear()
        _memo[key] = found
    return _memo[key]


def _before(calendar: Calendar) -> npt.NDArray[np.int64]:
    return _once(calendar, "before")[0]


def _after(calendar: Calendar) -> npt.NDArray[np.int64]:
    return _once(calendar, "after")[0]


def _ranks(calendar: Calendar) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    rank, workdays = _once(calendar, "ranks")
    return rank, workdays


@cache
def _published(shifted: bool) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """The national calendar: published years as published, other years by weekday and statutory day."""
    every = np.arange(FIRST, LAST + 1)
    work = np.is_busday(every.astype("datetime64[D]"))
    years = every.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    known = sorted({day.year for day in constants.holidays})
    for off in constants.holidays:
        work[d.one(off) - FIRST] = False
    for on in constants.workdays if shifted else ():
        work[d.one(on) - FIRST] = True
    text = resources.files("rules").joinpath("statutory.csv").read_text("utf-8")
    for row in csv.DictReader(text.splitlines()):
        on = date.fromisoformat(row["on"])
        if on.year > known[-1]:
            work[d.one(on) - FIRST] = False
    return work, years > known[-1]


def make(branch: pd.DataFrame | None = None, shifted: bool = True) -> Calendar:
    """The branch's calendar: its own table over the national one.

    `branch`: rows of the calendar ledger (on, kind, confirmed). A year in which the branch has entered at least
    one confirmed national day (anything but a closure of its own) counts as published. A day of which two rows say opposite
    things is provisional until one of them is gone. `shifted` False: the
    branch rests on 调休 weekends (one switch).
    """
    national, unknown = _published(shifted)
    work, guessed = national.copy(), unknown.copy()
    if branch is not None and len(branch):
        rows = branch[branch["on"].notna()]
        place = d.of(rows["on"]) - FIRST
        kind = rows["kind"].astype("str").to_numpy()
        opens = (kind == "workday") | ((kind == "shifted") & shifted)
        work[place[opens]] = True
        closes = (kind == "holiday") | (kind == "closure")
        work[place[closes]] = False
        # Two rows that say opposite things about one day say nothing: as the nation has it, and provisional.
        disputed = np.intersect1d(place[opens], place[closes])
        work[disputed] = national[disputed]
        confirmed = rows["confirmed"].fillna(False).to_numpy(bool) & (kind != "closure")
        years = (place + FIRST).astype("datetime64[D]").astype("datetime64[Y]")
        first = FIRST.astype("datetime64[D]").astype("datetime64[Y]")
        for year in np.unique(years[confirmed]):
            start = year.astype("datetime64[D]").astype(np.int64) - FIRST
            end = (year + 1).astype("datetime64[D]").astype(np.int64) - FIRST
            if year >= first:
                guessed[start:end] = False
        guessed[disputed] = True
    digest = hashlib.sha256(work.tobytes() + guessed.tobytes()).hexdigest()[:12]
    return Calendar(work, guessed, digest)
