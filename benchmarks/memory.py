"""Memory of a portal while somebody saves and others look: RSS after a few saves and after many, and the ratio.

python -m benchmarks.memory --customers 5000 --saves 60 --json

Each save is followed by a look of a manager and one of a leader (benchmarks/looking.py). `ratio` is the RSS after all
saves to that after the first five: 1 is flat, and the goal is at most 1.15. RSS is read from /proc, so on Linux only.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.house import machine
from benchmarks.looking import LEADER, MANAGER, look, save
from branch import clock
from branch.opening import open_branch

EARLY = 5
STATM = Path("/proc/self/statm")
MB = 1024 * 1024


def main(arguments: Sequence[str] | None = None) -> int:
    asked = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--customers", type=int, default=5_000)
    asked.add_argument("--visits", type=int, default=None)
    asked.add_argument("--saves", type=int, default=60)
    asked.add_argument("--as-of", type=date.fromisoformat, default=date(2026, 11, 23))
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args(arguments)
    if not STATM.exists():
        print("RSS is read from /proc, which this system does not have.", file=sys.stderr)
        return 2
    found = measure(given.customers, given.visits, given.saves, clock.end_of(given.as_of).replace(hour=10))
    if given.json:
        import orjson

        print(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
    else:
        print("\n".join(f"{key:16} {value}" for key, value in found.items() if key not in {"machine", "rss_mb"}))
        print("RSS in MB after each save:", *found["rss_mb"])
    return 0


def measure(customers: int, visits: int | None, saves: int, now: datetime) -> dict[str, Any]:
    """MB of RSS after each save and the looks that follow it, in this process; the branch is made in another."""
    with tempfile.TemporaryDirectory(prefix="huce-bench-", ignore_cleanup_errors=True) as folder:
        home = Path(folder) / "home"
        _apart(home, customers, visits, now)
        branch = open_branch(home)
        seen = look(branch, MANAGER, now) + look(branch, LEADER, now)
        before, rss, start = _rss(), list[int](), time.perf_counter()
        for number in range(saves):
            moment = now + timedelta(seconds=5 * number)
            save(branch, number, moment)
            seen = look(branch, MANAGER, moment) + look(branch, LEADER, moment)
            rss.append(_rss())
        seconds = time.perf_counter() - start
        branch.store.close()
    early, late = rss[min(EARLY, saves) - 1], rss[-1]
    return {
        "machine": machine(),
        "customers": customers,
        "saves": saves,
        "seen": seen,
        "mb_before": before,
        f"mb_after_{min(EARLY, saves)}": early,
        f"mb_after_{saves}": late,
        "ratio": round(late / early, 3),
        "seconds_a_save": round(seconds / saves, 3),
        "rss_mb": rss,
    }


BUILD = """import sys
from datetime import datetime
from pathlib import Path
from benchmarks.house import build
home, customers, visits, now = sys.argv[1:]
build(Path(home), int(customers), datetime.fromisoformat(now), int(visits) if visits else None)
"""


def _apart(home: Path, customers: int, visits: int | None, now: datetime) -> None:
    """What making the branch leaves in memory is not to be measured."""
    words = [str(home), str(customers), "" if visits is None else str(visits), now.isoformat()]
    subprocess.run([sys.executable, "-c", BUILD, *words], cwd=Path(__file__).parents[1], check=True)


def _rss() -> int:
    return int(STATM.read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") // MB


if __name__ == "__main__":
    sys.exit(main())
