"""An import is taken back as a whole: what it added goes, what it changed is as it was, and nobody's later work is touched."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from branch import undo
from branch.branch import Branch
from branch.exchange import take_grid
from branch.people import SYSTEM
from branch.undo import Left, NotUndone
from sheets.files import csvfile
from sheets.schema import Edit
from tests.branch import rooms

LATER = rooms.NOW + timedelta(hours=1)
CONTACTS = "客户,姓名,职务,手机,依据,在岗\nC1,赵新,会计,13800000011,名片,是\nC1,钱新,出纳,13800000012,名片,是\n"


@pytest.fixture
def branch(tmp_path: Path) -> Branch:
    return rooms.make(tmp_path / "home")


def take(branch: Branch, staff: str, table: str, text: str) -> tuple[str, dict[str, Any]]:
    """An import as the page does it: begun on record, saved under its token, noted."""
    person = SYSTEM if staff == "system" else rooms.who(branch, staff)
    key = undo.begin(branch, person, table, f"{table}.csv", rooms.NOW)
    took = take_grid(branch, table, csvfile.grid(text.encode()), f"{table}.csv", rooms.NOW, person, token=undo.token(key))
    undo.note(branch, key, took.document["ledgers"], rooms.NOW)
    return key, took.document


def live(branch: Branch, table: str) -> set[str]:
    return set(branch.book().frame(table)["id"])


def test_rows_that_an_import_added_go_and_cells_it_changed_say_what_they_said(branch: Branch) -> None:
    before = {key: branch.book().frame(key)[["id"]] for key in ("customers", "diary", "ratings")}
    old = branch.store.row("customers", "C1")
    key, done = take(branch, "CM1", "customers", "客户编号,客户名称,客户简称\nC1,启岚机械有限公司,启岚\nKH9,新客户有限公司,新客户\n")
    assert (done["added"], done["changed"], done["refused"]) == (1, 1, 0)
    found = undo.undo(branch, key, rooms.who(branch, "CM1"), LATER)
    assert (found.removed, found.restored, found.left) == (2, 1, ())  # the customer and the assignment that came with it
    now = branch.store.row("customers", "C1")
    assert old is not None
    assert now is not None
    assert {k: v for k, v in now.items() if k != "rev"} == {k: v for k, v in old.items() if k != "rev"}
    assert all(live(branch, key) == set(frame["id"]) for key, frame in before.items())
    assert branch.store.verify() == []


def test_an_undo_is_on_record_as_the_act_of_who_asked_for_it(branch: Branch) -> None:
    key, _ = take(branch, "CM1", "contacts", CONTACTS)
    undo.undo(branch, key, rooms.who(branch, "ADM"), LATER)
    newest = branch.store.history("contacts").iloc[0]
    assert (newest["actor"], newest["source"], newest["column"], newest["new"]) == ("ADM", "undo", "deleted", "yes")
    assert rooms.on_record(branch, undo.UNDONE) == [("ADM", f"{key} contacts contacts.csv")]
    (past,) = undo.past(branch, rooms.who(branch, "CM1"))
    assert (past.staff, past.table, past.file, past.undone) == ("CM1", "contacts", "contacts.csv", True)
    assert past.ledgers == {"contacts": {"added": 2, "changed": 0}}


def test_what_somebody_has_changed_since_is_left_and_named(branch: Branch) -> None:
    key, _ = take(branch, "CM1", "customers", "客户编号,客户简称,注册地址\nC1,启岚,新址一号\nC2,宏远,新址二号\n")
    branch.store.write([Edit("customers", "C1", {"short_name": "启岚"}, {"short_name": "启岚机"})], "CM1", "portal", LATER)
    found = undo.undo(branch, key, rooms.who(branch, "CM1"), LATER)
    assert found.left == (Left("customers", "C1", "changed", ("short_name",)),)
    first, second = branch.store.row("customers", "C1"), branch.store.row("customers", "C2")
    assert first is not None
    assert second is not None
    assert (first["short_name"], first["address"]) == ("启岚机", "示例路1号")
    assert (second["short_name"], second["address"]) == ("宏远纺织", "示例路1号")


def test_a_customer_about_whom_something_was_filed_since_is_left(branch: Branch) -> None:
    key, _ = take(branch, "CM1", "customers", "客户编号,客户名称\nKH8,甲方有限公司\nKH9,乙方有限公司\n")
    visit = {"customer": "KH8", "kind": "routine", "mode": "onsite", "visited_on": date(2026, 11, 20), "participants": "CM1"}
    branch.store.write([Edit("visits", "V99", None, visit)], "CM1", "portal", LATER)
    found = undo.undo(branch, key, rooms.who(branch, "CM1"), LATER)
    assert Left("customers", "KH8", "named") in found.left
    assert "KH8" in live(branch, "customers")
    assert "KH9" not in live(branch, "customers")


def test_a_file_that_was_taken_back_can_be_brought_again_mended(branch: Branch) -> None:
    """Rows under their own numbers come again as new ones, with nothing of what the wrong file said."""
    key, _ = take(branch, "CM1", "customers", "客户编号,客户名称,注册地址\nKH9,乙方有限公司,错的地址\n")
    undo.undo(branch, key, rooms.who(branch, "CM1"), LATER)
    _, again = take(branch, "CM1", "customers", "客户编号,客户名称\nKH9,乙方有限公司\n")
    assert (again["added"], again["refused"], again["issues"] and [i for i in again["issues"] if not i["warning"]]) == (1, 0, [])
    row = branch.store.row("customers", "KH9")
    assert row is not None
    assert row["address"] is None
    assert branch.store.verify() == []


def test_a_number_that_an_undo_made_free_is_not_there_for_a_stranger(branch: Branch) -> None:
    """What happened to the row that bore it is not theirs to see; they are answered as about any number that is taken."""
    key, _ = take(branch, "CM1", "customers", "客户编号,客户名称,注册地址\nKH9,乙方有限公司,错的地址\n")
    undo.undo(branch, key, rooms.who(branch, "CM1"), LATER)
    _, theirs = take(branch, "CM2", "customers", "客户编号,客户名称\nKH9,乙方有限公司\n")
    assert (theirs["added"], theirs["refused"]) == (0, 1)
    assert branch.store.row("customers", "KH9") is None


def test_rows_that_huce_numbered_are_numbered_anew(branch: Branch) -> None:
    text = "客户名称\n丙方有限公司\n"
    key, _ = take(branch, "CM1", "customers", text)
    undo.undo(branch, key, rooms.who(branch, "CM1"), LATER)
    _, again = take(branch, "CM1", "customers", text)
    assert again["added"] == 1
    assert (branch.book().frame("customers")["name"] == "丙方有限公司").sum() == 1


def test_a_row_that_a_person_deleted_is_not_brought_back_by_a_file(branch: Branch) -> None:
    branch.store.write([Edit("contacts", "K1", {}, None)], "CM1", "portal", rooms.NOW)
    _, done = take(branch, "CM1", "contacts", "id,customer,name\nK1,C1,王示例\n")
    assert [issue["code"] for issue in done["issues"] if not issue["warning"]] == ["row_deleted"]


def test_only_who_brought_a_file_or_an_administrator_takes_it_back(branch: Branch) -> None:
    key, _ = take(branch, "CM1", "contacts", CONTACTS)
    for stranger in ("CM2", "TL1", "BL1"):
        with pytest.raises(NotUndone) as refused:
            undo.undo(branch, key, rooms.who(branch, stranger), LATER)
        assert refused.value.code == "undo.not_theirs"
        assert undo.past(branch, rooms.who(branch, stranger)) == []
    assert (("CM2", f"undo import/{key}")) in rooms.on_record(branch, "denied")


def test_an_import_is_taken_back_once(branch: Branch) -> None:
    key, _ = take(branch, "CM1", "contacts", CONTACTS)
    undo.undo(branch, key, rooms.who(branch, "CM1"), LATER)
    with pytest.raises(NotUndone) as refused:
        undo.undo(branch, key, rooms.who(branch, "CM1"), LATER)
    assert refused.value.code == "undo.already"


def test_a_wide_sheet_is_taken_back_with_all_its_ledgers(branch: Branch) -> None:
    before = {key: live(branch, key) for key in ("customers", "ratings", "credit_lines", "loans", "balances")}
    text = "客户名称,主办客户经理,评级到期日,授信到期日,授信额度(万元),借据号,贷款到期日,存款余额(万元)\n丁方有限公司,CM1,2027-03-01,2027-04-01,500,JJ-77,2027-05-01,12\n"
    key, done = take(branch, "system", "customers", text)
    assert {table: n["added"] for table, n in done["ledgers"].items()} == dict.fromkeys(before, 1)
    found = undo.undo(branch, key, rooms.who(branch, "ADM"), LATER)
    assert found.left == ()
    assert {key: live(branch, key) for key in before} == before
