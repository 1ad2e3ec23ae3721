"""A changed calendar moves dues: what was told is not told again, what has come nearer is told the same day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from branch.branch import Branch
from jobs.scan import run as scan
from sheets.schema import Edit
from tests.jobs.world import alerts, at, customer, line, outbox, set_, write

# R30 for a line that expires 2026-12-10 in a tier-2 branch: due Tuesday 2026-11-10, reminders 14, 7 and 3 days before.
DAY, BEFORE = "R30|N1|2026-11-10", "R30|N1|2026-11-09"


@pytest.fixture
def told(branch: Branch) -> Branch:
    """The reminder seven days before was mailed on the 4th."""
    write(branch, [customer("K1", "云澜启岚机械(示例)"), line("N1", "K1", "2026-12-10")])
    assert scan(branch, at("2026-11-04 09:00")).mails == 1
    return branch


def close(branch: Branch, day: str, now: str, **more: Any) -> None:
    values = {"on": date.fromisoformat(day), "kind": "closure", "name": "系统切换", "confirmed": True} | more
    write(branch, [Edit("calendar", f"D{day}", None, values)], now)


def test_a_day_closed_moves_the_due_and_mails_no_step_twice(told: Branch) -> None:
    close(told, "2026-11-10", "2026-11-04 10:00")
    found = scan(told, at("2026-11-04 10:01"))
    assert (found.new, found.mails) == (0, 0)
    assert alerts(told) == {
        f"{DAY}|14d|customer_manager|digest": "skipped",
        f"{DAY}|7d|customer_manager|digest": "closed",
        f"{BEFORE}|14d|customer_manager|digest": "told",
        f"{BEFORE}|7d|customer_manager|digest": "told",
    }
    frame = told.book().frame("alerts").set_index("id")
    assert str(frame.loc[f"{BEFORE}|7d|customer_manager|digest", "told_at"]) == "2026-11-04 09:00:00"


def test_the_next_step_of_the_moved_due_is_told_in_its_time_and_the_told_one_never_again(told: Branch) -> None:
    close(told, "2026-11-10", "2026-11-04 10:00")
    scan(told, at("2026-11-04 10:01"))
    scan(told, at("2026-11-05 09:00"))
    scan(told, at("2026-11-06 09:00"))  # three days before the 9th
    assert [mail["id"] for mail in outbox(told)] == ["digest|M1|2026-11-04", "digest|M1|2026-11-05", "digest|M1|2026-11-06"]
    assert alerts(told)[f"{BEFORE}|3d|customer_manager|digest"] == "told"
    frame = told.book().frame("alerts").set_index("id")
    assert frame.loc[f"{BEFORE}|7d|customer_manager|digest", "outbox"] != "digest|M1|2026-11-05"


def test_a_closed_day_taken_back_mails_nothing_either(told: Branch) -> None:
    close(told, "2026-11-10", "2026-11-04 10:00")
    scan(told, at("2026-11-04 10:01"))
    row = told.store.row("calendar", "D2026-11-10")
    write(told, [Edit("calendar", "D2026-11-10", row, None)], "2026-11-04 11:00")
    found = scan(told, at("2026-11-04 11:01"))
    assert (found.new, found.mails) == (0, 0)
    assert alerts(told)[f"{DAY}|7d|customer_manager|digest"] == "told"


def test_a_due_whose_own_date_somebody_changed_begins_anew(told: Branch) -> None:
    """The same move by a day, but the line itself expires a day earlier."""
    set_(told, "credit_lines", "N1", "2026-11-04 10:00", expires_on=date(2026, 12, 9))
    assert scan(told, at("2026-11-04 10:01")).new == 1
    assert alerts(told)[f"{BEFORE}|7d|customer_manager|digest"] == "open"


def test_a_due_that_another_fact_moves_by_a_month_begins_anew(told: Branch) -> None:
    """The same expiry, but the authority of the head office asks for more time."""
    rule = told.store.row("rules", "R30")
    write(told, [Edit("rules", "R30", rule, {"lead": "level: head=2m tier1=1m tier2=1m"})], "2026-11-02 08:00")
    set_(told, "credit_lines", "N1", "2026-11-04 10:00", authority="head")
    scan(told, at("2026-11-04 10:01"))
    assert alerts(told)["R30|N1|2026-10-10|7d|customer_manager|digest"] == "skipped"
    assert alerts(told)["R30|N1|2026-10-10|+1d|team_leader|immediate"] == "told"


def test_a_due_that_its_rule_moves_begins_anew(told: Branch) -> None:
    rule = told.store.row("rules", "R30")
    write(told, [Edit("rules", "R30", rule, {"lead": "32d"})], "2026-11-04 10:00")
    assert scan(told, at("2026-11-04 10:01")).new == 1


def test_what_a_day_closed_tomorrow_brings_to_today_is_mailed_today(told: Branch) -> None:
    """The morning's digest has gone: the mail goes at once. The day before, the due of the 10th was ahead."""
    scan(told, at("2026-11-09 09:00"))
    close(told, "2026-11-10", "2026-11-09 10:00")
    found = scan(told, at("2026-11-09 10:01"))
    assert (found.new, found.mails) == (1, 1)
    assert alerts(told)[f"{BEFORE}|due|customer_manager|immediate"] == "told"
    assert outbox(told)[-1]["id"].startswith("immediate|M1|")
    assert scan(told, at("2026-11-09 10:30")).mails == 0


def test_what_is_written_down_due_today_waits_for_the_morning(told: Branch) -> None:
    """Nobody touched the calendar: a second due of the day brings no mail of its own."""
    scan(told, at("2026-11-09 09:00"))
    write(told, [customer("K2", "云澜禾川(示例)"), line("N2", "K2", "2026-12-09")], "2026-11-09 10:00")
    assert scan(told, at("2026-11-09 10:01")).mails == 0
