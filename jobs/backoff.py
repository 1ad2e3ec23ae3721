"""A mail channel that rests: the server cannot be reached or refuses us, so nothing is tried and nothing is lost."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from branch import status
from branch.settings import Smtp
from branch.status import Marks
from sheets.store import Store
from texts import Fault

UNREACHABLE = (1, 2, 5, 15, 30, 60)  # minutes until the next knock; the last one repeats
LIMITED = (5, 15, 30, 60)  # a server that has had enough of us for now
REFUSED = (5, 60, 240, 1440)  # a password that is wrong is not tried often: the server would lock the account


# Reasons that a mail came to feel first: it may be about that mail after all, so it goes last when the channel is tried again.
SLOW = frozenset({"mail.limited", "mail.distrusted", "mail.refused_alike", "mail.sender_refused"})


class ChannelDown(Fault):
    """No mail can leave, and no mail is to blame. `refused`: the server was there and did not let us in."""

    def __init__(self, code: str, detail: str, *, refused: bool = False) -> None:
        super().__init__(code, detail=detail)
        self.detail, self.refused = detail, refused


@dataclass(frozen=True)
class Pause:
    """Why and since when the channel rests, until when, and with which settings it failed."""

    code: str
    detail: str
    since: str
    tries: int
    until: str
    settings: str


def read(known: Marks) -> Pause | None:
    found = status.paused(known)
    try:
        return Pause(**found) if found else None
    except TypeError:  # it says something else than a rest
        return None


def rests(known: Marks, smtp: Smtp, now: datetime) -> bool:
    """Not to be knocked at yet. Other settings are tried at once, and so is a clock that went back."""
    pause = read(known)
    if pause is None or pause.settings != fingerprint(smtp):
        return False
    return pause.since <= now.isoformat() < pause.until


def named(known: Marks) -> bool:
    """The channel rests, or rested, because of what was said to single mails: those go last when it is tried again."""
    pause = read(known)
    return pause is not None and pause.code in SLOW


def begin(store: Store, known: Marks, smtp: Smtp, down: ChannelDown, now: datetime, *, progress: bool = False) -> None:
    """Rest, longer each time; `progress`: mails left before it came to this, so it is a new rest."""
    before = None if progress else read(known)
    again = before is not None and before.settings == fingerprint(smtp)
    tries = before.tries + 1 if before is not None and again else 1
    since = before.since if before is not None and again else now.isoformat(timespec="seconds")
    waits = REFUSED if down.refused else LIMITED if down.code in SLOW else UNREACHABLE
    until = now + timedelta(minutes=waits[min(tries, len(waits)) - 1])
    pause = Pause(down.code, down.detail, since, tries, until.isoformat(timespec="seconds"), fingerprint(smtp))
    store.private.mark(status.PAUSED, json.dumps(asdict(pause), ensure_ascii=False), now)


def end(store: Store, known: Marks, now: datetime) -> None:
    if read(known) is not None:
        store.private.mark(status.PAUSED, "", now)


def fingerprint(smtp: Smtp) -> str:
    """Changes with whatever decides whether the server lets us in; gives nothing of it away."""
    parts = (smtp.host, smtp.port, smtp.security, smtp.user, smtp.sender, smtp.password.get_secret_value())
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
