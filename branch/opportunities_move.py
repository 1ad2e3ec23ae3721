"""An opportunity is moved to another stage: made where its gates are kept, else refused by name and put on record (§4.7)."""

from __future__ import annotations

from datetime import datetime

from branch import access, audit, opportunities
from branch.branch import Branch
from branch.people import Actor
from sheets.schema import Edit
from texts import Fault, say

LEDGER = "opportunities"


class GateShut(Fault):
    """Something is lacking on the way to that stage; `lacks` names it."""

    lacks: tuple[str, ...] = ()


class MovedMeanwhile(Fault):
    """It does not stand any more where the person saw it."""


def move(branch: Branch, actor: Actor, key: str, seen: str, stage: str, now: datetime, *, token: str = "") -> None:
    """From the stage where the person saw it to another one of the path, onward only through gates that lack nothing.

    Raises Denied, Unknown and GateShut (all of them go on record), MovedMeanwhile, and whatever a save raises."""
    book = branch.look(now).book
    try:
        if not access.writable(actor, LEDGER, "stage") or stage not in opportunities.PATH:
            raise access.Denied("opportunity.move.hand")
        row = access.row(book, LEDGER, key, actor)
    except access.NotAllowed:
        audit.denied(branch.store, actor, f"move {LEDGER}/{key}", now)
        raise
    stands = str(row.get("stage") or "")
    if stands != seen:
        raise MovedMeanwhile("opportunity.move.meanwhile")
    lacks = opportunities.lacking(book, row, opportunities.gates(row, stage))
    if lacks:
        audit.denied(branch.store, actor, f"move {LEDGER}/{key} {seen} > {stage}: {';'.join(lacks)}", now)
        raise _shut(branch, actor, row.get("name"), stage, tuple(lacks), now)
    branch.write([Edit(LEDGER, key, {"stage": seen}, {"stage": stage})], actor, "portal", now, token=token)


def _shut(branch: Branch, actor: Actor, name: object, stage: str, lacks: tuple[str, ...], now: datetime) -> GateShut:
    lang = access.language(actor)
    choice = branch.look(now).tables[LEDGER]["stage"].choice(stage)
    told = say("rule.and", lang).join(say(f"opportunity.gate.{one}", lang) for one in lacks)
    fault = GateShut("opportunity.move.lacks", name=name, stage=choice.label(lang) if choice else stage, missing=told)
    fault.lacks = lacks
    return fault
