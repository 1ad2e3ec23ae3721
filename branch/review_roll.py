"""The reviews of a period rolled up: manager by manager, team by team and the branch, who has not written first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from branch import review_desk
from branch.board.owed import teams_of
from branch.look import Look
from branch.masks import blank
from branch.people import Actor
from branch.review_periods import named
from branch.reviewing import COUNTS, MONEY, managers
from rules import days as d
from rules import until
from rules.days import NONE
from rules.periods import Period

STEPS = ("owed", "missing", "written", "submitted", "discussed", "late")
SUMS = ("customers", *MONEY, *COUNTS)
ORDER = ("missing", "draft", "submitted", "discussed")


@dataclass(frozen=True, slots=True)
class Roll:
    """`people`: one row a review, or a manager who has written none: staff, team, review (its number, "" for none), state (of
    ORDER), instead (the longer period whose review speaks for it, "" for none), STEPS as 1 or 0, and SUMS of its lines.
    `teams`: the same added up by team, and `whole` of all: sums of the people and nothing else."""

    people: pd.DataFrame
    teams: pd.DataFrame
    whole: pd.Series


def roll(look: Look, actor: Actor, period: Period) -> Roll:
    """As far as this person sees. Whoever owes a review stands in it though they have written none, and so does a review of
    somebody who owes none any more: they have left, or lead by now."""
    found = review_desk.of_period(look, actor, period)
    longer = _longer(look, actor, period)
    last = due(look, period)
    owing = managers(look, actor)
    written = [{str(key): value for key, value in row.items()} for row in found.to_dict("records")]
    rows = [_row(look, actor, row, last, owed=str(row["owner"]) in owing) for row in written]
    have = {str(row["owner"]) for row in written}
    rows += [
        _row(look, actor, {"owner": one, **longer.get(one, {})}, last, owed=True, instead=one in longer) for one in owing if one not in have
    ]
    people = pd.DataFrame(rows, columns=["staff", "review", "state", "instead", *STEPS, *SUMS])
    teams = teams_of(look.book)
    people["team"] = [teams.get(str(one), "") for one in people["staff"]]
    people[[*STEPS, *SUMS]] = people[[*STEPS, *SUMS]].astype("float64")
    by_team = people.groupby("team")[[*STEPS, *SUMS]].sum(min_count=1).reset_index().sort_values("missing", ascending=False, kind="stable")
    order = people["state"].map({one: n for n, one in enumerate(ORDER)})
    people = people.iloc[np.lexsort((people["staff"].astype(str), order))].reset_index(drop=True)
    return Roll(people, by_team.reset_index(drop=True), people[[*STEPS, *SUMS]].sum(min_count=1))


def due(look: Look, period: Period) -> np.int64:
    """The day by which a review of the period is written, as the branch's rule says; NONE where no rule asks for it."""
    for rule in look.rules:
        if rule.event == "reviews" and rule.until != until.NO_UNTIL and rule.window == period.unit:
            raw = until.one(rule.until, int(d.one(period.start)), int(d.one(period.end)), int(NONE), look.calendar)
            return np.int64(look.calendar.roll(np.array([raw], np.int64), rule.roll)[0]) if raw != NONE else NONE
    return NONE


def _longer(look: Look, actor: Actor, period: Period) -> dict[str, dict[str, Any]]:
    """By person, the submitted review of a longer period that ends on the same day: it speaks for this one too (A5)."""
    frame = look.of(actor).rows("reviews")
    found: dict[str, dict[str, Any]] = {}
    for row in frame.to_dict("records") if len(frame) else ():
        other = named(str(row["period"]))
        if other is not None and other.end == period.end and other.start < period.start and not blank(row.get("written_on")):
            found[str(row["owner"])] = {str(key): value for key, value in row.items()}
    return found


def _row(look: Look, actor: Actor, row: dict[str, Any], last: np.int64, *, owed: bool, instead: bool = False) -> dict[str, Any]:
    there = "id" in row
    state = review_desk.status(row) if there else "missing"
    on = d.one(row["written_on"].date()) if there and not blank(row.get("written_on")) else NONE
    late = last != NONE and (on > last if on != NONE else owed and look.ledgers.today > last)
    told = {
        "staff": str(row["owner"]) if not blank(row.get("owner")) else "",
        "review": str(row["id"]) if there else "",
        "state": state,
        "instead": str(row["period"]) if instead else "",
        "owed": float(owed),
        "missing": float(not there),
        "written": float(there),
        "submitted": float(state in ("submitted", "discussed")),
        "discussed": float(state == "discussed"),
        "late": float(late),
    }
    sums = review_desk.totals(review_desk.lines(look, actor, str(row["id"]))) if there and not instead else dict.fromkeys(SUMS, np.nan)
    return told | {key: sums[key] for key in SUMS}


def due_day(look: Look, period: Period) -> date | None:
    """The same as a day; None where no rule asks for a review of such a length."""
    found = due(look, period)
    return None if found == NONE else d.day(found)
