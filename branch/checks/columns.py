"""The checks that a ledger's columns ask for by what they say of themselves: required, facts, order of days, references."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from branch import matrix
from branch.checks.check import Check, Context, Frame, Mask, empty, say_as_typed, text
from sheets.book import Book
from sheets.schema import Column, Table, condition, lacks, needs
from sheets.tables.words import ROLES

SLACK = pd.Timedelta(minutes=5)  # between two clocks
RECORDS = frozenset({"alerts", "responses", "outbox"})  # what Huce itself writes down names what was there at the time


def of_table(table: Table, book: Book) -> Iterator[Check]:
    """In the order in which a person would want to be told."""
    for make in (_references, _required, _complete, _wished, _facts, _order, _acts, _steps, _hands):
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
            early = partial(ahead, column.key)
            yield Check(table.key, column.key, "check.future_found", (column.key,), early, refuses="form", refusal=refusal)


def ahead(column: str, frame: Frame, _: Context) -> Any:
    """A day may be the one of writing down; a moment is never later than it, but for the seconds that a form takes."""
    if (frame[column].dt.normalize() == frame[column]).all():
        return frame[column] >= frame["updated_at"].dt.normalize() + pd.Timedelta(days=1)
    return frame[column] > frame["updated_at"] + SLACK


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


def _complete(table: Table, _: Book) -> Iterator[Check]:
    """What makes a row one of its kind (design: a visit without minutes is none yet). Asked once its day is there."""
    for clause in table.complete:
        key, _codes, either = needs(clause)
        once = next((c.key for c in table.columns if c.entered), "")
        if all(table[name].required for name in either) or either == (once,):
            continue  # asked for anyway, or what says that it has taken place
        once = "" if once in either else once
        reads = tuple(dict.fromkeys((*either, *([key] if key else []), *([once] if once else []))))
        named = _named(table, either)
        yield Check(
            table.key,
            either[0],
            "check.incomplete",
            reads,
            partial(_lacking, clause, once),
            named,
            refuses="form",
            refusal="check.incomplete_asked",
        )


def _wished(table: Table, _: Book) -> Iterator[Check]:
    """What the form asks for besides: one question a row, about all that is missing."""
    if table.wished:
        once = next((c.key for c in table.columns if c.entered), "id")
        mask, values = partial(_thin, table.wished, once), partial(_thin_names, table)
        yield Check(table.key, table.wished[0], "check.thin", (once, *table.wished), mask, values, warning=True)


def _thin(keys: tuple[str, ...], once: str, frame: Frame, _: Context) -> Mask:
    found: Mask = np.logical_or.reduce([empty(frame, key) for key in keys]) & ~empty(frame, once)
    return found


def _thin_names(table: Table, frame: Frame, _: Context) -> Iterable[Mapping[str, str]]:
    blank = {key: empty(frame, key) for key in table.wished}
    for n in range(len(frame)):
        columns = [table[key] for key in table.wished if blank[key][n]]
        yield {"other_zh": "、".join(c.zh for c in columns), "other_en": ", ".join(c.en for c in columns)}


def _lacking(clause: str, once: str, frame: Frame, _: Context) -> Mask:
    lacking = lacks(clause, partial(empty, frame), partial(_says, frame))
    return lacking & ~empty(frame, once) if once else lacking


def _named(table: Table, keys: Iterable[str]) -> Callable[[Frame, Context], Iterable[Mapping[str, str]]]:
    columns = [table[key] for key in keys]
    names = {"other_zh": "」或「".join(c.zh for c in columns), "other_en": "” or “".join(c.en for c in columns)}
    return lambda frame, _: (names for _row in range(len(frame)))


def _acts(table: Table, _: Book) -> Iterator[Check]:
    """The moment of an act without the act: feedback without a word is none, a statement that came back without a result neither."""
    for column, act, codes in table.dated:
        reads, named = (column.key, act), _named(table, [act])
        yield Check(table.key, column.key, "check.act_blank", reads, partial(_only_first, *reads), named, refuses="person")
        if codes:
            yield Check(table.key, column.key, "check.act_other", reads, partial(_otherwise, *reads, codes), named, refuses="person")


def _otherwise(column: str, other: str, codes: tuple[str, ...], frame: Frame, _: Context) -> Mask:
    return ~empty(frame, column) & ~empty(frame, other) & ~_says(frame, other, codes)


def _steps(table: Table, _: Book) -> Iterator[Check]:
    """A step taken before the one that must come first: nobody signs for a notice that was not sent."""
    for column in table.columns:
        if column.follows:
            reads, first = (column.key, column.follows), table[column.follows]
            zh, en = _keepers(table.key, first.key)
            named = {"other_zh": first.zh, "other_en": first.en, "who_zh": zh, "who_en": en}
            values = partial(_always, named)
            yield Check(table.key, column.key, "check.step_first", reads, partial(_only_first, *reads), values, refuses="person")


def _always(named: Mapping[str, str], frame: Frame, _: Context) -> Iterable[Mapping[str, str]]:
    return (named for _row in range(len(frame)))


def _only_first(column: str, other: str, frame: Frame, _: Context) -> Mask:
    return ~empty(frame, column) & empty(frame, other)


def _keepers(table: str, column: str) -> tuple[str, str]:
    """The roles that may write a column, in Chinese and English."""
    roles = [role for role in ROLES if _keeps(role.code, table, column)]
    return "、".join(role.zh for role in roles), ", ".join(role.en for role in roles)


def _keeps(role: str, table: str, column: str) -> bool:
    allowed = matrix.WRITE.get((role, table), matrix.NOTHING)
    return ("*" in allowed or column in allowed) and column not in matrix.LEADERS_ONLY.get((role, table), matrix.NOTHING)


def _hands(table: Table, book: Book) -> Iterator[Check]:
    """Separate hands: who checks is not who is checked."""
    for column in table.columns:
        if column.apart:
            way, _, far = column.apart.rpartition(".")
            other = book.tables[table[way].ref][far] if way else table[far]
            named = partial(_always, {"other_zh": other.zh, "other_en": other.en})
            reads, others = (column.key, way or far), (table[way].ref,) if way else ()
            same = partial(_same_hand, column.key, way, far, table[way].ref if way else "")
            yield Check(table.key, column.key, "check.apart", reads, same, named, refuses="person", others=others)


def _same_hand(column: str, way: str, far: str, ledger: str, frame: Frame, context: Context) -> Mask:
    if not way:
        return np.asarray((text(frame, column) == text(frame, far)) & ~empty(frame, column), bool)
    there = context.book.frame(ledger)
    whose = dict(zip(there["id"], text(there, far), strict=True))
    return np.asarray((text(frame, column) == text(frame, way).map(whose)) & ~empty(frame, column), bool)
