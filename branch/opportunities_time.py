"""How long opportunities take: at each stage, by those that stand there and by those that went on; and from the first word to the
business. Only what the ledger and the record of changes know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from branch import opportunities
from branch.look import Look
from branch.opportunities_board import LEDGER, Wish, rows
from branch.people import Actor
from rules.days import NONE
from sheets.store import Store

ALL = 1_000_000  # lines of the record


@dataclass(frozen=True, slots=True)
class Stay:
    """Whole days at one stage. `median` and `longest` of the `count` that stand there, None where nobody counts them any more;
    `took` is the median of the `gone` that went on from there, None before the first one did."""

    stage: str
    count: int
    median: float | None
    longest: int | None
    took: float | None
    gone: int


@dataclass(frozen=True, slots=True)
class Times:
    """`landed`: days from creation to the business on average, of as many as `counted`; None where none has landed yet."""

    stays: tuple[Stay, ...]
    landed: float | None
    counted: int


def times(look: Look, store: Store, actor: Actor, wish: Wish) -> Times:
    """Of the opportunities in this person's scope that are wished for."""
    found = rows(look, actor, wish)
    gone = look.once("deal stays", lambda: _gone(look, store))
    theirs = set(found["id"])
    stays = []
    for stage in opportunities.PATH[:-1]:
        days = found.loc[(found["stage"] == stage), "days"].dropna()
        took = [one for key, one in gone.get(stage, ()) if key in theirs]
        count = int((found["stage"] == stage).sum())
        longest = int(days.max()) if len(days) else None
        stays.append(Stay(stage, count, _median(days.to_numpy(float)), longest, _median(np.array(took, float)), len(took)))
    whole = _landed(look, found)
    return Times(tuple(stays), float(np.mean(whole)) if len(whole) else None, len(whole))


def _median(days: npt.NDArray[np.float64]) -> float | None:
    return float(np.median(days)) if len(days) else None


def _landed(look: Look, found: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Days from creation to the landing of each that has landed and says both."""
    places = look.ledgers.place(LEDGER, found.loc[found["stage"] == "landed", "id"].to_numpy(object))
    born, landed = (look.ledgers.days(LEDGER, column)[places] for column in ("created_at", "stage_on"))
    known = (born != NONE) & (landed != NONE) & (landed >= born)
    took: npt.NDArray[np.float64] = (landed - born)[known].astype(np.float64)
    return took


def _gone(look: Look, store: Store) -> Mapping[str, list[tuple[str, int]]]:
    """Stage → opportunity and whole days of each stay that ended by going on: the record holds the day it came there
    (`stage_on` before the move) and the day it went."""
    moves, entered = (store.history(LEDGER, event=column, limit=ALL) for column in ("stage", "stage_on"))
    since = {(str(one["rev"]), str(one["row"])): str(one["old"] or "") for one in entered.to_dict("records")}
    ledger = look.book.frame(LEDGER)
    born = dict(zip(ledger["id"].astype("str"), ledger["created_at"], strict=True))
    found: dict[str, list[tuple[str, int]]] = {}
    for move in moves.to_dict("records"):
        old, new, key = str(move["old"] or ""), str(move["new"] or ""), str(move["row"])
        if old not in opportunities.PATH or new not in opportunities.PATH or opportunities.PATH.index(new) < opportunities.PATH.index(old):
            continue
        days = _days(since.get((str(move["rev"]), key)), born.get(key), pd.Timestamp(move["at"]).date())
        if days is not None:
            found.setdefault(old, []).append((key, days))
    return found


def _days(entered: str | None, born: Any, left: date) -> int | None:
    """None: it left on the day it came, so that the day of its stage did not change."""
    if entered is None:
        return 0
    day = pd.Timestamp(entered) if entered else born
    return None if pd.isna(day) else max(0, (left - pd.Timestamp(day).date()).days)
