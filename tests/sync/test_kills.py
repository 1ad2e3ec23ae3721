"""The process is gone at any step between the store and the sheet: afterwards nothing is lost and nothing is there twice.

A kill before or after each request to Google, each save of what is remembered, and each write of the ledgers.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sheets.google import GoogleSheet
from sheets.store import Store
from sheets.store.agreed import Agreed
from tests.sheets_api.server import SheetsApi
from tests.sync import world
from tests.sync.conftest import Office, office
from tests.sync.world import Killed

STEPS: tuple[tuple[type, str], ...] = ((GoogleSheet, "_ask"), (Agreed, "save"), (Store, "write"))


class Stops:
    """Ends the process at one step, before it is done or after."""

    def __init__(self) -> None:
        self.left, self.after, self.count = -1, False, 0

    def around(self, step: Callable[..., Any]) -> Callable[..., Any]:
        def stopping(*given: Any, **more: Any) -> Any:
            self.count += 1
            mine = self.count == self.left
            if mine and not self.after:
                raise Killed
            found = step(*given, **more)
            if mine:
                raise Killed
            return found

        return stopping


def work(bank: Office) -> None:
    """All that the worker does in a round: people's edits and new rows, ours, and numbers given."""
    worker = bank.worker()
    worker.flush()
    worker.pull()
    worker.flush()


def prepare(bank: Office, number: int) -> None:
    """A row typed in the sheet that has rested, a value typed there, and an edit and a new row that were saved here."""
    title = bank.title("teams")
    bank.book.type(title, f"B{len(bank.book.cells(title)) + 1}", f"新团队{number}")
    bank.sync()
    bank.wait()
    bank.save(world.TAB, world.OURS, content=f"处理{number}")
    bank.save(world.TAB, f"N{number}", customer="C1", content=f"新问题{number}", raised_on=bank.clock[0].date(), owner="CM1", area="other")
    bank.type(world.TAB, "P3", "content", f"表格里改的{number}")


def wrong(bank: Office, number: int) -> list[str]:
    ledger = bank.branch.book().frame(world.TAB).set_index("id")["content"]
    found = []
    if bank.shown(world.TAB, world.OURS, "content") != f"处理{number}" or ledger[world.OURS] != f"处理{number}":
        found.append("the saved value")
    rows = world.rows(bank)
    if len(rows.get(f"N{number}", [])) != 1:
        found.append(f"the new row: {rows.get(f'N{number}')}")
    if ledger["P3"] != f"表格里改的{number}":
        found.append(f"the typed value: {ledger['P3']}")
    teams = bank.branch.book().frame("teams")
    if (teams["name"] == f"新团队{number}").sum() != 1:
        found.append(f"the typed row: {list(teams['name'])}")
    cells = bank.book.cells(bank.title("teams"))
    if sum(f"新团队{number}" in row for row in cells) != 1:
        found.append(f"the typed row in the sheet: {cells}")
    if bank.worker().waiting():
        found.append("something waits")
    return found


@pytest.mark.parametrize("after", [pytest.param(False, marks=pytest.mark.long), True], ids=["before", "after"])
def test_a_kill_at_any_step_loses_nothing_and_doubles_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: bool) -> None:
    stops, said, number, step = Stops(), [], 0, 0
    for owner, name in STEPS:
        monkeypatch.setattr(owner, name, stops.around(getattr(owner, name)))
    with SheetsApi() as api:
        bank = office(tmp_path / "home", api, api.create("支行台账", share=[api.account_email]))
        bank.connect()
        world.prepare(bank)
        while True:
            number, step = number + 1, step + 1
            prepare(bank, number)
            stops.count, stops.left, stops.after = 0, step, after
            try:
                work(bank)
                done = True
            except Killed:
                done = False
            stops.left = -1
            for _ in range(3):
                bank.wait()
                bank.sync()
            said += [f"step {step}: {one}" for one in wrong(bank, number)]
            if done:
                break
        bank.branch.store.close()
    assert step > 10, "there were steps to be killed at"
    assert not said, "\n".join(said)
