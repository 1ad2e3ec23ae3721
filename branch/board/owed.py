"""The dues of a person's scope as those who lead count them: each once, with whose it is, their team and the kind of business."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from branch import work
from branch.look import Look
from branch.people import Actor
from rules.rule import WHO
from rules.standing import COUNTED
from sheets.among import by_category
from sheets.book import Book

Names = npt.NDArray[np.object_]
Flags = npt.NDArray[np.bool_]
NOBODY = ""  # nobody can be found: a row of its own, never left out
MANAGERS = ("owner", "customer_manager")


@dataclass(frozen=True)
class Filter:
    """What is wished to be seen of it; "" is everything."""

    team: str = ""
    person: str = ""
    tier: str = ""

    def of(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Of rows with the columns team, whose and tier."""
        kept = np.ones(len(rows), bool)
        for column, wish in (("team", self.team), ("whose", self.person), ("tier", self.tier)):
            if wish:
                kept &= (rows[column] == wish).to_numpy()
        return rows if kept.all() else rows[kept].reset_index(drop=True)


def owed(look: Look, actor: Actor) -> pd.DataFrame:
    """One row a due that is owed or was done, in the scope of this person, the most urgent first: the columns of Sight.dues, and
    `whose` (whose work it is, who has left or is away too; "" for nobody), `team` (theirs), `tier` (the customer's), `area` (the
    kind of business: a group of ledgers) and `escalated`. Shared: never change it in place."""
    return look.of(actor).once("owed", lambda: _owed(look, actor))


def _owed(look: Look, actor: Actor) -> pd.DataFrame:
    sight = look.of(actor)
    seen = sight.in_scope(COUNTED)
    found = sight.dues_where(seen)
    whose = look.once("whose", lambda: _whose(look))[seen]
    return found.assign(
        person=found["person"].where(found["person"] != "", whose),
        whose=whose,
        team=looked(whose, teams_of(look.book)),
        tier=looked(found["customer"], named(look.book, "customers", "tier")),
        area=_area(look, found),
        escalated=_escalated(look)[seen],
    )


def _area(look: Look, dues: pd.DataFrame) -> Any:
    """The kind of business of each: its rule's, or its ledger's where it is about a cell that cannot be read."""
    by_rule = pd.Series(by_category(dues["rule"], areas(look)))
    by_table = by_category(dues["table"], {key: table.group for key, table in look.tables.items()})
    return by_rule.where(by_rule != "", by_table).array


def _whose(look: Look) -> Any:
    """Of each due, whose work it is: the holder of the first role that owes it, though they may be away or have left."""
    dues, found = look.dues, np.full(len(look.dues), NOBODY, object)
    first = [str(roles).partition(";")[0] for roles in dues["roles"].cat.categories]
    codes, counted = dues["roles"].cat.codes.to_numpy(), dues["state"].isin(COUNTED).to_numpy()

    def owes(*roles: str) -> Flags:
        return np.array([*(one in roles for one in first), False], bool)[codes]

    below, lends = owes(*MANAGERS) & counted, owes("credit_officer") & counted
    found[below] = _named(look, dues, below, "owner", "owner", owes("owner"))
    found[lends] = _named(look, dues, lends, "officer", "credit_officer", lends)
    people, staff = pd.factorize(found)
    found = np.array([one if one in look.people.staff else NOBODY for one in staff], object)[people]  # a number that nobody bears
    others = np.flatnonzero(counted & ~below & ~lends)
    told = look.resolve(dues[[*work.WHOSE]].take(others).assign(role=np.array([*first, ""], object)[codes[others]]))
    away = told["deputy_for"].fillna("").to_numpy(object)
    person = np.where(away != "", away, told["person"].to_numpy(object)).astype(object)
    person[told["unresolved"].to_numpy(bool)] = NOBODY
    found[others] = person
    return pd.array(found, dtype="str")


def _named(look: Look, dues: pd.DataFrame, asked: Flags, own: str, of_file: str, first: Flags) -> Names:
    """Of the dues that are asked about, whom the row itself names, or the customer's file; `first`: where the row has the first word."""
    row = dues[own].array[asked].to_numpy(object)
    file = looked(dues["customer"].array[asked], named(look.book, "customers", of_file)).to_numpy(object)
    found: Names = np.where((first[asked] & (row != "")) | (file == ""), row, file).astype(object)
    return found


def _escalated(look: Look) -> Flags:
    """Of each due, whether a step has told somebody who does not owe it."""
    return look.once("escalated", lambda: _told_above(look))


def _told_above(look: Look) -> Flags:
    found = np.zeros(len(look.dues), bool)
    found[(look.recipients["pair"] // len(WHO))[~look.recipients["owes"]].to_numpy()] = True
    return found


def areas(look: Look) -> Mapping[str, str]:
    """Rule → the kind of business it is about: the group of the ledger whose rows end its dues."""
    return look.once("areas", lambda: {rule.id: look.tables[rule.event or rule.subject].group for rule in look.rules})


def teams_of(book: Book) -> Mapping[str, str]:
    """Person → their team; of somebody who has none, the first that they lead."""
    return book.once("teams of people", lambda: _teams_of(book))


def _teams_of(book: Book) -> Mapping[str, str]:
    found, teams = dict(named(book, "staff", "team")), book.frame("teams")
    for team, leader in zip(teams["id"], teams["team_leader"].astype(object), strict=True):
        if isinstance(leader, str) and not found.get(leader):
            found[leader] = str(team)
    return found


def named(book: Book, table: str, column: str) -> Mapping[str, str]:
    """Number → what the row says there, "" for nothing."""
    rows = book.frame(table)
    return dict(zip(rows["id"].astype("str"), rows[column].astype(object).where(rows[column].notna(), "").astype("str"), strict=True))


def looked(keys: Any, names: Mapping[str, str]) -> Any:
    """An array of text: of each key what is said of it, "" where nothing is."""
    codes, words = pd.factorize(pd.array(keys, dtype="str"))
    return pd.array([*(names.get(str(word), "") for word in words), ""], dtype="str").take(codes)
