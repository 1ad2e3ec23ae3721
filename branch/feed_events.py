"""The days of a calendar feed: one all-day event for each due that is a person's own, with the task and a short name alone."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from icalendar import Alarm, Calendar, Event

from branch import clock
from branch.look import Look
from branch.people import Actor
from rules.saying import DueText, rows
from texts import Lang, known, say

REMINDS_AT = time(9, 0)  # of the day before, in the branch's zone
REFRESH = timedelta(hours=1)  # how often a calendar may ask again


@dataclass(frozen=True)
class Feed:
    """The file, and a mark of what it says: the same mark for the same events, whenever it is asked."""

    content: bytes
    mark: str


def feed(look: Look, person: Actor) -> Feed:
    """What this person owes, whoever else may see it: nothing that is only somebody else's turn."""
    lang = known(person.lang, look.settings.lang)
    dues = look.of(person).dues
    speaker = look.speaker(lang, "mail")
    events = [_event(look, person, lang, due, speaker.say(due)) for due in rows(dues.loc[dues["mine"]])]
    made = _calendar(look, lang, events)
    mark = hashlib.sha256(made.to_ical()).hexdigest()[:32]  # before the moment of the look, which says nothing about the events
    for event in events:
        event.add("dtstamp", _utc(look.now))
    return Feed(made.to_ical(), mark)


def _calendar(look: Look, lang: Lang, events: list[Event]) -> Calendar:
    made = Calendar()
    made.add("prodid", "-//Huce//dues//ZH")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", say("feed.name", lang, branch=look.settings.name(lang)))
    made.add("x-wr-timezone", str(clock.ZONE))
    made.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    made.add("x-published-ttl", "PT1H")
    for event in events:
        made.add_component(event)
    return made


def _event(look: Look, person: Actor, lang: Lang, due: Mapping[str, Any], said: DueText) -> Event:
    day: date = due["due"].date()
    event = Event()
    event.add("uid", f"{uid(look.settings.install, person.staff, str(due['key']))}@{look.settings.install}")
    event.add("summary", say("feed.event", lang, task=said.task, who=said.who) if said.who else said.task)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")  # a deadline does not keep the day from being booked
    reminds = datetime.combine(day - timedelta(days=1), REMINDS_AT)
    if reminds > look.now:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", event["summary"])
        alarm.add("trigger", _utc(reminds), parameters={"value": "DATE-TIME"})  # an instant, not a duration
        event.add_component(alarm)
    return event


def uid(install: str, staff: str, key: str) -> str:
    """The same for the same due of the same person; it tells nothing about either."""
    return hashlib.sha256(f"{install}\n{staff}\n{key}".encode("utf-8", "replace")).hexdigest()[:32]


def _utc(moment: datetime) -> datetime:
    return clock.aware(moment).astimezone(UTC).replace(microsecond=0)
