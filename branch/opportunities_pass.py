"""The team leader lets an opportunity through to its next stage though something is lacking: for a reason, and on record (§4.7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from branch import access, audit, matrix, opportunities
from branch.branch import Branch
from branch.masks import blank
from branch.people import Actor, acting_for
from sheets.book import Book
from sheets.cells import fold
from sheets.merge import Cell
from sheets.schema import Edit
from texts import Fault

SHORTEST = 2  # characters of a reason
PASSABLE = opportunities.PATH[2:]  # what is not handed in yet cannot be let through


class PassRefused(Fault):
    """A gate that is not let through so: no reason, or nothing to let through."""


@dataclass(frozen=True, slots=True)
class Passed:
    stage: str
    staff: str
    at: datetime
    reason: str


def may(actor: Actor) -> bool:
    """Whether it is theirs to let one through: the team leader's alone (§4.7)."""
    return actor.role == matrix.TL


def lacks(book: Book, row: Mapping[str, Any]) -> tuple[str, list[str]]:
    """The next stage and what it still asks for; ("", []) where there is nothing that a leader could let through."""
    step = opportunities.onward(str(row.get("stage") or ""))
    missing = opportunities.lacking(book, row, opportunities.asked(row, step)) if step in PASSABLE else []
    return (step, missing) if missing else ("", [])


def let_through(branch: Branch, actor: Actor, key: str, reason: str, now: datetime, *, token: str = "") -> str:
    """Moves it on and answers to which stage. The columns of a pass are Huce's own: no form, file or spreadsheet writes them.

    Raises Denied, Unknown (both go on record) and PassRefused."""
    look = branch.look(now)
    try:
        if not may(actor):
            raise access.Denied("opportunity.pass.leader")
        row = access.row(look.book, "opportunities", key, actor)
    except access.NotAllowed:
        audit.denied(branch.store, actor, f"pass opportunities/{key}", now)
        raise
    step, missing = lacks(look.book, row)
    if not missing:
        raise PassRefused("opportunity.pass.nothing")
    if len(fold(reason)) < SHORTEST:
        raise PassRefused("opportunity.pass.reason")
    after: dict[str, Cell] = {
        "stage": step,
        "passed": ";".join([*opportunities.passed(row), step]),
        "passed_by": actor.staff,
        "passed_at": now.replace(microsecond=0),
        "passed_reason": reason.strip(),
    }
    before: dict[str, Cell] = {column: None if blank(row.get(column)) else row[column] for column in after}
    branch.write([Edit("opportunities", key, before, after)], acting_for(actor), "portal", now, token=token)
    return step


def passes(changes: pd.DataFrame) -> list[Passed]:
    """Every time an opportunity was let through, oldest first, out of the record of its changes: the row holds the last one."""
    found, reason = [], ""
    for _, save in changes.sort_values("seq").groupby("rev"):
        said = {str(column): new for column, new in zip(save["column"], save["new"], strict=True)}
        reason = str(said.get("passed_reason") or reason)  # said again in the same words, it is no change
        if said.get("passed"):
            last = save.iloc[-1]
            found.append(Passed(str(said["passed"]).rpartition(";")[2], str(last["actor"]), last["at"], reason))
    return found
