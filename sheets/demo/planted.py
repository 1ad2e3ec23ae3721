"""The exceptions in the sample branch that the rules, and the checks beside them, must find: each so often, no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np

from sheets.demo import credit, deals, visits, world
from sheets.demo import days as d
from sheets.demo.world import World

State = Literal["due_today", "overdue", "met_late", "met", "window_open", "issue", "row"]


@dataclass(frozen=True, slots=True)
class Planted:
    """`name` has its words under demo.planted in texts/. `rule`: which finds it, or the code of the Issue; "" for what
    no rule finds yet. `state`: of the due; window_open is a window that has opened with nothing begun; an issue is a
    cell that contradicts another; a row is there for rules to come. `table`: where to look. `count`: in a branch of 200
    customers on 2026-11-23."""

    name: str
    rule: str
    state: State
    table: str
    count: int


PLANTED: tuple[Planted, ...] = (
    Planted("rating_notice_send", "R25s", "due_today", "ratings", 3),
    Planted("rating_notice_receive", "R25r", "due_today", "ratings", 3),
    Planted("rating_window", "R26", "window_open", "ratings", 2),
    Planted("rating_late", "R27", "met_late", "ratings", 1),
    Planted("rating_expired", "R28", "overdue", "ratings", 1),
    Planted("line_notice_send", "R29s", "due_today", "credit_lines", 1),
    Planted("line_notice_receive", "R29r", "due_today", "credit_lines", 1),
    Planted("line_unsent", "R30", "due_today", "credit_lines", 2),
    Planted("loan_notice", "R32", "due_today", "loans", 3),
    Planted("loan_notice_late", "R32", "met_late", "loans", 1),
    Planted("loan_renewal", "R33r", "overdue", "loans", 2),
    Planted("deal_unsubmitted", "R20", "overdue", "opportunities", 2),
    Planted("deal_unreported", "R21r", "overdue", "opportunities", 2),
    Planted("deal_unvisited", "R22", "overdue", "opportunities", 1),
    Planted("deal_saturday", "R21r", "met", "opportunities", 1),
    Planted("door", "R11", "overdue", "customers", 6),
    Planted("phone", "R12", "overdue", "customers", 5),
    Planted("phone_week_ends", "R12", "due_today", "customers", 0),
    Planted("quarter", "R15", "overdue", "customers", 1),
    Planted("quarter_ends", "R15", "due_today", "customers", 0),
    Planted("business_phone", "check.business_onsite", "issue", "visits", 1),
    Planted("rating_early", "check.too_early", "issue", "ratings", 1),
    Planted("two_basic", "check.basic_twice", "issue", "accounts", 2),
    Planted("bad_code", "uscc_check", "issue", "customers", 3),
    Planted("twin", "check.name_same", "issue", "customers", 2),
    Planted("unrated", "", "row", "customers", 1),
    Planted("line_expired", "", "row", "credit_lines", 1),
    Planted("loan_no_receipt", "", "row", "loans", 1),
    Planted("interest_short", "", "row", "interest_checks", 3),
    Planted("arrears", "", "row", "loans", 1),
    Planted("no_plan", "", "row", "plans", 12),
    Planted("review_missing", "", "row", "reviews", 4),
    Planted("review_undiscussed", "", "row", "reviews", 2),
    Planted("reconciliation", "", "row", "reconciliations", 3),
    Planted("payment_person", "", "row", "payments", 2),
    Planted("payment_self", "", "row", "payments", 1),
    Planted("drop", "", "row", "balances", 1),
)


def expected(as_of: date, workday: Callable[[date], bool], customers: int = world.NOMINAL) -> tuple[Planted, ...]:
    """The same list with the counts of another day and size. What the calendar does not allow on that day is 0: no
    letter leaves on a day off, and where month ends leave no date that falls due today."""
    here = world.make(as_of, workday, customers, 1)
    allowed = dict(_allowed(here))
    return tuple(replace(one, count=allowed.get(one.name, here.count(one.count))) for one in PLANTED)


def _allowed(here: World) -> Iterator[tuple[str, int]]:
    """Counts that depend on the day."""
    letters = [_leaves(here, credit.MONTHS[level]) for level in ("head", "tier1", "tier2")]
    month = letters[2]
    for name in ("send", "receive", "ahead"):
        yield f"rating_notice_{name}", sum(letters[: here.count(3)])
        yield f"line_notice_{name}", int(month)
    yield "line_unsent", here.count(2) * month
    yield "loan_notice", here.count(3) * month
    yield "deal_saturday", int(deals.last_shifted_saturday(here) is not None)
    yield "two_basic", 2 * here.count(1)
    yield "twin", 2 * here.count(1)
    week, quarter = (d.around(unit, here.today) for unit in ("week", "quarter"))
    yield "phone", here.count(5) * _counts(here, d.around("week", week.start - 1))
    yield "phone_week_ends", here.count(5) * (here.today == week.end and _counts(here, week))
    yield "quarter_ends", here.count(1) * (here.today == quarter.end)


def _counts(here: World, week: d.Period) -> bool:
    return len(here.days.between(week.start, week.end)) > visits.WAIVED_WEEK


def _leaves(here: World, months: int) -> bool:
    """A notice so many months ahead can fall due on the day itself."""
    ends = np.array([credit.falling(here, months, here.today)])
    return bool(here.days.earlier(d.months_before(ends, months))[0] == here.today)
