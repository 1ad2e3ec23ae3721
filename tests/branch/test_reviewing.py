"""A review counted by hand: what the ledgers say of a manager's customers, how it is closed, and how a branch's reviews add up."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from branch import review_desk, review_roll, reviewing
from branch.access import NotAllowed
from branch.branch import Branch
from branch.opening import create, open_branch
from branch.people import SYSTEM, Actor
from branch.review_periods import Period, named, offered, usual
from branch.saving import Refused
from branch.sync.arriving import HAND
from sheets.schema import Edit
from sheets.store.writing import Source
from tests.branch.rooms import who
from tests.branch.saves import refusal, row, saved
from tests.small import small

WAN = 1_000_000
NOW = datetime(2026, 11, 23, 9, 0)
OCTOBER, NOVEMBER = (named(one) or pytest.fail(one) for one in ("2026-10", "2026-11"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("reviewing") / "home"
    small(home, NOW).store.close()
    return home


@pytest.fixture
def branch(made: Path, tmp_path: Path) -> Iterator[Branch]:
    """CM1 keeps C1, C2 and C4, CM2 keeps C3; each was called on once, on 24 October, and owes 800 万元 on a loan."""
    opened = open_branch(Path(shutil.copytree(made, tmp_path / "home")))
    yield opened
    opened.store.close()


def write(branch: Branch, table: str, *rows: tuple[str, dict[str, Any]]) -> None:
    branch.store.write([Edit(table, key, branch.store.row(table, key), values) for key, values in rows], "system", "terminal", NOW)


def october(branch: Branch) -> None:
    """What happened in October, and beside it what happened a day too early or too late to count."""
    account = {"nature": "basic", "currency": "CNY", "bank": "ours", "status": "normal"}
    write(branch, "accounts",
          ("A1", account | {"customer": "C1", "number": "11", "balance": 120 * WAN, "year_avg": 100 * WAN}),
          ("A2", account | {"customer": "C1", "number": "12", "nature": "general", "balance": 30 * WAN}),
          ("A3", account | {"customer": "C2", "number": "13", "balance": 40 * WAN, "year_avg": 400 * WAN}))  # fmt: skip
    write(branch, "reviews", ("H9", {"owner": "CM1", "level": "month", "period": "2026年9月", "written_on": date(2026, 10, 9)}))
    write(branch, "review_lines", ("HL9", {"review": "H9", "customer": "C1", "deposit_end": 100 * WAN}))
    fee = {"product": "结算", "charged": 9 * WAN}
    write(branch, "fees",
          ("F1", fee | {"customer": "C1", "on": date(2026, 10, 1), "received": 2 * WAN}),
          ("F2", fee | {"customer": "C2", "on": date(2026, 10, 31), "received": 1 * WAN}),
          ("F3", fee | {"customer": "C1", "on": date(2026, 9, 30), "received": 5 * WAN}),
          ("F4", fee | {"customer": "C1", "on": date(2026, 11, 1), "received": 7 * WAN}))  # fmt: skip
    call = {"customer": "C1", "kind": "routine", "mode": "phone", "participants": "CM1", "minutes": "谈了资金"}
    write(branch, "visits",
          ("W1", call | {"visited_on": date(2026, 10, 12)}),
          ("W2", call | {"visited_on": date(2026, 10, 13), "participants": "TL1"}),  # counts for the team leader
          ("W3", call | {"visited_on": date(2026, 10, 14), "mode": "onsite", "minutes": None}),  # no whole record
          ("W4", call | {"visited_on": date(2026, 11, 1)}))  # fmt: skip
    deal: dict[str, Any] = {"name": "流贷", "channel": "visit", "block": "asset", "product": "流贷", "amount": 100 * WAN}
    write(
        branch,
        "opportunities",
        ("O2", deal | {"customer": "C2", "stage": "landed", "created_at": datetime(2026, 10, 8, 9), "signed_on": date(2026, 10, 20)}),
        ("O3", deal | {"customer": "C2", "stage": "signed", "created_at": datetime(2026, 9, 1, 9), "signed_on": date(2026, 10, 31)}),
        ("O4", deal | {"customer": "C1", "stage": "lost", "created_at": datetime(2026, 10, 9, 9)}),
        ("O5", deal | {"customer": "C1", "stage": "landed", "created_at": datetime(2026, 9, 1, 9), "signed_on": date(2026, 9, 30)}),
    )
    trouble = {"customer": "C1", "area": "loan", "content": "放款慢", "owner": "CM1"}
    write(branch, "problems",
          ("W1", trouble | {"raised_on": date(2026, 10, 3)}),
          ("W2", trouble | {"raised_on": date(2026, 10, 4), "taken_on": date(2026, 10, 5), "solved_on": date(2026, 10, 8), "result": "好"}),
          ("W3", trouble | {"raised_on": date(2026, 11, 2)}))  # fmt: skip
    task = {"customer": "C4", "owner": "CM1", "measure": "走访", "noted_on": date(2026, 9, 1)}
    write(branch, "measures",
          ("M1", task | {"due_on": date(2026, 10, 12), "done_on": date(2026, 10, 12), "status": "open"}),
          ("M2", task | {"due_on": date(2026, 10, 13), "done_on": date(2026, 10, 15), "status": "open"}),
          ("M3", task | {"due_on": date(2026, 10, 14), "status": "open"}),
          ("M4", task | {"due_on": date(2026, 11, 3), "status": "open"}))  # fmt: skip


def filled(branch: Branch, period: Period = OCTOBER, staff: str = "CM1", as_: str = "") -> reviewing.Prefill:
    return reviewing.prefill(branch.look(NOW), who(branch, as_ or staff, NOW.date()), staff, period)


def line(found: reviewing.Prefill, customer: str) -> dict[str, Any]:
    [one] = found.lines[found.lines["customer"] == customer].to_dict("records")
    return {str(key): None if isinstance(value, float) and np.isnan(value) else value for key, value in one.items()}


def test_every_figure_of_october_is_counted_by_hand(branch: Branch) -> None:
    october(branch)
    found = filled(branch)
    assert list(found.lines["customer"]) == ["C1", "C2", "C4"]
    first, second, fourth = (line(found, key) for key in ("C1", "C2", "C4"))
    assert (first["deposit_end"], first["deposit_avg"], first["loan_balance"]) == (150 * WAN, 100 * WAN, 800 * WAN)
    assert first["deposit_change"] == 50 * WAN  # September's review said 100
    assert second["deposit_change"] is None  # and nothing of this one
    assert (first["fee"], second["fee"], fourth["fee"]) == (2 * WAN, 1 * WAN, 0)
    assert (first["visits"], second["visits"], fourth["visits"]) == (2, 1, 1)
    assert (first["opportunities_new"], second["opportunities_new"]) == (1, 1)
    assert (first["opportunities_landed"], second["opportunities_landed"]) == (0, 2)
    assert (first["problems"], second["problems"]) == (1, 0)
    # Of CM1's own dues about C4: measure M1 and the rating's first day in time; M2 late; M3, a quarterly statement (R36q), the
    # rating (R25r) and an interest check (R34) not done. What the credit officer and the leaders owe is not theirs.
    assert (fourth["met"], fourth["met_late"], fourth["overdue"]) == (2, 1, 4)


def test_the_plan_is_held_against_the_last_day_of_a_period_that_is_over(branch: Branch) -> None:
    """C2 is to come from 300 to 500 in the year: 300 + 200 × 304 ÷ 365 = 466.6 by 31 October; 400 is there, 85.7 %."""
    october(branch)
    assert line(filled(branch), "C2")["progress"] == 857_000
    assert line(filled(branch), "C1")["progress"] is None  # its plan is a draft
    assert filled(branch).pace == 857_000
    assert line(filled(branch, NOVEMBER), "C2")["progress"] == 834_000  # 300 + 200 × 327 ÷ 365 = 479.2 by today


def test_visits_stand_beside_what_the_cadences_want(branch: Branch) -> None:
    """Three customers: on site once a fortnight, twice in 31 days; by phone once in each of the four weeks that end in October."""
    october(branch)
    found = filled(branch)
    assert found.modes == {"onsite": (3, 6), "phone": (1, 12)}
    assert line(found, "C1")["wanted"] == 6


def test_a_cadence_asks_nothing_of_the_days_before_a_customer_was_handed_over(branch: Branch) -> None:
    write(branch, "customers", ("C1", {"assigned_on": date(2026, 10, 18)}), ("C2", {"assigned_on": date(2026, 11, 2)}))
    found = filled(branch)
    assert line(found, "C1")["wanted"] == 1 + 1  # 18–31 October once on site; of the weeks only 19–25 began after it
    assert line(found, "C2")["wanted"] == 0


def test_the_sums_are_those_of_the_lines(branch: Branch) -> None:
    october(branch)
    sums = filled(branch).sums
    wanted = {"customers": 3, "deposit_end": 190 * WAN, "deposit_change": 50 * WAN, "loan_balance": 2400 * WAN, "fee": 3 * WAN, "visits": 4}
    assert {key: sums[key] for key in wanted} == wanted
    assert (sums["opportunities_new"], sums["opportunities_landed"], sums["problems"]) == (2, 2, 1)


def test_a_customer_handed_over_in_mid_period_is_in_the_review_of_whoever_keeps_them_now(branch: Branch) -> None:
    october(branch)
    write(branch, "customers", ("C1", {"owner": "CM2", "assigned_on": date(2026, 10, 20)}))
    assert list(filled(branch).lines["customer"]) == ["C2", "C4"]
    theirs = filled(branch, staff="CM2")
    assert list(theirs.lines["customer"]) == ["C1", "C3"]
    assert line(theirs, "C1")["deposit_change"] == 50 * WAN  # against what the colleague wrote the month before


def test_nobody_is_told_of_customers_they_do_not_see(branch: Branch) -> None:
    october(branch)
    assert filled(branch, staff="CM1", as_="CM2").lines.empty
    for leading in ("TL1", "BL1", "VW1"):
        assert len(filled(branch, as_=leading).lines) == 3


def test_customers_who_have_left_us_are_not_reviewed(branch: Branch) -> None:
    write(branch, "customers", ("C1", {"status": "lost"}), ("C2", {"status": "exited"}))
    assert list(filled(branch).lines["customer"]) == ["C4"]


def test_a_manager_without_customers_has_nothing_to_fill_in(branch: Branch) -> None:
    for key in ("C1", "C2", "C4"):
        write(branch, "customers", (key, {"owner": "CM2"}))
    found = filled(branch)
    assert found.lines.empty
    assert found.sums["customers"] == 0
    assert np.isnan(found.sums["deposit_end"])
    assert [one.table for one in review_desk.begin(branch.look(NOW), who(branch, "CM1"), OCTOBER)] == ["reviews"]


def test_a_branch_of_one_person_and_no_data(tmp_path: Path) -> None:
    alone = create(tmp_path / "home", NOW, name_zh="一人支行", name_en="One")
    write(alone, "staff", ("CM9", {"name": "独一", "role": "customer_manager", "status": "active"}))
    found = filled(alone, staff="CM9")
    assert found.lines.empty
    assert review_roll.roll(alone.look(NOW), who(alone, "CM9"), OCTOBER).people.empty
    alone.store.close()


@pytest.mark.parametrize("text", ["2026-10", "2026年10月", "2026/10", " 2026 - 10 "])
def test_a_period_is_known_under_every_spelling(text: str) -> None:
    assert named(text) == OCTOBER


@pytest.mark.parametrize("text", ["", "上月", "2026-13", "2026Q5", "2026-W44", None, 202610])
def test_what_names_no_period_is_none(text: object) -> None:
    assert named(text) is None


def test_the_period_that_is_over_is_offered_first() -> None:
    assert usual("month", NOW.date()) == OCTOBER
    assert [one.name for one in offered("quarter", NOW.date())][:3] == ["2026Q4", "2026Q3", "2026Q2"]


# --- on its way -----------------------------------------------------------------------------------------------------------


def begun(branch: Branch, period: Period = OCTOBER) -> str:
    """CM1 starts a review; its number."""
    done = saved(branch, "CM1", *review_desk.begin(branch.look(NOW), who(branch, "CM1", NOW.date()), period), now=NOW)
    return next(str(key) for key in done.ids.values() if str(key).startswith("HG"))


def handed_in(branch: Branch, key: str) -> None:
    """What cannot be left out is written, and the review submitted."""
    saved(branch, "CM1", Edit("reviews", key, {"next_plan": row(branch, "reviews", key)["next_plan"]}, {"next_plan": "逐户跟进"}), now=NOW)
    saved(branch, "CM1", review_desk.submit(branch.look(NOW), row(branch, "reviews", key), NOW), now=NOW)


def mine(branch: Branch, review: str) -> dict[str, dict[str, Any]]:
    """Its lines by customer."""
    frame = branch.book().frame("review_lines")
    return {
        str(one["customer"]): row(branch, "review_lines", str(one["id"])) for one in frame[frame["review"] == review].to_dict("records")
    }


def discussed(branch: Branch) -> str:
    """One that was written, submitted and discussed."""
    key = begun(branch)
    words = {"summary": "存款回升", "shortcomings": "上门偏少", "next_plan": "每周排访"}
    saved(branch, "CM1", Edit("reviews", key, dict.fromkeys(words), words), now=NOW)
    handed_in(branch, key)
    talk = {
        "discussed_on": NOW.date(),
        "discussed_with": "BL1",
        "discussion_mode": "talk",
        "conclusion": "加大走访",
        "leader_opinion": "同意",
    }
    saved(branch, "BL1", Edit("reviews", key, row(branch, "reviews", key), talk | {"status": "discussed"}), now=NOW)
    return key


def test_a_review_begins_with_a_line_for_each_customer_in_one_save(branch: Branch) -> None:
    october(branch)
    key = begun(branch)
    whole = row(branch, "reviews", key)
    assert (whole["owner"], whole["level"], whole["period"], whole["status"]) == ("CM1", "month", "2026-10", "draft")
    assert whole["written_on"] is None  # a draft ends nobody's due, and is in no diary yet
    lines = mine(branch, key)
    assert list(lines) == ["C1", "C2", "C4"]
    said = {one: lines["C1"][one] for one in reviewing.KEPT}
    assert said == {
        "deposit_end": 150 * WAN, "deposit_avg": 100 * WAN, "deposit_change": 50 * WAN, "loan_balance": 800 * WAN, "fee": 2 * WAN,
        "progress": None, "visits": 2, "opportunities_new": 1, "opportunities_landed": 0,
    }  # fmt: skip


def test_its_figures_are_filled_anew_and_the_words_stay(branch: Branch) -> None:
    october(branch)
    key = begun(branch)
    first = mine(branch, key)["C1"]["id"]
    saved(branch, "CM1", Edit("review_lines", first, {"feedback": None}, {"feedback": "满意"}), now=NOW)
    write(branch, "fees", ("F9", {"customer": "C1", "on": date(2026, 10, 9), "product": "结算", "charged": WAN, "received": WAN}))
    write(branch, "customers", ("C3", {"owner": "CM1"}))
    actor = who(branch, "CM1", NOW.date())
    saved(branch, "CM1", *review_desk.refill(branch.look(NOW), actor, row(branch, "reviews", key), OCTOBER), now=NOW)
    lines = mine(branch, key)
    assert set(lines) == {"C1", "C2", "C3", "C4"}
    assert (lines["C1"]["fee"], lines["C1"]["feedback"]) == (3 * WAN, "满意")
    assert review_desk.refill(branch.look(NOW), actor, row(branch, "reviews", key), OCTOBER) == []


def test_it_is_not_submitted_before_all_its_words_are_written() -> None:
    assert review_desk.lacking({"summary": "好", "shortcomings": " ", "next_plan": None}) == ["shortcomings", "next_plan"]


def test_submitted_it_ends_the_due_and_stands_in_the_diary_and_the_files(branch: Branch) -> None:
    key = begun(branch)
    due = branch.look(NOW).dues
    assert set(due.loc[due["key"] == "R05|CM1|2026-10", "state"]) == {"overdue"}
    handed_in(branch, key)
    whole = row(branch, "reviews", key)
    assert (whole["written_on"], whole["submitted_at"], whole["status"]) == (NOW.date(), NOW, "submitted")
    assert (whole["in_diary"], whole["in_file"]) == (True, True)
    diary = branch.book().frame("diary")
    assert set(diary.loc[diary["work"].astype("str") == "review", "customer"]) == {"C1", "C2", "C4"}
    due = branch.look(NOW).dues
    assert "overdue" not in set(due.loc[due["key"] == "R05|CM1|2026-10", "state"])
    assert set(due.loc[(due["rule"] == "R08") & (due["row"] == key), "state"]) == {"due_soon"}


# --- closed ---------------------------------------------------------------------------------------------------------------


def edits(branch: Branch, key: str) -> list[tuple[str, Edit]]:
    there, first = row(branch, "reviews", key), mine(branch, key)["C1"]
    return [
        ("a word of it", Edit("reviews", key, {"summary": there["summary"]}, {"summary": "改口"})),
        ("the conclusion", Edit("reviews", key, {"conclusion": there["conclusion"]}, {"conclusion": "改口"})),
        ("back to a draft", Edit("reviews", key, {"discussed_on": there["discussed_on"]}, {"discussed_on": None, "status": "draft"})),
        ("taken out", Edit("reviews", key, there, None)),
        ("a word about a customer", Edit("review_lines", first["id"], {"feedback": None}, {"feedback": "改口"})),
        ("a figure", Edit("review_lines", first["id"], {"fee": first["fee"]}, {"fee": 99 * WAN})),
        ("a line taken out", Edit("review_lines", first["id"], first, None)),
        ("a line moved elsewhere", Edit("review_lines", first["id"], {"review": key}, {"review": "H9"})),
        ("a line more", Edit("review_lines", "N", None, {"review": key, "customer": "C2"})),
    ]


@pytest.mark.parametrize("source", ["portal", "import"])
def test_after_the_discussion_the_manager_changes_nothing_in_the_portal_or_by_a_file(branch: Branch, source: Source) -> None:
    october(branch)
    key = discussed(branch)
    for what, edit in edits(branch, key):
        refused = refusal(branch, "CM1", edit, source=source, now=NOW)
        assert refused.code == "check.review_closed", what


def test_nor_by_the_spreadsheet_which_does_not_say_who_typed(branch: Branch) -> None:
    october(branch)
    key = discussed(branch)
    before = branch.store.version()
    for what, edit in edits(branch, key):
        with pytest.raises(Refused) as refused:
            branch.write([edit], HAND, "sheet", NOW)
        assert refused.value.code == "check.review_closed", what
    assert branch.store.version() == before


def test_a_colleague_does_not_get_round_it_either(branch: Branch) -> None:
    october(branch)
    key = discussed(branch)
    write(branch, "customers", ("C1", {"owner": "CM2"}))
    first = mine(branch, key)["C1"]["id"]
    refused = refusal(branch, "CM2", Edit("review_lines", first, {"feedback": None}, {"feedback": "改口"}), now=NOW)
    assert refused.code == "check.review_closed"


def test_the_leader_puts_their_own_words_right_and_nothing_else(branch: Branch) -> None:
    key = discussed(branch)
    saved(branch, "BL1", Edit("reviews", key, {"leader_opinion": "同意"}, {"leader_opinion": "同意，按周通报"}), now=NOW)
    assert row(branch, "reviews", key)["leader_opinion"] == "同意，按周通报"
    with pytest.raises(NotAllowed):
        saved(branch, "BL1", Edit("reviews", key, {"summary": "存款回升"}, {"summary": "改口"}), now=NOW)


def test_before_the_discussion_it_may_still_be_changed(branch: Branch) -> None:
    key = begun(branch)
    handed_in(branch, key)
    saved(branch, "CM1", Edit("reviews", key, {"summary": None}, {"summary": "补一句"}), now=NOW)
    assert row(branch, "reviews", key)["summary"] == "补一句"


def test_saving_it_unchanged_is_no_change(branch: Branch) -> None:
    """A file brought again says what is there already."""
    key = discussed(branch)
    there = row(branch, "reviews", key)
    saved(branch, "CM1", Edit("reviews", key, there, {"summary": there["summary"], "period": "2026-10"}), now=NOW, source="import")
    assert row(branch, "reviews", key)["summary"] == there["summary"]


def test_measures_are_added_and_finished_after_it_too(branch: Branch) -> None:
    """R10 follows them by itself."""
    key = discussed(branch)
    task = {"review": key, "measure": "补访两户", "owner": "CM1", "due_on": date(2026, 11, 24), "status": "open"}
    saved(branch, "CM1", Edit("measures", "N", None, task), now=NOW)
    dues = branch.look(NOW).dues
    assert set(dues.loc[(dues["rule"] == "R10") & (dues["row"] == "N"), "state"]) == {"due_soon"}
    saved(branch, "CM1", Edit("measures", "N", {"done_on": None, "status": "open"}, {"done_on": NOW.date(), "status": "done"}), now=NOW)
    dues = branch.look(NOW).dues
    assert dues.loc[(dues["rule"] == "R10") & (dues["row"] == "N") & (dues["state"] == "due_soon")].empty


def test_a_period_that_is_none_is_listed_from_a_file_and_refused_from_a_form(branch: Branch) -> None:
    bad = {"owner": "CM1", "period": "去年底"}
    assert refusal(branch, "CM1", Edit("reviews", "N", None, bad), now=NOW).code == "check.no_period"
    saved(branch, "CM1", Edit("reviews", "N", None, bad), now=NOW, source="import")
    found = [one for one in branch.look(NOW).issues if one.code == "check.no_period"]
    assert [(one.table, one.row, one.column, one.raw) for one in found] == [("reviews", "N", "period", "去年底")]
    assert list(review_desk.unreadable(branch.look(NOW), who(branch, "CM1"))["id"]) == ["N"]
    assert review_desk.of_period(branch.look(NOW), who(branch, "CM1"), OCTOBER).empty


# --- rolled up ------------------------------------------------------------------------------------------------------------


def rolled(branch: Branch, staff: str, period: Period = OCTOBER) -> review_roll.Roll:
    return review_roll.roll(branch.look(NOW), who(branch, staff, NOW.date()), period)


def test_who_has_not_written_stands_first_and_is_late(branch: Branch) -> None:
    """October's reviews were due on 6 November."""
    october(branch)
    discussed(branch)
    found = rolled(branch, "BL1").people
    assert list(zip(found["staff"], found["state"], strict=True)) == [("CM2", "missing"), ("CM1", "discussed")]
    assert list(found["late"]) == [1, 1]  # one is missing, the other was written today
    assert review_roll.due_day(branch.look(NOW), OCTOBER) == date(2026, 11, 6)
    assert list(rolled(branch, "BL1", NOVEMBER).people["late"]) == [0, 0]  # not due yet


