"""Figures of a large payment: what leaves on its day, what of it nobody has signed, what leaves in three days (S59, S100)."""

from __future__ import annotations

import numpy as np

from rules.days import NONE
from rules.figure import Array, Figure, register
from rules.figures.grouping import amounts, per_customer, together
from rules.ledgers import Ledgers, Mask

DAYS = 3


def _known(ledgers: Ledgers) -> Mask:
    return np.asarray((ledgers.days("payments", "pays_on") != NONE) & (ledgers.customer_places("payments") >= 0), bool)


def _of_day(ledgers: Ledgers, where: Mask) -> Array:
    """The payments of the same customer and day, added up."""
    known = _known(ledgers)
    group = together(ledgers.customer_places("payments"), ledgers.days("payments", "pays_on"))
    total = np.bincount(group[where], amounts(ledgers, "payments", "amount")[where], group.max(initial=-1) + 1)
    return np.where(known, total[group], np.nan)


def _day(ledgers: Ledgers) -> Array:
    return _of_day(ledgers, _known(ledgers))


def _unsigned(ledgers: Ledgers) -> Array:
    return _of_day(ledgers, _known(ledgers) & ledgers.blank("payments", "signed_at"))


def _own(ledgers: Ledgers) -> Array:
    """The amount of the payment itself."""
    return np.where(_known(ledgers), amounts(ledgers, "payments", "amount"), np.nan)


def _own_unsigned(ledgers: Ledgers) -> Array:
    """The same of one that nobody has signed; 0 of one that is signed."""
    return np.where(ledgers.blank("payments", "signed_at"), _own(ledgers), np.where(_known(ledgers), 0, np.nan))


def _leaving(ledgers: Ledgers) -> Array:
    """What leaves the customer's accounts with us from two days before the payment up to it."""
    known, day, who = _known(ledgers), ledgers.days("payments", "pays_on"), ledgers.customer_places("payments")
    stays = ledgers.text("payments", "payee_kind") == "same"
    amount = np.where(known & ~np.asarray(stays, bool), amounts(ledgers, "payments", "amount"), 0)
    place = np.where(known, who, ledgers.size("customers")) * np.int64(1_000_000) + np.where(known, day, 0)
    order = np.argsort(place, kind="stable")
    sums = np.concatenate([[0.0], np.cumsum(amount[order])])
    first = np.searchsorted(place[order], place - (DAYS - 1), "left")
    last = np.searchsorted(place[order], place, "right")
    return np.where(known, sums[last] - sums[first], np.nan)


def _held(ledgers: Ledgers) -> Array:
    held = np.append(per_customer(ledgers, "accounts", "balance"), np.nan)
    return np.where(_known(ledgers), held[ledgers.customer_places("payments")], np.nan)


register(
    Figure(
        "day_amount", "payments", "当日累计金额", "Amount of the day", _day, part=_own, kind="money", unit="万元",
        time="payments.pays_on", adds=True, good="down", clause="S59,S100", drill=("id", "customer", "pays_on", "amount", "payee"),
        help_zh="同一客户同一支付日登记的付款合计。", help_en="All payments registered of the same customer and day."),
    Figure(
        "unsigned_amount", "payments", "当日未把关金额", "Unsigned amount of the day", _unsigned, part=_own_unsigned, kind="money",
        unit="万元", time="payments.pays_on", adds=True, good="down", clause="S59,S100", target="0",
        drill=("id", "customer", "pays_on", "amount", "payee"),
        help_zh="同一客户同一支付日尚未审核的付款合计。", help_en="Payments of the same customer and day that nobody has signed."),
    Figure(
        "outflow_3d", "payments", "三日转出占比", "Three-day outflow", _leaving, _held, time="payments.pays_on", good="down",
        reads=("accounts",), clause="S59", drill=("id", "customer", "pays_on", "amount", "payee"), target="50",
        help_zh="含本笔在内三日内登记的付款（同名账户除外）÷ 该客户在我行存款余额。",
        help_en="Payments of three days up to this one (not to the same name) over the customer's balance with us."),
)  # fmt: skip
