"""A record for every week, month, quarter, year, working day and interest day: which are owed, until when, and what speaks for them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import days as d
from rules import due, periods, sentence, until
from rules.ledgers import NO_TERMS, Ledgers, Terms
from rules.spans import BadSpan
from sheets.tables import TABLES
from tests.rules.stories.credit import CHECK, CYCLE, J
from tests.rules.stories.files import REVIEW
from tests.rules.stories.story import FILE, MINE, since
from tests.rules.tables import CALENDAR, at, branch, scheme

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
UNITS = st.sampled_from(["week", "month", "quarter", "year"])
LENGTHS = {"week": range(7, 8), "month": range(28, 32), "quarter": range(90, 93), "year": range(365, 367)}


def owed(rule: str, day: str, terms: Terms = NO_TERMS, cells: dict[str, str] | None = None, **ledgers: str) -> list[str]:
    """ "period due state" of each obligation of one rule, by their days."""
    found = due.evaluate(Ledgers(branch(**ledgers), at(day), terms=terms), scheme(rule, **(cells or {})), CALENDAR)
    assert found.issues == []
    rows = found.dues.sort_values("due", kind="stable")
    return [f"{name} {on:%m-%d} {state}" for name, on, state in zip(rows["occurrence"], rows["due"], rows["state"], strict=True)]


@given(DAYS, UNITS)
def test_a_period_is_that_of_its_own_year_and_begins_where_the_one_before_ends(day: date, unit: Any) -> None:
    """The second half of a year is not that of the next one: the 20th of August lies in the quarter from the 1st of July."""
    period = periods.around(unit, day)
    assert period.start <= day <= period.end
    assert period.length in LENGTHS[unit]
    assert periods.around(unit, period.end + timedelta(days=1)).start == period.end + timedelta(days=1)
    if unit == "week":
        assert (period.start.weekday(), period.end.weekday()) == (0, 6)
    else:
        assert {period.start.year, period.end.year} == {day.year}
        assert (period.start.day, (period.end + timedelta(days=1)).day) == (1, 1)
    if unit == "quarter":
        assert period.start.month == {0: 1, 1: 4, 2: 7, 3: 10}[(day.month - 1) // 3]


@given(DAYS, UNITS)
def test_a_period_is_found_again_under_the_name_it_is_filed_by(day: date, unit: Any) -> None:
    assert periods.named(periods.around(unit, day).name) == periods.around(unit, day)


@pytest.mark.parametrize(
    ("cells", "began", "wanted"),
    [
        ({"window": "week", "due": "end+1wd"}, "2026-11-16", ["2026-W47 11-23 overdue", "2026-W48 11-30 due_soon"]),
        ({}, "2026-09-15", ["2026-09 10-13 overdue", "2026-10 11-06 overdue", "2026-11 12-07 planned"]),
        ({"window": "quarter"}, "2026-09-30", ["2026Q3 10-13 overdue", "2026Q4 01-08 planned"]),
        ({"window": "year"}, "2025-12-31", ["2025 01-08 overdue", "2026 01-08 planned"]),
    ],
    ids=["week", "month", "quarter", "year"],
)
def test_whoever_began_in_a_period_owes_it_and_every_one_since(cells: dict[str, str], began: str, wanted: list[str]) -> None:
    assert owed("R05", "2026-11-26", cells=cells, staff=since(began)) == wanted


@pytest.mark.parametrize(("window", "count"), [("week", 9), ("month", 13), ("quarter", 5), ("year", 2)])
def test_what_stood_unmet_long_ago_is_in_the_alert_ledger_and_not_worked_out_for_ever(window: str, count: int) -> None:
    assert len(owed("R05", "2026-11-26", cells={"window": window}, staff=since("2015-01-01"))) == count


def test_a_diary_is_owed_of_the_last_ten_working_days_and_not_of_today() -> None:
    """Over the National Day: ten working days before the 14th of October reach back to September."""
    names = [one.split()[0] for one in owed("R02", "2026-10-14", staff=since("2015-01-01"))]
    days = ("09-23", "09-24", "09-28", "09-29", "09-30", "10-08", "10-09", "10-10", "10-12", "10-13")
    assert names == [f"2026-{on}" for on in days]  # the 10th of October is a Saturday that is worked


def reviewed(period: str, day: str = "2027-01-05") -> str:
    return f"{REVIEW}\nH1|1001||{period}|{day}"


@pytest.mark.parametrize("period", ["2026-12", "2026Q4", "2026"])
def test_a_review_of_a_longer_period_that_ends_the_same_day_speaks_for_the_month(period: str) -> None:
    """One combined sheet at the end of the year is enough (A5)."""
    assert owed("R05", "2027-01-08", staff=since("2026-12-01"), reviews=reviewed(period))[0] == "2026-12 01-08 met"


@pytest.mark.parametrize("period", ["2026-11", "2026Q3", "2025", "2027-01", "2026-W53", "上月", "2026-13", "2026Q5", "12月"])
def test_a_review_of_another_period_or_of_none_that_can_be_read_does_not(period: str) -> None:
    assert owed("R05", "2027-01-08", staff=since("2026-12-01"), reviews=reviewed(period))[0] == "2026-12 01-08 due_today"


def test_the_review_of_a_months_end_does_not_speak_for_the_quarter_or_the_year() -> None:
    for rule in ("R06", "R07"):
        assert owed(rule, "2027-01-08", staff=since("2026-12-01"), reviews=reviewed("2026-12"))[0].endswith("01-08 due_today")


@pytest.mark.parametrize(
    "period", ["2026年11月", "2026-11", "2026/11", "2026.11", "202611", "２０２６年１１月", "2026 年 11 月", "2026年11月份"]
)
def test_a_month_may_be_spelled_as_people_spell_it(period: str) -> None:
    assert owed("R05", "2026-12-07", staff=since("2026-11-02"), reviews=reviewed(period, "2026-12-02"))[0] == "2026-11 12-07 met"


@pytest.mark.parametrize(
    "period", ["2026Q4", "2026q4", "2026-Q4", "2026年第四季度", "2026年第4季度", "2026年4季度", "2026第四季度", "2026年Q4"]
)
def test_a_quarter_may_be_spelled_as_people_spell_it(period: str) -> None:
    assert owed("R06", "2027-01-08", staff=since("2026-11-02"), reviews=reviewed(period))[0] == "2026Q4 01-08 met"


@pytest.mark.parametrize("period", ["2026", "2026年", "2026年度"])
def test_a_year_may_be_spelled_as_people_spell_it(period: str) -> None:
    assert owed("R07", "2027-01-08", staff=since("2026-11-02"), reviews=reviewed(period))[0] == "2026 01-08 met"


def test_of_two_records_the_earlier_counts_and_one_after_the_day_is_late() -> None:
    two = f"{REVIEW}\nH1|1001||2026-09|2026-10-20\nH2|1001||2026-09|2026-10-13"
    assert owed("R05", "2026-10-21", staff=since("2026-09-01"), reviews=two)[0] == "2026-09 10-13 met"
    assert owed("R05", "2026-10-21", staff=since("2026-09-01"), reviews=reviewed("2026-09", "2026-10-20"))[0] == "2026-09 10-13 met_late"


def test_a_colleagues_record_is_not_ones_own() -> None:
    theirs = f"{REVIEW}\nH1|1002||2026-09|2026-10-12"
    assert owed("R05", "2026-10-13", staff=since("2026-09-01"), reviews=theirs)[0] == "2026-09 10-13 due_today"


def test_nothing_is_owed_of_periods_that_ended_before_the_branch_began() -> None:
    """The branch began on the 5th of October: September is nobody's affair, October is owed whole."""
    began = Terms(live_since=d.one(date(2026, 10, 5)))
    assert owed("R05", "2026-11-26", began, staff=since("2015-01-01")) == ["2026-10 11-06 overdue", "2026-11 12-07 planned"]
    assert owed("R02", "2026-10-09", began, staff=since("2015-01-01")) == ["2026-10-08 10-09 due_today"]


