"""The dues of one rule, column by column, and the frame in which those of all rules stand together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from rules import days as d
from rules import drawn
from rules.calendar import Calendar
from rules.days import NONE, Days
from rules.drawn import Drawn
from rules.ledgers import Ledgers, Positions, owner_column
from rules.rule import OWNER, Rule
from rules.states import RANK, UNMET, URGENCY
from sheets.among import among
from sheets.schema import doing

__all__ = ["Owed", "Positions", "frame", "make"]
SOON = 7  # days before its due date from which an obligation is "due soon"
Mask = npt.NDArray[np.bool_]
_UNMET = [RANK[state] for state in UNMET]


@dataclass(frozen=True, slots=True)
class Owed:
    """The obligations of one rule, whatever their state: one entry each in every column. `roles`: places in `who`."""

    rule: str
    table: str
    row: Drawn
    customer: Drawn
    occurrence: Drawn
    due: Days
    anchor: Days
    opens: Days
    met: Days
    state: npt.NDArray[np.int8]
    who: tuple[str, ...]
    roles: npt.NDArray[np.int8]
    owner: Drawn
    officer: Drawn
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
    occurrence: Drawn | None = None,
    done: npt.NDArray[np.int64] | None = None,
    instead: tuple[Mask, str] | None = None,
) -> Owed:
    """Dues of one rule. `place`: positions of the owing rows in the subject's ledger. `instead`: which of them are in
    another state than their dates say."""
    size, subject = len(place), ledgers.table(rule.subject)
    state = states(due, met, ledgers.today)
    if instead is not None:
        state[instead[0]] = RANK[instead[1]]
    owner = owner_column(subject) if OWNER in rule.roles else ""
    officer = "credit_officer" if subject.column("credit_officer") is not None else ""
    bands = rule.bands.column
    return Owed(
        rule=rule.id,
        table=subject.key,
        row=Drawn(ledgers.ids(subject.key), place),
        customer=Drawn(ledgers.customers_of(subject.key), place),
        occurrence=drawn.dated(due) if occurrence is None else occurrence,
        due=due,
        anchor=anchor,
        opens=np.full(size, NONE) if opens is None else opens,
        met=met,
        state=state,
        who=rule.bands.roles() if bands else (";".join(rule.roles),),
        roles=rule.bands.places(ledgers, subject.key)[place] if bands else np.zeros(size, np.int8),
        owner=Drawn(ledgers.text(subject.key, owner), place) if owner else drawn.same("", size),
        officer=Drawn(ledgers.text(subject.key, officer), place) if officer else drawn.same("", size),
        done=np.zeros(size, np.int64) if done is None else done,
        wanted=rule.count,
    )


def frame(parts: Sequence[Owed], calendar: Calendar, today: np.int64, waived: frozenset[str] = frozenset()) -> pd.DataFrame:
    """All of them, the most urgent first; `waived`: keys of what need not be done. Columns: see rules.due.evaluate."""
    parts = [part for part in parts if len(part)] or [_none()]

    def whole(name: str, out: npt.NDArray[Any] | None = None) -> npt.NDArray[Any]:
        return np.concatenate([getattr(part, name) for part in parts], out=out)

    due, state = whole("due"), whole("state")
    texts = {name: drawn.joined([getattr(part, name) for part in parts]) for name in TEXTS}
    rules, tables = (tuple(dict.fromkeys(getattr(part, name) for part in parts)) for name in ("rule", "table"))
    whose = tuple(dict.fromkeys(who for part in parts for who in part.who))
    of = np.repeat(np.arange(len(parts), dtype=np.int32), [len(part) for part in parts])  # the part that each is of
    rule = Drawn(pd.array(rules, dtype="str"), np.array([rules.index(part.rule) for part in parts])[of])
    if waived:
        state = _waived(state, waived, rule, texts["row"], texts["occurrence"])
    order = _urgency(state, due)
    roles = np.concatenate([np.array([whose.index(who) for who in part.who], np.int32)[part.roles] for part in parts])
    spent = np.empty(len(order), np.int64)  # each column is put together in the same place, and stands in its order in its own
    met, anchor, opens, done = (whole(name, spent)[order] for name in ("met", "anchor", "opens", "done"))
    due, state, rule, of = due[order], state[order], rule.take(order), of[order]
    texts = {name: text.take(order) for name, text in texts.items()}
    codes: dict[str, tuple[npt.NDArray[Any], Sequence[str]]] = {
        "rule": (rule.place, rules),
        "table": (np.array([tables.index(part.table) for part in parts], np.int32)[of], tables),
        "state": (state, URGENCY),
        "roles": (roles[order], whose),
    }
    found: dict[str, Any] = {name: text.words() for name, text in texts.items()}
    found["key"] = drawn.barred(rule.words(), found["row"], found["occurrence"])
    found |= {name: pd.Categorical.from_codes(code, pd.Index(labels)) for name, (code, labels) in codes.items()}
    for name, column in {"due": due, "anchor": anchor, "opens": opens, "met_on": met}.items():
        found[name] = d.dates(column)
    late = np.flatnonzero(np.isin(state, (RANK["overdue"], RANK["met_late"])))
    until = np.where(met[late] == NONE, today, met[late])
    for name, delay in {"days_late": until - due[late], "workdays_late": calendar.between(due[late], until)}.items():
        found[name] = np.zeros(len(order), np.int64)
        found[name][late] = delay
    found["done"] = done
    found["wanted"] = np.array([part.wanted for part in parts])[of]
    found["provisional"] = calendar.provisional(due)
    return pd.DataFrame({name: found[name] for name in COLUMNS}, copy=False)


def _urgency(state: npt.NDArray[np.int8], due: Days) -> Positions:
    """By state, then by day; of one day and state in the order of the rules and of the ledger."""
    if due.min(initial=0) >= 0 and due.max(initial=0) < 1 << 16:  # up to 2149: sorted digit by digit, which is quicker
        return np.lexsort((due.astype(np.uint16), state))
    return np.lexsort((due, state))


def _waived(state: npt.NDArray[np.int8], waived: frozenset[str], rule: Drawn, row: Drawn, occurrence: Drawn) -> npt.NDArray[np.int8]:
    """Only of rules that have a waiver are the keys asked before all is in its order."""
    named = {key.partition("|")[0] for key in waived}
    asked = np.flatnonzero(np.isin(state, _UNMET) & np.array([one in named for one in rule.pool], bool)[rule.place])
    keys = drawn.barred(*(one.take(asked).words() for one in (rule, row, occurrence)))
    found = state.copy()
    found[asked[among(keys, waived)]] = RANK["waived"]
    return found


TEXTS = ("row", "customer", "occurrence", "owner", "officer")
COLUMNS = (
    *("key", "rule", "table", "row", "customer", "occurrence", "due", "anchor", "opens", "met_on", "state", "days_late"),
    *("workdays_late", "provisional", "roles", "owner", "officer", "done", "wanted"),
)


def _none() -> Owed:
    no, words = np.array([], np.int64), drawn.same("", 0)
    few = np.array([], np.int8)
    return Owed("", "", words, words, words, no, no, no, no, few, (), few, words, words, no, 1)


def in_tiers(ledgers: Ledgers, rule: Rule) -> Mask:
    """Rows whose customer is of the rule's tiers; all of them when it names none (A9)."""
    if not rule.tiers:
        return np.ones(ledgers.size(rule.subject), bool)
    tier = np.append(ledgers.says("customers", "tier", rule.tiers), False)
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
    act, codes = doing(ledgers.column(table, column).act)
    if not act:
        return day
    return np.where(ledgers.says(table, act, codes) if codes else ~ledgers.blank(table, act), day, NONE)
