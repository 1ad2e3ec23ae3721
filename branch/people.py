"""Who asks: the person behind a session, with the role and team that decide what they may see and do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from rules import ladder
from sheets.book import Book

Role = Literal["customer_manager", "team_leader", "leader", "credit_officer", "president", "admin", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """`lang` is the language the person chose, or "" while they have not. `stands_for`: absent people whose deputy they are
    today, and whose rows they therefore see. `sees_all`: a leader, where the branch shows its leaders every customer."""

    staff: str
    name: str
    role: str
    team: str
    lang: str
    stands_for: tuple[str, ...] = ()
    sees_all: bool = False


# The jobs and the terminal act as Huce itself: no row is hidden from them.
SYSTEM = Actor("system", "system", "system", "", "zh")


def acting_for(actor: Actor) -> Actor:
    """Huce itself, writing down under a person's name what it has already made sure they may do."""
    return replace(SYSTEM, staff=actor.staff, name=actor.name, lang=actor.lang)


def actor(book: Book, staff: str, today: date | None = None, *, leaders_see_all: bool = False) -> Actor | None:
    """The person of a staff number, if they are still here."""
    frame = book.frame("staff")
    found = frame[(frame["id"] == staff) & (frame["status"].astype("str") != "left")]
    if found.empty:
        return None
    row = found.iloc[0]
    team, lang = ("" if row[key] != row[key] or row[key] is None else str(row[key]) for key in ("team", "lang"))
    role = str(row["role"])
    absent = _deputies(book, today).get(staff, ()) if today is not None else ()
    return Actor(staff, str(row["name"]), role, team, lang, absent, leaders_see_all and role == "leader")


def _deputies(book: Book, today: date) -> Mapping[str, tuple[str, ...]]:
    return book.once(("deputies", today), lambda: _stand_in(book, today))


def _stand_in(book: Book, today: date) -> Mapping[str, tuple[str, ...]]:
    """Deputy → the absent people whose work falls to them on a day; through a chain when a deputy is away too."""
    away = ladder.People(book.last_good, today).away
    found: dict[str, tuple[str, ...]] = {}
    for person in away:
        here, seen = person, set[str]()
        while here in away and here not in seen:
            seen.add(here)
            here = away[here]
        if here and here not in seen:
            found[here] = (*found.get(here, ()), person)
    return found
