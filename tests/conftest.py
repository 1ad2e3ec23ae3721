"""Fixtures shared by all rooms."""

import gc
import os
import tempfile
from pathlib import Path

import pytest

from tests.postgres import database, postgres

__all__ = ["database", "postgres"]
LONGEST = ("tests/browser/test_first_hour.py", "tests/browser/", "tests/jobs/test_year.py", "tests/jobs/test_kill.py")

# No test writes where the person who runs them keeps a branch of their own: Linux and macOS go by the first, Windows by the second.
_ELSEWHERE = str(Path(tempfile.gettempdir(), f"huce-tests-{os.getpid()}"))
os.environ |= {"XDG_DATA_HOME": _ELSEWHERE, "WIN_PD_OVERRIDE_LOCAL_APPDATA": _ELSEWHERE}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files come first, so that two workers end at about the same time."""

    def turn(item: pytest.Item) -> int:
        return next((n for n, path in enumerate(LONGEST) if item.nodeid.startswith(path)), len(LONGEST))

    items.sort(key=turn)


def pytest_collection_finish() -> None:
    """What has been loaded by now stays to the end; looking through it for garbage again and again was a fifth of the time."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
