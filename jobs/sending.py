"""One round of the post: mails are claimed some at a time, sent one by one, and settled together with the next claim."""

from __future__ import annotations

import logging
import os
import socket
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd

from branch import clock, mails, status
from branch.people import SYSTEM
from jobs import backoff, digest, journal, message, outbox, replies
from jobs.backoff import ChannelDown
from jobs.outbox import Outcome, Row
from rules.saying import rows as plain_rows
from sheets.schema import Edit
from sheets.store import Conflict
from texts import say

if TYPE_CHECKING:
    from branch.branch import Branch

log = logging.getLogger("huce.jobs")
HOUR = timedelta(hours=1)
BATCH = 20  # mails claimed in one write
FRESH = timedelta(minutes=4)  # a batch that takes longer is given back, so that no claim lapses while it is being sent
Deliver = Callable[[Row, list[str], bytes], Outcome]


class Broken(ChannelDown):
    """The channel went down in the middle of a round; `done` counts what was settled before."""

    def __init__(self, down: ChannelDown, done: Mapping[str, int]) -> None:
        super().__init__(down.code, down.detail, refused=down.refused)
        self.done = done


def ready(branch: Branch, now: datetime) -> bool:
    """Whether any mail's turn has come."""
    return bool(outbox.queue(outbox.of_mails(branch.book().frame("outbox")), now))


def revive(branch: Branch, now: datetime) -> None:
    """Written to a file is not told by mail: once there is a server, today's mails of that kind leave after all. So do
    those of people who had no address this morning and have one now.
    """
    if not branch.settings.smtp.host:
        return
    book = branch.book()
    frame, staff = outbox.of_mails(book.frame("outbox")), book.last_good("staff")
    today = frame.loc[(frame["as_of"] == pd.Timestamp(now.date())) & (frame["kind"].astype(str) != "test")]
    state, error = today["state"].astype(str), today["error"].fillna("").astype(str)
    known = dict(zip(staff["id"].astype(str), staff["email"].fillna("").astype(str), strict=True))
    now_at, none = today["staff"].astype(str).map(known).fillna(""), today["email"].fillna("").astype(str) == ""
    filed = (state == "sent") & (error == "eml")
    mended = (state == "failed") & (now_at != "") & none
    edits = []
    for key in today.loc[filed | mended, "id"]:
        row = branch.store.row("outbox", str(key))
        if row is not None:
            edit = mails.again(row, known.get(str(row["staff"]), ""))
            edits.append(Edit(edit.table, edit.id, edit.before, {**(edit.after or {}), "sent_at": None}))
    keep(branch, edits, now)


def run(branch: Branch, deliver: Deliver, now: datetime, stop: Callable[[], bool]) -> Mapping[str, int]:
    """Send the queue as far as the hourly cap allows; how many were sent and how many failed. Raises Broken."""
    frame = outbox.of_mails(branch.book().frame("outbox"))
    queue = outbox.queue(frame, now, refused_last=backoff.named(branch.store.private.marks()))
    room = branch.settings.smtp.cap_per_hour - _lately(frame, now) if branch.settings.smtp.host else len(queue)
    round_ = Round(branch, deliver, now, stop, frame.set_index("id", drop=False))
    try:
        left = round_.send(queue, room)
    finally:
        round_.settle()
    status.leave(branch.store, status.BACKLOG, str(left) if left else "", now)
    return round_.done


