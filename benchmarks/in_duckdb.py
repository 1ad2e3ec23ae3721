"""The rules by hand in DuckDB's SQL (dues.sql and those beside it), over its own tables in memory; working days are looked up in one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from benchmarks.given import THREADS, bounds, named

PARTS = ("dues", "records", "periods", "thresholds", "judged")
SQL = "\n".join(Path(__file__).with_name(f"{part}.sql").read_text("utf-8") for part in PARTS)
LATE = "(state IN ('overdue', 'met_late'))"
FIVE = "SELECT key, rule, row, due, state FROM ranked"
SAME = f"""SELECT key, rule, tab AS "table", row, customer, occurrence, due, anchor, opens, met_on, state, owner, officer,
    CASE WHEN {LATE} THEN coalesce(met_on, $today) - due ELSE 0 END AS days_late,
    CASE WHEN {LATE} THEN until.rank - ends.rank ELSE 0 END AS workdays_late, ends.guessed AS provisional, roles
FROM ranked JOIN calendar AS ends ON ends.day = due LEFT JOIN calendar AS until ON until.day = coalesce(met_on, $today)"""  # noqa: S608 – nothing in it comes from outside
ORDER = "ORDER BY urgency, due, key"


def prepare(frames: Mapping[str, pd.DataFrame], calendar: pd.DataFrame, today: date) -> Callable[[str, bool], pd.DataFrame | pa.Table]:
    """Loads the tables, not timed. The answer is an Arrow table: columns "same" or "five", in order of urgency or in any."""
    connection = duckdb.connect(":memory:", config={"threads": THREADS})
    for name, frame in {**frames, "calendar": calendar, "periods": named(today)}.items():
        connection.register("given", pa.Table.from_pandas(frame, preserve_index=False))
        columns = ", ".join(_typed(key, frame[key]) for key in frame.columns)
        connection.execute(f'CREATE TABLE "{name}" AS SELECT {columns} FROM given')  # noqa: S608 – names of our own tables
        connection.unregister("given")
    known = {**bounds(today, calendar), "today": today}

    def answer(columns: str, ordered: bool) -> pa.Table:
        text = f"{SQL} {SAME if columns == 'same' else FIVE} {ORDER if ordered else ''}"
        used: dict[str, Any] = {key: value for key, value in known.items() if re.search(rf"\${key}\b", text)}
        return connection.sql(text, params=used).to_arrow_table()

    return answer


def _typed(key: str, column: pd.Series) -> str:
    """Dates as dates, instants as instants, words as text: no word of a choice is longer than what DuckDB holds in place."""
    kind = "TIMESTAMP" if key.endswith("_at") else "DATE" if column.dtype.kind == "M" else ""
    words = isinstance(column.dtype, pd.CategoricalDtype)
    return f'"{key}"::{kind or "VARCHAR"} AS "{key}"' if kind or words else f'"{key}"'
