"""Figures of an interest check: what is missing on the account (S90–S92)."""

from __future__ import annotations

import numpy as np

from rules.figure import Array, Figure, register
from rules.figures.grouping import amounts
from rules.ledgers import Ledgers


def _short(ledgers: Ledgers) -> Array:
    """Interest due less what is there by the last look at the account; 0 once it was taken in full."""
    again = ledgers.numbers("interest_checks", "rebalance")
    there = np.where(np.isnan(again), amounts(ledgers, "interest_checks", "balance"), again)
    short = np.maximum(0, amounts(ledgers, "interest_checks", "interest_due") - there)
    return np.where(ledgers.text("interest_checks", "result") == "full", 0, short)


def _short_first(ledgers: Ledgers) -> Array:
    return np.maximum(0, amounts(ledgers, "interest_checks", "interest_due") - amounts(ledgers, "interest_checks", "balance"))


register(
    Figure(
        "interest_short", "interest_checks", "扣息缺口", "Interest shortfall", _short, kind="money", unit="万元",
        time="interest_checks.interest_on", adds=True, good="down", clause="S90–S92", target="0",
        drill=("id", "loan", "interest_on", "balance", "interest_due"),
        help_zh="应扣利息减去最近一次查询（复查优先）的账户余额；已足额扣息为 0。",
        help_en="Interest due less the balance at the last look (the recheck first); 0 once taken in full."),
    Figure(
        "first_short", "interest_checks", "首次查询缺口", "Shortfall at first look", _short_first, kind="money", unit="万元",
        time="interest_checks.interest_on", adds=True, good="down", clause="S90,S91",
        drill=("id", "loan", "interest_on", "balance", "interest_due"), target="0",
        help_zh="应扣利息减去首次查询时的账户余额。", help_en="Interest due less the balance at the first look."),
)  # fmt: skip
