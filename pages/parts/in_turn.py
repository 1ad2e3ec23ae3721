"""Pages are drawn one after another, in the order in which they were asked for; one that takes long holds nobody up.

Python runs one thread at a time: ten pages drawn all at once take half as long again as ten in turn, and every one of them comes
last.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from branch import clock

LONG = 3.0  # seconds after which a page that is still being drawn counts no more, and the next one begins beside it


class Turns:
    """The pages that wait, the first in front; and since when each is drawn that is."""

    def __init__(self, long: float = LONG) -> None:
        self.long = long
        self._waiting: deque[object] = deque()
        self._drawn: dict[object, float] = {}
        self._moved = threading.Condition()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Waits until it is this page's turn, and lets the next one in at the end, whatever the page ends with."""
        page = object()
        with self._moved:
            self._waiting.append(page)
            try:
                while self._waiting[0] is not page or self._holding() > 0:
                    self._moved.wait(self._holding() or None)
            finally:  # whatever ends the waiting, nobody waits behind a page that waits no more
                self._waiting.remove(page)
                self._moved.notify_all()
            self._drawn[page] = clock.ticks()
        try:
            yield
        finally:
            with self._moved:
                del self._drawn[page]
                self._moved.notify_all()

    def _holding(self) -> float:
        """For how many seconds at the most the pages that are drawn hold the next one up; 0 for none."""
        return max([0.0, *(since + self.long - clock.ticks() for since in self._drawn.values())])


EVERYBODY = Turns()  # of all who look at this portal
