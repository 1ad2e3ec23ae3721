"""The alert ledger: which steps are new, which are merged into a later one, which are over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from rules import days
from sheets.schema import Edit, Value

if TYPE_CHECKING:
    from rules.calendar import Calendar

LIVE = ("planned", "due_soon", "due_today", "overdue")  # states of a due that may still be told


@dataclass(frozen=True)
class Plan:
    """What one scan writes to the ledger, and how many alerts of it are new and to be told."""

    edits: tuple[Edit, ...]
    new: int
    closed: int


def reached(dues: pd.DataFrame, steps: pd.DataFrame, now: datetime) -> pd.DataFrame:
    """Steps that have come, of obligations not yet met: one row an alert, with the columns of its due.

    `stem` is the alert without its channel: what was told by one channel is not told again by the other.
    """
    live = dues.loc[dues["state"].isin(LIVE)]
    come = steps.loc[steps["at"] <= pd.Timestamp(now), ["key", "step", "role", "at", "immediate", "top"]]
    found = come.merge(live, on="key", how="inner")
    found = found.loc[~found.duplicated(["key", "step", "role"])].reset_index(drop=True)
    found["channel"] = np.where(found["immediate"].to_numpy(dtype=bool), "immediate", "digest")
    found["stem"] = stems(found["key"], found["step"], found["role"])
    found["id"] = found["stem"] + "|" + found["channel"]
    return found


def stems(key: pd.Series, step: pd.Series, role: pd.Series) -> pd.Series:
    return key.astype(str) + "|" + step.astype(str) + "|" + role.astype(str)


def tardy(
    moments: pd.Series, channel: pd.Series, now: datetime, digest_at: time, calendar: Calendar
) -> npt.NDArray[np.bool_]:
    """Told late: the working morning (or, for an immediate one, the working day) that should have told it is over."""
    past_morning = (moments - moments.dt.normalize()) > pd.Timedelta(hours=digest_at.hour, minutes=digest_at.minute)
    waits = past_morning.to_numpy(bool) & (channel == "digest").to_numpy(bool)
    told_on = calendar.roll(days.of(moments) + waits, "later")
    return np.asarray(told_on < days.one(now.date()))


def plan(unknown: pd.DataFrame, found: pd.DataFrame, live: pd.Series, alerts: pd.DataFrame, now: datetime) -> Plan:
    """Edits that bring the ledger to what has been reached.

    `unknown`: steps that are not in the ledger, with person, unresolved, late and text; `found`: all that are reached;
    `live`: keys of the dues that may still be told.

    An alert closed and alive again (the date moved away and back, a deleted row restored) takes up where it stood:
    what was told stays told. A merged step is told after all when the later one turns out not to have come (a clock
    put right) and the role has heard of no later one. Steps of days after `now` are left alone: a past day can be
    replayed.
    """
    old = alerts.loc[alerts["reached_at"] <= pd.Timestamp(now)]
    edits = [_insert(row, now) for row in unknown.to_dict("records")]
    new = int(unknown["top"].sum())

    tops = frozenset(found.loc[found["top"].astype(bool), "stem"])
    every = frozenset(found["stem"])
    stem, state = stems(old["due_key"], old["step"], old["role"]), old["state"].astype(str)
    told = old["told_at"].notna()
    alive = old["due_key"].astype(str).isin(frozenset(live.astype(str)))
    top, here = stem.isin(tops), stem.isin(every)
    target = state.copy()
    target = target.mask((state == "open") & alive & ~top, "skipped")
    target = target.mask((state == "closed") & here & told, "told")
    target = target.mask((state == "closed") & here & ~told, "skipped")
    whose = old["due_key"].astype(str) + "|" + old["role"].astype(str)
    heard = old["reached_at"].where(told).groupby(whose).transform("max") >= old["reached_at"]
    target = target.mask(state.isin(("closed", "skipped")) & top & ~heard, "open")
    target = target.mask(state.isin(("open", "told")) & ~alive, "closed")
    moved = target != state
    for key, before, after in zip(old.loc[moved, "id"], state[moved], target[moved], strict=True):
        edits.append(Edit("alerts", str(key), {"state": before}, {"state": after}))
    new += int((moved & (target == "open")).sum())
    return Plan(tuple(edits), new, int((moved & (target == "closed")).sum()))


def _insert(row: Mapping[Any, Any], now: datetime) -> Edit:
    top = bool(row["top"])
    after: dict[str, Value] = {
        "id": row["id"], "due_key": row["key"], "rule": row["rule"], "subject": row["table"], "row": row["row"],
        "customer": _text(row["customer"]), "occurrence": _text(row["occurrence"]), "due": _day(row["due"]),
        "anchor": _day(row["anchor"]), "step": row["step"], "role": row["role"], "channel": row["channel"],
        "staff": _text(row["person"]), "unresolved": bool(row["unresolved"]), "late": bool(row["late"]),
        "state": "open" if top else "skipped", "reached_at": row["at"].to_pydatetime(), "created_at": now,
        "text": row["text"] if top else None,
    }  # fmt: skip
    return Edit("alerts", str(row["id"]), None, after)


def _text(value: object) -> str | None:
    return None if value is None or pd.isna(value) or value == "" else str(value)  # type: ignore[call-overload]


def _day(value: pd.Timestamp) -> Value:
    return None if pd.isna(value) else value.date()
