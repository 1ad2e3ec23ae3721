"""Figures of an opportunity: how long it has stood at its stage, what is in play, what became business (S46–S52)."""

from __future__ import annotations

import numpy as np

from rules.days import NONE
from rules.figure import Array, Figure, register
from rules.figures.grouping import amounts
from rules.ledgers import Ledgers

WON = ("signed", "landed")
OVER = (*WON, "lost", "shelved")


def _standing(ledgers: Ledgers) -> Array:
    since = ledgers.days("opportunities", "stage_on|created_at")
    over = ledgers.says("opportunities", "stage", OVER)
    return np.where(over | (since == NONE), np.nan, np.maximum(0, ledgers.today - np.where(since == NONE, ledgers.today, since)))


def _each(ledgers: Ledgers) -> Array:
    """Every opportunity but those put aside: what becomes of these is asked later."""
    return np.where(ledgers.says("opportunities", "stage", ("shelved",)), np.nan, 1.0)


def _won(ledgers: Ledgers) -> Array:
    return np.where(np.isnan(_each(ledgers)), np.nan, ledgers.says("opportunities", "stage", WON).astype(float))


def _amount(ledgers: Ledgers) -> Array:
    return np.where(ledgers.says("opportunities", "stage", OVER), np.nan, amounts(ledgers, "opportunities", "amount"))


register(
    Figure(
        "conversion", "opportunities", "商机转化率", "Conversion", _won, _each, time="opportunities.created_at", of_many=True, clause="S52",
        drill=("id", "name", "customer", "stage"),
        help_zh="已签约或已落地的商机 ÷ 全部商机（搁置的不计）。", help_en="Opportunities signed or landed, of all but those put aside."),
    Figure(
        "in_play", "opportunities", "在途金额", "Amount in play", _amount, kind="money", unit="万元", of_many=True, clause="S46–S51",
        drill=("id", "name", "customer", "stage"),
        help_zh="尚未签约、落地、失败或搁置的商机的预计金额。",
        help_en="Expected amount of the opportunities not yet signed, landed, lost or put aside."),
    Figure(
        "days_in_stage", "opportunities", "本阶段停留天数", "Days in stage", _standing, kind="integer", unit="天", good="down",
        clause="S46–S51", drill=("id", "name", "customer", "stage"), target="30",
        help_zh="自进入当前阶段（没有时自创建）至今的天数；已签约、落地、失败、搁置的不计。",
        help_en="Days since it came to its stage, or else since it was created; not of those signed, landed, lost or shelved."),
)  # fmt: skip
