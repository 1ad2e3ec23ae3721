"""The people mails go to: name, role, address and language, as the staff ledger says today."""

from __future__ import annotations

from dataclasses import dataclass

from sheets.book import Book
from texts import Lang, known


@dataclass(frozen=True)
class Reader:
    """Somebody in post (or on leave); `email` may be blank, and then their mails wait as failed, for all to see."""

    staff: str
    name: str
    role: str
    email: str
    lang: Lang


def readers(book: Book, otherwise: Lang) -> dict[str, Reader]:
    """Everybody who has not left, by staff id. A last good address is used while a new one cannot be read."""
    frame = book.last_good("staff")
    rows = frame.loc[frame["status"].astype(str) != "left", ["id", "name", "role", "email", "lang"]]
    found = {}
    for row in rows.astype(object).where(rows.notna(), "").to_dict("records"):
        lang = known(row["lang"], otherwise)
        found[str(row["id"])] = Reader(str(row["id"]), str(row["name"]), str(row["role"]), str(row["email"]), lang)
    return found


def administrators(people: dict[str, Reader]) -> list[Reader]:
    """Whom Huce itself writes to."""
    return [reader for reader in people.values() if reader.role == "admin"]
