"""What one person may see of a look: their rows, their dues, and what they and those they answer for owe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from branch import access, scope, told_issues
from branch.people import Actor
from branch.work import Turns
from rules.rule import Rule
from rules.states import UNMET
from sheets.among import among, by_category
from sheets.book import Book
from sheets.once import Once
from sheets.schema import Issue


class Seen(Protocol):
    """What a Look answers for everybody."""

    @property
    def book(self) -> Book: ...
    @property
    def rules(self) -> Sequence[Rule]: ...
    @property
    def dues(self) -> pd.DataFrame: ...
    @property
    def turns(self) -> Turns: ...
    @property
    def issues(self) -> list[Issue]: ...
    def work_of(self, person: str) -> pd.DataFrame: ...


class Sight:
    """One person's part of a Look. `once`: where what is worked out for them is kept."""

    def __init__(self, seen: Seen, actor: Actor, once: Once) -> None:
        self.seen, self.book, self.actor, self.once = seen, seen.book, actor, once

    def may(self, table: str, act: str) -> bool:
        return access.may(self.actor, table, act)

    def rows(self, table: str) -> pd.DataFrame:
        """The rows of a ledger they may see, sensitive columns masked. Shared: never change it in place."""
        return self.once(("rows", table), lambda: access.rows(self.book, table, self.actor))

    def row(self, table: str, key: str) -> Mapping[str, Any]:
        """One row as it stands, unmasked: for acts, never for show. Raises Unknown."""
        return access.row(self.book, table, key, self.actor)

    @property
    def issues(self) -> list[Issue]:
        """What cannot be read or contradicts itself, in the rows they may see."""
        return self.once("issues", lambda: told_issues.issues(self.book, self.seen.issues, self.actor))

    @property
    def issue_count(self) -> int:
        """How many these are, without putting each into words."""
        return self.once("issue count", lambda: len(told_issues.theirs(self.book, self.seen.issues, self.actor)))

    @property
    def dues(self) -> pd.DataFrame:
        """Unmet dues in their scope, most urgent first: the columns of rules.due.evaluate, with `person` (whose turn it
        is, ids joined by ";"), `mine`, `event` (the ledger whose row ends it, "" for the row itself), `deputy_for` (the absent
        for whom it is done) and `unresolved` (nobody holds the office that owes it: it went one level up)."""
        return self.once("dues", lambda: self.dues_where(self.in_scope(UNMET)))

    @property
    def waived(self) -> pd.DataFrame:
        """The dues in their scope that a leader has waived; columns as of `dues`."""
        return self.once("waived", lambda: self.dues_where(self.in_scope(("waived",))))

    @property
    def done(self) -> pd.DataFrame:
        """The dues in their scope that were met, in time or late; columns as of `dues`."""
        return self.once("done", lambda: self.dues_where(self.in_scope(("met", "met_late"))))

    def in_scope(self, states: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Which dues of the look are theirs to see, of those in one of the states."""
        every = self.seen.dues
        seen = every["state"].isin(states).to_numpy()
        if self.actor.role not in scope.WHOLE:
            theirs = among(every["customer"], scope.customers(self.book, self.actor))
            theirs |= among(every["owner"], scope.team(self.book, self.actor))
            open_ = every["table"].isin([table for table in self.book.tables if access.may(self.actor, table, "read")])
            seen = seen & (self.seen.turns.of(self.actor.staff) | theirs) & open_.to_numpy()
        return seen

    def dues_where(self, seen: npt.NDArray[np.bool_]) -> pd.DataFrame:
        """Those dues of the look, with the columns that `dues` adds to them."""
        every, turns = self.seen.dues, self.seen.turns
        mine = turns.of(self.actor.staff)
        found = every[seen].reset_index(drop=True)
        ends = {rule.id: rule.event for rule in self.seen.rules}
        return found.assign(
            person=turns.person[seen],
            mine=mine[seen],
            event=by_category(found["rule"], ends),
            deputy_for=turns.deputy_for[seen],
            unresolved=turns.unresolved[seen],
        )

    @property
    def work(self) -> pd.DataFrame:
        """What they owe and what has climbed to them, each in one section: see branch.work."""
        return self.seen.work_of(self.actor.staff)
