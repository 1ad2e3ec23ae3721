"""Sums over rows that belong together, column by column."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from rules.figure import Array
from rules.ledgers import Ledgers, Positions


def amounts(ledgers: Ledgers, table: str, column: str) -> Array:
    """A column of numbers as such; 0 where the cell is blank."""
    found: Array = np.nan_to_num(ledgers.numbers(table, column))
    return found


def into(places: Positions, values: Array, size: int, where: npt.NDArray[np.bool_] | None = None) -> Array:
    """The values summed by the place each belongs to (-1: to none); `where`: only these."""
    kept = places >= 0 if where is None else (places >= 0) & where
    return np.bincount(places[kept], values[kept], size).astype(float)


def per_customer(ledgers: Ledgers, table: str, column: str, where: npt.NDArray[np.bool_] | None = None) -> Array:
    """A column of a ledger summed by customer."""
    return into(ledgers.customer_places(table), amounts(ledgers, table, column), ledgers.size("customers"), where)


def together(*keys: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The number of the group of each row; rows with the same keys are one group."""
    _, group = np.unique(np.stack(keys), axis=1, return_inverse=True)
    return np.asarray(group, np.int64).reshape(-1)
