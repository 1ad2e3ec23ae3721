"""The portal as a process of its own, for tests that ask it from outside."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PATIENCE = 90  # seconds; a busy machine starts slowly
ask = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # this machine, past any proxy


@dataclass
class Served:
    """A running portal: where it answers and where it lives."""

    url: str
    home: Path
    process: subprocess.Popen[bytes]

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])


def serve(home: Path) -> Served:
    """Starts the portal without its jobs and waits until it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)], cwd=ROOT,
        env={**os.environ, "HUCE_HOME": str(home), "HUCE_SCREEN_ONLY": "1", "FORWARDED_ALLOW_IPS": ""}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    url, end = f"http://127.0.0.1:{port}", time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with ask.open(f"{url}/healthz", timeout=2):
                return Served(url, home, process)
        except OSError:
            if process.poll() is not None:
                raise AssertionError("the portal ended before it answered") from None
            time.sleep(0.1)
    process.kill()
    raise AssertionError(f"the portal did not answer within {PATIENCE} seconds")


def stop(served: Served) -> None:
    served.process.terminate()
    served.process.wait(20)
