"""A review on its way: begun with all its figures, filled anew, submitted, discussed; and what of it a person sees."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from branch import access, matrix
from branch.change import native
from branch.look import Look
from branch.masks import blank
from branch.people import Actor
from branch.review_periods import named, said
from branch.reviewing import COUNTS, KEPT, MONEY, Prefill, prefill
from rules.periods import Period
from sheets.merge import Cell
from sheets.numbers import placeholder
from sheets.schema import Edit
from texts import Lang

WORDS = ("summary", "shortcomings", "next_plan")  # of all customers together; without them it is not submitted
LINE_WORDS = ("marketing_grade", "service_grade", "feedback", "shortcomings", "next_plan")
DISCUSSION = ("discussed_on", "discussed_with", "discussion_mode", "conclusion", "leader_opinion")
STATES = ("draft", "submitted", "discussed")
Row = Mapping[str, Any]


def closed(review: Row) -> bool:
    """Whether it was discussed: from then on the manager does not change it."""
    return not blank(review.get("discussed_on")) or review.get("status") == "discussed"


def submitted(review: Row) -> bool:
    """Whether the manager has handed it in; one that came in a file with its day has been."""
    return not blank(review.get("written_on")) or review.get("status") in ("submitted", "discussed")


def status(review: Row) -> str:
    """One of STATES, whatever its cell says."""
    return STATES[2] if closed(review) else STATES[1] if submitted(review) else STATES[0]


def period_of(review: Row) -> Period | None:
    """The period that it is of."""
    return named(review.get("period"))


def period_said(name: str, lang: Lang) -> str:
    """A period as people say it, by whatever stands in its cell."""
    found = named(name)
    return name if found is None else said(found, lang)


def of_period(look: Look, actor: Actor, period: Period) -> pd.DataFrame:
    """The reviews of a period that this person sees, under whichever spelling of its name."""
    frame = look.of(actor).rows("reviews")
    return frame if frame.empty else frame[[named(one) == period for one in frame["period"]]].reset_index(drop=True)


def unreadable(look: Look, actor: Actor) -> pd.DataFrame:
    """The reviews of no period: what was typed there names none."""
    frame = look.of(actor).rows("reviews")
    return frame if frame.empty else frame[[named(one) is None for one in frame["period"]]].reset_index(drop=True)


def own(look: Look, actor: Actor, staff: str, period: Period) -> dict[str, Any] | None:
    """A person's review of a period; of two, the one that is further on."""
    frame = of_period(look, actor, period)
    mine = frame[frame["owner"].astype("str") == staff] if len(frame) else frame
    rows: list[dict[str, Any]] = [{str(key): value for key, value in row.items()} for row in mine.to_dict("records")]
    return max(rows, key=lambda row: STATES.index(status(row)), default=None)


def lines(look: Look, actor: Actor, review: str) -> pd.DataFrame:
    """What a review says customer by customer, as far as this person sees the customers."""
    return _of(look, actor, "review_lines", review)


def hidden(look: Look, actor: Actor, review: str) -> int:
    """How many of its lines speak of customers that are no longer this person's to see."""
    frame = look.book.frame("review_lines")
    return int((frame["review"].astype("str") == review).sum()) - len(lines(look, actor, review))


def measures(look: Look, actor: Actor, review: str) -> pd.DataFrame:
    """The measures that came of a review."""
    return _of(look, actor, "measures", review)


def _of(look: Look, actor: Actor, table: str, review: str) -> pd.DataFrame:
    frame = look.of(actor).rows(table)
    return frame if frame.empty else frame[frame["review"].astype("str") == review].reset_index(drop=True)


def totals(found: pd.DataFrame) -> dict[str, float]:
    """Of some lines: how many customers, and what may be added of KEPT; NaN of what no line says."""
    every = {key: found[key].astype("float64") if key in found else pd.Series(dtype="float64") for key in (*MONEY, *COUNTS)}
    return {"customers": float(len(found))} | {key: float(one.sum(min_count=1)) for key, one in every.items()}


def begin(look: Look, actor: Actor, period: Period) -> list[Edit]:
    """A manager's own review of a period and its lines, with all their figures: one save."""
    key = placeholder()
    whole: dict[str, Cell] = {"owner": actor.staff, "level": period.unit, "period": period.name, "status": "draft"}
    found = prefill(look, actor, actor.staff, period)
    new = [Edit("review_lines", placeholder(), None, {"review": key, **values}) for values in _values(found)]
    return [Edit("reviews", key, None, whole), *new]


def refill(look: Look, actor: Actor, review: Row, period: Period) -> list[Edit]:
    """Its figures as the ledgers say them now, and a line for each customer who has come since. What was written stays."""
    found, key = prefill(look, actor, str(review["owner"]), period), str(review["id"])
    there = {str(row["customer"]): row for row in lines(look, actor, key).to_dict("records")}
    edits = []
    for values in _values(found):
        row = there.get(str(values["customer"]))
        if row is None:
            edits.append(Edit("review_lines", placeholder(), None, {"review": key, **values}))
            continue
        seen = {one: native(look.tables["review_lines"][one], row.get(one)) for one in KEPT}
        moved = {one: values.get(one) for one in KEPT if values.get(one) != seen[one]}
        if moved:
            edits.append(Edit("review_lines", str(row["id"]), {one: seen[one] for one in moved}, moved))
    return edits


def lacking(review: Row) -> list[str]:
    """The columns that it still wants before it is submitted."""
    return [key for key in WORDS if blank(review.get(key)) or not str(review[key]).strip()]


def submit(look: Look, review: Row, now: datetime) -> Edit:
    """Handed in: from here on R08 waits for the discussion, and the diary and the customers' files say so."""
    after: dict[str, Cell] = {"status": "submitted", "written_on": now.date(), "submitted_at": now.replace(microsecond=0)}
    if not blank(review.get("written_on")):
        del after["written_on"]
    table = look.tables["reviews"]
    return Edit("reviews", str(review["id"]), {key: native(table[key], review.get(key)) for key in after}, after)


def discussing(look: Look, actor: Actor, review: Row) -> tuple[str, ...]:
    """The columns that this person may fill in about its discussion now; () where it is not theirs to do, not handed in yet,
    or done, with the leader's word beside it."""
    if not submitted(review) or (closed(review) and not blank(review.get("leader_opinion"))):
        return ()
    if actor.role == matrix.CM or not all(access.writable(actor, "reviews", key) for key in DISCUSSION):
        return ()
    try:
        access.check_edit(look.book, Edit("reviews", str(review["id"]), {}, {"status": "discussed"}), actor)
    except access.NotAllowed:
        return ()
    return DISCUSSION


def _values(found: Prefill) -> list[dict[str, Cell]]:
    """The lines as the ledger keeps them: whole numbers, and nothing where nothing is known."""
    table = found.lines[["customer", *KEPT]]
    return [
        {"customer": str(row["customer"])} | {key: round(row[key]) for key in KEPT if not np.isnan(row[key])}
        for row in table.to_dict("records")
    ]
