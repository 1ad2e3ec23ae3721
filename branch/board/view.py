"""One view of the branch: who looks, at which part of it, as of which day and over which period. Every number of the dashboard,
its list, its mail and its file are asked of one of these, so that they say the same."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from branch import as_of, scope
from branch.board import owed, sums
from branch.board.owed import NOBODY, Filter, Names
from branch.look import Look
from branch.people import Actor
from rules import periods, standing
from rules.figure import FULL, Figure
from rules.standing import Count, Span, Standing
from rules.states import UNMET
from sheets.among import among, places

Answer = TypeVar("Answer")
ALL = "*"  # every person, every kind
WEEKS, MONTHS = 12, 12  # shown back, and ahead
SPANS = ("month", "quarter", "year", "last_month", "last_quarter")


def span(name: str, today: date) -> Span:
    """A period by its name, up to today: what falls due later is not judged yet."""
    unit = "month" if name.endswith("month") else "year" if name == "year" else "quarter"
    found = periods.around(unit, today)  # type: ignore[arg-type]
    if name.startswith("last_"):
        found = periods.previous(found)
    return Span(found.start, min(found.end, today))


@dataclass(frozen=True)
class Heat:
    """A figure by person and kind: `people` down, the worst first and nobody's last; `kinds` across; the value and the number of
    dues behind each cell, as arrays people × kinds; NaN and 0 where there is none."""

    people: tuple[str, ...]
    kinds: tuple[str, ...]
    value: npt.NDArray[np.float64]
    counted: npt.NDArray[np.int64]
    rows: npt.NDArray[np.float64]  # each person's of all kinds together
    columns: npt.NDArray[np.float64]  # each kind's of everybody
    all: float

    @property
    def table(self) -> npt.NDArray[np.float64]:
        """The sums first, then the kinds; everybody last."""
        return np.vstack([np.column_stack([self.rows, self.value]), np.append(self.all, self.columns)])


def _coded(column: pd.Series) -> tuple[npt.NDArray[np.intp], Names]:
    codes, words = pd.factorize(column.astype("str"), sort=True)
    return codes, words.to_numpy(object)


def _present(codes: npt.NDArray[np.intp], words: Names, kept: npt.NDArray[np.intp]) -> tuple[npt.NDArray[np.intp], Names]:
    """Of some rows of a coded column, the codes counted among the words that stand in them."""
    there = np.bincount(codes[kept], minlength=len(words)) > 0
    return (np.cumsum(there) - 1)[codes[kept]], words[there]


@dataclass(frozen=True)
class Board:
    """`look`: the branch on the day that is looked at; `now`: today's, by whose scope it is seen too."""

    look: Look
    now: Look
    actor: Actor
    wish: Filter
    span: Span

    @property
    def dues(self) -> pd.DataFrame:
        """The columns of `owed.owed`. Shared: never change it in place."""
        return self._once("dues", make=self._dues)

    def _once(self, *what: Hashable, make: Callable[[], Answer]) -> Answer:
        """Worked out once for everybody who looks at the same part of the same version."""
        return self.look.once(("board", self.actor, self.wish, self.look is self.now, *what), make)

    def _dues(self) -> pd.DataFrame:
        found = owed.owed(self.look, self.actor)
        if self.look is not self.now:
            found = found[as_of.still_theirs(self.now.book, found, self.actor)].reset_index(drop=True)
        return self.wish.of(found)

    def rows(self, ledger: str, wanted: Sequence[Figure]) -> pd.DataFrame:
        """The columns of `sums.rows`. Shared: never change it in place."""
        return self._once("rows", ledger, tuple(one.key for one in wanted), make=lambda: self._rows(ledger, wanted))

    def _rows(self, ledger: str, wanted: Sequence[Figure]) -> pd.DataFrame:
        found = sums.rows(self.look, self.actor, ledger, wanted, self.wish)
        if self.look is self.now or self.actor.role in scope.WHOLE:
            return found
        today = among(found["customer"], scope.customers(self.now.book, self.actor))
        gone = ~among(found["customer"], self.now.book.frame("customers")["id"])
        return found[today | gone].reset_index(drop=True)

    def count(self, figure: Standing) -> Count:
        return self._once("count", figure.key, self.span, make=lambda: standing.total(self.dues, figure, self.span))

    def behind(self, figure: Standing, person: str = ALL, column: str = "area", kind: str = ALL) -> pd.DataFrame:
        """The dues behind a number: of everybody and every kind, or of one cell of its heat map."""
        found = standing.behind(self.dues, figure, self.span)
        kept = np.ones(len(found), bool)
        if person != ALL:
            kept &= (found["whose"] == person).to_numpy()
        if kind != ALL:
            kept &= (found[column].astype("str") == kind).to_numpy()
        return found[kept].reset_index(drop=True)

    def heat(self, figure: Standing, column: str = "area", of: str = ALL, row: str = "whose") -> Heat:
        """By person and kind of business, or by person and rule (`column`) of one kind of business (`of`); by team with that `row`."""
        return self._once("heat", figure.key, self.span, column, of, row, make=lambda: self._heat(figure, column, of, row))

    def _heat(self, figure: Standing, column: str, of: str, row: str) -> Heat:
        kept = np.flatnonzero(figure.counts(self.dues, self.span))
        if of != ALL:
            codes, areas = self._coded("area")
            kept = kept[areas[codes[kept]] == of]
        top = np.ones(len(kept), bool) if figure.top is None else figure.top(self.dues)[kept]
        (who, people), (what, kinds) = (_present(*self._coded(key), kept) for key in (row, column))
        cell, size = who * max(1, len(kinds)) + what, (len(people), len(kinds))
        counted = np.bincount(cell, minlength=len(people) * len(kinds)).reshape(size).astype(np.int64)
        tops = np.bincount(cell[top], minlength=len(people) * len(kinds)).reshape(size).astype(np.int64)
        share = figure.top is not None

        def asked(tops: npt.NDArray[np.int64], counted: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
            return np.where(counted > 0, tops * FULL / np.maximum(counted, 1) if share else tops, np.nan)

        rows = asked(tops.sum(axis=1), counted.sum(axis=1))
        order = np.lexsort((people, rows if figure.good == "up" else -rows, people == NOBODY))
        return Heat(
            tuple(people[order]), tuple(kinds), asked(tops, counted)[order], counted[order], rows[order],
            asked(tops.sum(axis=0), counted.sum(axis=0)), float(asked(tops.sum(), counted.sum())),
        )  # fmt: skip

    def _coded(self, column: str) -> tuple[npt.NDArray[np.intp], Names]:
        """A column of the dues as numbers, and the words that these stand for, sorted."""
        return self._once("coded", column, make=lambda: _coded(self.dues[column]))

    def weekly(self) -> pd.DataFrame:
        """The last weeks, this one last: see standing.weekly; and `escalated`, how many dues were told further up in each. Shared."""
        return self._once("weekly", make=self._weekly)

    def _weekly(self) -> pd.DataFrame:
        last = periods.around("week", self.look.today).end
        ends = [last - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
        return standing.weekly(self.dues, ends).assign(escalated=self._escalations(ends))

    def in_week(self, end: date, what: str) -> pd.DataFrame:
        """The dues behind a number of `weekly`: what was overdue at the end of that week, was escalated in it, or fell due in it
        (`share`), what was not done in time first."""
        if what == "overdue":
            return self.dues[standing.overdue_at(self.dues, end)].reset_index(drop=True)
        if what == "share":
            return standing.behind(self.dues, standing.FULFILLED, Span(end - timedelta(days=6), end))
        return self.dues.iloc[np.unique(self._escalated([end])["due"].to_numpy(np.int64))].reset_index(drop=True)

    def _escalations(self, ends: Sequence[date]) -> npt.NDArray[np.int64]:
        return np.bincount(self._escalated(ends)["week"].to_numpy(np.int64), minlength=len(ends)).astype(np.int64)

    def _escalated(self, ends: Sequence[date]) -> pd.DataFrame:
        """By the alert ledger: week and due (its place), each due once a week, when a step told somebody who does not owe it."""
        ledger = self.look.of(self.actor).rows("alerts")
        first, day = np.datetime64(ends[0], "D") - np.timedelta64(6, "D"), ledger["reached_at"].to_numpy("datetime64[D]")
        late = ledger["step"].astype("str").str.startswith(("+", "again")).to_numpy(bool)
        found = ledger[late & (day >= first) & (day <= np.datetime64(ends[-1], "D"))]
        place = places(found["due_key"].astype("str"), self.dues["key"])
        found, place = found[place >= 0], place[place >= 0]
        owing, role = self.dues["roles"].astype("str").to_numpy(object)[place], found["role"].astype("str").to_numpy(object)
        above = np.array([one not in roles.split(";") for one, roles in zip(role, owing, strict=True)], bool)
        week = np.searchsorted(np.array(ends, "datetime64[D]"), found["reached_at"].to_numpy("datetime64[D]"), "left")
        return pd.DataFrame({"week": week[above], "due": place[above]}).drop_duplicates(ignore_index=True)

    def monthly(self) -> pd.DataFrame:
        """What is to be done in each of the next months, this one first: month (its first day), area, count. What is overdue
        stands in this month. Shared."""
        return self._once("monthly", make=self._monthly)

    def _monthly(self) -> pd.DataFrame:
        found, month = self._ahead()
        table = pd.DataFrame({"month": month.astype("datetime64[s]"), "area": found["area"].to_numpy(object)})
        return table.groupby(["month", "area"]).size().rename("count").reset_index()

    def in_month(self, month: str, area: str = ALL) -> pd.DataFrame:
        """The dues that `monthly` counts there (2026-12), the earliest first."""
        found, months = self._ahead()
        kept = np.ones(len(found), bool) if month == ALL else months == np.datetime64(month, "M")
        kept &= (found["area"] == area).to_numpy() | (area == ALL)
        return found[kept].sort_values("due", kind="stable").reset_index(drop=True)

    def _ahead(self) -> tuple[pd.DataFrame, npt.NDArray[np.datetime64]]:
        """The unmet dues of a year ahead, and the month in which each stands."""
        found, first = self.dues[self.dues["state"].isin(UNMET)], np.datetime64(self.look.today.replace(day=1), "M")
        month = np.maximum(found["due"].to_numpy("datetime64[M]"), first)
        near = month < first + MONTHS
        return found[near], month[near]
