"""The one opened branch of this process, shared by every page and every plain route."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from threading import Lock

from branch.branch import Branch, open_branch

ROOT = Path(__file__).resolve().parents[2]
_opening = Lock()


def home() -> Path:
    """Where the branch lives: HUCE_HOME, or var/ beside the program."""
    return Path(os.environ.get("HUCE_HOME") or ROOT / "var").resolve()


def branch() -> Branch:
    with _opening:
        return _open(home())


@cache
def _open(place: Path) -> Branch:
    return open_branch(place)
