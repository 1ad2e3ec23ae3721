"""Who owes what and who is told what: every due resolved to people, each in one section of their day.

The screen's Today, the morning's mail and the scan's list are all read from here, so that they never disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from rules.rule import Rule
from rules.states import OPEN, UNMET

Section = Literal["today", "overdue", "soon", "ahead", "escalated", "waiting"]
SECTIONS: tuple[Section, ...] = ("today", "overdue", "soon", "ahead", "escalated", "waiting")
PRESSING = {"overdue": 0, "today": 1, "escalated": 2, "waiting": 3, "soon": 4, "ahead": 5}
Resolve = Callable[[pd.DataFrame], pd.DataFrame]
Tardy = Callable[[pd.Series, pd.Series], npt.NDArray[np.bool_]]
WHOSE = ["key", "customer", "owner", "officer"]


def told(dues: pd.DataFrame, steps: pd.DataFrame, resolve: Resolve, states: Sequence[str] = UNMET) -> pd.DataFrame:
    """The one resolution of roles to people: key, role, person ("" when nobody can be found), unresolved, deputy_for,
    owes; for every due in one of the states, the roles that owe it and those that one of its steps tells."""
    unmet = dues.loc[dues["state"].isin(states)]
    parts = [
        part.loc[:, WHOSE].assign(role=role, owes=True)
        for whose, part in unmet.groupby("roles", observed=True, sort=False)
        for role in str(whose).split(";")
    ]
    climbs = steps.loc[:, ["key", "role"]].drop_duplicates().merge(unmet[WHOSE], on="key", how="inner").assign(owes=False)
    pairs = pd.concat([*parts, climbs], ignore_index=True)
    pairs = pairs.loc[~pairs.duplicated(["key", "role"])]
    return resolve(pairs)[["key", "role", "person", "unresolved", "deputy_for", "owes"]]


def work(
    dues: pd.DataFrame,
    told: pd.DataFrame,
    standing: pd.DataFrame,
    responses: pd.DataFrame,
    rules: Sequence[Rule],
    tardy: Tardy,
    now: datetime,
) -> pd.DataFrame:
    """One row for each due and person, the most urgent first: what they owe, and what has climbed to them.

    `standing`: the alerts of unmet dues; `tardy`: which of some moments and channels are told late by now.
    Columns of the due, and: person ("" when nobody can be found), role, section, alerts (ids not told yet), fresh
    (there are such, or the step is), recent (told today), at_once (one of them is immediate), late, unresolved,
    deputy_for, owed_by, quiet (the person has acknowledged this step, or put it off).
    """
    alerts = _latest(_late(standing, tardy)).rename(columns={"due_key": "key", "id": "alert", "late": "tardy"})
    alerts = alerts.assign(fresh=alerts["state"] == "open", recent=alerts["told_at"].dt.normalize() == pd.Timestamp(now.date()))
    columns = ["key", "role", "alert", "channel", "tardy", "missed", "fresh", "recent", "reached_at"]
    rows = told.merge(alerts[columns], on=["key", "role"], how="left")
    for flag in ("tardy", "missed", "fresh", "recent"):
        rows[flag] = rows[flag].eq(True)  # blank where no step was reached
    rows = rows.merge(dues, on="key", how="inner")
    rows = rows.loc[(rows["owes"] & rows["state"].isin(OPEN)) | rows["fresh"] | rows["recent"]].reset_index(drop=True)
    rows["owed_by"] = _owed_by(rows, told)
    rows["section"] = _sections(rows, rules)
    rows["quiet"] = _quiet(rows, responses, now.date())
    return _merged(rows)


def _late(alerts: pd.DataFrame, tardy: Tardy) -> pd.DataFrame:
    """`late`: its moment to be told is over. `missed`: it also speaks for a step that nobody told in time."""
    told_ = alerts["told_at"].notna()
    whose = [alerts["due_key"], alerts["role"]]
    last = alerts["reached_at"].where(told_).groupby(whose, sort=False).transform("max")
    silent = ~told_ & ~(alerts["reached_at"] <= last)
    late = silent & tardy(alerts["reached_at"], alerts["channel"])
    return alerts.assign(late=late, missed=late.groupby(whose, sort=False).transform("any"))


def _latest(alerts: pd.DataFrame) -> pd.DataFrame:
    """Of each due and role, the alert that says how far it has come: the untold one, else the last told."""
    found = alerts.loc[alerts["state"].isin(("open", "told"))]
    found = found.assign(told=found["state"] == "told")
    found = found.sort_values(["told", "reached_at", "id"], ascending=[True, False, True])
    return found.loc[~found.duplicated(["due_key", "role"])]


def _owed_by(rows: pd.DataFrame, told: pd.DataFrame) -> pd.Series:
    """Who owes it, where another's due is told; "" for one's own."""
    first = told.loc[told["owes"] & ~told["key"].where(told["owes"]).duplicated(), ["key", "person"]]
    owners = rows[["key"]].merge(first, on="key", how="left")["person"].fillna("")
    return owners.where(~rows["owes"], "")


def _sections(rows: pd.DataFrame, rules: Sequence[Rule]) -> npt.NDArray[np.object_]:
    """Today and overdue are one's own; another's overdue is an escalation; what a colleague set going is waiting."""
    handed = rows["rule"].isin([rule.id for rule in rules if rule.handed]).to_numpy()
    stranded = rows["unresolved"].to_numpy(bool)
    state = rows["state"].astype("str")
    return np.select(
        [~rows["owes"], state == "overdue", handed | stranded, state == "due_today", state == "due_soon"],
        ["escalated", "overdue", "waiting", "today", "soon"],
        "ahead",
    ).astype(object)


def _quiet(rows: pd.DataFrame, responses: pd.DataFrame, today: date) -> npt.NDArray[np.bool_]:
    """Acknowledged: this very step, by this person, until a promise passes. Put off: until its day, never past due."""
    if responses.empty:
        return np.zeros(len(rows), bool)
    answers = responses.assign(act=responses["act"].astype(str), staff=responses["staff"].astype(str))
    day = pd.Timestamp(today)
    seen = answers.loc[(answers["act"] == "acknowledge") & ~(answers["promised_on"] < day)]
    steps = pd.MultiIndex.from_arrays([seen["alert"].astype(str), seen["staff"]])
    alert = rows["alert"].fillna("").astype(str)
    acknowledged = pd.MultiIndex.from_arrays([alert, rows["person"]]).isin(steps) & (alert != "").to_numpy()
    later = answers.loc[answers["act"].isin(("snooze", "wake"))].sort_values("at", kind="stable")
    later = later.drop_duplicates(["due_key", "staff"], keep="last")
    waits = later.loc[(later["act"] == "snooze") & (later["until"] > day)]
    put_off = pd.MultiIndex.from_arrays([rows["key"].astype(str), rows["person"]]).isin(
        pd.MultiIndex.from_arrays([waits["due_key"].astype(str), waits["staff"]])
    )
    return np.asarray(acknowledged | (put_off & (rows["due"] > day).to_numpy()))


def _merged(rows: pd.DataFrame) -> pd.DataFrame:
    """A person who is told of one due in two roles reads it once, in the more pressing section."""
    rows = rows.assign(rank=rows["section"].map(PRESSING).astype("int64"))
    rows["at_once"] = rows["fresh"] & rows["channel"].eq("immediate")
    rows["late"] = rows["fresh"] & (rows["tardy"] | (rows["missed"] & (rows["state"] == "overdue")))
    rows = rows.sort_values(["quiet", "rank", "due", "customer", "rule", "key"], kind="stable").reset_index(drop=True)
    own = rows["person"].where(rows["person"] != "", rows["role"])  # what nobody can be told stays apart by role
    group = pd.DataFrame({"key": rows["key"], "own": own}).groupby(["key", "own"], sort=False).ngroup()
    first = ~group.duplicated()
    untold: dict[int, tuple[str, ...]] = {}
    speaks = rows["fresh"] & ~rows["quiet"]
    for number, alert in zip(group[speaks], rows.loc[speaks, "alert"], strict=True):
        untold[number] = (*untold.get(number, ()), str(alert))
    for flag in ("at_once", "late", "fresh", "recent", "owes"):
        rows[flag] = rows[flag].groupby(group, sort=False).transform("any")
    rows["alerts"] = [untold.get(number, ()) for number in group]
    return rows.loc[first].drop(columns=["rank", "tardy", "missed", "alert", "channel"]).reset_index(drop=True)
