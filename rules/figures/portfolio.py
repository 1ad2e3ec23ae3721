"""Figures of a customer's business with us, and how far it is from what was planned for the year (S1, S10, S54, S103)."""

from __future__ import annotations

from functools import partial

import numpy as np

from rules import days as d
from rules.figure import Array, Figure, Work, register
from rules.figures.grouping import amounts, into, per_customer
from rules.figures.plans import fees
from rules.ledgers import Ledgers, Mask

DRILL = ("id", "name", "owner")


def planned(ledgers: Ledgers) -> Mask:
    """Plans of this year that no later version has replaced, whoever has seen them by now."""
    replaced = ledgers.series("plans", "superseded").fillna(False).to_numpy(bool)
    return np.asarray((ledgers.numbers("plans", "year") == d.day(ledgers.today).year) & ~replaced, bool)


def _goal(ledgers: Ledgers, target: str) -> Array:
    """What the year's plan of each customer wants of a target; NaN where none wants anything."""
    plan = ledgers.through("plan_targets", "plan")
    kept = ledgers.says("plan_targets", "target", (target,)) & np.append(planned(ledgers), False)[plan]
    customer = np.append(ledgers.customer_places("plans"), -1)[plan]
    found = into(customer, amounts(ledgers, "plan_targets", "goal"), ledgers.size("customers"), kept)
    return np.where(found > 0, found, np.nan)


def _reached(ledgers: Ledgers, top: Work, target: str) -> Array:
    """What is there of it, of the customers whose plan wants something."""
    return np.where(np.isnan(_goal(ledgers, target)), np.nan, top(ledgers))


_deposits: Work = partial(per_customer, table="accounts", column="balance")
_averages: Work = partial(per_customer, table="accounts", column="year_avg")
_loans: Work = partial(per_customer, table="loans", column="balance")


def _reach(key: str, zh: str, en: str, top: Work, target: str, reads: str, clause: str) -> Figure:
    """An amount over what the year's plan wants of it."""
    return Figure(
        key, "customers", zh, en, partial(_reached, top=top, target=target), partial(_goal, target=target), drill=DRILL, target="100",
        reads=(reads, "plans", "plan_targets"), clause=clause,
        help_zh="实际 ÷ 本年一户一策的目标；计划里没有这项目标的客户，分子分母都不计。",
        help_en="What is there over the goal of this year's plan; customers whose plan has no such goal count on neither side.",
    )  # fmt: skip


register(
    Figure(
        "deposit_now", "customers", "存款时点", "Deposits", _deposits, kind="money", unit="万元", drill=DRILL, reads=("accounts",),
        clause="S54", help_zh="名下各账户最近登记的时点余额之和。", help_en="The balances last written down of all accounts."),
    Figure(
        "deposit_average", "customers", "存款日均", "Deposits, daily average", _averages, kind="money", unit="万元", drill=DRILL,
        reads=("accounts",), clause="S54",
        help_zh="名下各账户最近登记的年日均之和。", help_en="The daily averages of the year last written down of all accounts."),
    Figure(
        "loan_now", "customers", "贷款余额", "Loans", _loans, kind="money", unit="万元", drill=DRILL, reads=("loans",), clause="S66",
        help_zh="名下各笔贷款的余额之和。", help_en="The balances of all loans."),
    Figure(
        "fee_year", "customers", "本年中收", "Fees this year", fees, kind="money", unit="万元", time="fees.on", adds=True, drill=DRILL,
        reads=("fees",), clause="S103", help_zh="本年已实收的中间业务收入。", help_en="Fee income received this year."),
    _reach("deposit_reach", "存款时点达成", "Deposits against plan", _deposits, "deposit_end", "accounts", "S10"),
    _reach("average_reach", "存款日均达成", "Average against plan", _averages, "deposit_avg", "accounts", "S10"),
    _reach("loan_reach", "贷款达成", "Loans against plan", _loans, "loan_balance", "loans", "S10"),
    _reach("fee_reach", "中收达成", "Fees against plan", fees, "fee", "fees", "S103"),
)  # fmt: skip
