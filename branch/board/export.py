"""What stands on the board as a workbook: the tables as they were seen, for whoever may take them out, with a reason and on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from branch import audit, matrix
from branch.exchange import NotTaken, Workplace
from branch.exports import SHORTEST, needs_reason
from branch.people import Actor
from sheets.files.seen_out import Sheet, book
from texts import known, say

__all__ = ["Sheet", "may_take", "workbook"]


def may_take(actor: Actor) -> bool:
    """Whether the role takes anything of it out at all: a president does not."""
    return actor.role in (matrix.CM, matrix.TL, matrix.BL)


def workbook(branch: Workplace, sheets: Sequence[Sheet], about: str, actor: Actor, reason: str, now: datetime) -> bytes:
    """The tables in their order, a sheet each, under one line that says what they show (`about`), who took them out and when.
    On record, as is the attempt of somebody who may not. Raises NotTaken."""
    if not may_take(actor):
        audit.denied(branch.store, actor, "export board", now)
        raise NotTaken("exchange.no_export")
    if needs_reason(branch, actor) and len(reason.strip()) < SHORTEST:
        raise NotTaken("access.export_reason")
    by = say("screen.board.taken", known(actor.lang), name=actor.name, staff=actor.staff, at=f"{now:%Y-%m-%d %H:%M}")
    data = book(sheets, about, by)
    rows = sum(len(one.cells) for one in sheets)
    told = f"board: {'; '.join(one.title for one in sheets)}: {rows} rows" + (f" ({reason.strip()[:200]})" if reason.strip() else "")
    branch.store.private.note("export", actor.staff, told, now)
    return data
