"""Faults on order: which request goes wrong, and how; and people who act just before one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

HOW = ("429", "503 before", "503 after", "cut before", "cut after", "truncated", "late")


@dataclass
class Fault:
    """The nth matching request from now on goes wrong, and the `times - 1` after it.

    `kind`: read, write, drive, token; None: read or write. `containing`: a text in its path or body.
    """

    nth: int
    kind: str | None
    how: str
    times: int = 1
    containing: str = ""
    seen: int = 0

    def __post_init__(self) -> None:
        if self.how not in HOW:
            raise ValueError(f"{self.how!r} is none of {HOW}")

    def hits(self, kind: str, text: Callable[[], str]) -> bool:
        """Counts the request if it matches, and says whether it is its turn."""
        if not matches(self.kind, kind) or (self.containing and self.containing not in text()):
            return False
        self.seen += 1
        return self.nth <= self.seen

    @property
    def over(self) -> bool:
        return self.seen >= self.nth + self.times - 1


@dataclass
class Act:
    """Something done once, just before the nth matching request is carried out."""

    nth: int
    kind: str | None
    act: Callable[[], object]
    containing: str = ""
    seen: int = 0

    def hits(self, kind: str, text: Callable[[], str]) -> bool:
        if not matches(self.kind, kind) or (self.containing and self.containing not in text()):
            return False
        self.seen += 1
        return self.seen == self.nth


@dataclass
class Entry:
    """A request as the log keeps it. `bytes`: of the answer as sent; `asked`: the requests in a batchUpdate; `fault`: how it went wrong."""

    method: str
    path: str
    kind: str
    status: int = 0  # 0: no answer
    bytes: int = 0
    received: int = 0
    asked: tuple[str, ...] = ()
    fault: str = ""


@dataclass
class Quota:
    """Requests a minute for each account; counted in minutes that begin with the first request of each."""

    started: dict[tuple[str, str], float] = field(default_factory=dict)
    used: dict[tuple[str, str], int] = field(default_factory=dict)

    def take(self, account: str, kind: str, limit: int | None, now: float) -> bool:
        """Counts one; False when the minute's quota is used up."""
        if limit is None:
            return True
        key = (account, kind)
        if now - self.started.get(key, -1e18) >= 60:
            self.started[key], self.used[key] = now, 0
        if self.used[key] >= limit:
            return False
        self.used[key] += 1
        return True


def matches(wanted: str | None, kind: str) -> bool:
    return kind in ("read", "write") if wanted is None else kind == wanted
