"""Files handed out once, to the session they were made for."""

from __future__ import annotations

from collections.abc import Callable

from starlette.routing import Route

from branch.branch import Branch


def routes(branch: Callable[[], Branch]) -> list[Route]:
    return []
