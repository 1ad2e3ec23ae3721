"""The mails people get: a digest each working morning, and at once only what the rule says cannot wait."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd

from branch import alerts, confirming, mails, matrix, status
from branch.alerts import Telling
from branch.look import Look
from branch.settings import Settings
from branch.status import Marks
from branch.work import SECTIONS, telling
from jobs import layout, outbox, short, weekly
from jobs.layout import Body, Part
from jobs.outbox import Kind, Mail
from jobs.readers import Reader, administrators, readers
from rules.ladder import away
from rules.saying import DueText, rows
from sheets.among import among
from sheets.book import Book
from texts import Lang, say
from texts.clean import header, line

Lines = Callable[[Lang], Sequence[str]]
EXPLAINED = ("today", "overdue", "escalated")  # sections in which each entry says why it is there
PAGES = {"broken_rules": "issues"}  # where a notice leads, if not to the outbox


@dataclass(frozen=True, slots=True)
class Mails:
    """What one scan has to say: the mails, the alerts they tell, and whether this was the morning's digest."""

    mails: tuple[Mail, ...] = ()
    told: Mapping[str, Telling] | None = None
    morning: bool = False


def tell(look: Look, known: Marks, chats: Mapping[str, Sequence[str]], *, righted: bool = False) -> Mails:
    """The mails that are due by now. Asked again when they are in the outbox, it says nothing twice.

    The first round of a working day, from the digest hour on, is one digest for everybody who has anything in it;
    whatever is immediate goes in there. Later rounds: immediate mails at once, and a digest for those who had none
    yet and now have something new. Before the digest hour everything waits for the digest. `chats`: who wants their
    digest in a chat besides, and by which channels.
    """
    if look.now.time() < look.settings.jobs.digest_at:
        return Mails()
    working = look.calendar.is_workday(look.today)
    done = status.value(known, status.done("digest")) == look.today.isoformat()
    round_ = _Round(look, chats, righted=righted)
    if working and not done:
        round_.digests(only_new=False)
        round_.weekly()
        round_.all_clear()
        round_.nobody()
    else:
        round_.immediate(late_too=working)
        if working:
            round_.digests(only_new=True)
    return Mails(tuple(round_.mails), round_.told, morning=working and not done)


