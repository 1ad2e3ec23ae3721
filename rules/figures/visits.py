"""Figures of a visit record: what is missing in it (S33, S34)."""

from __future__ import annotations

import numpy as np

from rules.figure import Array, Figure, register
from rules.ledgers import Ledgers

# One thing to find out: what stands between two marks or ends of a line, and is not blank. As text.splitlines and strip see it.
MARKS = r"；;、，,\n\r\x0b\x0c\x1c-\x1e\x{85}\x{2028}\x{2029}"
ITEM = rf"[^{MARKS}\x1f\t\p{{Z}}][^{MARKS}]*"


def _prepared(ledgers: Ledgers) -> Array:
    """How many things to find out are named: one a line, or parted by a mark."""
    import pyarrow as pa
    import pyarrow.compute as pc

    words = pa.chunked_array(ledgers.text("visits", "preparation").__arrow_array__())
    return np.asarray(pc.count_substring_regex(words, ITEM).to_numpy(), float)


def _whole(ledgers: Ledgers) -> Array:
    return ledgers.complete("visits").astype(float)


register(
    Figure(
        "prepared_items", "visits", "访前准备项数", "Items prepared", _prepared, kind="integer", unit="项", clause="S33",
        drill=("id", "customer", "planned_on"), target="3",
        help_zh="访前准备里列出的需了解事项条数（财务信息、资金情况、投资计划等）。",
        help_en="How many things to find out are named before the visit."),
    Figure(
        "record_whole", "visits", "记录单是否完整", "Record complete", _whole, kind="integer", unit="", clause="S34",
        drill=("id", "customer", "visited_on"), target="1",
        help_zh="访问记录单应填项齐全为 1，否则为 0（不完整的访问不计入频率）。",
        help_en="1 where the visit record holds what it must, else 0: such a visit counts for no cadence."),
)  # fmt: skip
