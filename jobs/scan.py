"""Look at the workbook, bring the alert ledger up to it, and write the mails whose time has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from branch import alerts, channels, first_scan, status
from branch.alerts import Alerts, Telling
from branch.branch import Branch
from branch.look import Look
from branch.people import SYSTEM
from branch.status import Marks
from branch.work import recipients
from jobs import digest, outbox
from jobs.digest import Mails
from jobs.readers import readers
from rules import due
from rules.saying import rows as plain_rows
from rules.states import OPEN, URGENCY
from sheets import sentences
from sheets.among import among
from sheets.schema import Edit, Issue, Value
from sheets.store import Conflict
from sheets.store.engine import unhurried
from texts import Lang

LEAP = timedelta(days=45)  # a clock that jumps further than this is not believed without asking
TRIES = 3
READY = ("waiting", "retry", "sending")


@dataclass(frozen=True)
class Scan:
    """What one scan saw, and what it writes: all of it, or nothing.

    `held` is not blank when mails wait to be asked for: from when to when the clock leapt.
    """

    look: Look
    edits: tuple[Edit, ...]
    new: int
    closed: int
    mails: int
    morning: bool
    held: str
    until: datetime | None = None  # up to when alerts were counted as told, as the administrator said

    @property
    def today(self) -> date:
        return self.look.today

    @property
    def dues(self) -> pd.DataFrame:
        return self.look.dues

    @property
    def issues(self) -> list[Issue]:
        return [*self.look.issues, *outbox.issues(self.look.book)]


def scan(look: Look, known: Marks, chats: Mapping[str, Sequence[str]] = MappingProxyType({}), *, yes: bool = False) -> Scan:
    """Dues as of the look → what is to be written to the ledger and the outbox; nothing but that. `known`: the marks
    that earlier scans left; `chats`: who wants their digest in a chat besides; `yes` releases mails that were held."""
    until, restored = status.told_until(known), status.since_restore(known) is not None
    leaps = _leaps(known, look.now)
    righted = bool(status.value(known, status.HELD)) and not leaps
    released = yes or until is not None  # who says until when people have been told says that the date is right
    held = "" if released or not leaps else f"{status.value(known, status.CLOCK)}/{look.now.isoformat(timespec='seconds')}"
    elsewhere = look.sheet is not None and not look.sheet.is_sender(look.settings.install)  # another machine tells people
    quiet = bool(held) or restored or until is not None or elsewhere
    waits = quiet or first_scan.held_until(look, known) is not None
    found, told = look.alerts(righted=righted), Mails() if waits else digest.tell(look, known, chats, righted=righted)
    mails = [] if quiet else [*told.mails, *_broken(look)]
    edits = [*_ledger(look, found, told.told or {}), *digest.put(mails, look.settings.install, look.now)]
    if until is not None:
        edits = _counted(look, edits, until)
    new = int((found.new["top"] & found.new["heard_at"].isna()).sum()) + sum(move.after == "open" for move in found.moves)
    closed = sum(move.after == "closed" for move in found.moves)
    return Scan(look, tuple(edits), new, closed, len(told.mails), told.morning, held, until)


def run(branch: Branch, now: datetime, *, dry_run: bool = False, yes: bool = False) -> Scan:
    """Scan, and write what is found. Run twice, it does nothing twice.

    Raises the store's faults; two scans at once are sorted out by the store, and the slower one looks again.
    """
    for attempt in range(TRIES):
        if not dry_run:
            give_back(branch, now)
        with unhurried():
            found = scan(branch.look(now), branch.store.private.marks(), channels.set_by(branch), yes=yes)
        if dry_run:
            return found
        try:
            if found.edits:
                branch.write(found.edits, SYSTEM, "job", now)
            break
        except Conflict:
            if attempt == TRIES - 1:
                raise
    _mark(branch, found, now, yes=yes)
    return found


def give_back(branch: Branch, now: datetime) -> None:
    """What only a dead letter told is not told: it returns in the person's next digest. The same for what was only
    written into a file while there was no mail server, once there is one.
    """
    book = branch.book()
    mails, alerts_ = book.frame("outbox"), book.frame("alerts")
    state = mails["state"].astype(str)
    lost = state == "failed"
    if branch.settings.smtp.host:  # those of today leave after all: see sending.revive
        lost |= (state == "sent") & (mails["error"] == "eml") & (mails["as_of"] < pd.Timestamp(now.date()))
    keys = set(mails.loc[lost, "id"].astype(str))
    if not keys:
        return
    told = alerts_.loc[alerts_["outbox"].isin(keys), ["id", "state", "told_at", "outbox"]]
    edits = []
    for row in plain_rows(told):
        before = {"state": str(row["state"]), "told_at": row["told_at"].to_pydatetime(), "outbox": str(row["outbox"])}
        after = {"state": "open" if before["state"] == "told" else before["state"], "told_at": None, "outbox": None}
        edits.append(Edit("alerts", str(row["id"]), before, after))
    if edits:
        branch.write(edits, SYSTEM, "job", now)


def _mark(branch: Branch, found: Scan, now: datetime, *, yes: bool) -> None:
    """What the next scan has to know. Looking at a past day does not turn the believed clock back: the next look at
    today would seem a leap."""
    store = branch.store
    moment = now.isoformat(timespec="seconds")
    if not found.held and (yes or found.until is not None or moment > status.value(store.private.marks(), status.CLOCK)):
        store.private.mark(status.CLOCK, moment, now)
    status.leave(store, status.HELD, found.held, now)
    if found.morning and not found.held:
        store.private.mark(status.done("digest"), now.date().isoformat(), now)
    if found.until is not None:
        if found.until.date() == now.date() and found.until.time() >= branch.settings.jobs.digest_at:
            store.private.mark(status.done("digest"), now.date().isoformat(), now)  # today's went out before the restore
        for name in (status.RESTORED, status.TOLD):
            status.leave(store, name, "", now)
    status.leave(store, status.SCANNED, str(store.version()), now)
    store.private.mark(status.SCAN, "", now)


def _leaps(known: Marks, now: datetime) -> bool:
    believed = status.value(known, status.CLOCK)
    return bool(believed) and now - datetime.fromisoformat(believed) > LEAP


def _broken(look: Look) -> list[outbox.Mail]:
    """A rule that fails is told to the administrator once a day; all other rules go on."""
    issues = look.broken_rules
    if not issues:
        return []

    def sentences_in(lang: Lang) -> list[str]:
        return [sentences.sentence(issue, look.tables, lang) for issue in issues]

    return digest.notices(
        look.settings, look.book, "broken_rules", {"count": len(issues)}, sentences_in, look.now, once=look.today.isoformat()
    )


def _ledger(look: Look, found: Alerts, told: Mapping[str, Telling]) -> list[Edit]:
    """New alerts, alerts that change their state, and alerts that a mail of this scan tells."""
    moves = {move.id: move for move in found.moves}
    texts = _texts(look, found.new, [move.id for move in found.moves if move.after == "open"])
    edits = alerts.inserts(found.new, texts, told, look.now)
    ledger = look.book.frame("alerts")
    touched = ledger.loc[among(ledger["id"], {*moves, *told})]
    for row in plain_rows(touched[["id", "due_key", "state", "staff", "unresolved", "late", "text"]]):
        move, telling = moves.get(row["id"]), told.get(row["id"])
        before: dict[str, Value] = {"state": str(row["state"])}
        after: dict[str, Value] = {"state": move.after if move else "open"}
        if move and move.after == "open":  # its sentence counts the days as they are now
            before["text"], after["text"] = row["text"] or None, texts.get(row["due_key"])
        if telling:
            before |= {"staff": _plain(row["staff"]), "unresolved": _flag(row["unresolved"]), "late": _flag(row["late"])}
            after |= {"state": "told", "staff": telling.staff, "unresolved": telling.unresolved, "late": telling.late}
            after |= {"told_at": look.now, "outbox": telling.mail}
        edits.append(Edit("alerts", str(row["id"]), before, after))
    return edits


def _counted(look: Look, edits: Sequence[Edit], until: datetime) -> list[Edit]:
    """Alerts of this scan and of the ledger that were reached by then are told already; so are the mails that stood
    ready when the backup was made."""
    moment, ledger, mails = pd.Timestamp(until), look.book.frame("alerts"), look.book.frame("outbox")
    reached = dict(zip(ledger["id"], ledger["reached_at"], strict=True))
    found, touched = [], {edit.id for edit in edits if edit.table == "alerts"}
    for edit in edits:
        after = edit.after
        if edit.table == "alerts" and after is not None and after.get("state") == "open":
            at = after.get("reached_at") or reached.get(edit.id)
            if at is not None and pd.Timestamp(at) <= moment:  # type: ignore[arg-type]
                after = dict(after) | {"state": "told", "told_at": until}
        found.append(replace(edit, after=after))
    untold = ledger.loc[(ledger["state"].astype(str) == "open") & (ledger["reached_at"] <= moment), "id"]
    booked: dict[str, Value] = {"state": "told", "told_at": until}
    found += [Edit("alerts", str(key), {"state": "open"}, dict(booked)) for key in untold if key not in touched]
    ready = mails.loc[mails["state"].astype(str).isin(READY) & (mails["created_at"] <= moment), ["id", "state"]]
    found += [Edit("outbox", str(row["id"]), {"state": str(row["state"])}, {"state": "sent"}) for row in plain_rows(ready)]
    return found


def _texts(look: Look, new: pd.DataFrame, opened: Sequence[str]) -> dict[str, str]:
    """The sentence of each due that is to be told, as the ledger keeps it: in the branch's language, fit for a mail."""
    ledger = look.book.frame("alerts")
    keys = set(new.loc[new["top"].to_numpy(bool), "key"]) | set(ledger.loc[among(ledger["id"], opened), "due_key"])
    found = look.dues[among(look.dues["key"], keys)]
    lang = look.settings.lang
    said = look.say(found, lang, "mail")
    return {key: text.sentence(lang) for key, text in zip(found["key"], said, strict=True)}


