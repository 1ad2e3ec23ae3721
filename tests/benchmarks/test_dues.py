"""The rules written by hand answer as ours do, on days that are awkward; and a wrong answer would be seen."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from benchmarks import frames
from benchmarks.dues import _differences, measure
from benchmarks.varied import varied
from branch import clock
from rules import calendar, rulebook
from rules.due import dues
from sheets.tables import TABLES


@pytest.mark.parametrize("day", ["2026-11-23", "2026-10-08", "2026-03-31", "2027-01-03", "2028-02-29"])
def test_the_rules_by_hand_have_the_same_answers(day: str) -> None:
    """A working day, the week after the national holiday, a month's end, a Sunday of the old year's week, a leap day."""
    pytest.importorskip("duckdb")
    pytest.importorskip("polars")
    found = measure(150, date.fromisoformat(day), 1)
    assert found["differences"] == {"duckdb": 0, "polars": 0}, found["examples"]
    assert found["rules"] == sorted(row["id"] for row in rulebook.shipped())
    assert {"key", "due", "anchor", "state", "met_on", "workdays_late", "owner"} <= set(found["columns_compared"])


def test_every_verb_says_something_in_the_generated_bank() -> None:
    today = date(2026, 11, 23)
    rules = rulebook.read(pd.DataFrame(rulebook.shipped()), TABLES)[0]
    found = dues(frames.book(varied(200, today)), rules, calendar.make(), clock.end_of(today))
    assert set(found["rule"]) == {rule.id for rule in rules}
    assert set(found["state"]) >= {"overdue", "due_today", "due_soon", "planned", "met", "met_late", "superseded"}


@pytest.mark.parametrize(("column", "wrong"), [("state", "met"), ("due", pd.Timestamp("2026-01-01")), ("anchor", pd.NaT)])
def test_one_wrong_cell_is_one_difference(column: str, wrong: object) -> None:
    day = pd.to_datetime(["2026-11-23", "2026-11-24"]).astype("datetime64[s]")
    mine = pd.DataFrame({"key": ["b", "a"], "due": day, "anchor": day, "state": ["overdue", "planned"]})
    other = mine.iloc[::-1].reset_index(drop=True)
    assert _differences(mine, other)[0] == 0
    other.loc[0, column] = wrong
    assert _differences(mine, other)[0] == 1
    assert _differences(mine, other.iloc[:1])[0] == 1
