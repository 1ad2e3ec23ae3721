"""A person's calendar feed: its secret link is made, renewed and switched off by that person, and kept as a digest alone."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from branch import people, tries
from branch.branch import Branch
from branch.people import Actor

PURPOSE = "feed"
NEVER = datetime(9999, 12, 31)  # a link lives until it is renewed, switched off, or its person leaves
RECORDED = 60  # tries in vain from one place that are written down within tries.WINDOW; more say nothing new


def make(branch: Branch, person: Actor, now: datetime) -> str:
    """The token of a new link; the one before it is dead. It is shown once and kept nowhere."""
    token = secrets.token_urlsafe(32)
    branch.store.private.make_key(PURPOSE, person.staff, _digest(token), NEVER)
    branch.store.private.note("feed", person.staff, "made", now)
    return token


def stop(branch: Branch, person: Actor, now: datetime) -> None:
    """No link of this person works any longer."""
    branch.store.private.drop_key(PURPOSE, person.staff)
    branch.store.private.note("feed", person.staff, "stopped", now)


def is_on(branch: Branch, person: Actor, now: datetime) -> bool:
    """Whether they have a link that works."""
    return person.staff in branch.store.private.keys(PURPOSE, now)


def whose(branch: Branch, token: str, source: str, now: datetime) -> Actor | None:
    """Whose feed a link opens. One answer for a link that never was, one that is dead, and one of somebody who left."""
    vault = branch.store.private
    staff = vault.key(PURPOSE, _digest(token), now)
    whole = branch.settings.policy.leader_sees == "all"
    person = people.actor(branch.book(), staff or "", now.date(), leaders_see_all=whole)
    if person is None and vault.failures(_counted(source), now - tries.WINDOW) < RECORDED:
        vault.failed(_counted(source), now)
    return person


def delay(branch: Branch, source: str, now: datetime) -> float:
    """Seconds to let pass before a link is looked at, while wrong ones come in crowds from one place; it locks nobody out."""
    wrong = branch.store.private.failures(_counted(source), now - tries.WINDOW)
    return min(tries.DELAY, max(0, wrong - tries.FREE) / tries.FREE)


def _counted(source: str) -> str:
    return f"feed:{source}"


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
