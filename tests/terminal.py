"""The terminal as a person or a script uses it: what commands print and how they end, in this process or in one of their own."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[1]
CLI = [sys.executable, str(ROOT / "cli.py")]
PATIENCE = 90  # seconds until a portal answers on a machine with much else to do


def around(**more: str) -> dict[str, str]:
    """The environment without what the person who runs the tests has set for a branch of their own."""
    return {k: v for k, v in os.environ.items() if not k.startswith("HUCE_")} | {"PYTHONUTF8": "1"} | more


def process(*words: str, home: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, as it is really run."""
    line = [*CLI, *_words(words, home)]
    return subprocess.run(line, capture_output=True, text=True, check=False, cwd=ROOT, env=around(**more), timeout=300)


def run(*words: str, home: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    """The same without the seconds that a process needs to begin: from its words to its exit code."""
    import cli
    import terminal

    line = [str(ROOT / "cli.py"), *_words(words, home)]
    here, environment, before = Path.cwd(), dict(os.environ), (sys.argv, sys.stdout, sys.stderr)
    sinks = io.BytesIO(), io.BytesIO()
    said, told = (io.TextIOWrapper(sink, "utf-8", write_through=True) for sink in sinks)
    os.environ.clear()
    os.environ.update(around(**more))
    os.chdir(ROOT)
    sys.argv, sys.stdout, sys.stderr = line, said, told
    code: object = 0
    try:
        terminal.run(cli.app)
    except SystemExit as end:
        code = end.code
    finally:
        sys.argv, sys.stdout, sys.stderr = before
        os.chdir(here)
        os.environ.clear()
        os.environ.update(environment)
    out, err = (sink.getvalue().decode() for sink in sinks)
    return subprocess.CompletedProcess(line, int(str(code or 0)), out, err)


def _words(words: tuple[str, ...], home: Path | None) -> list[str]:
    return [*words, *(["--home", str(home)] if home else [])]


def told(*words: str, home: Path | None = None, code: int = 0) -> Any:
    """The one document of --json."""
    done = run(*words, "--json", home=home)
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def refused(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """It ended with this code and a sentence that names these things, and without a traceback."""
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    for word in words:
        assert word in done.stderr, done.stderr


@dataclass
class Portal:
    """A portal in a process of its own."""

    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)
    url: str = ""

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)


@contextmanager
def portal(*words: str, home: Path, wait: bool = True, **more: str) -> Iterator[Portal]:
    """Starts `serve` or `demo`, waits for the line with the address, and ends it if the test did not."""
    line = [*CLI, *(words or ("serve",)), "--home", str(home)]
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=home.parent, env=around(**more))
    there = Portal(process)
    reader = threading.Thread(target=_read, args=(there,), daemon=True)
    reader.start()
    end = time.monotonic() + PATIENCE
    while wait and not there.url and process.poll() is None and time.monotonic() < end:
        time.sleep(0.05)
    try:
        assert there.url or not wait, "".join(there.said)
        yield there
    finally:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
        reader.join(5)


def _read(there: Portal) -> None:
    for row in there.process.stdout or ():
        there.said.append(row)
        if row.startswith("http://"):
            there.url = row.strip()
