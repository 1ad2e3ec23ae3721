"""Numbers are people's: typed where the bank has one, else given in the form of the ledger, by the very save."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from branch import settings
from branch.branch import Branch
from branch.opening import open_branch
from sheets.numbers import is_placeholder, placeholder
from sheets.schema import Edit
from tests.branch.rooms import NOW, TODAY
from tests.branch.saves import VISIT, refusal, row, saved


def filed(branch: Branch, uscc: str) -> dict[str, Any]:
    """A customer like C1, with another code."""
    kept = {"id", "rev", "owner", "team", "assigned_on", "filed_on"}
    return {key: value for key, value in row(branch, "customers", "C1").items() if key not in kept} | {"uscc": uscc, "name": uscc}


def test_a_visit_and_its_line_in_the_diary_are_numbered_by_the_same_save(branch: Branch) -> None:
    visit = placeholder()
    ids = saved(branch, "CM1", Edit("visits", visit, None, VISIT)).ids
    assert ids[visit] == "FW-20261123-001"
    assert sorted(ids.values()) == ["FW-20261123-001", "RZ-20261123-001"]
    assert row(branch, "diary", "RZ-20261123-001")["origin_row"] == "FW-20261123-001"


def test_a_visit_that_takes_place_later_still_enters_the_diary_once(branch: Branch) -> None:
    visit = placeholder()
    number = saved(branch, "CM1", Edit("visits", visit, None, VISIT | {"visited_on": None, "planned_on": TODAY})).ids[visit]
    for day, was in ((TODAY, None), (None, TODAY), (TODAY - timedelta(1), None)):
        saved(branch, "CM1", Edit("visits", number, {"visited_on": was}, {"visited_on": day}))
    diary = branch.book().frame("diary")
    assert list(diary.loc[diary["origin_row"] == number, "id"]) == ["RZ-20261123-001"]


def test_a_new_customer_comes_with_contact_and_assignment_in_one_save(branch: Branch) -> None:
    """Nobody needs to know the number of the one to write down the other."""
    customer, contact = placeholder(), placeholder()
    said = {"customer": customer, "name": "林一", "position": "财务", "parts": "handler", "basis": "card", "in_post": "yes"}
    edits = Edit("contacts", contact, None, said), Edit("customers", customer, None, filed(branch, "91350211M00013FA13"))
    ids = saved(branch, "CM1", *edits).ids
    assert (ids[customer], ids[contact]) == ("KH000001", "LX000001")
    assert row(branch, "contacts", "LX000001")["customer"] == "KH000001"
    assert not any(is_placeholder(one) for frame in branch.book().frames.values() for one in frame["id"])


def test_a_number_that_a_person_types_is_kept(branch: Branch) -> None:
    saved(branch, "CM1", Edit("customers", "ECIF8800123", None, filed(branch, "91350211M00013FA13")))
    assert row(branch, "customers", "ECIF8800123")["owner"] == "CM1"


def test_a_number_that_is_taken_is_refused_with_a_sentence(branch: Branch) -> None:
    """Also that of a row that says something else: nothing is written over it."""
    said = refusal(branch, "CM1", Edit("visits", "visits-C1", None, VISIT | {"minutes": "另一次访问"}))
    assert said.code == "check.number_taken"
    assert "visits-C1" in said.say("zh")


def test_the_letter_of_the_installation_is_a_setting(home: Path) -> None:
    settings.save(home, {"numbering_letter": "B"})
    branch, visit = open_branch(home), placeholder()
    assert saved(branch, "CM1", Edit("visits", visit, None, VISIT)).ids[visit] == "FW-B-20261123-001"
    branch.store.close()


def test_a_branch_of_an_older_program_is_moved_forward_when_it_is_opened(home: Path) -> None:
    branch = open_branch(home)
    with branch.store._door.write() as connection:
        connection.exec_driver_sql("DROP TABLE huce_numbers")
    branch.store.close()
    branch, visit = open_branch(home), placeholder()
    assert saved(branch, "CM1", Edit("visits", visit, None, VISIT), now=NOW).ids[visit] == "FW-20261123-001"
    assert len(list(home.glob("huce-before-*.db"))) == 1
    branch.store.close()
