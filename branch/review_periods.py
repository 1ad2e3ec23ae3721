"""Which months, quarters and years are reviewed: as a cell names them, and as a page offers them."""

from __future__ import annotations

from datetime import date

from rules import periods, wording
from rules.periods import Period
from texts import Lang

UNITS = ("month", "quarter", "year")
BACK = {"month": 13, "quarter": 6, "year": 3}  # periods offered, the one that runs first


def named(text: object) -> Period | None:
    """The month, quarter or year that a cell names; None for anything else, a week among them."""
    found = periods.named(text) if isinstance(text, str) else None
    return found if found is not None and found.unit in UNITS else None


def offered(unit: str, today: date) -> list[Period]:
    """The periods of a length that may be reviewed today, the newest first."""
    known = unit if unit in BACK else UNITS[0]
    return periods.back(known, today, BACK[known])[::-1]  # type: ignore[arg-type]


def usual(unit: str, today: date) -> Period:
    """The period that is most likely meant: the last one that is over."""
    return offered(unit, today)[1]


def said(period: Period, lang: Lang) -> str:
    """2026年11月, 2026年第四季度, 2026年."""
    return wording.period(period.name, lang)
