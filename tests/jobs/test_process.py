"""`python -m jobs` as a real process: catches up at once, ends when it is told to or when its portal is gone."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from branch.opening import open_branch
from branch.status import Marks
from tests.jobs.mailserver import silent
from tests.jobs.test_digest import two_lines
from tests.jobs.test_post import letter
from tests.jobs.world import outbox, with_settings

ROOT = Path(__file__).parents[2]
PATIENCE = 60  # seconds for a start on a busy machine
Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start() -> Iterator[Start]:
    running: list[subprocess.Popen[bytes]] = []

    def start(home: Path, moment: str = "2026-11-10T09:05", stdin: Any = subprocess.PIPE) -> subprocess.Popen[bytes]:
        line = [sys.executable, "-m", "tests.jobs.clockwork", moment, "--home", str(home)]
        running.append(subprocess.Popen(line, cwd=ROOT, stdin=stdin, stderr=subprocess.DEVNULL))
        return running[-1]

    yield start
    for process in running:
        if process.poll() is None:
            process.kill()
        process.wait(10)
        if process.stdin is not None:
            process.stdin.close()


def wait_for(true: Callable[[], object], process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while not true():
        assert process.poll() is None, "it ended by itself"
        assert time.monotonic() < until
        time.sleep(0.2)


def known(home: Path) -> Marks:
    branch = open_branch(home)
    found = branch.store.private.marks()
    branch.store.close()
    return found


def up(home: Path, process: subprocess.Popen[bytes]) -> Callable[[], bool]:
    """This process is the one that works, and everything that is done at a start has been done."""

    def done() -> bool:
        said = known(home)
        return "done:backup" in said and said["jobs"][0].split(":")[1] == str(process.pid)

    return done


def ended_within(process: subprocess.Popen[bytes], seconds: float) -> int:
    return process.wait(seconds)


def test_started_at_five_past_nine_it_catches_up_and_ends_on_sigterm(branch, start):
    """DL053: the digest of 08:30, the mails, the copy of the night before and the check of the record, each once."""
    two_lines(branch)
    home = branch.settings.home
    branch.store.close()
    for _ in range(2):
        process = start(home)
        wait_for(up(home, process), process)
        process.send_signal(signal.SIGTERM)
        assert ended_within(process, 5) == 0
    assert sorted(path.name[:20] for path in (home / "outbox").iterdir()) == ["2026-11-10-digest-M1", "2026-11-10-digest-M2"]
    assert len(list((home / "backups").glob("*.backup"))) == 1
    said = known(home)
    assert {name: value for name, (value, _) in said.items() if name.startswith("job:")} == dict.fromkeys(
        ("job:scan", "job:post", "job:backup", "job:verify"), ""
    )
    assert (said["done:digest"][0], said["done:backup"][0]) == ("2026-11-10", "2026-11-10")


def test_it_ends_when_the_portal_that_started_it_is_gone(branch, start):
    home = branch.settings.home
    process = start(home)
    wait_for(up(home, process), process)
    process.stdin.close()
    assert ended_within(process, 5) == 0


def test_a_service_without_standard_input_goes_on(branch, start):
    home = branch.settings.home
    process = start(home, stdin=subprocess.DEVNULL)
    wait_for(up(home, process), process)
    time.sleep(1)
    assert process.poll() is None
    process.terminate()
    assert ended_within(process, 5) == 0


def test_it_ends_within_seconds_in_the_middle_of_a_conversation_with_a_silent_server(branch, start):
    with silent() as smtp:
        branch = with_settings(branch, {"smtp": {**smtp, "timeout_seconds": 60}})
        letter(branch, "a", "m1@bank.example")
        home = branch.settings.home
        process = start(home)
        wait_for(lambda: "job:scan" in known(home), process)
        time.sleep(1)
        process.terminate()
        assert ended_within(process, 5) == 0
    assert [mail["state"] for mail in outbox(branch)] == ["waiting"], "nothing lost, and nothing in doubt"


def test_of_two_processes_one_works_and_the_other_takes_over(branch, start):
    home = branch.settings.home
    first = start(home)
    wait_for(up(home, first), first)
    second = start(home, "2026-11-10T09:06")
    time.sleep(4)
    assert second.poll() is None
    assert known(home)["jobs"][0].split(":")[1] == str(first.pid)
    first.terminate()
    assert ended_within(first, 5) == 0
    branch = open_branch(home)
    assert branch.store.private.lease("jobs", "me", branch.store.private.marks()["jobs"][1], 180), "let go at once"
    branch.store.close()


def test_a_home_that_is_not_there_is_said_and_tried_again(tmp_path, start):
    process = start(tmp_path / "nowhere")
    time.sleep(4)
    assert process.poll() is None
    process.terminate()
    assert ended_within(process, 5) == 0
    assert not (tmp_path / "nowhere").exists()
