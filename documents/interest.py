"""What a loan will have earned by its maturity since interest was last settled: an estimate for the letter to the customer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

YEAR = 360  # days of a year of interest
QUARTER = frozenset({3, 6, 9, 12})  # months at whose interest day a quarter is settled
USUAL = 20  # of the month
WHOLE = 1_000_000  # a rate is in millionths: 3.45 % is 34_500


@dataclass(frozen=True, slots=True)
class Accrued:
    """`since`: the first day that bears interest; the day of maturity bears none. `fen` is rounded half up."""

    since: date
    days: int
    fen: int


def accrued(loan: Mapping[str, Any]) -> Accrued | None:
    """None where a date, the balance, the rate or the way of settling is not there, or the contract has its own."""
    drawn, ends, balance, rate = (loan.get(key) for key in ("drawn_on", "matures_on", "balance", "rate"))
    cycle = loan.get("interest_cycle")
    if not isinstance(drawn, date) or not isinstance(ends, date) or ends <= drawn or cycle not in ("monthly", "quarterly", "at_maturity"):
        return None
    if not isinstance(balance, int) or not isinstance(rate, int):
        return None
    settled = None if cycle == "at_maturity" else _settled(ends, _day(loan.get("interest_day")), every_month=cycle == "monthly")
    since = max(drawn, settled + timedelta(days=1)) if settled else drawn
    days = (ends - since).days
    base = WHOLE * YEAR
    return Accrued(since, days, (2 * balance * rate * days + base) // (2 * base))


def _day(cell: Any) -> int:
    return cell if isinstance(cell, int) and 1 <= cell <= 31 else USUAL


def _settled(ends: date, day: int, *, every_month: bool) -> date:
    """The last interest day before maturity; in a shorter month its last day."""
    month = ends.replace(day=1)
    while True:
        following = (month + timedelta(days=31)).replace(day=1)
        on = min(month + timedelta(days=day - 1), following - timedelta(days=1))
        if on < ends and (every_month or month.month in QUARTER):
            return on
        month = (month - timedelta(days=1)).replace(day=1)
