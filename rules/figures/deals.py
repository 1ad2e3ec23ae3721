"""Figures of an opportunity: how long it has stood at its stage (S46–S51)."""

from __future__ import annotations

import numpy as np

from rules.days import NONE
from rules.figure import Array, Figure, register
from rules.ledgers import Ledgers

OVER = ("landed", "lost", "shelved", "signed")


def _standing(ledgers: Ledgers) -> Array:
    since = ledgers.days("opportunities", "stage_on|created_at")
    over = ledgers.says("opportunities", "stage", OVER)
    return np.where(over | (since == NONE), np.nan, np.maximum(0, ledgers.today - np.where(since == NONE, ledgers.today, since)))


register(
    Figure(
        "days_in_stage", "opportunities", "本阶段停留天数", "Days in stage", _standing, kind="integer", unit="天", good="down",
        clause="S46–S51", drill=("id", "name", "customer", "stage"), target="30",
        help_zh="自进入当前阶段（没有时自创建）至今的天数；已签约、落地、失败、搁置的不计。",
        help_en="Days since it came to its stage, or else since it was created; not of those signed, landed, lost or shelved."),
)  # fmt: skip
