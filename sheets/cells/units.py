"""Units as columns write them, in the words of a language."""

from __future__ import annotations

from texts import Lang, say

NAMED = {"万元": "wan", "元": "yuan", "人": "people", "天": "days", "%": "percent"}


def unit(written: str, lang: Lang) -> str:
    """万元, 10k yuan; what has no name of its own as it is written."""
    return say(f"screen.unit.{NAMED[written]}", lang) if written in NAMED else written


def measured(said: str, written: str, lang: Lang) -> str:
    """An amount with its unit: 2,800.00万元, 2,800.00 10k yuan; nothing behind nothing."""
    return say("screen.unit.measured", lang, said=said, unit=unit(written, lang)) if said and written else said
