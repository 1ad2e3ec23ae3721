"""One look at the whole workbook: what is due goes into the alert ledger, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from branch.branch import Branch
from jobs import ledger
from rules import due, ladder, wording
from rules.ledgers import Ledgers
from sheets.book import Book
from sheets.schema import Issue, Lang

ACTOR = "system"


@dataclass(frozen=True)
class Scan:
    """What one scan found. `told` are the reached steps with the person each is for; `new` counts alerts."""

    today: str
    dues: pd.DataFrame
    told: pd.DataFrame
    new: int
    closed: int
    issues: list[Issue]
    book: Book


def scan(branch: Branch, now: datetime, *, dry_run: bool = False) -> Scan:
    """Dues as of a moment into the `alerts` ledger: the highest step reached for each role is open, the lower ones
    are on record as skipped, what is met or gone is closed. Run twice, it writes nothing twice."""
    book, (rules, _), calendar = branch.book(), branch.rules(), branch.calendar()
    dues = wording.with_left(due.dues(book, rules, calendar, now), Ledgers(book, now))
    come = ledger.reached(dues, due.steps(dues, rules, calendar, now), now)
    told = ladder.resolve(come, book, now.date())
    told["late"] = ledger.tardy(told, now, branch.settings.jobs.digest_at, calendar)
    top = told[told["top"].astype(bool)]
    told["text"] = pd.Series(wording.sentences(top, book, rules, branch.settings.lang), index=top.index, dtype="object")
    plan = ledger.plan(told, dues.loc[dues["state"].isin(ledger.LIVE), "key"], book.frame("alerts"), now)
    if not dry_run:
        if plan.edits:
            branch.store.write(plan.edits, ACTOR, "job", now)
        branch.store.private.mark("scan", f"new={plan.new} closed={plan.closed}", now)
    return Scan(now.date().isoformat(), dues, told, plan.new, plan.closed, branch.issues(), book)


def rows(branch: Branch, found: Scan, lang: Lang, *, every: bool = False) -> list[dict[str, Any]]:
    """The dues as the terminal's JSON gives them: due soon, due today, overdue and open reminder steps, or `every` state."""
    shown = found.dues if every else due.listed(found.dues, found.told)
    rules = branch.rules()[0]
    clauses = {rule.id: rule.clause for rule in rules}
    lines = wording.sentences(shown, found.book, rules, lang)
    owners = _owners(shown, found, branch)
    mails = dict(zip(found.book.frame("staff")["id"], found.book.frame("staff")["email"], strict=True))
    top = found.told[found.told["top"].astype(bool)].sort_values(["at", "rank"] if "rank" in found.told else ["at"])
    steps = dict(zip(top["key"], top["step"], strict=True))
    return [
        {
            "key": row["key"], "rule": row["rule"], "table": row["table"], "row": row["row"], "customer": row["customer"],
            "due": _day(row["due"]), "anchor": _day(row["anchor"]), "state": row["state"], "step": steps.get(row["key"]),
            "unresolved": any(t["unresolved"] for t in owners.get(row["key"], [])),
            "to": [{"role": t["role"], "person": t["person"], "email": mails.get(t["person"], "")} for t in owners.get(row["key"], [])],
            "clause": clauses.get(row["rule"], ""), "why": line, "provisional": bool(row["provisional"]),
        }
        for row, line in zip(shown.to_dict("records"), lines, strict=True)
    ]  # fmt: skip


def _owners(shown: pd.DataFrame, found: Scan, branch: Branch) -> dict[str, list[dict[str, Any]]]:
    """Whom each due is for: its owners, and whoever its ladder has reached."""
    owed = shown[["key", "customer", "owner", "officer", "roles"]].assign(role=shown["roles"].str.split(";")).explode("role")
    told = found.told.loc[found.told["key"].isin(shown["key"]), ["key", "customer", "owner", "officer", "role"]]
    day = pd.Timestamp(found.today).date()
    both = ladder.resolve(pd.concat([owed[told.columns], told]).drop_duplicates(["key", "role"]), found.book, day)
    whom: dict[str, list[dict[str, Any]]] = {}
    for row in both.to_dict("records"):
        whom.setdefault(str(row["key"]), []).append({str(k): v for k, v in row.items()})
    return whom


def _day(value: Any) -> str | None:
    return None if value is pd.NaT else f"{value:%Y-%m-%d}"
