"""The jobs with a Google sheet: when they look, when they write, how they rest, and what a fresh machine knows was told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from branch import clock, settings, status
from branch.opening import create, open_branch
from branch.sync import connecting, reading, rebuilding, telling
from jobs import scan, timetable
from jobs.post import post
from jobs.timetable import Timetable
from sheets.schema import Edit
from sheets.tabs import plan
from tests.jobs.mailserver import Desk, serving
from tests.sync.conftest import NOW, Office


class Wall:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    found = Wall()
    monkeypatch.setattr(clock, "now", found)
    return found


@pytest.fixture
def table(bank: Office, wall: Wall) -> Iterator[Timetable]:
    found = Timetable(bank.branch.settings.home, threading.Event(), wall)
    found.branch()
    yield found
    found.release()


def made(bank: Office, table: Timetable) -> dict[str, int]:
    """Rings once; the requests it took."""
    bank.api.log.clear()
    table.sheet()
    return {kind: sum(one.kind == kind for one in bank.api.log) for kind in ("read", "write")}


def job(table: Timetable) -> str:
    return status.value(table.branch().store.private.marks(), status.job("sheet"))


def fault(table: Timetable) -> str:
    return table.branch().store.agreed().meta.get("fault", "")


def test_everything_is_looked_at_every_quarter_of_a_minute_and_nothing_costs_one_read(bank: Office, table: Timetable, wall: Wall) -> None:
    assert made(bank, table) == {"read": 1, "write": 0}
    wall.wait(14)
    assert made(bank, table) == {"read": 0, "write": 0}
    bank.type("customers", "C1", "main_business", "纺织")
    wall.wait(1)
    assert made(bank, table)["write"] == 0
    assert bank.value("customers", "C1", "main_business") == "纺织"


def test_a_save_is_in_the_sheet_at_the_next_ring_without_a_pull(bank: Office, table: Timetable, wall: Wall) -> None:
    table.sheet()
    wall.wait(1)
    assert made(bank, table) == {"read": 0, "write": 0}
    bank.save("customers", "C1", main_business="化工")
    assert made(bank, table) == {"read": 1, "write": 1}
    assert bank.shown("customers", "C1", "main_business") == "化工"
    wall.wait(1)
    assert made(bank, table) == {"read": 0, "write": 0}


def test_google_away_stops_nothing_is_shown_and_tried_again_after_growing_pauses(bank: Office, table: Timetable, wall: Wall) -> None:
    table.sheet()
    bank.save("customers", "C1", main_business="化工")
    bank.api.fail(kind="read", how="503 before", times=3)
    for pause in (15, 30, 60):
        table.sheet()
        assert "谷歌" in job(table)
        assert "谷歌" in fault(table)
        wall.wait(pause - 1)
        assert made(bank, table) == {"read": 0, "write": 0}
        wall.wait(1)
    table.mail()
    assert status.value(table.branch().store.private.marks(), status.job("post")) == ""
    table.sheet()
    assert bank.shown("customers", "C1", "main_business") == "化工"
    assert (job(table), fault(table)) == ("", "")


def test_pulls_leave_the_last_reads_of_a_minute_to_saves(
    bank: Office, table: Timetable, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.sheet()
    for _ in range(45):
        table.sheets._sheet._calls.counted("read")
    wall.wait(20)
    assert made(bank, table) == {"read": 0, "write": 0}
    bank.save("customers", "C1", main_business="化工")
    assert made(bank, table) == {"read": 1, "write": 1}


def test_of_a_large_workbook_busy_and_small_ledgers_are_looked_at_often_and_the_rest_every_five_minutes(
    bank: Office, table: Timetable, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BYTES", 8_000)
    monkeypatch.setattr("jobs.sheet.SMALL", 600)
    monkeypatch.setattr("jobs.sheet.MOST", 3)
    table.sheet()
    wall.wait(4_000)
    table.sheet()
    whole = sum(one.kind == "read" for one in bank.api.log)
    wall.wait(15)
    assert 0 < made(bank, table)["read"] <= 3 < whole
    bank.type("customers", "C1", "main_business", "纺织")
    wall.wait(285)
    table.sheet()
    assert bank.value("customers", "C1", "main_business") == "纺织"


def test_only_one_process_is_at_work_on_the_sheet(bank: Office, table: Timetable, wall: Wall) -> None:
    with connecting.alone(bank.branch, "terminal:1"):
        assert made(bank, table) == {"read": 0, "write": 0}
        assert job(table) == ""
    assert made(bank, table) == {"read": 1, "write": 0}


def test_a_scan_of_the_jobs_takes_what_was_typed_first(bank: Office, table: Timetable, wall: Wall) -> None:
    bank.type("customers", "C1", "main_business", "纺织")
    table.look()
    assert bank.value("customers", "C1", "main_business") == "纺织"


def told(bank: Office) -> list[list[object]]:
    return bank.book.cells(next(one.title for one in bank.book.state.tabs if one.id == plan.sheet_id(plan.TOLD)))[1:]


def test_a_fresh_machine_tells_nobody_a_second_time(bank: Office, table: Timetable, wall: Wall, tmp_path: Path) -> None:
    desk = Desk()
    with serving(desk) as smtp:
        settings.save(bank.branch.settings.home, {"smtp": smtp})
        bank.api.log.clear()
        table.hour()
        first = len(desk.got)
        assert first > 0
        assert [len(row) for row in told(bank)] == [4]
        assert sum(one.kind == "write" for one in bank.api.log) == 1
        fresh = tmp_path / "fresh"
        create(fresh, wall.now).store.close()
        settings.save(fresh, {"google": {"api_url": bank.api.url, "drive_url": bank.api.url}, "smtp": smtp})
        branch = open_branch(fresh)
        connecting.connect(branch, connecting.open_sheet(branch, bank.link, bank.key), key_file=bank.key)
        found = scan.run(branch, wall.now)
        post(branch, wall.now)
        assert (found.new, found.mails) == (0, 0)
        assert len(desk.got) == first
        there, here = (one.book().frame("alerts").set_index("id") for one in (table.branch(), branch))
        same = there.index[there["state"] == "told"]
        columns = [
            "due_key",
            "rule",
            "subject",
            "row",
            "customer",
            "occurrence",
            "due",
            "step",
            "role",
            "channel",
            "state",
            "reached_at",
            "text",
        ]
        assert here.loc[same, columns].astype(str).equals(there.loc[same, columns].astype(str))
        branch.store.close()


def test_what_was_told_while_google_was_away_follows_with_the_next_scan(bank: Office, table: Timetable, wall: Wall) -> None:
    table.sheet()
    bank.api.fail(kind="read", how="503 before", times=1)
    table.hour()
    assert told(bank) == []
    wall.wait(3_600)
    table.look()
    assert len(told(bank)) == 1


def test_more_keys_than_a_cell_holds_go_into_several_rows_of_one_write(
    bank: Office, table: Timetable, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("branch.sync.telling.LONGEST", 100)
    table.hour()
    assert len(told(bank)) > 1
    assert all(len(str(row[3])) <= 100 for row in told(bank))


def test_what_a_dead_letter_told_is_taken_back_and_what_is_long_done_is_known_by_its_key(bank: Office, wall: Wall) -> None:
    key = "R25s|P|1|2026-01-05|due|credit_officer|digest"
    alert = {"due_key": key.rsplit("|", 3)[0], "state": "told", "told_at": NOW, "channel": "digest"}
    bank.branch.store.write([Edit("alerts", name, None, alert) for name in (key, "X1|x|x|due|owner|digest")], "system", "job", NOW)
    worker = bank.worker()
    telling.tell(worker, NOW)
    back = Edit("alerts", "X1|x|x|due|owner|digest", {"told_at": NOW, "state": "told"}, {"told_at": None, "state": "open"})
    bank.branch.store.write([back], "system", "job", NOW)
    telling.tell(worker, NOW)
    assert telling.read(worker.sheet, NOW).alerts == {key: NOW}
    former = rebuilding._former(bank.branch.look(NOW), key, NOW).after or {}
    assert [former[name] for name in ("due_key", "rule", "subject", "row", "occurrence", "step", "role", "channel")] == [
        "R25s|P|1|2026-01-05", "R25s", "ratings", "P|1", "2026-01-05", "due", "credit_officer", "digest",
    ]  # fmt: skip


def test_a_running_timetable_brings_a_save_into_the_sheet_by_itself(bank: Office) -> None:
    stop = threading.Event()
    jobs = threading.Thread(target=timetable.run, args=(bank.branch.settings.home, stop))
    jobs.start()
    try:
        bank.save("customers", "C1", main_business="化工")
        end = clock.ticks() + 90
        while bank.shown("customers", "C1", "main_business") != "化工" and clock.ticks() < end:
            stop.wait(0.1)
        assert bank.shown("customers", "C1", "main_business") == "化工"
    finally:
        stop.set()
        jobs.join()
