"""Whose customers are whose: own for a manager, the team's for its leader, those in charge for a supervising leader."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from branch import matrix, people
from branch.people import Actor
from sheets.among import among
from sheets.book import Book
from sheets.schema import Edit, Table

WHOLE = frozenset({"president", "admin", "system"})
ADDED = "x_"  # what the dictionary added: columns and whole ledgers


def customers(book: Book, actor: Actor) -> frozenset[str]:
    """Ids of the customers in a person's scope."""
    return book.once(("customers", actor), lambda: _customers(book, actor))


def rows(book: Book, table: str, actor: Actor, of: Collection[str] | None = None) -> pd.DataFrame:
    """The live rows in a person's scope. `of`: some ids, of which alone it is asked: the ledger may be long and they few."""
    frame = book.frame(table)
    if of is not None:
        frame = frame[among(frame["id"], of)]
    if actor.role == matrix.ADM and table.startswith(ADDED) and is_somebodys(book.tables[table]):
        return frame.iloc[0:0]
    if actor.role in WHOLE or table in matrix.OPEN:
        return frame[frame["staff"].astype("str") == actor.staff] if table == "outbox" and actor.role == "president" else frame
    if table == "customers":
        return frame[among(frame["id"], customers(book, actor))]
    if table in {"outbox", "responses"}:
        return frame[frame["staff"].astype("str") == actor.staff]
    if parent := parent_table(book, table):
        return frame[_among(book, parent, actor, frame[book.tables[table].parent], few=of is not None)]
    found = frame[_seen(book, table, frame, actor)]
    if actor.role == matrix.CR and table == "opportunities":
        return found[found["block"].astype("str") == "asset"]  # a credit officer has no part in deposits and fees
    if actor.role == matrix.CR and table == "marketing_plans":
        return found[_among(book, "opportunities", actor, found["opportunity"], few=of is not None)]
    return found


def _among(book: Book, table: str, actor: Actor, ids: pd.Series, *, few: bool) -> npt.NDArray[np.bool_]:
    """Which of the ids that a column names are of rows in the person's scope."""
    return among(ids, rows(book, table, actor, frozenset(ids.dropna()) if few else None)["id"])


def _seen(book: Book, table: str, frame: pd.DataFrame, actor: Actor) -> pd.Series:
    """Rows about their customers; rows about nobody's that are their people's own."""
    ledger = book.tables[table]
    about, owners = customer_column(ledger), ledger.owners
    if not about and not owners:
        return pd.Series(True, index=frame.index)
    mine = pd.Series(False, index=frame.index)
    for key in owners:
        mine |= among(frame[key], team(book, actor))
    if not about:
        return mine
    blank = frame[about].isna() | (frame[about] == "")
    own = mine if table == "alerts" or ledger.key.startswith(ADDED) else mine & blank
    return own | among(frame[about], customers(book, actor))


def customer_column(table: Table) -> str:
    """The column that says which customer a row is about, "" where there is none."""
    return table.customer if table.column(table.customer) else ""


def is_somebodys(table: Table) -> bool:
    """Whether its rows are about customers, or some people's own: business, in which an administrator has no part."""
    return bool(customer_column(table) or table.owners or table.parent)


def parent_table(book: Book, table: str) -> str:
    """The ledger of the row that a row of this one belongs to, "" where it stands for itself."""
    ledger = book.tables[table]
    return ledger[ledger.parent].ref if ledger.parent else ""


def team(book: Book, actor: Actor) -> frozenset[str]:
    """The people whose work a person answers for: themselves, those below them, and those they stand in for."""
    return book.once(("team", actor), lambda: _team(book, actor))


def _team(book: Book, actor: Actor) -> frozenset[str]:
    staff = book.frame("staff")
    if actor.role in WHOLE or actor.sees_all:
        return frozenset(staff["id"])
    return frozenset[str]().union(*(_below(book, one) for one in _standing(book, actor)))


def _standing(book: Book, actor: Actor) -> list[Actor]:
    """The person, and the absent whose deputy they are."""
    absent = (people.actor(book, one) for one in actor.stands_for)
    return [actor, *(one for one in absent if one is not None)]


