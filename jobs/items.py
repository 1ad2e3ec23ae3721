"""Who is told what this morning: dues and untold alerts, resolved to people, each in one section of his mail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from jobs.ledger import LIVE
from rules import ladder
from rules.obligations import OPEN
from rules.rulebook import Rule
from sheets.book import Book

Section = Literal["today", "overdue", "week", "escalated", "waiting"]
SECTIONS: tuple[Section, ...] = ("today", "overdue", "week", "escalated", "waiting")
Tardy = Callable[[pd.Series, pd.Series], npt.NDArray[np.bool_]]
ALERT = ["id", "due_key", "role", "channel", "state", "reached_at", "told_at"]


def pick(book: Book, rules: list[Rule], dues: pd.DataFrame, tardy: Tardy, now: datetime) -> pd.DataFrame:
    """One row an obligation and person, most urgent first.

    Columns of the due, and: person ("" when nobody can be found), role, section, alerts (ids not told yet), fresh
    (there are such), at_once (one of them is immediate), late, unresolved, deputy_for, quiet (the person has
    acknowledged this step, or put it off). `tardy`: which of some moments and channels are told late by now.
    """
    dues = dues.loc[dues["state"].isin(LIVE)]
    alerts = book.frame("alerts")
    alerts = alerts.loc[(alerts["reached_at"] <= pd.Timestamp(now)) & alerts["due_key"].isin(dues["key"]), ALERT]
    alerts = alerts.assign(state=alerts["state"].astype(str), channel=alerts["channel"].astype(str))
    alerts = _latest(_late(alerts, tardy))
    listed = dues.loc[dues["state"].isin(OPEN), ["key", "roles"]]
    owed = listed.assign(role=listed["roles"].str.split(";")).explode("role")[["key", "role"]].assign(owes=True)
    pairs = owed.merge(alerts, left_on=["key", "role"], right_on=["due_key", "role"], how="outer")
    pairs["key"] = pairs["key"].where(pairs["key"].notna(), pairs["due_key"])
    pairs["fresh"] = (pairs["state"] == "open").fillna(False).astype(bool)
    pairs = pairs.loc[pairs["owes"].notna() | pairs["fresh"]]
    pairs = pairs[["key", "role", "id", "channel", "late", "missed", "fresh", "reached_at"]].rename(
        columns={"id": "alert", "late": "tardy"}
    )
    rows = pairs.merge(dues, on="key", how="inner")
    if rows.empty:
        return _shaped(rows)
    rows = _people(rows, book, now.date())
    rows["section"] = _sections(rows, rules)
    rows["quiet"] = _quiet(rows, book.frame("responses"), now.date())
    return _merged(rows)


def _late(alerts: pd.DataFrame, tardy: Tardy) -> pd.DataFrame:
    """`late`: its moment to be told is over. `missed`: it also speaks for a step that nobody told in time."""
    told = alerts["told_at"].notna()
    whose = [alerts["due_key"], alerts["role"]]
    last = alerts["reached_at"].where(told).groupby(whose).transform("max")
    silent = ~told & ~(alerts["reached_at"] <= last)
    late = silent & tardy(alerts["reached_at"], alerts["channel"])
    return alerts.assign(late=late, missed=late.groupby(whose).transform("any"))


def _latest(alerts: pd.DataFrame) -> pd.DataFrame:
    """Of each due and role, the alert that says how far it has come: the untold one, else the last told."""
    found = alerts.loc[alerts["state"].isin(("open", "told"))]
    found = found.assign(told=found["state"] == "told")
    found = found.sort_values(["told", "reached_at", "id"], ascending=[True, False, True])
    return found.loc[~found.duplicated(["due_key", "role"])]


def _people(rows: pd.DataFrame, book: Book, today: date) -> pd.DataFrame:
    """Adds whom each row tells, and who owes it where another's due is told."""
    first = rows["roles"].str.split(";").str[0]
    both = pd.concat([rows, rows.assign(role=first)], ignore_index=True)
    told = ladder.resolve(both, book, today)
    owed_by = told["person"].iloc[len(rows) :].to_numpy()
    told = told.iloc[: len(rows)].reset_index(drop=True)
    told["owed_by"] = np.where(_own(told), "", owed_by)
    return told


