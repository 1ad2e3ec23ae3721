"""What a person answers to an alert: seen (perhaps with a promise), later, or, by a leader, waived."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from branch import access, audit
from branch.branch import Branch
from branch.look import Look
from branch.people import Actor, acting_for
from sheets.numbers import placeholder
from sheets.schema import Edit, Value
from texts import Fault

TAKES_BACK = {"wake": ("waive", "snooze")}  # who may put off or waive may take that back


class AnswerRefused(Fault):
    """An answer the scheme does not allow: no reason, too late, or past the due date."""


def answer(branch: Branch, actor: Actor, alert: str, act: str, values: Mapping[str, Any], now: datetime) -> bool:
    """Writes the answer. Never moves the due date; True when it promises a day after it, which is to be said.

    Raises Denied, Unknown, AnswerRefused; a denial goes on record."""
    try:
        row = _alert(branch.look(now), actor, alert, act)
    except (access.Denied, access.Unknown):
        audit.denied(branch.store, actor, f"{act} alerts/{alert}", now)
        raise
    due = row["due"].date() if row["due"] == row["due"] and row["due"] is not None else None
    reason, until, promised = str(values.get("reason") or "").strip(), values.get("until"), values.get("promised_on")
    if act in {"snooze", "waive"} and len(reason) < 2:
        raise AnswerRefused("answer.reason")
    if act == "snooze":
        if due is None or due < now.date():
            raise AnswerRefused("answer.overdue")
        if not isinstance(until, date) or not now.date() < until < due:
            raise AnswerRefused("answer.until", due=due)
    if isinstance(promised, date) and promised < now.date():
        raise AnswerRefused("answer.promised")
    after: dict[str, Value] = {
        "alert": alert,
        "due_key": str(row["due_key"]),
        "act": act,
        "staff": actor.staff,
        "at": now.replace(microsecond=0),
        "until": until if act == "snooze" else None,
        "promised_on": promised if act == "acknowledge" else None,
        "reason": reason or None,
    }
    branch.write([Edit("responses", placeholder(), None, after)], acting_for(actor), "portal", now)
    return act == "acknowledge" and isinstance(promised, date) and due is not None and promised > due


def _alert(look: Look, actor: Actor, alert: str, act: str) -> Mapping[str, Any]:
    """The alert, if it is theirs to answer so: a leader waives within their scope, others speak for themselves."""
    if not any(access.may(actor, "alerts", one) for one in TAKES_BACK.get(act, (act,))):
        raise access.Denied("access.denied", table=look.tables["alerts"].label(access.language(actor)))
    row = access.row(look.book, "alerts", alert, actor)
    leads = access.may(actor, "alerts", "waive") and act in {"waive", "wake"}
    if not leads and not _tells(look, row, actor):
        raise access.Denied("access.not_told")
    return row


def _tells(look: Look, row: Mapping[str, Any], actor: Actor) -> bool:
    """Whether the alert tells this person: it was sent to them (or to whom they stand in for), or would be now."""
    if actor.role == "system":
        return True
    if isinstance(row["staff"], str) and row["staff"]:
        return row["staff"] in {actor.staff, *actor.stands_for}
    customer = row["customer"] if isinstance(row["customer"], str) else ""
    return look.people.recipient(str(row["role"]), customer).person == actor.staff
