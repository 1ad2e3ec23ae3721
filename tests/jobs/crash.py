"""Stopping at a step: before and after every commit, copy, new name, removal, settling on the disk, command and answer.

The one mechanism of all tests of stops. `around` puts a function at every step; `arm` makes the process die there, by
SIGKILL. `main` reads one order a line, forks, and answers how the child ended: the name of the signal, or "" when it came
to its end. An order names its "home" and "now", and "at", the number of a step or its name (0: none), or "wait", after how
many seconds it is killed wherever it may be.
"""

from __future__ import annotations

import json
import os
import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from branch.opening import open_branch
from jobs.post import post
from jobs.scan import run as scan
from sheets.store.engine import Door

Step = Callable[[str], None]
ROOT = Path(__file__).parents[2]


def around(step: Step, patch: pytest.MonkeyPatch) -> None:
    """From now on `step` is called, with a name, before and after whatever outlives the process."""
    _around_saves(step, patch)
    _around_words(step, patch)
    _around_copies(step, patch)
    for name, before, after in (("replace", "file", "filed"), ("rename", "rename", "renamed")):
        patch.setattr(Path, name, _both_sides(getattr(Path, name), step, before, after))
    there = _both_sides(Path.unlink, step, "unlink", "unlinked")
    unlink = Path.unlink
    patch.setattr(Path, "unlink", lambda path, missing_ok=False: (there if path.exists() else unlink)(path, missing_ok=missing_ok))
    patch.setattr(os, "fsync", _both_sides(os.fsync, step, "settle", "settled"))


def arm(at: int | str) -> None:
    """From now on the process dies at that step."""
    count = 0

    def step(name: str) -> None:
        nonlocal count
        count += 1
        if at in (count, name):
            os.kill(os.getpid(), signal.SIGKILL)

    around(step, pytest.MonkeyPatch())


def _both_sides(act: Callable[..., Any], step: Step, before: str, after: str) -> Callable[..., Any]:
    def acted(*given: Any, **more: Any) -> Any:
        step(before)
        found = act(*given, **more)
        step(after)
        return found

    return acted


def _around_saves(step: Step, patch: pytest.MonkeyPatch) -> None:
    write = Door.write

    @contextmanager
    def written(door: Door) -> Iterator[Any]:
        with write(door) as connection:
            yield connection
            step("save")
        step("saved")

    patch.setattr(Door, "write", written)


def _around_copies(step: Step, patch: pytest.MonkeyPatch) -> None:
    """A copy may also be cut off in its middle: then there is the first half of its file."""
    vacuum = Door.vacuum_into

    def copied(door: Door, place: Path) -> None:
        step("copy")
        vacuum(door, place)
        whole = place.read_bytes()
        place.write_bytes(whole[: len(whole) // 2])
        step("half a copy")
        place.write_bytes(whole)
        step("copied")

    patch.setattr(Door, "vacuum_into", copied)


def _around_words(step: Step, patch: pytest.MonkeyPatch) -> None:
    send, getreply = smtplib.SMTP.send, smtplib.SMTP.getreply
    said = b""

    def sending(server: smtplib.SMTP, text: Any) -> None:
        nonlocal said
        said = text if isinstance(text, bytes) else text.encode()
        step("say")
        send(server, text)

    def heard(server: smtplib.SMTP) -> tuple[int, bytes]:
        reply = getreply(server)
        step("taken" if said.endswith(b"\r\n.\r\n") else "heard")
        return reply

    patch.setattr(smtplib.SMTP, "send", sending)
    patch.setattr(smtplib.SMTP, "getreply", heard)


class Doomed:
    """Carries out orders in processes that are killed."""

    def __init__(self, module: str = "tests.jobs.crash") -> None:
        line = [sys.executable, "-m", module]
        self.process = subprocess.Popen(line, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def run(self, home: Path, now: str, at: int | str = 0, **more: Any) -> str:
        """The signal that ended it, "" when it came to its end."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"home": str(home), "now": now, "at": at, **more}) + "\n")
        self.process.stdin.flush()
        self.ended = json.loads(self.process.stdout.readline())
        assert self.ended["signal"] == "SIGKILL" or self.ended["code"] == 0, self.ended
        return str(self.ended["signal"])

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(10)


Work = Callable[[dict[str, Any], Callable[[], object]], None]


def main(work: Work) -> None:
    """`work` gets the order, and what to call when it is about to begin."""
    for order in sys.stdin:
        asked = json.loads(order)
        began, begins = os.pipe()
        child = os.fork()
        if child == 0:
            arm(asked["at"])
            work(asked, partial(os.write, begins, b"."))
            os._exit(0)
        os.close(begins)
        os.read(began, 1)
        os.close(began)
        start = time.perf_counter()
        if "wait" in asked:
            time.sleep(asked["wait"])
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        ended = signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else ""
        took = time.perf_counter() - start
        print(json.dumps({"signal": ended, "code": os.waitstatus_to_exitcode(status), "took": took}), flush=True)


def scan_and_post(asked: dict[str, Any], begin: Callable[[], object]) -> None:
    branch, now = open_branch(Path(asked["home"])), datetime.fromisoformat(asked["now"])
    begin()
    scan(branch, now)
    post(branch, now)
    branch.store.close()


if __name__ == "__main__":
    main(scan_and_post)
