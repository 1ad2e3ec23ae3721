"""The path of an opportunity from the first word to the business: its stages, what each asks for, whose turn it is (S35–S52)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import pandas as pd

from branch import matrix
from branch.masks import blank
from rules.ladder import People
from sheets.book import Book
from sheets.schema import lacks

PATH = ("collected", "created", "need", "agreed", "applied", "signed", "landed")
ENDED = ("lost", "shelved")
# Stage → what must be there before it is reached: a column of the row, or a row of another ledger that names it.
GATES: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "created": ("submitted_at",),
    "need": ("visit", "needs"),
    "agreed": ("marketing_plan", "proposal"),
    "applied": ("process_no",),
    "signed": ("signed_on",),
    "landed": ("result",),
})  # fmt: skip
# What is asked of another ledger: which one, what its row says, and the day that makes it count.
ELSEWHERE: Mapping[str, tuple[str, Mapping[str, str], str]] = MappingProxyType({
    "visit": ("visits", {"kind": "business", "mode": "onsite"}, "visited_on"),
    "marketing_plan": ("marketing_plans", {}, "made_on"),
    "proposal": ("proposals", {}, "agreed_on"),
})  # fmt: skip
Coming = Iterable[tuple[str, Mapping[str, Any]]]  # ledger and row that the same save is about to make or change


def onward(stage: str) -> str:
    """The stage after this one, "" at the end of the path and for one that has left it."""
    place = PATH.index(stage) + 1 if stage in PATH else len(PATH)
    return PATH[place] if place < len(PATH) else ""


def passed(row: Mapping[str, Any]) -> tuple[str, ...]:
    """The stages to which the team leader let it through though something was lacking."""
    return () if blank(row.get("passed")) else tuple(str(row["passed"]).split(";"))


def asked(row: Mapping[str, Any], stage: str) -> tuple[str, ...]:
    """What one stage asks of this opportunity: nothing where it was let through."""
    return () if stage in passed(row) else GATES.get(stage, ())


def gates(row: Mapping[str, Any], stage: str) -> tuple[str, ...]:
    """What is asked for on the way from where it stands to a stage; nothing on the way back, everything from outside the path."""
    if stage not in PATH:
        return ()
    was = str(row.get("stage") or "")
    behind = PATH.index(was) + 1 if was in PATH else 0
    return tuple(one for step in PATH[behind : PATH.index(stage) + 1] for one in asked(row, step))


def lacking(book: Book, row: Mapping[str, Any], things: Iterable[str], coming: Coming = ()) -> list[str]:
    """Those of the things asked for that are not there. `row` with its id."""
    coming = list(coming)
    return [one for one in things if not (_elsewhere(book, row, one, coming) if one in ELSEWHERE else not blank(row.get(one)))]


def reached(book: Book, row: Mapping[str, Any]) -> str:
    """How far along the path an opportunity is by what is there: where one that was put aside goes on."""
    found = PATH[0]
    for stage in PATH[1:]:
        if lacking(book, row, asked(row, stage)):
            break
        found = stage
    return found


def receiver(people: People, role: str, row: Mapping[str, Any]) -> str:
    """The team leader to whom an opportunity is submitted, or the leader to whom it is reported; "" when nobody is found."""
    customer, owner = ("" if blank(row.get(key)) else str(row[key]) for key in ("customer", "created_by"))
    return people.recipient(role, customer, owner=owner).person


# Role → the moment since which an opportunity waits for a word of theirs.
SINCE: Mapping[str, str] = MappingProxyType({matrix.TL: "submitted_at", matrix.BL: "reported_at"})


def waiting(rows: pd.DataFrame, role: str) -> pd.DataFrame:
    """The opportunities that wait for a word of this role, those that wait longest first: submitted and not answered or
    reported, reported and not decided."""
    if role not in SINCE:
        return rows.iloc[0:0]
    rows = rows.sort_values([SINCE[role], "id"], kind="stable")
    alive = ~rows["stage"].astype("str").isin((*ENDED, "landed"))
    if role == matrix.TL:
        return rows[alive & rows["submitted_at"].notna() & (rows["feedback_at"].isna() | rows["reported_at"].isna())]
    return rows[alive & rows["reported_at"].notna() & rows["decision"].fillna("").eq("")]


def _elsewhere(book: Book, row: Mapping[str, Any], thing: str, coming: list[tuple[str, Mapping[str, Any]]]) -> bool:
    table, says, day = ELSEWHERE[thing]
    if str(row.get("id")) in book.once(("there", thing), lambda: _there(book, thing)):
        return True
    mine = (new for ledger, new in coming if ledger == table and new.get("opportunity") == row.get("id") and not blank(new.get(day)))
    return any(all(new.get(column) == wanted for column, wanted in says.items()) for new in mine)


def _there(book: Book, thing: str) -> frozenset[str]:
    """The opportunities that have it: worked out once a book, for a board asks it of each of its cards."""
    table, says, day = ELSEWHERE[thing]
    frame = book.frame(table)
    found = frame[day].notna()
    for column, wanted in says.items():
        found &= frame[column].astype("str") == wanted
    for clause in book.tables[table].complete:  # a visit without minutes is none yet, and opens nothing
        found &= ~lacks(
            clause, lambda key: frame[key].astype("str").fillna("") == "", lambda key, codes: frame[key].astype("str").isin(codes)
        )
    return frozenset(frame.loc[found, "opportunity"].dropna().astype("str"))
