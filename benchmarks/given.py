"""What the rules written by hand are handed: the columns they read, the calendar as a table, and the days of the periods."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from rules.calendar import Calendar
from sheets.book import Book

THREADS = 2
FIRST, LAST = date(2000, 1, 1), date(2060, 12, 31)
WAIVED = 2  # a calendar week with no more working days is waived
COLUMNS = {
    "customers": ("id", "status", "assigned_on", "filed_on", "credit_officer"),
    "staff": ("id", "role"),
    "visits": ("customer", "kind", "mode", "visited_on", "participants", "opportunity", "minutes", "purposes", "place", "their_people"),
    "ratings": ("id", "customer", "authority", "effective_on", "expires_on", "notice_on", "notice_received_on", "initiated_on",
                "submitted_on", "credit_officer"),
    "credit_lines": ("id", "customer", "kind", "authority", "intention", "effective_on", "expires_on", "notice_on", "notice_received_on",
                     "diligence_on", "submitted_on", "credit_officer"),
    "loans": ("id", "customer", "product", "balance", "matures_on", "repaid_on", "maturity_plan", "notice_on", "talked_on", "renewal_on"),
    "opportunities": ("id", "customer", "stage", "stage_on", "created_at", "submitted_at", "feedback", "feedback_at", "reported_at"),
    "measures": ("id", "customer", "owner", "due_on", "done_on", "status"),
    "marketing_plans": ("opportunity", "made_on"),
}  # fmt: skip


def tables(book: Book) -> dict[str, pd.DataFrame]:
    """The ledgers with the columns that the rules look at."""
    return {key: book.last_good(key)[list(columns)] for key, columns in COLUMNS.items()}


def lookup(calendar: Calendar) -> pd.DataFrame:
    """A row a day: does the branch work, the working day before or after, so many working days on or back."""
    days = np.arange(np.datetime64(FIRST), np.datetime64(LAST) + 1).astype(np.int64)
    shifted = {"earlier": calendar.roll(days, "earlier"), "later": calendar.roll(days, "later")}
    shifted |= {name: calendar.add_workdays(days, count) for name, count in (("back10", -10), ("on3", 3), ("on5", 5))}
    data: dict[str, Any] = {"day": days, **shifted}
    frame = pd.DataFrame({key: value.astype("datetime64[D]").astype("datetime64[s]") for key, value in data.items()})
    works = calendar.works(days)
    return frame.assign(works=works, rank=np.cumsum(works), guessed=calendar.provisional(days))


def bounds(today: date, calendar: pd.DataFrame) -> dict[str, Any]:
    """First days of the period before (0), of this one (1) and of the next (2); whether a week is waived."""
    week = today - timedelta(days=today.weekday())
    month = today.replace(day=1)
    quarter = month.replace(month=(today.month - 1) // 3 * 3 + 1)
    found: dict[str, Any] = {"week0": week - timedelta(days=7), "week1": week, "month1": month, "quarter1": quarter}
    found["month0"] = (month - timedelta(days=1)).replace(day=1)
    found["quarter0"] = (quarter - timedelta(days=85)).replace(day=1)
    found["quarter2"] = (quarter + timedelta(days=95)).replace(day=1)
    for n in (0, 1):
        first = pd.Timestamp(found[f"week{n}"])
        inside = calendar["day"].between(first, first + pd.Timedelta(days=6))
        found[f"waive{n}"] = bool(calendar.loc[inside, "works"].sum() <= WAIVED)
    return found
