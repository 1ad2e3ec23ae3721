"""The memory benchmark saves and looks as people do, and measures after each save."""

from __future__ import annotations

from datetime import datetime

import pytest

from benchmarks.memory import STATM, measure


@pytest.mark.long
@pytest.mark.skipif(not STATM.exists(), reason="RSS is read from /proc")
def test_each_save_is_seen_and_measured() -> None:
    few, more = (measure(10, 100, saves, datetime(2026, 11, 23, 10)) for saves in (6, 9))
    assert len(more["rss_mb"]) == 9
    assert more["seen"] - few["seen"] >= 2 * 3  # three more visits, for the manager and for the leader
    assert more["ratio"] == pytest.approx(more["mb_after_9"] / more["mb_after_5"], abs=0.001)
