"""Tasks that leaders hand out: what is open and late, and what a new one begins with when it comes from a due or a figure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from branch import access
from branch.board.view import Board
from branch.look import Look
from branch.people import Actor
from rules import days as d
from rules.saying import rows
from texts import Lang

DAYS = 5  # working days that a new task is given, unless somebody says otherwise
OPEN, LATE, DONE = "open", "late", "done"


def tasks(board: Board) -> pd.DataFrame:
    """The tasks in this person's scope: the columns of the ledger, and `stands` (open, late or done), the late ones first, then by
    their day; what is done last, the newest on top."""
    found = board.look.of(board.actor).rows("tasks")
    if "due_on" not in found or found.empty:
        return found.assign(stands=pd.Series(dtype="str"))
    found = found[found["status"].astype("str") != "dropped"]
    done = found["done_on"].notna().to_numpy()
    late = ~done & (found["due_on"] < pd.Timestamp(board.look.today)).to_numpy()
    stands = np.select([done, late], [DONE, LATE], OPEN)
    day = d.of(found["due_on"])
    order = np.lexsort((np.where(done, -d.of(found["done_on"]), day), np.select([late, ~done], [0, 1], 2)))
    return found.assign(stands=stands).iloc[order].reset_index(drop=True)


def may_assign(actor: Actor) -> bool:
    return access.may(actor, "tasks", "create")


def started(look: Look, actor: Actor, lang: Lang, about: str) -> Mapping[str, Any]:
    """What a new task begins with: about a due (its key), of a person and a figure ("figure:who"), or nothing."""
    last = d.day(look.calendar.add_workdays(np.array([d.one(look.today)]), DAYS)[0])
    begun: dict[str, Any] = {"due_on": last}
    if about.startswith("of:"):
        _, key, who = (*about.split(":", 2), "")[:3]
        return begun | {"figure": key, "owner": who or None}
    dues = look.of(actor).dues
    mine = dues[dues["key"] == about]
    if mine.empty:
        return begun
    [due] = rows(mine.head(1))
    [said] = look.say(mine.head(1), lang, "screen")
    who = str(mine.iloc[0]["person"]).split(";")[0]
    what = " · ".join(filter(None, (said.who, said.task)))
    about_ = {"customer": due["customer"], "subject": due["table"], "row": due["row"], "figure": due["rule"], "owner": who}
    return begun | {"what": what} | {key: str(value) or None for key, value in about_.items()}