def _own(rows: pd.DataFrame) -> npt.NDArray[np.bool_]:
    return np.array([role in roles.split(";") for role, roles in zip(rows["role"], rows["roles"], strict=True)], bool)


def _sections(rows: pd.DataFrame, rules: list[Rule]) -> npt.NDArray[Any]:
    """Today and overdue are one's own; another's overdue is an escalation; what a colleague set going is waiting."""
    answers = frozenset(rule.id for rule in rules if rule.verb == "response")
    handed = rows["rule"].isin(answers).to_numpy() & ~rows["role"].isin(("customer_manager", "owner")).to_numpy()
    state = rows["state"].to_numpy(object)
    stranded = rows["unresolved"].to_numpy(bool)
    return np.select(
        [~_own(rows), state == "overdue", handed | stranded, state == "due_today"], ["escalated", "overdue", "waiting", "today"], "week"
    )


def _quiet(rows: pd.DataFrame, responses: pd.DataFrame, today: date) -> npt.NDArray[Any]:
    """Acknowledged: this very step, by this person, until a promise passes. Put off: until its day, never past due."""
    answers = responses.assign(act=responses["act"].astype(str), staff=responses["staff"].astype(str))
    day = pd.Timestamp(today)
    seen = answers.loc[(answers["act"] == "acknowledge") & ~(answers["promised_on"] < day)]
    steps = pd.MultiIndex.from_arrays([seen["alert"].astype(str), seen["staff"]])
    acknowledged = pd.MultiIndex.from_arrays([rows["alert"].astype(str), rows["person"]]).isin(steps)
    later = answers.loc[answers["act"].isin(("snooze", "wake"))].sort_values("at", kind="stable")
    later = later.drop_duplicates(["due_key", "staff"], keep="last")
    waits = later.loc[(later["act"] == "snooze") & (later["until"] > day)]
    put_off = pd.MultiIndex.from_arrays([rows["key"].astype(str), rows["person"]]).isin(
        pd.MultiIndex.from_arrays([waits["due_key"].astype(str), waits["staff"]])
    )
    return np.asarray(acknowledged | (put_off & (rows["due"] > day).to_numpy()))


def _merged(rows: pd.DataFrame) -> pd.DataFrame:
    """A person who is told of one due in two roles reads it once, in the more pressing section."""
    rank = {"overdue": 0, "today": 1, "escalated": 2, "waiting": 3, "week": 4}
    rows = rows.assign(rank=rows["section"].map(rank), person=rows["person"].fillna("").astype(str))
    rows["now"] = rows["fresh"] & (rows["channel"] == "immediate")
    missed = (rows["state"] == "overdue") & (rows["missed"] == True)  # noqa: E712  (blank where nothing was reached)
    rows["late"] = rows["fresh"] & ((rows["tardy"] == True) | missed)  # noqa: E712
    rows["untold"] = rows["alert"].where(rows["fresh"] & ~rows["quiet"])
    rows = rows.sort_values(["quiet", "rank", "due", "customer", "rule", "key"], kind="stable")
    own = rows["person"].where(rows["person"] != "", rows["role"])  # what nobody can be told stays apart by role
    whose = pd.MultiIndex.from_arrays([rows["key"], own])
    untold: dict[tuple[str, str], tuple[str, ...]] = {}
    for one, alert in zip(whose[rows["untold"].notna()], rows["untold"].dropna(), strict=True):
        untold[one] = (*untold.get(one, ()), str(alert))
    flags = rows[["now", "late", "fresh"]].groupby(whose, sort=False).any()
    first = rows.loc[~whose.duplicated()].copy()
    here = whose[~whose.duplicated()]
    first["alerts"] = [untold.get(one, ()) for one in here]
    for name in ("now", "late", "fresh"):
        first[name] = flags[name].reindex(here).to_numpy()
    gone = ["rank", "tardy", "missed", "untold", "alert", "channel"]
    return first.rename(columns={"now": "at_once"}).drop(columns=gone).reset_index(drop=True)


def _shaped(rows: pd.DataFrame) -> pd.DataFrame:
    """No items at all, with the columns that readers of this frame expect."""
    names = ("person", "unresolved", "deputy_for", "section", "quiet", "at_once", "late", "alerts")
    return rows.assign(**{name: pd.Series(dtype=object) for name in names})
