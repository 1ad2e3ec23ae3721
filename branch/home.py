"""Where a branch lives when nobody says otherwise: with the person's own data, outside the folder of the program."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_data_path

PROGRAM = Path(__file__).resolve().parents[1]
NAME = "Huce"
OLD = "var"  # where branches lived beside the program, and where the sample branch still does
LEFT = ("settings.toml", "huce.db", "settings.toml.good")  # any of these: a branch is, or was, here


def standard(program: Path = PROGRAM) -> Path:
    """A branch that was begun inside the program's folder stays there; every other lives where an update of the program,
    which is a new folder, finds it again (on Windows on this computer, not in the roaming profile)."""
    old = program / OLD
    return old if holds_branch(old) else user_data_path(NAME, appauthor=False, roaming=False)


def sample(program: Path = PROGRAM) -> Path:
    """The sample branch belongs to the program that made it up."""
    return program / OLD / "demo"


def holds_branch(home: Path) -> bool:
    return any(os.path.lexists(home / name) for name in LEFT)


def inside_program(home: Path, program: Path = PROGRAM) -> bool:
    """A new folder of the program would not find it."""
    return home.resolve().is_relative_to(program.resolve())
