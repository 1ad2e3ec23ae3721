"""How full a customer's file is: the four blocks of the scheme (S8), each as far as its required parts are filled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from rules.ledgers import Ledgers, Mask

BLOCKS = ("basics", "money", "credit", "people")
DEPOSIT, CREDIT = "deposit", "credit"  # flags of customers who save with us, and of those who borrow


@dataclass(frozen=True, slots=True)
class Files:
    """By customer: the share in percent, and the blocks that are not whole."""

    share: Mapping[str, float]
    missing: Mapping[str, tuple[str, ...]]


def blocks(ledgers: Ledgers) -> Mapping[str, npt.NDArray[np.float64]]:
    """Of every customer, how far each block is filled (0 to 1); NaN where it does not concern them.

    Basics: the required columns of the file. Deposits and loans: of a depositor an account, of a borrower a loan or a line.
    Rating and credit, of a borrower: a rating, and a line or a loan. Key persons: one at least.
    """
    return ledgers.once("blocks of files", lambda: _blocks(ledgers))


def _blocks(ledgers: Ledgers) -> Mapping[str, npt.NDArray[np.float64]]:
    asked = [c.key for c in ledgers.table("customers").columns if c.required]
    size = ledgers.size("customers")
    basics = np.mean([~ledgers.blank("customers", key) for key in asked], axis=0) if asked and size else np.ones(size)
    saves, borrows = flagged(ledgers, DEPOSIT), flagged(ledgers, CREDIT)
    accounts, loans, lines, ratings, people = (has(ledgers, key) for key in ("accounts", "loans", "credit_lines", "ratings", "contacts"))
    lent = (loans | lines).astype(float)
    return {
        "basics": basics,
        "money": _mean(np.where(saves, accounts, np.nan), np.where(borrows, lent, np.nan)),
        "credit": np.where(borrows, (ratings + lent) / 2, np.nan),
        "people": people.astype(float),
    }


def _mean(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Of two parts, the mean of those that concern a customer; NaN where neither does."""
    found: npt.NDArray[np.float64] = np.where(np.isnan(one), other, np.where(np.isnan(other), one, (one + other) / 2))
    return found


def flagged(ledgers: Ledgers, flag: str) -> Mask:
    """Customers of a kind of business, by what their file says."""
    codes, said = pd.factorize(ledgers.text("customers", "flags"))
    return np.array([flag in str(one).split(";") for one in said], bool)[codes]


def has(ledgers: Ledgers, table: str) -> Mask:
    """Whether each customer has a row there."""
    found = np.zeros(ledgers.size("customers"), bool)
    places = ledgers.customer_places(table)
    found[places[places >= 0]] = True
    return found


def share(ledgers: Ledgers) -> npt.NDArray[np.float64]:
    """How full the file of every customer is, 0 to 1: the mean of the blocks that concern them."""
    found = np.array(list(blocks(ledgers).values()))
    return np.nanmean(found, axis=0) if found.shape[1] else np.zeros(0)


def completeness(ledgers: Ledgers) -> Files:
    """The files by customer, for those who show them."""
    ids, full, parts = ledgers.ids("customers").to_numpy(object), share(ledgers), blocks(ledgers)
    lacking = {block: values < 1 for block, values in parts.items()}  # what does not concern them lacks nothing
    return Files(
        dict(zip(ids, map(float, full * 100), strict=True)),
        {str(one): tuple(block for block in BLOCKS if lacking[block][n]) for n, one in enumerate(ids)},
    )
