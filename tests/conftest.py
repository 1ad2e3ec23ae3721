"""Fixtures shared by all rooms."""

import os
import tempfile
from pathlib import Path

from tests.postgres import database, postgres

__all__ = ["database", "postgres"]

# No test writes where the person who runs them keeps a branch of their own: Linux and macOS go by the first, Windows by the second.
_ELSEWHERE = str(Path(tempfile.gettempdir(), f"huce-tests-{os.getpid()}"))
os.environ |= {"XDG_DATA_HOME": _ELSEWHERE, "WIN_PD_OVERRIDE_LOCAL_APPDATA": _ELSEWHERE}
