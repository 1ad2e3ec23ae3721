"""When things happen: by the clock on the wall and the marks; what was missed is done, what failed is shown and retried."""

from __future__ import annotations

import os
import sqlite3
import threading
from datetime import timedelta

import pytest

from branch import status
from jobs import timetable
from jobs.timetable import Timetable
from sheets.schema import Edit
from tests.jobs.test_digest import ids, two_lines
from tests.jobs.test_post import letter, states
from tests.jobs.world import at, customer, outbox, set_, with_settings, write


class Wall:
    """A clock that stands where it was put."""

    def __init__(self, text):
        self.now = at(text)

    def __call__(self):
        return self.now


@pytest.fixture
def table_of(branch):
    """table_of(branch, moment) → (timetable, wall) on the branch's home."""
    made = []

    def table_of(branch, moment):
        wall = Wall(moment)
        made.append(Timetable(branch.settings.home, threading.Event(), wall))
        return made[-1], wall

    yield table_of
    for one in made:
        one.release()


def ring(table):
    """Every alarm once, as at a start."""
    table.plan().run_all()


def said(branch):
    return branch.store.private.marks()


def job(branch, name):
    return said(branch)[status.job(name)][0]


def test_the_digest_leaves_at_half_past_eight_and_not_a_minute_before(branch, table_of):
    two_lines(branch)
    table, wall = table_of(branch, "2026-11-10 08:29")
    ring(table)
    assert ids(branch) == []
    wall.now = at("2026-11-10 08:30")
    table.hour()
    assert ids(branch) == ["digest|M1|2026-11-10", "digest|M2|2026-11-10"]
    assert set(states(branch).values()) == {"sent"}
    wall.now = at("2026-11-10 08:31")
    ring(table)
    assert len(ids(branch)) == 2


def test_a_machine_that_was_off_in_the_morning_does_it_when_it_is_switched_on(branch, table_of):
    two_lines(branch)
    table, _ = table_of(branch, "2026-11-10 19:40")
    ring(table)
    assert ids(branch) == ["digest|M1|2026-11-10", "digest|M2|2026-11-10"]


def test_the_nudge_of_half_past_four_reaches_the_opportunity_that_was_not_submitted(branch_of, table_of):
    branch = branch_of("R20")
    write(branch, [customer("K1", "云澜(示例)")])
    deal = {"customer": "K1", "name": "流贷", "stage": "created", "created_at": at("2026-11-10 10:00")}
    write(branch, [Edit("opportunities", "O1", None, deal)], "2026-11-10 10:00")
    table, wall = table_of(branch, "2026-11-10 16:29")
    ring(table)
    assert not [key for key in ids(branch) if key.startswith("immediate|")]
    wall.now = at("2026-11-10 16:30")
    table.hour()
    assert len([key for key in ids(branch) if key.startswith("immediate|")]) == 1
    assert said(branch)[status.done("nudge")][0] == "2026-11-10"


def test_a_scan_in_working_hours_only_when_there_is_something_new(branch, table_of):
    two_lines(branch)
    table, wall = table_of(branch, "2026-11-10 09:00")
    ring(table)

    def looked(moment):
        wall.now = at(moment)
        table.look()
        return said(branch)[status.SCAN][1] == wall.now

    assert not looked("2026-11-10 09:05")
    set_(branch, "credit_lines", "N1", "2026-11-10 09:06", diligence_on=at("2026-11-10").date())
    assert looked("2026-11-10 09:10")
    assert not looked("2026-11-10 09:15")
    assert looked("2026-11-10 09:45"), "half an hour without a look"
    assert not looked("2026-11-10 20:00")


def test_on_a_day_off_the_house_looks_once_and_sends_no_digest(branch, table_of):
    """Saturday 14 November: no red band on Monday, no mail about what can wait."""
    two_lines(branch)
    table, wall = table_of(branch, "2026-11-14 08:31")
    ring(table)
    assert said(branch)[status.SCAN][1] == wall.now
    assert ids(branch) == []
    before = wall.now
    wall.now = at("2026-11-14 15:00")
    ring(table)
    assert said(branch)[status.SCAN][1] == before


def test_a_job_that_fails_is_shown_retried_after_five_minutes_and_stops_no_other(branch, table_of, monkeypatch):
    two_lines(branch)
    letter(branch, "waiting", "m1@bank.example", now=at("2026-11-10 08:00"))
    table, wall = table_of(branch, "2026-11-10 09:00")
    tries = []

    def broken(*_):
        tries.append(wall.now)
        raise ZeroDivisionError("a rule went wrong")

    monkeypatch.setattr(timetable, "run_scan", broken)
    ring(table)
    assert job(branch, "scan") == "ZeroDivisionError: a rule went wrong"
    assert states(branch) == {"waiting": "sent"}
    assert (job(branch, "backup"), job(branch, "post")) == ("", "")
    for minute in (1, 4, 5, 6):
        wall.now = at("2026-11-10 09:00") + timedelta(minutes=minute)
        ring(table)
    assert tries == [at("2026-11-10 09:00"), at("2026-11-10 09:05")]
    monkeypatch.undo()
    wall.now = at("2026-11-10 09:10")
    ring(table)
    assert job(branch, "scan") == ""
    assert "digest|M1|2026-11-10" in ids(branch)


