"""One business check: a mask over the rows of a ledger, and how it is said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from branch.masks import blank
from branch.settings import Policy
from sheets.book import Book
from sheets.cells import plain
from sheets.schema import Column

Frame = pd.DataFrame
Mask = npt.NDArray[np.bool_]
# Whom a save refuses it: nobody (it is only listed), whoever sits at a form, every person, everybody, the jobs too.
Refuses = Literal["nobody", "form", "person", "everybody"]


@dataclass(frozen=True, slots=True)
class Context:
    """What a mask may look into beside its own frame. `coming`: ids by ledger of the rows that a save is about to make."""

    book: Book
    policy: Policy
    coming: Mapping[str, frozenset[str]] = field(default_factory=dict)
    _ids: dict[str, pd.Index] = field(default_factory=dict)

    def known(self, table: str, names: npt.NDArray[np.object_]) -> Mask:
        """Which of the ids are there."""
        if table not in self._ids:
            self._ids[table] = pd.Index(self.book.frame(table)["id"].astype(object))
        there: Mask = self._ids[table].get_indexer(pd.Index(names, dtype=object)) >= 0
        coming = self.coming.get(table)
        return there | np.array([name in coming for name in names], bool) if coming else there


def nothing_more(frame: Frame, _: Context) -> Iterable[Mapping[str, str]]:
    return ({} for _ in range(len(frame)))


@dataclass(frozen=True, slots=True)
class Check:
    """`mask` is true where a row contradicts; it sees the columns of `reads`, `id` and `updated_at`, and is asked of a saved
    row only when one of `reads` has moved. `values` fills the blanks of the sentence for each row that it hit."""

    table: str
    column: str  # the cell that the Issue names
    code: str  # the sentence in the list
    reads: tuple[str, ...]
    mask: Callable[[Frame, Context], Any]
    values: Callable[[Frame, Context], Iterable[Mapping[str, str]]] = nothing_more
    refuses: Refuses = "nobody"
    refusal: str = ""  # the sentence of a refused save, where it is another one
    warning: bool = False
    listed: bool = True
    among: str = ""  # compares rows with one another: with those that say the same in this column
    others: tuple[str, ...] = ()  # other ledgers it looks into

    def hits(self, frame: Frame, context: Context) -> Mask:
        """The rows of a frame that contradict."""
        return np.asarray(self.mask(frame, context), bool)


def text(frame: Frame, column: str) -> pd.Series:
    """A column as plain text, missing where it is blank."""
    return frame[column].astype("str")


def empty(frame: Frame, column: str) -> Mask:
    """Where a cell holds nothing."""
    series = frame[column]
    return np.asarray(series.isna() | (series == "") if series.dtype == "str" else series.isna(), bool)


def say_as_typed(column: Column, value: Any) -> str:
    """A value of a frame as a person would have typed it."""
    if blank(value):
        return ""
    if hasattr(value, "to_pydatetime"):
        value = value.to_pydatetime().date() if column.kind == "date" else value.to_pydatetime()
    return plain(column, value.item() if hasattr(value, "item") else value)
