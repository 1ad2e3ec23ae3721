"""What a workbook costs: opening it and previewing its import, beside the bare read of its cells by calamine.

python -m benchmarks.book --rows 20000
"""

from __future__ import annotations

import argparse
import io
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from python_calamine import CalamineWorkbook

from benchmarks.house import machine
from benchmarks.sheet import customers
from branch import clock, exchange
from branch.branch import create
from branch.people import SYSTEM
from sheets.files import excel_out
from sheets.files.book import open_book


def main(arguments: Sequence[str] | None = None) -> int:
    asked = argparse.ArgumentParser(prog="python -m benchmarks.book", description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--rows", type=int, default=20_000)
    given = asked.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="huce-bench-", ignore_cleanup_errors=True) as folder:
        branch = create(Path(folder) / "home", clock.now())
        book = branch.book()
        frame = pd.DataFrame(customers(given.rows)).assign(rev=1)
        start = time.perf_counter()
        data = excel_out.book_of([(book.tables["customers"], frame)], book, lang="zh")
        written = time.perf_counter() - start
        start = time.perf_counter()
        CalamineWorkbook.from_object(io.BytesIO(data)).get_sheet_by_index(0).to_python()
        bare = time.perf_counter() - start
        start = time.perf_counter()
        sheet = open_book(data, "a.xlsx").sheets[0]
        opened = time.perf_counter() - start
        start = time.perf_counter()
        done = exchange.import_grid(branch, "customers", sheet.grid, sheet.title, clock.now(), SYSTEM, dry_run=True)
        preview = time.perf_counter() - start
        branch.store.close()
    print(machine())
    print(f"{given.rows} rows × {len(frame.columns) - 1} columns: {done['added']} to add, {done['refused']} refused")
    print(f"write {written:.2f} s, bare read {bare:.2f} s, open {opened:.2f} s, preview {preview:.2f} s")
    print(f"open and preview to bare read: {(opened + preview) / bare:.1f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
