"""What a person answers to an alert: seen (perhaps with a promise), later, or, by a leader, waived."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from branch import access, ids
from branch.branch import Branch
from branch.people import Actor
from sheets.schema import Edit
from texts import Fault


class AnswerRefused(Fault):
    """An answer the scheme does not allow: no reason, too late, or past the due date."""


def answer(branch: Branch, actor: Actor, alert: str, act: str, values: Mapping[str, Any], now: datetime) -> None:
    """Writes the answer. Never moves the due date. Raises Denied, Unknown, AnswerRefused."""
    if not access.may(actor, "alerts", act):
        raise access.Denied("access.denied", table=branch.book().tables["alerts"].label("en" if actor.lang == "en" else "zh"))
    row = access.row(branch.book(), "alerts", alert, actor)
    due = row["due"].date() if row["due"] == row["due"] and row["due"] is not None else None
    reason, until, promised = str(values.get("reason") or ""), values.get("until"), values.get("promised_on")
    if act in {"snooze", "waive"} and len(reason) < 2:
        raise AnswerRefused("answer.reason")
    if act == "snooze":
        if due is None or due < now.date():
            raise AnswerRefused("answer.overdue")
        if not isinstance(until, date) or not now.date() < until < due:
            raise AnswerRefused("answer.until", due=due)
    if isinstance(promised, date) and promised < now.date():
        raise AnswerRefused("answer.promised")
    after = {
        "alert": alert, "due_key": str(row["due_key"]), "act": act, "staff": actor.staff, "at": now.replace(microsecond=0),
        "until": until if act == "snooze" else None, "promised_on": promised if act == "acknowledge" else None,
        "reason": reason or None,
    }  # fmt: skip
    branch.store.write([Edit("responses", ids.fresh(), None, after)], actor.staff, "portal", now)