def test_managers_add_up_to_teams_and_teams_to_the_branch(branch: Branch) -> None:
    october(branch)
    discussed(branch)
    write(branch, "reviews", ("HX", {"owner": "CM2", "level": "month", "period": "2026-10", "written_on": date(2026, 11, 3)}))
    write(branch, "review_lines", ("HXL", {"review": "HX", "customer": "C3", "deposit_end": 60 * WAN, "visits": 5}))
    found = rolled(branch, "VW1")
    for key in (*review_roll.STEPS, *review_roll.SUMS):
        assert found.people[key].sum() == found.teams[key].sum() == np.nansum([found.whole[key]])
    assert (found.whole["deposit_end"], found.whole["customers"], found.whole["visits"]) == (250 * WAN, 4, 9)
    assert (found.whole["owed"], found.whole["written"], found.whole["discussed"], found.whole["late"]) == (2, 2, 1, 1)


def test_a_team_leader_sees_their_team_and_a_manager_themselves(branch: Branch) -> None:
    assert set(rolled(branch, "TL1").people["staff"]) == {"CM1", "CM2"}
    assert set(rolled(branch, "CM1").people["staff"]) == {"CM1"}


def test_a_manager_who_leads_a_team_owes_a_review_and_one_who_has_become_a_leader_keeps_theirs(branch: Branch) -> None:
    write(branch, "teams", ("T1", {"team_leader": "CM1"}))
    assert "CM1" in set(rolled(branch, "BL1").people["staff"])
    discussed(branch)
    write(branch, "staff", ("CM1", {"role": "team_leader"}))
    found = rolled(branch, "BL1").people.set_index("staff")
    assert (found.loc["CM1", "owed"], found.loc["CM1", "discussed"]) == (0, 1)


