"""Faults that other houses' reminders are known for, and that ours may not have."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from rules import calendar, due, rulebook
from rules import days as d
from rules.ladder import People
from rules.ledgers import Ledgers
from sheets.schema import Issue
from tests.rules.stories.money import PAY
from tests.rules.stories.story import OPP, since
from tests.rules.tables import CALENDAR, at, branch, dues, scheme, state, told


def payment(key: str, on: str) -> str:
    return f"{key}|KH1|{on}|600|禾川贸易|company|own|||yes"


@pytest.mark.parametrize("hour", ["00:00", "08:00", "14:00", "20:00", "23:59"])
def test_whatever_the_hour_of_a_rest_day_the_deadline_is_the_same(hour: str) -> None:
    """Elsewhere four hours on a Saturday afternoon end on Monday evening, and those of a Saturday evening on Tuesday."""
    found = dues(branch(opportunities=f"{OPP}\nO1|代发|KH1|created|2026-10-03 {hour}|"), scheme("R21r", "R22", "R23", "R24c"), "2026-10-08")
    assert dict(zip(found["rule"].astype(str), found["due"].dt.strftime("%m-%d"), strict=True)) == {
        "R21r": "10-08", "R22": "10-10", "R23": "10-13", "R24c": "10-20",
    }  # fmt: skip


def test_a_branch_that_is_closed_for_a_year_has_deadlines_after_it() -> None:
    """Elsewhere the search for the next working day goes on for ever. Here nothing steps from day to day."""
    year = pd.date_range("2027-01-01", "2027-12-31").astype("datetime64[s]")
    closed = calendar.make(pd.DataFrame({"on": year, "kind": ["closure"] * len(year), "confirmed": [True] * len(year)}))
    new_year = np.array([d.one(date(2027, 1, 1))])
    assert d.iso(closed.add_workdays(new_year, 1))[0] == "2028-01-03"
    assert d.iso(closed.roll(new_year, "later"))[0] == "2028-01-03"
    assert d.iso(closed.roll(new_year, "earlier"))[0] == "2026-12-31"
    found = due.evaluate(Ledgers(branch(staff=since("2026-12-01")), at("2027-01-20")), scheme("R05", "R02"), closed)
    assert found.issues == []
    december = found.dues.set_index("occurrence")["due"]["2026-12"]
    assert f"{december:%Y-%m-%d}" == "2028-01-07"


def test_a_date_that_moves_is_told_again_once_and_the_old_day_no_more() -> None:
    """Elsewhere a record that was told once is marked for ever, or is told at every tick."""
    rules = scheme("R37")
    before, after = (dues(branch(payments=f"{PAY}\n{payment('E1', on)}"), rules, "2026-10-09") for on in ("2026-10-10", "2026-10-14"))
    assert list(before["key"]) == ["R37|E1|2026-10-10"]
    assert list(after["key"]) == ["R37|E1|2026-10-14"]
    moved = branch(payments=f"{PAY}\n{payment('E1', '2026-10-14')}")
    assert told(moved, rules, "2026-10-10") == []
    assert told(moved, rules, "2026-10-14") == told(moved, rules, "2026-10-14T09:00:00") == ["due team_leader"]


def test_an_opportunity_is_stale_by_its_last_move_and_not_by_its_age() -> None:
    old = f"{OPP}\nO1|代发|KH1|need|2026-01-05 09:00|2026-11-20"
    assert told(branch(opportunities=old), scheme("R24"), "2026-11-26") == []
    assert state(branch(opportunities=old), scheme("R24"), "2026-11-26") == ["12-21 planned"]  # the 20th is a Sunday


def test_who_is_on_leave_is_not_passed_over_but_stood_in_for() -> None:
    """A diary, a review, a measure are owed by the person whose they are; while they are away the deputy is told."""
    leave = "id|staff|from_on|to_on|deputy\nQ1|1001|2026-11-20|2026-11-30|1002"
    people = People(branch(leave=leave).last_good, date(2026, 11, 23))
    found = people.recipient("owner", "", owner="1001")
    assert (found.person, found.deputy_for, found.unresolved) == ("1002", "1001", False)
    back = People(branch(leave=leave).last_good, date(2026, 12, 1)).recipient("owner", "", owner="1001")
    assert (back.person, back.deputy_for) == ("1001", "")


@pytest.mark.parametrize(
    ("rule", "table", "column", "good"),
    [("R37", "payments", "pays_on", ["R37|E2|2026-10-10"]), ("R05", "reviews", "written_on", ["R05|1001|2026-09", "R05|1001|2026-10"])],
)
def test_one_cell_that_cannot_be_read_costs_one_row_and_is_told_itself(rule: str, table: str, column: str, good: list[str]) -> None:
    """Elsewhere one bad record ends the morning's reminders of everybody."""
    rows = {
        "payments": f"{PAY}\n{payment('E1', '')}\n{payment('E2', '2026-10-10')}",
        "reviews": "id|owner|period|written_on\nE1|1001|2026-09|",
    }
    issue = Issue(table, "E1", column, f"E1.{column}", "date_impossible", "2026-02-30", None, since=datetime(2026, 10, 9, 9, 0))
    book = branch([issue], staff=since("2026-09-01"), **{table: rows[table]})
    found = due.evaluate(Ledgers(book, at("2026-10-10")), scheme(rule), CALENDAR)
    assert found.issues == []
    assert sorted(found.dues["key"]) == [f"DATA|E1|{column}", *good]


def test_what_is_waived_is_one_due_and_none_whose_name_only_resembles_it() -> None:
    """Elsewhere an@x.cn who has been told keeps han@x.cn from being told."""
    rows = f"{PAY}\n{payment('E1', '2026-10-10')}\n{payment('E11', '2026-10-10')}\n{payment('XE1', '2026-10-10')}"
    book = branch(payments=rows, responses="id|act|staff|at|reason\nA1|waive|3001|2026-10-09 10:00|已当面核实")
    book.frames["responses"] = book.frames["responses"].assign(due_key="R37|E1|2026-10-10")
    found = dues(book, scheme("R37"), "2026-10-10")
    assert dict(zip(found["row"], found["state"].astype(str), strict=True)) == {"E1": "waived", "E11": "due_today", "XE1": "due_today"}


def test_every_rule_of_the_scheme_is_asked_of_a_branch_without_a_row_and_of_one_without_a_day() -> None:
    """A ledger that nobody has begun, and rows in which only the number is filled."""
    rules = scheme()
    blank = branch(**{rule.subject: "id\nX1" for rule in rules})
    for day in (date(2026, 1, 1), date(2026, 11, 26), date(2027, 2, 28), date(2028, 2, 29)):
        assert due.evaluate(Ledgers(blank, at(str(day))), rules, CALENDAR).issues == []
        assert (
            due.evaluate(Ledgers(branch(customers="id|name", staff="id|name"), at(str(day + timedelta(days=1)))), rules, CALENDAR).issues
            == []
        )
    assert len(rules) == len(rulebook.shipped())
