"""What the rules by hand in polars share: frames, the calendar's columns, and the shape of their dues."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from typing import Any

from benchmarks.given import FIRST, THREADS

os.environ.setdefault("POLARS_MAX_THREADS", str(THREADS))

import polars as pl

__all__ = ["GONE", "MANAGER", "NONE", "Base", "coalesce", "col", "complete", "owed", "pl", "tail"]
NONE = pl.lit(None, pl.Date)
GONE = ("lost", "exited")
MANAGER = "customer_manager"
col, coalesce = pl.col, pl.coalesce


class Base:
    """The frames, and the days that rules count to."""

    def __init__(self, frames: Mapping[str, Any], calendar: Any, today: date, known: Mapping[str, Any]) -> None:
        self.frames, self.calendar, self.known, self.day, self.today = frames, calendar, known, today, pl.lit(today)
        self.live, self.quarter = pl.lit(known["live"]), pl.lit(known["quarter1"])

    def pick(self, name: str, day: Any) -> Any:
        """A column of the calendar at each day."""
        return pl.lit(self.calendar[name]).gather((day - pl.lit(FIRST)).dt.total_days())

    def done(self, day: Any) -> Any:
        return pl.when(day <= self.today).then(day)

    def begun(self, day: Any) -> Any:
        """Whether a clock that starts that day runs: since the branch began with this."""
        return (day >= self.live) & (day <= self.today)

    def since(self, *columns: str) -> Any:
        return pl.max_horizontal(coalesce(*columns), self.live)

    def here(self) -> Any:
        """Customers who have not left, what they do with us, and from when something is owed for them."""
        flags = col("flags").cast(pl.String).fill_null("").str.split(";")
        return self.frames["customers"].filter(~col("status").fill_null("").is_in(GONE)).with_columns(
            officer=col("credit_officer").fill_null(""), since=self.since("assigned_on", "filed_on"),
            borrows=flags.list.contains("credit"), saves=flags.list.contains("deposit"),
        )  # fmt: skip

    def stays(self, rows: Any) -> Any:
        """Rows of customers who have not left."""
        gone = self.frames["customers"].filter(col("status").is_in(GONE)).select(customer="id")
        return rows.join(gone, on="customer", how="anti")

    def about(self, table: str, link: str, parent: str, *more: str) -> Any:
        """Rows with the customer of the row that they belong to, and more of its columns."""
        return self.frames[table].join(self.frames[parent].select("id", "customer", *more), left_on=link, right_on="id")

    def owes(self) -> Any:
        """Loans that are not repaid."""
        loans = self.frames["loans"].filter(col("balance").ne_missing(0), col("repaid_on").is_null())
        return loans.with_columns(since=self.since("drawn_on"))

    def whole(self) -> Any:
        """Visits with all that makes them one."""
        return self.frames["visits"].filter(complete())


def complete() -> Any:
    def said(name: str) -> Any:
        return col(name).cast(pl.String).fill_null("") != ""

    onsite, business = col("mode").eq_missing("onsite"), col("kind").eq_missing("business")
    return (
        (said("minutes") | said("purposes"))
        & (~onsite | (said("minutes") & (said("place") | said("their_people"))))
        & (~business | said("opportunity") | said("purposes"))
    )


def owed(
    rows: Any, rule: str, table: str, due: Any, anchor: Any, *, roles: Any = MANAGER, customer: Any = None, name: Any = None, **more: Any
) -> Any:
    """The dues of one rule; `name` is the occurrence, where it is not the due date."""
    whose = col("customer") if customer is None else customer
    head = [pl.lit(rule).alias("rule"), pl.lit(table).alias("table"), col("id").alias("row"), whose.alias("customer")]
    occurrence = (due.dt.to_string() if name is None else name).alias("occurrence")
    return rows.select(*head, occurrence, due.alias("due"), anchor.alias("anchor"), **tail(roles=roles, **more))


def tail(*, roles: Any, officer: Any = None, owner: Any = None, opens: Any = NONE, met_on: Any = NONE, fixed: Any = None) -> dict[str, Any]:
    blank = pl.lit("")
    texts = {"officer": officer, "owner": owner, "fixed": fixed}
    whose = pl.lit(roles) if isinstance(roles, str) else roles
    return {"opens": opens, "met_on": met_on, "roles": whose} | {k: blank if v is None else v for k, v in texts.items()}
