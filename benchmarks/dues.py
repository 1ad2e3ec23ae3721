"""Times the rules of the scheme against the same rules written by hand in DuckDB and polars, and holds the answers equal.

python -m benchmarks.dues --customers 10000 100000 --json      (pip install -r requirements-bench.txt)

Ends with 1 when an answer differs. "same columns": all that `dues` answers with, but for place; "five columns": key, rule,
row, due and state by hand, while `dues` answers as always. All answers come in order of urgency; with --any-order those
by hand need not. Two threads for each engine; frames and tables lie in memory; loading them is not timed.
"""

from __future__ import annotations

import argparse
import gc
import math
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from statistics import median
from typing import Any

import numpy as np
import pandas as pd

from benchmarks import frames
from benchmarks.house import machine
from benchmarks.rows import VISITS, live_since
from benchmarks.varied import varied
from branch import clock
from rules import calendar, rulebook
from rules import days as d
from rules.due import evaluate
from rules.ledgers import Ledgers, Terms
from sheets.tables import TABLES

COMPARED = ("due", "anchor", "state")
COLUMNS = ("same", "five")
AS_OF = date(2026, 11, 23)
EXAMPLES = 5


def main(arguments: Sequence[str] | None = None) -> int:
    asked = argparse.ArgumentParser(prog="python -m benchmarks.dues", description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--customers", type=int, nargs="+", default=[10_000, 100_000])
    asked.add_argument("--as-of", type=date.fromisoformat, default=AS_OF)
    asked.add_argument("--times", type=int, default=5, help="runs of each, in turn")
    asked.add_argument("--any-order", action="store_true", help="those by hand need not sort")
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args(arguments)
    missing = [name for name in ("duckdb", "polars") if not _there(name)]
    if missing:
        print(f"{' and '.join(missing)} not installed: pip install -r requirements-bench.txt", file=sys.stderr)
        return 2
    sizes = [measure(size, given.as_of, given.times, ordered=not given.any_order) for size in given.customers]
    found = {"machine": machine(), "as_of": given.as_of.isoformat(), "ordered": not given.any_order, "sizes": sizes, "slope": slopes(sizes)}
    if given.json:
        import orjson

        print(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
    else:
        print("\n".join(lines(found)))
    return 1 if any(size["differences"] != {"duckdb": 0, "polars": 0} for size in sizes) else 0


def measure(customers: int, today: date, times: int, *, ordered: bool = True) -> dict[str, Any]:
    """Seconds (least and median), ratios of the least, and how many dues differ, at one size."""
    from benchmarks import given, in_duckdb, in_polars

    terms = Terms(d.one(live_since(today)))
    book, days, now = frames.book(varied(customers, today)), calendar.make(), clock.end_of(today)
    rules = rulebook.read(pd.DataFrame(rulebook.shipped()), TABLES)[0]
    tables, lookup = given.tables(book), given.lookup(days)
    hands = {"duckdb": in_duckdb.prepare(tables, lookup, today), "polars": in_polars.prepare(tables, lookup, today)}
    gc.collect()
    gc.freeze()  # the bank is no garbage

    def ours(turn: int) -> pd.DataFrame:
        return evaluate(Ledgers(frames.again(book, turn), now, terms=terms), rules, days).dues

    asks: dict[str, Callable[[], Any]] = {}
    for columns in COLUMNS:
        asks |= {f"{name}_{columns}": partial(hand, columns, ordered) for name, hand in hands.items()}
    seconds: dict[str, list[float]] = {name: [] for name in ("dues", *asks)}
    for turn in range(times + 1):  # in turn, so that a busy moment of the machine is not one engine's alone; the first warms up
        for name, taken in seconds.items():
            gc.collect()
            start = time.perf_counter()
            answer = ours(turn) if name == "dues" else asks[name]()
            taken.append(time.perf_counter() - start)
            del answer
    least = {name: min(all_[1:]) for name, all_ in seconds.items()}
    mine = ours(times + 1)
    differ = {name: _differences(mine, hand("same", ordered).to_pandas()) for name, hand in hands.items()}
    gc.unfreeze()
    return {
        "customers": customers,
        "visits": customers * VISITS,
        "rules": sorted({rule.id for rule in rules}),
        "dues": len(mine),
        "seconds": {name: {"min": round(value, 4), "median": round(median(seconds[name][1:]), 4)} for name, value in least.items()},
        "ratio": {f"dues_to_{name}": round(least["dues"] / least[name], 2) for name in asks},
        "differences": {name: count for name, (count, _) in differ.items()},
        "examples": {name: examples for name, (_, examples) in differ.items() if examples},
        "columns_compared": ["key", *COMPARED, *_shared(mine, hands["duckdb"]("same", ordered).to_pandas())],
    }


def _there(name: str) -> bool:
    from importlib.util import find_spec

    return find_spec(name) is not None


def _shared(mine: pd.DataFrame, other: pd.DataFrame) -> list[str]:
    """What both answer with besides, and is compared too."""
    return [name for name in other.columns if name in mine.columns and name not in (*COMPARED, "key")]


def _differences(mine: pd.DataFrame, other: pd.DataFrame) -> tuple[int, list[dict[str, str]]]:
    """How many dues one answer has and the other has not, or has otherwise; and the first few of them."""
    left, right = (frame.assign(key=frame["key"].astype(str)).sort_values("key", ignore_index=True) for frame in (mine, other))
    if not left["key"].equals(right["key"].astype(left["key"].dtype)):
        alone = sorted(set(left["key"]) ^ set(right["key"]))
        return len(alone) or abs(len(left) - len(right)), [{"key": key} for key in alone[:EXAMPLES]]
    wrong = np.zeros(len(left), bool)
    for name in (*COMPARED, *_shared(mine, other)):
        wrong |= _plain(left[name]) != _plain(right[name])
    shown = [{"key": left["key"][n], **{c: f"{left[c][n]} / {right[c][n]}" for c in COMPARED}} for n in np.flatnonzero(wrong)[:EXAMPLES]]
    return int(wrong.sum()), shown


def _plain(column: pd.Series) -> Any:
    """Dates as whole days (none: the least), anything else as text or number."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.astype("str").fillna("").to_numpy(object)
    if column.dtype == object or column.dtype.kind == "M":
        held = column.dropna()
        if column.dtype.kind == "M" or (len(held) and isinstance(held.iloc[0], date | datetime)) or not len(held):
            return pd.to_datetime(column).to_numpy("datetime64[D]").astype("int64")
    return column.to_numpy() if column.dtype.kind in "iub" else column.fillna("").to_numpy(object)


def slopes(sizes: Sequence[dict[str, Any]]) -> dict[str, float]:
    """How steeply the least seconds rise from the smallest bank to the largest, on logarithms: 1 is linear."""
    if len(sizes) < 2:
        return {}
    few, many = sizes[0], sizes[-1]
    width = math.log(many["customers"] / few["customers"])
    return {name: round(math.log(many["seconds"][name]["min"] / one["min"]) / width, 3) for name, one in few["seconds"].items()}


def lines(found: dict[str, Any]) -> list[str]:
    """The figures for a person."""
    told = [f"{found['machine']['name']} · {found['machine']['cores']} cores · {found['as_of']}"]
    for size in found["sizes"]:
        told.append(f"{size['customers']} customers · {size['visits']} visits · {size['dues']} dues of {len(size['rules'])} rules")
        for name, seconds in size["seconds"].items():
            ratio = size["ratio"].get(f"dues_to_{name}")
            told.append(
                f"  {name:14} min {seconds['min']:8.4f} s  median {seconds['median']:8.4f} s"
                + (f"  dues / it {ratio:5.2f}" if ratio else "")
            )
        told += [f"  differs from {name}: {count}" for name, count in size["differences"].items()]
        told += [f"    {one}" for examples in size["examples"].values() for one in examples]
    return told + [f"slope {name:14} {value:6.3f}" for name, value in found["slope"].items()]


if __name__ == "__main__":
    sys.exit(main())
