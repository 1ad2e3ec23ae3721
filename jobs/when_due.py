"""Whether a job's time has come: from the clock on the wall and the marks, never from when this process started."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from branch import status
from branch.settings import Jobs
from branch.status import Marks
from rules.calendar import Calendar

LULL = timedelta(minutes=30)  # the longest time without a look, so that steps with an hour of their own are seen
AGAIN = timedelta(minutes=5)  # a job that failed is tried again after this
HEAVY = timedelta(hours=1)  # and one that reads the whole store after this


def scan_due(known: Marks, version: int, calendar: Calendar, jobs: Jobs, now: datetime) -> bool:
    """In working hours: when the workbook or the day has moved since the last good scan, or half an hour has passed.

    On a day off once, from the digest hour on: so that urgent mail leaves and the heartbeat stays fresh.
    """
    last = known[status.SCAN][1] if status.SCAN in known else datetime.min
    if not calendar.is_workday(now.date()):
        return last.date() != now.date() and now.time() >= jobs.digest_at
    if not jobs.work_from <= now.time() < jobs.work_to:
        return False
    moved = status.value(known, status.SCANNED) != str(version)
    return moved or last.date() != now.date() or not timedelta(0) <= now - last < LULL


def digest_due(known: Marks, calendar: Calendar, jobs: Jobs, now: datetime) -> bool:
    """From the digest hour on of a working day, until it has been done."""
    return calendar.is_workday(now.date()) and now.time() >= jobs.digest_at and not _did(known, "digest", now.date())


def nudge_due(known: Marks, calendar: Calendar, jobs: Jobs, now: datetime) -> bool:
    """The look at opportunities that have not been submitted, before people go home."""
    return calendar.is_workday(now.date()) and now.time() >= jobs.nudge_at and not _did(known, "nudge", now.date())


def night(jobs: Jobs, now: datetime) -> date:
    """The night that a backup belongs to: today's from the backup hour on, before it the day before's."""
    return now.date() if now.time() >= jobs.backup_at else now.date() - timedelta(days=1)


def backup_due(known: Marks, jobs: Jobs, now: datetime) -> bool:
    """Once a night; a machine that is off at night does it when it starts."""
    return not _did(known, "backup", night(jobs, now))


def rested(known: Marks, name: str, now: datetime) -> bool:
    """A job that failed just now is not tried every minute."""
    text, at = known.get(status.job(name), ("", now))
    return not text or not timedelta(0) <= now - at < (HEAVY if name in ("backup", "verify") else AGAIN)


def _did(known: Marks, name: str, day: date) -> bool:
    return status.value(known, status.done(name)) == day.isoformat()
