"""Things to find out before a visit are counted as they are read: one a line, or parted by a mark (R18)."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from benchmarks import frames
from rules.ledgers import Ledgers
from sheets.schema import Edit

SAID = [
    ("财务信息、资金情况；投资计划", 3),
    ("1. 财务信息\n2. 资金情况\r\n\n3. 投资计划\u2028", 3),
    (" ；\u3000、,，\t\xa0", 0),
    ("资金 情况 , 其他", 2),
    (None, 0),
]


@pytest.mark.parametrize(("words", "count"), SAID)
def test_a_thing_to_find_out_is_what_stands_between_two_marks(words: str | None, count: int) -> None:
    visit = Edit("visits", "V1", None, {"planned_on": date(2026, 11, 24), "preparation": words})
    found = Ledgers(frames.book([visit]), datetime(2026, 11, 23)).figure("visits", "prepared_items")
    assert found.tolist() == [count]


def test_a_branch_without_visits_has_nothing_to_count() -> None:
    assert Ledgers(frames.book([]), datetime(2026, 11, 23)).figure("visits", "prepared_items").tolist() == []
