"""Whose customers are whose: own for a manager, the team's for its leader, those in charge for a supervising leader."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import pandas as pd

from branch import matrix
from branch.people import Actor
from sheets.book import Book
from sheets.schema import Edit

WHOLE = frozenset({"president", "admin", "system"})
OWN = ("owner", "staff", "recorded_by", "created_by", "made_by")  # columns that say whose a row without customer is


def customers(book: Book, actor: Actor) -> frozenset[str]:
    """Ids of the customers in a person's scope."""
    return _customers(_Kept(book), actor)


def rows(book: Book, table: str, actor: Actor) -> pd.DataFrame:
    """The live rows in a person's scope."""
    frame = book.frame(table)
    if actor.role in WHOLE or table in matrix.OPEN:
        return frame[frame["staff"].astype("str") == actor.staff] if table == "outbox" and actor.role == "president" else frame
    if table == "customers":
        return frame[frame["id"].isin(customers(book, actor))]
    if table in {"outbox", "responses"}:
        return frame[frame["staff"].astype("str") == actor.staff]
    if table in matrix.PARENT:
        column, parent = matrix.PARENT[table]
        return frame[frame[column].astype("str").isin(set(rows(book, parent, actor)["id"]))]
    mine = _mine(frame, team(book, actor))
    if "customer" not in frame:
        return frame[mine]
    customer = frame["customer"].astype("str")
    blank = frame["customer"].isna() | (customer == "")
    own = mine if table == "alerts" else mine & blank
    return frame[customer.isin(customers(book, actor)) | own]


def team(book: Book, actor: Actor) -> frozenset[str]:
    """The people whose work a person answers for: himself, and those below him."""
    staff, teams = book.frame("staff"), book.frame("teams")
    if actor.role in WHOLE:
        return frozenset(staff["id"])
    if actor.role == "team_leader":
        led = set(teams.loc[teams["team_leader"].astype("str") == actor.staff, "id"])
        below = staff["team"].astype("str").isin(led) | (staff["leader"].astype("str") == actor.staff)
        return frozenset({actor.staff, *staff.loc[below, "id"]})
    if actor.role == "leader":
        led = set(teams.loc[teams["leader"].astype("str") == actor.staff, "id"])
        first = set(staff.loc[staff["leader"].astype("str") == actor.staff, "id"])
        below = staff["team"].astype("str").isin(led) | staff["leader"].astype("str").isin(first)
        return frozenset({actor.staff, *first, *staff.loc[below, "id"]})
    return frozenset({actor.staff})


def is_own(row: Mapping[str, Any], actor: Actor) -> bool:
    """Whether a row is the person's own work: he wrote it, or he took part."""
    took_part = str(row.get("participants") or "").split(";")
    return actor.staff in took_part or any(str(row.get(key)) == actor.staff for key in OWN)


def would_own(book: Book, edit: Edit, actor: Actor) -> bool:
    """Whether the row would lie in the person's scope after the change; a hand-over within the team is not a loss."""
    if actor.role in WHOLE or edit.table in matrix.OPEN or edit.table == "letters":
        return True
    after = dict(edit.after or {})
    if "customer" in after and after["customer"] is not None:
        return after["customer"] in customers(book, actor)
    if edit.before is None and edit.table in matrix.PARENT:
        column, parent = matrix.PARENT[edit.table]
        made_here = after.get(column)
        return made_here in set(rows(book, parent, actor)["id"])
    if edit.table == "customers":
        owner = after.get("owner")
        return owner is None or actor.role != "customer_manager" or owner == actor.staff or edit.before is None
    return True


def _mine(frame: pd.DataFrame, people: frozenset[str]) -> pd.Series:
    found = pd.Series(False, index=frame.index)
    for key in OWN:
        if key in frame:
            found |= frame[key].astype("str").isin(people)
    return found


class _Kept:
    """Carries a book past the cache key."""

    __slots__ = ("book",)

    def __init__(self, book: Book) -> None:
        self.book = book

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kept) and other.book is self.book

    def __hash__(self) -> int:
        return id(self.book)


@lru_cache(maxsize=64)
def _customers(kept: _Kept, actor: Actor) -> frozenset[str]:
    frame = kept.book.frame("customers")
    if actor.role in WHOLE:
        mine = pd.Series(True, index=frame.index)
    elif actor.role == "credit_officer":
        credit = frame["flags"].str.split(";").map(lambda flags: "credit" in flags)
        mine = (frame["credit_officer"].astype("str") == actor.staff) | credit
    else:
        people = team(kept.book, actor)
        helps = frame["assistants"].str.split(";").map(lambda names: actor.staff in names)
        mine = frame["owner"].astype("str").isin(people) | helps
        if actor.role in {"team_leader", "leader"}:
            teams = kept.book.frame("teams")
            column = "team_leader" if actor.role == "team_leader" else "leader"
            led = set(teams.loc[teams[column].astype("str") == actor.staff, "id"])
            mine |= frame["team"].astype("str").isin(led)
    return frozenset(frame.loc[mine, "id"].astype(str))
