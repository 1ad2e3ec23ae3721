"""Why a due lies on its day names the closure or the holiday that moved it there."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from branch.branch import Branch
from sheets.schema import Edit
from tests.jobs import world


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Branch:
    """R30: a month before a line expires, rolled back to a working day."""
    made = world.make(Path(tmp_path_factory.mktemp("moved") / "home"))
    world.write(made, [
        world.customer("K1", "云澜启岚机械(示例)"), world.line("N1", "K1", "2026-12-10"), world.line("N2", "K1", "2026-10-28", kind="loan"),
        world.line("N3", "K1", "2026-12-15", kind="guarantee"), world.line("N4", "K1", "2026-11-03", kind="bill"),
        Edit("calendar", "D1", None, {"on": date(2026, 11, 10), "kind": "closure", "name": "系统切换", "confirmed": True}),
    ])  # fmt: skip
    return made


def card(here: Branch, row: str, lang: str = "zh") -> dict[str, Any]:
    return dict(here.look(world.at("2026-09-20 09:00")).why("R30", row, lang)["calendar"])


def test_a_closure_is_named(here: Branch) -> None:
    found = card(here, "N1")
    assert found["moved_by"] == ["2026-11-10（本行停业：系统切换）"]
    assert found["version"] == here.look(world.at("2026-09-20 09:00")).calendar.version
    assert card(here, "N1", "en")["moved_by"] == ["2026-11-10 (Branch closed: 系统切换)"]


def test_a_holiday_is_named_with_all_its_days(here: Branch) -> None:
    """2026-11-03 less a month is the 3rd of October, in the week of the National Day."""
    assert card(here, "N4")["moved_by"] == ["2026-10-01 – 2026-10-03（节假日：国庆节）"]


def test_a_weekend_is_only_a_weekend_and_a_working_day_moves_nothing(here: Branch) -> None:
    assert card(here, "N3")["moved_by"] == ["2026-11-14 – 2026-11-15（周末）"]
    assert card(here, "N2")["moved_by"] == []
