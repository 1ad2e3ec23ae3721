"""Each day of a year says what it is and which layer says so: the branch's own rows, the published calendar, the law, the weekday."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from rules import calendar, calendar_year
from texts import LANGS, words


def rows(*own: tuple[str, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame([{"id": f"D{n}", "on": on, "kind": kind, "name": name, "source": "", "confirmed": True} for n, (on, kind, name) in enumerate(own)],
                         columns=["id", "on", "kind", "name", "source", "confirmed"])  # fmt: skip
    return frame.assign(on=pd.to_datetime(frame["on"]).astype("datetime64[s]"))


def told(day: str, *own: tuple[str, str, str]) -> calendar_year.Told:
    frame, on = rows(*own), date.fromisoformat(day)
    [found] = calendar_year.days(on, on, calendar.make(frame), frame)
    return found


@pytest.mark.parametrize(
    ("day", "kind", "layer", "festival"),
    [
        ("2026-01-02", "holiday", "published", "new_year"),
        ("2026-02-14", "shifted", "published", "spring"),
        ("2026-03-07", "weekend", "published", ""),
        ("2026-03-06", "workday", "published", ""),
        ("2027-02-05", "holiday", "statutory", "eve"),
        ("2027-03-05", "workday", "weekday", ""),
    ],
)
def test_a_day_without_a_row_of_the_branch(day: str, kind: str, layer: str, festival: str) -> None:
    found = told(day)
    assert (found.kind, found.layer, found.festival) == (kind, layer, festival)
    assert found.provisional == day.startswith("2027")


def test_a_row_of_the_branch_lies_over_all_others() -> None:
    found = told("2026-03-06", ("2026-03-06", "closure", "系统切换"))
    assert (found.kind, found.works, found.layer, found.name, found.row) == ("closure", False, "branch", "系统切换", "D0")


def test_a_confirmed_day_makes_its_year_published() -> None:
    assert told("2027-03-05", ("2027-02-08", "holiday", "春节")).layer == "published"


def test_a_day_that_two_rows_dispute_is_as_the_nation_has_it() -> None:
    found = told("2026-03-06", ("2026-03-06", "closure", "a"), ("2026-03-06", "workday", "b"))
    assert (found.kind, found.layer, found.provisional) == ("workday", "weekday", True)


def test_every_festival_has_its_words() -> None:
    for lang in LANGS:
        assert {f"calendar.festival.{code}" for code in calendar_year.FESTIVALS.values()} <= words(lang).keys()
