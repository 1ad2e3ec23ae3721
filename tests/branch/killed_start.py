"""Makes a branch in the home named first, in a process that is killed at the step whose number comes second."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from branch import opening
from tests.jobs.crash import arm

if __name__ == "__main__":
    arm(int(sys.argv[2]))
    opening.create(Path(sys.argv[1]), datetime(2026, 11, 23, 9, 0)).store.close()
