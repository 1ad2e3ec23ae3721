"""The way of a paper to its expiry: every day is a day of the rules, and the start is counted back from what is not done."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest

from branch import runway
from branch.branch import Branch
from branch.runway import Lane, Stop
from rules import calendar
from sheets.schema import Edit
from tests.branch.rooms import NOW, who

DAYS = calendar.make()
LATER = NOW + timedelta(minutes=1)


def lane(branch: Branch, row: str, staff: str = "CM1", customer: str = "C2") -> Lane:
    return next(one for one in runway.lanes(branch.look(LATER), who(branch, staff), customer, "zh") if one.row == row)


def days(found: Lane) -> dict[str, date]:
    return {one.key.split("|")[0]: one.due for one in found.stops}


def stop(due: str, state: str = "planned") -> Stop:
    day = date.fromisoformat(due)
    return Stop(f"R|1|{due}", "step", "", None, day, day, None, state, ())


def test_a_line_shows_each_day_of_its_rules_up_to_its_expiry(read_only: Branch) -> None:
    """L2 expires 2027-01-27, authority of the tier-2 branch: diligence and materials 10 and 5 working days before submission."""
    found = lane(read_only, "L2")
    assert found.expires == date(2027, 1, 27)
    assert days(found) == {
        "R31": date(2026, 12, 14), "R31m": date(2026, 12, 21), "R29s": date(2026, 12, 25), "R29r": date(2026, 12, 25),
        "R29a": date(2026, 12, 25), "R30": date(2026, 12, 25), "R30e": date(2027, 1, 27),
    }  # fmt: skip


def test_every_day_is_the_day_of_the_due(read_only: Branch) -> None:
    look = read_only.look(LATER)
    dues = look.dues.set_index("key")
    stops = [one for lane_ in runway.lanes(look, who(read_only, "CM1"), "C2", "zh") for one in lane_.stops]
    assert {one.due for one in stops} == {dues.loc[one.key, "due"].date() for one in stops}
    assert all(dues.loc[one.key, "anchor"].date() == one.anchor and str(dues.loc[one.key, "state"]) == one.state for one in stops)


def test_a_rating_opens_its_window_sixty_days_before_and_closes_fifteen_days_before(read_only: Branch) -> None:
    window = next(one for one in lane(read_only, "R2").stops if one.key.startswith("R26|"))
    assert (window.anchor - window.opens).days == 60 if window.opens else False
    assert window.due == date(2027, 1, 15)  # the 17th is a Sunday


def test_a_rule_that_the_branch_changed_moves_the_lane(branch: Branch) -> None:
    branch.write([Edit("rules", "R30", {"lead": "1m"}, {"lead": "2m"})], who(branch, "BL1"), "portal", NOW)
    assert days(lane(branch, "L2"))["R30"] == date(2026, 11, 27)


def test_what_is_done_is_marked_and_waits_for_nobody(branch: Branch) -> None:
    branch.write([Edit("credit_lines", "L2", {"diligence_on": None}, {"diligence_on": NOW.date()})], who(branch, "CM1"), "portal", NOW)
    found = lane(branch, "L2")
    done = next(one for one in found.stops if one.key.startswith("R31|"))
    assert (done.state, done.met_on) == ("met", NOW.date())
    assert found.start is not None
    assert [one.key.split("|")[0] for one in found.start.steps] == ["R31m", "R30"]
    assert found.start.on == date(2026, 12, 21)


@pytest.mark.parametrize(
    ("steps", "on"),
    [
        (["2026-12-14", "2026-12-21", "2026-12-25"], "2026-12-14"),  # far enough apart: the first of them
        (["2026-12-25", "2026-12-25"], "2026-12-24"),  # of two on one day, one is done the working day before
        (["2026-12-26", "2026-12-28"], "2026-12-25"),  # the first lies on a Saturday
        (["2026-10-08", "2026-10-08"], "2026-09-30"),  # before it lies the National Day
        (["2026-12-25"], "2026-12-25"),
    ],
)  # fmt: skip
def test_the_latest_safe_start_leaves_each_step_a_working_day(steps: list[str], on: str) -> None:
    found = runway.start([stop(one) for one in steps], DAYS)
    assert found is not None
    assert found.on.isoformat() == on


def test_nothing_left_to_do_has_no_start() -> None:
    assert runway.lane("credit_lines", "L", "", [stop("2026-12-25", "met")], DAYS).start is None


def test_the_letter_of_a_tier_two_line_comes_on_the_day_of_its_submission(read_only: Branch) -> None:
    clash = lane(read_only, "L2").clash
    assert clash is not None
    assert [one.key.split("|")[0] for one in clash] == ["R29s", "R30"]
    assert lane(read_only, "R2").clash is None  # the head office's letter comes months before


def test_a_holiday_that_moves_a_day_is_named_and_a_weekend_is_not(read_only: Branch) -> None:
    moved = {one.key.split("|")[0]: one.moved for one in lane(read_only, "L2").stops}
    assert [text for text in moved["R31"] if "2027-01-01" in text]
    assert moved["R30"] == ()  # only a weekend


def test_a_loan_shows_the_next_interest_days_and_its_check_three_working_days_before(read_only: Branch) -> None:
    ahead = [one for one in lane(read_only, "J2").stops if one.kind == "interest" and one.anchor >= NOW.date()]
    assert len(ahead) <= runway.NEXT
    assert all(one.due < one.anchor for one in lane(read_only, "J2").stops if one.kind == "interest")


def test_whoever_may_not_see_the_papers_sees_no_lane(read_only: Branch) -> None:
    look = read_only.look(LATER)
    assert {one: bool(runway.lanes(look, who(read_only, one), "C2", "zh")) for one in ("CM1", "TL1", "BL1", "CR1", "VW1", "CM3", "ADM")} == {
        "CM1": True, "TL1": True, "BL1": True, "CR1": True, "VW1": True, "CM3": False, "ADM": False,
    }  # fmt: skip


def test_packages_are_the_submissions_still_to_come_by_week_and_person(read_only: Branch) -> None:
    found = runway.packages(read_only.look(LATER), who(read_only, "BL1"))
    assert set(found["rule"].astype(str)) == {"R27", "R30"}
    assert found.loc[found["row"] == "L2", ["week", "person"]].to_numpy().tolist() == [[pd.Timestamp("2026-12-21"), "CM1"]]
    assert found.loc[found["due"] < pd.Timestamp(NOW.date()), "week"].isna().all()
    assert runway.packages(read_only.look(LATER), who(read_only, "ADM")).empty