class _Round:
    """One round of writing: what there is to tell, and who reads it."""

    def __init__(self, look: Look, chats: Mapping[str, Sequence[str]], *, righted: bool) -> None:
        self.look, self.now, self.chats = look, look.now, chats
        self.people = readers(look.book, look.settings.lang)
        self.there = frozenset(look.book.frame("outbox")["id"])
        self.items = telling(look.work(righted=righted))
        self.first = alerts.first(look.book.frame("alerts"))
        self.mails: list[Mail] = []
        self.told: dict[str, Telling] = {}
        self.said: set[str] = set()  # keys of dues that an immediate mail of this round tells

    def digests(self, *, only_new: bool) -> None:
        """One for each person who has not had today's. `only_new`: only if an alert has not been told yet."""
        loud = self.items.loc[~self.items["quiet"].astype(bool) & ~among(self.items["key"], self.said)]
        for person, mine in loud.groupby("person", sort=True):
            reader = self.people.get(str(person))
            key = f"digest|{person}|{self.look.today}"
            news = bool(mine["alerts"].map(len).any())
            if reader is None or key in self.there or (only_new and not news):
                continue
            self._write(reader, "digest", key, mine)

    def immediate(self, *, late_too: bool) -> None:
        """Alerts that cannot wait, one mail a person. On a day off only what was reached today."""
        waits = self.items["at_once"].astype(bool) & self.items["alerts"].map(len).astype(bool)
        found = self.items.loc[waits & ~self.items["quiet"].astype(bool)]
        if not late_too:
            found = found.loc[~found["late"].astype(bool)]
        for person, mine in found.groupby("person", sort=True):
            reader = self.people.get(str(person))
            told = sorted(alert for group in mine["alerts"] for alert in group)
            name = told[0] if len(told) == 1 else hashlib.sha256("\n".join(told).encode()).hexdigest()[:24]
            key = f"immediate|{person}|{name}"
            if reader is not None and key not in self.there:
                self._write(reader, "immediate", key, mine)
                self.said.update(mine["key"])

    def weekly(self) -> None:
        """As the week of those who lead the branch begins: how it stands. Once a week and person, whatever they owe themselves."""
        if self.first:
            return  # the first inventory says it all
        leading = {reader.staff for reader in self.people.values() if reader.role in weekly.ROLES and reader.email}
        for staff in sorted(leading & begin_week(self.look, frozenset(self.people))):
            reader, key = self.people[staff], f"weekly|{staff}|{week(self.look.today)}"
            if key in self.there or not (parts := weekly.parts(self.look, reader)):
                continue
            lang = reader.lang
            title = say("mail.weekly.title", lang, week=week(self.look.today), date=say_date(self.now, lang))
            lead = say("mail.weekly.lead", lang, name=line(reader.name, 40))
            self._put(reader, "digest", key, body(self.look.settings, lang, title, lead, parts, page="dashboard"))

    def all_clear(self) -> None:
        """As a person's week of work begins: nothing is due, and Huce is at work. Once a week and person."""
        busy, beginning = set(self.items["person"]), begin_week(self.look, frozenset(self.people))
        for reader in self.people.values():
            if reader.staff not in beginning:
                continue
            key = f"clear|{reader.staff}|{week(self.look.today)}"
            if reader.staff in busy or key in self.there or not reader.email:
                continue
            lang = reader.lang
            title, lead = say("mail.clear_title", lang), say("mail.clear_lead", lang, name=line(reader.name, 40))
            self._put(reader, "digest", key, body(self.look.settings, lang, title, lead))

    def nobody(self) -> None:
        """Alerts for which nobody is found, all the way up: the administrator has to name somebody."""
        lost = self.items.loc[self.items["person"] == ""]
        if len(lost):
            self.mails += notices(self.look.settings, self.look.book, "nobody", {"count": len(lost)}, lambda _: [], self.now)

    def _write(self, reader: Reader, kind: Kind, key: str, mine: pd.DataFrame) -> None:
        lang, speaker = reader.lang, self.look.speaker(reader.lang, "mail")
        found = rows(mine.assign(late=False) if self.first else mine)
        said: dict[str, list[DueText]] = {}
        for row in found:
            mine_ = said.setdefault(row["section"], [])
            explained = row["section"] in EXPLAINED and len(mine_) < layout.SHOWN
            text = speaker.say(row)
            mine_.append(replace(text, why=self.look.evidence(row, lang)) if explained else text)
        parts = [layout.section(name, said[name], lang) for name in SECTIONS if name in said]
        name = line(reader.name, 40)
        if kind == "digest":
            counts = [say(f"mail.short.{part}", lang, count=len(said[part])) for part in SECTIONS if part in said]
            title = say("mail.digest_title", lang, date=say_date(self.now, lang), counts=say("rule.comma", lang).join(counts))
            lead = say("mail.digest_lead", lang, name=name)
        else:
            first = next(iter(said.values()))[0]
            title = say("mail.immediate_title", lang, task=first.task, who=first.who, more=_more(len(mine), lang))
            lead = say("mail.immediate_lead", lang, name=name)
        if self.first:
            title, lead = say("mail.first_title", lang, title=title), say("mail.first_lead", lang, lead=lead)
        for row in found:
            for alert in row["alerts"]:
                self.told[alert] = Telling(key, reader.staff, bool(row["unresolved"]), bool(row["late"]))
        content = body(self.look.settings, lang, title, lead, parts)
        if reader.role in matrix.ACTS["acknowledge"]:
            content = replace(content, more=(say("mail.button.acknowledge", lang), acknowledging(self.look.settings, key)))
        self._put(reader, kind, key, content)
        if kind == "digest":
            self.mails += [into_chat(self.mails[-1], channel, content) for channel in self.chats.get(reader.staff, ())]

    def _put(self, reader: Reader, kind: Kind, key: str, content: Body) -> None:
        self.mails.append(mail(reader, kind, key, content, self.now))


