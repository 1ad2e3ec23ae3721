"""Texts by their place in a pool: a due's row, customer and people stand in the ledgers already, and are written out once,
when all dues are in their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from rules import days as d
from rules.days import Days


@dataclass(frozen=True, slots=True)
class Drawn:
    """One text an entry. `pool`: pandas' array of text; `place`: where in it the text of each entry stands."""

    pool: Any
    place: npt.NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.place)

    def take(self, places: npt.NDArray[np.intp]) -> Drawn:
        return Drawn(self.pool, self.place[places])

    def words(self) -> Any:
        """The texts themselves, as pandas' array of text."""
        return self.pool.take(self.place)


def same(text: str, size: int) -> Drawn:
    """One text for all."""
    return Drawn(pd.array([text], dtype="str"), np.zeros(size, np.intp))


def dated(days: Days, none: str = "NaT") -> Drawn:
    """Each day as it is written, YYYY-MM-DD; `none`: what stands where there is no day."""
    return Drawn(*d.pooled(days, none))


def joined(parts: Sequence[Drawn]) -> Drawn:
    """All of them one behind the other; a pool that several share is taken once."""
    import pyarrow as pa

    pools, starts, size = [], {}, 0
    for part in parts:
        if id(part.pool) not in starts:
            starts[id(part.pool)] = size
            pools.append(part.pool)
            size += len(part.pool)
    # In one piece, so that taking from it is quick.
    whole = pa.concat_arrays([chunk for pool in pools for chunk in pa.chunked_array(pool.__arrow_array__()).chunks])
    place = np.concatenate([part.place + starts[id(part.pool)] for part in parts])
    return Drawn(pd.array(whole, dtype="str"), place)


def barred(*parts: Any) -> Any:
    """Several arrays of text, entry by entry, with a bar between: R11|KH000001|2026-11-23. Written in one go."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = [pa.chunked_array(part.__arrow_array__()).combine_chunks().cast(pa.large_string()) for part in parts]
    return pd.array(pc.binary_join_element_wise(*texts, pa.scalar("|", pa.large_string())), dtype="str")
