"""The checks of single ledgers: on-site business visits, one basic account, one code a customer, early ratings, reviews noted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache, partial

import pandas as pd

from branch.checks.check import Check, Context, Frame, Mask, empty, say_as_typed, text
from sheets import cells
from sheets.cells import fold
from sheets.schema import Column

NAMED = 3  # other rows named in one sentence
USCC = Column("uscc", "", "", "uscc")


def _not_on_site(frame: Frame, _: Context) -> pd.Series:
    """R17: a business visit is on-site."""
    return (text(frame, "kind") == "business") & (text(frame, "mode") != "onsite")


def _not_noted(column: str, frame: Frame, _: Context) -> pd.Series:
    """R09: a review that nobody noted in file and diary."""
    return frame["written_on"].notna() & ~frame[column].fillna(value=False).astype(bool)


def _early(frame: Frame, context: Context) -> pd.Series:
    """R26: a rating initiated before its window opened."""
    return frame["initiated_on"] < frame["expires_on"] - pd.Timedelta(days=context.policy.rating_window_days)


def _window(frame: Frame, context: Context) -> Iterator[Mapping[str, str]]:
    days, column = context.policy.rating_window_days, context.book.tables["ratings"]["initiated_on"]
    for opens in frame["expires_on"] - pd.Timedelta(days=days):
        yield {"days": str(days), "base": say_as_typed(column, opens)}


def _basic(frame: Frame) -> pd.Series:
    return (text(frame, "nature") == "basic") & (text(frame, "status") != "closed")


def _second_basic(frame: Frame, _: Context) -> pd.Series:
    """Two basic accounts of one customer: both are named, for one of them is wrong."""
    basic = _basic(frame) & ~empty(frame, "customer")
    return basic & text(frame, "customer").where(basic).duplicated(keep=False)


def _same_code(frame: Frame, _: Context) -> pd.Series:
    """One code, one customer."""
    return (frame["uscc"] != "") & frame["uscc"].duplicated(keep=False)


def _odd_code(frame: Frame, _: Context) -> list[bool]:
    """Check digits that do not come out: taken as they are, early codes of trial cities are like that."""
    return [bool(code) and bool(_odd(code)) for code in frame["uscc"]]


def _same_name(frame: Frame, _: Context) -> pd.Series:
    """The same name but for width and brackets; perhaps one company filed twice."""
    folded = pd.Series([_folded(name) for name in frame["name"]], index=frame.index, dtype="str")
    return (folded != "") & folded.duplicated(keep=False)


def _elsewhere(frame: Frame, context: Context) -> Mask:
    """The file says that the basic account is elsewhere, and here it is."""
    accounts = context.book.frame("accounts")
    ours = set(text(accounts[_basic(accounts)], "customer"))
    wrong: Mask = (text(frame, "basic_account_bank").isin(("other", "unknown")) & frame["id"].isin(ours)).to_numpy(bool)
    return wrong


def _left(frame: Frame, context: Context) -> pd.Series:
    """Customers of somebody who is not here any more."""
    staff = context.book.frame("staff")
    return frame["owner"].isin(set(staff.loc[text(staff, "status") == "left", "id"]))


def _others(column: str, frame: Frame, _: Context) -> Iterable[Mapping[str, str]]:
    """The other rows that say the same, a few of them."""
    words = [_folded(word) for word in text(frame, column)]
    groups: dict[str, list[str]] = {}
    for word, row in zip(words, frame["id"], strict=True):
        groups.setdefault(word, []).append(str(row))
    for word, row in zip(words, frame["id"], strict=True):
        rows = [other for other in groups[word] if other != row]
        yield {"other": "、".join(rows[:NAMED]) + ("…" if len(rows) > NAMED else "")}


@lru_cache(maxsize=200_000)
def _odd(code: str) -> str:
    """The warning about a code, if there is one."""
    reading = cells.read(USCC, code)
    return reading.code if reading.warning else ""


@lru_cache(maxsize=200_000)
def _folded(name: str) -> str:
    return fold(name)


CHECKS = (
    Check("visits", "mode", "check.business_onsite", ("kind", "mode"), _not_on_site, refuses="everybody"),
    Check("customers", "uscc", "check.uscc_same", ("uscc",), _same_code, partial(_others, "uscc"),
          refuses="person", refusal="check.uscc_taken", among="uscc"),
    Check("accounts", "nature", "check.basic_twice", ("nature", "status", "customer"), _second_basic, partial(_others, "customer"),
          refuses="person", refusal="check.basic_second", among="customer"),
    Check("reviews", "in_file", "check.not_noted", ("written_on", "in_file"), partial(_not_noted, "in_file")),
    Check("reviews", "in_diary", "check.not_noted", ("written_on", "in_diary"), partial(_not_noted, "in_diary")),
    Check("ratings", "initiated_on", "check.too_early", ("initiated_on", "expires_on"), _early, _window),
    Check("customers", "uscc", "uscc_check", ("uscc",), _odd_code, warning=True),
    Check("customers", "name", "check.name_same", ("name",), _same_name, partial(_others, "name"), warning=True, among="name"),
    Check("customers", "basic_account_bank", "check.basic_disagrees", ("basic_account_bank",), _elsewhere,
          warning=True, others=("accounts",)),
    Check("customers", "owner", "check.owner_left", ("owner",), _left, warning=True, others=("staff",)),
)  # fmt: skip
