"""Something that talks to Google, run beside the page: it goes on when the page is left, and the page shows how far it is."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

from texts import Fault

log = logging.getLogger("huce.screen")
_running: dict[Path, Errand] = {}  # the newest of each branch
_lock = Lock()


@dataclass
class Errand:
    """`result` once it is done; a `fault` that brought its own sentence, or the `number` under which the log tells more."""

    name: str
    made: Callable[[], int]  # requests so far
    size: int = 1  # requests that it will take, about
    result: Any = None
    fault: Fault | None = None
    number: str = ""
    ended: Event = field(default_factory=Event)

    @property
    def running(self) -> bool:
        return not self.ended.is_set()

    @property
    def share(self) -> float:
        """How far it is, never quite 1 before it has ended."""
        return min(self.made() / max(self.size, 1), 0.97)


def start(home: Path, name: str, act: Callable[[], Any], *, made: Callable[[], int] = lambda: 0, size: int = 1) -> Errand:
    """Runs `act` on a thread of its own; while one is under way for this branch, a second click starts nothing."""
    with _lock:
        there = _running.get(home)
        if there is not None and there.running:
            return there
        found = _running[home] = Errand(name, made, size)
    Thread(target=_run, args=(found, act), name=f"huce-{name}", daemon=True).start()
    return found


def newest(home: Path) -> Errand | None:
    return _running.get(home)


def forget(home: Path) -> None:
    """What came of the last one has been told; one that is under way stays."""
    with _lock:
        there = _running.get(home)
        if there is not None and not there.running:
            del _running[home]


def _run(errand: Errand, act: Callable[[], Any]) -> None:
    try:
        errand.result = act()
    except Fault as fault:
        errand.fault = fault
    except Exception:
        errand.number = secrets.token_hex(3)
        log.exception("errand %s failed, no. %s", errand.name, errand.number)
    finally:
        errand.ended.set()
