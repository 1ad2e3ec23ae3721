"""The checks that a ledger's columns ask for by what they say of themselves: required, facts, order of days, references."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from branch.checks.check import Check, Context, Frame, Mask, empty, say_as_typed, text
from sheets.book import Book
from sheets.schema import Column, Table, condition

RECORDS = frozenset({"alerts", "responses", "outbox"})  # what Huce itself writes down names what was there at the time


def of_table(table: Table, book: Book) -> Iterator[Check]:
    """In the order in which a person would want to be told."""
    for make in (_references, _required, _facts, _order):
        yield from make(table, book)


def _references(table: Table, book: Book) -> Iterator[Check]:
    """References that name no row: it was deleted, or written by a hand that did not look."""
    for column in table.columns:
        target = column.ref if column.kind == "ref" else "staff"
        if column.kind in {"ref", "staff", "staffs"} and target in book.tables:
            code = "staff_unknown" if target == "staff" else "ref_unknown"
            lost = partial(_lost, column.key, target, many=column.kind == "staffs")
            shown, others = table.key not in RECORDS, (target,)
            yield Check(table.key, column.key, code, (column.key,), lost, refuses="form", listed=shown, others=others)


def _lost(column: str, target: str, frame: Frame, context: Context, *, many: bool) -> Mask:
    """Each name is looked up once, however many rows say it."""
    codes, names = pd.factorize(frame[column])
    if many:
        good = [not name or bool(context.known(target, np.array(str(name).split(";"), object)).all()) for name in names]
    else:
        good = [bool(found) or not name for found, name in zip(context.known(target, np.asarray(names, object)), names, strict=True)]
    return np.append(~np.array(good, bool), [False])[codes]  # -1, a blank cell, is the last


def _required(table: Table, _: Book) -> Iterator[Check]:
    """What the ledger asks for is there: all of it in a new row, and never taken out of an old one."""
    for column in table.columns:
        if column.auto or column.key == "id" or not (column.required or column.required_when):
            continue
        key, codes = ("", ()) if column.required else condition(column.required_when)
        reads = (column.key, key) if key else (column.key,)
        asked = partial(_blank, column.key, key, codes)
        shown = table.key not in RECORDS
        yield Check(table.key, column.key, "missing", reads, asked, refuses="form", refusal="check.required", listed=shown)


def _blank(column: str, other: str, codes: tuple[str, ...], frame: Frame, _: Context) -> Mask:
    blank = empty(frame, column)
    return blank & _says(frame, other, codes) if other else blank


def _says(frame: Frame, column: str, codes: tuple[str, ...]) -> Mask:
    """Where a column holds one of the codes; a yes/no cell says yes or no, one of many choices is enough."""
    series = frame[column]
    if series.dtype == "boolean":
        return np.asarray(series.map({True: "yes", False: "no"}).isin(codes), bool)
    words = text(frame, column)
    if series.dtype == "str" and words.str.contains(";").any():
        return np.asarray(words.str.split(";").map(lambda said: not set(codes).isdisjoint(said)), bool)
    return np.asarray(words.isin(codes), bool)


def _facts(table: Table, _: Book) -> Iterator[Check]:
    """What is said to have happened had happened by the day on which it was written down."""
    for column in table.columns:
        if column.fact:
            refusal = "check.visit_future" if (table.key, column.key) == ("visits", "visited_on") else "check.future"
            ahead = partial(_ahead, column.key)
            yield Check(table.key, column.key, "check.future_found", (column.key,), ahead, refuses="form", refusal=refusal)


def _ahead(column: str, frame: Frame, _: Context) -> Any:
    return frame[column] >= frame["updated_at"].dt.normalize() + pd.Timedelta(days=1)


def _order(table: Table, _: Book) -> Iterator[Check]:
    """Of two days, the later one is not before the earlier one; an instant and a day are compared by their days."""
    for column in table.columns:
        earlier = table.column(column.after) if column.after else None
        if earlier is not None:
            reads, days = (column.key, earlier.key), column.kind != earlier.kind
            wrong = partial(_before, *reads, days=days)
            base = _against(earlier)
            yield Check(table.key, column.key, "check.order_found", reads, wrong, base, refuses="form", refusal="check.order")


def _before(later: str, earlier: str, frame: Frame, _: Context, *, days: bool) -> pd.Series:
    last, first = frame[later], frame[earlier]
    return last.dt.normalize() < first.dt.normalize() if days else last < first


def _against(earlier: Column) -> Callable[[Frame, Context], Iterable[Mapping[str, str]]]:
    names = {"other_zh": earlier.zh, "other_en": earlier.en}
    return lambda frame, _: ({**names, "base": say_as_typed(earlier, value)} for value in frame[earlier.key])
