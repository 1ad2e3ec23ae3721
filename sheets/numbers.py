"""How rows are numbered: KH000201, FW-20261126-001, SJ2026-0045; a second installation puts its letter in: KH-B000201.

A new row may carry a placeholder instead of a number. The save that brings it gives the next number of the ledger.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

START = "new:"
_PLACEHOLDER = re.compile(r"new:[0-9A-Z]{26}")
_COUNTER = re.compile(r"\{:0?(\d*)d\}$")
_LETTERS = re.compile(r"[^\W\d_]*")
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BITS = 128

Highest = Callable[[int], str | None]  # how many digits → the greatest number of the series with so many


@dataclass(frozen=True, slots=True)
class Series:
    """The numbers that one ledger gives on one day by one installation: what they begin with, and at least how many digits follow."""

    prefix: str
    digits: int

    def says(self, number: str) -> bool:
        """Whether a number has the form of this series, whoever wrote it."""
        rest = number.removeprefix(self.prefix)
        plain = number.startswith(self.prefix) and rest.isascii() and rest.isdigit()
        return plain and (len(rest) == self.digits or (len(rest) > self.digits and rest[0] != "0"))

    def bounds(self, digits: int) -> tuple[str, str]:
        """The first and the last number with so many digits."""
        first = "0" * digits if digits == self.digits else "1" + "0" * (digits - 1)
        return self.prefix + first, self.prefix + "9" * digits

    def following(self, highest: Highest) -> str:
        """The number after the highest one. Longer numbers come only when the shorter ones have run out: one long number
        that somebody typed does not lead all others after it."""
        digits = self.digits
        while (last := highest(digits)) is not None and last == self.bounds(digits)[1]:
            digits += 1
        if last is not None:
            return f"{self.prefix}{int(last.removeprefix(self.prefix)) + 1:0{digits}d}"
        return f"{self.prefix}{1 if digits == self.digits else 10 ** (digits - 1):0{digits}d}"


def series(pattern: str, day: date, letter: str = "") -> Series:
    """The series of a pattern ("FW-{day}-{:03d}") on a day: FW-20261126-, three digits; with a letter FW-B-20261126-."""
    counter = _COUNTER.search(pattern)
    if counter is None:
        raise ValueError(f"{pattern!r} numbers nothing")
    start = pattern[: counter.start()].replace("{day}", f"{day:%Y%m%d}").replace("{year}", f"{day:%Y}")
    if letter:
        word = _LETTERS.match(start)
        end = word.end() if word else 0
        start = f"{start[:end]}-{letter}{start[end:]}"
    return Series(start, int(counter[1] or 1))


def following(pattern: str, day: date, known: Iterable[str], letter: str = "") -> str:
    """The next number after the known ones of the same series."""
    own = series(pattern, day, letter)
    return own.following(highest_of(own, known))


def highest_of(own: Series, known: Iterable[str]) -> Highest:
    """The greatest of some numbers, by how many digits they have."""
    found: dict[int, str] = {}
    for number in known:
        if own.says(number):
            digits = len(number) - len(own.prefix)
            found[digits] = max(found.get(digits, number), number)
    return found.get


def placeholder() -> str:
    """Stands for a number that is still to be given; never the same twice."""
    return START + _word(secrets.randbits(_BITS))


def placeholder_for(*parts: str) -> str:
    """A placeholder made from what the row is, the same for the same parts: brought again, it finds the row again."""
    return START + made(*parts)


def is_placeholder(text: object) -> bool:
    return isinstance(text, str) and _PLACEHOLDER.fullmatch(text) is not None


def made(*parts: str) -> str:
    """26 signs, the same for the same parts."""
    return _word(int.from_bytes(hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).digest()[:16], "big"))


def unseen(now: datetime) -> str:
    """The id of a row whose number nobody ever sees: a ULID, 48 bits of milliseconds and 80 bits of chance."""
    return _word(round(now.timestamp() * 1000) << 80 | secrets.randbits(80))


def _word(number: int) -> str:
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))
