"""Text files of rows as Excel saves them: decoded, split into records, guards against formulas taken off."""

from __future__ import annotations

import re

from sheets.files.encoding import decode
from sheets.files.lines import Lines, guard, guess, physical, split, unguard

__all__ = ["decode", "grid", "guard", "parse", "unguard"]


def parse(text: str) -> Lines:
    """Records of cells, by the delimiter the file states or most likely uses; guards taken off."""
    lines = physical(text)
    stated = re.fullmatch(r"\"?sep=(.)\"?[\r\n]*", lines[0]) if lines else None
    return split(lines, 1, stated[1], stated=True) if stated else split(lines, 0, guess(lines))


def grid(data: bytes) -> Lines:
    """The cells of a file."""
    return parse(decode(data))
