"""A past day is looked at again: every row, every person, every rule as they stood at its end, by the record of changes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from branch.as_of import NotPast, as_of
from branch.branch import Branch
from branch.people import Actor
from jobs.scan import run as scan
from sheets.book import Book
from sheets.schema import Edit, Unread
from tests.branch import rooms
from tests.jobs import world
from tests.jobs.world import at, customer, line, set_, write

OF_A_ROW = ["rev", "updated_at", "updated_by"]
B1 = Actor("B1", "柏舟", "leader", "", "zh")
DUE = "R30|N1|2026-11-10"  # the line N1 expires on 2026-12-10 and is submitted a month before


@pytest.fixture
def branch(tmp_path: Path) -> Branch:
    made = world.make(tmp_path / "home", now="2026-11-02 07:00")
    write(made, [customer("K1", "云澜启岚机械(示例)"), line("N1", "K1", "2026-12-10")], "2026-11-02 08:00")
    return made


def stands(book: Book) -> dict[str, list[tuple[str, ...]]]:
    """Every live row of every ledger in words; and what cannot be read, with its last good value."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for key in book.frames:
        if book.frame(key).empty:
            continue
        frame = book.frame(key).drop(columns=OF_A_ROW).sort_values("id")
        texts = [frame[name].astype("object").where(frame[name].notna(), "").astype(str) for name in frame]
        found[key] = list(zip(*texts, strict=True))
    good = [(i.table, i.row, i.column, i.code, i.raw, str(i.good), str(i.since)) for i in book.issues]
    return found | {"issues": sorted(good)}


def listed(branch: Branch, day: date, now: str, actor: Actor = B1) -> list[tuple[str, str, str]]:
    dues = as_of(branch, branch.look(at(now)), day).dues(actor)
    told = dues["told_at"].dt.strftime("%m-%d %H:%M").fillna("")
    return list(zip(dues["row"].astype(str), dues["state"].astype(str), told, strict=True))


def days(branch: Branch) -> list[list[Edit]]:
    """What people do day by day: new rows, other words, blanks, deletions, rows brought back, cells that cannot be read, a
    column of the branch's own, people, rules and days off."""
    store = branch.store

    def row(table: str, key: str) -> dict[str, object]:
        return store.row(table, key) or {}

    yield [customer("K2", "北岭食品(示例)", "M2"), line("N2", "K2", "2027-01-20")]
    yield [Edit("customers", "K1", row("customers", "K1"), {"owner": "M2", "short_name": " 启岚\n机械 ", "tier": None})]
    yield [Edit("credit_lines", "N1", row("credit_lines", "N1"), {"expires_on": Unread("明年", "bad_date"), "amount": 70_000_000_001})]
    yield [Edit("credit_lines", "N1", row("credit_lines", "N1"), {"expires_on": Unread("后年", "bad_date")}), customer("K3", "甲")]
    yield [Edit("credit_lines", "N1", row("credit_lines", "N1"), None), Edit("customers", "K3", row("customers", "K3"), None)]
    yield [Edit("credit_lines", "N1", {"id": "N1"}, {"deleted": False}), Edit("rules", "R30", row("rules", "R30"), {"lead": "2m"})]
    yield [
        Edit("dictionary", "D1", None, {"table": "customers", "act": "add", "column": "x_region", "kind": "text", "value_zh": "片区"}),
        Edit("calendar", "G1", None, {"on": date(2026, 11, 20), "kind": "closure"}),
        Edit("staff", "M1", row("staff", "M1"), {"status": "left"}),
    ]
    yield [Edit("customers", "K1", row("customers", "K1"), {"x_region": "城东", "owner": "M1"})]
    yield [
        Edit("credit_lines", "N1", row("credit_lines", "N1"), {"expires_on": date(2027, 3, 1)}),
        Edit("customers", "K1", row("customers", "K1"), {"x_region": None}),
    ]
    yield [Edit("dictionary", "D1", row("dictionary", "D1"), None), Edit("customers", "K2", row("customers", "K2"), None)]


def test_each_day_is_seen_again_exactly_as_it_stood_in_the_evening(branch: Branch) -> None:
    day, evenings = datetime(2026, 11, 3, 10), {}
    for edits in days(branch):
        branch.book()  # a new column of the dictionary can be written from the next book on
        branch.store.write(edits, "M1", "portal", day)
        evenings[day.date()] = stands(branch.book())
        day += timedelta(days=1)
    look = branch.look(day)
    for evening, stood in evenings.items():
        found = stands(as_of(branch, look, evening).look.book)
        assert {key: found.get(key) for key in stood} == stood, evening
        assert set(found) == set(stood)
    assert len(evenings) == 10
    assert evenings[date(2026, 11, 6)]["issues"][0][4:6] == ("后年", "2026-12-10")
    assert stands(branch.book()) == evenings[date(2026, 11, 12)], "looking back changes nothing"


