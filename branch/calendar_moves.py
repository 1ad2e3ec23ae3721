"""What a changed calendar does to alerts: what was told stays told, and what has come nearer by it is told the same day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from rules import calendar, due
from rules.calendar import Calendar
from rules.ledgers import Ledgers
from rules.rule import Rule
from rules.states import UNMET
from sheets.among import among
from sheets.book import Book

SAME = ["rule", "row", "anchor"]  # one obligation, whatever day the calendar makes of it
WHOSE = [*SAME, "role"]
FAR = pd.Timedelta(days=21)  # no calendar moves a day further; what has moved so far has another reason


def told_before(new: pd.DataFrame, ledger: pd.DataFrame, dues: pd.DataFrame, rules: pd.DataFrame) -> pd.Series:
    """When each new step was told, under the day that its due had before the calendar moved it; blank where it was not.

    `new`: rule, row, anchor, role, step, due. `ledger`: the alerts. `rules`: the rows of the rules sheet. A step counts as told
    where its role was told of it or of a later one. Only alerts of dues that are no more speak of this: a due whose own
    date was changed has another anchor, and a rule that was changed since begins anew.
    """
    blank = pd.Series(pd.NaT, index=new.index, dtype="datetime64[s]")
    if new.empty:
        return blank
    gone = ledger.loc[~among(ledger["due_key"], dues["key"]) & ledger["anchor"].notna().to_numpy(bool)]
    if gone.empty or not gone["told_at"].notna().any():
        return blank
    gone, asked = _plain(gone)[[*WHOSE, "step", "due", "reached_at", "told_at"]], _plain(new)[[*WHOSE, "step", "due"]]
    gone["told_at"] = gone["told_at"].where(~(gone["rule"].map(rules.set_index("id")["updated_at"]) > gone["told_at"]))
    groups = [gone[name] for name in WHOSE]
    last = gone["reached_at"].where(gone["told_at"].notna()).groupby(groups, sort=False).transform("max")
    gone["told_at"] = gone["told_at"].groupby(groups, sort=False).transform("max")
    found = asked.reset_index(names="at").merge(gone.loc[last >= gone["reached_at"]], on=[*WHOSE, "step"], suffixes=("", "_then"))
    found = found.loc[(found["due"] - found["due_then"]).abs() <= FAR]
    told = found.groupby("at")["told_at"].max().reindex(new.index)
    return told.astype("datetime64[s]")


def _plain(rows: pd.DataFrame) -> pd.DataFrame:
    """Words and days of two frames made alike, so that they can be laid side by side."""
    words = dict.fromkeys(("rule", "row", "role", "step"), "str")
    return rows.astype(words | dict.fromkeys(("anchor", "due"), "datetime64[s]"))


def came_nearer(
    ledgers: Ledgers, rules: Sequence[Rule], days: Calendar, dues: pd.DataFrame, now: datetime, *, shifted: bool
) -> frozenset[str]:
    """Keys of unmet dues of today that would lie later, had nobody written into the calendar today.

    Only where somebody has: the dues are worked out a second time, along the days as they were in the morning.
    """
    today = pd.Timestamp(now.date())
    rows = _of_before(ledgers.book, today)
    if rows is None:
        return frozenset()
    before = calendar.make(rows, shifted)
    here = dues.loc[dues["state"].isin(UNMET) & (dues["due"] == today) & dues["anchor"].notna(), ["key", *SAME]]
    if here.empty or before.version == days.version:
        return frozenset()
    concerned = [rule for rule in rules if rule.id in set(here["rule"].astype("str"))]
    then = due.evaluate(ledgers, concerned, before).dues
    later = then.loc[then["due"] > today, SAME].drop_duplicates().astype({"rule": "str", "row": "str"})
    known = pd.MultiIndex.from_frame(later)
    asked = pd.MultiIndex.from_frame(here[SAME].astype({"rule": "str", "row": "str"}))
    nearer: npt.NDArray[np.bool_] = asked.isin(known)
    return frozenset(here.loc[nearer, "key"].astype("str"))


def _of_before(book: Book, today: pd.Timestamp) -> pd.DataFrame | None:
    """The calendar's rows as nobody has touched them today; None where nobody has. A row that was changed or removed today
    counts as it stood only if it is there no more: what it said before is the record's to know, not the book's."""
    every = book.frames["calendar"]
    touched = every["updated_at"].dt.normalize() == today
    if not touched.any():
        return None
    there: pd.DataFrame = every.loc[touched.to_numpy(bool) == every["deleted"].to_numpy(bool)]
    return there
