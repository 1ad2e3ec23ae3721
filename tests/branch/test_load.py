"""How many alerts a person gets a day: what the ledger says, and what the planned steps will say."""

from __future__ import annotations

from datetime import timedelta

from branch import load
from branch.branch import Branch
from jobs import scan
from sheets.schema import Edit
from tests.branch.rooms import NOW, TODAY, who


def test_the_alerts_of_one_day_are_counted_by_person_and_rule(branch: Branch) -> None:
    """Thirty calls told on one day are more than anybody reads; the day a month ago is not in it."""
    edits = [
        Edit("alerts", f"A{number}", None, {
            "due_key": f"R12|C1|{number}", "rule": "R12" if number < 28 else "R30", "customer": "C1", "staff": "CM1",
            "state": "told", "told_at": NOW - timedelta(days=3 if number < 30 else 31)})
        for number in range(32)
    ]  # fmt: skip
    branch.store.write(edits, "system", "job", NOW)
    [one] = [found for found in load.told(branch.look(NOW), who(branch, "BL1")) if found.person == "CM1"]
    assert (one.most, one.on, one.many) == (30, (NOW - timedelta(days=3)).date(), True)
    assert one.rules == (("R12", 28), ("R30", 2))
    assert 1 < one.mean < 2  # thirty in the working days of thirty days
    assert load.told(branch.look(NOW), who(branch, "BL2")) == []


def test_what_is_planned_is_what_the_scan_of_that_day_tells(branch: Branch) -> None:
    """Nothing happens meanwhile: the new steps of each coming day are those that were planned, for dues that were there."""
    scan.run(branch, NOW)
    look = branch.look(NOW)
    planned = load._planned(look)
    day = next(TODAY + timedelta(days=n) for n in range(1, 14) if look.calendar.is_workday(TODAY + timedelta(days=n)))
    there = set(look.dues["key"])
    later = branch.look(NOW.replace(day=day.day, month=day.month) + timedelta(hours=12))
    come = later.alerts().new
    come = come[come["key"].isin(there) & (come["at"].dt.date == day)]
    mine = planned[planned["day"].dt.date == day]
    assert len(come) > 0
    assert sorted(zip(mine["person"], mine["rule"], strict=True)) == sorted(
        zip(come["person"].fillna(""), come["rule"].astype(str), strict=True)
    )


def test_nobody_is_shown_the_load_of_people_they_do_not_answer_for(branch: Branch) -> None:
    look = branch.look(NOW)
    seen = {one: {found.person for found in load.coming(look, who(branch, one))} for one in ("BL1", "BL2", "ADM")}
    assert not seen["BL2"] & {"CM1", "CM2", "TL1"}
    assert seen["BL1"] >= {"CM1", "TL1"}
    assert seen["ADM"] >= seen["BL1"] | seen["BL2"]