@pytest.mark.parametrize(
    ("assigned", "due_on"),
    [
        ("2025-01-02", "02-02"),  # the 31st of January 2026 is a Saturday
        ("2026-01-05", "02-04"),  # thirty days reach beyond it
        ("2026-06-20", "07-20"),
        ("2026-09-03", "10-08"),  # thirty days end in the National Day
    ],
)
def test_the_plan_of_a_customer_who_came_in_the_year_is_due_thirty_days_later(assigned: str, due_on: str) -> None:
    assert owed("R03", "2026-10-09", customers=f"{FILE}\n{MINE}|{assigned}")[0].startswith(f"2026 {due_on}")


def test_a_branch_that_begins_in_the_year_has_thirty_days_for_its_plans() -> None:
    began = Terms(live_since=d.one(date(2026, 11, 23)))
    assert owed("R03", "2026-11-26", began) == ["2026 12-23 planned"]


def test_of_plans_only_this_years_is_owed_and_last_years_does_not_stand_for_it() -> None:
    old = "id|customer|year|status|made_on\nN1|KH1|2025|submitted|2025-01-20"
    assert owed("R03", "2026-01-26", plans=old) == ["2026 02-02 due_soon"]
    assert owed("R03", "2026-01-26", plans=old.replace("2025", "2026")) == ["2026 02-02 met"]
    assert owed("R03", "2026-01-26", plans=old.replace("2025", "2026").replace("submitted", "draft")) == ["2026 02-02 due_soon"]


