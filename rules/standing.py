"""Figures of dues: what is late, what presses, what was done in time. Beside the figures of ledgers (rules/figure.py), and like
them one record each: a card, a cell of the heat map, a list, a mail and a file all take the same one.

Each row is one due once, whoever looks: what a figure counts of a set of rows is the list behind it, row for row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from rules.figure import FULL
from rules.states import OPEN

Mask = npt.NDArray[np.bool_]
COUNTED = (*OPEN, "planned", "met_late", "met")  # waived and superseded dues are owed by nobody
JUDGED = ("overdue", "met_late", "met")


@dataclass(frozen=True, slots=True)
class Span:
    """First and last day of a period; what falls due in it is judged."""

    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Standing:
    """`counts`: the dues it counts, which are its list. `top`: of these, the share of which is asked; None simply counts them.
    `spans`: whether it asks about a period, and not about now."""

    key: str
    zh: str
    en: str
    counts: Callable[[pd.DataFrame, Span], Mask]
    top: Callable[[pd.DataFrame], Mask] | None = None
    good: Literal["up", "down"] = "down"
    spans: bool = False
    clause: str = ""
    help_zh: str = ""
    help_en: str = ""

    def label(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en

    def help(self, lang: str) -> str:
        return self.help_zh if lang == "zh" else self.help_en


@dataclass(frozen=True, slots=True)
class Count:
    """`value`: how many, or the share as a percent column keeps it (NaN of nothing); `counted`: the length of the list."""

    value: float
    counted: int


def total(dues: pd.DataFrame, standing: Standing, span: Span) -> Count:
    """A figure of a set of dues."""
    counted = int(standing.counts(dues, span).sum())
    if standing.top is None:
        return Count(counted, counted)
    top = int((standing.counts(dues, span) & standing.top(dues)).sum())
    return Count(top * FULL / counted if counted else np.nan, counted)


def behind(dues: pd.DataFrame, standing: Standing, span: Span) -> pd.DataFrame:
    """The list behind it; where it is a share, what is missing from it first."""
    counts = standing.counts(dues, span)
    if standing.top is None:
        return dues[counts].reset_index(drop=True)
    top = standing.top(dues)
    return pd.concat([dues[counts & ~top], dues[counts & top]], ignore_index=True)


def _in(dues: pd.DataFrame, *states: str) -> Mask:
    return np.asarray(dues["state"].isin(states), bool)


def _falls(dues: pd.DataFrame, span: Span) -> Mask:
    return np.asarray((dues["due"] >= pd.Timestamp(span.since)) & (dues["due"] <= pd.Timestamp(span.until)), bool)


OVERDUE = Standing(
    "overdue", "逾期", "Overdue", lambda dues, _: _in(dues, "overdue"),
    help_zh="期限已过、仍未完成的事项，不论何时到期。", help_en="Past its day and not done yet, whenever it fell due.",
)  # fmt: skip
WEEK = Standing(
    "week", "七日内到期", "Due in seven days", lambda dues, _: _in(dues, "due_today", "due_soon"),
    help_zh="今日和今后七日内到期的未办事项。", help_en="To be done today or within the next seven days.",
)  # fmt: skip
ESCALATED = Standing(
    "escalated", "已升级", "Escalated", lambda dues, _: _in(dues, "overdue") & dues["escalated"].to_numpy(bool), clause="S18",
    help_zh="逾期后已提醒到上一级的事项。", help_en="Overdue, and told to whoever is above.",
)  # fmt: skip
LATE = Standing(
    "late", "逾期完成", "Done late", lambda dues, span: _in(dues, "met_late") & _falls(dues, span), spans=True,
    help_zh="期间内到期、过期后才完成的事项。", help_en="Fell due in the period and was done after its day.",
)  # fmt: skip
FULFILLED = Standing(
    "fulfilled", "按期完成率", "Done in time", lambda dues, span: _in(dues, *JUDGED) & _falls(dues, span),
    lambda dues: _in(dues, "met"), good="up", spans=True,
    help_zh="期间内到期的事项中按期完成的比例；逾期未办和逾期完成都算没有按期，豁免的不计。",
    help_en="Of what fell due in the period, the share done by its day; what is overdue or was done late is not, what was waived counts on "
    "neither side.",
)  # fmt: skip
STANDINGS = {one.key: one for one in (OVERDUE, WEEK, ESCALATED, LATE, FULFILLED)}


def overdue_at(dues: pd.DataFrame, end: date) -> Mask:
    """What was past its day and not done at the end of a day, by what is on record today: the list behind `weekly`."""
    due, met, day = dues["due"].to_numpy("datetime64[D]"), dues["met_on"].to_numpy("datetime64[D]"), np.datetime64(end, "D")
    late = _in(dues, "overdue") | (_in(dues, *JUDGED) & (met > due))
    return np.asarray(late & (due < day) & ~(met <= day), bool)


def weekly(dues: pd.DataFrame, ends: list[date]) -> pd.DataFrame:
    """How it stood at the end of each of some weeks, named by their last days, by what is on record today: `end`, `overdue`
    (past its day and not done by then), `fell` (fell due in that week) and `in_time` (of these)."""
    due, met = (dues[key].to_numpy("datetime64[D]") for key in ("due", "met_on"))
    judged, at = _in(dues, *JUDGED), np.array(ends, "datetime64[D]")
    late = judged & (_in(dues, "overdue") | (met > due))
    began, ended = np.sort(due[late]), np.sort(met[late & ~np.isnat(met)])
    overdue = np.searchsorted(began, at, "left") - np.searchsorted(ended, at, "right")
    first = at - np.timedelta64(6, "D")

    def fell(kept: Mask) -> npt.NDArray[np.intp]:
        days = np.sort(due[kept])
        return np.searchsorted(days, at, "right") - np.searchsorted(days, first, "left")

    return pd.DataFrame({"end": at.astype("datetime64[s]"), "overdue": overdue, "fell": fell(judged), "in_time": fell(_in(dues, "met"))})