def test_the_red_band_learns_why_the_last_scan_failed_and_when_the_last_good_one_was(branch, table_of, monkeypatch):
    table, wall = table_of(branch, "2026-11-10 09:00")
    ring(table)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(timetable, "run_scan", full)
    wall.now = at("2026-11-10 10:00")
    ring(table)
    reason, good = said(branch)[status.SCAN]
    assert "No space left on device" in reason
    assert good == at("2026-11-10 09:00")


def test_one_copy_a_night_and_the_oldest_go(branch, table_of):
    branch = with_settings(branch, {"jobs": {"backups_kept": 3}})
    folder = branch.settings.home / "backups"
    table, wall = table_of(branch, "2026-11-10 09:00")
    ring(table)
    (folder / "before-the-move.backup").write_bytes(b"somebody's own")
    (folder / "huce-20270110-020000.backup").write_bytes(b"made under a wrong clock")
    for day in range(11, 16):
        for clock in ("01:00", "02:05", "03:00"):
            wall.now = at(f"2026-11-{day} {clock}")
            table.night()
    assert sorted(path.name for path in folder.glob("*.backup")) == [
        "before-the-move.backup", "huce-20261114-020500.backup", "huce-20261115-020500.backup", "huce-20270110-020000.backup",
    ]  # fmt: skip


def test_a_record_that_somebody_altered_is_told_every_night_until_it_is_looked_into(branch, table_of):
    branch.store.close()
    with sqlite3.connect(branch.settings.home / "huce.db") as raw:
        for (name,) in raw.execute("select name from sqlite_master where type='trigger'").fetchall():
            raw.execute(f'drop trigger "{name}"')
        raw.execute("update changes set new='x' where seq = (select max(seq) from changes)")
    table, wall = table_of(branch, "2026-11-10 02:05")
    tried = set()
    for minute in range(0, 130, 5):
        wall.now = at("2026-11-10 02:05") + timedelta(minutes=minute)
        table.night()
        tried.add(said(branch)["job:verify"][1])
    assert len(tried) == 3, "once an hour"
    assert "变更记录" in job(branch, "verify")
    assert job(branch, "backup"), "a copy of it would not prove itself, and is not kept"
    assert list((branch.settings.home / "backups").iterdir()) == []
    assert len(branch.store.history("*access")) == 1, "said once on the record, however often it is tried"


def test_of_two_machines_one_works_and_the_other_after_three_minutes_of_silence(branch, table_of):
    two_lines(branch)
    first, _ = table_of(branch, "2026-11-10 08:20")
    second, wall = table_of(branch, "2026-11-10 08:22")
    ring(first)
    ring(second)
    assert said(branch)[status.HEARTBEAT][0] == first.holder
    wall.now = at("2026-11-10 08:31")
    ring(second)
    assert said(branch)[status.HEARTBEAT] == (second.holder, wall.now)
    assert len(ids(branch)) == 2


def test_a_machine_that_stops_lets_another_begin_at_once(branch, table_of):
    first, _ = table_of(branch, "2026-11-10 08:40")
    second, _ = table_of(branch, "2026-11-10 08:40")
    ring(first)
    first.release()
    ring(second)
    assert said(branch)[status.HEARTBEAT][0] == second.holder


def test_settings_changed_while_it_runs_are_used_from_the_next_alarm_on(branch, table_of):
    two_lines(branch)
    table, wall = table_of(branch, "2026-11-10 08:45")
    with_settings(branch, {"jobs": {"digest_at": "09:15"}}).store.close()
    ring(table)
    assert outbox(branch) == []
    with_settings(branch, {"jobs": {"digest_at": "08:15"}}).store.close()
    os.utime(branch.settings.home / "settings.toml", (1, 1))
    wall.now = at("2026-11-10 08:46")
    ring(table)
    assert len(outbox(branch)) == 2


def test_a_mail_that_cannot_be_built_is_set_aside_and_the_others_leave(branch, table_of):
    for key in ("a", "b", "c"):
        letter(branch, key, "m1@bank.example", now=at("2026-11-10 08:00"))
    set_(branch, "outbox", "b", "2026-11-10 08:01", message_id="<a\r\nBcc: x@evil.example>")
    table, _ = table_of(branch, "2026-11-10 09:00")
    ring(table)
    known = {key: state for key, state in states(branch).items() if len(key) == 1}
    assert known == {"a": "sent", "b": "failed", "c": "sent"}
    assert [mail["staff"] for mail in outbox(branch) if mail["kind"] == "notice"] == ["A1"]
