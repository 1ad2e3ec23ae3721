"""The dues of a person's scope as those who lead count them: each once, with whose it is, their team and the kind of business."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from branch import work
from branch.look import Look
from branch.people import Actor
from rules.rule import WHO
from rules.standing import COUNTED
from sheets.book import Book

NOBODY = ""  # nobody can be found: a row of its own, never left out
DATA_AREA = "customers"  # a date that cannot be read is a matter of the file


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
    book = look.book
    teams, tiers = teams_of(book), named(book, "customers", "tier")
    area = (
        found["rule"].astype("str").map(areas(look)).fillna(found["table"].astype("str").map({k: t.group for k, t in look.tables.items()}))
    )
    return found.assign(
        person=found["person"].where(found["person"] != "", pd.array(whose, dtype="str")),
        whose=pd.array(whose, dtype="str"),
        team=pd.array([teams.get(one, "") for one in whose], dtype="str"),
        tier=looked(found["customer"], tiers),
        area=area.fillna(DATA_AREA).astype("str"),
        escalated=_escalated(look)[seen],
    )


def _whose(look: Look) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """Of each due, whose work it is: the holder of the first role that owes it, though they may be away or have left."""
    dues = look.dues
    asked = work.recipients(dues, look.steps.iloc[:0], look.resolve, COUNTED)
    asked = asked[~(asked["pair"] // len(WHO)).duplicated()]
    place, role = (asked["pair"] // len(WHO)).to_numpy(), asked["role"].astype("str").to_numpy(object)
    person = np.where(asked["deputy_for"].fillna("") != "", asked["deputy_for"].fillna(""), asked["person"]).astype(object)
    gone = asked["unresolved"].to_numpy(bool)
    row = dues.take(place[gone])
    customer = row["customer"].astype("str")
    owner, officer = (row[key].astype("str").to_numpy(object) for key in ("owner", "officer"))
    manager = np.where(owner != "", owner, looked(customer, named(look.book, "customers", "owner")))
    lender = np.where(officer != "", officer, looked(customer, named(look.book, "customers", "credit_officer")))
    holder = np.where(role[gone] == "credit_officer", lender, np.where(np.isin(role[gone], ("owner", "customer_manager")), manager, NOBODY))
    staff = named(look.book, "staff", "name")
    person[gone] = [one if one in staff else NOBODY for one in holder]
    found = np.full(len(dues), NOBODY, object)
    found[place] = person
    return found


def _escalated(look: Look) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Of each due, whether a step has told somebody who does not owe it."""
    return look.once("escalated", lambda: _told_above(look))


def _told_above(look: Look) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
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
