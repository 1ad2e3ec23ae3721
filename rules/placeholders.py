"""The blanks in a rule's own words: "评级[ {grade}] {anchor}到期". Names only: no attributes, no formats, no code.

What stands in square brackets falls away when one of its blanks has nothing to say, or may not say it here; outside
of brackets the blank says that nothing is filled in.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from sheets.schema import Table

# What a due says of itself, beside the columns of its row.
OWN = ("due", "anchor", "opens", "occurrence", "last", "left", "id", "done", "wanted", "lacking")
_BLANK = re.compile(r"\{([^{}]*)\}")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_PART = re.compile(r"\[([^\[\]]*\{[^\[\]]*)\]")
Pieces = tuple[tuple[str, bool], ...]  # words, or the name of a blank (True), in turn


@lru_cache(maxsize=1_000)
def _read(text: str) -> tuple[tuple[Pieces, bool], ...]:
    """The text in parts, each with whether it may fall away; a text is read once however often it is said."""
    found, end = [], 0
    for part in _PART.finditer(text):
        found += [(_pieces(text[end : part.start()]), False), (_pieces(part[1]), True)]
        end = part.end()
    return (*found, (_pieces(text[end:]), False))


def _pieces(text: str) -> Pieces:
    return tuple((piece, number % 2 == 1) for number, piece in enumerate(_BLANK.split(text)))


def unknown(text: str, table: Table) -> str:
    """The first blank that nothing can fill, or brace that makes none, as it was typed; "" when there is no such thing."""
    for found in _BLANK.finditer(text):
        if found[1] not in OWN and (not _NAME.fullmatch(found[1]) or table.column(found[1]) is None):
            return found[0]
    stray = re.search(r"[{}].{0,12}", _BLANK.sub("", text))
    return stray[0] if stray else ""


def fill(text: str, value: Callable[[str], str], nothing: str, private: Callable[[str], bool]) -> str:
    """The text with its blanks filled. `value`: what a name says, "" when it has nothing to say; `private`: whether it
    may not say it here."""
    said: list[str] = []
    for pieces, optional in _read(text):
        if not optional or all(not blank or (value(name) and not private(name)) for name, blank in pieces):
            said += [(value(piece) or nothing) if blank else piece for piece, blank in pieces]
    return "".join(said)
