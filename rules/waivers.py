"""A leader has said, with a reason, that something need not be done."""

from __future__ import annotations

from sheets.book import Book

LEADER = "leader"


def waived(book: Book) -> frozenset[str]:
    """Keys of the dues whose last word from a leader is a waiver with a reason; anybody else's is no waiver."""
    staff = book.frame("staff")
    leaders = frozenset(staff.loc[staff["role"].astype(str) == LEADER, "id"].astype(str))
    said = book.frame("responses")
    said = said.loc[said["act"].astype(str).isin(("waive", "wake")) & said["staff"].astype(str).isin(leaders)]
    said = said.sort_values(["at", "id"], kind="stable").drop_duplicates("due_key", keep="last")
    reasoned = said["reason"].fillna("").astype(str).str.strip() != ""
    return frozenset(said.loc[(said["act"].astype(str) == "waive") & reasoned, "due_key"].astype(str))
