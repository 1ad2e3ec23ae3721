"""The dues of one rule, column by column, and the frame in which those of all rules stand together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from rules import days as d
from rules.calendar import Calendar
from rules.days import NONE, Days
from rules.ledgers import Ledgers, Positions, Words, owner_column
from rules.rule import OWNER, Rule
from rules.states import RANK, UNMET, URGENCY

__all__ = ["Owed", "Positions", "frame", "make"]
SOON = 7  # days before its due date from which an obligation is "due soon"
Mask = npt.NDArray[np.bool_]
_UNMET = [RANK[state] for state in UNMET]


@dataclass(frozen=True, slots=True)
class Owed:
    """The obligations of one rule, whatever their state: one entry each in every column. `roles`: places in `who`."""

    rule: str
    table: str
    key: Words
    row: Words
    customer: Words
    occurrence: Words
    due: Days
    anchor: Days
    opens: Days
    met: Days
    state: npt.NDArray[np.int8]
    who: tuple[str, ...]
    roles: npt.NDArray[np.int8]
    owner: Words
    officer: Words
    done: npt.NDArray[np.int64]
    wanted: int

    def __len__(self) -> int:
        return len(self.due)


def states(due: Days, met: Days, today: np.int64) -> npt.NDArray[np.int8]:
    """Places in URGENCY. Overdue from the day after the due date (design §4)."""
    found = np.full(len(due), RANK["planned"], np.int8)
    found[due <= today + SOON] = RANK["due_soon"]
    found[due == today] = RANK["due_today"]
    found[due < today] = RANK["overdue"]
    done = met != NONE
    found[done] = np.where(met[done] <= due[done], RANK["met"], RANK["met_late"])
    return found


def make(
    ledgers: Ledgers,
    rule: Rule,
    place: Positions,
    due: Days,
    anchor: Days,
    met: Days,
    *,
    opens: Days | None = None,
    occurrence: Words | None = None,
    done: npt.NDArray[np.int64] | None = None,
    instead: tuple[Mask, str] | None = None,
) -> Owed:
    """Dues of one rule. `place`: positions of the owing rows in the subject's ledger. `instead`: which of them are in
    another state than their dates say."""
    size, subject = len(place), ledgers.table(rule.subject)
    row, named = ledgers.ids(subject.key).take(place), d.words(due) if occurrence is None else occurrence
    state = states(due, met, ledgers.today)
    if instead is not None:
        state[instead[0]] = RANK[instead[1]]
    owner = owner_column(subject) if OWNER in rule.roles else ""
    officer = "credit_officer" if subject.column("credit_officer") is not None else ""
    bands = rule.bands.column
    return Owed(
        rule=rule.id,
        table=subject.key,
        key=_keys(rule.id, row, named),
        row=row,
        customer=ledgers.customers_of(subject.key).take(place),
        occurrence=named,
        due=due,
        anchor=anchor,
        opens=np.full(size, NONE) if opens is None else opens,
        met=met,
        state=state,
        who=rule.bands.roles() if bands else (";".join(rule.roles),),
        roles=rule.bands.places(ledgers, subject.key)[place] if bands else np.zeros(size, np.int8),
        owner=ledgers.text(subject.key, owner).take(place) if owner else _blank(size),
        officer=ledgers.text(subject.key, officer).take(place) if officer else _blank(size),
        done=np.zeros(size, np.int64) if done is None else done,
        wanted=rule.count,
    )


def _keys(rule: str, row: Words, named: Words) -> Words:
    """R11|KH000001|2026-11-23: written in one go, not bar by bar."""
    import pyarrow as pa
    import pyarrow.compute as pc

    first, bar = (pa.scalar(text, pa.large_string()) for text in (rule, "|"))
    rows, names = (pa.chunked_array(words.__arrow_array__()) for words in (row, named))
    return pd.array(pc.binary_join_element_wise(first, rows, names, bar), dtype="str")


def _blank(size: int) -> Words:
    return pd.array([""], dtype="str").take(np.zeros(size, np.intp))


def frame(parts: Sequence[Owed], calendar: Calendar, today: np.int64, waived: frozenset[str] = frozenset()) -> pd.DataFrame:
    """All of them, the most urgent first; `waived`: keys of what need not be done. Columns: see rules.due.evaluate."""
    parts = [part for part in parts if len(part)] or [_none()]

    def days(name: str) -> Days:
        return np.concatenate([getattr(part, name) for part in parts])

    due, met, state = days("due"), days("met"), days("state")
    words = {name: _joined([getattr(part, name) for part in parts]) for name in TEXTS}
    if waived:
        state = np.where(np.isin(state, _UNMET) & pd.Index(words["key"]).isin(waived), np.int8(RANK["waived"]), state)
    rules, tables = (tuple(dict.fromkeys(getattr(part, name) for part in parts)) for name in ("rule", "table"))
    whose = tuple(dict.fromkeys(who for part in parts for who in part.who))
    sizes = [len(part) for part in parts]
    codes = {
        "rule": (np.repeat([rules.index(part.rule) for part in parts], sizes), rules),
        "table": (np.repeat([tables.index(part.table) for part in parts], sizes), tables),
        "state": (state, URGENCY),
        "roles": (np.concatenate([np.array([whose.index(who) for who in part.who])[part.roles] for part in parts]), whose),
    }
    order = np.lexsort((due, state))  # of one day and state, in the order of the rules and of the ledger
    late = np.isin(state, (RANK["overdue"], RANK["met_late"]))
    until = np.where(met == NONE, today, met)
    found: dict[str, Any] = {name: array.take(order) for name, array in words.items()}
    found |= {name: pd.Categorical.from_codes(code[order], pd.Index(labels)) for name, (code, labels) in codes.items()}
    for name, column in {"due": due, "anchor": days("anchor"), "opens": days("opens"), "met_on": met}.items():
        found[name] = d.dates(column[order])
    found["done"] = days("done")[order]
    found["wanted"] = np.repeat([part.wanted for part in parts], sizes)[order]
    found["days_late"] = np.where(late, until - due, 0)[order]
    found["workdays_late"] = np.where(late, calendar.between(due, until), 0)[order]
    found["provisional"] = calendar.provisional(due)[order]
    return pd.DataFrame(found)[list(COLUMNS)]


TEXTS = ("key", "row", "customer", "occurrence", "owner", "officer")
COLUMNS = (
    *("key", "rule", "table", "row", "customer", "occurrence", "due", "anchor", "opens", "met_on", "state", "days_late"),
    *("workdays_late", "provisional", "roles", "owner", "officer", "done", "wanted"),
)


def _joined(arrays: Sequence[Any]) -> Any:
    """One array of text in one piece, so that taking from it is quick."""
    import pyarrow as pa

    whole = pa.concat_arrays([chunk for array in arrays for chunk in pa.chunked_array(array.__arrow_array__()).chunks])
    return pd.array(whole, dtype="str")


def _none() -> Owed:
    no, words = np.array([], np.int64), _blank(0)
    few = np.array([], np.int8)
    return Owed("", "", words, words, words, words, no, no, no, no, few, (), few, words, words, no, 1)


def in_tiers(ledgers: Ledgers, rule: Rule) -> Mask:
    """Rows whose customer is of the rule's tiers; all of them when it names none (A9)."""
    if not rule.tiers:
        return np.ones(ledgers.size(rule.subject), bool)
    tier = np.append(np.isin(ledgers.text("customers", "tier").to_numpy(object), rule.tiers), False)
    found: Mask = tier[ledgers.customer_places(rule.subject)]
    return found


def done_by(ledgers: Ledgers, table: str, columns: str, calendar: Calendar, within: int) -> Days:
    """When a row was done, as known today: a later date is a plan, not a fact. NONE where no column is named.

    A date written down more than `within` working days after it counts on the day it was written down (A10); of a past
    day that is replayed, the ledger's own dates hold. A date without the act that it dates is none.
    """
    found = np.full(ledgers.size(table), NONE)
    for column in filter(None, columns.split("|")):
        found = np.where(found == NONE, counted(ledgers, table, column, calendar, within), found)
    return np.where(found > ledgers.today, NONE, found)


def counted(ledgers: Ledgers, table: str, column: str, calendar: Calendar, within: int) -> Days:
    """The day on which each row's fact counts: its own, or that of its entry where it was entered late."""
    day, entered = ledgers.days(table, column), ledgers.entered(table, column)
    late = np.flatnonzero((entered != NONE) & (day != NONE) & (day < entered) & (entered <= ledgers.today))
    last = calendar.add_workdays(day[late], within) if within else day[late]
    late = late[entered[late] > last]
    if len(late):
        day = day.copy()
        day[late] = entered[late]
    act = ledgers.column(table, column).act
    return np.where(ledgers.blank(table, act), NONE, day) if act else day
