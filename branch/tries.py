"""Wrong passwords: counted before they are looked at, slowed, and told. Nobody keeps anybody else out."""

from __future__ import annotations

import hashlib
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from branch.branch import Branch
from texts import Fault

WINDOW = timedelta(minutes=15)  # wrong passwords are counted as long as this
FREE = 5  # wrong passwords for one name from one place before the first wait
WAITS = (5, 10, 20, 40, 60)  # seconds until the next try, growing; never more than the last
CROWD = 20  # wrong passwords from one place, for one name or in all, from which every further try there takes a little longer
DELAY = 3.0  # seconds, at most: a crowd delays, and locks nobody out
KNOWN_DAYS = 180  # a browser is remembered so long after a sign-in
_reserving = threading.Lock()
ENTRIES = frozenset({"login", "password", "setup", "picked"})  # how a session can begin, as it stands on record


class Slowed(Fault):
    """Too many wrong passwords; it passes by itself."""


def reserve(branch: Branch, counted: str, now: datetime) -> int:
    """Counts a try as wrong before its password is looked at: many at once are no more than one after another. Raises Slowed."""
    vault = branch.store.private
    with _reserving:
        tries = vault.failures(counted, now - WINDOW)
        wait = WAITS[min(tries - FREE, len(WAITS) - 1)] if tries >= FREE else 0
        if wait and vault.failures(counted, now - timedelta(seconds=wait) + timedelta(microseconds=1)):
            raise Slowed("account.slowed", seconds=wait)
        vault.failed(counted, now)
    return tries + 1


def delay(branch: Branch, staff: str, source: str, known: str, now: datetime) -> float:
    """Seconds to let pass before a try is looked at, while wrong ones come in crowds: from one place, for one name, or in all."""
    if remembered(branch, staff, known, now):
        return 0.0
    most = max(branch.store.private.failures(who, now - WINDOW) for who in crowds(staff, source))
    return min(DELAY, max(0, most - CROWD) / CROWD)


def crowds(staff: str, source: str) -> tuple[str, ...]:
    return f"source:{source}", f"staff:{staff[:64]}", "all"


def remember(branch: Branch, staff: str, now: datetime) -> str:
    """A token for the browser from which somebody has just signed in; it opens nothing."""
    token = secrets.token_urlsafe(32)
    digest = _digest(token)
    branch.store.private.make_key("known", f"{staff}|{digest[:16]}", digest, now + timedelta(days=KNOWN_DAYS))
    return token


def remembered(branch: Branch, staff: str, known: str, now: datetime) -> str:
    """The browser's digest, if it is one of this person's; "" for any other."""
    digest = _digest(known)
    subject = branch.store.private.key("known", digest, now) if known else None
    return digest[:32] if subject is not None and subject.rpartition("|")[0] == staff else ""


@dataclass(frozen=True, slots=True)
class WrongTries:
    """Wrong passwords under a person's name between their last two sign-ins, and where they came from."""

    count: int
    sources: tuple[str, ...]


def wrong_tries(branch: Branch, staff: str) -> WrongTries | None:
    """What somebody who has signed in should know; None when there was nothing."""
    lines = branch.store.history("*access", staff)
    events = list(zip(lines["column"], lines["new"], strict=True))  # newest first
    entries = [place for place, (event, _) in enumerate(events) if event in ENTRIES]
    between = events[entries[0] : entries[1] if len(entries) > 1 else None] if entries else []
    failed = [str(told).removeprefix("source=") for event, told in between if event == "failed"]
    return WrongTries(len(failed), tuple(dict.fromkeys(failed))) if failed else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
