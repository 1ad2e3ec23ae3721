"""Mails on their way: written before they are sent, claimed by one sender, and honest about what became of them."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

import pandas as pd

from jobs import replies
from sheets.book import Book
from sheets.schema import Edit, Issue, Value
from texts import Lang, say

Row = Mapping[str, Any]
Kind = Literal["digest", "immediate", "notice", "test"]
LEASE = timedelta(minutes=10)  # longer than the slowest conversation with a mail server
MINUTES = (1, 5, 15, 60, 120, 240, 480, 480)  # waits between tries; together 23 h 21 min
LONGEST = timedelta(minutes=max(MINUTES))
TRIES = len(MINUTES) + 1
FINAL = frozenset({"person", "mail", "unclear"})
URGENCY = {"test": 0, "immediate": 1, "notice": 2, "digest": 3}


@dataclass(frozen=True)
class Mail:
    """One mail to one person. `key` says what it is: the same key is never written twice."""

    key: str
    kind: Kind
    staff: str
    role: str
    email: str
    lang: Lang
    subject: str
    text: str
    html: str
    as_of: date
    channel: str = "mail"


@dataclass(frozen=True)
class Outcome:
    """What became of one attempt. `refused`: addresses of a mail to several that were not taken, with the reply.

    ours: the refusal is about us (`about`: see jobs.replies). doubt: nobody can tell whom it is about; taken alone it
    means failed if `dead`, else retry. Neither is settled as it is: see jobs.sending.
    """

    kind: Literal["sent", "retry", "failed", "possibly", "paused", "ours", "doubt"]
    detail: str = ""
    refused: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    about: str = ""
    code: int = 0
    dead: bool = False
    step: str = ""  # of the conversation in which it was refused


def message_id(key: str, install: str) -> str:
    """Depends on the mail alone, so a mail sent again after a lost answer is known as the same one."""
    return f"<{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()[:32]}@{install}>"


def put(mail: Mail, install: str, now: datetime) -> Edit:
    """The mail as a new row of the outbox."""
    after: dict[str, Value] = {
        "id": mail.key,
        "kind": mail.kind,
        "channel": mail.channel,
        "staff": mail.staff or None,
        "role": mail.role,
        "email": mail.email or None,
        "lang": mail.lang,
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "message_id": message_id(mail.key, install),
        "state": "waiting",
        "attempts": 0,
        "as_of": mail.as_of,
        "created_at": now,
    }
    return Edit("outbox", mail.key, None, after)


def of_mails(frame: pd.DataFrame) -> pd.DataFrame:
    """What goes by mail; rows from before there was another way say nothing of it."""
    return frame.loc[~_by_chat(frame)]


def of_chats(frame: pd.DataFrame) -> pd.DataFrame:
    """What goes into a chat: see jobs.channels."""
    return frame.loc[_by_chat(frame)]


def _by_chat(frame: pd.DataFrame) -> pd.Series:
    return frame["channel"].notna() & ~frame["channel"].astype(str).isin(("", "mail"))


def queue(frame: pd.DataFrame, now: datetime, *, refused_last: bool = False) -> list[str]:
    """Mails whose turn it is, the urgent kinds first, then the oldest. `refused_last`: those that were refused before
    come after all others, so that it shows whether the server takes anything from us."""
    state, at = frame["state"].astype(str), pd.Timestamp(now)
    come = (frame["next_at"] <= at) | (frame["next_at"] > at + LONGEST)
    timed = state.isin(("retry", "possibly")) & frame["next_at"].notna() & come
    claimed = (frame["claimed_at"] > at - LEASE) & (frame["claimed_at"] <= at + LEASE)
    ready = frame.loc[(state == "waiting") | timed | ((state == "sending") & ~claimed)]
    order = ready.assign(urgency=ready["kind"].astype(str).map(URGENCY).astype("Float64").fillna(9.0))
    order["refused"] = (order["error"].fillna("").astype(str) != "") & refused_last
    return [str(key) for key in order.sort_values(["refused", "urgency", "created_at", "id"])["id"]]


def unsure(frame: pd.DataFrame) -> pd.Series:
    """Mails that may have arrived and are not sent again by themselves: a person has to say which."""
    return (frame["state"].astype(str) == "possibly") & frame["next_at"].isna()


def takeable(row: Row, now: datetime) -> bool:
    """The same test on one fresh row: it may have been taken since the list was made.

    A claim or a wait that reaches further ahead than any can was made under a clock that has been put right.
    """
    state, next_at, claimed_at = row["state"], row["next_at"], row["claimed_at"]
    if state in ("retry", "possibly"):
        return next_at is not None and not now < next_at <= now + LONGEST
    return state == "waiting" or (state == "sending" and not (claimed_at and now - LEASE < claimed_at <= now + LEASE))


def claim(row: Row, holder: str, now: datetime, *, begun: bool = True) -> tuple[Edit, dict[str, Any]]:
    """Take a mail for this sender. Two senders clash in the store's merge, because no two claims look alike.

    A mail that may have arrived already (the line broke after the text, or its sender died) keeps the time of that
    attempt in `sent_at`. `begun`: whether a sender that died had begun with it.
    """
    after: dict[str, Any] = {
        "state": "sending",
        "attempts": int(row["attempts"] or 0) + 1,
        "next_at": None,
        "claimed_by": f"{holder}:{uuid.uuid4().hex[:8]}" if holder.count(":") < 2 else holder,
        "claimed_at": now,
    }
    if row["state"] == "possibly" or (row["state"] == "sending" and begun):
        after["sent_at"] = row["sent_at"] or row["claimed_at"]
    return Edit("outbox", str(row["id"]), dict(row), after), {**row, **after}


def settle(row: Row, outcome: Outcome, lang: Lang, now: datetime) -> list[Edit]:
    """What an attempt leaves in the outbox. `row` is the mail as this sender claimed it."""
    again = row["sent_at"] is not None
    detail = outcome.detail
    if outcome.kind == "paused":  # nothing was tried: the channel is ill, not the mail
        state = "possibly" if again else "waiting" if int(row["attempts"]) <= 1 else "retry"
        after: dict[str, Any] = {"state": state, "attempts": int(row["attempts"]) - 1, "next_at": None if state == "waiting" else now}
        after |= {"error": detail} if detail else {}
    elif outcome.kind == "sent":
        return _sent(row, outcome, again, lang, now)
    elif outcome.kind == "possibly" and again:
        after = {"state": "possibly", "sent_at": now, "error": say("mail.note.lost_twice", lang, detail=detail)}
    elif outcome.kind == "possibly":
        after = {
            "state": "possibly",
            "sent_at": now,
            "next_at": now + timedelta(minutes=MINUTES[0]),
            "error": say("mail.note.lost", lang, detail=detail),
        }
    elif outcome.kind == "retry" and int(row["attempts"]) < TRIES:
        wait = timedelta(minutes=MINUTES[int(row["attempts"]) - 1])
        after = {"state": "retry", "next_at": now + wait, "error": detail}
    elif outcome.kind == "retry":
        after = {"state": "failed", "error": say("mail.note.exhausted", lang, tries=row["attempts"], detail=detail)}
    else:
        after = {"state": "failed", "error": detail}
    return [Edit("outbox", str(row["id"]), dict(row), after)]


def _sent(row: Row, outcome: Outcome, again: bool, lang: Lang, now: datetime) -> list[Edit]:
    """Taken by the server. Of several addresses, those put off wait on alone; each one refused is a row of its own."""
    note = say("mail.note.again", lang, at=f"{row['sent_at']:%Y-%m-%d %H:%M}") if again else outcome.detail
    done: dict[str, Any] = {"state": "sent", "sent_at": now, "error": note or None}
    # The server has just taken this very mail for others, so what is unclear is about that mailbox.
    ends = {address: code >= 500 and replies.about("rcpt", code, text) in FINAL for address, (code, text) in outcome.refused.items()}
    later = [address for address in outcome.refused if not ends[address]]
    never = {address: reply for address, reply in outcome.refused.items() if ends[address]}
    if later:
        wait = timedelta(minutes=MINUTES[min(int(row["attempts"]), len(MINUTES)) - 1])
        reply = "; ".join(f"{address}: {text}" for address, (_, text) in outcome.refused.items())
        done = {"state": "retry", "email": ";".join(later), "next_at": now + wait, "error": reply}
    edits = [Edit("outbox", str(row["id"]), dict(row), done)]
    for address, (_, text) in never.items():
        copy = {name: row[name] for name in COPIED}
        dead = {**copy, "id": f"{row['id']}|{address}", "email": address, "state": "failed", "error": text}
        edits.append(Edit("outbox", str(dead["id"]), None, dead))
    return edits


COPIED = (
    "kind",
    "channel",
    "staff",
    "role",
    "lang",
    "subject",
    "text",
    "html",
    "message_id",
    "attempts",
    "claimed_by",
    "claimed_at",
    "as_of",
    "created_at",
)


def issues(book: Book) -> list[Issue]:
    """Addresses that a mail server refused last time and that still stand in the staff ledger."""
    mails = book.frame("outbox")
    ended = mails.loc[mails["state"].astype(str).isin(("failed", "sent")) & (mails["email"] != "")]
    last = ended.sort_values(["claimed_at", "id"], kind="stable").drop_duplicates(["staff", "email"], keep="last")
    dead = last.loc[last["state"].astype(str) == "failed"]
    staff = book.frame("staff")
    known = dict(zip(staff["id"], staff["email"], strict=True))
    return [
        _refused(str(row["staff"]), str(row["email"]), str(row["error"]))
        for row in dead.to_dict("records")
        if known.get(str(row["staff"])) == row["email"]
    ]


def _refused(staff: str, email: str, reply: str) -> Issue:
    cell = f"{staff}.email"
    return Issue("staff", staff, "email", cell, "mail.refused", email, warning=True, values={"reply": reply})
