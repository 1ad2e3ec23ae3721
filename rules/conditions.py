"""Which rows a rule is about: "status!=lost; product in a,b; balance!=0". Plain comparisons, never an expression."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from rules import figure
from rules.ledgers import Ledgers
from sheets import cells
from sheets.schema import Column, Table, Value

Mask = npt.NDArray[np.bool_]
SHAPE = re.compile(r"\s*([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)\s*(!=|>=|<=|=|>|<|\s+in\s+)\s*(.*?)\s*", re.IGNORECASE)
ORDER: Mapping[str, Callable[[Any, Any], Any]] = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}
MEASURED = ("integer", "money", "percent", "date", "datetime")  # only these are more or less than one another


class BadCondition(ValueError):
    """The text is not a comparison this branch's ledgers can answer."""


def blank(value: Any) -> bool:
    """True for a cell with nothing in it, in whichever way a frame says so."""
    return bool(pd.isna(value)) or value == ""


@dataclass(frozen=True, slots=True)
class Condition:
    """`path` is a column, or "reference.column" of the row referred to; nothing wanted: blank (=) or filled (!=)."""

    path: str
    op: str
    wanted: tuple[Value, ...]
    text: str

    def holds(self, value: Any) -> bool:
        """For one value; a blank one fails every comparison but "=" (blank) and "!=" of something."""
        empty = blank(value)
        if not self.wanted:
            return empty == (self.op == "=")
        if empty:
            return self.op == "!="
        found = [_comparable(value, wanted) for wanted in self.wanted]
        if self.op in ORDER:
            return bool(ORDER[self.op](*found[0]))
        inside = any(self._within(mine, wanted) for mine, wanted in found)
        return inside != (self.op == "!=")

    @staticmethod
    def _within(value: Any, wanted: Any) -> bool:
        """Of many choices, one is enough."""
        return wanted in value.split(";") if isinstance(value, str) else bool(value == wanted)


def _comparable(value: Any, wanted: Value) -> tuple[Any, Any]:
    """A day is compared with a day; an instant with a day by its day, unless the condition names a time."""
    if isinstance(value, datetime) and isinstance(wanted, datetime):
        return (value, wanted) if wanted.time() != time(0) else (value.date(), wanted.date())
    if isinstance(value, datetime) and isinstance(wanted, date):
        return value.date(), wanted
    return value, wanted


def resolve(tables: Mapping[str, Table], table: str, path: str) -> Column:
    """The column a path ends at. Raises BadCondition."""
    name, _, beyond = path.partition(".")
    column = figure.column(tables[table], name)
    if column is None:
        raise BadCondition(path)
    if not beyond:
        return column
    target = column.ref or ("staff" if column.kind == "staff" else "")
    end = figure.column(tables[target], beyond) if target in tables else None
    if end is None:
        raise BadCondition(path)
    return end


def read(text: str, table: str, tables: Mapping[str, Table]) -> tuple[Condition, ...]:
    """Raises BadCondition with the part that cannot be read."""
    return tuple(_read(part, table, tables) for part in text.split(";") if part.strip())


def _read(part: str, table: str, tables: Mapping[str, Table]) -> Condition:
    shape = SHAPE.fullmatch(part)
    if not shape:
        raise BadCondition(part.strip())
    path, op, wanted = shape[1].lower(), shape[2].strip().lower(), shape[3]
    column = resolve(tables, table, path)
    words = [w.strip() for w in (wanted.split(",") if op == "in" else [wanted]) if w.strip()]
    readings = [cells.read(single(column), word) for word in words]
    measured = op not in ORDER or column.kind in MEASURED
    if not measured or any(reading.code and not reading.warning for reading in readings):
        raise BadCondition(part.strip())
    if (op == "in" or op in ORDER) and not readings:
        raise BadCondition(part.strip())
    return Condition(path, op, tuple(reading.value for reading in readings), part.strip())


def single(column: Column) -> Column:
    """Many choices, and many people, are compared one at a time."""
    singles = {"choices": "choice", "staffs": "staff"}
    return replace(column, kind=singles[column.kind]) if column.kind in singles else column  # type: ignore[arg-type]


def mask(ledgers: Ledgers, table: str, conditions: tuple[Condition, ...]) -> Mask:
    """True for rows that meet all conditions, column-wise."""
    moves = any(_is_figure(ledgers, table, one.path) for one in conditions)  # with the day
    key = ("mask", table, tuple(one.text for one in conditions), int(ledgers.today) if moves else 0)
    return ledgers.once(key, lambda: _mask(ledgers, table, conditions))


def _mask(ledgers: Ledgers, table: str, conditions: tuple[Condition, ...]) -> Mask:
    kept = np.ones(ledgers.size(table), bool)
    for condition in conditions:
        kept &= _one(ledgers, table, condition)
    return kept


def _one(ledgers: Ledgers, table: str, condition: Condition) -> Mask:
    name, _, beyond = condition.path.partition(".")
    if beyond:
        target = ledgers.column(table, name).ref or "staff"
        there = np.append(_column(ledgers, target, beyond, condition), condition.holds(None))
        return there[ledgers.through(table, name)]
    return _column(ledgers, table, name, condition)


def _is_figure(ledgers: Ledgers, table: str, path: str) -> bool:
    name, _, beyond = path.partition(".")
    found = ledgers.table(table).column(name)
    if found is None or not beyond:
        return found is None
    return ledgers.table(found.ref or "staff").column(beyond) is None


def _column(ledgers: Ledgers, table: str, name: str, condition: Condition) -> Mask:
    if ledgers.table(table).column(name) is not None:
        return _test(ledgers.series(table, name), condition)
    values = ledgers.figure(table, name)
    known = ~np.isnan(values)
    if condition.op in ORDER:
        held = ORDER[condition.op](values, condition.wanted[0])
    elif condition.wanted:
        held = np.isin(values, np.array(condition.wanted, float)) != (condition.op == "!=")
    else:
        return np.asarray(known == (condition.op == "!="), bool)
    return np.where(known, held, condition.op == "!=")


def _test(series: pd.Series, condition: Condition) -> Mask:
    """Each distinct value is asked once."""
    if isinstance(series.dtype, pd.CategoricalDtype):
        words, codes = series.cat.categories.to_numpy(object), series.cat.codes.to_numpy()
    elif not condition.wanted:
        empty = series.isna() | (series == "") if series.dtype == "str" else series.isna()
        return np.asarray(empty.to_numpy(bool) == (condition.op == "="), bool)
    else:
        codes, distinct = pd.factorize(series)
        words = np.asarray(distinct, object)
        if series.dtype.kind == "M":
            words = np.array([*(pd.Timestamp(w).to_pydatetime() for w in words)], object)
    answers = np.array([*(condition.holds(word) for word in words), condition.holds(None)], bool)
    return answers[codes]


def value_of(ledgers: Ledgers, table: str, row: str, path: str) -> Any:
    """What a condition looks at in one row; None where the row or what it refers to is not there."""
    name, _, beyond = path.partition(".")
    found = ledgers.cell(table, row, name)
    if not beyond or blank(found):
        return None if beyond else found
    return ledgers.cell(ledgers.column(table, name).ref or "staff", str(found), beyond)