def rows(found: Scan, lang: Lang, *, every: bool = False) -> list[dict[str, Any]]:
    """The dues of a scan as JSON: due soon, due today, overdue and those with an open reminder step; `every` state."""
    look = found.look
    dues = look.dues if every else due.listed(look.dues, look.steps)
    if dues.empty:
        return []
    last = look.steps.drop_duplicates("key", keep="last").set_index("key")["step"]
    clauses = {rule.id: rule.clause for rule in look.rules}
    to = _to(look, dues, every=every)
    dates = {name: np.datetime_as_string(dues[name].to_numpy("datetime64[D]")) for name in ("due", "anchor")}
    found_rows = []
    for n, (row, text) in enumerate(zip(plain_rows(dues), look.say(dues, lang, "mail"), strict=True)):
        told = to.get(row["key"], [])
        one = {name: row[name] for name in ("key", "rule", "table", "row", "customer", "state")}
        one |= {name: _iso(dates[name][n]) for name in ("due", "anchor")}
        one |= {"step": str(last.get(row["key"], "")), "unresolved": any(lost for lost, _ in told), "to": [each for _, each in told]}
        found_rows.append(one | {"clause": clauses.get(row["rule"], ""), "why": text.sentence(lang)})
    return found_rows


def issue_rows(found: Scan) -> list[dict[str, Any]]:
    """The Issues of a scan as JSON."""
    names = ("table", "row", "column", "cell", "code", "raw", "warning")
    return [{name: getattr(issue, name) for name in names} for issue in found.issues]


