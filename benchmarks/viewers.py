"""People who leave the board open while others save: how long each renewal takes, what the server needs for it.

python -m benchmarks.viewers --viewers 30 --minutes 10 --customers 5000 --visits 100000 --json

A real server, websocket sessions that ask again as a browser does (at the interval and for the part that the server names), and
another process that saves every so many seconds. A renewal lasts from asking until the server says that it has been drawn. CPU is
that of the server's process over the whole time (100 is one core); memory is read from /proc, so on Linux only.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.house import build, machine
from benchmarks.portal import PEOPLE, Drawn, Somebody, Tab, share, sign_in
from branch import clock
from branch.opening import open_branch
from jobs.scan import run
from tests.serving import serve, stop

PAGE, EVERY = "dashboard", 20  # seconds between two saves
MB, TICKS = 1024 * 1024, os.sysconf("SC_CLK_TCK")


class Viewer(Tab):
    """A tab in which the board stays open."""

    fragment, interval = "", 15.0

    def open(self) -> Drawn:
        """The first drawing; remembers which part is to be drawn anew, and how often."""
        asked = BackMsg()
        asked.rerun_script.page_name = PAGE
        return self.ask(asked, PAGE)

    def renew(self) -> Drawn:
        asked = BackMsg()
        asked.rerun_script.page_name, asked.rerun_script.fragment_id, asked.rerun_script.is_auto_rerun = PAGE, self.fragment, True
        return self.ask(asked, PAGE)

    def hear(self, said: ForwardMsg) -> None:
        if said.WhichOneof("type") == "auto_rerun":
            self.fragment, self.interval = said.auto_rerun.fragment_id, said.auto_rerun.interval


def main(arguments: Sequence[str] | None = None) -> int:
    asked = argparse.ArgumentParser(prog="python -m benchmarks.viewers", description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--viewers", type=int, default=30)
    asked.add_argument("--minutes", type=float, default=10)
    asked.add_argument("--customers", type=int, default=5_000)
    asked.add_argument("--visits", type=int, default=100_000)
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args(arguments)
    found = measure(given)
    if given.json:
        import orjson

        print(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
    else:
        print("\n".join(f"{key:22} {value}" for key, value in found.items()))
    return 0


def measure(given: argparse.Namespace) -> dict[str, Any]:
    """Seconds of the renewals, CPU and memory of the server."""
    now = clock.now()
    with tempfile.TemporaryDirectory(prefix="huce-bench-", ignore_cleanup_errors=True) as folder:
        home = Path(folder) / "home"
        build(home, given.customers, now, given.visits, demo=True, person_picker=True)
        branch = open_branch(home)
        run(branch, now, yes=True)
        served = serve(home)
        try:
            cookies = [sign_in(served.url, staff) for staff in PEOPLE.values()]
            viewers = [Viewer(served.url, cookies[n % len(cookies)]) for n in range(given.viewers)]
            first = [viewer.open() for viewer in viewers]
            before, cpu, start = rss(served.process.pid), ticks(served.process.pid), time.perf_counter()
            over = threading.Event()
            somebody = Somebody(branch)
            saver = threading.Thread(target=_saves, args=(somebody, over))
            saver.start()
            with ThreadPoolExecutor(given.viewers) as together:
                drawn = [one for some in together.map(lambda viewer: _watch(viewer, 60 * given.minutes), viewers) for one in some]
            seconds = time.perf_counter() - start
            over.set()
            saver.join()
            after, cpu = rss(served.process.pid), ticks(served.process.pid) - cpu
        finally:
            stop(served)
            branch.store.close()
    return {
        "machine": machine(), "customers": given.customers, "visits": given.visits, "viewers": given.viewers,
        "minutes": round(seconds / 60, 1), "saves": somebody.number, "first_draw_p50": _p([one.seconds for one in first], 0.5),
        "renewals": len(drawn), "p50": _p([one.seconds for one in drawn], 0.5), "p95": _p([one.seconds for one in drawn], 0.95),
        "most": round(max(one.seconds for one in drawn), 3), "kb": round(max(one.size for one in drawn) / 1024, 1),
        "cpu_percent": round(cpu / TICKS / seconds * 100, 1), "mb_before": round(before), "mb_after": round(after),
        "mb_a_session": round((after - before) / given.viewers, 2),
    }  # fmt: skip


def _watch(viewer: Viewer, seconds: float) -> list[Drawn]:
    found, end = list[Drawn](), time.perf_counter() + seconds
    while time.perf_counter() < end:
        time.sleep(viewer.interval)
        found.append(viewer.renew())
    return found


def _saves(somebody: Somebody, over: threading.Event) -> None:
    while not over.wait(EVERY):
        somebody.saves()


def _p(values: Sequence[float], part: float) -> float:
    return round(share(values, part), 3)


def rss(pid: int) -> float:
    """Megabytes of memory that a process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text("utf-8").split()[1]) * os.sysconf("SC_PAGE_SIZE") / MB


def ticks(pid: int) -> int:
    """Ticks of the clock that a process has computed."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


if __name__ == "__main__":
    sys.exit(main())
