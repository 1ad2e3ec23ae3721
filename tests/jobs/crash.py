"""Scan and post in a process that is killed, not asked to stop, at a step of its own choosing.

`python -m tests.jobs.crash` reads one order a line, {"home", "now", "at"}, forks, and answers how the child ended:
the name of the signal, or "" when it came to its end. `at` is the number of a step (0: none) or a step's name.
"""

from __future__ import annotations

import json
import os
import signal
import smtplib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from branch.branch import open_branch
from jobs.post import post
from jobs.scan import run as scan
from sheets.store.engine import Door


def arm(at: int | str) -> None:
    """From now on the process dies at that step: before and after every commit, command, answer and new file."""
    count = 0

    def step(name: str) -> None:
        nonlocal count
        count += 1
        if at in (count, name):
            os.kill(os.getpid(), signal.SIGKILL)

    _around_saves(step)
    _around_words(step)
    replace = Path.replace

    def replaced(part: Path, place: Path) -> Path:
        step("file")
        found = replace(part, place)
        step("filed")
        return found

    Path.replace = replaced  # type: ignore[assignment, method-assign]


def _around_saves(step: Callable[[str], None]) -> None:
    write = Door.write

    @contextmanager
    def written(door: Door) -> Iterator[Any]:
        with write(door) as connection:
            yield connection
            step("save")
        step("saved")

    Door.write = written  # type: ignore[method-assign]


def _around_words(step: Callable[[str], None]) -> None:
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

    smtplib.SMTP.send, smtplib.SMTP.getreply = sending, heard  # type: ignore[method-assign, assignment]


def work(home: Path, now: datetime) -> None:
    branch = open_branch(home)
    scan(branch, now)
    post(branch, now)
    branch.store.close()


def main() -> None:
    for order in sys.stdin:
        asked = json.loads(order)
        child = os.fork()
        if child == 0:
            arm(asked["at"])
            work(Path(asked["home"]), datetime.fromisoformat(asked["now"]))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        ended = signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else ""
        print(json.dumps({"signal": ended, "code": os.waitstatus_to_exitcode(status)}), flush=True)


if __name__ == "__main__":
    main()
