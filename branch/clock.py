"""The only clock: what time it is at the branch, whatever the machine believes its zone to be."""

from __future__ import annotations

from datetime import date, datetime, time
from time import monotonic
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """This instant, naive, as a clock on the branch's wall shows it."""
    return datetime.now(ZONE).replace(tzinfo=None)


def ticks() -> float:
    """Seconds that have passed since some moment, whatever is done to the clock meanwhile."""
    return monotonic()


def today() -> date:
    return now().date()


def end_of(day: date) -> datetime:
    """A day that has been seen whole: what `--today` means."""
    return datetime.combine(day, time(23, 59, 59))


def local(instant: datetime) -> datetime:
    """An instant from outside: one with a zone is turned into the branch's, a naive one is the branch's already."""
    return instant if instant.tzinfo is None else instant.astimezone(ZONE).replace(tzinfo=None)


def aware(instant: datetime) -> datetime:
    """The same instant with +08:00, as it goes out in JSON and mail headers."""
    return instant.replace(tzinfo=ZONE)
