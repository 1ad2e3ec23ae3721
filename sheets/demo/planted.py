"""The exceptions in the sample branch that the rules, and the checks beside them, must find: each so often, no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np

from sheets.demo import credit, customers, deals, planning, visits, world
from sheets.demo import days as d
from sheets.demo.world import World

State = Literal["due_today", "overdue", "met_late", "met", "window_open", "coming", "issue", "row"]


@dataclass(frozen=True, slots=True)
class Planted:
    """`name` has its words under demo.planted in texts/. `rule`: which finds it, or the code of the Issue; "" for what
    no rule looks for. `state`: of the due; window_open is a window that has opened with nothing begun; coming is unmet and
    not late; an issue is a cell that contradicts another. `table`: where to look. `count`: in a branch of 200
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
    Planted("file_thin", "R01", "overdue", "customers", 4),
    Planted("no_plan", "R03", "overdue", "customers", 12),
    Planted("no_plan_due", "R03", "due_today", "customers", 0),
    Planted("plan_behind", "R04", "overdue", "plans", 3),
    Planted("plan_behind_due", "R04", "due_today", "plans", 0),
    Planted("review_missing", "R05", "overdue", "staff", 4),
    Planted("quarter_review_missing", "R06", "overdue", "staff", 0),
    Planted("year_review_missing", "R07", "overdue", "staff", 0),
    Planted("review_undiscussed", "R08", "overdue", "reviews", 2),
    Planted("visit_unprepared", "R18", "coming", "visits", 2),
    Planted("visit_unwritten", "R19", "overdue", "visits", 1),
    Planted("unrated", "R28m", "overdue", "customers", 1),
    Planted("line_expired", "R30e", "overdue", "credit_lines", 1),
    Planted("loan_no_receipt", "R32r", "overdue", "loans", 1),
    Planted("interest_short", "R34b", "coming", "interest_checks", 3),
    Planted("arrears", "R34a", "overdue", "interest_checks", 1),
    Planted("reconciliation", "R35mr", "overdue", "accounts", 3),
    Planted("payment_person", "R37p", "coming", "payments", 2),
    Planted("payment_self", "R38w", "coming", "payments", 1),
    Planted("share_low", "R40o", "overdue", "customers", 2),
    Planted("share_low_due", "R40o", "due_today", "customers", 0),
    Planted("share_flat", "R40e", "overdue", "customers", 2),
    Planted("share_flat_due", "R40e", "due_today", "customers", 0),
    Planted("fee_behind", "R41", "overdue", "plans", 3),
    Planted("fee_behind_due", "R41", "due_today", "plans", 0),
    Planted("cash_old", "R43", "overdue", "customers", 3),
    Planted("drop", "", "row", "balances", 1),
)


def expected(as_of: date, workday: Callable[[date], bool], size: int = world.NOMINAL, seed: int = 1) -> tuple[Planted, ...]:
    """The same list with the counts of another day and size. What the calendar does not allow on that day is 0: no
    letter leaves on a day off, and where month ends leave no date that falls due today."""
    here = world.make(as_of, workday, size, seed)
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
    yield "file_thin", here.count(3) + here.count(1)
    yield from _reviewed(here)
    yield from _by_quarter(here)
    year = d.around("year", here.today)
    until = int(here.days.later(np.array([max(year.start + 30, here.live + 30)]))[0])
    yield "no_plan", here.count(12) * (until < here.today)
    yield "no_plan_due", here.count(12) * (until == here.today)
    week, quarter = (d.around(unit, here.today) for unit in ("week", "quarter"))
    yield "phone", here.count(5) * _counts(here, d.around("week", week.start - 1))
    yield "phone_week_ends", here.count(5) * (here.today == week.end and _counts(here, week))
    yield "quarter_ends", here.count(1) * (here.today == quarter.end)


def _reviewed(here: World) -> Iterator[tuple[str, int]]:
    """A missing review of December is one of the quarter and of the year, too."""
    last, several = planning.last_review(here), min(here.count(4), len(here.people.managers) - 1)
    yield "review_missing", several
    for unit in ("quarter", "year"):
        yield f"{unit}_review_missing", several * (d.around(unit, last.end).end == last.end)


def _by_quarter(here: World) -> Iterator[tuple[str, int]]:
    """What is judged once a quarter is late from some working day of it on; plans not before the first is over."""
    start = d.around("quarter", here.today).start
    judged = d.around("quarter", here.today).end != d.around("quarter", d.around("year", here.today).start).end
    for name, within, nominal, there in (
        ("plan_behind", 10, 3, judged), ("fee_behind", 10, 3, judged),
        ("share_low", 15, len(customers.lagging_share(here, "ours")), True),
        ("share_flat", 15, len(customers.lagging_share(here, "other")), True),
    ):  # fmt: skip
        until = int(here.days.add(np.array([start]), within)[0])
        many = (here.count(nominal) if nominal == 3 else nominal) * there
        yield name, many * (until < here.today)
        yield f"{name}_due", many * (until == here.today)


def _counts(here: World, week: d.Period) -> bool:
    return len(here.days.between(week.start, week.end)) > visits.WAIVED_WEEK


def _leaves(here: World, months: int) -> bool:
    """A notice so many months ahead can fall due on the day itself."""
    ends = np.array([credit.falling(here, months, here.today)])
    return bool(here.days.earlier(d.months_before(ends, months))[0] == here.today)
