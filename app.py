"""The screen's launcher: opens the branch, keeps the jobs running beside it, and serves the pages behind the door."""

from __future__ import annotations

import asyncio
import gc
import importlib
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).resolve().parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from jobs import mail_trial  # noqa: E402  (the rooms are found from the root, set just above)
from pages.parts.broken import show_fault  # noqa: E402
from pages.parts.house import branch, home, use_mail  # noqa: E402
from pages.parts.screens import SCREENS  # noqa: E402
from web.routes import middleware, routes  # noqa: E402

# The server itself would believe any program on this machine about who asks; web/peer.py believes whom the branch named.
os.environ["FORWARDED_ALLOW_IPS"] = ""

HEAVY = ("pandas", "pyarrow", "pyarrow.compute", "streamlit.elements.arrow", "sqlalchemy", "pages.parts.form")


@asynccontextmanager
async def lifespan(_: object) -> AsyncIterator[dict[str, object]]:
    """Load once what every page needs, freeze it for the collector, and let the jobs live as long as we do."""
    for name in HEAVY:
        importlib.import_module(name)
    opened = branch()
    opened.book()
    jobs = start_jobs()
    # Streamlit collects garbage after every run of every page; what is loaded by now never becomes garbage.
    gc.collect()
    gc.freeze()
    try:
        yield {"branch": opened}
    finally:
        await asyncio.to_thread(stop_jobs, jobs)


def start_jobs() -> subprocess.Popen[bytes] | None:
    """The jobs in a process of their own. HUCE_SCREEN_ONLY=1 leaves them to another machine (or to a test)."""
    if os.environ.get("HUCE_SCREEN_ONLY") == "1":
        return None
    return subprocess.Popen([sys.executable, "-m", "jobs", "--home", str(home())], cwd=ROOT, stdin=subprocess.PIPE)


def stop_jobs(jobs: subprocess.Popen[bytes] | None) -> None:
    """Closing its input is the sign to end, on Windows too; a signal follows only if it does not listen."""
    if jobs is None:
        return
    if jobs.stdin:
        jobs.stdin.close()
    try:
        jobs.wait(10)
    except subprocess.TimeoutExpired:
        jobs.terminate()
        try:
            jobs.wait(10)
        except subprocess.TimeoutExpired:
            jobs.kill()
            jobs.wait()


use_mail(mail_trial)
app = st.App(
    ROOT / "pages" / "main.py", lifespan=lifespan, routes=routes(branch), middleware=middleware(branch, SCREENS), on_script_error=show_fault
)

if __name__ == "__main__":
    app.run()
