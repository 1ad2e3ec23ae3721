"""One round of the post: each mail claimed, sent and settled before the next, so that a crash leaves one in doubt."""

from __future__ import annotations

import logging
import os
import socket
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd

from branch import status
from branch.people import SYSTEM
from jobs import digest, message, outbox
from jobs.backoff import ChannelDown
from jobs.outbox import Outcome, Row
from sheets.schema import Edit
from sheets.store import Conflict
from texts import say

if TYPE_CHECKING:
    from branch.branch import Branch

log = logging.getLogger("huce.jobs")
HOUR = timedelta(hours=1)
Deliver = Callable[[Row, list[str], bytes], Outcome]


class Broken(ChannelDown):
    """The channel went down in the middle of a round; `done` counts what was settled before."""

    def __init__(self, down: ChannelDown, done: Mapping[str, int]) -> None:
        super().__init__(down.code, down.detail, refused=down.refused)
        self.done = done


def ready(branch: Branch, now: datetime) -> bool:
    """Whether any mail's turn has come."""
    return bool(outbox.queue(branch.book().frame("outbox"), now))


def run(branch: Branch, deliver: Deliver, now: datetime, stop: Callable[[], bool]) -> Mapping[str, int]:
    """Send the queue as far as the hourly cap allows; how many were sent and how many failed. Raises Broken."""
    frame, done = branch.book().frame("outbox"), Counter[str]()
    queue = outbox.queue(frame, now)
    room = branch.settings.smtp.cap_per_hour - _lately(frame, now) if branch.settings.smtp.host else len(queue)
    holder = f"{socket.gethostname()}:{os.getpid()}"
    settled: list[Edit] = []
    try:
        for at, key in enumerate(queue):
            if stop() or done["tried"] >= room:
                status.leave(branch.store, status.BACKLOG, str(len(queue) - at) if done["tried"] >= room else "", now)
                break
            row, settled = _take(branch, key, holder, settled, now)
            if row is None:
                continue
            done["tried"] += 1
            try:
                outcome = _attempt(branch, row, deliver)
            except ChannelDown as down:
                settled = outbox.settle(row, Outcome("paused"), branch.settings.lang, now)
                raise Broken(down, done) from down
            settled = outbox.settle(row, outcome, branch.settings.lang, now)
            done[outcome.kind] += 1
            done["failed"] += sum(1 for edit in settled if (edit.after or {}).get("state") == "failed" and outcome.kind != "failed")
        else:
            status.leave(branch.store, status.BACKLOG, "", now)
    finally:
        _keep(branch, settled, now)
    _own_up(branch, now)
    return done


def _take(branch: Branch, key: str, holder: str, settled: list[Edit], now: datetime) -> tuple[dict[str, Any] | None, list[Edit]]:
    """Claim a mail in the same write that settles the one before it; None when another sender has it."""
    row = branch.store.row("outbox", key)
    if row is None or not outbox.takeable(row, now):
        return None, settled
    edit, claimed = outbox.claim(row, holder, now)
    try:
        branch.write([*settled, edit], SYSTEM, "job", now)
    except Conflict:
        _keep(branch, settled, now)
        return None, []
    return claimed, []


def _keep(branch: Branch, settled: list[Edit], now: datetime) -> None:
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


def _own_up(branch: Branch, now: datetime) -> None:
    """Dead letters are told to the administrator, once; a notice that cannot be delivered is not told by a notice."""
    frame = branch.book().frame("outbox")
    notices = frame["kind"].astype(str) == "notice"
    ours = notices & frame["id"].str.startswith("notice|undelivered|") & (frame["created_at"] <= pd.Timestamp(now))
    told = frame.loc[ours, "created_at"].max()
    dead = frame.loc[~notices & (frame["state"].astype(str) == "failed")]
    fresh = dead if pd.isna(told) else dead.loc[dead["claimed_at"] > told]
    if len(fresh):
        said = [f"{row['email'] or row['staff']}: {row['error']}" for row in fresh.to_dict("records")]
        put_notice(branch, "undelivered", {"count": len(fresh)}, said, now)


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
    state = branch.book().frame("outbox")["state"].astype(str)
    left = state.value_counts()
    waiting = int(left.get("waiting", 0)) + int(left.get("sending", 0))
    lost = branch.book().frame("outbox").loc[state == "possibly", "next_at"].notna().sum()
    return {
        "sent": done.get("sent", 0),
        "retry": int(left.get("retry", 0)) + int(lost),
        "failed": done.get("failed", 0),
        "waiting": waiting,
    }
