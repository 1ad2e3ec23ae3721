"""Saying "seen" to a whole mail at once: which alerts its link asks about, and the answer to each of them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from branch import access, responses
from branch.branch import Branch
from branch.look import Look
from branch.people import Actor
from rules.states import UNMET
from texts import Fault

PAGE = "acknowledge"


@dataclass(frozen=True)
class Asked:
    """A mail of this person, and the alerts it told that they have not said "seen" to; nothing that is done by now."""

    mail: str
    subject: str
    sent: datetime
    alerts: pd.DataFrame


def mark(install: str, mail: str) -> str:
    """How a link names a mail: it tells neither whose it is nor of which day, and opens nothing without signing in."""
    return hashlib.sha256(f"{install}\n{mail}".encode("utf-8", "replace")).hexdigest()[:32]


def asked(look: Look, person: Actor, name: str) -> Asked | None:
    """What a link asks this person; None for a mail that never was and for one of somebody else."""
    if not access.may(person, "alerts", "acknowledge"):
        return None
    mails = look.book.frame("outbox")
    mine = mails.loc[mails["staff"].astype("str") == person.staff]
    found = mine.loc[[mark(look.settings.install, str(key)) == name for key in mine["id"]]]
    if found.empty:
        return None
    mail = found.iloc[0]
    sent = mail["created_at"].to_pydatetime()
    return Asked(str(mail["id"]), str(mail["subject"]), sent, _open(look, person, str(mail["id"]), str(mail["kind"]), sent))


def _open(look: Look, person: Actor, mail: str, kind: str, sent: datetime) -> pd.DataFrame:
    """A digest speaks of all that stood open that morning, also of what an earlier mail told first; an immediate mail
    speaks of its own alerts alone. Of one due, the step told last: to have seen an earlier one says nothing any more."""
    every = look.of(person).rows("alerts")
    told = every.loc[(every["staff"].astype("str") == person.staff) & (every["state"].astype("str") == "told")]
    told = told.sort_values(["reached_at", "id"], kind="stable").drop_duplicates(["due_key", "role"], keep="last")
    named = told["told_at"] <= pd.Timestamp(sent) if kind == "digest" else told["outbox"].astype("str") == mail
    dues = look.dues
    unmet = set(dues.loc[dues["state"].isin(UNMET), "key"].astype("str"))
    answers = look.answers
    seen = answers.loc[
        (answers["act"].astype("str") == "acknowledge")
        & (answers["staff"].astype("str") == person.staff)
        & ~(answers["promised_on"] < pd.Timestamp(look.today))
    ]
    open_ = named & told["due_key"].astype("str").isin(unmet) & ~told["id"].astype("str").isin(set(seen["alert"].astype("str")))
    return told.loc[open_].sort_values(["due", "id"], kind="stable").reset_index(drop=True)


def acknowledge(branch: Branch, person: Actor, name: str, wanted: Collection[str], promised: date | None, now: datetime) -> int:
    """Says "seen" to those of the wanted alerts that the link still asks about; how many that were. Asked once more at the
    click: another window may have answered, or the due be done. Raises Fault."""
    found = asked(branch.look(now), person, name)
    if found is None:
        raise Fault("access.unknown")
    todo = [str(one) for one in found.alerts["id"] if str(one) in wanted]
    for alert in todo:
        responses.answer(branch, person, alert, "acknowledge", {"promised_on": promised}, now)
    return len(todo)
