"""Who is told what this morning: dues and untold alerts, resolved to people, each in one section of his mail."""

from __future__ import annotations

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
ALERT = ["id", "due_key", "role", "channel", "state", "late", "reached_at"]


def pick(book: Book, rules: list[Rule], dues: pd.DataFrame, now: datetime) -> pd.DataFrame:
    """One row an obligation and person, most urgent first.

    Columns of the due, and: person ("" when nobody can be found), role, section, alerts (ids not told yet), fresh
    (there are such), at_once (one of them is immediate), late, unresolved, deputy_for, quiet (the person has
    acknowledged this step, or put it off).
    """
    dues = dues.loc[dues["state"].isin(LIVE)]
    alerts = _latest(book.frame("alerts"), dues, now)
    listed = dues.loc[dues["state"].isin(OPEN), ["key", "roles"]]
    owed = listed.assign(role=listed["roles"].str.split(";")).explode("role")[["key", "role"]].assign(owes=True)
    pairs = owed.merge(alerts, left_on=["key", "role"], right_on=["due_key", "role"], how="outer")
    pairs["key"] = pairs["key"].where(pairs["key"].notna(), pairs["due_key"])
    pairs["fresh"] = (pairs["state"] == "open").fillna(False).astype(bool)
    pairs = pairs.loc[pairs["owes"].notna() | pairs["fresh"]]
    pairs = pairs[["key", "role", "id", "channel", "late", "fresh", "reached_at"]].rename(
        columns={"id": "alert", "late": "tardy"}
    )
    rows = pairs.merge(dues, on="key", how="inner")
    if rows.empty:
        return _shaped(rows)
    rows = ladder.resolve(rows, book, now.date())
    rows["owed_by"] = _owed_by(rows, book, now.date())
    rows["section"] = _sections(rows, rules)
    rows["quiet"] = _quiet(rows, book.frame("responses"), now.date())
    return _merged(rows)


def _latest(alerts: pd.DataFrame, dues: pd.DataFrame, now: datetime) -> pd.DataFrame:
    """Of each due and role, the alert that says how far it has come: the untold one, else the last told."""
    state = alerts["state"].astype(str)
    live = (
        state.isin(("open", "told")) & (alerts["reached_at"] <= pd.Timestamp(now)) & alerts["due_key"].isin(dues["key"])
    )
    found = alerts.loc[live, ALERT].assign(state=state[live], channel=alerts["channel"].astype(str)[live])
    found = found.assign(told=found["state"] == "told").sort_values(
        ["told", "reached_at", "id"], ascending=[True, False, True]
    )
    return found.drop_duplicates(["due_key", "role"]).drop(columns="told")


def _owed_by(rows: pd.DataFrame, book: Book, today: date) -> pd.Series:
    """The person who owes it, for those who hear of another's due."""
    first = rows["roles"].str.split(";").str[0]
    own = np.array([role in roles.split(";") for role, roles in zip(rows["role"], rows["roles"], strict=True)])
    pairs = rows[["key", "customer", "owner", "officer"]].assign(role=first)
    return ladder.resolve(pairs, book, today)["person"].where(~own, "")


def _sections(rows: pd.DataFrame, rules: list[Rule]) -> npt.NDArray[Any]:
    """Today and overdue are one's own; another's overdue is an escalation; what a colleague set going is waiting."""
    own = np.array([role in roles.split(";") for role, roles in zip(rows["role"], rows["roles"], strict=True)])
    answers = frozenset(rule.id for rule in rules if rule.verb == "response")
    handed = rows["rule"].isin(answers).to_numpy() & ~rows["role"].isin(("customer_manager", "owner")).to_numpy()
    state = rows["state"].to_numpy(object)
    stranded = rows["unresolved"].to_numpy(bool)
    return np.select(
        [~own, state == "overdue", handed | stranded, state == "due_today"],
        ["escalated", "overdue", "waiting", "today"], "week",
    )  # fmt: skip


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
    rows["late"] = rows["fresh"] & rows["tardy"].fillna(False).astype(bool)
    rows["untold"] = rows["alert"].where(rows["fresh"] & ~rows["quiet"])
    rows = rows.sort_values(["quiet", "rank", "due", "rule", "key"], kind="stable")
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
    gone = ["rank", "tardy", "untold", "alert", "channel"]
    return first.rename(columns={"now": "at_once"}).drop(columns=gone).reset_index(drop=True)


def _shaped(rows: pd.DataFrame) -> pd.DataFrame:
    """No items at all, with the columns that readers of this frame expect."""
    names = ("person", "unresolved", "deputy_for", "section", "quiet", "at_once", "late", "alerts")
    return rows.assign(**{name: pd.Series(dtype=object) for name in names})
