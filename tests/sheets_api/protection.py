"""Who may write where: protected ranges, for the API and for people alike."""

from __future__ import annotations

from collections.abc import Iterable

from tests.sheets_api.errors import PROTECTED, bad
from tests.sheets_api.grid import Area, Protection, Tab


def stopping(tab: Tab, who: str) -> list[Protection]:
    """The protections that keep this account or person out; warnings are none."""
    return [one for one in tab.protections if one.stops(who)]


def check_cells(tab: Tab, cells: Iterable[tuple[int, int]], who: str) -> None:
    """Raises Refused when one of the cells may not be written."""
    stops = stopping(tab, who)
    if stops and any(one.area.has(*cell) and not any(free.has(*cell) for free in one.unprotected) for cell in cells for one in stops):
        raise bad(PROTECTED)


def check_area(tab: Tab, area: Area, who: str) -> None:
    """Raises Refused when a protected range has cells in the area."""
    if any(one.area.meets(area) and not any(_covers(free, area) for free in one.unprotected) for one in stopping(tab, who)):
        raise bad(PROTECTED)


def _covers(outer: Area, inner: Area) -> bool:
    far = 1 << 40
    return (
        outer.top <= inner.top and (inner.bottom or far) <= (outer.bottom or far)
        and outer.left <= inner.left and (inner.right or far) <= (outer.right or far)
    )  # fmt: skip
