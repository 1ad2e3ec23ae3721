"""The first stocktaking of a new branch: whom its mails would tell what, and the word that lets them go.

Deadlines are looked at and booked from the first minute on. Only the mails of a branch that was set up in the browser wait
until an administrator has seen what they will say; they wait three days at most, so that nothing due is ever kept back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pandas as pd

from branch import access, status, work
from branch.look import Look
from branch.people import Actor
from branch.status import Marks
from branch.work import SECTIONS, Section
from rules.saying import rows
from texts import Lang

if TYPE_CHECKING:
    from branch.branch import Branch

MARK = "first:scan"  # "waits" from the set-up in the browser until somebody lets the first mails go; "" then
WAITS = "waits"
PATIENCE = timedelta(days=3)  # from the first alert that there is to tell
LINES = 3  # of each person's mail are shown before it goes


@dataclass(frozen=True, slots=True)
class Told:
    """What the first digest tells one person. `staff` is "" for what nobody is there to be told of."""

    staff: str
    name: str
    email: str
    counts: Mapping[Section, int]
    lines: tuple[str, ...]

    @property
    def count(self) -> int:
        return sum(self.counts.values())


def confirmed(known: Marks) -> bool:
    """Whether the mails may go: always, where no set-up in the browser has asked to wait."""
    return status.value(known, MARK) != WAITS


def held_until(look: Look, known: Marks) -> datetime | None:
    """Until when the first mails wait for an administrator; None when they do not. The time runs from the first alert that
    there ever was, told by now or not: once it is over no later mail waits."""
    if confirmed(known):
        return None
    since = look.book.frame("alerts")["created_at"].min()
    until = (look.now if pd.isna(since) else since.to_pydatetime()) + PATIENCE
    return until if look.now < until else None


def is_pressing(look: Look, until: datetime) -> bool:
    """Whether there has been something to tell for a day by now."""
    return until - look.now <= PATIENCE - timedelta(days=1)


def let_go(branch: Branch, by: Actor, now: datetime) -> None:
    """The first mails go with the next round of the jobs. Raises Denied."""
    access.only_admin(by)
    branch.store.private.mark(MARK, "", now)
    branch.store.private.note("first_scan", by.staff, "", now)


def preview(look: Look, lang: Lang) -> list[Told]:
    """Whom the next digest tells what, those with most overdue first; as the digest itself would say it now."""
    found = work.telling(look.work())
    found = found.loc[~found["quiet"].astype(bool)]
    staff = look.book.last_good("staff")
    people = staff.loc[staff["status"].astype(str) != "left", ["id", "name", "email"]]
    people = people.astype(object).where(people.notna(), "").set_index("id")
    speaker = look.speaker(lang, "mail")
    told = []
    for person, mine in found.groupby("person", sort=True):
        counts = mine["section"].value_counts()
        name, email = people.loc[person, ["name", "email"]] if person in people.index else ("", "")
        lines = tuple(speaker.say(row).sentence(lang) for row in rows(mine.head(LINES)))
        told.append(Told(str(person), str(name), str(email), {part: int(counts.get(part, 0)) for part in SECTIONS}, lines))
    return sorted(told, key=lambda one: (-one.counts["overdue"], -one.count, one.staff))
