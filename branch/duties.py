"""What is due, seen by one person: his own, those he answers for, and what has climbed to him."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from branch import access, scope
from branch.branch import Branch
from branch.people import Actor
from rules import due, ladder, wording
from rules.due import DATA
from rules.ledgers import Ledgers
from sheets.book import Book
from sheets.schema import Lang

STATES = ("overdue", "due_today", "due_soon", "planned")
GRAIN = 5  # minutes for which one reckoning serves every page


def dues(branch: Branch, actor: Actor, now: datetime) -> pd.DataFrame:
    """Unmet dues in his scope, most urgent first: the columns of rules.due.dues, with `person` (whose turn it is, ids
    joined by ";"), `mine` and `event` (the ledger whose row ends it)."""
    book = branch.book()
    found = _every(_Held(branch, book), book.version, _grain(now))
    mine = found["person"].str.split(";").map(lambda people: actor.staff in people)
    if actor.role in scope.WHOLE:
        return found.assign(mine=mine)
    theirs = found["customer"].isin(scope.customers(book, actor)) | found["owner"].isin(scope.team(book, actor))
    open_ = found["table"].map({table: access.may(actor, table, "read") for table in found["table"].unique()}).astype(bool)
    return found.assign(mine=mine)[(mine | theirs) & open_].reset_index(drop=True)


def escalated(branch: Branch, actor: Actor, now: datetime) -> frozenset[str]:
    """Keys of unmet dues of others that climbed to him since the working day before this one began."""
    book = branch.book()
    told = _climbed(_Held(branch, book), book.version, _grain(now))
    return frozenset(told.loc[told["person"] == actor.staff, "key"])


@lru_cache(maxsize=4)
def _climbed(held: _Held, _version: int, now: datetime) -> pd.DataFrame:
    """Key of a due and person, for every step up the ladder since then."""
    branch = held.branch
    start = now.replace(hour=0, minute=0, second=0, microsecond=0)
    calendar = branch.calendar()
    back = start - timedelta(days=1)
    while not calendar.is_workday(back.date()):
        back -= timedelta(days=1)
    every = _reckoned(held, _version, now)
    steps = due.steps(every, branch.rules()[0], calendar, now)
    climbed = steps[steps["step"].str.startswith("+") & (steps["at"] >= pd.Timestamp(back))]
    whose = every[["key", "customer", "owner", "officer"]]
    return ladder.resolve(climbed.merge(whose, on="key"), held.book, now.date())[["key", "person"]]


def lines(branch: Branch, found: pd.DataFrame, lang: Lang, now: datetime) -> Sequence[tuple[str, str]]:
    """The name of the rule and what is to be done, for the few dues that are shown."""
    if found.empty:
        return ()
    book, rules = branch.book(), {rule.id: rule for rule in branch.rules()[0]}
    counted = wording.with_left(found, Ledgers(book, now))
    whole = wording.sentences(counted, book, list(rules.values()), lang)
    said = []
    for row, sentence in zip(counted.to_dict("records"), whole, strict=True):
        rule = rules.get(row["rule"])
        text = "" if rule is None else rule.text_zh if lang == "zh" else rule.text_en or rule.text_zh
        said.append(
            (rule.name(lang), text.format_map(wording.Values({str(k): v for k, v in row.items()}, book, lang))) if rule else ("", sentence)
        )
    return said


def step(code: str, lang: Lang) -> str:
    """A step of a reminder in words."""
    return wording.step(code, lang)


def completeness(branch: Branch) -> Mapping[str, float]:
    """Customer → share of the required columns that are filled, in percent."""
    book = branch.book()
    return _completeness(_Held(branch, book), book.version)


def _grain(now: datetime) -> datetime:
    return now.replace(minute=now.minute - now.minute % GRAIN, second=0, microsecond=0)


class _Held:
    """Carries a branch and its book past a cache key; the version beside it stands for the content."""

    __slots__ = ("book", "branch")

    def __init__(self, branch: Branch, book: Book) -> None:
        self.branch, self.book = branch, book

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.branch is self.branch

    def __hash__(self) -> int:
        return id(self.branch)


@lru_cache(maxsize=2)
def _reckoned(held: _Held, _version: int, now: datetime) -> pd.DataFrame:
    """Every due there is, the costliest question of all, asked once for all pages and people."""
    return held.branch.dues(now)


@lru_cache(maxsize=4)
def _every(held: _Held, _version: int, now: datetime) -> pd.DataFrame:
    branch, book = held.branch, held.book
    found = _reckoned(held, _version, now)
    found = found[found["state"].isin(STATES)].reset_index(drop=True)
    rules = {rule.id: rule for rule in branch.rules()[0]}
    found["event"] = found["rule"].map({key: rule.event for key, rule in rules.items()} | {DATA: ""}).fillna("")
    pairs = found[["key", "customer", "owner", "officer", "roles"]].assign(role=found["roles"].str.split(";")).explode("role")
    told = ladder.resolve(pairs, book, now.date())
    people = told[told["person"] != ""].groupby("key", sort=False)["person"].agg(lambda one: ";".join(dict.fromkeys(one)))
    found["person"] = found["key"].map(people).fillna("").astype("str")
    return found


@lru_cache(maxsize=2)
def _completeness(held: _Held, _version: int) -> Mapping[str, float]:
    table, frame = held.book.tables["customers"], held.book.frame("customers")
    asked = [c.key for c in table.columns if c.required]
    filled = np.array([(frame[key].notna() & (frame[key].astype("str") != "")).to_numpy() for key in asked])
    share: Any = filled.mean(axis=0) * 100 if len(frame) else []
    return dict(zip(frame["id"].astype(str), map(float, share), strict=True))
