"""The arithmetic of deadlines: months that clip, days off that roll, working days that count (domain §10)."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import calendar, periods, spans
from rules import days as d
from rules.spans import Span
from tests.rules.tables import CALENDAR, branch, dues, scheme, state

CASES = json.loads((Path(__file__).parents[1] / "cases" / "deadlines.json").read_text("utf-8"))
ROWS = {row["id"]: row for row in CASES["rows"]}
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


def one(day: str) -> Any:
    return np.array([d.one(date.fromisoformat(day))])


def text(days: Any) -> str:
    return str(d.iso(days)[0])


def spread(words: list[str]) -> set[str]:
    found = set()
    for word in words:
        first, _, last = word.partition("..")
        day, end = date.fromisoformat(first), date.fromisoformat(last or first)
        while day <= end:
            found.add(str(day))
            day += timedelta(days=1)
    return found


@pytest.mark.parametrize("year", ["2025", "2026"])
def test_the_published_calendar_is_the_state_councils(year: str) -> None:
    notice = CASES["calendar"][year]
    for day in spread([f"{year}-01-01..{year}-12-31"]):
        on = date.fromisoformat(day)
        works = day in notice["weekend_workdays"] or (on.weekday() < 5 and day not in spread(notice["closed"]))
        assert CALENDAR.is_workday(on) == works, day


@pytest.mark.parametrize(
    "row", [r for r in CASES["rows"] if {"months_before", "days_before", "days_after"} & set(r["params"])], ids=lambda r: r["id"]
)
def test_deadlines_by_months_and_days(row: dict[str, Any]) -> None:
    given_, wanted = row["params"], row["expected"]
    span = Span(given_.get("months_before", 0), given_.get("days_before", 0) or given_.get("days_after", 0))
    raw = span.after(one(row["anchor"]), CALENDAR) if "days_after" in given_ else span.before(one(row["anchor"]), CALENDAR)
    rolled = CALENDAR.roll(raw, given_["roll"])
    assert text(raw) == wanted.get("raw", wanted.get("window_open"))
    assert text(rolled) == (wanted.get("fire") or wanted.get("due") or wanted.get("window_open"))


@pytest.mark.parametrize(
    "row", [r for r in CASES["rows"] if {"workdays_before", "workdays_after"} & set(r["params"])], ids=lambda r: r["id"]
)
def test_deadlines_by_working_days(row: dict[str, Any]) -> None:
    given_, wanted = row["params"], row["expected"]
    if "workdays_after" in given_:
        assert text(CALENDAR.add_workdays(one(row["anchor"]), given_["workdays_after"])) == wanted["due"]
    else:
        found = [text(CALENDAR.add_workdays(one(row["anchor"]), -n)) for n in given_["workdays_before"]]
        assert found == [wanted["check"], wanted["recheck"]]


@pytest.mark.parametrize("case", ["DL096", "DL100"])
def test_an_opportunity_is_submitted_that_day_and_reported_the_next_working_day(case: str) -> None:
    row = ROWS[case]
    book = branch(opportunities=f"id|name|customer|stage|created_at\nO1|代发|KH1|created|{row['anchor']}")
    found = dues(book, scheme("R20", "R21r"), row["anchor"][:10]).set_index("rule")["due"].dt.strftime("%Y-%m-%d")
    assert found["R20"] == row["expected"]["submit_by"]
    assert found["R21r"] == row["expected"]["report_by_workday"]


@pytest.mark.parametrize(
    ("created", "report"), [("2026-05-08", "05-09"), ("2026-02-14", "02-24"), ("2026-09-30", "10-08"), ("2026-10-03", "10-08")]
)
def test_the_second_day_is_a_day_on_which_somebody_works(created: str, report: str) -> None:
    book = branch(opportunities=f"id|name|customer|stage|created_at\nO1|代发|KH1|created|{created} 18:00")
    assert state(book, scheme("R21r"), created)[0].startswith(report)


@pytest.mark.parametrize("hour", ["08:00", "14:00", "20:00", "23:59"])
def test_on_a_rest_day_the_hour_does_not_move_the_deadline(hour: str) -> None:
    book = branch(opportunities=f"id|name|customer|stage|created_at\nO1|代发|KH1|created|2026-11-21 {hour}")
    assert state(book, scheme("R22"), "2026-11-21") == ["11-25 due_soon"]


def test_four_month_ends_share_one_letter_day_and_stay_four_dues() -> None:
    rows = "\n".join(f"J{n}|KH1|fixed_asset|8|8|2025-01-01|2026-03-{n}" for n in (28, 29, 30, 31))
    found = dues(branch(loans=f"id|customer|product|amount|balance|drawn_on|matures_on\n{rows}"), scheme("R32"), "2026-02-01")
    assert set(found["due"].dt.strftime("%m-%d")) == {"02-28"}
    assert found["key"].nunique() == 4


def test_a_week_with_two_working_days_or_fewer_is_waived() -> None:
    book = branch(visits="id|customer|kind|mode|visited_on|participants\nV|KH1|routine|phone|2026-02-10|1001")
    assert "02-22 waived" in state(book, scheme("R12"), "2026-02-18")
    assert "01-04 overdue" in state(branch(), scheme("R12"), "2026-01-05")


def test_two_visits_on_the_first_and_last_day_of_a_quarter_are_two() -> None:
    visits = "id|customer|kind|mode|visited_on|participants\nV1|KH1|routine|onsite|2026-01-01|3001\nV2|KH1|routine|onsite|2026-03-31|3001"
    assert "03-31 met" in state(branch(visits=visits), scheme("R15"), "2026-03-31")


def test_an_unpublished_year_is_reckoned_and_flagged_until_it_is_published() -> None:
    assert not CALENDAR.is_workday(date(2027, 2, 5))  # 除夕, known by law
    assert CALENDAR.provisional(one("2027-02-08"))[0]
    assert not CALENDAR.provisional(one("2026-12-31"))[0]
    notice = pd.DataFrame({"on": pd.to_datetime(["2027-02-10"]).astype("datetime64[s]"), "kind": ["holiday"], "confirmed": [True]})
    published = calendar.make(notice)
    assert not published.is_workday(date(2027, 2, 10))
    assert not published.provisional(one("2027-06-01"))[0]
    assert published.version != CALENDAR.version


def test_a_branch_closure_moves_deadlines_and_a_branch_may_rest_on_shifted_days() -> None:
    closed = pd.DataFrame({"on": pd.to_datetime(["2026-11-24"]).astype("datetime64[s]"), "kind": ["closure"], "confirmed": [True]})
    assert text(calendar.make(closed).roll(one("2026-11-24"), "earlier")) == "2026-11-23"
    assert not calendar.make(shifted=False).is_workday(date(2026, 2, 14))


@given(DAYS, st.integers(1, 36))
def test_months_back_keep_the_day_or_the_months_last(day: date, months: int) -> None:
    back = d.day(d.add_months(one(str(day)), -months)[0])
    assert (day.year * 12 + day.month) - (back.year * 12 + back.month) == months
    assert back.day == day.day or (back + timedelta(days=1)).day == 1


@given(DAYS, st.integers(-60, 60))
def test_counting_working_days_there_and_back(day: date, count: int) -> None:
    there = CALENDAR.add_workdays(one(str(day)), count)
    if count:
        assert CALENDAR.works(there)[0]
    if count > 0:
        assert CALENDAR.between(one(str(day)), there)[0] == count


@given(DAYS)
def test_rolling_ends_on_the_nearest_working_day_of_its_side(day: date) -> None:
    start = one(str(day))
    for how, step in (("earlier", -1), ("later", 1)):
        end = CALENDAR.roll(start, how)
        assert CALENDAR.works(end)[0]
        between = np.arange(min(start[0], end[0] - step), max(start[0], end[0] - step) + 1)
        assert end[0] == start[0] or not CALENDAR.works(between).any()


@given(DAYS, st.sampled_from(["week", "month", "quarter", "year"]))
def test_a_period_holds_its_day_and_follows_on_the_one_before(day: date, unit: Any) -> None:
    period = periods.around(unit, day)
    assert period.start <= day <= period.end
    assert periods.previous(period).end + timedelta(days=1) == period.start
    assert periods.around(unit, period.end) == period


def test_no_day_stays_no_day() -> None:
    blank = np.array([d.NONE])
    for moved in (Span(1, 2, 3).before(blank, CALENDAR), CALENDAR.roll(blank, "earlier"), CALENDAR.add_workdays(blank, 3)):
        assert moved[0] == d.NONE
    assert not CALENDAR.works(blank)[0]


@pytest.mark.parametrize("bad", ["3", "m3", "3x", "1m+", "999m", "-3d", "level: head", "level:"])
def test_a_length_that_cannot_be_read_is_refused(bad: str) -> None:
    with pytest.raises(spans.BadSpan):
        spans.read_lead(bad)


def test_a_day_of_which_two_rows_say_opposite_things_is_as_the_nation_has_it_and_provisional() -> None:
    """Spring Festival work on a Saturday, a closure on another: neither row is believed until one is gone."""
    said = [(date(2027, 2, 6), "holiday"), (date(2027, 2, 6), "shifted"), (date(2027, 2, 20), "workday"), (date(2027, 2, 20), "closure")]
    rows = pd.DataFrame({
        "on": pd.to_datetime([on for on, _ in said]), "kind": [kind for _, kind in said], "confirmed": [True] * len(said),
    })  # fmt: skip
    both, one = calendar.make(rows), calendar.make(rows.iloc[[1, 2]])
    days = d.of(pd.Series(pd.to_datetime([date(2027, 2, 6), date(2027, 2, 20), date(2027, 2, 22)])))
    assert both.provisional(days).tolist() == [True, True, False]
    assert both.works(days).tolist() == [False, False, True]
    assert one.provisional(days).tolist() == [False, False, False]
    assert one.works(days).tolist() == [True, True, True]
