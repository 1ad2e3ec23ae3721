"""Which texts of a column are among some others, and what is said of each: asked of the whole column at once, without a Python
object a text."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd


def among(column: Any, words: Collection[str] | pd.Series) -> npt.NDArray[np.bool_]:
    """True where the text of a column is one of the words; False where the cell is blank. `column`: texts or categories."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        known = pd.Categorical(column)
        there: npt.NDArray[np.bool_] = np.append(among(known.categories, words), False)[known.codes]
        return there
    import pyarrow.compute as pc

    found = pc.is_in(_arrow(column), value_set=_arrow(words).combine_chunks(), skip_nulls=True)
    return np.asarray(found.to_numpy(), bool)


def places(of: Any, words: Collection[str] | pd.Series) -> npt.NDArray[np.intp]:
    """Where each text stands in a column of different texts; -1 for one that is not there."""
    import pyarrow.compute as pc

    found: npt.NDArray[np.intp] = pc.index_in(_arrow(of), value_set=_arrow(words), skip_nulls=True).fill_null(-1).to_numpy().astype(np.intp)
    return found


def by_category(column: pd.Series, names: Mapping[str, str]) -> Any:
    """An array of text: of each category of a column what is said of it, "" where nothing is."""
    words = [names.get(str(one), "") for one in column.cat.categories]
    return pd.array([*words, ""], dtype="str").take(column.cat.codes.to_numpy(np.intp))


def _arrow(words: Any) -> Any:
    """Texts as Arrow keeps them; pandas hands over what it has without a copy."""
    import pyarrow as pa

    if not isinstance(words, pd.Series | pd.Index | pd.api.extensions.ExtensionArray):
        words = list(words)
    kept = pd.array(words, dtype="str", copy=False)
    return pa.chunked_array(kept.__arrow_array__())
