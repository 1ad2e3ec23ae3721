"""Names as people typed them, made fit for one line of a mail and for its headers."""

from __future__ import annotations

import re
import unicodedata

BIDI = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
BREAKS = frozenset({"Cc", "Zl", "Zp"})  # line feed, CR, NUL, NEL, VT, FS … and the two Unicode line ends
SUBJECT = 120
NAME = 60


def line(text: object, limit: int = NAME) -> str:
    """One line: controls become a space, marks that turn the reading direction go, a long text ends in "…"."""
    cleaned = str(text or "")
    if not cleaned.isprintable() or "  " in cleaned:  # most texts have nothing to clean
        cleaned = re.sub(" {2,}", " ", "".join(map(_kept, cleaned)))
    cleaned = cleaned.strip(" ")
    return cleaned if len(cleaned) <= limit else cleaned[: limit - 1] + "…"


def header(text: object, limit: int = SUBJECT) -> str:
    """A line that may stand in a header: "=?…?=" would be decoded, and folded again, into something else."""
    return line(line(text, limit=10_000).replace("=?", "= ?"), limit)


def block(text: object, limit: int = 20_000) -> str:
    """Several lines, each of them clean."""
    return "\n".join(line(part, limit) for part in str(text or "").replace("\r\n", "\n").split("\n"))


def _kept(char: str) -> str:
    kind = unicodedata.category(char)
    if kind in BREAKS:
        return " "
    if kind == "Cs":  # half of a surrogate pair cannot be encoded
        return "\ufffd"
    return "" if char in BIDI else char
