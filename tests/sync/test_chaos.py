"""People and portals at once, on a bad line: nothing that was read or acknowledged is lost, and everything that waits says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sheets_api.server import SheetsApi
from tests.sync import chaos
from tests.sync.conftest import office


def play(home: Path, seed: int, steps: int) -> tuple[list[str], list[str], dict[str, int]]:
    with SheetsApi() as api:
        bank = office(home, api, api.create("支行台账", share=[api.account_email]))
        bank.connect()
        run = chaos.begin(bank, seed)
        run.run(steps)
        found, helpless = run.wrong()
        bank.branch.store.close()
        return found, helpless, dict(run.seen)


def test_a_day_of_disorder_loses_nothing(tmp_path: Path) -> None:
    found, _, seen = play(tmp_path / "home", 7, 40)
    assert seen["healed"], "something had to be put right"
    assert not found, "\n".join(found)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10))
def test_weeks_of_disorder_lose_nothing(tmp_path: Path, seed: int) -> None:
    found, helpless, seen = play(tmp_path / "home", seed, 1_000)
    print(f"seed {seed}: {len(helpless)} typed into the very cell while it was written; {seen}")
    assert not found, "\n".join(found)
