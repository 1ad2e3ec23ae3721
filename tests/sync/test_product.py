"""Everything a person may do, at every moment of a save, with everything that may go wrong on the wire: nothing lost, nothing
doubled, no neighbour hurt."""

from __future__ import annotations

import random
from itertools import product
from pathlib import Path

import pytest

from tests.sheets_api.server import SheetsApi
from tests.sync import world
from tests.sync.conftest import office

EVERY = list(product(world.ACTS, world.MOMENTS, world.FAULTS))
SOME = random.Random(2026).sample(EVERY, 20)


def play(tmp_path: Path, some: list[tuple[str, str, str]]) -> dict[tuple[str, str, str], list[str]]:
    found: dict[tuple[str, str, str], list[str]] = {}
    number = 0
    while some:
        number += 1
        with SheetsApi() as api:
            bank = office(tmp_path / f"home{number}", api, api.create("支行台账", share=[api.account_email]))
            bank.connect()
            world.prepare(bank)
            while some:
                one, *some = some
                if wrong := world.run(bank, *one):  # the next world begins on a sheet of its own
                    found[one] = wrong
                    break
            bank.branch.store.close()
    return found


def told(wrong: dict[tuple[str, str, str], list[str]]) -> str:
    return "\n".join(f"{act} · {moment} · {fault}: {'; '.join(said)}" for (act, moment, fault), said in wrong.items())


def test_a_save_comes_through_whatever_a_person_does_and_whatever_the_wire_does(tmp_path: Path) -> None:
    wrong = play(tmp_path, SOME)
    assert not wrong, f"{len(wrong)} of {len(SOME)}\n{told(wrong)}"


@pytest.mark.long
def test_the_whole_product(tmp_path: Path) -> None:
    wrong = play(tmp_path, EVERY)
    assert not wrong, f"{len(wrong)} of {len(EVERY)}\n{told(wrong)}"
