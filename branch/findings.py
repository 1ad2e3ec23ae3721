"""What contradicts itself in rows that came another way than through a form: listed, never refused, never mended for anybody."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from branch.checks.all import every
from branch.checks.check import Check, Context, say_as_typed
from branch.settings import Policy
from sheets.book import Book
from sheets.schema import Issue, Table

# What a check found, the frames in which it looked, and its ledger as it was then.
Kept = dict[tuple[str, str, str], tuple[tuple[pd.DataFrame, ...], Table, list[Issue]]]


def findings(book: Book, policy: Policy, kept: Kept | None = None) -> list[Issue]:
    """One Issue for each cell that contradicts the scheme, another cell or another row; column by column, no row loops.

    `kept` holds what each check found and in which frames: it is asked again only when one of them has changed.
    """
    kept = {} if kept is None else kept
    found: dict[tuple[str, str, str], Issue] = {(i.table, i.row, i.column): i for i in book.issues}
    known = len(found)
    context = Context(book, policy)
    for check in every(book):
        if not check.listed:
            continue
        name, table = (check.table, check.column, check.code), book.tables[check.table]
        frames = tuple(book.frames[key] for key in (check.table, *check.others))
        if name not in kept or kept[name][1] != table or any(one is not other for one, other in zip(kept[name][0], frames, strict=True)):
            kept[name] = (frames, table, list(_issues(check, context)))
        for issue in kept[name][2]:
            found.setdefault((issue.table, issue.row, issue.column), issue)  # a cell is told once
    return list(found.values())[known:]


def _issues(check: Check, context: Context) -> Iterator[Issue]:
    """An Issue for every row that a check hits."""
    frame, column = context.book.frame(check.table), context.book.tables[check.table][check.column]
    hit = check.hits(frame, context)
    if not hit.any():
        return
    picked = frame[hit]
    cells = zip(picked["id"], picked[check.column], check.values(picked, context), strict=True)
    for row, value, more in cells:
        place = f"{row}.{check.column}"
        yield Issue(check.table, str(row), check.column, place, check.code, say_as_typed(column, value), warning=check.warning, values=more)
