"""Many hands at once: sixteen writers, each its own process, and no save is lost."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sheets.schema import Edit
from sheets.store import Conflict, open_store
from sheets.tables import TABLES
from tests.sheets.stores import NOW, save

ROOT = Path(__file__).parents[2]
PEOPLE = [f"P{n}" for n in range(16)]


def work(url: str, who: str, times: int) -> None:
    """Writes into a row of its own, and adds its word to one that all share."""
    mine = open_store(url, TABLES)
    for n in range(times):
        save(mine, Edit("cash_plans", who, mine.row("cash_plans", who), {"amount": n}))
        while True:
            seen = mine.row("cash_plans", "all") or {}
            try:
                save(mine, Edit("cash_plans", "all", seen, {"purpose": f"{seen['purpose'] or ''}{who}.{n};"}))
                break
            except Conflict:
                continue
    mine.close()


def apart(url: str, who: str, times: int) -> None:
    """The same in a process of its own, as portal and jobs are."""
    script = f"from tests.sheets.test_store_hands import work; work({url!r}, {who!r}, {times})"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)


LONG = pytest.mark.long


@pytest.mark.parametrize(("how", "times"), [(work, 12), pytest.param(work, 100, marks=LONG), pytest.param(apart, 100, marks=LONG)])
def test_sixteen_people_saving_at_once_lose_nothing(url: str, how: Callable[[str, str, int], None], times: int) -> None:
    """16 × 100 saves to rows of their own and as many to the shared one: 3,200, each told to its writer, all there."""
    store = open_store(url, TABLES, create=True)
    store.setup(NOW)
    store.write([Edit("cash_plans", who, None, {"purpose": ""}) for who in [*PEOPLE, "all"]], "s", "import", NOW)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda who: how(url, who, times), PEOPLE))
    shared = store.row("cash_plans", "all") or {}
    assert sorted(str(shared["purpose"]).strip(";").split(";")) == sorted(f"{who}.{n}" for who in PEOPLE for n in range(times))
    assert set(store.book().frame("cash_plans")["amount"].dropna()) == {times - 1}
    assert len(store.history("cash_plans", limit=10_000)) == 17 + 2 * 16 * times
    assert store.verify() == []
    store.close()