@dataclass
class Round:
    """One sender at work on the queue. `frame`: the outbox as it was when the round began."""

    branch: Branch
    deliver: Deliver
    began: datetime
    stop: Callable[[], bool]
    frame: pd.DataFrame
    done: Counter[str] = field(default_factory=Counter)
    settled: list[Edit] = field(default_factory=list)
    notes: journal.Journal | None = None
    last: tuple[Row, Outcome] | None = None  # the refusal just before this one of which nobody can tell whom it is about
    ticks: float = field(default_factory=clock.ticks)

    @property
    def now(self) -> datetime:
        """Whole minutes after the beginning, so that a late claim does not look like an old one."""
        return self.began + timedelta(minutes=int((clock.ticks() - self.ticks) // 60))

    def send(self, queue: Sequence[str], room: int) -> int:
        """How many mails the hourly cap holds back."""
        size, at = BATCH if self.branch.settings.embedded else 1, 0
        while at < len(queue):
            if self.done["tried"] >= room:
                return len(queue) - at
            part = queue[at : at + min(size, room - self.done["tried"])]
            at += len(part)
            held = self._claim(part)
            since = self.now
            while held:
                if self.stop():
                    self._let_go(held)
                    return 0
                row = held.pop(0)
                try:
                    self._one(row)
                except ChannelDown as down:
                    self._let_go(held)
                    raise Broken(down, self.done) from down
                except BaseException:
                    self._let_go(held)
                    raise
                if held and self.now - since > FRESH:
                    at -= len(held)
                    self._let_go(held)
                    held = []
        return 0

    def _one(self, row: dict[str, Any]) -> None:
        self.done["tried"] += 1
        if self.notes is not None:
            self.notes.note(str(row["id"]))
        try:
            outcome = self._whose(row, _attempt(self.branch, row, self.deliver))
        except ChannelDown as down:
            self._book(row, Outcome("paused", down.detail if down.code in backoff.SLOW else ""))
            raise
        self._book(row, outcome)

    def _book(self, row: dict[str, Any], outcome: Outcome) -> None:
        """Put down what became of a mail; it is written with the next claim, and the journal has it until then."""
        if self.notes is not None:
            self.notes.note(str(row["id"]), outcome)
        edits = outbox.settle(row, outcome, self.branch.settings.lang, self.now)
        self.settled += edits
        if outcome.kind != "paused":
            self.done[outcome.kind] += 1
            self.done["failed"] += sum(1 for edit in edits if (edit.after or {}).get("state") == "failed" and outcome.kind != "failed")

    def _whose(self, row: Row, outcome: Outcome) -> Outcome:
        """Whose trouble a refusal is. Raises ChannelDown when it is ours.

        What is plainly about us pauses the channel, and so does the same unclear refusal of two recipients running. A
        mail that was refused like that before, while others of this round were taken, is refused for its own sake.
        """
        before, self.last = self.last, None
        own = bool(row["error"]) and (self.done["sent"] > 0 or int(row["attempts"]) > 1)
        if outcome.kind == "ours":
            welcome = outcome.about == "sender" and self.done["sent"] > 0  # others have just been taken from this very sender
            if own and (outcome.about == "standing" or welcome):
                return Outcome("retry", outcome.detail)
            raise ChannelDown(replies.OURS[outcome.about], outcome.detail, refused=outcome.about in ("tls", "sign_in", "sender"))
        if outcome.kind != "doubt":
            return outcome
        alone = Outcome("failed" if outcome.dead else "retry", outcome.detail)
        if own:
            return alone
        if before is not None and before[1].code == outcome.code and before[0]["email"] != row["email"]:
            self._take_back(before[0], before[1])
            raise ChannelDown("mail.refused_alike", outcome.detail)
        self.last = (row, outcome)
        return alone

    def _take_back(self, row: Row, outcome: Outcome) -> None:
        """The mail before was settled as refused for its own sake; it was not."""
        alone = Outcome("failed" if outcome.dead else "retry", outcome.detail)
        self.done[alone.kind] -= 1
        (first,) = outbox.settle(row, alone, self.branch.settings.lang, self.now)
        (edit,) = outbox.settle(row, Outcome("paused", outcome.detail), self.branch.settings.lang, self.now)
        for at, one in enumerate(self.settled):
            if one.id == first.id:  # not written yet
                self.settled[at] = edit
                return
        stands = {**row, **(first.after or {})}
        self.settled.append(Edit(edit.table, edit.id, stands, edit.after))

    def _claim(self, keys: Sequence[str]) -> list[dict[str, Any]]:
        """Take mails in the same write that settles those before; mails that another sender has are left out."""
        holder = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        given = [row for row in self._rows(keys) if outbox.takeable(row, self.now)]
        recorded, pairs = [], []
        for row in given:
            begun = self._begun(row)
            if isinstance(begun, Outcome):
                recorded += outbox.settle(row, begun, self.branch.settings.lang, self.now)
                self.done[begun.kind] += begun.kind != "paused"
            else:
                pairs.append(outbox.claim(row, holder, self.now, begun=begun))
        edits = [*self.settled, *recorded, *(edit for edit, _ in pairs)]
        if not edits:
            return []
        try:
            self.branch.write(edits, SYSTEM, "job", self.now)
            self._settled()
            held = [row for _, row in pairs]
        except Conflict:
            self.settle()
            held = [row for row in (self._claim_one(key, holder) for key in keys) if row is not None]
        self._forget(given)
        if held and self.branch.settings.embedded:
            self.notes = journal.Journal(journal.place(self.branch.settings.home, holder))
        return held

    def _claim_one(self, key: str, holder: str) -> dict[str, Any] | None:
        row = self.branch.store.row("outbox", key)
        if row is None or not outbox.takeable(row, self.now):
            return None
        begun = self._begun(row)
        if isinstance(begun, Outcome):
            keep(self.branch, outbox.settle(row, begun, self.branch.settings.lang, self.now), self.now)
            return None
        edit, claimed = outbox.claim(row, holder, self.now, begun=begun)
        try:
            self.branch.write([edit], SYSTEM, "job", self.now)
        except Conflict:
            return None
        return claimed

    def _rows(self, keys: Sequence[str]) -> list[dict[str, Any]]:
        """Rows of the outbox as the round began, in plain values; where one has moved since, claiming it clashes."""
        found = [
            {name: _plain(value) for name, value in row.items()} for row in plain_rows(self.frame.loc[list(keys)].reset_index(drop=True))
        ]
        return [row | {"as_of": row["as_of"].date() if row["as_of"] else None} for row in found]

    def _begun(self, row: Row) -> Outcome | bool:
        """Of a mail whose sender died: what became of it if that is known, else whether it may have been begun."""
        if row["state"] != "sending" or not row["claimed_by"]:
            return False
        notes = journal.read(self.branch.settings.home, str(row["claimed_by"]))
        if notes is None:
            return True
        found = notes.get(str(row["id"]), False)
        return True if found is None else found

    def _forget(self, given: Sequence[Row]) -> None:
        """What dead senders noted is in the store now, if no other mail of theirs waits for its lease to run out."""
        for holder in {str(row["claimed_by"]) for row in given if row["state"] == "sending" and row["claimed_by"]}:
            others = self.frame.loc[(self.frame["claimed_by"] == holder) & ~self.frame["id"].isin([row["id"] for row in given])]
            if not (others["state"].astype(str) == "sending").any():
                journal.place(self.branch.settings.home, holder).unlink(missing_ok=True)

    def _let_go(self, held: Sequence[dict[str, Any]]) -> None:
        """Claimed and not begun: as if it had not been claimed."""
        for row in held:
            self.settled += outbox.settle(row, Outcome("paused"), self.branch.settings.lang, self.now)

    def settle(self) -> None:
        """Write down what became of the mails so far. If another sender took one over meanwhile, their word stands."""
        if self.settled:
            try:
                self.branch.write(self.settled, SYSTEM, "job", self.now)
            except Conflict:
                for edit in self.settled:
                    keep(self.branch, [edit], self.now)
        self._settled()

    def _settled(self) -> None:
        self.settled = []
        if self.notes is not None:
            self.notes.end()
            self.notes = None


def _plain(value: Any) -> Any:
    if value is None or pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    return value.item() if hasattr(value, "item") else value


def keep(branch: Branch, settled: Sequence[Edit], now: datetime) -> None:
    """Write down what became of a mail. If another sender took it over meanwhile, their word stands."""
    if not settled:
        return
    try:
        branch.write(settled, SYSTEM, "job", now)
    except Conflict as conflict:
        log.warning("a mail was taken over while it was being sent: %s", conflict.say("en"))


def _attempt(branch: Branch, row: Row, deliver: Deliver) -> Outcome:
    """Build and send one mail. A mail that cannot be built is set aside and told; the others go on."""
    settings, lang = branch.settings, branch.settings.lang
    to, smtp = message.addresses(row), settings.smtp
    if int(row["attempts"]) > outbox.TRIES:  # its sender died each time
        return Outcome("failed", say("mail.note.exhausted", lang, tries=row["attempts"], detail=""))
    if not to and smtp.host:
        return Outcome("failed", say("mail.note.no_address", lang, email=row["email"] or ""))
    outside = [one for one in to if smtp.allowed_domains and one.rpartition("@")[2].lower() not in smtp.allowed_domains]
    if outside:
        return Outcome("failed", say("mail.note.outside", lang, email="; ".join(outside)))
    try:
        name = settings.name(row["lang"] or lang)
        text = message.build(row, message.sender(smtp), say("mail.from", row["lang"] or lang, branch=name), smtp.reply_to)
    except Exception as error:
        log.exception("the mail %s cannot be built", row["id"])
        return Outcome("failed", say("mail.note.broken", lang, detail=f"{type(error).__name__}: {error}"[:200]))
    return deliver(row, to, text)


def _lately(frame: pd.DataFrame, now: datetime) -> int:
    """Mails that have left, or may have, within the hour."""
    return int(((frame["sent_at"] > pd.Timestamp(now - HOUR)) & (frame["sent_at"] <= pd.Timestamp(now))).sum())


def own_up(branch: Branch, now: datetime) -> None:
    """Dead letters, and mails that may have arrived and are not sent again, are told to the administrator, once; a
    notice that cannot be delivered is not told by a notice."""
    frame = branch.book().frame("outbox")
    notices = frame["kind"].astype(str) == "notice"
    for what, ended in (("undelivered", frame["state"].astype(str) == "failed"), ("unsure", outbox.unsure(frame))):
        ours = notices & frame["id"].str.startswith(f"notice|{what}|") & (frame["created_at"] <= pd.Timestamp(now))
        told = frame.loc[ours, "created_at"].max()
        found = frame.loc[~notices & ended]
        fresh = found if pd.isna(told) else found.loc[found["claimed_at"] > told]
        if len(fresh):
            said = [f"{row['email'] or row['staff']}: {row['error']}" for row in fresh.to_dict("records")]
            # Of a long round: a mail that was claimed minutes after it began is told by this notice, not by the next as well.
            # One that was claimed hours ahead was so by a clock that has been put right since.
            claimed = fresh.loc[fresh["claimed_at"] <= pd.Timestamp(now + HOUR), "claimed_at"].max()
            at = now if pd.isna(claimed) else max(now, claimed.to_pydatetime())
            put_notice(branch, what, {"count": len(fresh)}, said, at)


def put_notice(branch: Branch, what: str, values: Mapping[str, Any], lines: Sequence[str], now: datetime) -> int:
    """Tell every administrator something about Huce itself; how many mails that makes."""
    mails = digest.notices(branch.settings, branch.book(), what, values, lambda _: lines, now)
    try:
        branch.write(digest.put(mails, branch.settings.install, now), SYSTEM, "job", now)
    except Conflict as conflict:
        log.info("another process was faster: %s", conflict.say("en"))
        return 0
    return len(mails)


def counts(branch: Branch, done: Mapping[str, int]) -> dict[str, int]:
    frame = branch.book().frame("outbox")
    left = frame["state"].astype(str).value_counts()
    unsure = int(outbox.unsure(frame).sum())
    return {
        "sent": done.get("sent", 0),
        "retry": int(left.get("retry", 0)) + int(left.get("possibly", 0)) - unsure,
        "failed": done.get("failed", 0),
        "waiting": int(left.get("waiting", 0)) + int(left.get("sending", 0)),
    } | ({"possibly": unsure} if unsure else {})
