"""A branch per test, copied from one that was made once; and a mail server."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from branch import opening as rooms
from branch.branch import Branch
from tests.jobs import world


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Callable[[tuple[str, ...]], Path]:
    made: dict[tuple[str, ...], Path] = {}

    def home(rules: tuple[str, ...]) -> Path:
        if rules not in made:
            made[rules] = tmp_path_factory.mktemp("branch") / "home"
            world.make(made[rules], rules=rules).store.close()
        return made[rules]

    return home


@pytest.fixture
def branch_of(template: Callable[[tuple[str, ...]], Path], tmp_path: Path) -> Iterator[Callable[..., Branch]]:
    opened: list[Branch] = []

    def make(*rules: str) -> Branch:
        home = tmp_path / f"home{len(opened)}"
        shutil.copytree(template(rules or world.ALONE), home)
        opened.append(rooms.open_branch(home))
        return opened[-1]

    yield make
    for branch in opened:
        branch.store.close()


@pytest.fixture
def branch(branch_of: Callable[..., Branch]) -> Branch:
    """Six people, and the one rule R30: a credit line is submitted a month before it expires."""
    return branch_of()
