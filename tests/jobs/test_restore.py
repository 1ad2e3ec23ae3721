"""After a restore nobody is told twice: mails wait until the administrator says until when people have been told."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from branch import maintenance
from branch.branch import Branch
from branch.people import SYSTEM
from jobs import doctor
from jobs.post import post
from jobs.scan import run as scan
from tests.jobs.world import alerts, at, customer, line, outbox, write
from texts import Fault


def mails(branch: Branch) -> set[str]:
    return {path.name for path in (branch.settings.home / "outbox").glob("*.eml")}


def round_(branch: Branch, when: str) -> set[str]:
    """A scan and a round of sending; the files that were not there before."""
    before = mails(branch)
    scan(branch, at(when))
    post(branch, at(when))
    return mails(branch) - before


def restored(branch: Branch, tmp_path: Path) -> None:
    """The backup is of 11-09; the mails of the 10th (due) and the 11th (overdue) have gone out; restored on the 11th."""
    write(branch, [customer("K1", "云澜启岚机械(示例)"), line("N1", "K1", "2026-12-10")])
    round_(branch, "2026-11-09 09:00")
    branch.store.backup(tmp_path / "copy.backup")
    assert round_(branch, "2026-11-10 09:00")
    assert round_(branch, "2026-11-11 09:00")
    branch.store.restore(tmp_path / "copy.backup", at("2026-11-11 10:00"))


def test_after_a_restore_nothing_leaves_until_somebody_says_what_was_told(branch: Branch, tmp_path: Path) -> None:
    restored(branch, tmp_path)
    assert maintenance.since_restore(branch) == at("2026-11-11 10:00")
    for when in ("2026-11-11 10:05", "2026-11-12 09:00", "2026-11-13 09:00"):
        assert round_(branch, when) == set()
    assert "open" in alerts(branch).values(), "on record, and not told"
    found = doctor.doctor(branch.settings.home, at("2026-11-13 09:00"))["checks"]
    assert ("mail", "warn") in {(one["check"], one["state"]) for one in found if "恢复过备份" in one["message"]}
    scan(branch, at("2026-11-13 09:05"), yes=True)
    assert post(branch, at("2026-11-13 09:05"))["sent"] == 0, "that the date is right says nothing about what was told"


def test_what_was_told_by_then_is_not_told_again_and_what_came_later_is(branch: Branch, tmp_path: Path) -> None:
    restored(branch, tmp_path)
    write(branch, [customer("K2", "云澜新禾纺织(示例)"), line("N2", "K2", "2026-12-12")], "2026-11-11 11:00")
    maintenance.tell_until(branch, SYSTEM, at("2026-11-11 09:30"), at("2026-11-11 12:00"))
    assert post(branch, at("2026-11-11 12:00"))["sent"] == 0, "first it is booked"
    assert round_(branch, "2026-11-11 12:01") == set(), "this scan books it"
    assert maintenance.since_restore(branch) is None
    states = {key: state for key, state in alerts(branch).items() if key.startswith("R30|N1")}
    assert set(states.values()) == {"told", "skipped"}
    assert round_(branch, "2026-11-11 15:00") == set()
    assert round_(branch, "2026-11-12 09:00"), "the next morning is a morning like any other"
    told = [one["text"] for one in outbox(branch) if "2026-11-12" in one["id"]]
    assert told
    assert "新禾" in "".join(told)


def test_what_was_reached_after_that_day_goes_out(branch: Branch, tmp_path: Path) -> None:
    """They had only the mails of the 10th: the due that went overdue on the 11th is told."""
    restored(branch, tmp_path)
    for path in (branch.settings.home / "outbox").glob("*.eml"):
        path.unlink()
    maintenance.tell_until(branch, SYSTEM, at("2026-11-10 23:59"), at("2026-11-11 12:00"))
    scan(branch, at("2026-11-11 12:01"))
    assert round_(branch, "2026-11-11 12:02")
    assert alerts(branch)["R30|N1|2026-11-10|overdue|customer_manager|immediate"] == "told"
    assert round_(branch, "2026-11-11 12:07") == set()


def test_mails_that_stood_ready_in_the_backup_count_as_sent(branch: Branch, tmp_path: Path) -> None:
    write(branch, [customer("K1", "云澜启岚机械(示例)"), line("N1", "K1", "2026-12-10")])
    scan(branch, at("2026-11-10 09:00"))
    branch.store.backup(tmp_path / "copy.backup")
    assert post(branch, at("2026-11-10 09:01"))["sent"]
    for path in (branch.settings.home / "outbox").glob("*.eml"):
        path.unlink()
    branch.store.restore(tmp_path / "copy.backup", at("2026-11-10 10:00"))
    assert post(branch, at("2026-11-10 10:01"))["sent"] == 0
    maintenance.tell_until(branch, SYSTEM, at("2026-11-10 09:30"), at("2026-11-10 10:02"))
    for minute in (3, 4):
        assert round_(branch, f"2026-11-10 10:0{minute}") == set()
    assert {one["state"] for one in outbox(branch)} == {"sent"}


def test_a_day_that_is_yet_to_come_is_refused_and_so_is_who_is_no_administrator(branch: Branch) -> None:
    with pytest.raises(Fault) as told:
        maintenance.tell_until(branch, SYSTEM, datetime(2026, 11, 12), at("2026-11-11 12:00"))
    assert told.value.code == "jobs.told_later"
