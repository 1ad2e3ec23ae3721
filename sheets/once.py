"""What is worked out once and kept as long as the thing it was worked out from: the one cache there is."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import RLock
from typing import TypeVar, cast

Answer = TypeVar("Answer")


class Once:
    """Answers by key. Several who ask at the same time wait for the first; nobody works it out a second time."""

    def __init__(self) -> None:
        self._answers: dict[Hashable, object] = {}
        self._lock = RLock()

    def __call__(self, key: Hashable, make: Callable[[], Answer]) -> Answer:
        """The answer under a key; `make` is called the first time. Shared: never change it in place."""
        if key not in self._answers:
            with self._lock:
                if key not in self._answers:
                    self._answers[key] = make()
        return cast(Answer, self._answers[key])
