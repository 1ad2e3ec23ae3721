"""A leader has said, with a reason, that something need not be done."""

from __future__ import annotations

import pandas as pd

from rules.obligations import OPEN
from sheets.book import Book

LEADER = "leader"
STANDING = frozenset({*OPEN, "planned"})


def waived(book: Book) -> frozenset[str]:
    """Keys of the dues whose last word from a leader is a waiver with a reason; anybody else's is no waiver."""
    staff = book.frame("staff")
    leaders = frozenset(staff.loc[staff["role"].astype(str) == LEADER, "id"].astype(str))
    said = book.frame("responses")
    said = said.loc[said["act"].astype(str).isin(("waive", "wake")) & said["staff"].astype(str).isin(leaders)]
    said = said.sort_values(["at", "id"], kind="stable").drop_duplicates("due_key", keep="last")
    reasoned = said["reason"].fillna("").astype(str).str.strip() != ""
    return frozenset(said.loc[(said["act"].astype(str) == "waive") & reasoned, "due_key"].astype(str))


def lay(dues: pd.DataFrame, book: Book) -> pd.DataFrame:
    """The dues with the state "waived" where a leader has waived what is still to be done."""
    let_off = dues["key"].isin(waived(book)) & dues["state"].isin(STANDING)
    return dues.assign(state=dues["state"].mask(let_off, "waived")) if let_off.any() else dues
