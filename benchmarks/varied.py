"""A generated bank in which every rule has something to say: done, late, planned, replaced, waited for, never visited."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from benchmarks.ledgers import Ledgers
from benchmarks.rows import rows
from sheets.schema import Edit

STAGES = ("created", "created", "need", "agreed", "applied", "signed", "landed", "lost", "shelved", "collected")
AUTHORITIES = ("head", "tier1", "tier2", "tier2", None)
YEAR = timedelta(days=365)


def varied(customers: int, today: date, visits: int | None = None, seed: int = 1) -> Iterator[Edit]:
    """The rows of benchmarks.rows with cells changed and rows added; not for a store, which would refuse some of them."""
    turn = _Turn(today, random.Random(seed + 1))
    for edit in rows(customers, today, visits, seed):
        change = CHANGES.get(edit.table)
        yield from change(turn, edit, dict(edit.after or {})) if change else (edit,)


class _Turn:
    """The day, the dice, and the customer whose rows come now."""

    def __init__(self, today: date, dice: random.Random) -> None:
        self.today, self.dice = today, dice
        self.customer: dict[str, Any] = {}
        self.more = Ledgers(today, 3)

    def one_in(self, many: int) -> bool:
        return self.dice.randrange(many) == 0

    def day(self, first: int, last: int) -> date:
        """So many days ago; negative: still to come."""
        return self.today - timedelta(days=self.dice.randint(first, last))

    def moment(self, first: int, last: int) -> datetime:
        return datetime.combine(self.day(first, last), time(self.dice.randint(8, 17)))

    def done(self, *columns: str, first: int = -20, last: int = 120) -> dict[str, date]:
        """Each of the columns filled in one row of three."""
        return {column: self.day(first, last) for column in columns if self.one_in(3)}


def _customer(turn: _Turn, edit: Edit, row: dict[str, Any]) -> Iterator[Edit]:
    row["status"] = turn.dice.choice(("active",) * 18 + ("lost", "exited"))
    row["assigned_on"] = turn.dice.choice((row["assigned_on"],) * 12 + (None, turn.day(0, 40), turn.day(-30, -1)))
    row["filed_on"] = turn.dice.choice((row["filed_on"],) * 9 + (None,))
    turn.customer = row | {"id": edit.id}
    yield replace(edit, after=row)
    if turn.one_in(4):
        measure = {"customer": edit.id, "measure": "补充资料", "owner": row["owner"], "due_on": turn.day(-90, 90)}
        measure |= turn.done("done_on", "noted_on") | {"status": turn.dice.choice(("todo", "doing", "done", "dropped", None))}
        yield Edit("measures", f"M{edit.id}", None, measure)
    if turn.one_in(6):
        task = {"customer": edit.id, "what": "补签收条", "owner": row["owner"], "due_on": turn.day(-90, 90)} | turn.done("done_on")
        task |= {"report": turn.dice.choice(("已收回", None))}
        yield Edit("tasks", f"B{edit.id}", None, task | {"status": turn.dice.choice(("open", "doing", "done", "dropped", None))})


def _visit(turn: _Turn, edit: Edit, row: dict[str, Any]) -> Iterator[Edit]:
    with_leader = turn.dice.randrange(10)
    if with_leader < 3:
        leader = "BL" if with_leader == 0 else f"L{turn.customer['team'][1:]}"
        row["participants"] = leader if turn.one_in(4) else f"{row['participants']};{leader}"
    if turn.one_in(12):
        row |= {"kind": "business", "opportunity": f"O{edit.id[1:8]}", "mode": turn.dice.choice(("onsite", "phone"))}
    if turn.one_in(40):
        row[turn.dice.choice(("minutes", "purposes", "their_people"))] = None
    if turn.one_in(60):
        row["visited_on"] = turn.day(-30, -1)  # written down ahead
    if turn.one_in(20):
        row |= {"planned_on": turn.day(-20, 60), "preparation": turn.dice.choice(("资金情况", "财务、资金；投资", None))}
        row |= {"visited_on": None} if turn.one_in(2) else {}
    yield replace(edit, after=row)


def _rating(turn: _Turn, edit: Edit, row: dict[str, Any]) -> Iterator[Edit]:
    row |= {"authority": turn.dice.choice(AUTHORITIES)}
    row |= turn.done("notice_on", "notice_received_on", "initiated_on", "submitted_on", "entered_on")
    row |= {"grade": turn.dice.choice(("AA",) * 9 + ("none",)), "result": turn.dice.choice((None, None, None, "refused"))}
    yield replace(edit, after=row)
    if turn.one_in(2):
        yield Edit(edit.table, f"{edit.id}-old", None, _before(turn, row))


def _line(turn: _Turn, edit: Edit, row: dict[str, Any]) -> Iterator[Edit]:
    row |= {"authority": turn.dice.choice(AUTHORITIES), "intention": turn.dice.choice(("renew", "exit", None))}
    row |= turn.done("notice_on", "notice_received_on", "diligence_on", "submitted_on", "materials_on")
    yield replace(edit, after=row)
    if turn.one_in(2):
        yield Edit(edit.table, f"{edit.id}-old", None, _before(turn, row) | {"intention": None})


def _before(turn: _Turn, row: dict[str, Any]) -> dict[str, Any]:
    """The year before; sometimes the same dates, so that the id decides."""
    back = timedelta() if turn.one_in(5) else YEAR
    return row | {"effective_on": row["effective_on"] - back, "expires_on": row["expires_on"] - back}


def _loan(turn: _Turn, edit: Edit, row: dict[str, Any]) -> Iterator[Edit]:
    row |= {"product": turn.dice.choice(("working_capital",) * 3 + ("fixed_asset",)), "drawn_on": turn.day(0, 400)}
    row |= {"matures_on": turn.day(-200, 60)}
    row |= {"balance": turn.dice.choice((800_000_000, 800_000_000, 0, None))}
    row |= {"maturity_plan": turn.dice.choice(("repay", "relend", None))}
    row |= turn.done("notice_on", "talked_on", "renewal_on", "receipt_on") | ({"repaid_on": turn.day(0, 90)} if turn.one_in(10) else {})
    yield replace(edit, after=row)


def _person(turn: _Turn, edit: Edit, row: dict[str, Any]) -> Iterator[Edit]:
    row |= {"joined_on": turn.day(5, 900)} if turn.one_in(3) else {}
    row |= {"status": "left"} if row["role"] == "customer_manager" and turn.one_in(12) else {}
    yield replace(edit, after=row)


def _plan(turn: _Turn, edit: Edit, row: dict[str, Any]) -> Iterator[Edit]:
    row |= {"superseded": True} if turn.one_in(15) else {}
    yield replace(edit, after=row)


def _opportunity(turn: _Turn, edit: Edit, row: dict[str, Any]) -> Iterator[Edit]:
    made = turn.moment(-5, 120)
    row |= {"created_at": made, "stage": turn.dice.choice(STAGES), "submitted_at": None}
    for column in ("submitted_at", "feedback_at", "reported_at"):
        if turn.one_in(2):
            row[column] = made + timedelta(hours=turn.dice.randint(1, 80))
    row["feedback"] = None if turn.one_in(9) else "同意推进"
    row |= {"stage_on": turn.day(0, 90)} if turn.one_in(2) else {}
    row |= (
        {"upreport": True, "upreport_to": turn.dice.choice(("省行", None)), "upreported_at": turn.moment(0, 30)} if turn.one_in(5) else {}
    )
    yield replace(edit, after=row)
    for number in range(turn.dice.randrange(3)):
        plan = {"customer": row["customer"], "opportunity": edit.id, "made_on": turn.day(-20, 130)}
        yield Edit("marketing_plans", f"{edit.id}-{number}", None, plan)
        yield from turn.more.of_marketing_plan(f"{edit.id}-{number}", row["created_by"])


CHANGES = {
    "staff": _person,
    "plans": _plan,
    "customers": _customer,
    "visits": _visit,
    "ratings": _rating,
    "credit_lines": _line,
    "loans": _loan,
    "opportunities": _opportunity,
}
