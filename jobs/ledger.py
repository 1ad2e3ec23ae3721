"""The alert ledger: which steps are new, which are merged into a later one, which are over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def tardy(moments: pd.Series, channel: pd.Series, now: datetime, digest_at: time, calendar: Calendar) -> npt.NDArray[np.bool_]:
    """Told late: the working morning (or, for an immediate one, the working day) that should have told it is over."""
    past_morning = (moments - moments.dt.normalize()) > pd.Timedelta(hours=digest_at.hour, minutes=digest_at.minute)
    waits = past_morning.to_numpy(bool) & (channel == "digest").to_numpy(bool)
    told_on = calendar.roll(days.of(moments) + waits, "later")
    return np.asarray(told_on < days.one(now.date()))


@dataclass(frozen=True, slots=True)
class Move:
    """An alert of the ledger that changes its state; `stem` and `text` as in the ledger."""

    id: str
    stem: str
    text: str | None
    before: str
    after: str


def turn(found: pd.DataFrame, live: pd.Series, alerts: pd.DataFrame, now: datetime, *, righted: bool) -> list[Move]:
    """What becomes of the alerts that are in the ledger.

    `found`: steps that are reached; `live`: keys of the dues that may still be told; `righted`: the clock was ahead
    and has been put right.

    An alert closed and alive again (the date moved away and back, a deleted row restored) takes up where it stood:
    what was told stays told. A merged step is told after all when the later one turns out not to have come (a clock
    put right) and the role has heard of no later one. Steps of days after `now` are left alone, so that a past day
    can be replayed; but those that a wrong clock wrote and nobody was told are taken back, and come in their time.
    """
    moment = pd.Timestamp(now)
    old = alerts.loc[~(alerts["reached_at"] > moment) | (righted & (alerts["created_at"] > moment))]
    old = old.set_index("id", drop=False)
    tops = frozenset(found.loc[found["top"].astype(bool), "stem"])
    stem, state = stems(old["due_key"], old["step"], old["role"]), old["state"].astype(str)
    top, here = stem.isin(tops), stem.isin(frozenset(found["stem"]))
    told = old["told_at"].notna()
    alive = old["due_key"].astype(str).isin(frozenset(live.astype(str)))
    target = state.mask((state == "open") & alive & ~top, "skipped")
    target = target.mask((state == "closed") & here & told, "told")
    target = target.mask((state == "closed") & here & ~told, "skipped")
    whose = old["due_key"].astype(str) + "|" + old["role"].astype(str)
    heard = old["reached_at"].where(told).groupby(whose).transform("max") >= old["reached_at"]
    target = target.mask(state.isin(("closed", "skipped")) & top & ~heard, "open")
    target = target.mask(state.isin(("open", "told")) & ~alive, "closed")
    moved = target != state
    changed = pd.DataFrame({"stem": stem, "text": old["text"], "before": state, "after": target})[moved]
    return [Move(str(key), str(stem), text or None, old, new) for key, stem, text, old, new in changed.itertuples()]


@dataclass(frozen=True)
class Plan:
    """What one scan writes to the ledger, and how many alerts of it are new and to be told."""

    edits: tuple[Edit, ...]
    new: int
    closed: int


def plan(unknown: pd.DataFrame, moves: Sequence[Move], texts: Mapping[str, str], now: datetime) -> Plan:
    """Edits that bring the ledger to what has been reached.

    `unknown`: steps that are not in the ledger, with person, unresolved and late; `texts`: the sentence of each stem
    that is to be told.
    """
    edits = [_insert(row, texts, now) for row in unknown.to_dict("records")]
    for move in moves:
        before: dict[str, Value] = {"state": move.before, "text": move.text}
        after: dict[str, Value] = {"state": move.after}
        if move.after == "open":  # its sentence counts the days as they are now
            after["text"] = texts.get(move.stem)
        edits.append(Edit("alerts", move.id, before, after))
    new = int(unknown["top"].sum()) + sum(move.after == "open" for move in moves)
    return Plan(tuple(edits), new, sum(move.after == "closed" for move in moves))


def _insert(row: Mapping[Any, Any], texts: Mapping[str, str], now: datetime) -> Edit:
    top = bool(row["top"])
    after: dict[str, Value] = {
        "id": row["id"],
        "due_key": row["key"],
        "rule": row["rule"],
        "subject": row["table"],
        "row": row["row"],
        "customer": _text(row["customer"]),
        "occurrence": _text(row["occurrence"]),
        "due": _day(row["due"]),
        "anchor": _day(row["anchor"]),
        "step": row["step"],
        "role": row["role"],
        "channel": row["channel"],
        "staff": _text(row["person"]),
        "unresolved": bool(row["unresolved"]),
        "late": bool(row["late"]),
        "state": "open" if top else "skipped",
        "reached_at": row["at"].to_pydatetime(),
        "created_at": now,
        "text": texts.get(str(row["stem"])) if top else None,
    }
    return Edit("alerts", str(row["id"]), None, after)


def _text(value: object) -> str | None:
    return None if value is None or pd.isna(value) or value == "" else str(value)  # type: ignore[call-overload]


def _day(value: pd.Timestamp) -> Value:
    return None if pd.isna(value) else value.date()
