"""`python -m tests.jobs.clockwork 2026-11-10T09:05 --home DIR`: the jobs as a process of their own, at a chosen hour."""

from __future__ import annotations

import sys
import time
from datetime import datetime, timedelta

from branch import clock

START, BEGAN = datetime.fromisoformat(sys.argv.pop(1)), time.monotonic()
clock.now = lambda: START + timedelta(seconds=time.monotonic() - BEGAN)

if __name__ == "__main__":
    from jobs.__main__ import main

    sys.exit(main())
