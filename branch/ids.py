"""Ids of new rows: in the order of their making, and never the same twice."""

from __future__ import annotations

import secrets
import time

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def fresh() -> str:
    """A ULID: 48 bits of milliseconds, 80 bits of chance."""
    number = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    return "".join(ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))
