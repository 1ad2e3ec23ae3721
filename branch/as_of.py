"""The branch as it stood at the end of a past day: its book by the record of changes, and everything a Look says of it.

Rows that came later are gone, rows deleted since are back; people, owners, teams, leave, rules, calendar and dictionary are
as they stood. Settings are on no such record: they are today's. Nothing of it is ever written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from branch import access, clock, scope
from branch.branch import Branch
from branch.look import Look
from branch.people import Actor
from rules import calendar, due, rulebook
from sheets import dictionary
from sheets.book import Book
from sheets.tables import TABLES
from texts import Fault

LOOK_BACK = "look_back"  # the act, as the matrix names it


class NotPast(Fault):
    """A day that is not over yet: nothing stood at its end."""


@dataclass(frozen=True, eq=False)
class AsOf:
    """`look`: the branch at the last minute of that day. `reaches`: the first day that the record of changes reaches back to;
    of a day before it, the book is the one of that day, and only its moment is another."""

    look: Look
    reaches: date
    now: Look

    @property
    def day(self) -> date:
        return self.look.today

    @property
    def as_is(self) -> bool:
        """Whether the record does not reach back so far: each value is then the oldest that is known."""
        return self.day < self.reaches

    def dues(self, actor: Actor) -> pd.DataFrame:
        """What was listed that day, the most urgent first, of what was in the person's scope then and is in it today: the
        columns of Sight.dues, and told_at, when somebody was last told of it by then (blank: nobody was). Raises Denied."""
        if not access.may(actor, "alerts", LOOK_BACK):
            raise access.Denied("access.denied", table=self.now.tables["alerts"].label(access.language(actor)))
        seen = self.look.of(actor).dues
        listed = due.listed(seen, self.look.steps)
        found = listed.loc[still_theirs(self.now.book, listed, actor)].reset_index(drop=True)
        told = self._told().reindex(found["key"].astype("str")).to_numpy("datetime64[s]")
        return found.assign(told_at=told)

    def _told(self) -> pd.Series:
        alerts = self.look.book.frame("alerts")
        told = alerts.loc[alerts["told_at"].notna() & (alerts["told_at"] <= pd.Timestamp(self.look.now))]
        return told.groupby(told["due_key"].astype("str"))["told_at"].max()


def as_of(branch: Branch, now: Look, day: date) -> AsOf:
    """The branch at the end of a past day, seen from today's look `now`; worked out once for that look. Raises NotPast."""
    if day >= now.today:
        raise NotPast("as_of.not_past", day=day)
    look, reaches = now.once(("as of", day), lambda: _as_of(branch, now, day))
    return AsOf(look, reaches, now)


def _as_of(branch: Branch, now: Look, day: date) -> tuple[Look, date]:
    store, end = branch.store, clock.end_of(day)
    then = store.book_at(end, now.book)
    tables, refused = dictionary.overlay(TABLES, then.book.frame("dictionary"))
    if tables != store.tables:
        then = store.with_tables(tables).book_at(end)
    rules, faults = rulebook.read(then.book.last_good("rules"), then.book.tables)
    days = calendar.make(then.book.frame("calendar"), now.settings.policy.shifted_workdays)
    hidden = dictionary.hidden(tables, then.book.frame("dictionary"))
    issues = [*faults, *refused]
    look = Look(then.book, rules, days, now.settings, end, issues, hidden, record=lambda *asked: _until(end, store.changed(*asked)))
    return look, then.began.date() if then.began is not None else now.today


def _until(end: datetime, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in lines if line["at"] <= end]


def still_theirs(book: Book, dues: pd.DataFrame, actor: Actor) -> pd.Series:
    """Which dues are of customers that the person may see today, or of none that is here any more; of a record without a
    customer, those of people they answer for today."""
    if actor.role in scope.WHOLE:
        return pd.Series(True, index=dues.index)
    customer, owner = dues["customer"].astype("str"), dues["owner"].astype("str")
    gone = ~customer.isin(book.frame("customers")["id"].astype("str")) & (customer != "")
    mine = (customer == "") & owner.isin(scope.team(book, actor))
    return customer.isin(scope.customers(book, actor)) | gone | mine
