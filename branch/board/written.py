"""The figures of the board as people read them: 万元, a share to its first decimal, pieces; a dash where nothing is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from rules.figure import FULL, TENTH, Figure
from rules.standing import STANDINGS, Count, Standing

__all__ = ["STANDINGS", "WAN", "Count", "Figure", "Standing", "cells", "count", "figure", "of_rows", "percent", "share"]
WAN = 1_000_000  # fen in 万元
NOTHING = "—"
Numbers = npt.NDArray[np.float64]


def figure(one: Figure, value: float) -> str:
    """A figure of a ledger on a card."""
    if np.isnan(value):
        return NOTHING
    if one.kind == "money":
        return f"{value / WAN:,.2f}"
    return f"{one.shown(value) * 100 / FULL:.1f}%" if one.kind == "percent" else f"{value:,.0f}"


def count(one: Standing, found: Count) -> str:
    """A figure of dues on a card. A share is cut, not rounded: 99.96 % is not all."""
    if one.top is None:
        return f"{found.counted:,}"
    return share(found.value)


def share(value: float | None) -> str:
    """A share of dues, as a percent column keeps it, on a line."""
    return NOTHING if value is None or np.isnan(value) else f"{float(percent(value)):.1f}%"


def cells(one: Figure, values: Any) -> Numbers:
    """Values of a figure as the cells of a table: 万元, percent, pieces."""
    numbers = np.asarray(values, float)
    return numbers / WAN if one.kind == "money" else percent(numbers) if one.kind == "percent" else numbers


def percent(values: Any) -> Numbers:
    """Shares, as a percent column keeps them, in percent to the first decimal, cut."""
    return np.asarray(np.floor(np.asarray(values, float) / TENTH + 1e-6) / 10, float)


def of_rows(one: Figure, rows: pd.DataFrame) -> Numbers:
    """The figure of each row of `sums.rows`, as the cells of a table."""
    top, bottom = rows[f"{one.key}.top"].to_numpy(float), rows[f"{one.key}.bottom"].to_numpy(float)
    value = top if one.bottom is None else np.where(bottom > 0, top * FULL / np.where(bottom > 0, bottom, 1), np.nan)
    return cells(one, value)
