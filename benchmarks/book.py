"""What a workbook costs in time and memory: opening it, previewing its import and taking it, beside calamine's bare read.

python -m benchmarks.book --rows 20000

A customer manager brings the file, as in the portal. Each of the three ways runs in a process of its own, after the file
and the branch were made in another, so that its greatest RSS is its own; what the process holds before it reads is taken off.
"""

from __future__ import annotations

import argparse
import io
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
from python_calamine import CalamineWorkbook

from benchmarks.house import machine
from benchmarks.sheet import customers
from branch import clock, importing, incoming, people
from branch.branch import Branch
from branch.opening import create, open_branch
from branch.people import SYSTEM, Actor
from sheets.files import excel_out
from sheets.files.mending import Laid
from sheets.schema import Edit

MANAGER = "1001"
WAYS = ("bare", "preview", "take")


def main(arguments: Sequence[str] | None = None) -> int:
    asked = argparse.ArgumentParser(prog="python -m benchmarks.book", description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--rows", type=int, default=20_000)
    asked.add_argument("--way", choices=("make", *WAYS), help="one of the processes that this one starts")
    asked.add_argument("--home", type=Path)
    given = asked.parse_args(arguments)
    if given.way:
        print(json.dumps(make(given.home, given.rows) if given.way == "make" else measure(given.way, given.home)))
        return 0
    with tempfile.TemporaryDirectory(prefix="huce-bench-", ignore_cleanup_errors=True) as folder:
        made = _apart("make", given.rows, Path(folder))
        found = {way: _apart(way, given.rows, Path(folder)) for way in WAYS}
    print(machine())
    bare, preview, take = (found[way] for way in WAYS)
    print(f"{given.rows} rows × {made['columns']} columns: {preview['added']} to add, {preview['refused']} refused, {take['added']} added")
    print(f"write {made['write']:.2f} s, bare read {bare['read']:.2f} s, {bare['mb']:.0f} MB")
    print(_line("open", preview["open"], bare["read"]))
    print(_line("open and preview", preview["open"] + preview["preview"], bare["read"]) + ", " + _memory(preview["mb"], bare["mb"]))
    print(_line("open and take", take["open"] + take["take"], bare["read"]) + ", " + _memory(take["mb"], bare["mb"]))
    return 0


def make(folder: Path, rows: int) -> dict[str, Any]:
    """The file, and a branch in which a manager may bring it."""
    branch, now = create(folder / "home", clock.now()), clock.now()
    person = {"name": "王云", "role": "customer_manager", "team": "T1"}
    branch.write([Edit("teams", "T1", None, {"name": "一部"}), Edit("staff", MANAGER, None, person)], SYSTEM, "terminal", now)
    book = branch.book()
    frame = pd.DataFrame(customers(rows)).assign(rev=1)
    start = time.perf_counter()
    (folder / "a.xlsx").write_bytes(excel_out.book_of([(book.tables["customers"], frame)], book, lang="zh"))
    branch.store.close()
    return {"write": time.perf_counter() - start, "columns": len(frame.columns) - 1}


def measure(way: str, folder: Path) -> dict[str, Any]:
    """Seconds of each step, MB at the most above what was held before, and what came of the rows."""
    data = (folder / "a.xlsx").read_bytes()
    if way == "bare":
        before = _peak()
        read, _ = _timed(lambda: CalamineWorkbook.from_object(io.BytesIO(data)).get_sheet_by_index(0).to_python())
        return {"read": read, "mb": _peak() - before}
    branch, now = open_branch(folder / "home"), clock.now()
    manager = people.actor(branch.book(), MANAGER, now.date())
    if manager is None:
        raise SystemExit(f"{MANAGER} is not there")
    brought = incoming.bring(branch, MANAGER, "customers", "a.xlsx", data, now)
    before = _peak()
    opened, (brought, lay) = _timed(lambda: _open(branch, manager, brought))
    if way == "preview":
        took, looked = _timed(lambda: importing.look_over(branch, brought, lay, manager, now, "zh"))
        document = looked.document
    else:
        took, document = _timed(lambda: importing.take(branch, brought, lay, manager, now, lambda _: None))
    peak = _peak() - before
    branch.store.close()
    return {"open": opened, way: took, "mb": peak, "added": document["added"], "refused": document["refused"]}


def _open(branch: Branch, manager: Actor, brought: incoming.Incoming) -> tuple[incoming.Incoming, Laid]:
    book = importing.opened(branch, manager, brought)
    chosen = replace(brought, sheet=importing.suggested(branch, brought, book))
    return chosen, importing.laid(branch, chosen, book)


def _apart(way: str, rows: int, folder: Path) -> dict[str, Any]:
    """One way in a process of its own."""
    words = [sys.executable, "-m", "benchmarks.book", "--way", way, "--rows", str(rows), "--home", str(folder)]
    done = subprocess.run(words, cwd=Path(__file__).parents[1], check=True, stdout=subprocess.PIPE)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _peak() -> float:
    """The greatest RSS of this process so far, in MB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _timed(act: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    found = act()
    return time.perf_counter() - start, found


def _line(what: str, seconds: float, bare: float) -> str:
    return f"{what} {seconds:.2f} s, {seconds / bare:.1f} × the bare read"


def _memory(mb: float, bare: float) -> str:
    return f"{mb:.0f} MB, {mb / bare:.1f} ×"


if __name__ == "__main__":
    raise SystemExit(main())