def test_a_longer_review_that_ends_the_same_day_speaks_for_the_month(branch: Branch) -> None:
    write(branch, "reviews", ("HQ", {"owner": "CM2", "level": "quarter", "period": "2026Q3", "written_on": date(2026, 10, 9)}))
    september = named("2026-09")
    assert september is not None
    found = rolled(branch, "BL1", september).people.set_index("staff")
    assert (found.loc["CM2", "instead"], found.loc["CM2", "written"], found.loc["CM2", "missing"]) == ("2026Q3", 1, 0)
    assert np.isnan(found.loc["CM2", "customers"])  # its figures are a quarter's
    assert found.loc["CM1", "missing"] == 1


def test_two_reviews_of_one_period_are_both_shown(branch: Branch) -> None:
    for key, period in (("HA", "2026-10"), ("HB", "2026年10月")):
        write(branch, "reviews", (key, {"owner": "CM2", "period": period, "written_on": date(2026, 11, 3) if key == "HA" else None}))
    assert set(rolled(branch, "BL1").people["review"]) == {"", "HA", "HB"}
    best = review_desk.own(branch.look(NOW), who(branch, "CM2"), "CM2", OCTOBER)
    assert best is not None
    assert best["id"] == "HA"


@pytest.mark.parametrize(("staff", "may"), [("BL1", True), ("TL1", False), ("VW1", False), ("CM1", False), ("CR1", False)])
def test_who_writes_down_the_discussion_is_the_leader(branch: Branch, staff: str, may: bool) -> None:
    actor: Actor = who(branch, staff, NOW.date())
    key = begun(branch)
    assert review_desk.discussing(branch.look(NOW), actor, row(branch, "reviews", key)) == ()  # not handed in
    handed_in(branch, key)
    assert bool(review_desk.discussing(branch.look(NOW), actor, row(branch, "reviews", key))) is may


def test_huce_itself_may_put_back_what_stood_there(branch: Branch) -> None:
    """An undo, a restore: no person."""
    key = discussed(branch)
    branch.write([Edit("reviews", key, {"summary": "存款回升"}, {"summary": "恢复"})], SYSTEM, "terminal", NOW)
    assert row(branch, "reviews", key)["summary"] == "恢复"
