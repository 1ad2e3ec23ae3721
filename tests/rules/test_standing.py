"""The figures of dues against ten dues that were counted by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from rules import standing
from rules.figure import FULL
from rules.standing import STANDINGS, Span

QUARTER = Span(date(2026, 10, 1), date(2026, 11, 26))
# state, due, met on, whether somebody above was told
DUES = [
    ("overdue", "2026-09-10", "", True), ("overdue", "2026-11-02", "", True), ("overdue", "2026-11-25", "", False),
    ("due_today", "2026-11-26", "", False), ("due_soon", "2026-12-02", "", False), ("planned", "2027-03-01", "", True),
    ("met", "2026-10-08", "2026-10-08", False), ("met", "2026-11-20", "2026-11-03", False), ("met", "2026-09-30", "2026-09-01", False),
    ("met_late", "2026-11-05", "2026-11-12", True),
]  # fmt: skip


def dues(rows: list[tuple[str, str, str, bool]] = DUES) -> pd.DataFrame:
    states, due, met, above = zip(*rows, strict=True) if rows else ((), (), (), ())
    return pd.DataFrame({
        "state": pd.Series(states, dtype="str"), "due": pd.Series(pd.to_datetime(list(due))).astype("datetime64[s]"),
        "met_on": pd.Series(pd.to_datetime(list(met))).astype("datetime64[s]"), "escalated": np.array(above, bool),
    })  # fmt: skip


@pytest.mark.parametrize(("figure", "counted"), [("overdue", 3), ("week", 2), ("escalated", 2), ("late", 1)])
def test_how_many_are_overdue_due_escalated_and_late(figure: str, counted: int) -> None:
    """What is only planned, or was done late, is not escalated though somebody above was told of it."""
    found = standing.total(dues(), STANDINGS[figure], QUARTER)
    assert (found.value, found.counted) == (counted, counted)


def test_what_fell_due_in_the_period_was_done_in_time_or_not() -> None:
    """Of five: done on the day, done before it, done late, overdue twice; what fell due before October is another quarter's."""
    found = standing.total(dues(), STANDINGS["fulfilled"], QUARTER)
    assert (found.value, found.counted) == (2 / 5 * FULL, 5)
    assert np.isnan(standing.total(dues([]), STANDINGS["fulfilled"], QUARTER).value)


@pytest.mark.parametrize("figure", sorted(STANDINGS))
def test_the_list_behind_a_number_is_as_long_as_it_says(figure: str) -> None:
    found = standing.behind(dues(), STANDINGS[figure], QUARTER)
    assert len(found) == standing.total(dues(), STANDINGS[figure], QUARTER).counted


def test_of_a_share_what_is_missing_is_listed_first() -> None:
    found = standing.behind(dues(), STANDINGS["fulfilled"], QUARTER)
    assert list(found["state"]) == ["overdue", "overdue", "met_late", "met", "met"]


def test_how_it_stood_week_by_week() -> None:
    """The due of 10 September is late in every week; that of 5 November was late at the end of its week, and done by the next."""
    found = standing.weekly(dues(), [date(2026, 11, 1), date(2026, 11, 8), date(2026, 11, 15), date(2026, 11, 29)])
    assert list(found["overdue"]) == [1, 3, 2, 3]
    assert list(found["fell"]) == [0, 2, 0, 1]
    assert list(found["in_time"]) == [0, 0, 0, 0]
    assert list(standing.weekly(dues(), [date(2026, 11, 22)])["in_time"]) == [1]
    assert list(standing.weekly(dues([]), [date(2026, 11, 22)])["overdue"]) == [0]


def test_what_is_due_on_the_last_day_of_a_week_is_not_late_in_it() -> None:
    assert list(standing.weekly(dues([("overdue", "2026-11-22", "", False)]), [date(2026, 11, 22), date(2026, 11, 29)])["overdue"]) == [
        0,
        1,
    ]
