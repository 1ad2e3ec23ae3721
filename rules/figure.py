"""What a figure is: one record that a rule compares, a card shows, a list explains and a total adds up.

A figure belongs to the rows of one ledger and is worked out for all of them at once: `top` over `bottom`, or `top` alone.
Of a set of rows it is the sum of the tops over the sum of the bottoms, so that a total is never a mean of means and
always equals its list. Rules name it like a column of its ledger ("completeness<100"); nobody can type into it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from sheets.schema import Column, Kind, Table

Array = npt.NDArray[np.float64]  # one entry a row of the ledger; NaN where there is nothing to say
Work = Callable[[Any], Array]  # of rules.ledgers.Ledgers
FULL = 1_000_000  # 100 % as a percent column keeps it
TENTH = 1_000  # a tenth of a percent
Good = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Figure:
    """`top`, `bottom`: one entry a row of `ledger`, in fen where it is money, NaN where the figure is not asked of the row.
    A percent is top over bottom. `part`: what a row adds to a total, where that is not its top (of a day's payments each
    says the whole day). `time`: the day by which what it counts lies in a period; "" for what simply stands as it does
    today. `adds`: whether two periods may be added (fees; not balances). `drill`: the columns of the rows behind it.
    `target`: the column or figure it is held against. `good`: which way is better. `reads`: ledgers besides its own that
    it tells of: whoever may not read them is not shown it. `of_many`: it says something of many rows only (how many have no plan)
    and is not shown on each. `clause`: of the scheme.
    """

    key: str
    ledger: str
    zh: str
    en: str
    top: Work
    bottom: Work | None = None
    kind: Kind = "percent"
    unit: str = "%"
    part: Work | None = None
    time: str = ""
    adds: bool = False
    drill: tuple[str, ...] = ()
    target: str = ""
    good: Good = "up"
    reads: tuple[str, ...] = ()
    of_many: bool = False
    clause: str = ""
    help_zh: str = ""
    help_en: str = ""

    def shown(self, value: float) -> int:
        """A value as a column keeps it, to be read by people: a percent to its first decimal, money to the fen. A percent is
        cut, not rounded: 79.96 % has not reached the 80 % that its rule asks for."""
        return math.floor(round(value / TENTH, 6)) * TENTH if self.kind == "percent" else round(value)

    def label(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en

    def help(self, lang: str) -> str:
        return self.help_zh if lang == "zh" else self.help_en

    @property
    def column(self) -> Column:
        """As a column of its ledger, that nobody fills in."""
        unit = self.unit if self.kind in ("money", "percent") else ""
        return Column(self.key, self.zh, self.en, self.kind, unit=unit, auto=True, help_zh=self.help_zh, help_en=self.help_en)


_FIGURES: dict[tuple[str, str], Figure] = {}


def register(*figures: Figure) -> None:
    """Called by each file of rules/figures as it is read."""
    for figure in figures:
        if (figure.ledger, figure.key) in _FIGURES:
            raise ValueError(f"two figures are called {figure.key}")
        _FIGURES[figure.ledger, figure.key] = figure


def find(ledger: str, key: str) -> Figure | None:
    return _FIGURES.get((ledger, key))


def every() -> tuple[Figure, ...]:
    return tuple(_FIGURES.values())


def of(ledger: str) -> tuple[Figure, ...]:
    """The figures of a ledger's rows."""
    return tuple(figure for figure in _FIGURES.values() if figure.ledger == ledger)


def column(table: Table, key: str) -> Column | None:
    """A column of a ledger, or one of its figures."""
    figure = find(table.key, key)
    return table.column(key) or (figure.column if figure is not None else None)


def share(top: Array, bottom: Array) -> Array:
    """Top over bottom as a percent column keeps it; NaN over nothing."""
    there = bottom > 0
    return np.where(there, top * FULL / np.where(there, bottom, 1), np.nan)


@dataclass(frozen=True, slots=True)
class Total:
    """A figure of a set of rows: `value` as a column of its kind keeps it, NaN where nothing is known; how many rows it
    `counted`, and of how many it is not `known`."""

    value: float
    top: float
    bottom: float
    counted: int
    unknown: int


def total(ledgers: Any, figure: Figure, rows: Collection[str] | None = None) -> Total:
    """The sum of the tops over the sum of the bottoms of some rows of a ledger, named by id; of all of them without `rows`."""
    kept = np.ones(ledgers.size(figure.ledger), bool)
    if rows is not None:
        kept[:] = np.isin(ledgers.ids(figure.ledger).to_numpy(object), list(rows))
    tops = (figure.part or figure.top)(ledgers)
    bottoms = np.ones(len(tops)) if figure.bottom is None else figure.bottom(ledgers)
    known = kept & ~np.isnan(tops) & ~np.isnan(bottoms)
    top, bottom, counted = float(tops[known].sum()), float(bottoms[known].sum()), int(known.sum())
    if figure.bottom is None:
        return Total(top if counted else np.nan, top, bottom, counted, int(kept.sum()) - counted)
    value = top * FULL / bottom if bottom > 0 else np.nan
    return Total(value, top, bottom, counted, int(kept.sum()) - counted)
