"""Makes a sample branch in the home named on the command line; the test that starts it kills it on the way."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from branch import sample

if __name__ == "__main__":
    sample.make(Path(sys.argv[1]), datetime(2026, 11, 23, 9, 0))
