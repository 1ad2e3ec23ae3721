"""Marks the jobs leave in the store: heartbeats, results and switches, read by pages and doctor."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sheets.store import Store

HEARTBEAT = "jobs"  # the timetable is alive; its time says when it last was
SCAN = "scan"  # its time is the last good scan; its value says why a later one failed, "" when none did
SCANNED = "scanned"  # the version of the workbook that the last good scan left behind
CLOCK = "clock"  # the latest instant a scan believed
HELD = "held"  # mails are held after a leap of the clock: "from/to"; "" when they are not
RESTORED = "restored"  # a backup was put back then: mails wait until somebody says until when people have been told; ""
TOLD = "told"  # until when people have been told, as the administrator says; the next scan books it, and "" stands here again
SAMPLE = "demo"  # the store holds a sample branch, built for the day that stands here
PAUSED = "mail:paused"  # why the mail channel rests (JSON: code, detail, since, tries, until, settings); "" when it works
BACKLOG = "mail:backlog"  # how many mails the hourly cap holds back, "" when none

Marks = Mapping[str, tuple[str, datetime]]


def job(name: str) -> str:
    """The mark of one job: its value is "" after a good run, else the error; its time is the last run."""
    return f"job:{name}"


def done(name: str) -> str:
    """The mark of a job that has its time of day: its value is the day it last ran well."""
    return f"done:{name}"


def value(marks: Marks, name: str) -> str:
    """What a mark says; "" when it was never made."""
    return marks[name][0] if name in marks else ""


def is_held(marks: Marks) -> tuple[datetime, datetime] | None:
    """From when to when the clock leapt, while mails wait for somebody to say that the date is right."""
    start, _, end = value(marks, HELD).partition("/")
    return (datetime.fromisoformat(start), datetime.fromisoformat(end)) if end else None


def paused(marks: Marks) -> Mapping[str, Any] | None:
    """Why and since when the mail channel rests: see PAUSED."""
    text = value(marks, PAUSED)
    try:
        found = json.loads(text) if text else None
    except ValueError:  # something else has written there: a rest that nobody can read is none
        return None
    return found if isinstance(found, dict) else None


def since_restore(marks: Marks) -> datetime | None:
    """When a backup was put back, while mails wait to hear until when people have been told."""
    at = value(marks, RESTORED)
    return datetime.fromisoformat(at) if at else None


def told_until(marks: Marks) -> datetime | None:
    """What the administrator has said, while no scan has booked it."""
    at = value(marks, TOLD)
    return datetime.fromisoformat(at) if at else None


def leave(store: Store, name: str, text: str, now: datetime) -> None:
    """Make a mark, but not one that says what already stands there (a mark is a write)."""
    if value(store.private.marks(), name) != text:
        store.private.mark(name, text, now)
