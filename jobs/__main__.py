"""`python -m jobs --home DIR`: the jobs, until SIGTERM or until whoever started them closes our standard input."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import stat
import sys
import threading
from pathlib import Path

from branch.home import standard

GRACE = 0.8  # seconds for a job to come to the end of its step; what it has not finished, the next start finds undone


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m jobs", description=__doc__)
    asked.add_argument("--home", type=Path, default=Path(os.environ.get("HUCE_HOME") or standard()))
    home = asked.parse_args().home.resolve()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s", stream=sys.stderr)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    threading.Thread(target=_watch, args=(stop,), daemon=True).start()
    work = threading.Thread(target=_work, args=(home, stop), daemon=True)
    work.start()
    while not stop.wait(0.2):
        if not work.is_alive():
            return 1
    work.join(GRACE)
    logging.shutdown()
    # A job may hang in a conversation with a mail server; every step of it can be cut off without loss.
    os._exit(0)


def _work(home: Path, stop: threading.Event) -> None:
    from jobs.timetable import run

    run(home, stop)


def _watch(stop: threading.Event) -> None:
    """Standard input closes when the portal that started us is gone: the only sign there is on Windows."""
    try:
        kind = os.fstat(0).st_mode
    except OSError:
        return
    if not (stat.S_ISFIFO(kind) or stat.S_ISSOCK(kind)):
        return  # a service's /dev/null is at its end from the beginning, and a terminal would stop us for reading
    try:
        while os.read(0, 4096):
            pass
    except OSError:
        logging.getLogger("huce.jobs").info("standard input is not to be read; only a signal ends the jobs")
        return
    stop.set()


if __name__ == "__main__":
    sys.exit(main())
