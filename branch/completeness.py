"""How full a customer's file is: the four blocks of the scheme (S8), each as far as its required parts are filled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sheets.book import Book

BLOCKS = ("basics", "money", "credit", "people")
CREDIT = "credit"  # the flag of a customer who borrows


@dataclass(frozen=True, slots=True)
class Files:
    """By customer: the share in percent, and the blocks that are not whole."""

    share: Mapping[str, float]
    missing: Mapping[str, tuple[str, ...]]


def completeness(book: Book) -> Files:
    """Basics: the required columns of the file. Deposits and loans: an account, and of one who borrows a loan or a line.
    Rating and credit, of one who borrows: a rating and a credit line. Key persons: one at least.
    A block that does not concern a customer is left out; the others count alike."""
    table, frame = book.tables["customers"], book.frame("customers")
    ids = frame["id"].astype("str").to_numpy(object)
    if not len(ids):
        return Files({}, {})
    asked = [c.key for c in table.columns if c.required]
    basics = np.array([(frame[key].notna() & (frame[key].astype("str") != "")).to_numpy() for key in asked]).mean(axis=0)
    borrows = np.array([CREDIT in str(flags).split(";") for flags in frame["flags"].fillna("")])
    accounts, loans, lines, ratings, people = (_has(book, key, ids) for key in ("accounts", "loans", "credit_lines", "ratings", "contacts"))
    lent = (loans | lines).astype(float)
    blocks = {
        "basics": basics,
        "money": np.where(borrows, (accounts + lent) / 2, accounts),
        "credit": np.where(borrows, (ratings.astype(float) + lines) / 2, np.nan),
        "people": people.astype(float),
    }
    share = np.nanmean(np.array([blocks[block] for block in BLOCKS]), axis=0) * 100
    missing = {block: values < 1 for block, values in blocks.items()}  # what does not concern them lacks nothing
    return Files(
        dict(zip(ids, map(float, share), strict=True)),
        {one: tuple(block for block in BLOCKS if missing[block][n]) for n, one in enumerate(ids)},
    )


def _has(book: Book, table: str, ids: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Whether each customer has a row there."""
    return np.isin(ids, book.frame(table)["customer"].dropna().astype("str").unique().astype(object))
