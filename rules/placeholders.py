"""The blanks in a rule's own words: "评级[ {grade}] {anchor}到期". Names only: no attributes, no formats, no code.

What stands in square brackets falls away when one of its blanks has nothing to say, or may not say it here; outside
of brackets the blank says that nothing is filled in.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sheets.schema import Table

# What a due says of itself, beside the columns of its row.
OWN = ("due", "anchor", "opens", "occurrence", "left", "id", "done", "wanted", "lacking")
_BLANK = re.compile(r"\{([^{}]*)\}")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_PART = re.compile(r"\[([^\[\]]*\{[^\[\]]*)\]")


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

    def part(found: re.Match[str]) -> str:
        names = [one[1] for one in _BLANK.finditer(found[1])]
        return filled(found[1]) if all(value(name) and not private(name) for name in names) else ""

    def filled(piece: str) -> str:
        return _BLANK.sub(lambda one: value(one[1]) or nothing, piece)

    # The optional parts first, kept out of reach of the second pass: a value may hold brackets and braces itself.
    kept: list[str] = []

    def away(found: re.Match[str]) -> str:
        kept.append(part(found))
        return f"\0{len(kept) - 1}\0"

    whole = filled(_PART.sub(away, text.replace("\0", "")))
    return re.sub(r"\0(\d+)\0", lambda one: kept[int(one[1])], whole)
