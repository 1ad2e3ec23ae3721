"""Two rows of a ledger that speak of one thing and contradict each other (`Table.one`): both are named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

import pandas as pd

from branch.checks.check import Check, Context, Frame, text
from sheets.schema import Table, alike

NAMED = 3  # other rows named in one sentence
# Words that contradict nothing: a day is open or closed, whatever it is called.
SAME: Mapping[str, Mapping[str, str]] = {"calendar": {"shifted": "workday", "closure": "holiday"}}
Keys = tuple[str, ...]


def of_table(table: Table) -> Iterator[Check]:
    """One truth for each thing: a day of the calendar, a customer's rating of a day, an account's balance of a day."""
    if table.one:
        key, says = alike(table.one)
        asked = (key, says, SAME.get(table.key, {}))
        yield Check(table.key, key[-1], "check.key_contradicts", (*key, *says), partial(_contradicts, *asked), partial(_rivals, *asked))


def _named(frame: Frame, key: Keys) -> pd.Series:
    """The thing that a row speaks of, "" where the first or the last part of it is missing: such a row claims nothing."""
    parts = [text(frame, column).fillna("") for column in key]
    return _joined(parts).where((parts[0] != "") & (parts[-1] != ""), "")


def _said(frame: Frame, says: Keys, same: Mapping[str, str]) -> pd.Series:
    return _joined([text(frame, column).fillna("").replace(same) for column in says])


def _joined(parts: list[pd.Series]) -> pd.Series:
    whole = parts[0]
    for part in parts[1:]:
        whole = whole + "|" + part
    return whole


def _contradicts(key: Keys, says: Keys, same: Mapping[str, str], frame: Frame, _: Context) -> pd.Series:
    """Both, for nobody can tell which is right."""
    named = _named(frame, key)
    return (named != "") & (_said(frame, says, same).groupby(named).transform("nunique") > 1)


def _rivals(key: Keys, says: Keys, same: Mapping[str, str], frame: Frame, _: Context) -> Iterator[Mapping[str, str]]:
    """The other rows about the same thing."""
    named, said = _named(frame, key), _said(frame, says, same)
    groups: dict[str, list[tuple[str, str]]] = {}
    for name, row, words in zip(named, frame["id"], said, strict=True):
        groups.setdefault(name, []).append((str(row), words))
    for name, row, words in zip(named, frame["id"], said, strict=True):
        rows = [other for other, theirs in groups[name] if other != str(row) and theirs != words]
        yield {"other": "、".join(rows[:NAMED]) + ("…" if len(rows) > NAMED else "")}