def into_chat(sent: Mail, channel: str, content: Body) -> Mail:
    """The same digest in short, as a row of its own."""
    return replace(sent, key=f"{sent.key}|{channel}", channel=channel, email="", text=short.short(content), html="")


def acknowledging(settings: Settings, key: str) -> str:
    """Where a person who has signed in says "seen" to what this mail tells."""
    return f"{mails.portal(settings)}/{confirming.PAGE}?mail={confirming.mark(settings.install, key)}"


def mail(reader: Reader, kind: Kind, key: str, content: Body, now: datetime) -> Mail:
    text, html = layout.lay_out(content)
    brand = say("mail.brand", reader.lang)
    subject = header(say("mail.subject", reader.lang, brand=brand, title=content.title))
    return Mail(key, kind, reader.staff, reader.role, reader.email, reader.lang, subject, text, html, now.date())


def body(settings: Settings, lang: Lang, title: str, lead: str, parts: Sequence[Part] = (), *, page: str = "today") -> Body:
    """The content of a mail, with a button to a page of the portal."""
    name = settings.name(lang)
    foot = (say("mail.foot", lang, branch=line(name)), say("mail.foot_private", lang))
    button = say(f"mail.button.{page}", lang)
    return Body(lang, name, title, lead, tuple(parts), f"{mails.portal(settings)}/{page}", button, foot)


def notices(
    settings: Settings, book: Book, what: str, values: Mapping[str, Any], lines: Lines, now: datetime, *, once: str = ""
) -> list[Mail]:
    """Mails that tell every administrator something about Huce itself; at most once a minute and matter, or once for
    each `once`. `lines`: the details, in the reader's language. Those that are in the outbox already are left out."""
    mails = frozenset(book.frame("outbox")["id"])
    found = []
    for reader in administrators(readers(book, settings.lang)):
        key = f"notice|{what}|{reader.staff}|{once or format(now, '%Y-%m-%dT%H:%M')}"
        if not reader.email or key in mails:
            continue
        lang = reader.lang
        title, lead = say(f"mail.notice.{what}", lang, **values), say(f"mail.notice.{what}_lead", lang, **values)
        items = tuple(layout.note(line(one, 200)) for one in lines(lang)[: layout.SHOWN])
        parts = [Part(say("mail.notice.list", lang), items=items)] if items else []
        found.append(mail(reader, "notice", key, body(settings, lang, title, lead, parts, page=PAGES.get(what, "outbox")), now))
    return found


def put(mails: Sequence[Mail], install: str, now: datetime) -> list[Any]:
    """The mails as new rows of the outbox."""
    return [outbox.put(one, install, now) for one in mails]


def begin_week(look: Look, people: frozenset[str]) -> frozenset[str]:
    """Who works today and on no day before it, back to Monday: all who are there on a Monday or on the first day after a
    holiday, and on later days whoever comes back from leave."""
    day = look.today
    if not look.calendar.is_workday(day):
        return frozenset()
    here = people - look.people.away.keys()
    for one in (day - timedelta(days=back) for back in range(1, day.isoweekday())):
        if here and look.calendar.is_workday(one):
            here &= away(look.ledgers.frame, look.people.staff, one).keys()
    return here


def week(day: date) -> str:
    """The week of a day as ISO writes it: 2026-W47."""
    year, number, _ = day.isocalendar()
    return f"{year}-W{number:02}"


def say_date(now: datetime, lang: Lang) -> str:
    return say("mail.date", lang, month=now.month, day=now.day, name=say(f"mail.month.{now.month}", lang))


def _more(count: int, lang: Lang) -> str:
    return say("mail.and_others", lang, count=count) if count > 1 else ""
