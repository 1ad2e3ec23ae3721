"""Look at the workbook, bring the alert ledger up to it, and write the mails whose time has come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from jobs import ledger, letters, lines, marks, outbox
from jobs.readers import readers
from rules import due, ladder
from rules.ledgers import Ledgers
from rules.obligations import OPEN
from sheets.schema import Issue, Lang
from sheets.store import Conflict

if TYPE_CHECKING:
    from branch.branch import Branch

LEAP = timedelta(days=45)  # a clock that jumps further than this is not believed without asking
TRIES = 3


@dataclass(frozen=True)
class Scan:
    """What one scan saw and did. `dues` holds every state, `steps` what has been reached.

    `held` is not blank when mails wait to be asked for: from when to when the clock leapt.
    """

    today: date
    now: datetime
    dues: pd.DataFrame
    steps: pd.DataFrame
    new: int
    issues: list[Issue]
    closed: int = 0
    mails: int = 0
    held: str = ""


def scan(branch: Branch, now: datetime, *, dry_run: bool = False, yes: bool = False) -> Scan:
    """Dues as of now → ledger and outbox. Run twice, it does nothing twice. `yes` releases mails that were held.

    Raises the store's faults; two scans at once are sorted out by the store, and the slower one looks again.
    """
    for attempt in range(TRIES):
        found, plan = _look(branch, now)
        if dry_run:
            return found
        try:
            if plan.edits:
                branch.store.write(plan.edits, "system", "job", now)
            break
        except Conflict:
            if attempt == TRIES - 1:
                raise
    held = _held(branch, now, yes=yes)
    mails = 0 if held else letters.tell(branch, found.dues, now)
    marks.leave(branch.store, marks.SCANNED, str(branch.store.version()), now)
    branch.store.private.mark(marks.SCAN, "", now)
    return replace(found, mails=mails, held=held)


def _look(branch: Branch, now: datetime) -> tuple[Scan, ledger.Plan]:
    book, calendar, (rules, _) = branch.book(), branch.calendar(), branch.rules()
    dues = branch.dues(now)
    steps = due.steps(dues, rules, calendar, now)
    reached = ledger.reached(dues, steps, now)
    alerts = book.frame("alerts")
    live = dues.loc[dues["state"].isin(ledger.LIVE), "key"]
    moves = ledger.turn(reached, live, alerts, now, righted=bool(_hold(branch)) and not _leaps(branch, now))
    fresh = ~reached["stem"].isin(ledger.stems(alerts["due_key"], alerts["step"], alerts["role"]))
    unknown = ladder.resolve(reached.loc[fresh], book, now.date()).reset_index(drop=True)
    late = ledger.tardy(unknown["at"], unknown["channel"], now, branch.settings.jobs.digest_at, calendar)
    missed = pd.Series(late).groupby([unknown["key"], unknown["role"]]).transform("any")
    unknown["late"] = late | (missed & (unknown["state"] == "overdue"))
    again = frozenset(move.stem for move in moves if move.after == "open")
    spoken = reached.loc[(fresh & reached["top"].astype(bool)) | reached["stem"].isin(again)]
    said = lines.sentences(spoken, book, rules, Ledgers(book, now), branch.settings.lang)
    plan = ledger.plan(unknown, moves, dict(zip(spoken["stem"], said, strict=True)), now)
    issues = [*branch.issues(), *outbox.issues(book)]
    return Scan(now.date(), now, dues, steps, plan.new, issues, plan.closed), plan


def _hold(branch: Branch) -> str:
    return marks.value(branch.store.private.marks(), marks.HELD)


def _leaps(branch: Branch, now: datetime) -> bool:
    believed = marks.value(branch.store.private.marks(), marks.CLOCK)
    return bool(believed) and now - datetime.fromisoformat(believed) > LEAP


def _held(branch: Branch, now: datetime, *, yes: bool) -> str:
    """After a leap of the clock alerts are written and mails are not, until somebody says that the date is right.

    Looking at a past day does not turn the believed clock back: the next look at today would seem a leap.
    """
    store = branch.store
    believed = marks.value(store.private.marks(), marks.CLOCK)
    if not yes and _leaps(branch, now):
        held = f"{believed}/{now.isoformat(timespec='seconds')}"
        store.private.mark(marks.HELD, held, now)
        return held
    moment = now.isoformat(timespec="seconds")
    if yes or moment > believed:
        store.private.mark(marks.CLOCK, moment, now)
    marks.leave(store, marks.HELD, "", now)
    return ""


def rows(branch: Branch, found: Scan, lang: Lang, *, every: bool = False) -> list[dict[str, Any]]:
    """The dues of a scan as JSON: due soon, due today, overdue and those with an open reminder step; `every` state."""
    book, (rules, _) = branch.book(), branch.rules()
    dues = found.dues if every else due.listed(found.dues, found.steps)
    dues = dues.reset_index(drop=True)
    if dues.empty:
        return []
    reached = found.steps.loc[found.steps["at"] <= pd.Timestamp(found.now)]
    last = reached.drop_duplicates("key", keep="last").set_index("key")["step"]
    clauses = {rule.id: rule.clause for rule in rules}
    texts = lines.sentences(dues, book, rules, Ledgers(book, found.now), lang)
    to = _to(branch, dues, reached, found.today, every=every)
    dates = {name: np.datetime_as_string(dues[name].to_numpy("datetime64[D]")) for name in ("due", "anchor")}
    found_rows = []
    for n, row in enumerate(dues.to_dict("records")):
        told = to.get(row["key"], [])
        found_rows.append(
            {
                **{name: row[name] for name in ("key", "rule", "table", "row", "customer", "state")},
                "due": _iso(dates["due"][n]),
                "anchor": _iso(dates["anchor"][n]),
                "step": str(last.get(row["key"], "")),
                "unresolved": any(unresolved for unresolved, _ in told),
                "to": [one for _, one in told],
                "clause": clauses.get(row["rule"], ""),
                "why": texts[n],
            }
        )
    return found_rows


def told(found: Scan) -> list[dict[str, Any]]:
    """The Issues of a scan as JSON."""
    names = ("table", "row", "column", "cell", "code", "raw", "warning")
    return [{name: getattr(issue, name) for name in names} for issue in found.issues]


def _iso(day: str) -> str | None:
    return None if day == "NaT" else str(day)


def _to(
    branch: Branch, dues: pd.DataFrame, reached: pd.DataFrame, today: date, *, every: bool
) -> dict[str, list[tuple[bool, dict[str, str]]]]:
    """Who is told, by due: the owners of what is open, and the roles whose step has been reached."""
    own = dues if every else dues.loc[dues["state"].isin(OPEN)]
    pairs = pd.concat(
        [
            own.assign(role=own["roles"].str.split(";")).explode("role")[["key", "role"]],
            reached.loc[reached["key"].isin(dues["key"]), ["key", "role"]],
        ]
    ).drop_duplicates()
    pairs = pairs.merge(dues[["key", "customer", "owner", "officer"]], on="key")
    book = branch.book()
    people = readers(book, branch.settings.lang)
    found: dict[str, list[tuple[bool, dict[str, str]]]] = {}
    for row in ladder.resolve(pairs, book, today).to_dict("records"):
        reader = people.get(row["person"])
        one = {"role": row["role"], "person": row["person"] or "", "email": reader.email if reader else ""}
        found.setdefault(row["key"], []).append((bool(row["unresolved"]), one))
    return found
