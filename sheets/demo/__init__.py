"""The sample branch: made-up people, companies and a year of work, as of any day, with known exceptions planted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sheets.demo import credit, days, deals, income, leading, lending, marketing, money, people, planning, records, visits, world
from sheets.demo import customers as files
from sheets.demo.planted import PLANTED, Planted, expected
from sheets.demo.world import Ledgers

__all__ = ["LEAST", "PLANTED", "Planted", "build", "expected", "live_since"]
LEAST = 20  # customers: with fewer there is nobody to plant the exceptions on


def build(as_of: date, workday: Callable[[date], bool], customers: int = 200, seed: int = 1) -> Ledgers:
    """Rows of typed values for every ledger, in the order in which they refer to one another; the same for the same
    arguments. Nothing is dated on `as_of` itself or later but plans and due dates."""
    if customers < LEAST:
        raise ValueError(f"a sample branch has at least {LEAST} customers")
    here = world.make(as_of, workday, customers, seed)
    basics = files.build(here)
    found = deals.plan(here, [row["short_name"] for row in basics["customers"]])
    made, log = records.build(here, [*visits.build(here), *deals.calls(here, found)], found)
    loans = lending.build(here)
    papers = credit.build(here, [row["size"] for row in basics["customers"]], lending.used(loans["loans"]))
    held, earned = money.build(here, loans["loans"]), income.build(here)
    planned = planning.build(here, {**held, **earned, **loans})
    every: Ledgers = {
        **people.build(here), **basics, **made, **marketing.build(here, found, log),
        **planned, **leading.build(here, planned), "problems": planning.problems(here), **held, **earned, **loans, **papers,
        "letters": papers["letters"] + loans["letters"],
    }  # fmt: skip
    _tie(every)
    return every


def live_since(as_of: date) -> date:
    """The go-live date of a sample as of a day: it lies before its data."""
    return days.day(world.live(days.number(as_of)))


def _tie(every: Ledgers) -> None:
    """Loans of a customer that has a line are drawn under it."""
    line = {row["customer"]: row["id"] for row in every["credit_lines"]}
    for loan in every["loans"]:
        if loan["customer"] in line:
            loan["line"] = line[loan["customer"]]
