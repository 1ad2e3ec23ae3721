"""Who asks: the person behind a session, with the role and team that decide what he may see and do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sheets.book import Book

Role = Literal["customer_manager", "team_leader", "leader", "credit_officer", "president", "admin", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """`lang` is the language the person chose, or "" while he has not."""

    staff: str
    name: str
    role: str
    team: str
    lang: str


# The jobs and the terminal act as the house itself: no row is hidden from them.
SYSTEM = Actor("system", "system", "system", "", "zh")


def actor(book: Book, staff: str) -> Actor | None:
    """The person of a staff number, if he is still here."""
    frame = book.frame("staff")
    found = frame[(frame["id"] == staff) & (frame["status"].astype("str") != "left")]
    if found.empty:
        return None
    row = found.iloc[0]
    team, lang = ("" if row[key] != row[key] or row[key] is None else str(row[key]) for key in ("team", "lang"))
    return Actor(staff, str(row["name"]), str(row["role"]), team, lang)
