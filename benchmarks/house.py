"""Times what a person waits for: reading the workbook, two scans, one save, the data of a page. Beside them two baselines.

python3 start.py bench --customers 1000 --as-of 2026-11-23 --visits 26000 --json
"""

from __future__ import annotations

import os
import platform
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

from benchmarks.rows import VISITS, live_since, rows
from branch.branch import Branch
from branch.opening import DATABASE, create, open_branch
from branch.people import Actor, actor
from jobs.scan import run
from sheets.merge import Cell
from sheets.schema import Edit

Result = TypeVar("Result")
BATCH, TIMES, SHOWN = 20_000, 9, 50


def measure(customers: int, now: datetime, visits: int | None = None) -> dict[str, Any]:
    """Builds a branch in a temporary home, measures, removes it. Seconds; `ratio` is against the baseline named."""
    with tempfile.TemporaryDirectory(prefix="huce-bench-", ignore_cleanup_errors=True) as folder:
        home = Path(folder) / "home"
        built, total = timed(lambda: build(home, customers, now, visits))
        found = _measured(home, now)
    return {
        "machine": machine(),
        "as_of": now.date().isoformat(),
        "customers": customers,
        "visits": customers * VISITS if visits is None else visits,
        "rows": total,
        "dues": found.dues,
        "alerts": found.alerts,
        "seconds": {"build": round(built, 3), **found.seconds},
        "ratio": found.ratio,
    }


def build(home: Path, customers: int, now: datetime, visits: int | None = None, **chosen: Any) -> int:
    """A generated branch in a new home, begun a year ago; `chosen` are settings. Returns how many rows it holds."""
    began = {"policy": {"live_since": live_since(now.date())}}
    branch, total = create(home, now, **began | chosen), 0
    for batch in _batches(rows(customers, now.date(), visits)):
        branch.store.write(batch, "system", "terminal", now)
        total += len(batch)
    branch.store.close()
    return total


def _batches(edits: Iterator[Edit]) -> Iterator[list[Edit]]:
    while batch := list(islice(edits, BATCH)):
        yield batch


@dataclass(frozen=True)
class Found:
    """What one branch gave: seconds by figure, ratios to the baselines, dues of every state, alerts on the ledger after a scan."""

    seconds: dict[str, float]
    ratio: dict[str, float]
    dues: int
    alerts: int


def _measured(home: Path, now: datetime) -> Found:
    branch = open_branch(home)
    load, _ = timed(branch.book)
    first, found = timed(lambda: run(branch, now))
    alerts = len(branch.book().frame("alerts"))
    second, _ = timed(lambda: run(branch, now))
    fresh = replace(branch.look(now), now=now)  # nothing taken over from an earlier look
    pure, _ = timed(lambda: fresh.steps)
    saves = [timed(partial(_save, branch, n, now))[0] for n in range(TIMES)]
    _save(branch, TIMES, now)
    edited, _ = timed(branch.book)
    seconds = {
        "load": load,
        "load_after_edit": edited,
        "first_scan": first,
        "second_scan": second,
        "dues_and_steps": pure,
        "save": median(saves),
        **_pages(branch, now),
    }
    bare = {"load": _bare_read(home), "save": _bare_commits(home)}
    branch.store.close()
    ratio = {f"{name}_to_bare_sqlite": round(seconds[name] / bare[name], 2) for name in bare}
    return Found({name: round(value, 4) for name, value in seconds.items()}, ratio, len(found.dues), alerts)


def _save(branch: Branch, number: int, now: datetime) -> None:
    """A visit by a person: merged, stamped with its revision, on the record, safe on the disk."""
    visit: dict[str, Cell] = {"customer": "C0000000", "kind": "routine", "mode": "phone"}
    visit |= {"visited_on": now.date(), "participants": "M00000"}
    branch.store.write([Edit("visits", f"bench-{number}", None, visit)], "M00000", "portal", now)


def _pages(branch: Branch, now: datetime) -> dict[str, float]:
    """The data of the front page right after somebody's save, and when nothing has changed."""
    found: dict[str, float] = {}
    for name, staff in (("manager", "M00000"), ("leader", "BL")):
        who = actor(branch.book(), staff)
        if who is None:
            raise LookupError(staff)
        after = []
        for n in range(3):
            _save(branch, 100 + n + 10 * len(found), now)
            after.append(timed(partial(_page, branch, who, now))[0])
        found[f"page_{name}_after_edit"] = median(after)
        found[f"page_{name}"] = median(timed(partial(_page, branch, who, now))[0] for _ in range(TIMES))
    return found


def _page(branch: Branch, who: Actor, now: datetime) -> None:
    look = branch.look(now)
    sight = look.of(who)
    look.say(sight.work.head(SHOWN), "zh", "screen")
    look.say(sight.dues.head(SHOWN), "zh", "screen")
    sight.rows("customers")


def _bare_read(home: Path) -> float:
    """Every cell of every table through the bare driver, as plain Python values."""
    with closing(sqlite3.connect(home / DATABASE)) as plain:
        names = [row[0] for row in plain.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        known = [name for name in names if not name.startswith(("huce_", "changes", "sqlite_"))]
        return timed(lambda: [plain.execute(f'SELECT * FROM "{name}"').fetchall() for name in known])[0]  # noqa: S608 – our own tables


def _bare_commits(home: Path) -> float:
    """One small row and a commit that is on the disk when it returns, in the same folder."""
    with closing(sqlite3.connect(home / "bare.db", isolation_level=None)) as plain:
        for line in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "CREATE TABLE t (a TEXT, b TEXT)"):
            plain.execute(line)

        def commit() -> None:
            plain.execute("BEGIN IMMEDIATE")
            plain.execute("INSERT INTO t VALUES ('visit', 'phone')")
            plain.execute("COMMIT")

        return median(timed(commit)[0] for _ in range(TIMES * 3))


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def machine() -> dict[str, Any]:
    return {
        "name": platform.node(),
        "system": platform.platform(),
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }


def lines(found: dict[str, Any]) -> list[str]:
    """The figures for a person."""
    machine = found["machine"]
    head = f"{machine['name']} · {machine['system']} · {machine['cores']} × {machine['processor']} · Python {machine['python']}"
    size = f"{found['customers']} customers · {found['visits']} visits · {found['rows']} rows on {found['as_of']}"
    counts = f"{found['dues']} dues · {found['alerts']} alerts"
    times = [f"{name:28} {value:>10.4f} s" for name, value in found["seconds"].items()]
    return [head, size, counts, *times, *(f"{name:28} {value:>10.2f} ×" for name, value in found["ratio"].items())]
