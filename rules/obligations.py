"""The frame of dues that every verb answers with: one row per obligation, whatever its state."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from rules import days as d
from rules.days import NONE, Days
from rules.ledgers import Ledgers
from rules.rulebook import OWNER, Rule

SOON = 7  # days before its due date from which an obligation is "due soon"
OPEN = ("due_soon", "due_today", "overdue")
COLUMNS = (
    "key",
    "rule",
    "table",
    "row",
    "customer",
    "occurrence",
    "due",
    "anchor",
    "opens",
    "met_on",
    "state",
    "owner",
    "officer",
    "place",
)


def states(due: Days, met: Days, today: np.int64) -> np.ndarray[Any, np.dtype[np.object_]]:
    """planned | due_soon | due_today | overdue | met | met_late. Overdue from the day after (design §4)."""
    found = np.full(len(due), "planned", object)
    found[due <= today + SOON] = "due_soon"
    found[due == today] = "due_today"
    found[due < today] = "overdue"
    done = met != NONE
    found[done] = np.where(met[done] <= due[done], "met", "met_late")
    return found


def frame(
    ledgers: Ledgers,
    rule: Rule,
    place: np.ndarray[Any, np.dtype[np.intp]],
    due: Days,
    anchor: Days,
    met: Days,
    *,
    opens: Days | None = None,
    occurrence: np.ndarray[Any, np.dtype[Any]] | None = None,
    table: str = "",
) -> pd.DataFrame:
    """Dues of one rule. `place`: positions of the owing rows in the subject's ledger."""
    subject = table or rule.subject
    row = ledgers.ids(subject)[place]
    named = d.iso(due).astype(object) if occurrence is None else occurrence
    officer = "credit_officer" in {c.key for c in ledgers.table(subject).columns}
    own = OWNER in rule.roles
    return pd.DataFrame(
        {
            "key": rule.id + "|" + row.astype(object) + "|" + named,
            "rule": rule.id,
            "table": subject,
            "row": row,
            "customer": ledgers.customers_of(subject)[place],
            "occurrence": named,
            "due": d.dates(due),
            "anchor": d.dates(anchor),
            "opens": d.dates(np.full(len(due), NONE) if opens is None else opens),
            "met_on": d.dates(met),
            "state": states(due, met, ledgers.today),
            "owner": ledgers.text(subject, "owner")[place] if own else np.full(len(place), "", object),
            "officer": ledgers.text(subject, "credit_officer")[place] if officer else np.full(len(place), "", object),
            "place": place,
        }
    )


def none() -> pd.DataFrame:
    """No dues at all, with the right types."""
    empty: dict[str, Any] = {name: np.array([], object) for name in COLUMNS}
    for name in ("due", "anchor", "opens", "met_on"):
        empty[name] = np.array([], "datetime64[s]")
    empty["place"] = np.array([], np.intp)
    return pd.DataFrame(empty)


def in_tiers(ledgers: Ledgers, rule: Rule) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Rows whose customer is of the rule's tiers; all of them when it names none (A9)."""
    size = len(ledgers.frame(rule.subject))
    if not rule.tiers:
        return np.ones(size, bool)
    tier = np.append(np.isin(ledgers.text("customers", "tier"), rule.tiers), False)
    return tier[ledgers.place("customers", ledgers.customers_of(rule.subject))]


def done_by(ledgers: Ledgers, table: str, columns: str) -> Days:
    """When a row was done, as known today: a later date is a plan, not a fact."""
    found = ledgers.days(table, columns)
    return np.where(found > ledgers.today, NONE, found)
