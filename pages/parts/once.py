"""What one look at the book gives is reckoned once for all who ask; only the newest two books are kept alive for it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar, cast

from sheets.book import Book

Answer = TypeVar("Answer")
MOST = 1_024  # answers kept for one book
_books: deque[tuple[Book, dict[Hashable, object]]] = deque(maxlen=2)
_lock = Lock()


def once(book: Book, key: Hashable, make: Callable[[], Answer]) -> Answer:
    """The answer for a book and a key; `make` is asked the first time. Shared: never change it in place."""
    with _lock:
        answers = next((found for held, found in _books if held is book), None)
        if answers is None or len(answers) >= MOST:
            answers = {}
            _books.append((book, answers))
    if key not in answers:
        answers[key] = make()  # two that ask at once reckon it twice, and alike
    return cast(Answer, answers[key])
