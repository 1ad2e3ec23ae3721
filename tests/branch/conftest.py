"""One branch is built once; every test gets a copy of its home."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from branch.branch import Branch
from branch.opening import open_branch
from tests.branch import rooms


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("branch") / "home"
    rooms.make(home).store.close()
    return home


@pytest.fixture
def home(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "home"))


@pytest.fixture
def branch(home: Path) -> Iterator[Branch]:
    opened = open_branch(home)
    yield opened
    opened.store.close()


@pytest.fixture(scope="module")
def read_only(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Branch]:
    """For the tests of a module that only look."""
    opened = open_branch(Path(shutil.copytree(built, tmp_path_factory.mktemp("looked") / "home")))
    yield opened
    opened.store.close()
