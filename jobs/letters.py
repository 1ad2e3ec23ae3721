"""The mails people get: a digest each working morning, and at once only what the rule says cannot wait."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from jobs import clean, items, ledger, marks, outbox, paper
from jobs.lines import Line, Speaker
from jobs.outbox import Kind, Mail
from jobs.paper import Letter, Part
from jobs.readers import Reader, administrators, readers
from rules import wording
from rules.ledgers import Ledgers
from sheets.schema import Edit, Lang, Value
from sheets.store import Conflict
from texts import say

if TYPE_CHECKING:
    from branch.branch import Branch

log = logging.getLogger("huce.jobs")
MONDAY = 0


def tell(branch: Branch, dues: pd.DataFrame, now: datetime) -> int:
    """Write the mails that are due by now into the outbox; how many. Twice the same day writes nothing twice.

    The first round of a working day, from the digest hour on, is one digest for everybody who has anything in it;
    whatever is immediate goes in there. Later rounds: immediate mails at once, and a digest for those who had none
    yet and now have something new. Before the digest hour everything waits for the digest.
    """
    times, today = branch.settings.jobs, now.date()
    if now.time() < times.digest_at:
        return 0
    desk = _Desk(branch, dues, now)
    working = branch.calendar().is_workday(today)
    done = marks.value(branch.store.private.marks(), marks.done("digest")) == today.isoformat()
    if working and not done:
        count = desk.digests(only_new=False) + (desk.all_clear() if today.weekday() == MONDAY else 0)
        branch.store.private.mark(marks.done("digest"), today.isoformat(), now)
        return count + desk.nobody()
    count = desk.immediate(late_too=working)
    return count + (desk.digests(only_new=True) if working else 0)


class _Desk:
    """One round of writing: the items of the moment, and who reads them. What is written is taken off the pile."""

    def __init__(self, branch: Branch, dues: pd.DataFrame, now: datetime) -> None:
        self.branch, self.now, self.book = branch, now, branch.book()
        self.rules = branch.rules()[0]
        self.lang: Lang = branch.settings.lang
        self.people = readers(self.book, self.lang)
        self.mails = frozenset(self.book.frame("outbox")["id"])
        tardy = partial(ledger.tardy, now=now, digest_at=branch.settings.jobs.digest_at, calendar=branch.calendar())
        found = items.pick(self.book, self.rules, dues, tardy, now)
        self.items = wording.with_left(found, Ledgers(self.book, now)) if len(found) else found
        self.alerts = self.book.frame("alerts").set_index("id")
        self.told: set[str] = set()
        self.speakers: dict[Lang, Speaker] = {}

    def speaker(self, lang: Lang) -> Speaker:
        return self.speakers.setdefault(lang, Speaker(self.book, self.rules, lang))

    def digests(self, *, only_new: bool) -> int:
        """One for each person who has not had today's. `only_new`: only if an alert has not been told yet."""
        count, loud = 0, self.items.loc[~self.items["quiet"].astype(bool)]
        loud = loud.loc[~loud["key"].isin(self.told)]
        for person, mine in loud.groupby("person", sort=True):
            reader = self.people.get(str(person))
            key = f"digest|{person}|{self.now.date()}"
            news = bool(mine["alerts"].map(len).any())
            if reader is None or key in self.mails or mine.empty or (only_new and not news):
                continue
            count += self._write(reader, "digest", key, mine)
        return count

    def immediate(self, *, late_too: bool) -> int:
        """Alerts that cannot wait, one mail a person. On a day off only what was reached today."""
        waits = self.items["at_once"].astype(bool) & self.items["alerts"].map(len).astype(bool)
        found = self.items.loc[waits & ~self.items["quiet"].astype(bool)]
        if not late_too:
            found = found.loc[~found["late"].astype(bool)]
        count = 0
        for person, mine in found.groupby("person", sort=True):
            reader = self.people.get(str(person))
            alerts = sorted(alert for group in mine["alerts"] for alert in group)
            name = alerts[0] if len(alerts) == 1 else hashlib.sha256("\n".join(alerts).encode()).hexdigest()[:24]
            key = f"immediate|{person}|{name}"
            if reader is not None and key not in self.mails:
                count += self._write(reader, "immediate", key, mine)
                self.told.update(mine["key"])
        return count

    def all_clear(self) -> int:
        """On Mondays: nothing is due, and the house is awake."""
        busy = set(self.items["person"])
        count = 0
        for reader in self.people.values():
            key = f"clear|{reader.staff}|{self.now.date()}"
            if reader.staff in busy or key in self.mails or not reader.email:
                continue
            lang = reader.lang
            title, lead = say("mail.clear_title", lang), say("mail.clear_lead", lang, name=clean.line(reader.name, 40))
            count += self._put(reader, "digest", key, letter(self.branch, lang, title, lead))
        return count

    def nobody(self) -> int:
        """Alerts for which nobody is found, all the way up: the administrator has to name somebody."""
        lost = self.items.loc[self.items["person"] == ""]
        if lost.empty:
            return 0
        return put_notice(self.branch, "nobody", {"count": len(lost)}, [], self.now)

    def _write(self, reader: Reader, kind: Kind, key: str, mine: pd.DataFrame) -> int:
        lang, today = reader.lang, self.now.date()
        lines: dict[str, list[Line]] = {}
        for row in mine.to_dict("records"):
            line = self.speaker(lang).line({str(k): v for k, v in row.items()}, today)
            lines.setdefault(row["section"], []).append(line)
        parts = [paper.section(name, lines[name], lang) for name in items.SECTIONS if name in lines]
        counts = {name: len(lines.get(name, ())) for name in items.SECTIONS}
        name = clean.line(reader.name, 40)
        if kind == "digest":
            said = [say(f"mail.short.{part}", lang, count=counts[part]) for part in items.SECTIONS if counts[part]]
            title = say("mail.digest_title", lang, date=say_date(self.now, lang), counts=say("rule.comma", lang).join(said))
            lead = say("mail.digest_lead", lang, name=name)
        else:
            first = next(iter(lines.values()))[0]
            title = say("mail.immediate_title", lang, task=first.task, who=first.who, more=_more(len(mine), lang))
            lead = say("mail.immediate_lead", lang, name=name)
        told = self._edits(reader, key, mine)
        return self._put(reader, kind, key, letter(self.branch, lang, title, lead, parts), told)

    def _edits(self, reader: Reader, key: str, mine: pd.DataFrame) -> list[Edit]:
        """The alerts that this mail tells."""
        edits = []
        for row in mine.to_dict("records"):
            for alert in row["alerts"]:
                seen = self.alerts.loc[alert]
                before: dict[str, Value] = {
                    "state": "open",
                    "staff": _plain(seen["staff"]),
                    "unresolved": _flag(seen["unresolved"]),
                    "late": _flag(seen["late"]),
                }
                after: dict[str, Value] = {
                    "state": "told",
                    "staff": reader.staff,
                    "unresolved": bool(row["unresolved"]),
                    "late": bool(row["late"]),
                    "told_at": self.now,
                    "outbox": key,
                }
                edits.append(Edit("alerts", str(alert), before, after))
        return edits

    def _put(self, reader: Reader, kind: Kind, key: str, content: Letter, told: Sequence[Edit] = ()) -> int:
        return write(self.branch, mail(reader, kind, key, content, self.now), told, self.now)