def _iso(day: str) -> str | None:
    return None if day == "NaT" else str(day)


def _to(look: Look, dues: pd.DataFrame, *, every: bool) -> dict[str, list[tuple[bool, dict[str, str]]]]:
    """Who is told, by due: the owners of what is open (of everything, when `every`), and the roles whose step has come."""
    whose = recipients(look.dues, look.steps, look.resolve, URGENCY) if every else look.recipients
    wanted = dues["key"] if every else dues.loc[dues["state"].isin(OPEN), "key"]
    reached = whose["pair"].isin(look.steps["pair"])
    shown = whose.loc[(whose["owes"] & among(whose["key"], wanted)) | (among(whose["key"], dues["key"]) & reached)]
    people = readers(look.book, look.settings.lang)
    found: dict[str, list[tuple[bool, dict[str, str]]]] = {}
    for row in plain_rows(shown):
        reader = people.get(row["person"])
        one = {"role": row["role"], "person": row["person"] or "", "email": reader.email if reader else ""}
        found.setdefault(row["key"], []).append((bool(row["unresolved"]), one))
    return found


def _plain(value: object) -> str | None:
    return None if value is None or pd.isna(value) or value == "" else str(value)  # type: ignore[call-overload]


def _flag(value: Any) -> bool | None:
    return None if pd.isna(value) else bool(value)