def test_the_dues_of_a_past_day_say_state_owner_and_when_they_were_told(branch: Branch) -> None:
    scan(branch, at("2026-11-03 08:40"))
    scan(branch, at("2026-11-10 08:40"))
    set_(branch, "credit_lines", "N1", "2026-11-11 09:00", submitted_on=date(2026, 11, 11))
    set_(branch, "customers", "K1", "2026-11-12 09:00", owner="M2")
    now = "2026-11-16 09:00"
    assert listed(branch, date(2026, 11, 2), now) == [("N1", "planned", "")]
    assert listed(branch, date(2026, 11, 5), now) == [("N1", "due_soon", "11-03 08:40")]
    assert listed(branch, date(2026, 11, 10), now) == [("N1", "due_today", "11-10 08:40")]
    assert listed(branch, date(2026, 11, 11), now) == [], "it was submitted that day"
    then = as_of(branch, branch.look(at(now)), date(2026, 11, 10))
    assert list(then.dues(B1)["person"]) == ["M1"], "whose it was, and not whose it is"
    assert not then.as_is


def test_a_rule_of_that_day_counts_and_not_the_one_of_today(branch: Branch) -> None:
    set_(branch, "rules", "R30", "2026-11-05 09:00", lead="2m")
    look = branch.look(at("2026-11-09 09:00"))
    assert [str(one) for one in look.dues["due"].dt.date] == ["2026-10-10"], "a Saturday on which people work"
    before, after = (as_of(branch, look, date(2026, 11, day)).look.dues["due"].dt.date for day in (4, 5))
    assert (list(before), list(after)) == ([date(2026, 11, 10)], [date(2026, 10, 10)])


def test_before_the_record_begins_the_book_is_the_oldest_known_and_says_so(branch: Branch) -> None:
    set_(branch, "credit_lines", "N1", "2026-11-04 09:00", expires_on=date(2027, 2, 10))
    look = branch.look(at("2026-11-09 09:00"))
    old = as_of(branch, look, date(2026, 10, 27))
    assert (old.as_is, old.reaches) == (True, date(2026, 11, 2))
    assert list(old.dues(B1)["key"]) == [DUE]
    assert not as_of(branch, look, date(2026, 11, 2)).as_is


def test_today_is_not_over_and_cannot_be_looked_back_at(branch: Branch) -> None:
    look = branch.look(at("2026-11-09 09:00"))
    with pytest.raises(NotPast):
        as_of(branch, look, date(2026, 11, 9))


def test_a_leader_sees_of_a_past_day_only_customers_that_are_theirs_today(tmp_path: Path) -> None:
    """C5 belongs to another leader's team; CM1's own customer goes there too, and is out of the first leader's sight."""
    branch = rooms.make(tmp_path / "home")
    morning, later = rooms.NOW + timedelta(days=1), rooms.NOW + timedelta(days=3)
    branch.store.write(
        [Edit("customers", "C1", branch.store.row("customers", "C1"), {"team": "T2", "owner": "CM3"})], "TL1", "portal", morning
    )
    look, seen = branch.look(later), {}
    for staff in ("BL1", "BL2", "VW1"):
        dues = as_of(branch, look, rooms.TODAY).dues(rooms.who(branch, staff))
        seen[staff] = set(dues["customer"].astype(str)) - {""}
    assert {"C1", "C3", "C5"} <= seen["VW1"]
    assert "C3" in seen["BL1"]
    assert not {"C1", "C5"} & seen["BL1"]
    assert "C3" not in seen["BL2"]


def test_many_changes_are_undone_by_one_question_for_all_ledgers(branch: Branch) -> None:
    """Ten thousand cells changed: the statements of the store are counted, and do not grow with them."""
    write(branch, [customer(f"KH{n}", f"第{n}户") for n in range(500)], "2026-11-03 09:00")
    asked = []
    for day in range(4):
        was = branch.book().frame("customers").set_index("id")["short_name"]
        edits = [Edit("customers", f"KH{n}", {"short_name": was[f"KH{n}"]}, {"short_name": f"{day}-{n}"}) for n in range(500)]
        write(branch, edits, f"2026-11-0{day + 4} 09:00")
    look = branch.look(at("2026-11-20 09:00"))
    event.listen(branch.store._door.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    then = as_of(branch, look, date(2026, 11, 5)).look.book.frame("customers").set_index("id")
    assert then.loc["KH7", "short_name"] == "1-7"
    assert sum("changes" in statement for statement in asked) == 2, "where the record begins, and what came after the day"
