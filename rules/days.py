"""Dates as whole days: numpy int64 counted from 1970-01-01, with NONE where there is no date."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Days = npt.NDArray[np.int64]
NONE = np.int64(np.iinfo(np.int64).min)  # what NaT becomes; smaller than every day


def of(column: pd.Series) -> Days:
    """Days of a datetime64 column; an instant counts as its day."""
    return column.to_numpy("datetime64[D]").astype(np.int64)


def one(day: date) -> np.int64:
    return np.int64(np.datetime64(day, "D").astype(np.int64))


def dates(days: Days) -> npt.NDArray[np.datetime64]:
    """Back to dates, as datetime64[s] with NaT for NONE."""
    return days.astype("datetime64[D]").astype("datetime64[s]")


def day(number: int | np.int64) -> date:
    found: date = np.int64(number).astype("datetime64[D]").item()
    return found


def iso(days: Days) -> npt.NDArray[np.str_]:
    """ISO text of each day ("NaT" for NONE)."""
    return np.datetime_as_string(days.astype("datetime64[D]"), unit="D")


def pooled(days: Days, none: str = "NaT") -> tuple[Any, npt.NDArray[np.intp]]:
    """An array of text in which each day is written once, and the place of each in it; `none`: what NONE is written as."""
    there = days[days != NONE]
    first, last = (int(there.min()), int(there.max())) if len(there) else (0, -1)
    known = pd.array([*iso(np.arange(first, last + 1)), none], dtype="str")
    return known, np.where(days == NONE, len(known) - 1, days - first).astype(np.intp)


def add_months(days: Days, months: int) -> Days:
    """The same day n calendar months on, clipped to the end of a shorter month (reading A22)."""
    stamp = days.astype("datetime64[D]")
    month = stamp.astype("datetime64[M]")
    inside = (stamp - month.astype("datetime64[D]")).astype(np.int64)
    target = month + np.timedelta64(months, "M")
    length = ((target + np.timedelta64(1, "M")).astype("datetime64[D]") - target.astype("datetime64[D]")).astype(np.int64)
    moved = target.astype("datetime64[D]").astype(np.int64) + np.minimum(inside, length - 1)
    return np.where(days == NONE, NONE, moved)


def shift(days: Days, by: int | Days) -> Days:
    """Calendar days added; NONE stays NONE."""
    return np.where(days == NONE, NONE, days + by)
