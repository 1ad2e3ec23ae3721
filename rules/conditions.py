"""Which rows a rule is about: "status!=lost; product in a,b; balance!=0". Plain comparisons, never an expression."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from rules.ledgers import Ledgers
from sheets import cells
from sheets.schema import Column, Table, Value

Mask = npt.NDArray[np.bool_]
SHAPE = re.compile(r"\s*([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)\s*(!=|>=|<=|=|\s+in\s+)\s*(.*?)\s*", re.IGNORECASE)


class BadCondition(ValueError):
    """The text is not a comparison this branch's ledgers can answer."""


def blank(value: Any) -> bool:
    """True for a cell with nothing in it, in whichever way a frame says so."""
    return bool(pd.isna(value)) or value == ""


@dataclass(frozen=True, slots=True)
class Condition:
    """`path` is a column, or "reference.column" of the row referred to; no values: blank (=) or filled (!=)."""

    path: str
    op: str
    values: tuple[Value, ...]
    text: str

    def holds(self, value: Any) -> bool:
        """For one value; a blank one fails every comparison but "=" (blank) and "!=" of something."""
        empty = blank(value)
        if not self.values:
            return empty == (self.op == "=")
        if empty:
            return self.op == "!="
        if self.op == ">=":
            return bool(value >= self.values[0])
        if self.op == "<=":
            return bool(value <= self.values[0])
        inside = any(part in self.values for part in value.split(";")) if isinstance(value, str) else value in self.values
        return inside != (self.op == "!=")


def resolve(tables: Mapping[str, Table], table: str, path: str) -> Column:
    """The column a path ends at. Raises BadCondition."""
    name, _, beyond = path.partition(".")
    column = tables[table].column(name)
    if column is None:
        raise BadCondition(path)
    if not beyond:
        return column
    target = column.ref or ("staff" if column.kind == "staff" else "")
    end = tables[target].column(beyond) if target in tables else None
    if end is None:
        raise BadCondition(path)
    return end


def read(text: str, table: str, tables: Mapping[str, Table]) -> tuple[Condition, ...]:
    """Raises BadCondition with the part that cannot be read."""
    found = []
    for part in text.split(";"):
        if not part.strip():
            continue
        shape = SHAPE.fullmatch(part)
        if not shape:
            raise BadCondition(part.strip())
        path, op, wanted = shape[1].lower(), shape[2].strip().lower(), shape[3]
        column = resolve(tables, table, path)
        words = [w.strip() for w in (wanted.split(",") if op == "in" else [wanted]) if w.strip()]
        values = []
        for word in words:
            reading = cells.read(_single(column), word)
            if reading.code and not reading.warning:
                raise BadCondition(part.strip())
            values.append(reading.value)
        if op in ("in", ">=", "<=") and not values:
            raise BadCondition(part.strip())
        found.append(Condition(path, op, tuple(values), part.strip()))
    return tuple(found)


def _single(column: Column) -> Column:
    """Many choices are compared one at a time."""
    return Column(column.key, column.zh, column.en, "choice", column.choices) if column.kind == "choices" else column


def mask(ledgers: Ledgers, table: str, conditions: tuple[Condition, ...]) -> Mask:
    """True for rows that meet all conditions, column-wise."""
    kept = np.ones(len(ledgers.frame(table)), bool)
    for condition in conditions:
        kept &= _one(ledgers, table, condition)
    return kept


def _one(ledgers: Ledgers, table: str, condition: Condition) -> Mask:
    name, _, beyond = condition.path.partition(".")
    if beyond:
        target = ledgers.column(table, name).ref or "staff"
        there = np.append(_test(ledgers.frame(target)[beyond], condition.holds), condition.holds(None))
        return there[ledgers.through(table, name)]
    return _test(ledgers.frame(table)[name], condition.holds)


def _test(series: pd.Series, holds: Callable[[Any], bool]) -> Mask:
    """Each distinct value is asked once."""
    if isinstance(series.dtype, pd.CategoricalDtype):
        words, codes = series.cat.categories.to_numpy(object), series.cat.codes.to_numpy()
    else:
        codes, distinct = pd.factorize(series)
        words = np.asarray(distinct, object)
        if series.dtype.kind == "M":
            words = np.array([pd.Timestamp(w).to_pydatetime() for w in words], object)
    answers = np.array([*(holds(word) for word in words), holds(None)], bool)
    return answers[codes]


def value_at(ledgers: Ledgers, table: str, position: int, path: str) -> Any:
    """What the condition looks at in one row."""
    name, _, beyond = path.partition(".")
    if not beyond:
        return ledgers.frame(table)[name].iloc[position]
    place = ledgers.through(table, name)[position]
    target = ledgers.column(table, name).ref or "staff"
    return ledgers.frame(target)[beyond].iloc[place] if place >= 0 else None
