"""Figures of an annual plan: how far it is, held against what should be reached by today (S10, S103)."""

from __future__ import annotations

import numpy as np

from rules import days as d
from rules import periods
from rules.days import NONE
from rules.figure import Array, Figure, register
from rules.figures.grouping import amounts, into, per_customer
from rules.ledgers import Ledgers, Mask

CAP = 1.5  # one target far ahead does not hide another that lags
FLOWS = ("fee", "loan_new", "trade", "settlement")  # add up over the year; the others stand at a date


def gone(ledgers: Ledgers) -> float:
    """How much of the year is over by today, today included."""
    year = periods.around("year", d.day(ledgers.today))
    return float(int(ledgers.today) - int(d.one(year.start)) + 1) / year.length


def this_year(ledgers: Ledgers, table: str, column: str) -> Mask:
    """Rows whose day lies in this year, and not after today."""
    day = ledgers.days(table, column)
    first = d.one(periods.around("year", d.day(ledgers.today)).start)
    return np.asarray((day != NONE) & (day >= first) & (day <= ledgers.today), bool)


JUDGED = 4  # the month from which plans are judged: the first quarter is over


def current(ledgers: Ledgers) -> Mask:
    """Plans of this year that somebody has submitted and no later version has replaced; none before its first quarter is
    over."""
    years = ledgers.numbers("plans", "year")
    submitted = ~ledgers.says("plans", "status", ("draft",))
    replaced = ledgers.series("plans", "superseded").fillna(False).to_numpy(bool)
    return np.asarray((years == d.day(ledgers.today).year) & submitted & ~replaced & (d.day(ledgers.today).month >= JUDGED), bool)


def _reached(ledgers: Ledgers) -> Array:
    """What each target has reached: from the ledgers where they know it, else as it is written in the plan."""
    found = _sum(ledgers, "actual", "actual_number", "actual_share")
    plan = ledgers.through("plan_targets", "plan")
    customer = np.append(ledgers.customer_places("plans"), -1)[plan]
    lines = (ledgers.days("credit_lines", "expires_on") >= ledgers.today) & (ledgers.days("credit_lines", "effective_on") <= ledgers.today)
    known = {
        "deposit_end": per_customer(ledgers, "accounts", "balance"),
        "deposit_avg": per_customer(ledgers, "accounts", "year_avg"),
        "loan_balance": per_customer(ledgers, "loans", "balance"),
        "loan_new": per_customer(ledgers, "loans", "amount", this_year(ledgers, "loans", "drawn_on")),
        "line": per_customer(ledgers, "credit_lines", "amount", lines),
        "fee": fees(ledgers),
        "deposit_share": np.nan_to_num(ledgers.figure("customers", "deposit_share")),
    }
    for key, values in known.items():
        mine = ledgers.says("plan_targets", "target", (key,)) & (customer >= 0)
        found[mine] = values[customer[mine]]
    return found


def fees(ledgers: Ledgers) -> Array:
    """Fee income received this year, by customer."""
    return per_customer(ledgers, "fees", "received", this_year(ledgers, "fees", "on"))


def _expected(ledgers: Ledgers) -> Array:
    """What each target should have reached by today: its part of the year's sum, or its way from last year's to the goal."""
    part = gone(ledgers)
    goal, last = _sum(ledgers, "goal", "goal_number", "goal_share"), _sum(ledgers, "last_actual", "last_number", "last_share")
    flows = ledgers.says("plan_targets", "target", FLOWS)
    return np.where(flows, goal * part, last + (goal - last) * part)


def _sum(ledgers: Ledgers, *columns: str) -> Array:
    """A target is an amount, a count or a share: one of its columns is filled."""
    found: Array = np.sum([amounts(ledgers, "plan_targets", column) for column in columns], axis=0)
    return found


def _pace(ledgers: Ledgers) -> tuple[Array, Array]:
    """Of each plan: the paces of its targets added up, and how many they are."""
    return ledgers.once(("pace", int(ledgers.today)), lambda: _paces(ledgers))


def _paces(ledgers: Ledgers) -> tuple[Array, Array]:
    expected, reached = _expected(ledgers), _reached(ledgers)
    counts = expected > 0
    pace = np.where(counts, np.minimum(reached / np.where(counts, expected, 1), CAP), 0)
    plan, size, now = ledgers.through("plan_targets", "plan"), ledgers.size("plans"), current(ledgers)
    return np.where(now, into(plan, pace, size, counts), np.nan), np.where(now, into(plan, counts.astype(float), size), np.nan)


def _fee_goal(ledgers: Ledgers) -> Array:
    """The year's fee goal of each plan, as far as the year is over."""
    mine = ledgers.says("plan_targets", "target", ("fee",))
    goal = into(ledgers.through("plan_targets", "plan"), amounts(ledgers, "plan_targets", "goal"), ledgers.size("plans"), mine)
    return np.where(current(ledgers), goal * gone(ledgers), np.nan)


def _fee(ledgers: Ledgers) -> Array:
    """Of plans that are held against nothing, nothing: a customer's fees are not told a second time beside an old version."""
    return np.where(current(ledgers), np.append(fees(ledgers), np.nan)[ledgers.customer_places("plans")], np.nan)


register(
    Figure(
        "plan_pace", "plans", "计划进度", "Plan pace", lambda ledgers: _pace(ledgers)[0], lambda ledgers: _pace(ledgers)[1],
        time="plans.year", drill=("id", "customer", "owner", "year"), target="100",
        reads=("plan_targets", "accounts", "loans", "fees"), clause="S10",
        help_zh="各项目标「实际 ÷ 按时间进度应达」的平均（单项最高按 150% 计）。余额类应达＝上年实际＋（目标－上年实际）×已过天数比例；"
        "收入、投放类应达＝目标×已过天数比例。实际优先取台账。",
        help_en="Mean over the targets of actual against what is due by today (each counted up to 150%). Balances are due along the way "
        "from last year's actual to the goal, sums in proportion of the days gone. Actuals come from the ledgers where they know them."),
    Figure(
        "fee_pace", "plans", "中收进度", "Fee pace", _fee, _fee_goal,
        time="fees.on", adds=True, drill=("id", "customer", "owner", "year"), target="100", reads=("plan_targets", "fees"), clause="S103",
        help_zh="本年实收中间业务收入 ÷（本年目标×已过天数比例）。",
        help_en="Fees received this year over the year's goal in proportion of the days gone."),
)  # fmt: skip