def mail(reader: Reader, kind: Kind, key: str, content: Letter, now: datetime) -> Mail:
    text, html = paper.lay_out(content)
    brand = say("mail.brand", reader.lang)
    subject = clean.header(say("mail.subject", reader.lang, brand=brand, title=content.title))
    return Mail(key, kind, reader.staff, reader.role, reader.email, reader.lang, subject, text, html, now.date())


def write(branch: Branch, one: Mail, told: Sequence[Edit], now: datetime) -> int:
    """A mail and the alerts it tells, or neither. Somebody else may just have written the same one."""
    try:
        branch.store.write([outbox.put(one, branch.settings.install, now), *told], "system", "job", now)
    except Conflict as conflict:
        log.info("another process was faster: %s", conflict.say("en"))
        return 0
    return 1


def letter(branch: Branch, lang: Lang, title: str, lead: str, parts: Sequence[Part] = (), *, page: str = "today") -> Letter:
    """A mail on the house's paper, with a button to a page of the portal."""
    portal, name = branch.settings.portal, branch.settings.name(lang)
    address = (portal.url or f"http://{portal.address}:{portal.port}").rstrip("/")
    foot = (say("mail.foot", lang, branch=clean.line(name)), say("mail.foot_private", lang))
    button = say(f"mail.button.{page}", lang)
    return Letter(lang, name, title, lead, tuple(parts), f"{address}/{page}", button, foot)


def put_notice(branch: Branch, what: str, values: dict[str, Any], lines: Sequence[str], now: datetime) -> int:
    """Tell every administrator something about the house itself; at most once a minute and matter."""
    book, count = branch.book(), 0
    mails = frozenset(book.frame("outbox")["id"])
    for reader in administrators(readers(book, branch.settings.lang)):
        key = f"notice|{what}|{reader.staff}|{now:%Y-%m-%dT%H:%M}"
        if not reader.email or key in mails:
            continue
        lang = reader.lang
        title, lead = say(f"mail.notice.{what}", lang, **values), say(f"mail.notice.{what}_lead", lang, **values)
        items_ = tuple(paper.note(clean.line(line, 200)) for line in lines[: paper.SHOWN])
        parts = [Part(say("mail.notice.list", lang), items=items_)] if items_ else []
        content = letter(branch, lang, title, lead, parts, page="outbox")
        count += write(branch, mail(reader, "notice", key, content, now), (), now)
    return count


def say_date(now: datetime, lang: Lang) -> str:
    return say("mail.date", lang, month=now.month, day=now.day, name=say(f"mail.month.{now.month}", lang))


def _more(count: int, lang: Lang) -> str:
    return say("mail.and_others", lang, count=count) if count > 1 else ""


def _plain(value: object) -> str | None:
    return None if value is None or pd.isna(value) or value == "" else str(value)  # type: ignore[call-overload]


def _flag(value: Any) -> bool | None:
    return None if pd.isna(value) else bool(value)
