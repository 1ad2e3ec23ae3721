"""A rule's own words: "评级[ {grade}] {anchor}到期". Names only: no attributes, no formats, no code.

What stands in square brackets falls away when one of its blanks has nothing to say, or may not say it here; outside
of brackets the blank says what stands behind its bar ("{maturity_plan|收回再贷}"), or that nothing is filled in.
"{due=R30}" in brackets says nothing itself: they stand only where rule R30 is due for the same row on the same day.

A bar between whole sentences sets them apart by time: "即将到期|逾期" while there is time and afterwards; of three, the
first is said before the window opens.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Literal

from rules import figure
from sheets.schema import Table

# What a due says of itself, beside the columns of its row.
OWN = ("due", "anchor", "opens", "occurrence", "last", "left", "id", "done", "wanted", "lacking")
SAME_DAY = "due="  # before the number of another rule
Stage = Literal[0, 1, 2]  # before the window opens, while there is time, afterwards
MOST = 3  # one sentence for each
_BLANK = re.compile(r"\{([^{}]*)\}")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_RULE = re.compile(r"due=[^\s=|]+")
_PART = re.compile(r"\[([^\[\]]*\{[^\[\]]*)\]")
_BAR = re.compile(r"\|(?![^{}]*\})")
Pieces = tuple[tuple[str, str, bool], ...]  # words, or the name of a blank (True) and what it says otherwise, in turn


def own(name: str) -> bool:
    """Whether a blank speaks of the due itself and of no column of its row."""
    return name in OWN or name.startswith(SAME_DAY)


@lru_cache(maxsize=1_000)
def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a cell, by time."""
    return tuple(_BAR.split(text))


def at(text: str, stage: Stage) -> str:
    """The sentence of a cell that is true at that time."""
    said = sentences(text)
    return said[stage] if len(said) == MOST else said[-1] if stage == MOST - 1 else said[0]


@lru_cache(maxsize=1_000)
def _read(text: str) -> tuple[tuple[Pieces, bool], ...]:
    """The text in parts, each with whether it may fall away; a text is read once however often it is said."""
    found, end = [], 0
    for part in _PART.finditer(text):
        found += [(_pieces(text[end : part.start()]), False), (_pieces(part[1]), True)]
        end = part.end()
    return (*found, (_pieces(text[end:]), False))


def _pieces(text: str) -> Pieces:
    found: list[tuple[str, str, bool]] = []
    for number, piece in enumerate(_BLANK.split(text)):
        name, _, otherwise = piece.partition("|")
        found.append((name, otherwise, True) if number % 2 else (piece, "", False))
    return tuple(found)


def unknown(text: str, table: Table) -> str:
    """The first blank that nothing can fill, or brace that makes none, as it was typed; "" when there is no such thing."""
    for found in _BLANK.finditer(text):
        name = found[1].partition("|")[0]
        if _RULE.fullmatch(found[1]) and any(part.start() < found.start() < part.end() for part in _PART.finditer(text)):
            continue
        if name not in OWN and (not _NAME.fullmatch(name) or figure.column(table, name) is None):
            return found[0]
    stray = re.search(r"[{}].{0,12}", _BLANK.sub("", text))
    return stray[0] if stray else ""


def rules_of(text: str) -> list[str]:
    """The numbers of the other rules a text asks about."""
    return [found[1].removeprefix(SAME_DAY) for found in _BLANK.finditer(text) if _RULE.fullmatch(found[1])]


def ill_parted(text: str, *, window: bool) -> str:
    """The cell, where its bars make more sentences than there are times, or an empty one; "" when they do not."""
    said = sentences(text)
    return text if len(said) > (MOST if window else MOST - 1) or (len(said) > 1 and not all(one.strip() for one in said)) else ""


def fill(text: str, value: Callable[[str], str], nothing: str, private: Callable[[str], bool]) -> str:
    """The text with its blanks filled. `value`: what a name says, "" when it has nothing to say; `private`: whether it
    may not say it here."""
    said: list[str] = []
    for pieces, optional in _read(text):
        blanks = [(name, otherwise) for name, otherwise, blank in pieces if blank]
        if not optional or all(_speaks(name, value(name) or otherwise) and not private(name) for name, otherwise in blanks):
            said += [_said(piece, otherwise, value, nothing) if blank else piece for piece, otherwise, blank in pieces]
    return "".join(said)


def _speaks(name: str, said: str) -> bool:
    return bool(said) and not (name == "lacking" and said == "0")


def _said(name: str, otherwise: str, value: Callable[[str], str], nothing: str) -> str:
    return "" if name.startswith(SAME_DAY) else value(name) or otherwise or nothing
