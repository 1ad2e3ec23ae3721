"""Figures of a person: how many customers are in their care (S5)."""

from __future__ import annotations

import numpy as np

from rules.figure import Array, Figure, register
from rules.figures.grouping import into
from rules.ledgers import Ledgers

GONE = ("lost", "exited")


def _portfolio(ledgers: Ledgers) -> Array:
    here = ~ledgers.says("customers", "status", GONE)
    return into(ledgers.through("customers", "owner"), np.ones(ledgers.size("customers")), ledgers.size("staff"), here)


register(
    Figure(
        "portfolio", "staff", "管户数", "Customers in care", _portfolio, kind="integer", unit="户", reads=("customers",), clause="S5",
        drill=("id", "name", "team"),
        help_zh="名下管户客户数（流失、退出的不计）。", help_en="Customers in their care, without those lost or exited."),
)  # fmt: skip
