"""What the rules written by hand are handed: the columns they read, the calendar as a table, and the days of the periods."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.rows import live_since
from rules import periods
from rules.calendar import Calendar
from sheets.book import Book

THREADS = 2
FIRST, LAST = date(2000, 1, 1), date(2060, 12, 31)
WAIVED = 2  # a calendar week with no more working days is waived
AHEAD, BACK = (1, 2, 3, 5, 10, 15), (1, 2, 3, 5, 10)  # working days that the rules count
OWED: dict[periods.Unit, int] = {"month": 13, "quarter": 5, "year": 2}  # the periods looked at, this one among them
NAMED = 3 * 12  # months whose names a record may bear
COLUMNS = {
    "customers": ("id", "status", "assigned_on", "filed_on", "credit_officer", "name", "uscc", "kind", "ownership", "industry", "size",
                  "address", "main_business", "legal_representative", "tier", "flags", "basic_account_bank", "owner", "team",
                  "next_update_on", "share_deposit"),
    "staff": ("id", "role", "status", "joined_on"),
    "visits": ("id", "customer", "kind", "mode", "planned_on", "visited_on", "participants", "opportunity", "minutes", "purposes", "place",
               "their_people", "preparation", "recorded_by"),
    "ratings": ("id", "customer", "authority", "effective_on", "expires_on", "notice_on", "notice_received_on", "initiated_on",
                "submitted_on", "credit_officer", "entered_on", "grade", "result"),
    "credit_lines": ("id", "customer", "kind", "authority", "intention", "effective_on", "expires_on", "notice_on", "notice_received_on",
                     "diligence_on", "submitted_on", "credit_officer", "materials_on", "amount"),
    "loans": ("id", "customer", "product", "amount", "balance", "drawn_on", "matures_on", "repaid_on", "maturity_plan", "notice_on",
              "receipt_on", "talked_on", "renewal_on", "interest_cycle", "interest_day", "risk_class"),
    "opportunities": ("id", "customer", "stage", "stage_on", "created_at", "submitted_at", "feedback", "feedback_at", "reported_at",
                      "upreport", "upreport_to", "upreported_at"),
    "measures": ("id", "customer", "owner", "noted_on", "due_on", "done_on", "status"),
    "tasks": ("id", "customer", "owner", "due_on", "done_on", "report", "status"),
    "marketing_plans": ("id", "customer", "opportunity", "made_on"),
    "marketing_steps": ("id", "marketing_plan", "owner", "due_on", "done_on", "status"),
    "resources": ("id", "opportunity", "owner", "due_on", "done_on"),
    "channels": ("opportunity", "since"),
    "plans": ("id", "customer", "year", "status", "superseded", "made_on"),
    "plan_targets": ("plan", "target", "last_actual", "goal", "actual", "last_number", "goal_number", "actual_number", "last_share",
                     "goal_share", "actual_share"),
    "plan_actions": ("id", "plan", "owner", "due_on", "done_on", "status"),
    "amendments": ("plan", "amended_on"),
    "reviews": ("id", "owner", "period", "written_on", "summary", "shortcomings", "next_plan", "discussed_on", "conclusion"),
    "diary": ("staff", "on"),
    "leave": ("staff", "from_on", "to_on"),
    "accounts": ("id", "customer", "status", "exempt", "key_account", "opened_on", "balance", "year_avg"),
    "reconciliations": ("account", "period", "reminded_on", "returned_on", "result"),
    "statements": ("customer", "period", "audited", "entered_on"),
    "interest_checks": ("id", "loan", "interest_on", "checked_on", "balance", "interest_due", "reminded_on", "rechecked_on", "result",
                        "arrears"),
    "fund_checks": ("id", "loan", "kind", "checked_on", "mend_by", "mended_on", "staff"),
    "payments": ("id", "customer", "pays_on", "amount", "payee_kind", "funds", "loan", "pay_mode", "evidence", "signed_at", "signed_by"),
    "problems": ("id", "customer", "owner", "raised_on", "taken_on", "solved_on", "result"),
    "products": ("id", "customer", "status", "expires_on"),
    "shares": ("customer", "as_of", "block", "ours", "others"),
    "cash_plans": ("customer", "noted_on"),
    "fees": ("customer", "on", "received"),
    "contacts": ("customer",),
}  # fmt: skip


def tables(book: Book) -> dict[str, pd.DataFrame]:
    """The ledgers with the columns that the rules look at."""
    return {key: book.last_good(key)[list(columns)] for key, columns in COLUMNS.items()}


def lookup(calendar: Calendar) -> pd.DataFrame:
    """A row a day: does the branch work, the working day before or after, so many working days on or back."""
    days = np.arange(np.datetime64(FIRST), np.datetime64(LAST) + 1).astype(np.int64)
    shifted = {"earlier": calendar.roll(days, "earlier"), "later": calendar.roll(days, "later")}
    shifted |= {f"on{count}": calendar.add_workdays(days, count) for count in AHEAD}
    shifted |= {f"back{count}": calendar.add_workdays(days, -count) for count in BACK}
    data: dict[str, Any] = {"day": days, **shifted}
    frame = pd.DataFrame({key: value.astype("datetime64[D]").astype("datetime64[s]") for key, value in data.items()})
    works = calendar.works(days)
    return frame.assign(works=works, rank=np.cumsum(works), guessed=calendar.provisional(days))


def named(today: date) -> pd.DataFrame:
    """The periods that records are filed under: first and last day, whether it is still looked at, whether it is this one or
    the one before."""
    rows: list[dict[str, Any]] = []
    for unit, owed in OWED.items():
        every = periods.back(unit, today, max(owed, NAMED // {"month": 1, "quarter": 3, "year": 12}[unit]))
        for age, one in enumerate(reversed(every)):
            rows.append({"unit": unit, "name": one.name, "first": one.start, "last": one.end, "owed": age < owed, "recent": age < 2})
    frame = pd.DataFrame(rows)
    return frame.assign(**{key: pd.to_datetime(frame[key]).astype("datetime64[s]") for key in ("first", "last")})


def bounds(today: date, calendar: pd.DataFrame) -> dict[str, Any]:
    """First days of the period before (0), of this one (1) and of the next (2); whether a week is waived."""
    week = today - timedelta(days=today.weekday())
    month = today.replace(day=1)
    quarter = month.replace(month=(today.month - 1) // 3 * 3 + 1)
    found: dict[str, Any] = {"week0": week - timedelta(days=7), "week1": week, "month1": month, "quarter1": quarter}
    found["month0"] = (month - timedelta(days=1)).replace(day=1)
    found["quarter0"] = (quarter - timedelta(days=85)).replace(day=1)
    found["quarter2"] = (quarter + timedelta(days=95)).replace(day=1)
    found |= {"year1": today.replace(month=1, day=1), "live": live_since(today)}
    found["gone"] = (today - found["year1"]).days + 1  # days of this year, today among them
    found["gone"] /= (today.replace(month=12, day=31) - found["year1"]).days + 1
    for n in (0, 1):
        first = pd.Timestamp(found[f"week{n}"])
        inside = calendar["day"].between(first, first + pd.Timedelta(days=6))
        found[f"waive{n}"] = bool(calendar.loc[inside, "works"].sum() <= WAIVED)
    return found
