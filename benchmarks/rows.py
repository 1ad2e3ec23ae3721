"""A generated bank: staff, customers with visits within a year, and what some of them borrow. Same seed, same rows."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from benchmarks.ledgers import Ledgers
from sheets.demo.customers import uscc
from sheets.schema import Edit

VISITS = 26  # a customer and year: what the scheme's cadences come to on average
EACH = 25  # customers of one manager
TIERS = ("key", *("quality",) * 3, *("normal",) * 6)
STARTED = timedelta(days=365)  # the branch began to work with this so long ago


def live_since(today: date) -> date:
    return today - STARTED


def rows(customers: int, today: date, visits: int | None = None, seed: int = 1) -> Iterator[Edit]:
    """Every row as an insert, referenced rows first. `visits`: of all customers together, spread evenly."""
    dice, more_of = random.Random(seed), Ledgers(today, seed + 2)
    managers = max(1, customers // EACH)
    each, more = divmod(customers * VISITS if visits is None else visits, customers)
    yield from _people(managers)
    for manager in range(managers):
        yield from more_of.of_manager(f"M{manager:05}")
    for number in range(customers):
        team = f"T{number % managers // 8:04}"
        yield from _customer(number, f"M{number % managers:05}", team, each + (number < more), today, dice, more_of)


def _new(table: str, key: str, **values: Any) -> Edit:
    return Edit(table, key, None, values)


def _people(managers: int) -> Iterator[Edit]:
    yield _new("staff", "BL", name="主管", role="leader", status="active", email="bl@bench.invalid")
    yield _new("staff", "CR", name="信贷", role="credit_officer", leader="BL", status="active", email="cr@bench.invalid")
    for team in range((managers + 7) // 8):
        yield _new("teams", f"T{team:04}", name=f"{team}部", team_leader=f"L{team:04}", leader="BL")
        yield _new("staff", f"L{team:04}", name=f"团队长{team}", role="team_leader", team=f"T{team:04}", leader="BL", status="active")
    for one in range(managers):
        team = one // 8
        yield _new("staff", f"M{one:05}", name=f"经理{one}", role="customer_manager", team=f"T{team:04}", leader=f"L{team:04}",
                   status="active", email=f"m{one}@bench.invalid")  # fmt: skip


def _customer(number: int, owner: str, team: str, visits: int, today: date, dice: random.Random, more: Ledgers) -> Iterator[Edit]:
    def ago(first: int, last: int) -> date:
        return today - timedelta(days=dice.randint(first, last))

    key, borrows = f"C{number:07}", number % 3 == 0
    file = {"uscc": uscc("91", number % 100_000), "ownership": "private", "main_business": "制造", "legal_representative": "法人"}
    yield _new("customers", key, name=f"测速{number}有限公司", short_name=f"测速{number}", kind="company", tier=dice.choice(TIERS),
               status="active", industry="C", size="small", owner=owner, team=team, credit_officer="CR",
               flags="deposit;credit" if borrows else "deposit", basic_account_bank=more.pick("ours", "other"),
               assigned_on=ago(400, 900), filed_on=ago(400, 900), address="示例路1号", next_update_on=more.ago(-200, 30),
               **(file if more.some(0.9) else {}))  # fmt: skip
    for visit in range(visits):
        yield _new("visits", f"{key}-{visit:02}", customer=key, kind="routine", mode="onsite" if visit % 3 == 0 else "phone",
                   visited_on=ago(0, 365), participants=owner, their_people="财务经理", purposes="relation", preparation="资金情况",
                   minutes="了解资金安排", next_step="跟进", recorded_by=owner)  # fmt: skip
    yield from more.of_customer(key, owner, borrows)
    if borrows:
        yield from more.of_borrower(key)
        yield from _credit(key, number, dice, today, more)
    made = datetime.combine(ago(0, 300), time(10))
    yield _new("opportunities", f"O{number:07}", name="代发", customer=key, channel="visit", stage="created", created_at=made,
               submitted_at=made + timedelta(hours=4), created_by=owner)  # fmt: skip
    yield from more.of_opportunity(f"O{number:07}", owner, made.date())
    state = {"status": "draft"} if number % 4 == 0 else {"status": "submitted", "made_on": date(today.year, 1, 1 + number % 28)}
    yield _new("plans", f"P{number:07}", customer=key, year=today.year, version=1, owner=owner, **state)
    yield from more.of_plan(f"P{number:07}", owner)


def _credit(key: str, number: int, dice: random.Random, today: date, more: Ledgers) -> Iterator[Edit]:
    started = today - timedelta(days=dice.randint(30, 400))
    ends = started + timedelta(days=365)
    yield _new("ratings", f"R{number:07}", customer=key, grade="AA", effective_on=started, expires_on=ends, authority="tier2",
               credit_officer="CR")  # fmt: skip
    yield _new("credit_lines", f"X{number:07}", customer=key, amount=5_000_000_000, effective_on=started, expires_on=ends,
               authority="tier2", credit_officer="CR")  # fmt: skip
    for loan in range(2):
        terms = {"interest_cycle": more.pick("monthly", "monthly", "quarterly", "at_maturity"), "interest_day": more.pick(None, 20, 21)}
        yield _new("loans", f"J{number:07}-{loan}", customer=key, product="working_capital", amount=1_000_000_000,
                   balance=800_000_000, drawn_on=started, matures_on=ends, **terms,
                   risk_class=more.pick("normal", "normal", "normal", "normal", "watch"))  # fmt: skip
        yield from more.of_loan(f"J{number:07}-{loan}", started)
