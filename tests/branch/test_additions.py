"""What Huce adds to a save stands beside it in the same transaction, or not at all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from branch import access
from branch.branch import Branch
from sheets.schema import Edit
from tests.branch.rooms import NOW, TODAY, who
from tests.branch.saves import TOMORROW, VISIT, refusal, row, saved


def noted(branch: Branch, origin: str) -> dict[str, Any]:
    """The line of the diary about a record; {} when there is none."""
    diary = branch.book().frame("diary")
    found = diary.loc[diary["origin_row"] == origin, "id"]
    assert len(found) <= 1
    return row(branch, "diary", str(found.iloc[0])) if len(found) else {}


def test_a_visit_is_stamped_and_noted_in_the_diary_by_the_same_save(branch: Branch) -> None:
    assert saved(branch, "CM1", Edit("visits", "N", None, VISIT | {"needs": "授信", "next_step": "送方案"})).rows == 2
    visit, note = row(branch, "visits", "N"), noted(branch, "N")
    assert (visit["recorded_by"], visit["recorded_at"], visit["backdated"]) == ("CM1", NOW, False)
    assert (note["staff"], note["work"], note["content"], note["origin"], note["origin_row"]) == ("CM1", "call", "谈了资金", "house", "N")


def test_a_visit_that_is_refused_leaves_no_diary_behind(branch: Branch) -> None:
    diary = len(branch.book().frame("diary"))
    refusal(branch, "CM1", Edit("visits", "N", None, VISIT), Edit("visits", "M", None, VISIT | {"visited_on": TOMORROW}))
    assert len(branch.book().frame("diary")) == diary


def test_a_planned_visit_enters_the_diary_when_it_took_place_and_only_once(branch: Branch) -> None:
    planned = VISIT | {"visited_on": None, "planned_on": TODAY}
    saved(branch, "CM1", Edit("visits", "N", None, planned))
    assert noted(branch, "N") == {}
    saved(branch, "CM1", Edit("visits", "N", {"visited_on": None}, {"visited_on": TODAY}))
    assert noted(branch, "N")["customer"] == "C1"
    saved(branch, "CM1", Edit("visits", "N", {"visited_on": TODAY}, {"visited_on": TODAY - timedelta(1)}))
    assert sum(branch.book().frame("diary")["origin_row"] == "N") == 1


@pytest.mark.parametrize(("ago", "late"), [(0, False), (3, False), (4, True), (30, True)])  # Monday; the Friday before is in time
def test_a_visit_written_down_later_than_the_next_working_day_is_marked(branch: Branch, ago: int, late: bool) -> None:
    saved(branch, "CM1", Edit("visits", "N", None, VISIT | {"visited_on": TODAY - timedelta(days=ago)}))
    assert row(branch, "visits", "N")["backdated"] is late


def test_a_visit_changed_after_a_day_is_marked_too_but_not_by_a_leaders_comment(branch: Branch) -> None:
    saved(branch, "CM1", Edit("visits", "N", None, VISIT))
    later = NOW + timedelta(hours=25)
    saved(branch, "TL1", Edit("visits", "N", {"tl_comment": None}, {"tl_comment": "好"}), now=later)
    assert row(branch, "visits", "N")["backdated"] is False
    saved(branch, "CM1", Edit("visits", "N", {"minutes": "谈了资金"}, {"minutes": "改"}), now=later)
    assert row(branch, "visits", "N")["backdated"] is True


@pytest.mark.parametrize("value", ["CM2", None])
def test_what_only_the_house_fills_in_is_not_taken_from_a_person(branch: Branch, value: str | None) -> None:
    saved(branch, "CM1", Edit("visits", "N", None, VISIT | {"recorded_by": value, "backdated": False, "recorded_at": NOW - timedelta(9)}))
    assert (row(branch, "visits", "N")["recorded_by"], row(branch, "visits", "N")["recorded_at"]) == ("CM1", NOW)
    saved(branch, "CM1", Edit("visits", "N", row(branch, "visits", "N"), {"recorded_by": value, "place": "厂区"}))
    assert row(branch, "visits", "N")["recorded_by"] == "CM1"
    assert row(branch, "visits", "N")["place"] == "厂区"


def test_every_column_of_the_house_in_every_ledger_is_left_as_it_is(branch: Branch) -> None:
    """Whoever may write the row: their value for such a column goes nowhere."""
    for table in branch.book().tables.values():
        key = "T1" if table.key == "teams" else f"{table.key}-C1"
        there = branch.store.row(table.key, key)
        for column in (c for c in table.columns if c.auto and c.key != "id"):
            for staff in ("CM1", "TL1", "BL1", "CR1", "ADM"):
                if there is None or not access.may(who(branch, staff), table.key, "write"):
                    continue
                try:
                    saved(branch, staff, Edit(table.key, key, there, {column.key: "CM2" if column.kind == "staff" else there[column.key]}))
                except (access.Denied, access.Unknown):
                    continue
                now = row(branch, table.key, key)
                assert now[column.key] == there[column.key] or column.key in {"must_return", "loan_customer"}, f"{table.key}.{column.key}"


def test_an_opportunity_knows_its_maker_and_since_when_it_is_in_its_stage(branch: Branch) -> None:
    born = {"name": "票据池", "customer": "C1", "channel": "visit", "block": "asset", "product": "票据", "amount": 1, "stage": "created"}
    saved(branch, "CM1", Edit("opportunities", "N", None, born))
    found = row(branch, "opportunities", "N")
    assert (found["created_by"], found["created_at"], found["stage_on"]) == ("CM1", NOW, TODAY)
    later = NOW + timedelta(days=3)
    saved(branch, "CM1", Edit("opportunities", "N", {"product": "票据"}, {"product": "银承"}), now=later)
    assert row(branch, "opportunities", "N")["stage_on"] == TODAY
    saved(branch, "CM1", Edit("opportunities", "N", {"stage": "created"}, {"stage": "shelved", "lost_reason": "other"}), now=later)
    assert row(branch, "opportunities", "N")["stage_on"] == later.date()


def test_a_new_customer_is_his_who_files_it(branch: Branch) -> None:
    whole = {
        k: v
        for k, v in row(branch, "customers", "C1").items()
        if k not in {"id", "rev", "owner", "team", "assigned_on", "uscc", "filed_on"}
    }
    saved(branch, "CM1", Edit("customers", "N", None, whole | {"uscc": "91350211M00013FA13"}))
    found = row(branch, "customers", "N")
    assert (found["owner"], found["team"], found["assigned_on"]) == ("CM1", "T1", TODAY)
    with pytest.raises(access.Unknown):
        saved(branch, "CM1", Edit("customers", "M", None, whole | {"uscc": "92990000DEM000030P", "owner": "CM2"}))


def test_a_review_is_noted_in_file_and_diary_by_the_same_save(branch: Branch) -> None:
    """R09: in the file of each customer it speaks of, and in no file where it speaks of none."""
    saved(branch, "CM1", Edit("reviews", "N", None, {"owner": "CM1", "level": "month", "period": "2026-11"}))
    assert noted(branch, "N") == {}
    saved(branch, "CM1", Edit("reviews", "N", {"written_on": None}, {"written_on": TODAY, "summary": "存款回升"}))
    found, note = row(branch, "reviews", "N"), noted(branch, "N")
    assert (found["in_file"], found["in_diary"]) == (None, True)
    assert (note["work"], note["content"], note["staff"]) == ("review", "存款回升", "CM1")
    lines = [Edit("review_lines", f"L{n}", None, {"review": "N", "customer": f"C{n}", "feedback": f"满意{n}"}) for n in (1, 2)]
    saved(branch, "CM1", *lines)
    assert row(branch, "reviews", "N")["in_file"] is True
    assert [(noted(branch, f"L{n}")["customer"], noted(branch, f"L{n}")["content"]) for n in (1, 2)] == [("C1", "满意1"), ("C2", "满意2")]


def test_the_diary_lines_of_a_review_name_their_customers(branch: Branch) -> None:
    whole = {"owner": "CM1", "level": "month", "period": "2026-10", "written_on": TODAY, "summary": "存款回升", "next_plan": "逐户跟进"}
    lines = [Edit("review_lines", f"M{n}", None, {"review": "N2", "customer": f"C{n}", "shortcomings": f"间隔偏长{n}"}) for n in (1, 2)]
    saved(branch, "CM1", Edit("reviews", "N2", None, whole), *lines)
    assert row(branch, "reviews", "N2")["in_file"] is True
    notes = [noted(branch, f"M{n}") for n in (1, 2)]
    assert [(note["customer"], note["result"], note["todo"]) for note in notes] == [
        ("C1", "间隔偏长1", "逐户跟进"),
        ("C2", "间隔偏长2", "逐户跟进"),
    ]
    assert noted(branch, "N2") == {}