def test_leave_excuses_from_the_diary_of_its_days() -> None:
    leave = "id|staff|from_on|to_on|deputy\nQ1|1001|2026-11-24|2026-11-25|1002"
    found = owed("R02", "2026-11-26", staff=since("2026-11-20"), leave=leave)
    assert found == ["2026-11-20 11-23 overdue", "2026-11-23 11-24 overdue", "2026-11-24 11-25 waived", "2026-11-25 11-26 waived"]


def test_who_has_no_customers_owes_no_diary() -> None:
    assert owed("R02", "2026-11-26", staff=since("2026-11-20"), customers=f"{FILE}\n{MINE}|2025-01-02".replace("1001", "1002")) != []
    lost = f"{FILE}\n{MINE}|2025-01-02".replace("active", "lost")
    assert owed("R02", "2026-11-26", staff=since("2026-11-20"), customers=lost) == []


@pytest.mark.parametrize(
    ("text", "year", "wanted"),
    [
        ("mmdd 01-31", 2026, "2026-01-31"), ("next 04-30", 2026, "2027-04-30"), ("next04-30", 2026, "2027-04-30"),
        ("mmdd 02-29", 2027, "2027-02-28"), ("mmdd 02-29", 2028, "2028-02-29"), ("next 2-29", 2027, "2028-02-29"),
        ("end", 2026, "2026-12-31"), ("end-1m", 2026, "2026-11-30"), ("start", 2026, "2026-01-01"), ("start+10wd", 2026, "2026-01-15"),
        ("end+5wd", 2026, "2027-01-08"), ("mmdd 01-31|start+60d", 2026, "2026-03-02"), ("mmdd 06-30|start+60d", 2026, "2026-06-30"),
    ],
)  # fmt: skip
def test_until_when_within_a_year(text: str, year: int, wanted: str) -> None:
    start, end = int(d.one(date(year, 1, 1))), int(d.one(date(year, 12, 31)))
    assert d.day(until.one(until.read(text), start, end, int(d.NONE), CALENDAR)) == date.fromisoformat(wanted)


@pytest.mark.parametrize(
    "text", ["", "soon", "end+", "end5wd", "mmdd 02-30", "mmdd 13-01", "next", "end+5wd|end+3wd", "end+99999d", "since*3d", "|"]
)
def test_a_time_limit_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(BadSpan):
        until.read(text)


def loan(drawn: str, matures: str, cycle: str = "monthly", day: str = "20") -> str:
    return f"{CYCLE}\n{J}{drawn}|{matures}|{cycle}|{day}|normal"


@pytest.mark.parametrize(
    ("interest", "check"), [("2026-02-20", "02-12"), ("2026-06-20", "06-16"), ("2026-09-20", "09-16"), ("2026-12-20", "12-16")]
)
def test_the_account_is_looked_at_three_working_days_before_interest(interest: str, check: str) -> None:
    """In Spring Festival, on a Saturday, on a worked Sunday and on a Sunday (domain vectors)."""
    for cycle in ("monthly", "") if interest == "2026-02-20" else ("monthly", "quarterly"):
        found = owed("R34", f"2026-{check}", loans=loan("2025-11-04", "2027-11-03", cycle))
        assert f"{interest} {check} due_today" in found


