"""A branch is made in one step or not at all: whatever stops the making, nothing is there, or all of it is."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from branch import files, sample, settings
from branch import opening as room
from jobs import doctor
from rules import rulebook
from sheets.store import open_store
from sheets.tables import TABLES
from tests.branch.stops import Stopped, stopped_at

NOW = datetime(2026, 11, 23, 9, 0)
RULES = len(rulebook.shipped())


def whole(home: Path) -> bool:
    """False: no home. True: a home with every rule. Anything else fails."""
    try:
        branch = room.open_branch(home)
    except files.HomeFault as fault:
        if fault.code != "branch.no_home":
            raise
        return False
    assert len(branch.look(NOW).rules) == RULES
    assert branch.store.verify() == []
    branch.store.close()
    return True


@pytest.mark.parametrize("there", [False, pytest.param(True, marks=pytest.mark.long)])
def test_a_stop_at_any_step_leaves_nothing_or_a_whole_branch_and_the_next_start_succeeds(tmp_path: Path, *, there: bool) -> None:
    """In a folder that is new, and in one that holds something already."""
    with stopped_at(0) as seen:
        room.create(tmp_path / "none", NOW).store.close()
    found = set()
    for step in range(1, len(seen) + 1):
        home = tmp_path / str(step)
        if there:
            home.mkdir()
            (home / "notes.txt").write_text("mine", "utf-8")
        with pytest.raises(Stopped), stopped_at(step):
            room.create(home, NOW)
        found.add(whole(home))
        if not whole(home):
            room.create(home, NOW).store.close()
        assert whole(home)
        assert not (home / room.MAKING).exists()
        assert not there or (home / "notes.txt").read_text("utf-8") == "mine"
    assert found == {False, True}


def test_the_sample_too_is_whole_or_not_there(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "notes.txt").touch()
    with stopped_at(0) as seen:
        sample.make(tmp_path / "none", NOW, customers=20).store.close()
    for step in range(len(seen) - 6, len(seen) + 1):
        home = tmp_path / str(step)
        home.mkdir()
        (home / "notes.txt").touch()
        with pytest.raises(Stopped), stopped_at(step):
            sample.make(home, NOW, customers=20)
        if not (home / settings.FILE).exists():
            sample.make(home, NOW, customers=20).store.close()
        branch = room.open_branch(home)
        assert len(branch.book().frame("customers")) == 20
        branch.store.close()


@pytest.mark.parametrize("left", ["empty", "no tables", "no rules"])
def test_a_home_whose_making_was_once_cut_off_is_finished_by_the_next_init(tmp_path: Path, left: str) -> None:
    """As an earlier program left it: settings first, then a file, then tables, then rules."""
    chosen = settings.fresh(tmp_path, {"name_zh": "望川支行"})
    (tmp_path / room.DATABASE).touch()
    if left != "empty":
        store = open_store(chosen.store, TABLES, create=True)
        if left == "no rules":
            store.setup(NOW)
        else:
            store._door.read(lambda c: c.exec_driver_sql("PRAGMA user_version=1"))
        store.close()
    if left == "no rules":
        checks = {one["check"]: one["state"] for one in doctor.doctor(tmp_path, NOW)["checks"]}
        assert (checks["rules"], checks["people"]) == ("fail", "warn")
    branch = room.create(tmp_path, NOW)
    assert len(branch.look(NOW).rules) == RULES
    assert branch.settings.name_zh == "望川支行"
    with pytest.raises(files.HomeFault) as told:
        room.create(tmp_path, NOW)
    assert told.value.code == "branch.exists"


def test_an_empty_store_with_copies_beside_it_was_lost_and_is_not_made_anew(tmp_path: Path) -> None:
    branch = room.create(tmp_path, NOW)
    (tmp_path / "backups").mkdir()
    branch.store.backup(tmp_path / "backups" / "huce-20261122-020000.backup")
    branch.store.close()
    (tmp_path / room.DATABASE).write_bytes(b"")
    with pytest.raises(files.HomeFault) as told:
        room.create(tmp_path, NOW)
    assert told.value.code == "branch.exists"
    assert (tmp_path / room.DATABASE).stat().st_size == 0


@pytest.mark.parametrize("step", [1, 3, pytest.param(2, marks=pytest.mark.long), pytest.param(4, marks=pytest.mark.long)])
def test_a_process_that_is_killed_while_it_makes_a_branch_leaves_nothing_or_all_of_it(tmp_path: Path, step: int) -> None:
    home = tmp_path / "home"
    done = subprocess.run([sys.executable, "-m", "tests.branch.killed_start", str(home), str(step)], check=False)
    assert done.returncode == -signal.SIGKILL
    if not whole(home):
        room.create(home, NOW).store.close()
    assert whole(home)