def _below(book: Book, actor: Actor) -> frozenset[str]:
    staff, teams = book.frame("staff"), book.frame("teams")
    if actor.role == matrix.TL:
        led = set(teams.loc[teams["team_leader"].astype("str") == actor.staff, "id"])
        below = staff["team"].astype("str").isin(led) | (staff["leader"].astype("str") == actor.staff)
        return frozenset({actor.staff, *staff.loc[below, "id"]})
    if actor.role == matrix.BL:
        led = set(teams.loc[teams["leader"].astype("str") == actor.staff, "id"])
        first = set(staff.loc[staff["leader"].astype("str") == actor.staff, "id"])
        below = staff["team"].astype("str").isin(led) | staff["leader"].astype("str").isin(first)
        return frozenset({actor.staff, *first, *staff.loc[below, "id"]})
    return frozenset({actor.staff})


def is_own(row: Mapping[str, Any], actor: Actor, table: Table) -> bool:
    """Whether a row is the person's own work: they wrote it, or they took part; a deputy works for the absent."""
    they = {actor.staff, *actor.stands_for}
    took_part = str(row.get("participants") or "").split(";")
    return not they.isdisjoint(took_part) or any(str(row.get(key)) in they for key in table.owners)


def would_own(book: Book, edit: Edit, actor: Actor, *, new: bool, coming: Collection[tuple[str, str]] = ()) -> bool:
    """Whether the row would lie in the person's scope after the change; a hand-over within the team is not a loss, and what
    belongs to a new row of the same save goes with that row."""
    if actor.role in WHOLE or edit.table in matrix.OPEN:
        return True
    after, table = dict(edit.after or {}), book.tables[edit.table]
    if edit.table == "customers":
        return _kept_in_team(book, after, actor, new=new)
    if parent := parent_table(book, edit.table):
        if (parent, after.get(table.parent)) in coming or (table.parent not in after and not new):
            return True
        above = after.get(table.parent)
        return isinstance(above, str) and not rows(book, parent, actor, (above,)).empty
    about = customer_column(table)
    if about and after.get(about) is not None:
        return ("customers", after[about]) in coming or after[about] in customers(book, actor)
    if about and (about in after or new) and table[about].required:
        return False
    named = [after[key] for key in table.owners if after.get(key) is not None and not table[key].auto]
    return (bool(about) and not new) or not named or not team(book, actor).isdisjoint(named)


def _kept_in_team(book: Book, after: Mapping[str, Any], actor: Actor, *, new: bool) -> bool:
    """A manager files a new customer as their own; a team leader hands over to their own people."""
    if actor.role == matrix.CM:
        return not new or after.get("owner") in {None, actor.staff}
    led = set(book.frame("teams").loc[book.frame("teams")["team_leader"].astype("str") == actor.staff, "id"])
    people_ok = "owner" not in after or after["owner"] in team(book, actor)
    return people_ok and ("team" not in after or after["team"] in led)


def _customers(book: Book, actor: Actor) -> frozenset[str]:
    frame = book.frame("customers")
    if actor.role in WHOLE or actor.sees_all:
        return frozenset(frame["id"].astype(str))
    mine = pd.Series(False, index=frame.index)
    for one in _standing(book, actor):
        mine |= _kept_by(book, frame, one)
    return frozenset(frame.loc[mine, "id"].astype(str))


def _kept_by(book: Book, frame: pd.DataFrame, actor: Actor) -> pd.Series:
    if actor.role == matrix.CR:
        credit = frame["flags"].str.split(";").map(lambda flags: "credit" in flags).astype(bool)
        return (frame["credit_officer"].astype("str") == actor.staff) | credit
    helps = frame["assistants"].str.split(";").map(lambda names: actor.staff in names).astype(bool)
    mine = frame["owner"].astype("str").isin(_below(book, actor)) | helps
    if actor.role in {matrix.TL, matrix.BL}:
        teams = book.frame("teams")
        column = "team_leader" if actor.role == matrix.TL else "leader"
        led = set(teams.loc[teams[column].astype("str") == actor.staff, "id"])
        mine |= frame["team"].astype("str").isin(led)
    return mine