def interest_days(on: str, loans: str) -> list[str]:
    return [one.split()[0] for one in owed("R34", on, loans=loans)]


def test_interest_is_taken_by_its_cycle() -> None:
    """The last ones, and the next; one beyond it is not owed yet."""
    assert interest_days("2026-11-26", loan("2025-01-02", "2028-01-01", "quarterly")) == ["2026-09-20", "2026-12-20"]
    assert interest_days("2026-11-26", loan("2025-01-02", "2028-01-01"))[-2:] == ["2026-11-20", "2026-12-20"]
    assert interest_days("2026-11-26", loan("2025-01-02", "2027-01-01", "at_maturity")) == ["2027-01-01"]
    assert interest_days("2026-11-26", loan("2025-01-02", "2028-01-01", "monthly", "")) == interest_days(
        "2026-11-26", loan("2025-01-02", "2028-01-01")
    )


def test_the_31st_of_a_short_month_is_its_last_day() -> None:
    found = interest_days("2026-05-02", loan("2025-01-02", "2028-01-01", "monthly", "31"))
    assert found == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]


def test_no_interest_is_looked_after_before_the_loan_was_drawn_or_when_it_is_repaid() -> None:
    """Drawn on an interest day: the next is the first. One after the maturity is none."""
    assert interest_days("2026-03-25", loan("2026-02-20", "2026-05-10")) == ["2026-03-20", "2026-04-20"]
    assert interest_days("2026-05-05", loan("2026-02-20", "2026-05-10")) == ["2026-03-20", "2026-04-20"]
    repaid = f"{CYCLE}|repaid_on\n{J}2026-02-20|2026-05-10|monthly|20|normal|2026-03-02"
    assert interest_days("2026-03-25", repaid) == []


def test_a_loan_drawn_after_the_check_day_is_looked_at_on_the_day_it_was_drawn() -> None:
    """Not a day late for something that nobody could have done: the check of the 12th of February was before the loan."""
    assert owed("R34", "2026-02-13", loans=loan("2026-02-13", "2027-02-12")) == ["2026-02-20 02-13 due_today"]


def test_a_check_speaks_for_its_own_interest_day_only() -> None:
    checks = f"{CHECK}\nQ1|J1|2026-02-20|2026-02-12|9|3"
    found = owed("R34", "2026-03-16", loans=loan("2026-01-21", "2027-01-20"), interest_checks=checks)
    assert found == ["2026-02-20 02-12 met", "2026-03-20 03-17 due_soon"]


def test_of_old_periods_only_what_is_missing_is_still_told() -> None:
    """Reviews of June to October are there: June to September are over. July's is taken away: it is told again."""
    there = [f"H{n}|1001||2026-{n:02d}|2026-{n:02d}-28" for n in range(6, 11)]
    staff = since("2026-06-01")
    whole = owed("R05", "2026-11-26", staff=staff, reviews="\n".join([REVIEW, *there]))
    assert whole == ["2026-10 11-06 met", "2026-11 12-07 planned"]
    without = owed("R05", "2026-11-26", staff=staff, reviews="\n".join([REVIEW, *(one for one in there if "2026-07|" not in one)]))
    assert without == ["2026-07 08-07 overdue", *whole]


def test_what_is_owed_once_is_ended_by_any_record() -> None:
    cells = {"window": "once", "due": "since+5wd", "date": ""}
    assert owed("R03", "2025-01-09", cells=cells) == ["once 01-09 due_today"]
    later = "id|customer|year|status|made_on\nN1|KH1|2026|submitted|2025-01-13"
    assert owed("R03", "2025-01-14", cells=cells, plans=later) == ["once 01-09 met_late"]
    assert owed("R03", "2025-01-01", cells=cells) == []


def test_what_is_owed_once_reads_itself_back_whether_a_record_or_the_row_ends_it() -> None:
    for lang in ("zh", "en"):
        for rule, cells in (("R03", {"window": "once", "due": "since+5wd", "date": ""}), ("R01", {})):
            assert sentence.sentence(scheme(rule, **cells)[0], lang, TABLES)
